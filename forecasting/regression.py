"""Regression of day totals on the calendar, on the log scale, and the local level it moves around."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.linalg import solve_banded

from domain.history import Floats
from forecasting.calendar import Design
from forecasting.level import centred_level, level_ahead
from forecasting.profile import recency

Bools = NDArray[np.bool_]

SIGNAL_TO_NOISE: tuple[float, ...] = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Variances of the level's daily step that are tried, in units of the day's own noise."""

LONG_HALF_LIFE = 300.0
"""Days after which past errors count half where all of history teaches."""

_SHORT = frozenset({"weekday", "special"})
_USUAL = frozenset({"weekday", "special", "month"})
YEARLY = frozenset({"weekday", "special", "month", "year"})


@dataclass(frozen=True)
class TotalsAhead:
    """Forecast day totals, split into the usual course and what special days make of it.

    Attributes
    ----------
    usual : float array, shape (horizon,)
        Contacts of each day were it not special.
    special : float array, shape (horizon,)
        Factor of holidays and the days around them.
    """

    usual: Floats
    special: Floats


@dataclass(frozen=True)
class DaySeries:
    """Day totals up to a day, with what a regression needs beside them.

    Attributes
    ----------
    totals : float array, shape (days,)
        NaN where unknown.
    design : Design
        Of the days of ``totals`` and those to be forecast.
    special : bool array, shape (days,)
    gap, horizon : int
        Days between the last total and the first day wanted, and the days wanted.
    """

    totals: Floats
    design: Design
    special: Bools
    gap: int
    horizon: int

    @property
    def ahead(self) -> slice:
        """The days wanted, as rows of the design."""
        start = len(self.totals) + self.gap
        return slice(start, start + self.horizon)

    @property
    def offset(self) -> float:
        """What is added to a total before its logarithm is taken, so that a zero is bearable."""
        return max(0.5, 0.01 * float(np.nanmedian(self.totals)))

    @property
    def logs(self) -> Floats:
        """Logarithms of the totals."""
        return np.asarray(np.log(self.totals + self.offset))

    @cached_property
    def noise(self) -> float:
        """Standard deviation of one log total around the same weekday a week before, robust."""
        change = (self.logs[7:] - self.logs[:-7])[~self.special[7:] & ~self.special[:-7]]
        change = change[np.isfinite(change)]
        if len(change) < 7:
            return 0.15
        return max(0.02, 1.4826 * float(np.median(np.abs(change))) / float(np.sqrt(2)))

    def penalty(self, columns: NDArray[np.int64]) -> Floats:
        """Return the ridge weight of each column: noise variance over the effect's own variance."""
        return np.asarray((self.noise / self.design.spread[columns]) ** 2)

    def columns(self, yearly: bool) -> NDArray[np.int64]:
        """Return the columns that the history supports."""
        known = np.isfinite(self.totals)
        groups = _SHORT if known.sum() < 30 else YEARLY if yearly else _USUAL
        return self.design.supported(known, groups)


def ridge_wls(target: Floats, matrix: Floats, weights: Floats, penalty: Floats, prior: Floats | None = None) -> Floats:
    """Weighted least squares with the coefficients drawn towards a prior.

    Parameters
    ----------
    target, weights : float arrays, shape (rows,)
    matrix : float array, shape (rows, columns)
    penalty : float array, shape (columns,)
        Weight of a pseudo-observation that says "this coefficient is its prior".
    prior : float array, shape (columns,), optional
        Zero where absent.

    Returns
    -------
    float array, shape (columns,)
    """
    columns = matrix.shape[1]
    centre = np.zeros(columns) if prior is None else prior
    model = sm.WLS(
        np.concatenate([target, centre]),
        np.concatenate([matrix, np.eye(columns)]),
        weights=np.concatenate([weights, penalty]),
        hasconst=False,
    )
    return np.asarray(model.fit(method="qr").params, dtype=np.float64)


def ridge(target: Floats, matrix: Floats, weights: Floats, penalty: Floats, prior: Floats | None = None) -> Floats:
    """Return what ``ridge_wls`` does by the normal equations: quicker, for rounds and searches.

    ``target`` may have several columns; the coefficients then have shape (columns, targets).
    """
    weighted = matrix * weights[:, None]
    pull = np.zeros(matrix.shape[1]) if prior is None else penalty * prior
    right = weighted.T @ target
    right = right + (pull if target.ndim == 1 else pull[:, None])
    return np.asarray(np.linalg.solve(weighted.T @ matrix + np.diag(penalty), right))


def robust_weights(residual: Floats, exempt: Bools) -> Floats:
    """Return Huber weights of residuals; exempt days keep weight 1 because their outliers are real."""
    scale = float(sm.robust.scale.mad(residual[~exempt] if np.any(~exempt) else residual, center=0.0))
    if scale <= 0:
        return np.ones(len(residual))
    weights = np.asarray(sm.robust.norms.HuberT(t=2.0).weights(residual / scale), dtype=np.float64)
    return np.where(exempt, 1.0, weights)


def regress_totals(
    series: DaySeries, prior: dict[int, float], yearly: bool = False, half_life: float = 100.0
) -> TotalsAhead:
    """Forecast day totals by robust regression on the calendar and a smoothed level.

    Parameters
    ----------
    series : DaySeries
    prior : dict of int to float
        What longer memory says of a column's coefficient; see ``local_level_totals``.
    yearly : bool
        Whether terms of the time of the year take part.
    half_life : float
        Of a day's weight in the regression, in days.

    Notes
    -----
    1. Log totals are regressed on the supported columns, recent days weighing more and small days less;
       three rounds of Huber weights, days near holidays exempt.
    2. The residuals' level is smoothed with the memory that served best at the lead needed.
    3. The mean is taken back from the log scale with the residuals' smearing factor (Duan 1983).
    """
    known = np.isfinite(series.totals)
    columns = series.columns(yearly)
    matrix = series.design.matrix[:, columns]
    train = matrix[: len(known)][known]
    target = series.logs[known]
    exempt = series.special[known]
    centre = np.array([prior.get(int(c), series.design.expected[c]) for c in columns])
    precision = series.totals[known] / (series.totals[known] + 400.0)
    base = recency(len(known), half_life)[known] * np.maximum(precision, 0.02)
    mean = float(np.average(target, weights=base))
    is_weekday = np.array([series.design.group[c] == "weekday" for c in columns])
    centre = np.where(is_weekday, 0.0, centre)
    penalty = series.penalty(columns)
    penalty = np.where([int(c) in prior for c in columns], np.maximum(penalty, 1.0), penalty)
    weights = base
    beta = np.zeros(len(columns))
    slow = np.zeros(len(target))
    for _ in range(3):
        beta = ridge(target - mean - slow, train, weights, penalty, centre)
        left = np.full(len(known), np.nan)
        left[known] = np.where(exempt, np.nan, target - mean - train @ beta)
        slow = centred_level(left)[known]
        weights = base * robust_weights(target - mean - slow - train @ beta, exempt)
    beta = ridge_wls(target - mean - slow, train, weights, penalty, centre)
    residual = np.full(len(known), np.nan)
    residual[known] = target - mean - train @ beta
    left = np.where(series.special, np.nan, residual)
    level = mean + level_ahead(left, series.gap, series.horizon, half_life)
    return _back(series, columns, beta, level, _smearing(left))


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
    first = whiten(rows, steps, flat, np.array([0.03]))
    beta = ridge(first.innovations[0, :, 0], first.innovations[0, :, 1:], flat, penalty, centre)
    surprise = first.innovations[0, :, 0] - first.innovations[0, :, 1:] @ beta
    noise = 1.0 / np.maximum(robust_weights(surprise, series.special[known]), 0.05)
    ratios = np.array(SIGNAL_TO_NOISE)
    white = whiten(rows, steps, noise, ratios)
    scores = []
    for k in range(len(ratios)):
        beta = ridge(white.innovations[k, :, 0], white.innovations[k, :, 1:], flat, penalty, centre)
        error = white.innovations[k, :, 0] - white.innovations[k, :, 1:] @ beta
        scores.append(-0.5 * (len(known) * np.log(error @ error) + white.log_variance[k]))
    best = int(np.argmax(scores))
    chosen = white.innovations[best]
    beta = ridge_wls(chosen[:, 0], chosen[:, 1:], np.ones(len(known)), penalty, centre)
    level = mean + white.level[best, 0] - white.level[best, 1:] @ beta
    error = np.full(len(series.totals), np.nan)
    error[known] = chosen[:, 0] - chosen[:, 1:] @ beta
    left = np.full(len(series.totals), np.nan)
    left[known] = np.where(series.special[known], np.nan, series.logs[known] - mean - matrix[known] @ beta)
    smoothed = mean + level_ahead(left, series.gap, series.horizon, LONG_HALF_LIFE)
    levels = 0.5 * (level + smoothed)
    found = {int(c): float(b) for c, b in zip(columns, beta, strict=True)}
    return _back(series, columns, beta, levels, _smearing(error)), found


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
    for k, ratio in enumerate(ratios.tolist()):
        gains, totals = np.ones(days), np.ones(days)
        variance = float(noise[0])
        for day, (step, own) in enumerate(zip(steps.tolist(), noise.tolist(), strict=True)):
            if day == 0:
                continue
            total = variance + ratio * step + own
            gain = 1 - own / total
            gains[day], totals[day] = gain, total
            variance = own * gain
        # level[t] = (1 - gain[t]) level[t-1] + gain[t] rows[t], for all series at once
        system = np.zeros((2, days))
        system[0] = 1.0
        system[1, :-1] = gains[1:] - 1
        levels = solve_banded((1, 0), system, gains[:, None] * rows, check_finite=False)
        innovations[k, 1:] = (rows[1:] - levels[:-1]) / np.sqrt(totals[1:, None])
        logs[k] = float(np.log(totals[1:]).sum())
        level[k] = levels[-1]
    return Whitened(innovations, logs, level)


def _smearing(residual: Floats) -> float:
    """Return the mean of the exponentiated residuals, outliers clipped."""
    known = residual[np.isfinite(residual)][-120:]
    if len(known) < 10:
        return 1.0
    centred = known - np.median(known)
    spread = 1.4826 * float(np.median(np.abs(centred)))
    return float(np.clip(np.mean(np.exp(np.clip(centred, -2.5 * spread, 2.5 * spread))), 1.0, 1.3))


def _back(series: DaySeries, columns: NDArray[np.int64], beta: Floats, level: Floats, smearing: float) -> TotalsAhead:
    """Return to the scale of contacts."""
    matrix = series.design.matrix[series.ahead][:, columns]
    special = np.array([series.design.group[c] == "special" for c in columns], dtype=np.bool_)
    usual = np.exp(matrix[:, ~special] @ beta[~special] + level) * smearing - series.offset
    return TotalsAhead(np.maximum(usual, 0.0), np.exp(matrix[:, special] @ beta[special]))
