"""The rest of today, and tomorrow, in the light of today's counts so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Floats, History
from domain.people import Event
from domain.progress import Control
from forecasting.bands import around, root, unrooted
from forecasting.counted import counted
from forecasting.day_errors import moved, past_days
from forecasting.days import DAY_MINUTES
from forecasting.forecast import Forecast
from forecasting.intraday_model import IntradayModel, fit_intraday

WEEKS = 52
"""Past weeks learned from."""


def learn_intraday(
    history: History, centre: Centre, events: Sequence[Event], first: date, control: Control
) -> tuple[IntradayModel, ...]:
    """Learn from history how each queue's forecast is to be revised in the course of a day.

    Parameters
    ----------
    history, centre, events, first, control
        As in `forecasting.day_errors.past_days`; a queue without past days gets a model that revises nothing.

    Returns
    -------
    tuple of IntradayModel
        In the centre's order of queues.

    Notes
    -----
    The member that would be chosen for the week from ``first`` on forecasts up to a year of past weeks,
    each from what was known before it; its errors there are what is learned from.
    """
    found = past_days(history, centre, events, first, WEEKS, control)
    return tuple(fit_intraday(errors, queue.id) for errors, queue in zip(found, centre.queues, strict=True))


def revise(forecast: Forecast, actuals: History, now: datetime, models: Sequence[IntradayModel]) -> Forecast:
    """Revise the rest of today and tomorrow by what came so far.

    Parameters
    ----------
    forecast : Forecast
        As it stood before today.
    actuals : History
        Counts of the horizon so far, see `forecasting.counted.counted`; intervals not over by ``now``
        are not looked at, and intervals without a row are unknown.
    now : datetime
        Aware.
    models : sequence of IntradayModel
        From `learn_intraday`, in the forecast's order of queues.

    Returns
    -------
    Forecast
        Intervals that are over and counted hold their count, bands included. Nothing is negative or
        infinite, and a closed interval stays empty.

    Notes
    -----
    1. On the square-root scale today's relative errors so far are Gaussian with a covariance learned from
       past days; those to come are moved by a share of their conditional mean (Shen and Huang 2008; Weinberg,
       Brown and Stroud 2007), and their bands narrow with the conditional variance. The share of each hour was
       chosen on past days, zero where an update did not help there.
    2. Tomorrow's mean moves by the part of today's error that the next day has had too. Where today's own
       counts say nothing yet, yesterday's move today in the same way.
    3. On a day on which the clock is put back, a wall-clock slot that occurs twice counts by its mean.

    Raises
    ------
    ValueError
        If models and forecast differ in queues or step, or ``now`` has no zone.
    """
    if tuple(model.queue for model in models) != forecast.queues:
        raise ValueError("one model a queue, in the forecast's order")
    if any(model.step_minutes != forecast.grid.step_minutes for model in models):
        raise ValueError("models and forecast differ in their step")
    if now.tzinfo is None:
        raise ValueError("a moment with its zone")
    grid = forecast.grid
    counts = counts_so_far(actuals, forecast, now)
    today = now.astimezone(ZoneInfo(grid.zone)).date()
    mean, bands = forecast.mean.copy(), forecast.bands.copy()
    at = (today - grid.days[0]).days if grid.size else -1
    for k, model in enumerate(models):
        if not 0 <= at < len(grid.days):
            continue
        seen = _slots_behind(grid, at, now)
        factor, width = _day_update(forecast.mean[k], counts[k], grid, at, seen, model)
        if at > 0 and not np.any(factor != 1.0):
            factor = _carried(forecast.mean[k], counts[k], grid, at - 1, DAY_MINUTES // grid.step_minutes, model)
            factor = np.where((grid.day_of == at) & ~_over(grid, now), factor, 1.0)
        carried = _carried(forecast.mean[k], counts[k], grid, at, seen, model)
        mean[k] = forecast.mean[k] * factor * carried
        bands[:, k] = shifted_bands(forecast.bands[:, k], forecast.mean[k], mean[k], width)
    done = np.isfinite(counts) & forecast.open
    mean = np.where(done, np.nan_to_num(counts), mean)
    bands = np.where(done[None], mean[None], bands)
    return replace(forecast, mean=mean, bands=bands)


def counts_so_far(actuals: History, forecast: Forecast, now: datetime) -> Floats:
    """Return the contacts counted in each interval that is over, shape (queues, intervals); NaN where unknown."""
    found = counted(actuals, forecast.queues, forecast.grid)
    return np.where(_over(forecast.grid, now)[None], found, np.nan)


def shifted_bands(bands: Floats, before: Floats, after: Floats, width: Floats) -> Floats:
    """Return bands around a moved mean, of a width changed on the square-root scale.

    Parameters
    ----------
    bands : float array, shape (levels, intervals)
    before, after : float arrays, shape (intervals,)
        The mean they were made for, and the new one.
    width : float array, shape (intervals,)

    Returns
    -------
    float array, shape (levels, intervals)
        Ascending, not negative, the mean inside; unchanged where neither mean nor width is.
    """
    still = (after == before) & (width == 1.0)
    known = np.all(bands == before[None], axis=0)
    moved_roots = root(after) + width * (root(bands) - root(before))
    result = around(np.where(after > 0, unrooted(moved_roots), 0.0), after)
    return np.where(still, bands, np.where(known, after[None], result))


def _over(grid: IntervalGrid, now: datetime) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which intervals have ended by a moment."""
    done = grid.minutes_at(now) // grid.step_minutes
    return np.arange(grid.size) < done


def _slots_behind(grid: IntervalGrid, at: int, now: datetime) -> int:
    """Return how many wall-clock slots of a day lie wholly behind a moment."""
    ahead = (grid.day_of == at) & ~_over(grid, now)
    slots = DAY_MINUTES // grid.step_minutes
    return int(grid.minute_of_day[ahead].min()) // grid.step_minutes if ahead.any() else slots


def _by_slot(values: Floats, grid: IntervalGrid, at: int) -> Floats:
    """Return a day's values by wall-clock slot, the mean where one occurs twice; NaN where it does not occur."""
    slots = DAY_MINUTES // grid.step_minutes
    mine = (grid.day_of == at) & np.isfinite(values)
    slot = grid.minute_of_day[mine] // grid.step_minutes
    times = np.bincount(slot, minlength=slots)
    total = np.bincount(slot, weights=values[mine], minlength=slots)
    return np.where(times > 0, total / np.maximum(times, 1), np.nan)


def _day_update(
    expected: Floats, counts: Floats, grid: IntervalGrid, at: int, seen: int, model: IntradayModel
) -> tuple[Floats, Floats]:
    """Return factors on mean and width of every interval of the horizon, 1 outside the rest of the day."""
    day = np.nan_to_num(_by_slot(expected, grid, at))
    mean, narrow = model.today(day, _by_slot(counts, grid, at), seen)
    share = np.divide(mean, day, out=np.ones_like(day), where=day > 0)
    slot = grid.minute_of_day // grid.step_minutes
    mine = (grid.day_of == at) & (slot >= seen)
    return np.where(mine, share[slot], 1.0), np.where(mine, narrow[slot], 1.0)


def _carried(expected: Floats, counts: Floats, grid: IntervalGrid, at: int, seen: int, model: IntradayModel) -> Floats:
    """Return factors on the mean that the day after ``at`` owes to its errors, 1 on other days."""
    day = np.nan_to_num(_by_slot(expected, grid, at))
    error = model.tomorrow(day, _by_slot(counts, grid, at), seen)
    if error == 0.0:
        return np.ones_like(expected)
    mine = grid.day_of == at + 1
    shifted = moved(expected, np.full_like(expected, error))
    share = np.divide(shifted, expected, out=np.ones_like(expected), where=expected > 0)
    return np.where(mine, share, 1.0)
