"""Deferred work mixed into a live queue, with people kept idle for the live contacts: a reserve."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from capacity.arguments import check_amounts
from capacity.erlang import inverse_blocking
from capacity.interval import IntervalService, patience_of, threshold_of
from capacity.palm import impatient, palm_series, patient
from domain.history import Floats

_STEPS = 100
_SAME = 1e-12


@dataclass(frozen=True)
class Blended:
    """What a mixed team gives; arrays of one shape.

    Attributes
    ----------
    live : IntervalService
        Service of the live queue; its occupancy counts the deferred work too.
    deferred_per_h : float array
        Deferred contacts done an hour: those that arrive, or, where they are too many, what there is time for.
    """

    live: IntervalService
    deferred_per_h: Floats


@njit(cache=True, error_model="numpy")
def _below(
    rate: float, deferred: float, handle: float, seats: float, reserve: float, patience: float
) -> tuple[float, float, float]:
    """Weigh the states with someone free against the one just full, everybody taking ``handle`` on average.

    Returns
    -------
    below : float
    begun : float
        Deferred contacts done a second.
    busy : float
        Mean number of busy people in those states.
    """
    load = rate * handle
    held = 0.0
    term, weight, carried = 1.0, 0.0, 0.0
    while held < reserve and seats - held > 0.0:
        term *= (seats - held) / load
        held += 1.0
        weight += term
        carried += term * max(seats - held, 0.0)
    least = seats - held
    if least <= 0.0 or reserve >= seats:
        alone = inverse_blocking(seats, load) - 1.0
        return alone, 0.0, load - seats / alone if alone > 0.0 else 0.0
    if math.isinf(patience):
        above = 1.0 / (1.0 - load / seats)
    else:
        above = math.exp(palm_series(seats / handle * patience, rate * patience)[0])
    # Deferred work begins only from this state down: as often as it leaves it, at most.
    most = least / handle * term / (weight + above)
    if not deferred < most:
        return weight, most, carried / weight if weight > 0.0 else 0.0
    free = 1.0 - deferred / most
    total = (rate + deferred) * handle
    lower = inverse_blocking(least, total) - 1.0
    if lower > 0.0:
        weight += free * term * lower
        carried += free * term * (total * lower - least)
    return weight, deferred, carried / weight if weight > 0.0 else 0.0


@njit(cache=True, error_model="numpy")
def mixed(
    rate: float, aht: float, deferred: float, deferred_aht: float, seats: float, reserve: float, patience: float
) -> tuple[float, float, float, float]:
    """Return below, deferred done a second, busy people in those states and the mean handle time of both kinds."""
    handle = aht
    below = begun = busy = 0.0
    for _ in range(_STEPS):
        if math.isinf(patience) and rate * handle >= seats:
            return 0.0, 0.0, 0.0, handle
        below, begun, busy = _below(rate, deferred, handle, seats, reserve, patience)
        answered = rate
        if not math.isinf(patience):
            answered = rate * (1.0 - impatient(below, rate, seats / handle, patience, 0.0)[2])
        mean = (answered * aht + begun * deferred_aht) / (answered + begun)
        if abs(mean - handle) <= _SAME * handle:
            break
        handle = 0.5 * (handle + mean) if deferred_aht != aht else mean
    return below, begun, busy, handle


@njit(cache=True, error_model="numpy")
def _table(
    rate: Floats,
    aht: Floats,
    deferred: Floats,
    deferred_aht: Floats,
    seats: Floats,
    reserve: Floats,
    patience: float,
    within: float,
) -> Floats:
    out = np.full((6, rate.size), np.nan)
    for i in range(rate.size):
        if not (0.0 < rate[i] < np.inf and 0.0 < aht[i] < np.inf and 0.0 < seats[i] < np.inf):
            continue
        each = rate[i] / 3600.0
        below, begun, busy, handle = mixed(
            each, aht[i], deferred[i] / 3600.0, deferred_aht[i], seats[i], reserve[i], patience
        )
        full_rate = seats[i] / handle
        if math.isinf(patience):
            p_wait, wait, lost, level = patient(below, each, full_rate, within)
        else:
            p_wait, wait, lost, level = impatient(below, each, full_rate, patience, within)
        occupancy = p_wait + (1.0 - p_wait) * busy / seats[i]
        row = (p_wait, wait, lost, level, min(occupancy, 1.0), 3600.0 * begun)
        for k in range(6):
            out[k, i] = row[k]
    return out


def blended_service(
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    seats: ArrayLike,
    *,
    reserve: ArrayLike,
    deferred_per_h: ArrayLike = math.inf,
    deferred_aht_s: ArrayLike,
    patience_s: float | None = None,
    within_s: float = 0.0,
) -> Blended:
    """Return the service of a live queue whose people also do deferred work.

    Parameters
    ----------
    rate_per_h, aht_s, seats : array_like
        Live contacts an hour, seconds, people on contact duty (real); all arrays are broadcast against each other.
    reserve : array_like of int
        Deferred work is begun only while more than so many people are idle; from ``seats`` on none is.
    deferred_per_h, deferred_aht_s : array_like
        Deferred contacts an hour, infinite where there is always one to do, and seconds each takes.
    patience_s, within_s
        Of the live queue, as in `capacity.interval.interval_service`; deferred contacts wait.

    Returns
    -------
    Blended
        NaN where nothing live is offered or nobody is there.

    Raises
    ------
    ValueError
        If an argument makes no sense.

    Notes
    -----
    1. With one handle time for both, let x be the contacts in service and the live ones in queue, and N = seats -
       reserve. At x >= N nothing deferred begins but what replaces a completion at N, so P(x) follows the live queue's
       own birth-death chain [1]_; below N nothing deferred waits, and the chain is Erlang's with both arrivals. The two
       join by what must hold for deferred contacts, N mu P(x = N, some wait) = rate x P(x >= N): none wait there
       with the chance 1 - rate sum over x >= N of P(x) / (N mu P(N)), and where that is negative, they pile up.
       This is exact, real seats apart.
    2. Of two handle times the mean over contacts done is taken, a fixed point. That leaves out who is at work when all
       are busy: then fewer are on deferred work than on average. So the live service level is rosy where deferred
       work is shorter, and too low where it is longer. Against simulation (14 people, 10 Erlang live, reserves 0 to 5):
       at most 1.1 points with 2 Erlang of deferred work of twice or three times the live handle time, 1.9 where there
       is always some; 2.3 and 3.1 where it takes half.

    References
    ----------
    .. [1] S. Bhulai and G. Koole, "A queueing model for call blending in call centers", IEEE Transactions on Automatic
       Control 48, 2003.
    .. [2] N. Gans and Y.-P. Zhou, "A call-routing problem with service-level constraints", Operations Research 51,
       2003.
    """
    shape, cells = cells_of(rate_per_h, aht_s, deferred_per_h, deferred_aht_s, seats, reserve)
    rate, aht, deferred, each, n, kept = cells
    table = _table(rate, aht, deferred, each, n, kept, patience_of(patience_s), threshold_of(within_s))
    p_wait, wait, lost, level, occupancy, done = (row.reshape(shape) for row in table)
    return Blended(IntervalService(wait, level, lost, occupancy, p_wait), done)


def cells_of(
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    deferred_per_h: ArrayLike,
    deferred_aht_s: ArrayLike,
    seats: ArrayLike,
    reserve: ArrayLike,
) -> tuple[tuple[int, ...], list[Floats]]:
    """Check the arguments and return their common shape and each of them flat, in the order given."""
    given = (rate_per_h, aht_s, deferred_per_h, deferred_aht_s, seats, reserve)
    arrays = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in given))
    rate, aht, deferred, each, n, kept = arrays
    check_amounts(rate_per_h=rate, seats=n, reserve=kept)
    if not np.all(deferred >= 0.0):
        raise ValueError("deferred_per_h is 0 or more contacts")
    for name, value in (("aht_s", aht), ("deferred_aht_s", each)):
        if not np.all((value > 0.0) & (value < math.inf)):
            raise ValueError(f"{name} is above 0 seconds and finite")
    if np.any(kept != np.floor(kept)):
        raise ValueError("reserve is a whole number of people")
    return rate.shape, [array.ravel() for array in arrays]
