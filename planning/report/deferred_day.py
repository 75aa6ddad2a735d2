"""Deferred work over a day: what one hour leaves, another may take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats
from domain.queues import Queue
from planning.files.interval_rows import open_intervals
from planning.report.sharing import Sharing
from planning.result import Plan

TOLERANCE = 0.05
"""Seats below which a difference is rounding and no shortage."""


def worked_hours(plan: Plan) -> NDArray[np.bool_]:
    """Return the intervals in which each queue is worked, shape (queues, intervals).

    Deferred work arrives at all hours and is worked in the queue's own, unless an event closes it.
    """
    centre = plan.folder.centre
    deferred = np.array([queue.deferred for queue in centre.queues], dtype=np.bool_)
    done = open_intervals(centre, plan.requirement.grid, plan.folder.events, worked=True)
    return np.where(deferred[:, None], done, plan.forecast.open)


def catch_up(plan: Plan, missing: Floats, sharings: Sequence[Sharing]) -> None:
    """Take seats left at other hours of the day for deferred work, the nearest first.

    Parameters
    ----------
    plan : Plan
    missing : float array, shape (queues, intervals)
        Seats that each queue lacks; lowered in place where another hour within the response time has some to spare.
    sharings : sequence of Sharing
        Of every interval; what is taken is taken from them.

    Notes
    -----
    The time in which people wait for live contacts is no seat left: a contact begun is finished, so deferred work
    done in that time makes callers wait, and the need of live queues counts on people who are free.
    """
    grid, worked = plan.requirement.grid, worked_hours(plan)
    for q, queue in enumerate(plan.folder.centre.queues):
        if not queue.deferred:
            continue
        reach = _response_h(queue) * 60 / grid.step_minutes
        for t in np.flatnonzero(missing[q] > TOLERANCE).tolist():
            near = np.flatnonzero(worked[q] & (grid.day_of == grid.day_of[t]))
            for other in near[np.argsort(np.abs(near - t), kind="stable")].tolist():
                if abs(other - t) > reach or missing[q, t] <= TOLERANCE:
                    break
                missing[q, t] -= sharings[other].ask(q, float(missing[q, t]))


def _response_h(queue: Queue) -> float:
    """Return the shortest response time promised; a day where none is."""
    return min((target.response_h for target in queue.targets if target.response_h is not None), default=24.0)
