"""When customers arrive: Poisson in each interval, or as they were logged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from capacity.simulation.draws import GAPS, derive, exponential
from domain.history import Floats, Ints

JUST_BEFORE_S = 1e-6


@dataclass(frozen=True)
class FixedArrivals:
    """Contacts as they came, to be met by a simulated team.

    Attributes
    ----------
    minute : float array, shape (contacts,)
        Minutes from the grid's start; those outside the grid are left out.
    queue : int array, shape (contacts,)
        Index of the queue.
    handle_s : float array, shape (contacts,), or None
        Handle time by an average agent, in seconds; NaN (or None) where it is to be drawn.
    """

    minute: Floats
    queue: Ints
    handle_s: Floats | None = None

    def by_queue(self, queues: int, horizon_s: float) -> tuple[Floats, Floats, Ints]:
        """Return arrival seconds and handle times sorted by queue and time, and where each queue begins."""
        second = np.asarray(self.minute, dtype=np.float64) * 60.0
        queue = np.asarray(self.queue, dtype=np.int64)
        work = np.full(second.size, np.nan) if self.handle_s is None else np.asarray(self.handle_s, np.float64)
        inside = np.flatnonzero((second >= 0) & (second < horizon_s))
        order = inside[np.lexsort((second[inside], queue[inside]))]
        first = np.searchsorted(queue[order], np.arange(queues + 1)).astype(np.int64)
        return second[order], work[order], first


def backlog_ages(count: float, response_s: float) -> Floats:
    """Return arrival seconds before the start, oldest first, spread evenly over the response time.

    Without a response time all are just older than the start: at 0 they would count as the first interval's.
    """
    n = round(count)
    span = response_s if np.isfinite(response_s) else JUST_BEFORE_S
    return -span * (1.0 - (np.arange(n, dtype=np.float64) + 0.5) / max(n, 1))


@njit(cache=True, nogil=True)
def poisson_arrivals(
    key: np.uint64, volume: Floats, step: float, backlog: Floats, backlog_first: Ints
) -> tuple[Floats, Ints]:
    """Draw arrival times by queue, each queue's in order, its backlog before them.

    Parameters
    ----------
    key : uint64
        Of the replication.
    volume : float array, shape (queues, intervals)
        Expected contacts; the rate is constant within an interval.
    step : float
        Seconds of an interval.
    backlog, backlog_first : float array; int array, shape (queues + 1,)
        Arrival seconds of what is there at the start.

    Returns
    -------
    times : float array, shape (contacts,)
    first : int array, shape (queues + 1,)

    Notes
    -----
    A Poisson process of rate one, whose k-th gap depends on the key, the queue and k alone, is read through
    the inverse of the cumulative volume: when volume changes, the same customers come earlier or later.
    """
    queues, intervals = volume.shape
    times = np.empty(int(volume.sum() * 1.05) + backlog.size + 64 * queues, np.float64)
    first = np.zeros(queues + 1, np.int64)
    n = 0
    for q in range(queues):
        for j in range(backlog_first[q], backlog_first[q + 1]):
            if n == times.size:
                times = np.concatenate((times, np.empty_like(times)))
            times[n] = backlog[j]
            n += 1
        stream = derive(derive(key, GAPS), q)
        k = 0
        level = exponential(stream, 0)
        passed = 0.0
        for i in range(intervals):
            here = volume[q, i]
            while level < passed + here:
                if n == times.size:
                    times = np.concatenate((times, np.empty_like(times)))
                times[n] = (i + min((level - passed) / here, 1.0)) * step
                n += 1
                k += 1
                level += exponential(stream, k)
            passed += here
        first[q + 1] = n
    return times[:n].copy(), first


def replication_key(seed: int, replication: int) -> np.uint64:
    """Return the key from which everything random in a replication is derived."""
    key: np.uint64 = np.uint64(derive(np.uint64(derive(np.uint64(seed % 2**64), 0)), replication))
    return key
