"""What an event multiplies volume by, learned from a few earlier ones and drawn towards their like."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.history import Floats, Ints
from forecasting.days import logged_totals

GIVEN_VARIATION = 0.15
"""Coefficient of variation of the volume around a lift that a planner gives."""
UNKNOWN_VARIATION = 0.50
"""The same where no event like it has ever been seen."""

AROUND_WEEKS = (-4, -3, -2, -1, 1, 2, 3, 4)
"""Weeks before and after from which a usual day is read."""

_AGAIN = 0.10  # how much one event's lift differs from occasion to occasion (standard deviation of its logarithm)
_AMONG = 0.40  # how much events of one kind differ from each other
_ANY = 0.70  # how much the mean of a kind may differ from no effect at all
_TOLD = 0.20  # how far off a stated lift of an earlier occasion may be


@dataclass(frozen=True)
class Example:
    """One earlier event: the logarithm of its lift, and the variance of what was measured."""

    name: str
    log_lift: float
    variance: float


@dataclass(frozen=True)
class Lift:
    """A multiplier of volume and how well it is known.

    Attributes
    ----------
    factor : float
    variation : float
        Coefficient of variation of the volume around it.
    examples : int
        Earlier events of the name it rests on.
    kin : int
        Earlier events of the kind and other names.
    given : bool
        Whether the planner gave it.
    """

    factor: float
    variation: float
    examples: int = 0
    kin: int = 0
    given: bool = False


def measured(name: str, actual: float, expected: float, noise: float) -> Example:
    """Return an example from the contacts an event had and those that usual days would have had.

    Parameters
    ----------
    name : str
    actual, expected : float
        Contacts.
    noise : float
        Coefficient of variation of a usual day's volume around what was expected.
    """
    log_lift = float(np.log((actual + 0.5) / (expected + 0.5)))
    return Example(name, log_lift, 1 / (actual + 0.5) + 0.1 / (expected + 0.5) + 1.3 * noise**2)


def stated(name: str, lift: float) -> Example:
    """Return an example from the lift given for an earlier event that history does not show."""
    return Example(name, float(np.log(max(lift, 0.05))), _TOLD**2)


def learned(name: str, examples: Sequence[Example]) -> Lift:
    """Return the lift of an event to come.

    Parameters
    ----------
    name : str
    examples : sequence of Example
        Earlier events of its kind, its namesakes among them.

    Notes
    -----
    Three levels of normal distributions on the logarithm (Gelman and Hill 2007, chapter 12): occasions of one
    event around its own mean (10 %), events of a kind around the kind's mean (40 %), and that around no effect (70 %).
    One clean namesake weighs about nine tenths, since events of a kind differ far more from each other than an
    event from itself; without any, the kind's mean is taken as far as it is known, with bands to match.
    """
    names = sorted({e.name for e in examples} - {name})
    summaries = [_combined([e for e in examples if e.name == other]) for other in names]
    weights = [1 / (variance + _AMONG**2) for _, variance in summaries]
    certain = sum(weights) + 1 / _ANY**2
    centre = sum(w * mean for w, (mean, _) in zip(weights, summaries, strict=True)) / certain
    prior = _AMONG**2 + 1 / certain
    mine = [e for e in examples if e.name == name]
    kin = len(examples) - len(mine)
    if not mine:
        variation = float(np.sqrt(prior + _AGAIN**2)) if kin else UNKNOWN_VARIATION
        return Lift(float(np.exp(centre)), variation, 0, kin)
    mean, variance = _combined(mine)
    trust = prior / (prior + variance)
    left = prior * variance / (prior + variance)
    factor = float(np.exp(centre + trust * (mean - centre)))
    return Lift(factor, float(np.sqrt(left + _AGAIN**2)), len(mine), kin)


def _combined(examples: Sequence[Example]) -> tuple[float, float]:
    """Return the mean of an event's occasions and its variance."""
    weight = np.array([1 / (e.variance + _AGAIN**2) for e in examples])
    return float(np.average([e.log_lift for e in examples], weights=weight)), float(1 / weight.sum())


def usual_days(learn: Floats, back_only: bool = False) -> Floats:
    """Return what a day's total usually is, shape (days,): the median of its weekday within four weeks on both sides.

    With ``back_only`` that of the eight weeks before. NaN where nothing is known.
    """
    weeks = tuple(range(-8, 0)) if back_only else AROUND_WEEKS
    return neighbours_median(logged_totals(learn), np.arange(len(learn)), [7 * k for k in weeks])


def neighbours_median(values: Floats, at: Ints, offsets: Sequence[int]) -> Floats:
    """Return the median of what lies at some offsets from each place, shape of ``at``; NaN where nothing is known.

    Parameters
    ----------
    values : float array, shape (places,)
        NaN where unknown.
    at : int array, any length
    offsets : sequence of int
    """
    if not len(at):
        return np.zeros(0)
    there = at[None, :] + np.array(offsets)[:, None]
    inside = (there >= 0) & (there < len(values))
    near = np.where(inside, values[np.clip(there, 0, len(values) - 1)], np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # places without neighbours stay unknown
        return np.asarray(np.nanmedian(near, axis=0))


def day_noise(learn: Floats) -> float:
    """Return the coefficient of variation of ordinary day totals around `usual_days`, robustly, 3 to 50 %."""
    totals, usual = logged_totals(learn), usual_days(learn)
    use = np.isfinite(totals) & np.isfinite(usual) & (usual > 0) & (totals > 0)
    if use.sum() < 14:
        return 0.15
    ratio = np.log(totals[use] / usual[use])
    return float(np.clip(1.4826 * np.median(np.abs(ratio - np.median(ratio))), 0.03, 0.5))


def around_factors(ratios: Floats, noise: Floats) -> Floats:
    """Return the factors of days near an event from those near its namesakes.

    Parameters
    ----------
    ratios : float array, shape (examples, offsets)
        Logarithm of contacts over usual ones; NaN where unknown.
    noise : float array, same shape
        Variance of each by chance.

    Returns
    -------
    float array, shape (offsets,)

    Notes
    -----
    Empirical Bayes: how far such days differ at all is estimated over examples and offsets; where that is no more
    than chance explains, the factors are 1.
    """
    known = np.isfinite(ratios)
    if not known.any():
        return np.ones(ratios.shape[1])
    between = max(float(np.mean(ratios[known] ** 2 - noise[known])), 0.0)
    weight = np.where(known, 1 / np.where(known, noise + _AGAIN**2 * (between > 0), 1.0), 0.0)
    total = weight.sum(axis=0)
    mean = np.divide((weight * np.nan_to_num(ratios)).sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
    trust = np.where(total > 0, between / (between + 1 / np.where(total > 0, total, 1.0)), 0.0)
    return np.asarray(np.exp(np.clip(trust * mean, np.log(0.2), np.log(5.0))))
