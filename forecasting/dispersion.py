"""How far day totals of low counts scatter beyond chance: negative binomial dispersion."""

from __future__ import annotations

import numpy as np
from scipy.stats import nbinom, poisson

from domain.history import Floats

MOST_VARIATION = 1.5
_PRIOR_DAYS = 10.0  # days without any excess that are added: a handful of days tells little


def day_variation(expected: Floats, actual: Floats, weight: Floats | None = None) -> float:
    """Return the coefficient of variation of a day's volume around its forecast, count noise apart.

    Parameters
    ----------
    expected, actual : float arrays, shape (days,)
        Totals of days that were forecast, and what came.
    weight : float array, shape (days,), optional
        Recent days may weigh more.

    Returns
    -------
    float
        0 where the totals scatter no more than Poisson counts.

    Notes
    -----
    Moments of the negative binomial with variance m + (variation m)^2 (Cameron and Trivedi 2013, chapter 3): the excess
    of squared errors over the mean, over the mean squared. It is taken of day totals, since intervals of one contact
    or less show hardly any of what moves whole days.
    """
    use = np.isfinite(expected) & np.isfinite(actual) & (expected > 0)
    if not use.any():
        return 0.0
    mass = np.ones(int(use.sum())) if weight is None else weight[use]
    m, came = expected[use], actual[use]
    prior = _PRIOR_DAYS * float(np.average(m**2, weights=mass)) * float(np.mean(mass))
    excess = float(np.sum(mass * ((came - m) ** 2 - m))) / (float(np.sum(mass * m**2)) + prior)
    return float(np.sqrt(np.clip(excess, 0.0, MOST_VARIATION**2)))


def count_quantiles(mean: Floats, variation: float, levels: tuple[float, ...]) -> Floats:
    """Return quantiles of counts of given means, shape (levels, ...): negative binomial, or Poisson without variation.

    Parameters
    ----------
    mean : float array, any shape
    variation : float
        Coefficient of variation of the mean itself.
    levels : tuple of float
    """
    column = np.array(levels).reshape(-1, *(1,) * mean.ndim)
    safe = np.where(mean > 0, mean, 1.0)[None]
    if variation < 1e-3:
        found = poisson.ppf(column, safe)
    else:
        size = 1 / variation**2
        found = nbinom.ppf(column, size, size / (size + safe))
    return np.where((mean > 0)[None], np.maximum(found, 0.0), 0.0)
