"""The least real number of seats at which an interval keeps its limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from capacity.chat import agent_speeds
from capacity.interval import patience_of
from capacity.limits import FLOOR, NO_LIMIT, Limits, gap_of
from capacity.root import TOLERANCE, least_seats
from domain.history import Floats, Ints

__all__ = ["Limits", "seats_for", "workload"]


@njit(cache=True, error_model="numpy")
def _polish(
    n: float,
    slope: float,
    rate: float,
    aht: float,
    patience: float,
    speeds: Floats,
    upper: Floats,
    levels: Floats,
) -> tuple[float, float]:
    """Follow the secant from a good guess to the root and return it with the slope there; NaN where it goes astray.

    ``slope`` is that of the gap over the seats' distance from the load in roots of the load. A secant's error is below
    the product of the two before it, in that unit; the answer is given once ten times that is below a tenth of the
    tolerance.
    """
    load = rate * aht / speeds[-1]
    unit = math.sqrt(load)
    bottom = load if math.isinf(patience) else 0.0
    many = levels.shape[0] + np.sum(upper < NO_LIMIT) > 1 or speeds.size > 2
    at = gap_of(rate, aht, n, patience, speeds, upper, levels)
    step = -at / slope
    for _ in range(6):
        if not (abs(step) < 0.3 and n + step * unit > bottom) or at <= FLOOR:
            break
        following = n + step * unit
        found = gap_of(rate, aht, following, patience, speeds, upper, levels)
        if step != 0.0 and found != at:
            slope = (found - at) / step
        if not slope < 0.0:
            break
        last = -found / slope
        n, at = following, found
        if 10.0 * abs(step * last) * unit <= 0.1 * TOLERANCE * n and abs(last) < 0.01:
            root = n + last * unit
            answer = root * (1.0 + 0.5 * TOLERANCE)
            if root <= bottom or (many and gap_of(rate, aht, answer, patience, speeds, upper, levels) > 0.0):
                break
            return answer, slope
        step = last
    return math.nan, slope


@njit(cache=True, error_model="numpy")
def _search(
    rate: Floats, aht: Floats, order: Ints, patience: float, speeds: Floats, upper: Floats, levels: Floats
) -> Floats:
    """Solve the cells in the order of their load, each from what its neighbours need."""
    out = np.zeros(rate.size)
    near, further = -1, -1
    slope = -1.0
    for i in order:
        if not rate[i] > 0.0:
            continue
        if near >= 0 and rate[i] == rate[near] and aht[i] == aht[near]:
            out[i] = out[near]
            continue
        each = rate[i] / 3600.0
        found = math.nan
        load = each * aht[i] / speeds[-1]
        if further >= 0 and out[near] > 0.0 and out[further] > 0.0:
            before = rate[near] * aht[near] / (3600.0 * speeds[-1])
            beta = (out[near] - before) / math.sqrt(before)
            if load < 2.0 * before:
                earlier = rate[further] * aht[further] / (3600.0 * speeds[-1])
                change = beta - (out[further] - earlier) / math.sqrt(earlier)
                if before > earlier and aht[i] == aht[near] and aht[i] == aht[further]:
                    beta += change * min((load - before) / (before - earlier), 4.0)
                guess = load + beta * math.sqrt(load)
                if guess > 0.0:
                    found, slope = _polish(guess, slope, each, aht[i], patience, speeds, upper, levels)
        if math.isnan(found):
            found = least_seats(each, aht[i], patience, speeds, upper, levels)
            slope = -1.0
        out[i] = found
        further, near = near, i
    return out


def workload(
    rate_per_h: ArrayLike, aht_s: ArrayLike, *, concurrency: int = 1, slowdown: Sequence[float] = (1.0,)
) -> Floats:
    """Return the agents that keep up with the work when all are full, without room for waits to end."""
    full = agent_speeds(concurrency, slowdown)[-1]
    load = np.asarray(rate_per_h, np.float64) * np.asarray(aht_s, np.float64)
    return np.asarray(load / (3600.0 * full))


def seats_for(
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    limits: Limits,
    *,
    patience_s: float | None = None,
    concurrency: int = 1,
    slowdown: Sequence[float] = (1.0,),
) -> Floats:
    """Find the least real number of agents at which each interval alone keeps all its limits.

    Parameters
    ----------
    rate_per_h, aht_s : array_like
        Contacts an hour and seconds; broadcast against each other.
    limits : Limits
        Where nothing is asked for, the answer is the `workload`.
    patience_s, concurrency, slowdown
        As in `capacity.interval.interval_service`.

    Returns
    -------
    float array
        Agents, above the least number by at most 1e-8 of it and never below; 0 where nothing is offered.

    Raises
    ------
    ValueError
        If contacts are offered without a positive handle time, a number is negative, infinite or not a number, or
        patience, concurrency or slowdown make no sense.

    Notes
    -----
    1. Waits, abandonment, occupancy and 1 - service level fall as seats are added, so the largest of their
       log ratios to the limits has one root.
    2. It is bracketed from a square-root guess in doubling steps and closed in on by Chandrupatla's method
       [1]_. With patience the root may lie below the offered load, down to 0.
    3. In a batch, cells are solved in the order of their load: distance from the load in roots of it changes slowly,
       so that of the cells before is a guess from which one or two secant steps reach the root. A cell's answer
       may differ with the batch it is in, inside the tolerance.

    References
    ----------
    .. [1] T. R. Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
       function without using derivatives", Advances in Engineering Software 28, 1997.
    """
    rate, aht = np.broadcast_arrays(np.asarray(rate_per_h, np.float64), np.asarray(aht_s, np.float64))
    if not np.all(rate >= 0.0):
        raise ValueError(f"rate_per_h is 0 or more contacts, not {rate[~(rate >= 0.0)][0]}")
    if np.any((rate > 0.0) & ~(aht > 0.0)):
        raise ValueError("contacts are offered without a handle time")
    if np.any(np.isinf(rate) | np.isinf(aht)):
        raise ValueError("contacts and handle times are finite")
    patience = patience_of(patience_s)
    if math.isinf(patience):
        limits = replace(limits, abandonment=1.0)  # nobody leaves
    if not limits.given:
        return np.where(rate > 0.0, workload(rate, aht, concurrency=concurrency, slowdown=slowdown), 0.0)
    speeds = agent_speeds(concurrency, slowdown)
    flat, each = rate.ravel(), aht.ravel()
    order = np.argsort(flat * each, kind="stable")
    found = _search(flat, each, order, patience, speeds, limits.upper, limits.levels)
    return np.asarray(found, np.float64).reshape(rate.shape)
