"""The level of a series: exponential smoothing whose memory is chosen at the lead that is needed."""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats

MEMORIES: tuple[float, ...] = (0.0, 0.01, 0.02, 0.04, 0.07, 0.11, 0.16, 0.24, 0.35)
"""Smoothing constants a day that are tried."""

_CLIP = 3.0  # robust standard deviations beyond which one day's surprise teaches no more


def smoothed_levels(residual: Floats, memories: tuple[float, ...] = MEMORIES) -> Floats:
    """Return the level after each day, for each smoothing constant.

    Parameters
    ----------
    residual : float array, shape (days,)
        What the regression leaves, newest last; NaN days teach nothing.
    memories : tuple of float

    Returns
    -------
    float array, shape (days, memories)

    Notes
    -----
    Surprises beyond three robust standard deviations are clipped (Gelper, Fried and Croux 2010), so that
    a day's outlier moves the level little and a lasting shift moves it for good.
    """
    known = residual[np.isfinite(residual)]
    levels = np.zeros((len(residual), len(memories)))
    if not len(known):
        return levels
    spread = 1.4826 * float(np.median(np.abs(known - np.median(known)))) + 1e-9
    _smooth(np.ascontiguousarray(residual), np.array(memories), _CLIP * spread, levels)
    return levels


@njit(cache=True)
def _smooth(residual: Floats, memories: Floats, limit: float, levels: Floats) -> None:
    """Fill the levels; NaN days leave them where they were."""
    for k in range(memories.size):
        level = 0.0
        for day in range(residual.size):
            value = residual[day]
            if not np.isnan(value):
                level += memories[k] * min(max(value - level, -limit), limit)
            levels[day, k] = level


def centred_level(residual: Floats, memory: float = 0.07) -> Floats:
    """Return the mean of the levels smoothed forwards and backwards, shape (days,)."""
    forward = smoothed_levels(residual, (memory,))[:, 0]
    backward = smoothed_levels(residual[::-1], (memory,))[::-1, 0]
    return np.asarray(0.5 * (forward + backward))


def level_ahead(residual: Floats, gap: int, horizon: int, half_life: float = 100.0) -> Floats:
    """Forecast the level of each coming day.

    Parameters
    ----------
    residual : float array, shape (days,)
    gap : int
        Days between the last of ``residual`` and the first day wanted.
    horizon : int
        Days wanted.
    half_life : float
        Of the weight that past errors have in the choice of memory, in days.

    Returns
    -------
    float array, shape (horizon,)

    Notes
    -----
    For each week ahead the memory is the one whose level missed the mean of a week that far ahead by
    least in the past, in absolute terms.
    """
    levels = smoothed_levels(residual)
    ahead = np.zeros(horizon)
    for week in range(0, horizon, 7):
        low, high = gap + week, gap + min(week + 7, horizon)
        ahead[week : week + 7] = levels[-1, _best_memory(residual, levels, low, high, half_life)]
    return ahead


def _best_memory(residual: Floats, levels: Floats, low: int, high: int, half_life: float) -> int:
    """Return the index of the memory with the least error on days ``low + 1`` to ``high`` ahead."""
    days = len(residual)
    known = np.isfinite(residual)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, residual, 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    at = np.arange(min(28, days // 3), days - high)  # after each of these days a forecast is made
    if len(at) < 28:
        return MEMORIES.index(0.04)
    seen = count[at + 1 + high] - count[at + 1 + low]
    target = np.divide(sums[at + 1 + high] - sums[at + 1 + low], np.maximum(seen, 1))
    weight = (seen > 0) * 0.5 ** ((days - at) / half_life)
    miss = (weight[:, None] * np.abs(target[:, None] - levels[at])).sum(axis=0)
    return int(np.argmin(miss))
