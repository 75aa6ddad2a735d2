"""Contacts of a day that has been: as many in each interval as were counted, at moments that nobody wrote down."""

from __future__ import annotations

import numpy as np
from numba import njit

from capacity.simulation.arrivals import JUST_BEFORE_S
from capacity.simulation.draws import GAPS, derive, uniform
from domain.history import Floats, Ints


@njit(cache=True, nogil=True)
def exact_arrivals(
    key: np.uint64, volume: Floats, step: float, backlog: Floats, backlog_first: Ints
) -> tuple[Floats, Ints]:
    """Draw arrival times by queue, each queue's in order, its backlog before them.

    Parameters
    ----------
    key : uint64
        Of the replication.
    volume : float array, shape (queues, intervals)
        Contacts, rounded to whole ones.
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
    Given how many came in an interval, the moments of a Poisson process are independent and uniform in it. The k-th
    of a queue's moments depends on the key, the queue and k alone.
    """
    queues, intervals = volume.shape
    total = backlog.size
    for q in range(queues):
        for i in range(intervals):
            total += int(np.rint(volume[q, i]))
    times = np.empty(total, np.float64)
    first = np.zeros(queues + 1, np.int64)
    n = 0
    for q in range(queues):
        for j in range(backlog_first[q], backlog_first[q + 1]):
            times[n] = backlog[j]
            n += 1
        stream = derive(derive(key, GAPS), q)
        k = 0
        for i in range(intervals):
            begin = n
            # Rounding must not carry anybody into the next interval: its count is given too.
            last = (i + 1) * step - JUST_BEFORE_S
            for _ in range(int(np.rint(volume[q, i]))):
                times[n] = min((i + uniform(stream, k)) * step, last)
                n += 1
                k += 1
            times[begin:n].sort()
        first[q + 1] = n
    return times, first
