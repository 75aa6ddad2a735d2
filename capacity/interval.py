"""The service that a number of seats gives one interval, by formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from capacity.chat import agent_speeds, below_full
from capacity.erlang import inverse_blocking
from capacity.palm import impatient, patient
from domain.history import Floats


@dataclass(frozen=True)
class IntervalService:
    """Expected service; arrays of one shape, NaN where nothing is offered.

    Attributes
    ----------
    mean_wait_s : float array
        Mean time in queue of all offered contacts; infinite where it is unbounded.
    service_level : float array
        Answered within the threshold / offered.
    abandonment : float array
        Abandoned / offered.
    occupancy : float array
        Contacts carried / (agents x concurrency).
    wait_probability : float array
        Share of contacts that do not find an agent with room.
    """

    mean_wait_s: Floats
    service_level: Floats
    abandonment: Floats
    occupancy: Floats
    wait_probability: Floats


@njit(cache=True, error_model="numpy")
def service(
    rate: float,
    aht: float,
    agents: float,
    patience: float,
    within: float,
    speeds: Floats,
    even: bool,
) -> tuple[float, float, float, float, float]:
    """Return P(wait), mean wait, P(abandon), service level and occupancy of one interval.

    Parameters
    ----------
    rate : float
        Arrivals per second, above 0.
    aht : float
        Seconds, above 0.
    agents : float
        Real, at least 0.
    patience, within : float
        Seconds; infinite patience for customers who wait.
    speeds : float array
        From `capacity.chat.agent_speeds`.
    even : bool
        As in `capacity.chat.below_full`.
    """
    if agents <= 0.0:
        if math.isinf(patience):
            return 1.0, math.inf, 0.0, 0.0, 1.0
        return 1.0, patience, 1.0, 0.0, 1.0
    concurrency = speeds.size - 1
    full_rate = agents * speeds[concurrency] / aht
    if math.isinf(patience) and full_rate <= rate:
        return 1.0, math.inf, 0.0, 0.0, 1.0
    carried = 0.0
    if concurrency == 1:
        below = inverse_blocking(agents, rate * aht / speeds[1]) - 1.0
    else:
        below, carried = below_full(rate * aht, agents, speeds, even)
    if math.isinf(patience):
        p_wait, wait, lost, level = patient(below, rate, full_rate, within)
    else:
        p_wait, wait, lost, level = impatient(below, rate, full_rate, patience, within)
    if concurrency == 1:
        occupancy = rate / full_rate * (1.0 - lost)
    else:
        occupancy = p_wait + (1.0 - p_wait) * carried / (agents * concurrency)
    return p_wait, wait, lost, level, min(occupancy, 1.0)


@njit(cache=True, error_model="numpy")
def _table(
    rate: Floats,
    aht: Floats,
    seats: Floats,
    patience: float,
    within: float,
    speeds: Floats,
    even: bool,
) -> Floats:
    out = np.empty((5, rate.size))
    for i in range(rate.size):
        row = (math.nan, math.nan, math.nan, math.nan, math.nan)
        known = rate[i] < np.inf and aht[i] < np.inf and seats[i] < np.inf
        if known and rate[i] > 0.0 and aht[i] > 0.0 and seats[i] >= 0.0:
            row = service(rate[i] / 3600.0, aht[i], seats[i], patience, within, speeds, even)
        out[0, i], out[1, i], out[2, i], out[3, i], out[4, i] = row
    return out


ENDLESS_S = 1e12
"""Mean patience beyond which nobody is ever lost."""


def patience_of(patience_s: float | None) -> float:
    """Return the mean patience, infinite where customers wait: also beyond 1e12 seconds.

    Raises
    ------
    ValueError
        If it is not above 0.
    """
    patience = math.inf if patience_s is None else float(patience_s)
    if not patience > 0.0:
        raise ValueError(f"patience is above 0 seconds, not {patience_s}")
    return patience if patience <= ENDLESS_S else math.inf


def threshold_of(within_s: float) -> float:
    """Return the threshold of a service level.

    Raises
    ------
    ValueError
        If it is below 0 or not a number.
    """
    if not within_s >= 0.0:
        raise ValueError(f"within_s is 0 seconds or more, not {within_s}")
    return float(within_s)


def interval_service(
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    seats: ArrayLike,
    *,
    patience_s: float | None = None,
    within_s: float = 0.0,
    concurrency: int = 1,
    slowdown: Sequence[float] = (1.0,),
    even_spread: bool = False,
) -> IntervalService:
    """Tabulate the service of intervals over seats.

    Parameters
    ----------
    rate_per_h, aht_s, seats : array_like
        Contacts an hour, seconds and average agents on contact duty (real); broadcast against each other, so
        that ``(intervals, 1)`` against ``(seats,)`` gives the whole table.
    patience_s : float or None
        Mean of the exponential patience; None or infinite where customers wait.
    within_s : float
        Threshold of the service level.
    concurrency : int
        Contacts an agent carries at once.
    slowdown : sequence of float
        Elapsed time of a contact while 1, 2, .. are carried, times ``aht_s``.
    even_spread : bool
        Take concurrent contacts for perfectly evenly spread, as published formulas do; by default the
        unevenness that departures leave is counted.

    Returns
    -------
    IntervalService
        Arrays of the broadcast shape; NaN where the rate is 0 or an argument is not a number.

    Raises
    ------
    ValueError
        If patience, threshold, concurrency or slowdown make no sense.

    Notes
    -----
    Steady state of M/M/n+M (Palm) or, without patience, M/M/n (Erlang C), agents extended to real numbers;
    for concurrency above one the head of the chain is that of `capacity.chat`. Without agents everybody waits
    out their patience.
    """
    rate, aht, n = np.broadcast_arrays(
        np.asarray(rate_per_h, np.float64), np.asarray(aht_s, np.float64), np.asarray(seats, np.float64)
    )
    patience = patience_of(patience_s)
    speeds = agent_speeds(concurrency, slowdown)
    table = _table(rate.ravel(), aht.ravel(), n.ravel(), patience, threshold_of(within_s), speeds, even_spread)
    p_wait, wait, lost, level, occupancy = (row.reshape(rate.shape) for row in table)
    return IntervalService(wait, level, lost, occupancy, p_wait)
