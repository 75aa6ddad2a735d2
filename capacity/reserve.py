"""The least reserve of idle people at which a live queue keeps its limits beside deferred work."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from capacity.blending import cells_of, mixed
from capacity.interval import patience_of
from capacity.levels import level_of
from capacity.limits import Limits
from capacity.palm import impatient, patient
from capacity.waits import waits_below
from domain.history import Floats, Ints


@njit(cache=True, error_model="numpy")
def _keeps(
    rate: float,
    aht: float,
    deferred: float,
    deferred_aht: float,
    seats: float,
    reserve: float,
    patience: float,
    upper: Floats,
    levels: Floats,
) -> bool:
    below, _, _, handle = mixed(rate, aht, deferred, deferred_aht, seats, reserve, patience)
    full_rate = seats / handle
    if math.isinf(patience):
        waiting, wait, lost, _ = patient(below, rate, full_rate, 0.0)
    else:
        waiting, wait, lost, _ = impatient(below, rate, full_rate, patience, 0.0)
    if wait > upper[0] or lost > upper[1] or waiting > upper[4]:
        return False
    if upper[3] < math.inf and not waits_below(below, rate, full_rate, patience, 0.0, 0.0)[5] <= upper[3]:
        return False
    for k in range(levels.shape[0]):
        _, in_time, gone, late, left, _ = waits_below(below, rate, full_rate, patience, levels[k, 0], levels[k, 3])
        if not 1.0 - level_of(int(levels[k, 2]), in_time, gone, late, left) <= levels[k, 1]:
            return False
    return True


@njit(cache=True, error_model="numpy")
def _least_reserve(
    rate: Floats,
    aht: Floats,
    deferred: Floats,
    deferred_aht: Floats,
    seats: Floats,
    patience: float,
    upper: Floats,
    levels: Floats,
) -> NDArray[np.int64]:
    out = np.zeros(rate.size, np.int64)
    for i in range(rate.size):
        low, high = -1, math.ceil(seats[i])
        while high - low > 1 and rate[i] > 0.0:
            middle = (low + high) // 2
            if _keeps(
                rate[i] / 3600.0,
                aht[i],
                deferred[i] / 3600.0,
                deferred_aht[i],
                seats[i],
                middle,
                patience,
                upper,
                levels,
            ):
                high = middle
            else:
                low = middle
        out[i] = high if rate[i] > 0.0 else 0
    return out


def reserve_for(
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    seats: ArrayLike,
    limits: Limits,
    *,
    deferred_per_h: ArrayLike = math.inf,
    deferred_aht_s: ArrayLike,
    patience_s: float | None = None,
) -> Ints:
    """Find the least reserve at which the live queue keeps its limits.

    Parameters
    ----------
    rate_per_h, aht_s, seats, deferred_per_h, deferred_aht_s, patience_s
        As in `blended_service`.
    limits : Limits
        Of the live queue. A limit on occupancy is left aside: filling idle time is what mixing is for.

    Returns
    -------
    int array
        Of the broadcast shape; the seats, rounded up, where only the live queue alone keeps them, or not even that.

    Notes
    -----
    Live service betters with every person kept back, so the reserve is found by halving.
    """
    shape, cells = cells_of(rate_per_h, aht_s, deferred_per_h, deferred_aht_s, seats, 0.0)
    rate, aht, deferred, each, n, _ = cells
    found = _least_reserve(rate, aht, deferred, each, n, patience_of(patience_s), limits.upper, limits.levels)
    return np.asarray(found, np.int64).reshape(shape)
