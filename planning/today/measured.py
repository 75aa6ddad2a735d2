"""What the day's counts tell of the service that was given, and of the work that is left."""

from __future__ import annotations

import numpy as np

from domain.centre import Centre
from domain.grid import from_utc64
from domain.history import Floats, History
from planning.today.board import Measured
from planning.today.day import Day


def measured(centre: Centre, actuals: History, day: Day) -> Measured:
    """Return waits, service levels and abandonment as they were counted, by queue and interval of the day.

    Notes
    -----
    ``mean_wait_s`` is told as it is, abandonment is ``abandoned`` over ``offered``, and service level is
    ``answered_in_target`` over ``offered`` where the queue has a threshold. Rows finer than the interval are averaged
    by their contacts. What is not told is NaN, and is reckoned by formula.
    """
    shape = (len(centre.queues), day.grid.size)
    above = {name: np.zeros(shape) for name in ("mean_wait_s", "service_level", "abandonment")}
    below = {name: np.zeros(shape) for name in above}
    place = {name: q for q, name in enumerate(centre.queue_ids)}
    timed = {queue.id for queue in centre.queues if any(target.within_s is not None for target in queue.targets)}
    for k in range(len(actuals)):
        name, offered = actuals.queues[int(actuals.queue[k])], float(actuals.offered[k])
        at = day.at(from_utc64(actuals.start[k]))
        if name not in place or not 0 <= at < day.grid.size or day.ahead[at] or not offered > 0:
            continue
        q = place[name]
        told = {
            "mean_wait_s": float(actuals.mean_wait_s[k]) * offered,
            "abandonment": float(actuals.abandoned[k]),
            "service_level": float(actuals.answered_in_target[k]) if name in timed else np.nan,
        }
        for measure, total in told.items():
            if np.isfinite(total):
                above[measure][q, at] += total
                below[measure][q, at] += offered
    found: dict[str, Floats] = {}
    for measure in above:
        known = below[measure] > 0
        found[measure] = np.divide(above[measure], below[measure], out=np.full(shape, np.nan), where=known)
    return Measured(found)


def counted_backlog(centre: Centre, actuals: History, day: Day) -> dict[str, float]:
    """Return the last backlog of each deferred queue that was counted today; none unless all of them are told."""
    found = {}
    for q, queue in enumerate(centre.queues):
        if not queue.deferred:
            continue
        rows = np.flatnonzero((actuals.queue == q) & np.isfinite(actuals.backlog))
        at = np.array([day.at(from_utc64(start)) for start in actuals.start[rows]], dtype=np.int64)
        mine = rows[(at >= 0) & (at < int(day.ahead.argmax() if day.ahead.any() else day.grid.size))]
        if not len(mine):
            return {}
        found[queue.id] = float(actuals.backlog[mine[np.argmax(actuals.start[mine])]])
    return found
