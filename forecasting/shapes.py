"""Days as mixtures of a few shapes, each day's amounts regressed on the calendar."""

from __future__ import annotations

import numpy as np

from domain.history import Floats, Ints
from forecasting.day_series import DaySeries
from forecasting.level import centred_level, level_ahead
from forecasting.profile import Profile, leading_shapes, recency
from forecasting.ridge import ridge, robust_weights


def forecast_shapes(
    series: DaySeries, counts: Floats, weekday: Ints, profile: Profile, half_life: float = 100.0
) -> Floats:
    """Forecast whole days by the leading shapes of the days of history.

    Parameters
    ----------
    series : DaySeries
    counts : float array, shape (days, slots)
        NaN where unknown; unknown slots are filled by the profile.
    weekday : int array, shape (days + gap + horizon,)
        Of the days of history and those ahead.
    profile : Profile
    half_life : float

    Returns
    -------
    float array, shape (horizon, slots)

    Notes
    -----
    Square roots of counts are decomposed by a weighted singular value decomposition of rank 5; the scores
    of each day are regressed on the calendar like the day totals, and the first score's residual level
    is smoothed (Shen and Huang 2008; the square root steadies the variance of counts, Brown et al. 2005).
    """
    known = np.isfinite(series.totals)
    days = len(known)
    filled = np.where(
        np.isfinite(counts), counts, np.nan_to_num(series.totals)[:, None] * profile.shares[weekday[:days]]
    )
    roots = np.sqrt(np.maximum(filled[known], 0.0) + 0.25)
    weights = recency(days, half_life)[known]
    basis = leading_shapes(roots, weights)
    scores = roots @ basis.T
    columns = series.columns(yearly=False)
    matrix = series.design.matrix[:, columns]
    train, ahead = matrix[:days][known], matrix[series.ahead]
    exempt = series.special[known]
    penalty = series.penalty(columns)
    centre = np.average(scores, axis=0, weights=weights)
    moved = scores - centre
    # A score's scale is the square root: half the effect that the logarithm of the total has.
    usual = 0.5 * centre[0] * series.design.expected[columns]
    # The first score is the day's size: robust, and around a level that moves.
    force, slow = weights, np.zeros(len(scores))
    for _ in range(2):
        first = ridge(moved[:, 0] - slow, train, force, penalty, usual)
        left = np.full(days, np.nan)
        left[known] = np.where(exempt, np.nan, moved[:, 0] - train @ first)
        slow = centred_level(left)[known]
        force = weights * robust_weights(moved[:, 0] - slow - train @ first, exempt)
    others = ridge(moved[:, 1:], train, force, penalty)
    beta = np.column_stack([first, others])
    fitted = centre + train @ beta
    fitted[:, 0] += slow
    predicted = centre + ahead @ beta
    predicted[:, 0] += level_ahead(left, series.gap, series.horizon, half_life)
    # A square's mean is the squared mean and the variance, of which outliers may not make too much.
    surprise = np.abs(roots - fitted @ basis)
    limit = 2.5 * 1.4826 * np.median(surprise, axis=0)
    variance = np.average(np.minimum(surprise, limit) ** 2, axis=0, weights=weights)
    return np.asarray(np.maximum((predicted @ basis) ** 2 - 0.25 + variance, 0.0))
