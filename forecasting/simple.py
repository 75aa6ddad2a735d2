"""Forecasts that need little history: medians and means of past weekdays, and a Poisson regression."""

from __future__ import annotations

import warnings

import numpy as np
import statsmodels.api as sm
from scipy.signal import lfilter

from domain.history import Floats, Ints
from forecasting.day_series import DaySeries, TotalsAhead
from forecasting.days import logged
from forecasting.profile import recency


def recent_weekdays(counts: Floats, weekday: Ints, weeks: int, how: str) -> Floats:
    """Return the median or mean of the latest same weekdays, slot by slot.

    Parameters
    ----------
    counts : float array, shape (days, slots)
        NaN where unknown.
    weekday : int array, shape (days,)
    weeks : int
        Days with any known slot that are looked at, for each weekday.
    how : {"median", "mean"}

    Returns
    -------
    float array, shape (7, slots)
        NaN where nothing is known.
    """
    result = np.full((7, counts.shape[1]), np.nan)
    known = logged(counts)
    for d in range(7):
        mine = counts[np.flatnonzero((weekday == d) & known)[-weeks:]]
        if len(mine):
            result[d] = known_median(mine) if how == "median" else known_mean(mine)
    return result


def known_median(days: Floats) -> Floats:
    """Return the median of what is known in each column, as `numpy.nanmedian` does, many times quicker on few rows."""
    ranked = np.sort(days, axis=0)  # unknown ones last
    seen = np.isfinite(ranked).sum(axis=0)
    low, high = np.take_along_axis(
        ranked, np.array([np.maximum(seen - 1, 0) // 2, np.minimum(seen // 2, len(days) - 1)]), 0
    )
    return np.where(seen > 0, 0.5 * (low + high), np.nan)


def known_mean(days: Floats) -> Floats:
    """Return the mean of what is known in each column; NaN where nothing is."""
    seen = np.isfinite(days).sum(axis=0)
    return np.where(seen > 0, np.nansum(days, axis=0) / np.maximum(seen, 1), np.nan)


def weekday_means(series: DaySeries, weekday: Ints, half_life: float = 28.0) -> Floats:
    """Forecast day totals by each weekday's recent mean, shrunk to the mean over all days.

    Parameters
    ----------
    series : DaySeries
    weekday : int array, shape (days + gap + horizon,)
    half_life : float

    Returns
    -------
    float array, shape (horizon,)

    Notes
    -----
    A weekday's relation to the mean over all days counts as much as it differs from what count noise and
    day-to-day variation with a coefficient of 0.2 explain: with one day seen of a weekday it is shrunk by
    half or so, with eight it stands.
    """
    known = np.isfinite(series.totals) & ~series.special
    if not np.any(known):
        known = np.isfinite(series.totals)
    if not np.any(known):
        return np.zeros(series.horizon)
    totals = np.where(known, series.totals, 0.0)
    weight = recency(len(known), half_life) * known
    mine = weekday[: len(known)]
    overall = float((weight * totals).sum() / weight.sum())
    if overall <= 0:
        return np.zeros(series.horizon)
    ratio = np.ones(7)
    seen = np.zeros(7)
    for d in range(7):
        at = (mine == d) & known
        seen[d] = weight[at].sum() / weight[known].max()
        if seen[d] > 0:
            ratio[d] = float((weight[at] * totals[at]).sum() / weight[at].sum()) / overall
    spread = max(float(np.average((ratio - 1) ** 2, weights=seen)), 0.01)
    # Day-to-day variation and count noise go with the weekday's own volume; an unseen one is as the mean.
    size = np.maximum(ratio, 0.05)
    trust = spread / (spread + (0.04 * size**2 + size / overall) / np.maximum(seen, 1e-9))
    shrunk = 1 + trust * (ratio - 1)
    # The mean over days, free of which weekdays happened to be seen.
    base = float((weight * totals).sum() / (weight * shrunk[mine]).sum())
    return base * shrunk[weekday[series.ahead]]


def poisson_totals(series: DaySeries, half_life: float = 120.0) -> TotalsAhead:
    """Forecast day totals by a Poisson regression on weekday and holidays, for low counts.

    Parameters
    ----------
    series : DaySeries
    half_life : float

    Notes
    -----
    A generalised linear model with logarithmic link, recent days weighing more. Each column
    has a pseudo-day of the mean volume, so that a holiday or weekday without any contact keeps a finite effect.
    The level is the ratio of recent contacts to fitted ones, over the window that served best so far.
    """
    known = np.flatnonzero(np.isfinite(series.totals))
    columns = series.design.supported(np.isfinite(series.totals), frozenset({"weekday", "special"}))
    matrix = series.design.matrix[:, columns]
    special = np.array([series.design.group[c] == "special" for c in columns], dtype=np.bool_)
    totals = series.totals[known]
    train = matrix[known]
    weights = recency(len(series.totals), half_life)[known]
    mean = max(float(np.average(totals, weights=weights)), 1e-3)
    pseudo = np.zeros((len(columns), len(columns)))
    pseudo[:, ~special] = train[:, ~special].mean(axis=0)
    pseudo[special] += np.eye(len(columns))[special]
    pseudo[~special] = np.eye(len(columns))[~special]
    force = 0.1 / series.design.spread[columns] ** 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is judged below by what comes out
        fit = sm.GLM(
            np.concatenate([totals, np.full(len(columns), mean)]),
            np.concatenate([train, pseudo]),
            family=sm.families.Poisson(),
            freq_weights=np.concatenate([weights, force]),
        ).fit(maxiter=30)
    beta = np.asarray(fit.params, dtype=np.float64)
    fitted = np.exp(train @ beta)
    level = _recent_ratio(known, totals, fitted, series)
    ahead = matrix[series.ahead]
    usual = np.exp(ahead[:, ~special] @ beta[~special]) * level
    return TotalsAhead(usual, np.exp(ahead[:, special] @ beta[special]))


def _recent_ratio(known: Ints, totals: Floats, fitted: Floats, series: DaySeries) -> float:
    """Return recent contacts over fitted ones, by the half-life that forecast past weeks best."""
    lead = series.gap + 7
    actual, model = np.zeros(len(series.totals)), np.zeros(len(series.totals))
    actual[known], model[known] = totals, fitted
    best, least = 1.0, np.inf
    for half_life in (14.0, 28.0, 56.0, 112.0):
        decay = [1.0, -(0.5 ** (1 / half_life))]
        above, below = lfilter([1.0], decay, actual), lfilter([1.0], decay, model)
        # Two weeks of fitted volume say "the level is as fitted".
        ratios = (above + 14 * model.mean()) / (below + 14 * model.mean())
        from_day = max(len(actual) - 180, 28)
        at = np.arange(from_day, len(actual) - lead)
        errors = np.abs(actual[at + lead] - model[at + lead] * ratios[at])
        miss = float(errors.sum()) if len(at) > 27 else 0.0
        if miss < least:
            best, least = float(ratios[-1]), miss
    return best
