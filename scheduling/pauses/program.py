"""The best places for all pauses of one shift, in any order: an exact dynamic program."""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints

MOST_PAUSES = 10
"""Pauses of one shift that the program takes on: its work doubles with each."""


@njit(cache=True, nogil=True)
def place_pauses(loss: Floats, sizes: Ints, starts: Ints) -> float:
    """Place every pause of a shift where they lose least together.

    Parameters
    ----------
    loss : float array, shape (pauses, slots)
        What is lost where a pause starts in a slot of the shift; infinite where it may not.
    sizes : int array, shape (pauses,)
        Slots of each.
    starts : int array, shape (pauses,)
        Filled, counted from the shift's start; left as it is where nothing fits.

    Returns
    -------
    float
        The least loss; infinite where the pauses do not fit.

    Notes
    -----
    ``best[p, s]`` is the least loss of the slots before ``p`` with the set ``s`` of pauses placed in them, where slot
    ``p - 1`` is worked. Work stands on both sides of every pause: they touch neither the shift's ends nor each other.
    """
    count, length = loss.shape
    sets = 1 << count
    best = np.full((length + 1, sets), np.inf)
    came = np.full((length + 1, sets), -2, np.int64)
    best[0, 0] = 0.0
    for p in range(length):
        for s in range(sets):
            here = best[p, s]
            if here == np.inf:
                continue
            if here < best[p + 1, s]:
                best[p + 1, s] = here
                came[p + 1, s] = -1
            if p == 0:
                continue
            for j in range(count):
                end = p + sizes[j] + 1
                if s >> j & 1 == 0 and end <= length:
                    value = here + loss[j, p]
                    if value < best[end, s | 1 << j]:
                        best[end, s | 1 << j] = value
                        came[end, s | 1 << j] = j
    p, s = length, sets - 1
    if best[p, s] == np.inf:
        return np.inf
    while p > 0:
        j = came[p, s]
        if j < 0:
            p -= 1
        else:
            p -= sizes[j] + 1
            starts[j] = p
            s ^= 1 << j
    return float(best[length, sets - 1])
