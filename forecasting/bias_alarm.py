"""An alarm for forecasts that have begun to err to one side, with a stated rate of false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from domain.history import Floats
from forecasting.accuracy import Compared

FALSE_ALARMS = 0.05
"""Chance that a queue without any bias raises the alarm over the days looked at."""
LEAST_DAYS = 14
"""Days under which nothing is judged."""
SLACK = 0.25
"""Standard deviations of a day's error that count as no bias."""
_PATHS = 4000
_MOST_MEMORY = 0.6


@dataclass(frozen=True)
class BiasAlarm:
    """What the cumulative sum of a queue's day errors says.

    Attributes
    ----------
    queue : str
    days : int
        Days looked at, each at its shortest lead.
    raised : bool
    since : date or None
        Where the run of one-sided errors that raised it began.
    bias : float
        Error over contacts since then, positive is too many; over all days where it is not raised.
    sum, limit : float
        Highest cumulative sum, in standard deviations of a day, and what it is held against.
    tracking_signal : float
        Sum of all errors over their mean absolute one, positive is too many.
    """

    queue: str
    days: int
    raised: bool
    since: date | None
    bias: float
    sum: float
    limit: float
    tracking_signal: float

    def sentence(self) -> str:
        """Say it in words."""
        chance = f"by chance once in {1 / FALSE_ALARMS:.0f} queues without bias"
        if self.raised:
            way = "too high" if self.bias > 0 else "too low"
            return (
                f"{self.queue}: forecasts have been {way} since {self.since}, by {abs(self.bias):.1%} of contacts "
                f"(cumulative sum {self.sum:.1f}, alarm from {self.limit:.1f}; {chance} in {self.days} days)"
            )
        return (
            f"{self.queue}: no lasting bias in {self.days} days ({self.bias:+.1%}; cumulative sum {self.sum:.1f}, "
            f"alarm from {self.limit:.1f})"
        )


def bias_alarms(compared: Sequence[Compared]) -> list[BiasAlarm]:
    """Judge every queue's day totals, each day by the forecast made last before it.

    Returns
    -------
    list of BiasAlarm
        Queues with fewer than 14 days are left out.

    Notes
    -----
    1. A day's error is divided by its expectation, and by the robust spread of these ratios over days (their median
       absolute deviation), so that a bias does not hide itself in its own spread.
    2. A two-sided cumulative sum with a slack of a quarter of a standard deviation (Page 1954) runs over the days.
    3. Errors of neighbouring days go together: their correlation is estimated, and the limit is what 95 of 100 drawn
       series of that length and correlation without bias stay under. That is the stated rate of false alarms.
    """
    found = []
    for queue in dict.fromkeys(item.queue for item in compared):
        days = _days([item for item in compared if item.queue == queue])
        if len(days) >= LEAST_DAYS:
            found.append(judge(queue, list(days), *np.array(list(days.values())).T))
    return found


def judge(queue: str, days: Sequence[date], expected: Floats, actual: Floats) -> BiasAlarm:
    """Judge a series of day totals, all expected ones above zero; see `bias_alarms`."""
    error = expected - actual
    ratio = error / expected
    middle = float(np.median(ratio))
    spread = 1.4826 * float(np.median(np.abs(ratio - middle)))
    # Count noise is the least there is.
    spread = max(spread, float(np.median(1 / np.sqrt(expected))), 1e-6)
    score = np.clip(ratio / spread, -5.0, 5.0)
    centred = score - np.median(score)
    square = float(np.sum(centred**2))
    memory = float(np.sum(centred[1:] * centred[:-1])) / square if square > 0 else 0.0
    memory = float(np.clip(np.round(memory, 1), 0.0, _MOST_MEMORY))
    high, low = cumulative(score)
    top, bottom = float(high.max()), float(low.max())
    limit = alarm_limit(len(score), memory)
    path = high if top >= bottom else low
    raised = max(top, bottom) > limit
    since = None
    part = slice(0, len(score))
    if raised:
        crossed = int(np.argmax(path > limit))
        calm = np.flatnonzero(path[:crossed] == 0)
        begun = int(calm[-1]) + 1 if len(calm) else 0
        since, part = days[begun], slice(begun, len(score))
    contacts = float(actual[part].sum())
    bias = float(error[part].sum()) / contacts if contacts > 0 else float("inf" if error[part].sum() > 0 else 0)
    mean_absolute = float(np.abs(error).mean())
    signal = float(error.sum()) / mean_absolute if mean_absolute > 0 else 0.0
    return BiasAlarm(queue, len(score), raised, since, bias, max(top, bottom), limit, signal)


def cumulative(score: Floats) -> tuple[Floats, Floats]:
    """Return the upper and lower cumulative sums along the last axis."""
    high, low = np.zeros_like(score), np.zeros_like(score)
    up, down = np.zeros(score.shape[:-1]), np.zeros(score.shape[:-1])
    for t in range(score.shape[-1]):
        up = np.maximum(up + score[..., t] - SLACK, 0.0)
        down = np.maximum(down - score[..., t] - SLACK, 0.0)
        high[..., t], low[..., t] = up, down
    return high, low


@lru_cache(maxsize=256)
def alarm_limit(days: int, memory: float) -> float:
    """Return the limit that a share of ``FALSE_ALARMS`` of series without bias exceed.

    Parameters
    ----------
    days : int
    memory : float
        Correlation of a day's error with the next day's.
    """
    rng = np.random.default_rng(20_261_123)
    shocks = rng.standard_normal((_PATHS, days))
    path = np.empty_like(shocks)
    path[:, 0] = shocks[:, 0]
    for t in range(1, days):
        path[:, t] = memory * path[:, t - 1] + np.sqrt(1 - memory**2) * shocks[:, t]
    # Judged series are divided by a spread of their own; so are these.
    middle = np.median(path, axis=1, keepdims=True)
    path = np.clip(path / (1.4826 * np.median(np.abs(path - middle), axis=1, keepdims=True)), -5.0, 5.0)
    high, low = cumulative(path)
    return float(np.quantile(np.maximum(high.max(axis=1), low.max(axis=1)), 1 - FALSE_ALARMS))


def _days(compared: Sequence[Compared]) -> dict[date, tuple[float, float]]:
    """Return expected and actual contacts of each known day, by the forecast that began last."""
    found: dict[date, tuple[float, float]] = {}
    for item in sorted(compared, key=lambda c: c.first):
        use = np.isfinite(item.actual)
        size = len(item.grid.days)
        expected = np.bincount(item.grid.day_of[use], weights=item.mean[use], minlength=size)
        actual = np.bincount(item.grid.day_of[use], weights=item.actual[use], minlength=size)
        for k, day in enumerate(item.grid.days):
            if expected[k] > 0:
                found[day] = (float(expected[k]), float(actual[k]))
    return dict(sorted(found.items()))
