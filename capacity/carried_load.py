"""The most contacts that a number of seats carries while an interval keeps its limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from capacity.arguments import check_amounts
from capacity.chat import agent_speeds
from capacity.interval import patience_of
from capacity.limits import Limits, gap_of
from capacity.root import TOLERANCE, toward
from domain.history import Floats

_ENDLESS = 1e9
"""Load, as a multiple of what the seats can do, beyond which there is none that breaks the limits."""


@njit(cache=True, error_model="numpy")
def _most(seats: float, aht: float, patience: float, speeds: Floats, upper: Floats, levels: Floats) -> float:
    """Return the largest arrival rate at which so many seats keep the limits, from below."""
    able = seats * speeds[-1] / aht
    # In logarithms: low is kept, high is not.
    low = high = math.log(able)
    step = 0.05 + 1.0 / math.sqrt(able * aht)
    at_low = at_high = gap_of(able, aht, seats, patience, speeds, upper, levels)
    if at_high <= 0.0:
        while at_high <= 0.0:
            low, at_low = high, at_high
            high += step
            step *= 2.0
            if high > low + math.log(_ENDLESS):
                return math.inf
            at_high = gap_of(math.exp(high), aht, seats, patience, speeds, upper, levels)
    else:
        while at_low > 0.0:
            high, at_high = low, at_low
            low -= step
            step = min(2.0 * step, 20.0)
            if low < -600.0:
                return 0.0
            at_low = gap_of(math.exp(low), aht, seats, patience, speeds, upper, levels)
    a, fa, b, fb, c, fc = low, at_low, high, at_high, low, at_low
    t = 0.5
    while abs(b - a) > TOLERANCE:
        u = a + t * (b - a)
        gap = gap_of(math.exp(u), aht, seats, patience, speeds, upper, levels)
        c, fc = a, fa
        if (gap > 0.0) != (fa > 0.0):
            c, fc = b, fb
            b, fb = a, fa
        a, fa = u, gap
        edge = 0.45 * TOLERANCE / abs(b - a)
        t = min(max(toward(a, fa, b, fb, c, fc), edge), 1.0 - edge)
    return math.exp(min(a, b))


@njit(cache=True, error_model="numpy")
def _rates(seats: Floats, aht: Floats, patience: float, speeds: Floats, upper: Floats, levels: Floats) -> Floats:
    out = np.zeros(seats.size)
    for i in range(seats.size):
        if seats[i] > 0.0:
            out[i] = 3600.0 * _most(seats[i], aht[i], patience, speeds, upper, levels)
    return out


def rate_for(
    seats: ArrayLike,
    aht_s: ArrayLike,
    limits: Limits,
    *,
    patience_s: float | None = None,
    concurrency: int = 1,
    slowdown: Sequence[float] = (1.0,),
) -> Floats:
    """Find the most contacts an hour that a number of seats can carry while keeping all limits.

    Parameters
    ----------
    seats, aht_s : array_like
        Average agents on contact duty (real) and seconds; broadcast against each other.
    limits : Limits
        Where nothing is asked for, the answer is what keeps all seats busy.
    patience_s, concurrency, slowdown
        As in `capacity.interval.interval_service`.

    Returns
    -------
    float array
        Contacts an hour, below the most by at most 1e-8 of it and never above; infinite where no number breaks the
        limits, 0 without seats.

    Raises
    ------
    ValueError
        If an argument makes no sense.

    Notes
    -----
    The inverse of `seats_for`: every measure worsens as contacts are added, so there is one root.
    """
    n, aht = np.broadcast_arrays(np.asarray(seats, np.float64), np.asarray(aht_s, np.float64))
    check_amounts(seats=n)
    if not np.all((aht > 0.0) & (aht < math.inf)):
        raise ValueError("aht_s is above 0 seconds and finite")
    patience = patience_of(patience_s)
    speeds = agent_speeds(concurrency, slowdown)
    if math.isinf(patience):
        limits = replace(limits, abandonment=1.0)
    if not limits.given:
        return np.asarray(3600.0 * speeds[-1] * n / aht)
    found = _rates(n.ravel(), aht.ravel(), patience, speeds, limits.upper, limits.levels)
    return np.asarray(found, np.float64).reshape(n.shape)
