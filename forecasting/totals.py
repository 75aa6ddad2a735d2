"""Totals of a forecast by day, week and month, with bands of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from domain.grid import IntervalGrid
from domain.history import Floats
from forecasting.forecast import LEVELS, Forecast
from forecasting.scenarios import scenarios
from forecasting.total_spread import TotalSpread

PATHS = 1000
"""Scenario paths behind the bands."""

Period = Literal["day", "week", "month"]

Span = tuple[Period, date, NDArray[np.bool_]]
"""A period: what it is, its first day, and its intervals."""


@dataclass(frozen=True)
class Total:
    """Contacts of one queue in one period.

    Attributes
    ----------
    queue : str
    period : {"day", "week", "month"}
    start : date
        First local day.
    mean : float
        The sum of the intervals' means, exactly.
    bands : float array, shape (levels,)
        Quantiles at ``LEVELS``, ascending, the mean between the outermost.
    """

    queue: str
    period: Period
    start: date
    mean: float
    bands: Floats


def forecast_totals(forecast: Forecast, spreads: Sequence[TotalSpread] = (), *, seed: int = 1) -> tuple[Total, ...]:
    """Add a forecast up, with bands for the sums.

    Parameters
    ----------
    forecast : Forecast
    spreads : sequence of TotalSpread, optional
        How far totals of past days and weeks lay from their forecasts, from
        `forecasting.total_spread.learn_spreads`, one a queue; without them the scenarios alone speak.
    seed : int

    Returns
    -------
    tuple of Total
        By period, start and queue: every day; every whole week, counted in sevens from the first day; every
        calendar month the horizon covers whole.

    Notes
    -----
    1. Scenario paths (`forecasting.scenarios`) are added up over the period, so that errors which intervals
       and days have in common stay in the sum and others cancel. Quantiles do not add up and are not added.
    2. The paths' distance from the mean, on the log scale, is stretched so that its size is what totals of
       past days (or weeks) showed, the scenarios' own counting as some past days too.
    3. Count noise of the sum is drawn on top. A sum of which all intervals are known is known.

    Raises
    ------
    ValueError
        If spreads and forecast differ in queues.
    """
    if spreads and tuple(spread.queue for spread in spreads) != forecast.queues:
        raise ValueError("one spread a queue, in the forecast's order")
    spans = list(periods(forecast.grid))
    parts = np.random.default_rng(seed).spawn(len(forecast.queues))
    of_queue = [
        _one_queue(_only(forecast, k), spans, spreads[k] if spreads else None, parts[k])
        for k in range(len(forecast.queues))
    ]
    return tuple(totals[i] for i in range(len(spans)) for totals in of_queue)


def _only(forecast: Forecast, k: int) -> Forecast:
    """Return one queue of a forecast."""
    one = slice(k, k + 1)
    return Forecast(
        forecast.grid,
        forecast.queues[one],
        forecast.mean[one],
        forecast.bands[:, one],
        forecast.aht_s[one],
        forecast.open[one],
    )


def _one_queue(
    forecast: Forecast, spans: Sequence[Span], spread: TotalSpread | None, rng: np.random.Generator
) -> list[Total]:
    """Return the totals of a forecast of one queue."""
    queue, mean = forecast.queues[0], forecast.mean[0]
    paths = scenarios(forecast, PATHS, rng)[:, 0]
    doubtful = np.any(forecast.bands[:, 0] != mean[None], axis=0)
    noise = rng.standard_normal(PATHS)
    first_week = doubtful & (forecast.grid.day_of < 7)
    stretch = dict.fromkeys(("day", "week", "month"), 1.0)
    if spread is not None:
        said = _said(paths, mean, forecast.grid.day_of, first_week)
        stretch = {period: spread.of(period, said[period]) / said[period] for period in said if said[period] > 1e-6}
    found = []
    for period, start, mine in spans:
        use = mine & doubtful
        whole, part = float(mean[mine].sum()), float(mean[use].sum())
        counted = float(mean[mine & ~doubtful].sum())
        bands = np.full(len(LEVELS), whole)
        if part > 0:
            deviation = _deviation(paths[:, use], part) * stretch.get(period, 1.0)
            total = counted + _counted(part * np.exp(np.clip(deviation, -3.0, 3.0)), noise)
            bands = np.quantile(total, LEVELS)
            bands[0], bands[-1] = min(bands[0], whole), max(bands[-1], whole)
        found.append(Total(queue, period, start, whole, bands))
    return found


def periods(grid: IntervalGrid) -> Iterator[Span]:
    """Yield the days, whole weeks and whole calendar months of a grid with the intervals of each."""
    days = grid.days
    for at, day in enumerate(days):
        yield "day", day, grid.day_of == at
    for at in range(0, len(days) - 6, 7):
        yield "week", days[at], (grid.day_of >= at) & (grid.day_of < at + 7)
    for at, day in enumerate(days):
        after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        if day.day == 1 and after - timedelta(days=1) <= days[-1]:
            yield "month", day, (grid.day_of >= at) & (grid.day_of < at + (after - day).days)


def _deviation(paths: Floats, mean: float) -> Floats:
    """Return how far sums of paths lie from their mean, on the log scale, shape (paths,)."""
    return np.asarray(np.log(np.maximum(paths.sum(axis=1), 1e-9 * mean) / mean))


def _said(paths: Floats, mean: Floats, day_of: NDArray[np.int64], first_week: NDArray[np.bool_]) -> dict[Period, float]:
    """Return the size that paths give the deviations of a total in the first week; the week's stands for months."""
    days = [first_week & (day_of == day) for day in range(7)]
    squares = [float(np.var(_deviation(paths[:, use], mean[use].sum()))) for use in days if mean[use].sum() > 0]
    if not squares:
        return {}
    week = float(np.std(_deviation(paths[:, first_week], mean[first_week].sum())))
    return {"day": float(np.sqrt(np.mean(squares))), "week": week, "month": week}


def _counted(volume: Floats, noise: Floats) -> Floats:
    """Return Poisson counts of volumes by the square-root transform, not below zero."""
    return np.asarray(np.maximum(np.sqrt(volume) + 0.5 * noise, 0.0) ** 2)
