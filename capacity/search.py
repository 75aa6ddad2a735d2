"""The least real number of seats at which an interval keeps its limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from capacity.chat import agent_speeds
from capacity.interval import patience_of, service
from domain.history import Floats

_TOLERANCE = 1e-8
_FLOOR = -30.0


@dataclass(frozen=True)
class Limits:
    """What one interval must keep; the defaults ask for nothing.

    Attributes
    ----------
    mean_wait_s : float
        Upper limit on the mean wait of all offered.
    abandonment, occupancy : float
        Upper limits; 1 asks for nothing.
    service_levels : tuple of (within_s, share)
        Least shares answered within each threshold.
    """

    mean_wait_s: float = math.inf
    abandonment: float = 1.0
    occupancy: float = 1.0
    service_levels: tuple[tuple[float, float], ...] = ()

    @property
    def given(self) -> bool:
        """Whether anything is asked for."""
        upper = self.mean_wait_s < math.inf or self.abandonment < 1.0 or self.occupancy < 1.0
        return upper or bool(self.service_levels)


_NOBODY = 1e-9
"""Agents, as a share of the load, below which there are none: limits that they keep ask for nobody."""


@njit(cache=True, error_model="numpy")
def _log_ratio(value: float, limit: float) -> float:
    if value <= 0.0:
        return _FLOOR
    return max(math.log(value / limit), _FLOOR)


@njit(cache=True, error_model="numpy")
def _gap(
    rate: float, aht: float, agents: float, patience: float, speeds: Floats, upper: Floats, levels: Floats
) -> float:
    """Return the largest log ratio of a measure to its limit: at or below 0 where all are kept.

    ``upper`` holds the limits on wait, abandonment and occupancy, ``levels`` rows of (within, 1 - share).
    """
    within = levels[0, 0] if levels.shape[0] else 0.0
    _, wait, lost, level, occupancy = service(rate, aht, agents, patience, within, speeds, False)
    gap = _FLOOR
    if upper[0] < math.inf:
        gap = max(gap, _log_ratio(wait, upper[0]))
    if upper[1] < 1.0:
        gap = max(gap, _log_ratio(lost, upper[1]))
    if upper[2] < 1.0:
        gap = max(gap, _log_ratio(occupancy, upper[2]))
    for k in range(levels.shape[0]):
        if k > 0:
            level = service(rate, aht, agents, patience, levels[k, 0], speeds, False)[3]
        gap = max(gap, _log_ratio(1.0 - level, levels[k, 1]))
    return gap


@njit(cache=True, error_model="numpy")
def _least(rate: float, aht: float, patience: float, speeds: Floats, upper: Floats, levels: Floats) -> float:
    load = rate * aht / speeds[-1]
    waits = math.isinf(patience)
    bottom = load if waits else 0.0
    # Bracket: from a square-root guess, in steps that double.
    high = load + 0.5 * math.sqrt(load)
    step = 0.25 * math.sqrt(load) + 0.01 * load
    at_high = _gap(rate, aht, high, patience, speeds, upper, levels)
    low, at_low = high, at_high
    if at_high > 0.0:
        while at_high > 0.0:
            low, at_low = high, at_high
            high += step
            step *= 2.0
            at_high = _gap(rate, aht, high, patience, speeds, upper, levels)
    else:
        while at_low <= 0.0:
            high, at_high = low, at_low
            low -= step
            step *= 2.0
            if low <= bottom:
                low = bottom
                if not waits:
                    at_low = _gap(rate, aht, 0.0, patience, speeds, upper, levels)
                    if at_low <= 0.0:
                        return 0.0
                else:
                    at_low = math.inf
                break
            at_low = _gap(rate, aht, low, patience, speeds, upper, levels)
    # Chandrupatla's method: inverse quadratic steps where they are safe, else halves.
    before, at_before = low, at_low
    share = 0.5
    while high - low > _TOLERANCE * high:
        if high < _NOBODY * load:
            return 0.0  # however few there are, the limits are kept
        n = low + share * (high - low)
        gap = _gap(rate, aht, n, patience, speeds, upper, levels)
        if gap > 0.0:
            before, at_before = low, at_low
            low, at_low = n, gap
            newest_low = True
        else:
            before, at_before = high, at_high
            high, at_high = n, gap
            newest_low = False
        share = 0.5
        if math.isinf(at_low) or math.isinf(at_before) or at_high <= _FLOOR:
            continue
        if newest_low:
            a, fa, b, fb = low, at_low, high, at_high
        else:
            a, fa, b, fb = high, at_high, low, at_low
        xi = (a - b) / (before - b)
        phi = (fa - fb) / (at_before - fb)
        t = 0.5
        if phi * phi < xi and (1.0 - phi) * (1.0 - phi) < 1.0 - xi:
            t = fa / (fb - fa) * at_before / (fb - at_before)
            t += (before - a) / (b - a) * fa / (at_before - fa) * fb / (at_before - fb)
        least = 0.45 * _TOLERANCE * high / (high - low)
        t = min(max(t, least), 1.0 - least)
        share = t if newest_low else 1.0 - t
    return float(high)


@njit(cache=True, error_model="numpy")
def _search(rate: Floats, aht: Floats, patience: float, speeds: Floats, upper: Floats, levels: Floats) -> Floats:
    out = np.zeros(rate.size)
    for i in range(rate.size):
        if rate[i] > 0.0:
            out[i] = _least(rate[i] / 3600.0, aht[i], patience, speeds, upper, levels)
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
        If contacts are offered without a positive handle time, or a number is infinite.

    Notes
    -----
    1. Waits, abandonment, occupancy and 1 - service level fall as seats are added, so the largest of their
       log ratios to the limits has one root.
    2. It is bracketed from a square-root guess in doubling steps and closed in on by Chandrupatla's method
       [1]_. With patience the root may lie below the offered load, down to 0.

    References
    ----------
    .. [1] T. R. Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
       function without using derivatives", Advances in Engineering Software 28, 1997.
    """
    rate, aht = np.broadcast_arrays(np.asarray(rate_per_h, np.float64), np.asarray(aht_s, np.float64))
    if np.any((rate > 0.0) & ~(aht > 0.0)):
        raise ValueError("contacts are offered without a handle time")
    if np.any(np.isinf(rate) | np.isinf(aht)):
        raise ValueError("contacts and handle times are finite")
    patience = patience_of(patience_s)
    if math.isinf(patience):
        limits = replace(limits, abandonment=1.0)  # nobody leaves
    if not limits.given:
        return np.where(rate > 0.0, workload(rate, aht, concurrency=concurrency, slowdown=slowdown), 0.0)
    upper = np.array([limits.mean_wait_s, limits.abandonment, limits.occupancy])
    levels = np.array(limits.service_levels, np.float64).reshape(-1, 2)
    levels[:, 1] = 1.0 - levels[:, 1]
    speeds = agent_speeds(concurrency, slowdown)
    found = _search(rate.ravel(), aht.ravel(), patience, speeds, upper, levels)
    return np.asarray(found, np.float64).reshape(rate.shape)
