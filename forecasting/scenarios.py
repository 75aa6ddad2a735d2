"""Days that may come: mean volumes drawn around a forecast, consistent with its bands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, poisson

from domain.history import Floats
from forecasting.forecast import LEVELS, Forecast

DAY_SHARE = 0.5
"""Share of the volume's variance that all intervals of a day have in common (0.3-0.55 on large real queues)."""

DAY_PERSISTENCE = 0.5
"""Correlation between the factors of a day and the next (0.2-0.75 on real queues a week ahead)."""

QUEUE_CORRELATION = 0.4
"""Correlation between the day factors of two queues (-0.1 to 0.7 on real ones)."""

PERSISTENCE_HOUR = 0.5
"""Correlation of the other part between intervals an hour apart."""


def scenarios(forecast: Forecast, count: int, rng: np.random.Generator) -> Floats:
    """Draw mean volumes of whole horizons.

    Parameters
    ----------
    forecast : Forecast
    count : int
        Scenarios wanted.
    rng : numpy.random.Generator

    Returns
    -------
    float array, shape (count, queues, intervals)
        Expected contacts of each interval in each scenario; count noise is not in them. The forecast's mean
        throughout where its volume is known.

    Notes
    -----
    1. The bands' width on the square-root scale, less what Poisson noise explains, is the volume's own
       coefficient of variation, one figure for each queue and day.
    2. Its variance is split between a factor of the day, shared by its intervals, in part by queues and in
       part with the day before, and a first-order autoregression over its intervals (after Avramidis,
       Deslauriers and L'Ecuyer 2004, and Ibrahim et al. 2016).
    3. Both are lognormal with mean 1, so that the scenarios' mean is the forecast's. Day factors are
       stratified over scenarios, which keeps that mean close with few of them.
    """
    queues, size = forecast.mean.shape
    if forecast.known or count == 0:
        return np.broadcast_to(forecast.mean, (count, queues, size)).copy()
    day_of = forecast.grid.day_of
    days = int(day_of.max()) + 1 if size else 0
    variation = volume_variation(forecast, days)
    sigma = np.sqrt(np.log1p(variation**2))[:, day_of]
    sigma = np.where(np.all(forecast.bands == forecast.mean[None], axis=0), 0.0, sigma)
    shared = _stratified(count, (1, days), rng)
    own = _stratified(count, (queues, days), rng)
    of_day = np.sqrt(QUEUE_CORRELATION) * shared + np.sqrt(1 - QUEUE_CORRELATION) * own
    for day in range(1, days):
        fresh = np.sqrt(1 - DAY_PERSISTENCE**2) * of_day[:, :, day]
        of_day[:, :, day] = DAY_PERSISTENCE * of_day[:, :, day - 1] + fresh
    within = _autoregression(count, queues, day_of, forecast.grid.step_minutes, rng)
    mixed = np.sqrt(DAY_SHARE) * of_day[:, :, day_of] + np.sqrt(1 - DAY_SHARE) * within
    return np.asarray(forecast.mean * np.exp(sigma * mixed - 0.5 * sigma**2))


def volume_variation(forecast: Forecast, days: int) -> Floats:
    """Return the coefficient of variation of the volume that the bands imply, shape (queues, days)."""
    roots = np.sqrt(forecast.bands)
    low, high = LEVELS.index(0.10), LEVELS.index(0.90)
    outer_low, outer_high = LEVELS.index(0.025), LEVELS.index(0.975)
    inner = (roots[high] - roots[low]) / (norm.ppf(0.9) - norm.ppf(0.1))
    outer = (roots[outer_high] - roots[outer_low]) / (norm.ppf(0.975) - norm.ppf(0.025))
    total = (0.5 * (inner + outer)) ** 2
    surplus = np.maximum(total - root_variance(forecast.mean), 0.0)
    # Where an interval's volume is known no doubt is added, whatever its neighbours say.
    known = np.all(forecast.bands == forecast.mean[None], axis=0)
    surplus = np.where(known, 0.0, surplus)
    day_of = forecast.grid.day_of
    result = np.zeros((len(forecast.queues), days))
    for day in range(days):
        mine = day_of == day
        volume = np.where(known, 0.0, forecast.mean)[:, mine].sum(axis=1)
        # Relative variance of an interval is 4 surplus / mean; weighing it by volume leaves 4 sum(surplus).
        variance = np.divide(4 * surplus[:, mine].sum(axis=1), volume, out=np.zeros(len(volume)), where=volume > 0)
        result[:, day] = np.sqrt(variance)
    return np.minimum(result, 2.0)


def root_variance(mean: Floats) -> Floats:
    """Return the variance of the square root of a Poisson count, exact below 30 and 1/4 above."""
    table = np.concatenate([[0.0], np.geomspace(0.01, 30.0, 60)])
    counts = np.arange(120)
    probability = poisson.pmf(counts[:, None], table[None, :])
    first = (probability * np.sqrt(counts)[:, None]).sum(axis=0)
    second = (probability * counts[:, None]).sum(axis=0)
    return np.asarray(np.interp(mean, table, second - first**2, right=0.25))


def _stratified(count: int, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Return standard normal draws, each column spread evenly over its strata, shape (count, ...)."""
    width = int(np.prod(shape))
    places = rng.permuted(np.tile(np.arange(count), (width, 1)), axis=1).T
    uniform = (places + rng.random((count, width))) / count
    return np.asarray(norm.ppf(np.clip(uniform, 1e-12, 1 - 1e-12)).reshape(count, *shape))


def _autoregression(
    count: int, queues: int, day_of: NDArray[np.int64], step_minutes: int, rng: np.random.Generator
) -> Floats:
    """Return a standard normal first-order autoregression that starts anew each day."""
    keep = PERSISTENCE_HOUR ** (step_minutes / 60)
    noise = rng.standard_normal((count, queues, len(day_of)))
    result = np.empty_like(noise)
    for i in range(len(day_of)):
        if i == 0 or day_of[i] != day_of[i - 1]:
            result[:, :, i] = noise[:, :, i]
        else:
            result[:, :, i] = keep * result[:, :, i - 1] + np.sqrt(1 - keep**2) * noise[:, :, i]
    return result
