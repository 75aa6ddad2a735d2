"""How a queue's forecast erred on whole days of the past, slot by slot, on a scale that evens errors out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from domain.centre import Centre
from domain.history import Floats, History, Ints
from domain.people import Event
from domain.progress import Control
from forecasting.bands import root, unrooted
from forecasting.each_queue import each_queue
from forecasting.selection import choose
from forecasting.study import QueueStudy

LIMIT = 1.0
"""A relative error counts for no more than this, either way."""

UNKNOWN = 1e9
"""Variance of the noise of a count that is not known: it then says nothing."""


@dataclass(frozen=True)
class DayErrors:
    """Forecasts of past days and what came.

    Attributes
    ----------
    expected : float array, shape (days, slots)
        Zero where no contacts were expected.
    actual : float array, shape (days, slots)
        NaN where unknown.
    day : int array, shape (days,)
        Index of each day; days of one origin follow each other.
    origin : int array, shape (days,)
        The day from which each was forecast.
    step_minutes : int
        Length of a slot.
    """

    expected: Floats
    actual: Floats
    day: Ints
    origin: Ints
    step_minutes: int

    def __len__(self) -> int:
        return len(self.expected)

    def select(self, keep: NDArray[np.bool_]) -> DayErrors:
        """Return the days a mask keeps."""
        return DayErrors(self.expected[keep], self.actual[keep], self.day[keep], self.origin[keep], self.step_minutes)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Slots in which contacts were expected and counted, shape (days, slots)."""
        return np.asarray(np.isfinite(self.actual) & (self.expected > 0))

    @property
    def relative(self) -> Floats:
        """Relative errors, as `relative_errors`."""
        return relative_errors(self.expected, self.actual)

    @property
    def noise(self) -> Floats:
        """Variance that counting alone gives each error, as `noise_variance`."""
        return noise_variance(self.expected, self.known)


def slope(expected: Floats) -> Floats:
    """Return how far the square-root scale moves for a relative error of one, any shape."""
    return np.asarray(0.5 * root(expected))


def relative_errors(expected: Floats, actual: Floats) -> Floats:
    """Return relative errors read on the square-root scale, zero where nothing is known.

    Parameters
    ----------
    expected, actual : float arrays of one shape

    Notes
    -----
    ``2 (root(actual) - root(expected)) / root(expected)``: for small errors ``actual / expected - 1``, but with
    a noise that depends on the expected count only, 1 / expected, and even to both sides.
    """
    known = np.isfinite(actual) & (expected > 0)
    came = np.where(known, actual, expected)
    return np.asarray(np.clip((root(came) - root(expected)) / slope(expected), -LIMIT, LIMIT))


def noise_variance(expected: Floats, known: NDArray[np.bool_]) -> Floats:
    """Return the variance of count noise in `relative_errors`; ``UNKNOWN`` where there is no count."""
    return np.where(known, 0.25 / slope(expected) ** 2, UNKNOWN)


def moved(expected: Floats, relative: Floats) -> Floats:
    """Return expected contacts moved by relative errors: what `relative_errors` undoes, within thirds and trebles.

    Parameters
    ----------
    expected, relative : float arrays of one shape

    Returns
    -------
    float array
        Finite, not below zero, and zero where nothing was expected.
    """
    after = unrooted(root(expected) + relative * slope(expected))
    share = np.divide(after, expected, out=np.ones_like(expected), where=expected > 1e-9)
    return np.asarray(expected * np.clip(share, 1 / 3, 3.0))


def day_errors(study: QueueStudy, member: str, end: int, weeks: int) -> DayErrors:
    """Collect how a member erred on the days of past weeks, each forecast from its first day on.

    Parameters
    ----------
    study : QueueStudy
    member : str
    end : int
        Only days before this index are looked at.
    weeks : int
        Past origins at most.

    Returns
    -------
    DayErrors
        Oldest first; days without any known count are left out.
    """
    slots = study.days.counts.shape[1]
    expected, actual = [np.zeros((0, slots))], [np.zeros((0, slots))]
    day, origin = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for start in reversed(study.past_origins(end, 7, weeks)):
        paths = study.paths(start)
        if member not in paths:
            continue
        expected.append(paths[member][:7])
        actual.append(study.days.counts[start : start + 7])
        day.append(start + np.arange(7))
        origin.append(np.full(7, start))
    found = DayErrors(
        np.concatenate(expected),
        np.concatenate(actual),
        np.concatenate(day),
        np.concatenate(origin),
        study.days.step_minutes,
    )
    return found.select(np.asarray(found.known.any(axis=1)))


def past_days(
    history: History, centre: Centre, events: Sequence[Event], first: date, weeks: int, control: Control
) -> tuple[DayErrors, ...]:
    """Forecast past weeks of every queue with the member that would be chosen for the week from a day on.

    Parameters
    ----------
    history : History
        Rows from ``first`` on are not looked at.
    centre : Centre
    events : sequence of Event
    first : date
    weeks : int
        Past weeks at most, each forecast from what was known before it.
    control : Control
        When stopped, the remaining queues get no days.

    Returns
    -------
    tuple of DayErrors
        In the centre's order of queues.
    """
    one, none = (partial(_past_days, first=first, weeks=count) for count in (weeks, 0))
    return tuple(each_queue(one, none, history, centre, events, first, 7, control, "past days"))


def _past_days(study: QueueStudy, first: date, weeks: int) -> DayErrors:
    end = study.data_end(study.days.index(first))
    if not weeks or study.first_known >= end:
        return day_errors(study, "", end, 0)
    return day_errors(study, choose(study, end, 0, 7).member, end, weeks)
