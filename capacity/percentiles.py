"""The time in queue that a share of customers stays within."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from capacity.arguments import check_share
from capacity.chat import agent_speeds
from capacity.interval import patience_of
from capacity.levels import level_of, spread
from capacity.waits import waits
from domain.history import Floats

Whose = Literal["offered", "answered", "virtual"]
"""Whose wait: time in queue of everybody, of those answered, or the wait of a customer who would never leave."""

_WHOSE: tuple[Whose, ...] = get_args(Whose)


@njit(cache=True, error_model="numpy")
def _beyond(
    rate: float, aht: float, agents: float, patience: float, speeds: Floats, whose: int, within: float
) -> float:
    """Return the share whose wait is longer than ``within``."""
    _, in_time, gone, late, lost, _ = waits(rate, aht, agents, patience, within, within, speeds)
    if whose == 1:
        return float(1.0 - level_of(1, in_time, gone, late, lost))
    return float(late * math.exp(-within / patience)) if whose == 0 else float(late)


@njit(cache=True, error_model="numpy")
def _percentile(
    rate: float, aht: float, agents: float, patience: float, speeds: Floats, whose: int, share: float
) -> float:
    beyond = 1.0 - share
    at_once = _beyond(rate, aht, agents, patience, speeds, whose, 0.0)
    if math.isnan(at_once):
        return math.nan
    if at_once <= beyond:
        return 0.0
    high = aht / max(agents * speeds[-1], 1.0)
    while _beyond(rate, aht, agents, patience, speeds, whose, high) > beyond:
        high *= 2.0
        if high > 1e12 * aht:
            return math.inf
    low = 0.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high or high - low < 1e-14 * high:
            break
        if _beyond(rate, aht, agents, patience, speeds, whose, middle) > beyond:
            low = middle
        else:
            high = middle
    return float(high)


@njit(cache=True, error_model="numpy")
def _percentiles(
    rate: Floats, aht: Floats, seats: Floats, patience: float, speeds: Floats, whose: int, share: float
) -> Floats:
    out = np.full(rate.size, np.nan)
    for i in range(rate.size):
        if 0.0 < rate[i] < np.inf and 0.0 < aht[i] < np.inf and 0.0 <= seats[i] < np.inf:
            out[i] = _percentile(rate[i] / 3600.0, aht[i], seats[i], patience, speeds, whose, share)
    return out


def wait_percentile(
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    seats: ArrayLike,
    *,
    share: float,
    whose: Whose = "offered",
    patience_s: float | None = None,
    concurrency: int = 1,
    slowdown: Sequence[float] = (1.0,),
) -> Floats:
    """Return the time in queue that a share of customers stays within, seconds.

    Parameters
    ----------
    rate_per_h, aht_s, seats, patience_s, concurrency, slowdown
        As in `capacity.interval.interval_service`.
    share : float
        Such as .9 for nine of ten.
    whose : {"offered", "answered", "virtual"}
        Whose wait: of everybody, of those answered, or of a customer who would never leave.

    Returns
    -------
    float array
        0 where that share does not wait at all; infinite where the wait is unbounded.

    Notes
    -----
    The inverse, in T, of the levels ``with_early_abandons``, ``answered`` and ``virtual_wait``, by bisection to 1e-14.
    """
    check_share(share=share)
    if share == 1.0 or whose not in _WHOSE:
        raise ValueError(f"share is below 1 and whose one of {', '.join(_WHOSE)}, not {share} and {whose!r}")
    shape, (rate, aht, n) = spread(rate_per_h, aht_s, seats)
    speeds = agent_speeds(concurrency, slowdown)
    found = _percentiles(rate, aht, n, patience_of(patience_s), speeds, _WHOSE.index(whose), share)
    return np.asarray(found, np.float64).reshape(shape)
