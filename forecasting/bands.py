"""Bands around a forecast from its own past errors, lead by lead (rolling split-conformal)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from domain.history import Floats, Ints
from forecasting.forecast import LEVELS

HALF_LIFE_WEEKS = 6.0
_SHIFT = 0.375  # steadies the variance of small counts under the square root (Anscombe 1948)
INNER = 0.8
"""Share of past errors by whose size a spread is read, so that a few wild ones do not set it."""
_BINS = 4
CELLS_A_DAY = 8.0
"""Independent errors that a day is worth: its intervals err partly together."""


@dataclass(frozen=True)
class PastErrors:
    """Forecasts made in the past and what came, one cell each.

    Attributes
    ----------
    expected, actual : float arrays, shape (cells,)
    weight : float array, shape (cells,)
        Recent cells weigh more.
    day : int array, shape (cells,)
        Which day a cell belongs to; cells of a day err together.
    """

    expected: Floats
    actual: Floats
    weight: Floats
    day: Ints


@dataclass(frozen=True)
class Calibration:
    """How a queue's forecast errs at one lead.

    Attributes
    ----------
    variation : float
        Coefficient of variation of the volume around the forecast, count noise apart.
    volume : float array, shape (bins,)
        Expected contacts at which each row of ``quantiles`` holds.
    quantiles : float array, shape (bins, levels)
        Of the standardised errors on the square-root scale.
    measured : bool
        Whether past errors were enough to measure them.
    """

    variation: float
    volume: Floats
    quantiles: Floats
    measured: bool


def root(contacts: Floats) -> Floats:
    """Return the scale on which errors are even: the square root, moved a little for small counts."""
    return np.asarray(np.sqrt(contacts + _SHIFT))


def unrooted(roots: Floats) -> Floats:
    """Return contacts from the scale of `root`, not below zero."""
    return np.asarray(np.maximum(np.maximum(roots, 0.0) ** 2 - _SHIFT, 0.0))


def spread(expected: Floats, variation: float) -> Floats:
    """Return the standard deviation on the square-root scale: count noise 1/4, and the volume's own."""
    return np.asarray(np.sqrt(0.25 + variation**2 * expected / 4))


def assumed(variation: float) -> Calibration:
    """Return a calibration where history is too short to measure one."""
    return Calibration(variation, np.ones(1), np.asarray(norm.ppf(np.array(LEVELS)))[None, :], False)


def calibrate(errors: PastErrors, least_days: int = 14) -> Calibration | None:
    """Learn the distribution of errors; None where they span under ``least_days`` days.

    Notes
    -----
    1. Errors are taken on the square-root scale and divided by a spread that adds count noise and a
       coefficient of variation of the volume, fitted by moments.
    2. Their weighted quantiles are taken in up to four groups of like volume, so that quiet hours and busy
       ones are covered alike.
    3. Levels are pushed outwards as split-conformal prediction asks (Lei et al. 2018), the number of
       independent errors being judged from the number of days: those of one day go together.
    """
    use = (errors.expected > 0) & (errors.weight > 0)
    expected, actual = errors.expected[use], errors.actual[use]
    weight, day = errors.weight[use], errors.day[use]
    days, where = np.unique(day, return_inverse=True)
    if len(days) < least_days or len(expected) < 50:
        return None
    error = root(actual) - root(expected)
    limit = 4 * np.sqrt(np.average(np.minimum(error**2, 9 * np.median(error**2) + 1), weights=weight))
    square = np.minimum(error**2, limit**2)
    surplus = float(np.sum(weight * (square - 0.25)) / np.sum(weight * expected / 4))
    variation = float(np.sqrt(max(surplus, 0.0)))
    standard = error / spread(expected, variation)
    of_day = np.bincount(where, weights=weight) / np.maximum(np.bincount(where), 1)
    independent = CELLS_A_DAY * float(of_day.sum() ** 2 / np.sum(of_day**2))
    bins = int(np.clip(len(expected) // 150, 1, _BINS))
    order = np.argsort(expected, kind="stable")
    groups = np.array_split(order, bins)
    volume = np.array([np.exp(np.mean(np.log(expected[g]))) for g in groups])
    quantiles = np.array([weighted_quantiles(standard[g], weight[g], outward(independent)) for g in groups])
    return Calibration(variation, volume, quantiles, True)


def outward(independent: float) -> Floats:
    """Return ``LEVELS`` moved outwards for a finite number of independent errors."""
    levels = np.array(LEVELS)
    factor = (independent + 1) / independent
    upper = np.minimum(levels * factor, 1.0)
    lower = np.maximum(1 - (1 - levels) * factor, 0.0)
    return np.where(levels > 0.5, upper, np.where(levels < 0.5, lower, levels))


def weighted_quantiles(values: Floats, weights: Floats, levels: Floats) -> Floats:
    """Return quantiles of weighted values, linear between them."""
    order = np.argsort(values, kind="stable")
    ranked, mass = values[order], weights[order]
    centre = (np.cumsum(mass) - 0.5 * mass) / mass.sum()
    return np.asarray(np.interp(levels, centre, ranked))


def bands(expected: Floats, calibration: Calibration, extra: Floats) -> Floats:
    """Return the quantiles at ``LEVELS`` around expected contacts.

    Parameters
    ----------
    expected : float array, any shape
    calibration : Calibration
    extra : float array, same shape
        Further coefficient of variation, such as an event's.

    Returns
    -------
    float array, shape (levels, ...)
        Not below zero, ascending over levels, the mean between the outermost.
    """
    log_volume = np.log(np.maximum(expected, 1e-9))
    at = np.log(np.maximum(calibration.volume, 1e-9))
    scores = np.stack([np.interp(log_volume, at, column) for column in calibration.quantiles.T])
    width = np.sqrt(spread(expected, calibration.variation) ** 2 + extra**2 * expected / 4)
    return around(np.where(expected > 0, unrooted(root(expected) + scores * width), 0.0), expected)


def around(quantiles: Floats, mean: Floats) -> Floats:
    """Return quantiles, shape (levels, ...), ascending and with the mean between the outermost."""
    result = np.maximum.accumulate(quantiles, axis=0)
    result[0] = np.minimum(result[0], mean)
    result[-1] = np.maximum(result[-1], mean)
    return np.asarray(result)


def inner_spread(errors: Floats, weights: Floats, independent: float) -> float:
    """Return the standard deviation of errors around zero, read from the size below which four in five lie.

    Parameters
    ----------
    errors, weights : float arrays, shape (errors,)
    independent : float
        How many of them err on their own: with few the level moves outwards (split-conformal prediction).
    """
    level = np.array([min(INNER * (independent + 1) / independent, 1.0)])
    return float(weighted_quantiles(np.abs(errors), weights, level)[0]) / float(norm.ppf(0.5 + INNER / 2))
