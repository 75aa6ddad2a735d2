"""Rows of queue and interval put on their grid, over whole local days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from domain.centre import Centre
from domain.grid import IntervalGrid, to_utc64
from domain.history import Floats, Ints
from domain.hours import Span, span_mask, window_mask
from domain.people import Event
from planning.files.cells import Context
from planning.files.columns import Layout
from planning.files.faults import SHOWN, Faults
from planning.files.local_time import LocalTime
from planning.files.one_table import one_table
from planning.files.repeats import settle_repeats
from planning.files.settings_checks import SHORT_AHT_S
from planning.files.table import Mask, Table

LONGEST_DAYS = 800
"""Days between the first and last row of one file; more is taken for a slip in a date."""


def open_intervals(centre: Centre, grid: IntervalGrid, events: Sequence[Event] = (), *, worked: bool = False) -> Mask:
    """Return the intervals in which each queue takes contacts, shape (queues, grid.size).

    Deferred work arrives at all hours; a live queue is closed outside its hours and in `closed` events. With
    ``worked``, those in which contacts are served: deferred work, too, is done inside its hours.
    """
    rows: list[Mask] = []
    for queue in centre.queues:
        always = (queue.deferred and not worked) or not queue.open
        mask = np.ones(grid.size, dtype=np.bool_) if always else window_mask(queue.open, grid)
        if worked or not queue.deferred:
            shut = [Span(e.start, e.end) for e in events if e.kind == "closed" and e.queue in ("", queue.id)]
            mask &= ~span_mask(shut, grid)
        rows.append(mask)
    return np.array(rows, dtype=np.bool_).reshape(len(centre.queues), grid.size)


@dataclass(frozen=True)
class Placed:
    """Rows of a file on their grid: the queue and interval of each, and when each queue is open."""

    table: Table
    grid: IntervalGrid
    open: Mask
    rows: Ints
    queue: Ints
    interval: Ints

    def array(self, name: str, empty: float) -> Floats:
        """Return a column, shape (queues, grid.size)."""
        values = np.full(self.open.shape, empty)
        values[self.queue, self.interval] = self.table[name][self.rows]
        return values


def loaded(path: Path, layout: Layout, centre: Centre, faults: Faults) -> Table:
    """Read a file of queues and intervals, given by itself or by its folder.

    Raises
    ------
    InputError
        If nothing of it can be used.
    """
    table = one_table(path, layout, Context(centre.timezone, centre.queue_ids), faults)
    if not table.size:
        faults.error(table.file, "at least one row")
        faults.check()
    settle_repeats(table, ("interval_start", "queue"), "queue and interval")
    with np.errstate(invalid="ignore"):
        short = table.good & (table["aht_s"] > 0) & (table["aht_s"] < SHORT_AHT_S)
    table.remark(short, "aht_s", "seconds; this looks like minutes")
    return table


def placed_rows(table: Table, centre: Centre, faults: Faults, events: Sequence[Event]) -> Placed:
    """Put rows on the grid of whole local days from the first to the last; open intervals without a row are faults.

    Where the week's last days are closed throughout and have no row, they are part of the grid all the same.

    Raises
    ------
    InputError
        If no row can be placed, or they lie too far apart.
    """
    start, step = table["interval_start"], centre.interval_minutes
    local = LocalTime.of(start, centre.timezone, table.good)
    off = table.good & ((local.minute % step != 0) | local.seconds)
    table.flag(off, "interval_start", f"a start on the grid of interval_minutes ({step})")
    rows = table.rows()
    if not len(rows):
        faults.check()
    day = local.day[rows]
    low, high = int(day.min()), int(day.max())
    if high - low >= LONGEST_DAYS:
        far = np.zeros(table.size, dtype=np.bool_)
        far[rows] = np.abs(day - np.median(day)) >= LONGEST_DAYS / 2
        table.flag(far, "interval_start", f"dates within {LONGEST_DAYS} days of each other")
        faults.check()
    grid = _grid(centre, events, low, high - low + 1)
    column = {name: i for i, name in enumerate(centre.queue_ids)}
    queue = np.array([column[name] for name in table["queue"][rows].tolist()], dtype=np.int64)
    interval = (start[rows] - to_utc64(grid.start)).astype(np.int64) // (60 * step)
    _absent(table, centre, grid, _wanted(centre, grid, events), queue, interval)
    return Placed(table, grid, open_intervals(centre, grid, events), rows, queue, interval)


def _grid(centre: Centre, events: Sequence[Event], low: int, days: int) -> IntervalGrid:
    """Return the grid of some local days; days at the end that complete the week belong to it if all is closed."""
    first = date(1970, 1, 1) + timedelta(days=low)
    given, whole = (
        IntervalGrid.of_days(first, count, centre.timezone, centre.interval_minutes)
        for count in (days, -(-days // 7) * 7)
    )
    closed = not _wanted(centre, whole, events)[:, given.size :].any()
    return whole if closed else given


def _wanted(centre: Centre, grid: IntervalGrid, events: Sequence[Event]) -> Mask:
    """Return the intervals that must have a row: those open, of deferred work those in which it is done."""
    wanted = open_intervals(centre, grid, events)
    for k, queue in enumerate(centre.queues):
        if queue.deferred and queue.open:
            wanted[k] = window_mask(queue.open, grid)
    return wanted


def _absent(table: Table, centre: Centre, grid: IntervalGrid, expected: Mask, queue: Ints, interval: Ints) -> None:
    """Record expected intervals that have no row; rows with faults count as there."""
    there = np.zeros_like(expected)
    there[queue, interval] = True
    faulty = np.flatnonzero(~table.good & ~np.isnat(table["interval_start"]))
    column = {name: i for i, name in enumerate(centre.queue_ids)}
    for row in faulty:
        place = int((table["interval_start"][row] - to_utc64(grid.start)).astype(np.int64)) // (60 * grid.step_minutes)
        if 0 <= place < grid.size and table["queue"][row] in column:
            there[column[table["queue"][row]], place] = True
    for k, item in enumerate(centre.queues):
        wanted = expected[k]
        missing = np.flatnonzero(wanted & ~there[k])
        if len(missing) == wanted.sum() and len(missing):
            table.faults.error(table.file, f"rows of queue {item.id}; there are none", column="queue")
        elif len(missing):
            said = [
                (0, "", f"a row of queue {item.id} at {grid.label(int(i))}, when it is open; 0 where nothing comes")
                for i in missing[:SHOWN]
            ]
            table.faults.lines(table.file, "interval_start", said, len(missing))
