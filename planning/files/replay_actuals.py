"""ACTUALS of a replay: the counts of days that have been, on days that a roster has; what is missing is named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from domain.centre import Centre
from domain.errors import Problem
from domain.grid import IntervalGrid, to_utc64
from domain.history import History, Ints
from domain.people import Event
from planning.files import layouts
from planning.files.cells import Context
from planning.files.faults import EXAMPLES, SHOWN, Faults
from planning.files.history_file import read_history
from planning.files.interval_rows import open_intervals
from planning.files.local_time import LocalTime
from planning.files.one_table import one_table
from planning.files.table import Mask, Table

_EPOCH = date(1970, 1, 1)


def read_actual_days(
    path: Path,
    centre: Centre,
    days: Sequence[date] | None,
    *,
    events: Sequence[Event] = (),
    notices: list[Problem] | None = None,
) -> tuple[History, IntervalGrid]:
    """Read the counts of days to be replayed.

    Parameters
    ----------
    path : Path
        A file with the columns of `history.csv`, or a folder that holds a `history.csv`.
    centre : Centre
    days : sequence of date or None
        Local days on which shifts of the roster begin, in order; None where the roster could not be read.
    events : sequence of Event
        Those that close a queue excuse rows that are missing.
    notices : list or None
        Receives what was accepted but is worth a look, among it every open interval without a row.

    Returns
    -------
    History
    IntervalGrid
        Whole local days, from the first row's to the last one's.

    Raises
    ------
    InputError
        With every fault: rows on other days than the roster's and contacts in parts among them.
    """
    faults = Faults()
    table = one_table(path, layouts.HISTORY, Context(centre.timezone, centre.queue_ids), faults)
    local = LocalTime.of(table["interval_start"]["utc"], centre.timezone, table.good)
    if days is not None:
        low, high = ((day - _EPOCH).days for day in (days[0], days[-1]))
        expected = f"a time on a day of the roster, {days[0]} to {days[-1]}; who was there on other days is not known"
        table.flag(table.good & ((local.day < low) | (local.day > high)), "interval_start", expected)
    with np.errstate(invalid="ignore"):
        parted = table.good & (table["offered"] % 1 != 0)
    table.flag(parted, "offered", "a whole number of contacts, as they came")
    history = read_history(table, centre, whole=False)
    if not len(history) and not faults.wrong:
        faults.error(table.file, "at least one row of counts")
    grid = IntervalGrid.of_days(_EPOCH, 0, centre.timezone, centre.interval_minutes)
    if len(history) and days is not None:
        seen = LocalTime.of(history.start, centre.timezone).day
        first = _EPOCH + timedelta(days=int(seen.min()))
        grid = IntervalGrid.of_days(first, int(np.ptp(seen)) + 1, centre.timezone, centre.interval_minutes)
        _tell_missing(table, history, centre, grid, events)
    faults.check(notices)
    return history, grid


def _tell_missing(table: Table, history: History, centre: Centre, grid: IntervalGrid, events: Sequence[Event]) -> None:
    """Notice the spans of open intervals that have no row; rows with faults count as there."""
    there = np.zeros((len(centre.queues), grid.size), dtype=np.bool_)
    faulty = np.flatnonzero(~table.good & np.isin(table["queue"], centre.queue_ids))
    for queue, start in (
        (history.queue, history.start),
        (table.numbered("queue", centre.queue_ids)[faulty], table["interval_start"]["utc"][faulty]),
    ):
        known = ~np.isnat(start)
        place = (start[known] - to_utc64(grid.start)).astype(np.int64) // (60 * grid.step_minutes)
        inside = (place >= 0) & (place < grid.size)
        there[queue[known][inside], place[inside]] = True
    missing = open_intervals(centre, grid, events, worked=True) & ~there
    said = [
        (0, "", _span(queue.id, grid, int(begin), int(end)))
        for queue, row in zip(centre.queues, missing, strict=True)
        for begin, end in zip(*_runs(row, grid.day_of), strict=True)
    ]
    if said:
        told = said if len(said) <= SHOWN else said[:EXAMPLES]
        table.faults.lines(table.file, "interval_start", told, len(said), warn=True)


def _runs(row: Mask, day: Ints) -> tuple[Ints, Ints]:
    """Return where runs within a day begin, and the interval after their end."""
    breaks = np.flatnonzero(np.diff(day)) + 1
    edges = np.unique(np.concatenate([np.flatnonzero(np.diff(row.astype(np.int8), prepend=0, append=0)), breaks]))
    begins, ends = edges[:-1], edges[1:]
    return begins[row[begins]], ends[row[begins]]


def _span(queue: str, grid: IntervalGrid, begin: int, end: int) -> str:
    last = grid.at(end * grid.step_minutes).astimezone(grid.local_starts[0].tzinfo)
    count = f"{end - begin} interval" + ("s" if end - begin > 1 else "")
    return (
        f"rows of queue {queue} from {grid.label(begin)} to {last:%H:%M} ({count}), 0 where nothing came; what was "
        "not logged is unknown, not zero: it is not compared, and between rows of its day filled from those"
    )
