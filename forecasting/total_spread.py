"""How far the totals of past days and weeks lay from their forecasts, count noise apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from domain.centre import Centre
from domain.history import Floats, History
from domain.people import Event
from domain.progress import Control
from forecasting.bands import inner_spread, root
from forecasting.day_errors import DayErrors, past_days

WEEKS = 16
"""Past weeks looked at."""

HALF_LIFE_WEEKS = 12.0

PRIOR_DAYS = 15.0
PRIOR_WEEKS = 4.0
"""What the scenarios say of a total counts as so many past days, or weeks."""

TOGETHER_DAYS = 3.0
TOGETHER_WEEKS = 1.5
"""Totals next to each other err together: so many count as one."""


@dataclass(frozen=True)
class TotalSpread:
    """One queue's errors of past totals.

    Attributes
    ----------
    queue : str
    day, week : float
        Coefficient of variation of the volume around the forecast, count noise apart.
    days, weeks : float
        Past totals behind each, recent ones weighing more.
    """

    queue: str
    day: float
    week: float
    days: float
    weeks: float

    def of(self, period: Literal["day", "week", "month"], said: float) -> float:
        """Return the coefficient of variation of a period's total, given what scenarios say of it."""
        day = period == "day"
        found, count, prior = (self.day, self.days, PRIOR_DAYS) if day else (self.week, self.weeks, PRIOR_WEEKS)
        return float(np.sqrt((count * found**2 + prior * said**2) / (count + prior)))


def learn_spreads(
    history: History, centre: Centre, events: Sequence[Event], first: date, control: Control
) -> tuple[TotalSpread, ...]:
    """Learn how far totals lay from their forecasts, queue by queue.

    Parameters
    ----------
    history, centre, events, first, control
        As in `forecasting.day_errors.past_days`; a queue without past days tells nothing.

    Returns
    -------
    tuple of TotalSpread
        In the centre's order of queues.
    """
    found = past_days(history, centre, events, first, WEEKS, control)
    return tuple(spread_of(errors, queue.id) for errors, queue in zip(found, centre.queues, strict=True))


def spread_of(errors: DayErrors, queue: str) -> TotalSpread:
    """Measure one queue's spread from forecasts of past days.

    Notes
    -----
    For days, and for the weeks of one origin, known intervals are added up; the variance is read from the
    size below which four in five relative errors lie, less the count noise of a sum of the usual size.
    """
    known = errors.known
    expected = np.where(known, errors.expected, 0.0).sum(axis=1)
    actual = np.where(known, errors.actual, 0.0).sum(axis=1)
    newest = int(errors.origin.max(initial=0))
    weight = 0.5 ** ((newest - errors.origin) / (7 * HALF_LIFE_WEEKS))
    day, days = _variation(expected, actual, weight, TOGETHER_DAYS)
    _, which = np.unique(errors.origin, return_inverse=True)
    whole, came = (np.asarray(np.bincount(which, weights=values), dtype=np.float64) for values in (expected, actual))
    of_week = np.bincount(which, weights=weight) / np.maximum(np.bincount(which), 1)
    week, weeks = _variation(whole, came, of_week, TOGETHER_WEEKS)
    return TotalSpread(queue, day, week, days, weeks)


def _variation(expected: Floats, actual: Floats, weight: Floats, together: float) -> tuple[float, float]:
    """Return the coefficient of variation of totals and how many they are, recent ones weighing more."""
    use = (expected > 0) & (weight > 0)
    if use.sum() < 3:
        return 0.0, 0.0
    expected, actual, weight = expected[use], actual[use], weight[use]
    error = 2 * (root(actual) / root(expected) - 1)
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    independent = max(effective / together, 1.0)
    size = inner_spread(error, weight, independent)
    noise = float(np.average(1.0 / np.maximum(expected, 1.0), weights=weight))
    return float(np.sqrt(max(size**2 - noise, 0.0))), effective
