"""The verbs that make planning folders: an example, or one from another system's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import OutFolder, Seed, ready
from api.commands.terminal import out, working


def reference(
    out_folder: OutFolder,
    seed: Seed = 1,
) -> None:
    """Write the reference centre: a synthetic e-commerce service centre of 50 agents and 15 queues."""
    ready(out_folder, "a planning folder")
    from planning.reference import write_reference

    with working(1) as control:
        write_reference(out_folder, seed=seed, control=control)
    out.print(f"reference centre: {out_folder}")


def calls(
    log: Annotated[Path, typer.Argument(help="A call-by-call log: CSV, Parquet, gz.", metavar="LOG")],
    mapping: Annotated[Path, typer.Option("--mapping", help="What the log's columns and values mean.")],
    out_folder: OutFolder,
) -> None:
    """Make a planning folder from a call-by-call log, as every ACD can export it."""
    ready(out_folder, "a planning folder", LOG=log, mapping=mapping)
    from planning.call_log import import_calls

    with working(1) as control:
        told = import_calls(log, mapping, out_folder, control=control)
    for line in told.lines():
        out.print(line)
    out.print(f"planning folder: {out_folder}")
