"""`forecast.csv` and `requirement.csv`: figures per queue and interval, over whole local days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from capacity.requirement import Requirement
from domain.centre import Centre
from domain.errors import Problem
from domain.grid import IntervalGrid, to_utc64
from domain.history import Floats, Ints
from domain.hours import Span, span_mask, window_mask
from domain.people import Event
from forecasting.forecast import LEVELS, Forecast
from planning.files import layouts
from planning.files.cells import Context
from planning.files.columns import Layout
from planning.files.faults import SHOWN, Faults
from planning.files.local_time import LocalTime
from planning.files.repeats import settle_repeats
from planning.files.sources import one_file
from planning.files.table import Mask, Table, read_table

LONGEST_DAYS = 800
"""Days between the first and last row of one file; more is taken for a slip in a date."""


def open_intervals(centre: Centre, grid: IntervalGrid, events: Sequence[Event] = ()) -> Mask:
    """Return the intervals in which each queue takes contacts, shape (queues, grid.size).

    Deferred work arrives at all hours; a live queue is closed outside its hours and in `closed` events.
    """
    rows: list[Mask] = []
    for queue in centre.queues:
        always = queue.deferred or not queue.open
        mask = np.ones(grid.size, dtype=np.bool_) if always else window_mask(queue.open, grid)
        if not queue.deferred:
            shut = [Span(e.start, e.end) for e in events if e.kind == "closed" and e.queue in ("", queue.id)]
            mask &= ~span_mask(shut, grid)
        rows.append(mask)
    return np.array(rows, dtype=np.bool_).reshape(len(centre.queues), grid.size)


def read_forecast(
    path: Path, centre: Centre, *, events: Sequence[Event] = (), notices: list[Problem] | None = None
) -> Forecast:
    """Read a forecast, ours or anybody's, edited by hand or not.

    Parameters
    ----------
    path : Path
        `forecast.csv` (or Parquet), or the folder that holds it.
    centre : Centre
    events : sequence of Event
        Those that close a queue excuse rows that are missing.
    notices : list or None
        Receives what was accepted but is worth a look.

    Returns
    -------
    Forecast
        Over the whole local days from the first row to the last. Without bands they equal the mean; bands
        that are missing between given ones are interpolated on the normal scale, and the outermost given
        ones stand for those beyond. ``aht_s`` falls back on the queue's.

    Raises
    ------
    InputError
        With every fault, among them every open interval without a row.
    """
    faults = Faults()
    table = _loaded(path, layouts.FORECAST, centre, faults)
    _band_order(table)
    placed = _placed(table, centre, faults, events)
    mean = placed.array("mean", 0.0)
    bands = np.stack([placed.array(name, np.nan) for name in layouts.BANDS])
    _beyond_bands(table)
    _closed_volume(table, placed, mean, "mean")
    faults.check()
    _hand_over(faults, notices)
    return Forecast(
        grid=placed.grid,
        queues=centre.queue_ids,
        mean=mean,
        bands=filled_bands(mean, bands),
        aht_s=_handle_times(placed, centre),
        open=placed.open,
    )


def read_requirement(
    path: Path, centre: Centre, *, events: Sequence[Event] = (), notices: list[Problem] | None = None
) -> Requirement:
    """Read a requirement, ours or anybody's, edited by hand or not.

    ``agents`` is what counts: ``scheduled_agents`` is worked out from it and the centre's shrinkage, and a
    file that says otherwise is noticed. Measures that are not given are NaN. Parameters and errors are those
    of `read_forecast`.
    """
    faults = Faults()
    table = _loaded(path, layouts.REQUIREMENT, centre, faults)
    kept = centre.shrinkage.kept
    with np.errstate(invalid="ignore"):
        stale = np.abs(table["scheduled_agents"] * kept - table["agents"]) > 1e-4 * (1 + table["agents"])
    sentence = "agents / ((1 - absence)(1 - in_shift)); worked out again from agents"
    table.remark(stale & table.good, "scheduled_agents", sentence)
    placed = _placed(table, centre, faults, events)
    agents = placed.array("agents", 0.0)
    volume = placed.array("volume", 0.0)
    _closed_volume(table, placed, volume, "volume")
    faults.check()
    _hand_over(faults, notices)
    return Requirement(
        grid=placed.grid,
        queues=centre.queue_ids,
        volume=volume,
        aht_s=_handle_times(placed, centre),
        agents=agents,
        scheduled_agents=agents / kept,
        mean_wait_s=placed.array("mean_wait_s", np.nan),
        service_level=placed.array("service_level", np.nan),
        abandonment=placed.array("abandonment", np.nan),
        occupancy=placed.array("occupancy", np.nan),
    )


def filled_bands(mean: Floats, bands: Floats) -> Floats:
    """Fill bands that are not given (NaN), shape (levels, queues, intervals).

    Where none is given, all equal the mean. Elsewhere gaps are interpolated over the normal score of their
    level, and the outermost given band stands for those beyond it.
    """
    filled: Floats = np.where(np.all(np.isnan(bands), axis=0, keepdims=True), mean[None], bands)
    score = ndtri(np.array(LEVELS))
    for queue, interval in np.argwhere(np.isnan(filled).any(axis=0)):
        column = filled[:, queue, interval]
        known = ~np.isnan(column)
        filled[:, queue, interval] = np.interp(score, score[known], column[known])
    return filled


@dataclass(frozen=True)
class _Placed:
    """Rows of a file on their grid."""

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


def _loaded(path: Path, layout: Layout, centre: Centre, faults: Faults) -> Table:
    found = one_file(path, layout.file, faults)
    context = Context(centre.timezone, centre.queue_ids)
    table = read_table(*found, layout, context, faults) if found else None
    if table is None or not table.complete:
        faults.check()
        raise AssertionError("a table that cannot be used has a fault")
    if not table.size:
        faults.error(table.file, "at least one row")
        faults.check()
    settle_repeats(table, ("interval_start", "queue"), "queue and interval")
    return table


def _placed(table: Table, centre: Centre, faults: Faults, events: Sequence[Event]) -> _Placed:
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
    first = date(1970, 1, 1) + timedelta(days=low)
    grid = IntervalGrid.of_days(first, high - low + 1, centre.timezone, step)
    column = {name: i for i, name in enumerate(centre.queue_ids)}
    queue = np.array([column[name] for name in table["queue"][rows].tolist()], dtype=np.int64)
    interval = (start[rows] - to_utc64(grid.start)).astype(np.int64) // (60 * step)
    is_open = open_intervals(centre, grid, events)
    _absent(table, centre, grid, is_open, queue, interval)
    return _Placed(table, grid, is_open, rows, queue, interval)


def _absent(table: Table, centre: Centre, grid: IntervalGrid, is_open: Mask, queue: Ints, interval: Ints) -> None:
    """Record open intervals that have no row; rows with faults count as there."""
    there = np.zeros_like(is_open)
    there[queue, interval] = True
    faulty = np.flatnonzero(~table.good & ~np.isnat(table["interval_start"]))
    column = {name: i for i, name in enumerate(centre.queue_ids)}
    for row in faulty:
        place = int((table["interval_start"][row] - to_utc64(grid.start)).astype(np.int64)) // (60 * grid.step_minutes)
        if 0 <= place < grid.size and table["queue"][row] in column:
            there[column[table["queue"][row]], place] = True
    for k, item in enumerate(centre.queues):
        wanted = is_open[k]
        if item.deferred and item.open:
            wanted = window_mask(item.open, grid)
        missing = np.flatnonzero(wanted & ~there[k])
        if len(missing) == wanted.sum() and len(missing):
            table.faults.error(table.file, f"rows of queue {item.id}; there are none", column="queue")
        elif len(missing):
            said = [
                (0, grid.label(int(i)), f"a row of queue {item.id} for this open interval (0 where nothing comes)")
                for i in missing[: SHOWN + 1]
            ]
            table.faults.lines(table.file, "interval_start", said, len(missing))


def _handle_times(placed: _Placed, centre: Centre) -> Floats:
    usual = np.array([np.nan if q.aht_s is None else q.aht_s for q in centre.queues], dtype=np.float64)
    aht = placed.array("aht_s", np.nan)
    aht[aht == 0] = np.nan
    return np.where(np.isnan(aht), usual[:, None], aht)


def _band_order(table: Table) -> None:
    below: NDArray[np.float64] = np.full(table.size, -np.inf)
    for name in layouts.BANDS:
        with np.errstate(invalid="ignore"):
            table.flag(table.good & (table[name] < below), name, "bands that do not fall from p025 to p975")
        below = np.where(np.isnan(table[name]), below, table[name])


def _beyond_bands(table: Table) -> None:
    """Notice a mean outside its own bands: an edit that forgot them."""
    with np.errstate(invalid="ignore"):
        far = (table["mean"] > table["p975"] + 1) | (table["mean"] < table["p025"] - 1)
    table.remark(far & table.good, "mean", "a mean inside its bands; clear the bands to take the mean as known")


def _closed_volume(table: Table, placed: _Placed, volume: Floats, column: str) -> None:
    shut = np.zeros(table.size, dtype=np.bool_)
    shut[placed.rows] = ((volume > 0) & ~placed.open)[placed.queue, placed.interval]
    table.remark(shut, column, "0 while the queue is closed; kept as it is")


def _hand_over(faults: Faults, notices: list[Problem] | None) -> None:
    if notices is not None:
        notices.extend(faults.notices)
