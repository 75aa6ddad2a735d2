"""How forecasts a year ahead erred month by month in the past, and the bands that calls for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from domain.history import Floats
from forecasting.bands import INNER, inner_spread
from forecasting.forecast import LEVELS
from forecasting.long_range_model import BOTH, RECENT, DayHistory, long_path

MONTH_DAYS = 30
ORIGINS = 18
"""Past origins, a month apart."""

LEADS = 12

PREFERENCE = 0.10
"""A candidate must beat the mean of both by this share of its error to be taken instead."""

LEAST_ORIGINS = 6

START_VARIANCE, MONTHLY_VARIANCE = 0.08**2, 0.045**2
"""Variance of a month's relative error: at the origin, and added with each month (twelve real queues)."""

SEASON = 0.12
"""Size of a yearly season that a history of under a year cannot tell."""

PRIOR_ORIGINS = 4.0
"""What other queues showed counts as so many independent past errors."""

_TAIL = 6.0  # degrees of freedom: months err more wildly than a Gaussian


@dataclass(frozen=True)
class LongErrors:
    """How one queue's long-range forecast errs.

    Attributes
    ----------
    candidate : str
        The one taken.
    errors : dict of str to float
        Past absolute error of months over contacts, of each candidate; empty without a back-test.
    origins : int
        Past origins behind them.
    factor : float
        On the usual size of a month's error.
    day : float
        Coefficient of variation of a day around its month.
    yearly : bool
        Whether the time of the year takes part in the forecast.
    furthest : int
        The longest lead that was judged, in months.
    """

    candidate: str
    errors: dict[str, float]
    origins: int
    factor: float
    day: float
    yearly: bool
    furthest: int

    def month_variance(self, lead: Floats) -> Floats:
        """Return the variance of the relative error of a total ``lead`` months ahead, any shape."""
        season = 0.0 if self.yearly else SEASON**2
        return self.factor**2 * usual_variance(lead) + season * np.minimum(lead / 4, 1.0)


def usual_variance(lead: Floats) -> Floats:
    """Return the variance of a month's relative error on real queues, growing with the months ahead."""
    return START_VARIANCE + MONTHLY_VARIANCE * lead


def long_errors(history: DayHistory, end: int) -> LongErrors:
    """Forecast from past months as if they lay ahead, choose a candidate and measure its errors.

    Parameters
    ----------
    history : DayHistory
    end : int
        Only days before it are looked at.

    Notes
    -----
    1. From up to 18 origins a month apart, each by what was known before it, months of 30 days up to twelve
       ahead are compared with what came, known days alone. Origins at which history was too short for what is
       preferred today do not count.
    2. The mean of model and recent level is taken unless one of them erred less by a tenth on at least six
       origins.
    3. The size of relative errors, over what is usual at their lead, is read below which four in five lie
       (rolling conformal prediction, Lei et al. 2018). Leads overlap, so that only as many errors count as
       independent as there are origins, halved; what is usual counts as four.
    """
    known = np.flatnonzero(np.isfinite(history.totals[:end]))
    if not len(known):
        return LongErrors(RECENT, {}, 0, 1.0, _day_spread([]), False, 0)
    today = long_path(history, end, 1)
    yearly, chosen = today.yearly, BOTH if BOTH in today.totals else RECENT
    paths, errors, leads, where, days = {}, [], [], [], []
    for back in range(1, ORIGINS + 1):
        origin = end - MONTH_DAYS * back
        if origin < known[0] + 28:
            break
        found = long_path(history, origin, min(end - origin, MONTH_DAYS * LEADS)).totals
        if chosen in found:
            paths[origin] = found
    miss = dict.fromkeys(sorted(today.totals), 0.0)
    volume = 0.0
    cells = []
    for origin, path in paths.items():
        for lead in range(min((end - origin) // MONTH_DAYS, LEADS)):
            mine = origin + MONTH_DAYS * lead + np.arange(MONTH_DAYS)
            mine = mine[np.isfinite(history.totals[mine])]
            came = float(history.totals[mine].sum())
            if len(mine) < 8 or came <= 0:
                continue
            for name in miss:
                miss[name] += abs(float(path[name][mine - origin].sum()) - came)
            volume += came
            cells.append((origin, lead + 1, mine, came))
    shares = {name: value / volume for name, value in miss.items()} if volume > 0 else {}
    if shares and len(paths) >= LEAST_ORIGINS:
        best = min(shares, key=lambda name: shares[name])
        chosen = best if shares[best] < (1 - PREFERENCE) * shares[chosen] else chosen
    for origin, ahead, mine, came in cells:
        course = paths[origin][chosen][mine - origin]
        expected = float(course.sum())
        if expected <= 0:
            continue
        errors.append(float(np.clip(np.log(came / expected), -2.0, 2.0)))
        leads.append(float(ahead))
        where.append(origin)
        if ahead <= 3:
            use = course > 0.1 * course.max()
            days.append(history.totals[mine][use] / (course[use] * came / expected) - 1)
    factor = _factor(np.array(errors), np.array(leads), len(set(where)), yearly)
    furthest = max((ahead for _, ahead, _, _ in cells), default=0)
    return LongErrors(chosen, shares, len(paths), factor, _day_spread(days), yearly, furthest)


def _factor(errors: Floats, leads: Floats, origins: int, yearly: bool) -> float:
    """Return the size of errors over what is usual, shrunk to 1."""
    if not len(errors):
        return 1.0
    usual = usual_variance(leads) + (0.0 if yearly else SEASON**2) * np.minimum(leads / 4, 1.0)
    independent = max(origins / 2, 1.0)
    # Months that many origins saw count no more than those one did.
    found = inner_spread(errors / np.sqrt(usual), np.ones(len(errors)), independent)
    return float(np.sqrt((independent * found**2 + PRIOR_ORIGINS) / (independent + PRIOR_ORIGINS)))


def _day_spread(days: list[Floats]) -> float:
    """Return the coefficient of variation of days around their month, read from four in five."""
    values = np.abs(np.concatenate(days)) if days else np.zeros(0)
    if len(values) < 10:
        return 0.2
    return float(np.quantile(values, INNER)) / float(norm.ppf(0.5 + INNER / 2))


def long_bands(mean: Floats, variance: Floats) -> Floats:
    """Return quantiles at ``LEVELS`` around totals of a given relative variance.

    Parameters
    ----------
    mean, variance : float arrays, shape (totals,)
        Count noise is added here.

    Returns
    -------
    float array, shape (levels, totals)
        Lognormal with the tails of a t distribution of six degrees of freedom, four in five inside where a
        Gaussian has them; ascending, the mean between the outermost.
    """
    sigma = np.sqrt(np.log1p(variance + 1.0 / np.maximum(mean, 0.5)))
    score = t.ppf(np.array(LEVELS), _TAIL) * norm.ppf(0.9) / t.ppf(0.9, _TAIL)
    bands = mean * np.exp(score[:, None] * sigma - 0.5 * sigma**2)
    bands[0], bands[-1] = np.minimum(bands[0], mean), np.maximum(bands[-1], mean)
    return np.asarray(bands)
