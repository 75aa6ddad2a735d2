"""What one elastic seat more, or less, changes of the priced misses of a roster, by the planning model as it is."""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.instance import Instance
from scheduling.service_model import miss_of, read_curve

BARRED = -np.inf
"""Saving of a block that may not be booked."""


@njit(cache=True, nogil=True)
def saved_by(inst: Instance, seats: Floats, values: Floats, k: int, start: int, length: int, sign: float) -> float:
    """Return by how much the price of all misses falls with one block more, or with ``sign`` -1 one less.

    Parameters
    ----------
    seats : float array, shape (pools, intervals)
        Of the roster, fixed ones included.
    values : float array, shape (rows,)
        Of the roster.
    k, start, length : int
        The block: its choice of queues, first slot, slots.
    sign : float

    Notes
    -----
    The same sum as adding the block to the roster and measuring all of it afresh, for the rows and intervals that the
    block touches. People stay where they are.
    """
    service, elastic, per = inst.service, inst.elastic, inst.per_interval
    kind = elastic.kind[k]
    end = start + length
    first = start // per
    last = min((end - 1) // per, inst.intervals - 1)
    fell = 0.0
    for r in range(values.shape[0]):
        low = max(first, service.row_first[r])
        high = min(last + 1, service.row_last[r])
        g = service.row_pool[r]
        c = service.row_curve[r]
        size = elastic.seat[k, g] if c >= 0 else elastic.gain[k, r]
        if low >= high or size == 0.0:
            continue
        more = 0.0
        for t in range(low, high):
            weight = service.weight[r, t]
            if weight != 0.0:
                part = (min(end, (t + 1) * per) - max(start, t * per)) / per
                extra = sign * size * inst.kinds.share[kind, g, t] * part
                if c >= 0:
                    there = read_curve(inst, c, t, max(seats[g, t] + extra, 0.0))
                    more += weight * (there - read_curve(inst, c, t, seats[g, t]))
                else:
                    more += extra
        if more != 0.0:
            fell += service.price[r] * (miss_of(inst, r, values[r]) - miss_of(inst, r, values[r] + more))
    return fell


@njit(cache=True, nogil=True)
def savings(inst: Instance, seats: Floats, values: Floats, room: Ints, length: int, sign: float) -> Floats:
    """Return what a block of one length saves, by its choice of queues and first interval.

    Parameters
    ----------
    seats, values : float arrays
        As for `saved_by`.
    room : int array, shape (slots,)
        A block may lie where this is above 0, all along.
    length : int
        Slots.
    sign : float

    Returns
    -------
    float array, shape (choices, intervals)
        ``BARRED`` where no such block may begin: there is no room, or none of its queues is open.
    """
    choices, per = inst.elastic.kind.shape[0], inst.per_interval
    found = np.full((choices, inst.intervals), BARRED)
    for k in range(choices):
        opened = inst.kinds.open[inst.elastic.kind[k]]
        for t in range(inst.intervals):
            start = t * per
            if start + length > inst.intervals * per:
                break
            free = True
            for s in range(start, start + length):
                if room[s] <= 0 or opened[s] == 0:
                    free = False
                    break
            if free:
                found[k, t] = saved_by(inst, seats, values, k, start, length, sign)
    return found
