"""When a queue takes contacts on a horizon: opening hours and closures, in real time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.grid import IntervalGrid
from domain.history import Floats
from domain.hours import window_mask
from domain.people import Event
from domain.queues import Queue
from forecasting.event_cells import concerns


def overlap(events: Sequence[Event], grid: IntervalGrid) -> Floats:
    """Return the share of each interval that any of some events covers, shape (grid.size,)."""
    edges = np.arange(grid.size, dtype=np.float64) * grid.step_minutes
    covered = np.zeros(grid.size)
    reach = 0.0  # minutes already counted, for events that overlap
    for event in sorted(events, key=lambda e: (e.start, e.end)):
        start = max(grid.minutes_at(event.start), reach)
        end = grid.minutes_at(event.end)
        if end > start:
            inside = np.minimum(edges + grid.step_minutes, end) - np.maximum(edges, start)
            covered += np.maximum(inside, 0.0)
            reach = end
    return np.minimum(covered / grid.step_minutes, 1.0)


def open_share(queue: Queue, events: Sequence[Event], grid: IntervalGrid) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the share of each interval in which contacts arrive, and whether any do.

    Deferred work arrives at all hours, on closed days too.
    """
    if queue.deferred:
        return np.ones(grid.size), np.ones(grid.size, dtype=np.bool_)
    hours = window_mask(queue.open, grid) if queue.open else np.ones(grid.size, dtype=np.bool_)
    closed = overlap([e for e in events if e.kind == "closed" and concerns(e, queue.id)], grid)
    share = np.where(hours, 1.0 - closed, 0.0)
    return share, share > 1e-9
