"""Deferred work by its deadline, minute by minute: what arrives, and what some opening or duty could still hold."""

from __future__ import annotations

import numpy as np

from capacity.requirement import Requirement
from capacity.targets import TargetRow
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from scheduling.calendar import Calendar, Minutes


def arrivals(calendar: Calendar, grid: IntervalGrid, inside: Ints, volume: Floats) -> tuple[Ints, Floats]:
    """Return the minutes from the first interval to the last, and the contacts that arrive in each.

    Parameters
    ----------
    calendar : Calendar
    grid : IntervalGrid
    inside : int array
        The intervals, in order; not empty.
    volume : float array, shape (grid.size,)
    """
    low = calendar.minute(grid.start + int(inside[0]) * grid.step)
    high = calendar.minute(grid.start + (int(inside[-1]) + 1) * grid.step)
    each = np.zeros(high - low)
    for t in inside.tolist():
        at = calendar.minute(grid.start + t * grid.step) - low
        each[at : at + grid.step_minutes] = volume[t] / grid.step_minutes
    return np.arange(low, high, dtype=np.int64), each


def in_time(mask: Minutes, arrival: Ints, response_h: float, aht_s: float) -> Minutes:
    """Tell of each arrival whether the mask holds somewhere between it and the last moment to begin."""
    latest = arrival + round(60 * response_h) - int(np.ceil(aht_s / 60))
    never = len(mask) + 10**6
    at = np.where(mask, np.arange(len(mask)), never)
    following = np.minimum.accumulate(at[::-1])[::-1]
    found: Minutes = following[arrival] <= latest
    return found


def most_in_time(calendar: Calendar, requirement: Requirement, row: TargetRow) -> float:
    """Return the share of a target's contacts that opening hours let anybody do in time, of those due inside.

    Parameters
    ----------
    calendar : Calendar
    requirement : Requirement
        Of the calendar's days.
    row : TargetRow
    """
    volume, aht = requirement.volume[row.queue], np.nan_to_num(requirement.aht_s[row.queue])
    arrival, each = arrivals(calendar, requirement.grid, row.intervals, volume)
    counts = arrival + round(60 * row.response_h) <= calendar.minute(requirement.grid.end)
    total = float(each[counts].sum())
    if total <= 0:
        return 1.0
    aht_s = float(np.average(aht[row.intervals], weights=volume[row.intervals]))
    opened = calendar.opening(requirement.queues[row.queue])
    return float(each[counts & in_time(opened, arrival, row.response_h, aht_s)].sum() / total)
