"""Counts of the horizon so far: a table with the columns of `history.csv`, under any name."""

from __future__ import annotations

from pathlib import Path

from domain.centre import Centre
from domain.errors import Problem
from domain.history import History
from planning.files import layouts
from planning.files.cells import Context
from planning.files.faults import Faults
from planning.files.history_file import read_history
from planning.files.one_table import one_table


def read_actuals(path: Path, centre: Centre, *, notices: list[Problem] | None = None) -> History:
    """Read what was counted so far.

    Parameters
    ----------
    path : Path
        A file with the columns of `history.csv`, or a folder that holds a `history.csv`. Rows finer than the
        centre's interval are added up; an interval that is not filled is unknown.
    centre : Centre
    notices : list or None
        Receives what was accepted but is worth a look.

    Raises
    ------
    InputError
        With every fault, or if there is no row.
    """
    faults = Faults()
    table = one_table(path, layouts.HISTORY, Context(centre.timezone, centre.queue_ids), faults)
    history = read_history(table, centre, whole=False)
    if not len(history) and not faults.wrong:
        faults.error(table.file, "at least one row of counts")
    faults.check(notices)
    return history
