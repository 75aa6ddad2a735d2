"""How much a queue's volume goes with the day of the month: judged by the evidence of its own history."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecasting.day_series import DaySeries
from forecasting.local_level import outlier_noise, whiten

STRENGTHS: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0)
"""Factors on the usual size of the month's effects that are tried."""

RATIOS: tuple[float, ...] = (0.003, 0.03, 0.3)
"""Variances of the level's daily step that are tried beside them, in units of the day's own noise."""


def with_month_strength(series: DaySeries) -> DaySeries:
    """Return the series with its month columns' usual effects scaled to what history bears out.

    Notes
    -----
    For each strength the marginal likelihood of a linear model with normal coefficients is taken, the noise
    variance profiled out (MacKay 1992; Harvey 1989, section 3.4 for the level, which the Kalman filter
    takes out first): with innovations ``y``, columns ``X``, penalties ``P`` and
    ``S = |y - Xb|^2 + (b - c)' P (b - c)``, it is greatest where ``n log S + log|X'X + P| - log|P|`` is least.
    """
    known = np.flatnonzero(np.isfinite(series.totals))
    columns = series.columns(yearly=False)
    design = series.design
    month = np.array([name == "month" for name in design.group])
    if not np.any(month[columns]):
        return series
    mean = float(series.logs[known].mean())
    rows = np.column_stack([series.logs[known] - mean, design.matrix[known][:, columns]])
    steps = np.diff(known, prepend=known[0])
    centre = design.expected[columns]
    usual = series.penalty(columns)
    noise = outlier_noise(rows, steps, series.special[known], usual, centre)
    best, least = 1.0, np.inf
    white = whiten(rows, steps, noise, np.array(RATIOS))
    for k in range(len(RATIOS)):
        target, matrix = white.innovations[k, :, 0], white.innovations[k, :, 1:]
        square, right = matrix.T @ matrix, matrix.T @ target
        for strength in STRENGTHS:
            penalty = np.where(month[columns], usual / strength**2, usual)
            beta = np.linalg.solve(square + np.diag(penalty), right + penalty * centre)
            loss = float(((target - matrix @ beta) ** 2).sum() + (penalty * (beta - centre) ** 2).sum())
            size = float(np.linalg.slogdet(square + np.diag(penalty))[1] - np.log(penalty).sum())
            score = (len(known) - 1) * np.log(loss) + size + white.log_variance[k]
            if score < least:
                best, least = strength, float(score)
    return replace(series, design=replace(design, spread=np.where(month, best * design.spread, design.spread)))
