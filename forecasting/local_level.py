"""Regression of day totals around a level that walks at random, by the Kalman filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from domain.history import Floats
from forecasting.day_series import DaySeries, TotalsAhead, smearing
from forecasting.level import level_ahead
from forecasting.ridge import Bools, ridge, robust_weights

SIGNAL_TO_NOISE: tuple[float, ...] = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Variances of the level's daily step that are tried, in units of the day's own noise."""

LONG_HALF_LIFE = 300.0
"""Days after which past errors count half where all of history teaches."""


def local_level_totals(series: DaySeries, yearly: bool = False) -> tuple[TotalsAhead, dict[int, float]]:
    """Forecast day totals by regression with a random-walk level, all of history weighing alike.

    Returns
    -------
    TotalsAhead
    dict of int to float
        Coefficient of each design column used.

    Notes
    -----
    The local-level model with regressors, the same as SARIMAX(0,1,1) with regressors where no day is
    missing. For each ratio of signal to noise the Kalman filter whitens totals and columns alike, and least
    squares on the innovations gives the likelihood with coefficients and variance concentrated out
    (Harvey 1989, section 3.4); the ratio of the greatest likelihood is kept. Days that a first
    regression finds outlying count with a larger noise. What serves best a day ahead follows too fast weeks
    ahead: the level is the mean of the filtered one and of one whose memory is chosen at the lead.
    """
    known = np.flatnonzero(np.isfinite(series.totals))
    columns = series.columns(yearly)
    matrix = series.design.matrix[:, columns]
    mean = float(series.logs[known].mean())
    rows = np.column_stack([series.logs[known] - mean, matrix[known]])
    penalty = series.penalty(columns)
    centre = series.design.expected[columns]
    steps = np.diff(known, prepend=known[0])
    flat = np.ones(len(known))
    noise = outlier_noise(rows, steps, series.special[known], penalty, centre)
    ratios = np.array(SIGNAL_TO_NOISE)
    white = whiten(rows, steps, noise, ratios)
    scores = []
    for k in range(len(ratios)):
        beta = ridge(white.innovations[k, :, 0], white.innovations[k, :, 1:], flat, penalty, centre)
        error = white.innovations[k, :, 0] - white.innovations[k, :, 1:] @ beta
        scores.append(-0.5 * (len(known) * np.log(error @ error) + white.log_variance[k]))
    best = int(np.argmax(scores))
    chosen = white.innovations[best]
    beta = ridge(chosen[:, 0], chosen[:, 1:], flat, penalty, centre)
    level = mean + white.level[best, 0] - white.level[best, 1:] @ beta
    error = np.full(len(series.totals), np.nan)
    error[known] = chosen[:, 0] - chosen[:, 1:] @ beta
    left = np.full(len(series.totals), np.nan)
    left[known] = np.where(series.special[known], np.nan, series.logs[known] - mean - matrix[known] @ beta)
    smoothed = mean + level_ahead(left, series.gap, series.horizon, LONG_HALF_LIFE)
    levels = 0.5 * (level + smoothed)
    found = {int(c): float(b) for c, b in zip(columns, beta, strict=True)}
    return series.contacts(columns, beta, levels, smearing(error)), found


@dataclass(frozen=True)
class Whitened:
    """Innovations of several series under several signal-to-noise ratios.

    Attributes
    ----------
    innovations : float array, shape (ratios, days - 1, series)
        Scaled to unit variance; the first day only starts the level.
    log_variance : float array, shape (ratios,)
        Sum of the logarithms of the innovations' variances.
    level : float array, shape (ratios, series)
        The filtered level after the last day.
    """

    innovations: Floats
    log_variance: Floats
    level: Floats


def whiten(rows: Floats, steps: NDArray[np.int64], noise: Floats, ratios: Floats) -> Whitened:
    """Run the local-level Kalman filter over several series at once.

    Parameters
    ----------
    rows : float array, shape (days, series)
        The known days only.
    steps : int array, shape (days,)
        Days since the known day before.
    noise : float array, shape (days,)
        Variance of each day's noise; 1 is usual.
    ratios : float array, shape (ratios,)
        Variance of the level's step a day.
    """
    days, series = rows.shape
    innovations = np.zeros((len(ratios), days, series))
    logs = np.zeros(len(ratios))
    level = np.zeros((len(ratios), series))
    _filter(np.ascontiguousarray(rows), steps, noise, ratios, innovations, logs, level)
    return Whitened(innovations, logs, level)


@njit(cache=True)
def _filter(
    rows: Floats,
    steps: NDArray[np.int64],
    noise: Floats,
    ratios: Floats,
    innovations: Floats,
    logs: Floats,
    level: Floats,
) -> None:
    """Fill what `whiten` returns, one step of the filter after the other."""
    days, series = rows.shape
    for k in range(ratios.size):
        variance = noise[0]
        level[k] = rows[0]
        for day in range(1, days):
            total = variance + ratios[k] * steps[day] + noise[day]
            gain = 1.0 - noise[day] / total
            variance = noise[day] * gain
            logs[k] += np.log(total)
            scale = 1.0 / np.sqrt(total)
            for j in range(series):
                surprise = rows[day, j] - level[k, j]
                innovations[k, day, j] = surprise * scale
                level[k, j] += gain * surprise


def outlier_noise(
    rows: Floats, steps: NDArray[np.int64], special: Bools, penalty: Floats, centre: Floats | None = None
) -> Floats:
    """Return the variance of each day's noise, 1 where it is usual: days a first regression finds outlying have more.

    Parameters
    ----------
    rows : float array, shape (days, 1 + columns)
        Log totals and regression columns of the known days.
    steps : int array, shape (days,)
        As in `whiten`.
    special : bool array, shape (days,)
        Days near holidays, whose outliers are real.
    penalty, centre : float arrays, shape (columns,)
        As in `ridge`.
    """
    flat = np.ones(len(rows))
    first = whiten(rows, steps, flat, np.array([0.03])).innovations[0]
    beta = ridge(first[:, 0], first[:, 1:], flat, penalty, centre)
    return np.asarray(1.0 / np.maximum(robust_weights(first[:, 0] - first[:, 1:] @ beta, special), 0.05))
