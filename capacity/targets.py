"""Every promise of the horizon as one row: queue, scope, start, measure, limit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.search import Limits
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.hours import window_mask
from domain.queues import IMPLIED_ABANDONMENT, UPPER_LIMITS, Measure, Queue, Scope, Target

LIVE: tuple[Measure, ...] = ("mean_wait_s", "service_level", "abandonment", "fcr", "occupancy")
"""Measures of queues whose customers wait; deferred work is judged by ``share`` and ``fcr``."""

UNSTATED_WITHIN_S = 20.0
"""Threshold at which a service level is shown where no target names one."""

DEFERRED: tuple[Measure, ...] = ("share", "fcr")


@dataclass(frozen=True)
class TargetRow:
    """One target of one queue in one interval, day or week.

    Attributes
    ----------
    queue : int
        Index in the centre's queues.
    scope : {"interval", "day", "week"}
    start : str
        ISO label: an interval's local start, or the first date of the day or week.
    measure : str
    limit : float
    within_s, response_h : float
        Of a service level, and of deferred work; 0 elsewhere.
    intervals : int array
        The grid's intervals in the window, in which the queue takes contacts.
    implied : bool
        Whether the contract supplies it (abandonment where patience is at or below the wait target).
    """

    queue: int
    scope: Scope
    start: str
    measure: Measure
    limit: float
    within_s: float
    response_h: float
    intervals: Ints
    implied: bool = False

    @property
    def key(self) -> tuple[int, str, str, str, float]:
        """What tells one promise from another, wherever its intervals are counted from."""
        return (self.queue, self.scope, self.start, self.measure, self.limit)

    @property
    def upper(self) -> bool:
        """Whether values at or below the limit meet it."""
        return self.measure in UPPER_LIMITS

    def miss(self, value: float) -> float:
        """Return the relative miss of a value, 0 where it is met."""
        excess = value - self.limit if self.upper else self.limit - value
        return max(0.0, excess / self.limit)


def implies_abandonment(queue: Queue, target: Target) -> bool:
    """Tell whether the contract adds an abandonment target to this one.

    Customers who leave, on average, before the wait target is reached keep the mean wait low by leaving: so
    abandonment is bounded where no target of the queue does.
    """
    if queue.deferred or queue.patience_s is None or target.mean_wait_s is None:
        return False
    given = any(other.abandonment is not None for other in queue.targets)
    return not given and queue.patience_s <= target.mean_wait_s


def interval_limits(queue: Queue) -> Limits:
    """Gather what one interval alone must keep: every target of the queue, whatever its scope.

    Parameters
    ----------
    queue : Queue
        A live one; for deferred work nothing is asked of an interval alone.
    """
    if queue.deferred:
        return Limits()
    waits, lost, busy = [math.inf], [1.0], [1.0]
    levels: list[tuple[float, float]] = []
    for target in queue.targets:
        waits += [target.mean_wait_s] if target.mean_wait_s is not None else []
        lost += [target.abandonment] if target.abandonment is not None else []
        lost += [IMPLIED_ABANDONMENT] if implies_abandonment(queue, target) else []
        busy += [target.occupancy] if target.occupancy is not None else []
        if target.service_level is not None and target.within_s is not None:
            levels.append((target.within_s, target.service_level))
    return Limits(min(waits), min(lost), min(busy), tuple(dict.fromkeys(levels)))


def _windows(
    scope: Scope, grid: IntervalGrid, counts: NDArray[np.bool_], open_: NDArray[np.bool_]
) -> Iterator[tuple[str, Ints]]:
    """Yield the label and the intervals of each window in which the queue is open at all."""
    if scope == "interval":
        for i in np.flatnonzero(open_):
            yield grid.label(int(i)), np.array([i], dtype=np.int64)
        return
    length = 1 if scope == "day" else 7
    block = grid.day_of // length
    for b in range(0, len(grid.days), length):
        inside = block == b // length
        if np.any(inside & open_):
            yield grid.days[b].isoformat(), np.flatnonzero(inside & counts).astype(np.int64)


def target_rows(centre: Centre, grid: IntervalGrid, open: NDArray[np.bool_], volume: Floats) -> tuple[TargetRow, ...]:
    """List every promise of the horizon: queue, measure and open day (or interval, or week, by scope).

    Parameters
    ----------
    centre : Centre
    grid : IntervalGrid
        Weeks are blocks of seven local days from its first.
    open : bool array, shape (queues, intervals)
        Intervals in which the queue takes contacts.
    volume : float array, shape (queues, intervals)
        Contacts; an interval that holds some counts for its day even where it is not open.

    Returns
    -------
    tuple of TargetRow
        By queue, target as given, measure and start. Windows without any opening are left out; an open one
        is listed even where nothing is expected. Deferred work is judged by the day it arrives, at any hour,
        and a day is listed if the queue's hours let anyone work on it. The abandonment that the contract
        implies is among the rows, marked so.
    """
    rows: list[TargetRow] = []
    for q, queue in enumerate(centre.queues):
        worked = np.array(open[q], dtype=np.bool_)
        if queue.deferred and queue.open:
            worked &= window_mask(queue.open, grid)
        counts = np.ones_like(worked) if queue.deferred else worked | (volume[q] > 0)
        for target in queue.targets:
            limits = target.measures()
            wanted = [(m, limits[m], False) for m in (DEFERRED if queue.deferred else LIVE) if m in limits]
            if implies_abandonment(queue, target):
                wanted.append(("abandonment", IMPLIED_ABANDONMENT, True))
            windows = list(_windows(target.scope, grid, counts, worked))
            for measure, limit, implied in wanted:
                within = (target.within_s or 0.0) if measure == "service_level" else 0.0
                response = (target.response_h or 0.0) if measure == "share" else 0.0
                rows += [
                    TargetRow(q, target.scope, start, measure, limit, within, response, intervals, implied)
                    for start, intervals in windows
                ]
    return tuple(rows)
