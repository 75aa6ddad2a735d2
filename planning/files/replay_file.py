"""`replay.csv`: what was measured on days that have been beside what a simulation of them gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planning.files.lines_out import number, text, write_csv
from planning.replay.comparison import ReplayRow

COLUMNS = ("queue", "scope", "start", "measure", "observed", "simulated", "low", "high", "inside", "contacts")


def write_replay(rows: Sequence[ReplayRow], folder: Path) -> Path:
    """Write `replay.csv`, in the order given."""
    cells = [
        (
            text(row.queue),
            row.scope,
            row.start,
            row.measure,
            *map(number, (row.observed, row.simulated, row.low, row.high)),
            "yes" if row.inside else "no",
            number(row.contacts),
        )
        for row in rows
    ]
    columns = list(zip(*cells, strict=True)) if cells else [()] * len(COLUMNS)
    return write_csv(folder / "replay.csv", COLUMNS, columns)
