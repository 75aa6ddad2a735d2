"""The covariance of a day's errors: a few parameters from moments, drawn towards what the days themselves show."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from domain.history import Floats
from forecasting.day_errors import DayErrors

PRIOR_DAYS = 100.0
"""The simple structure weighs as much as so many days."""

MEMORIES: tuple[float, ...] = (0.3, 0.5, 0.7, 0.85, 0.93)
"""Correlations at an hour's distance that are tried for the part that fades within the day."""


def structured_covariance(errors: DayErrors) -> Floats:
    """Return the covariance of relative errors, count noise apart, as a day's factor and an autoregression.

    Parameters
    ----------
    errors : DayErrors

    Returns
    -------
    float array, shape (slots, slots)
        ``a + b c ** h`` for slots ``h`` hours apart; a, b at least 0.

    Notes
    -----
    For each distance the products of errors are averaged, precise ones weighing more, count noise taken off
    at distance zero; ``a`` and ``b`` follow by non-negative least squares for each of five ``c``, and the
    closest is kept.
    """
    size = errors.expected.shape[1]
    relative, noise, known = errors.relative, errors.noise, errors.known
    weight = np.where(known, 1.0 / (noise + 0.01), 0.0)
    weight = weight / max(float(weight.max(initial=0.0)), 1e-12)
    top, bottom = np.zeros(size), np.zeros(size)
    for lag in range(size):
        pair = weight[:, : size - lag] * weight[:, lag:]
        product = relative[:, : size - lag] * relative[:, lag:]
        if lag == 0:
            product = product - np.where(known, noise, 0.0)
        top[lag], bottom[lag] = float((pair * product).sum()), float(pair.sum())
    hours = np.arange(size) * errors.step_minutes / 60
    use = bottom > 0.02 * bottom.max(initial=0.0)
    mean = np.divide(top, bottom, out=np.zeros(size), where=use)
    force = np.sqrt(np.where(use, bottom, 0.0))
    best = (np.inf, 0.0, 0.0, MEMORIES[0])
    for memory in MEMORIES:
        columns = np.column_stack([np.ones(size), memory**hours])
        (shared, fading), miss = nnls(columns * force[:, None], mean * force)
        if miss < best[0]:
            best = (float(miss), float(shared), float(fading), memory)
    _, shared, fading, memory = best
    return np.asarray(shared + fading * memory ** np.abs(hours[:, None] - hours[None, :]))


def shrunk_covariance(errors: DayErrors, prior_days: float = PRIOR_DAYS) -> Floats:
    """Return the covariance of relative errors, count noise apart.

    Parameters
    ----------
    errors : DayErrors
    prior_days : float

    Returns
    -------
    float array, shape (slots, slots)
        Positive semi-definite.

    Notes
    -----
    One step of expectation and maximisation from the structured covariance ``V`` under an inverse-Wishart
    prior around it (Chen 1979; Dempster, Laird and Rubin 1977): each day contributes the outer product of
    the expected errors given its counts, plus what remains unknown of them,
    ``(prior_days V + sum of days) / (prior_days + days)``. Unknown slots thus lean on the known ones.
    """
    prior = structured_covariance(errors)
    if not len(errors):
        return prior
    mean, gain = expected_errors(prior, errors.relative, errors.noise)
    left = prior[None] - gain @ prior
    total = prior_days * prior + mean.T @ mean + left.sum(axis=0)
    found = total / (prior_days + len(errors))
    return np.asarray(0.5 * (found + found.T))


def expected_errors(
    covariance: Floats, relative: Floats, noise: Floats, seen: int | None = None
) -> tuple[Floats, Floats]:
    """Return the errors of all slots to be expected given those of the first ones (Gaussian conditional).

    Parameters
    ----------
    covariance : float array, shape (slots, slots)
        Of the errors, count noise apart.
    relative, noise : float arrays, shape (days, slots)
        Errors so far and the variance of their count noise.
    seen : int, optional
        How many slots lie behind; all where absent.

    Returns
    -------
    mean : float array, shape (days, slots)
    gain : float array, shape (days, slots, seen)
        ``gain @ errors`` is the mean.
    """
    count = relative.shape[1] if seen is None else seen
    if count == 0:
        return np.zeros_like(relative), np.zeros((*relative.shape, 0))
    inner = covariance[:count, :count] + noise[:, :count, None] * np.eye(count)
    across = np.broadcast_to(covariance[:count], (len(relative), count, covariance.shape[1]))
    gain = np.linalg.solve(inner, across).transpose(0, 2, 1)
    mean = np.einsum("dsc,dc->ds", gain, relative[:, :count])
    return np.asarray(mean), np.asarray(gain)
