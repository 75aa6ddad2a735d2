"""How earlier forecasts turned out, by queue and lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.grid import IntervalGrid
from domain.history import Floats, History
from forecasting.backtest_row import over
from forecasting.counted import counted
from forecasting.forecast import LEVELS, Forecast

ALL = "all"
"""The queues together."""


@dataclass(frozen=True)
class Compared:
    """One earlier forecast of one queue beside what came.

    Attributes
    ----------
    queue : str
    first : date
        The forecast's first day: leads are counted from it.
    grid : IntervalGrid
    mean, actual : float arrays, shape (grid.size,)
        ``actual`` is NaN where nothing is known (absent rows, closed intervals).
    bands : float array, shape (levels, grid.size)
    aht_s : float array, shape (grid.size,)
    """

    queue: str
    first: date
    grid: IntervalGrid
    mean: Floats
    actual: Floats
    bands: Floats
    aht_s: Floats

    @property
    def lead(self) -> NDArray[np.int64]:
        """Weeks ahead of each interval: 1 for the forecast's first seven days."""
        return np.asarray(self.grid.day_of // 7 + 1)


@dataclass(frozen=True)
class AccuracyRow:
    """How forecasts of one queue did at one lead; NaN where nothing tells.

    Attributes
    ----------
    queue : str
        ``all`` for the sum over queues of absolute errors.
    lead : int
        Weeks ahead.
    snapshots : int
        Forecasts judged.
    intervals : int
    contacts : float
        What came.
    wape, day_wape : float
        Absolute error of intervals, and of day totals, over contacts.
    bias : float
        Error over contacts; positive is too many.
    cover80, cover95 : float
        Share of intervals with contacts expected inside p10..p90 and p025..p975.
    """

    queue: str
    lead: int
    snapshots: int
    intervals: int
    contacts: float
    wape: float
    day_wape: float
    bias: float
    cover80: float
    cover95: float


def compare(forecast: Forecast, history: History) -> list[Compared]:
    """Put a forecast beside the history known now; queues without any known interval are left out."""
    grid = forecast.grid
    counts = counted(history, forecast.queues, grid)
    found = []
    for q, queue in enumerate(forecast.queues):
        actual = np.where(forecast.open[q], counts[q], np.nan)
        if np.isfinite(actual).any():
            found.append(
                Compared(queue, grid.days[0], grid, forecast.mean[q], actual, forecast.bands[:, q], forecast.aht_s[q])
            )
    return found


def accuracy(compared: Sequence[Compared]) -> list[AccuracyRow]:
    """Return one row a queue and lead, and one a lead over all queues where there are several.

    Parameters
    ----------
    compared : sequence of Compared

    Returns
    -------
    list of AccuracyRow
        In the order in which queues first occur, ``all`` last, leads ascending.
    """
    queues = list(dict.fromkeys(item.queue for item in compared))
    leads = sorted({int(lead) for item in compared for lead in np.unique(item.lead[np.isfinite(item.actual)])})
    groups = [(name, [item for item in compared if item.queue == name]) for name in queues]
    if len(queues) > 1:
        groups.append((ALL, list(compared)))
    rows = [_row(name, lead, mine) for name, mine in groups for lead in leads]
    return [row for row in rows if row.intervals]


def _row(queue: str, lead: int, compared: Sequence[Compared]) -> AccuracyRow:
    error = absolute = day_error = contacts = 0.0
    intervals = judged = 0
    inside = np.zeros(2)
    firsts = set()
    for item in compared:
        use = (item.lead == lead) & np.isfinite(item.actual)
        if not use.any():
            continue
        miss = item.mean[use] - item.actual[use]
        error += float(miss.sum())
        absolute += float(np.abs(miss).sum())
        day_error += float(np.abs(np.bincount(item.grid.day_of[use], weights=miss)).sum())
        contacts += float(item.actual[use].sum())
        intervals += int(use.sum())
        firsts.add((item.first, item.grid.size))
        banded = use & (item.mean > 0)
        judged += int(banded.sum())
        for k, low in enumerate((LEVELS.index(0.10), LEVELS.index(0.025))):
            low_band, high_band = item.bands[low][banded], item.bands[-1 - low][banded]
            inside[k] += np.sum((item.actual[banded] >= low_band) & (item.actual[banded] <= high_band))
    return AccuracyRow(
        queue,
        lead,
        len(firsts),
        intervals,
        contacts,
        over(absolute, contacts),
        over(day_error, contacts),
        over(error, contacts),
        over(float(inside[0]), judged),
        over(float(inside[1]), judged),
    )
