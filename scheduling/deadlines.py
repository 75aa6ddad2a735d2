"""Deferred work by its deadline, minute by minute: what arrives, and what some opening or duty could still hold."""

from __future__ import annotations

import numpy as np

from capacity.targets import TargetRow
from domain.history import Floats, Ints
from scheduling.calendar import Calendar, Minutes
from scheduling.model import Model


def arrivals(model: Model, calendar: Calendar, row: TargetRow) -> tuple[Ints, Floats]:
    """Return the minutes of a target's window, and the contacts that arrive in each.

    The model knows the volume of pools; a queue that shares its pool is given the part that its own contacts are.

    Parameters
    ----------
    model : Model
    calendar : Calendar
    row : TargetRow
        Its intervals count from the model's first.
    """
    grid, g = model.intervals, _pool(model, row)
    volume = model.pool_volume[g]
    share = 1.0
    if len(model.pools[g].queues) > 1:
        rows = [r for r, i in enumerate(model.rows.tolist()) if model.targets[i] == row]
        mine = next((float(model.contacts[r]) for r in rows), 0.0)
        share = mine / max(float(volume[row.intervals].sum()), 1e-12)
    low = calendar.minute(grid.start + int(row.intervals[0]) * grid.step)
    high = calendar.minute(grid.start + (int(row.intervals[-1]) + 1) * grid.step)
    each = np.zeros(high - low)
    for t in row.intervals.tolist():
        at = calendar.minute(grid.start + t * grid.step) - low
        each[at : at + grid.step_minutes] = share * volume[t] / grid.step_minutes
    return np.arange(low, high, dtype=np.int64), each


def handle_time(model: Model, row: TargetRow) -> float:
    """Return the mean handle time of a target's window in its pool, in seconds."""
    g = _pool(model, row)
    weight = model.pool_volume[g, row.intervals] + 1e-9
    return float(np.average(model.pool_aht[g, row.intervals], weights=weight))


def in_time(mask: Minutes, arrival: Ints, response_h: float, aht_s: float) -> Minutes:
    """Tell of each arrival whether the mask holds somewhere between it and the last moment to begin."""
    latest = arrival + round(60 * response_h) - int(np.ceil(aht_s / 60))
    never = len(mask) + 10**6
    at = np.where(mask, np.arange(len(mask)), never)
    following = np.minimum.accumulate(at[::-1])[::-1]
    found: Minutes = following[arrival] <= latest
    return found


def most_in_time(model: Model, calendar: Calendar, row: TargetRow) -> float:
    """Return the share of a target's contacts that opening hours let anybody complete in time, of those due inside."""
    arrival, each = arrivals(model, calendar, row)
    counts = arrival + round(60 * row.response_h) <= calendar.minute(model.intervals.end)
    if each[counts].sum() <= 0:
        return 1.0
    opened = calendar.opening(model.folder.centre.queue_ids[row.queue])
    possible = in_time(opened, arrival, row.response_h, handle_time(model, row))
    return float(each[counts & possible].sum() / each[counts].sum())


def _pool(model: Model, row: TargetRow) -> int:
    return next(g for g, pool in enumerate(model.pools) if row.queue in pool.queues)
