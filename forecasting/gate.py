"""The gate: between which totals a coming day is believed to lie unless an event says otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.history import Floats, Ints
from forecasting.day_series import DaySeries
from forecasting.simple import recent_weekdays

WIDTH = 2.0
"""Beyond so many times the usual day nothing is believed."""

SHIFT_DAYS = 8
"""Usual days in a row, all far off in one direction, that prove a new level."""

SHIFT = 3.0
"""How many times as much, or as little, as the median of eight weeks each of them must be."""

SHIFT_WIDTH = 1.5
"""Beyond so many times a proven new level nothing is believed."""


@dataclass(frozen=True)
class Gate:
    """Least and most contacts believed of each day wanted, shape (horizon,); NaN does not hold."""

    low: Floats
    high: Floats

    def held(self, totals: Floats) -> Floats:
        """Return day totals held between both ends."""
        high = np.where(np.isfinite(self.high), self.high, np.inf)
        return np.asarray(np.clip(totals, np.nan_to_num(self.low), high), dtype=np.float64)


def believable(series: DaySeries, weekday: Ints) -> Gate:
    """Return the gate of the days wanted.

    Parameters
    ----------
    series : DaySeries
    weekday : int array, shape (days + gap + horizon,)

    Notes
    -----
    From half of the least to twice the most of two measures of the weekday: the median of its last eight days and
    the mean of its last two. Where the last eight usual days all lie below a third of the medians, or all above
    three times them, the level has moved for good: the medians then count at the size of these days.
    """
    ahead = weekday[series.ahead]
    past = weekday[: len(series.totals)]
    middle = recent_weekdays(series.totals[:, None], past, 8, "median")[:, 0]
    usual = np.flatnonzero(np.isfinite(series.totals) & ~series.special & (middle[past] > 0))[-SHIFT_DAYS:]
    came, median = series.totals[usual], middle[past[usual]]
    if len(usual) == SHIFT_DAYS and (np.all(came * SHIFT < median) or np.all(came > SHIFT * median)):
        level = middle[ahead] * came.sum() / median.sum()
        return Gate(level / SHIFT_WIDTH, level * SHIFT_WIDTH)
    latest = recent_weekdays(series.totals[:, None], past, 2, "mean")[:, 0]
    return Gate(np.fmin(middle, latest)[ahead] / WIDTH, np.fmax(middle, latest)[ahead] * WIDTH)
