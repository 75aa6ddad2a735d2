"""Regression of day totals on the calendar, on the log scale, around a smoothed level."""

from __future__ import annotations

import numpy as np

from forecasting.day_series import DaySeries, TotalsAhead, smearing
from forecasting.level import centred_level, level_ahead
from forecasting.profile import recency
from forecasting.ridge import ridge, robust_weights


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
    beta = ridge(target - mean - slow, train, weights, penalty, centre)
    residual = np.full(len(known), np.nan)
    residual[known] = target - mean - train @ beta
    left = np.where(series.special, np.nan, residual)
    level = mean + level_ahead(left, series.gap, series.horizon, half_life)
    return series.contacts(columns, beta, level, smearing(left))
