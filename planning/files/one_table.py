"""A table given by its file, or by the folder that holds it."""

from __future__ import annotations

from pathlib import Path

from planning.files.cells import Context
from planning.files.columns import Layout
from planning.files.faults import Faults
from planning.files.sources import ENDINGS, Sources
from planning.files.table import Table, read_table


def one_table(path: Path, layout: Layout, context: Context, faults: Faults) -> Table:
    """Read a table handed to a step.

    Parameters
    ----------
    path : Path
        A CSV or Parquet file of any name, or a folder that holds the layout's.
    layout : Layout
    context : Context
    faults : Faults

    Raises
    ------
    InputError
        If nothing of it can be used.
    """
    found = _source(path, layout.file, faults)
    table = read_table(*found, layout, context, faults) if found else None
    if table is None or not table.complete:
        faults.check()
        raise AssertionError("a table that cannot be used has a fault")
    return table


def _source(path: Path, stem: str, faults: Faults) -> tuple[str, bytes] | None:
    try:
        if path.is_dir():
            return Sources(path, faults).table(stem, required=True)
        if not path.exists():
            faults.error(path.name, "a file or folder that is there", value=str(path))
        elif path.suffix.lower() not in ENDINGS:
            faults.error(path.name, "a file that ends in .csv or .parquet", value=str(path))
        else:
            return Sources(path.parent, faults).read(path)
    except OSError as fault:
        faults.error(path.name, f"a file or folder that can be read; {fault.strerror or fault}", value=str(path))
    return None
