"""What a queue's errors so far today say about the hours to come, and at which hours that is worth listening to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.history import Floats
from forecasting.day_errors import DayErrors, moved, noise_variance, relative_errors
from forecasting.error_covariance import expected_errors, shrunk_covariance

STRENGTHS: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the expected error that are tried; none is the first."""

LEAST_DAYS = 21
"""With fewer past days nothing is revised."""

HOURS = 25
"""Wall-clock hours from 0 to 24 at which a strength is kept."""

_BLOCKS = 4  # parts of the past, each judged by a covariance learned from the others
SURENESS = 2.3
"""A gain must be so many of its standard errors."""

CAUTION = 1.0
"""Standard errors taken off a gain before strengths are compared."""

DOUBT_DAYS = 14.0
"""Days that speak for no update: with few past days the strength is held back."""

_CARRY_DAYS = 10.0  # days that speak against any tie between a day and the next


LEAST_TOLD = 0.05
"""Share of a day's contacts that must be expected before an hour for it to revise the rest."""


@dataclass(frozen=True)
class IntradayModel:
    """How one queue's forecast is revised in the course of a day.

    Attributes
    ----------
    queue : str
    step_minutes : int
    covariance : float array, shape (slots, slots)
        Of relative errors, count noise apart.
    strength : float array, shape (25,)
        Share of the expected error taken over at each hour of the wall clock; zero where it did not help.
    carry : float
        Share of a day's relative error that the next day had too.
    carry_strength : float array, shape (25,)
        As ``strength``, for tomorrow.
    days : int
        Past days behind it.
    """

    queue: str
    step_minutes: int
    covariance: Floats
    strength: Floats
    carry: float
    carry_strength: Floats
    days: int

    def hour(self, seen: int) -> int:
        """Return the hour of the wall clock at which the first ``seen`` slots lie behind."""
        return min(seen * self.step_minutes // 60, HOURS - 1)

    def today(self, expected: Floats, actual: Floats, seen: int) -> tuple[Floats, Floats]:
        """Revise one day.

        Parameters
        ----------
        expected : float array, shape (slots,)
            The forecast as it stands.
        actual : float array, shape (slots,)
            Counts so far; NaN where unknown. Slots from ``seen`` on are not looked at.
        seen : int
            Slots that lie behind.

        Returns
        -------
        mean : float array, shape (slots,)
            Revised from ``seen`` on, as it stood before.
        width : float array, shape (slots,)
            Factor on the width of the bands on the square-root scale, at most 1.
        """
        power = float(self.strength[self.hour(seen)])
        width = np.ones_like(expected)
        known = np.isfinite(actual[:seen]) & (expected[:seen] > 0)
        if power == 0.0 or not known.any() or not _told(expected, seen):
            return expected.copy(), width
        error, gain = self._given(expected, actual, seen)
        mean = moved(expected, power * error)
        variance = np.diag(self.covariance)
        told = np.einsum("sc,cs->s", gain, self.covariance[:seen])
        count = noise_variance(expected, expected > 0)
        left = np.maximum(variance - (2 * power - power**2) * told, 0.0)
        # Half of the narrowing on the log scale: what is left is wilder than a Gaussian.
        width = np.minimum(((left + count) / (variance + count)) ** 0.25, 1.0)
        ahead = np.arange(len(expected)) >= seen
        return np.where(ahead, mean, expected), np.where(ahead & (expected > 0), width, 1.0)

    def tomorrow(self, expected: Floats, actual: Floats, seen: int) -> float:
        """Return the relative error to be expected of tomorrow; parameters as `today`."""
        power = float(self.carry_strength[self.hour(seen)]) * self.carry
        known = np.isfinite(actual[:seen]) & (expected[:seen] > 0)
        if power == 0.0 or not known.any() or not _told(expected, seen):
            return 0.0
        error, _ = self._given(expected, actual, seen)
        return power * float(np.average(error, weights=expected))

    def _given(self, expected: Floats, actual: Floats, seen: int) -> tuple[Floats, Floats]:
        relative = relative_errors(expected, actual)[None]
        noise = noise_variance(expected, np.isfinite(actual) & (expected > 0))[None]
        error, gain = expected_errors(self.covariance, relative, noise, seen)
        return error[0], gain[0]


def _told(expected: Floats, seen: int) -> bool:
    """Tell whether enough of a day lies behind to say anything of the rest."""
    return bool(expected[:seen].sum() >= LEAST_TOLD * expected.sum())


def fit_intraday(errors: DayErrors, queue: str) -> IntradayModel:
    """Learn from past days how errors go together, and at which hours an update helps.

    Parameters
    ----------
    errors : DayErrors
    queue : str

    Notes
    -----
    1. The covariance of a day's errors is learned from all days (`shrunk_covariance`).
    2. Past weeks are split into four stretches; each is revised, hour by hour and with each strength, by a
       covariance from the other three. A strength's gain is what it takes off the absolute error of the
       intervals that are left.
    3. An hour takes the strength whose mean gain less its standard error over days, neighbouring
       hours taken together, is greatest, among those whose gain is 2.3 standard errors and is not a loss at
       that hour alone. Where there is none such, nothing is revised at that hour. Two weeks
       of days speak for no update.
    4. Tomorrow is moved by a share of today's expected error, learned from pairs of days and judged alike.
    """
    slots = errors.expected.shape[1]
    none = np.zeros(HOURS)
    if len(errors) < LEAST_DAYS or len(np.unique(errors.origin)) < _BLOCKS - 1:
        return IntradayModel(queue, errors.step_minutes, np.zeros((slots, slots)), none, 0.0, none.copy(), len(errors))
    covariance = shrunk_covariance(errors)
    day_gain = np.zeros((HOURS, len(STRENGTHS), len(errors)))
    next_gain = np.zeros_like(day_gain)
    for block in np.array_split(np.unique(errors.origin), _BLOCKS):
        mine = np.isin(errors.origin, block)
        if not mine.any() or mine.all():
            continue
        learned = shrunk_covariance(errors.select(~mine))
        carry = _carry(errors.select(~mine), learned)
        day_gain[:, :, mine], next_gain[:, :, mine] = _gains(errors.select(mine), learned, carry)
    return IntradayModel(
        queue,
        errors.step_minutes,
        covariance,
        _strengths(day_gain),
        _carry(errors, covariance),
        _strengths(next_gain),
        len(errors),
    )


def _carry(errors: DayErrors, covariance: Floats) -> float:
    """Return the slope of the next day's relative error on a day's expected one, shrunk to zero, in 0..1."""
    pairs = _pairs(errors)
    if not len(pairs):
        return 0.0
    mean, _ = expected_errors(covariance, errors.relative, errors.noise)
    level = np.average(mean, axis=1, weights=None if not errors.expected.any() else errors.expected + 1e-12)
    one, two = level[pairs], level[pairs + 1]
    top, bottom = float(one @ two), float(one @ one)
    return float(np.clip(top / (bottom * (1 + _CARRY_DAYS / len(pairs)) + 1e-12), 0.0, 1.0))


def _pairs(errors: DayErrors) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the days that are followed by the next day of the same origin."""
    follows = (np.diff(errors.day) == 1) & (np.diff(errors.origin) == 0)
    return np.flatnonzero(follows)


def _gains(errors: DayErrors, covariance: Floats, carry: float) -> tuple[Floats, Floats]:
    """Return what each strength takes off each day's absolute error, and the next day's, hour by hour.

    Returns
    -------
    two float arrays, shape (25, strengths, days)
    """
    slots = errors.expected.shape[1]
    relative, noise, known = errors.relative, errors.noise, errors.known
    came = np.where(known, errors.actual, 0.0)
    before = np.where(known, np.abs(errors.expected - came), 0.0)
    pairs = _pairs(errors)
    today = np.zeros((HOURS, len(STRENGTHS), len(errors)))
    tomorrow = np.zeros_like(today)
    for hour in range(1, HOURS):
        seen = min(hour * 60 // errors.step_minutes, slots)
        if not known[:, :seen].any():
            continue
        error, _ = expected_errors(covariance, relative, noise, seen)
        level = np.average(error, axis=1, weights=errors.expected + 1e-12)
        for k, power in enumerate(STRENGTHS[1:], start=1):
            miss = np.where(known, np.abs(moved(errors.expected, power * error) - came), 0.0)
            today[hour, k] = (before - miss)[:, seen:].sum(axis=1)
            ahead = pairs + 1
            shift = np.broadcast_to((power * carry * level[pairs])[:, None], (len(pairs), slots))
            miss = np.where(known[ahead], np.abs(moved(errors.expected[ahead], shift) - came[ahead]), 0.0)
            tomorrow[hour, k, pairs] = (before[ahead] - miss).sum(axis=1)
    return today, tomorrow


def _strengths(gain: Floats) -> Floats:
    """Choose the strength of each hour from gains, shape (25, strengths, days)."""
    chosen = np.zeros(HOURS)
    root_days = np.sqrt(max(gain.shape[2] - 1, 1))
    for hour in range(HOURS):
        around = gain[max(hour - 1, 0) : hour + 2].sum(axis=0)
        mean, error = around.mean(axis=1), around.std(axis=1) / root_days
        sure = (mean > SURENESS * error) & (gain[hour].mean(axis=1) > 0)
        best = int(np.argmax(np.where(sure, mean - CAUTION * error, 0.0)))
        chosen[hour] = STRENGTHS[best] if sure[best] else 0.0
    return np.asarray(chosen * gain.shape[2] / (gain.shape[2] + DOUBT_DAYS))
