"""Handle time ahead: a level with its trend, times what the weekday and the time of day do to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from domain.centre import Centre
from domain.grid import Instants, IntervalGrid, local_midnight, to_utc64
from domain.history import Floats, History, Ints
from domain.people import Event
from forecasting.days import DAY_MINUTES, first_logged
from forecasting.event_cells import concerns
from forecasting.handle_factors import handle_factors
from forecasting.local_clock import LocalClock

HALF_LIFE_DAYS = 56.0
_PRIOR_CONTACTS = 20.0  # what a stated aht_s counts for once there is history
_TREND_LIMIT = 0.10  # the most that a trend may move the level within a horizon
_FAR = 4.0  # rows beyond this factor of the median are faults of the log


def forecast_handle_time(
    history: History, centre: Centre, events: Sequence[Event], grid: IntervalGrid, first: date
) -> Floats:
    """Forecast the handle time of every queue.

    Parameters
    ----------
    history : History
        ``aht_s`` weighed by ``handled``, or by ``offered`` where that is not given; rows before ``first``.
    centre : Centre
    events : sequence of Event
        Rows within outages are left out.
    grid : IntervalGrid
    first : date

    Returns
    -------
    float array, shape (queues, intervals)
        Seconds; the queue's ``aht_s`` where history has none, NaN where neither tells.

    Notes
    -----
    1. The level is the contact-weighted mean, recent days weighing more (half-life 8 weeks).
    2. A log-linear trend over the weeks is shrunk by its own uncertainty and may move the level by 10 %.
    3. Factors of weekday and time of day (`forecasting.handle_factors`) are shrunk as far as count and spread of
       the contacts behind them leave them unknown.
    """
    limit = int(local_midnight(first, centre.timezone).timestamp())
    seconds = history.start.astype("datetime64[s]").astype(np.int64)
    contacts = np.where(np.isfinite(history.handled), history.handled, history.offered)
    usable = (seconds < limit) & np.isfinite(history.aht_s) & (history.aht_s > 0) & (contacts > 0)
    oldest = first_logged(history, centre.timezone, first)
    clock = LocalClock.over(centre.timezone, oldest, max((first - oldest).days, 1))
    usable &= seconds >= clock.midnights[0]
    index_of = {name: k for k, name in enumerate(history.queues)}
    result = np.full((len(centre.queues), grid.size), np.nan)
    for k, queue in enumerate(centre.queues):
        rows = np.flatnonzero(usable & (history.queue == index_of.get(queue.id, -1)))
        outages = [e for e in events if e.kind == "outage" and concerns(e, queue.id)]
        rows = rows[~_within(history.start[rows], outages)]
        if not len(rows):
            result[k] = np.nan if queue.aht_s is None else queue.aht_s
            continue
        day, minute = clock.read(seconds[rows])
        aht = history.aht_s[rows]
        middle = _weighted_median(aht, contacts[rows])
        aht = np.clip(aht, middle / _FAR, middle * _FAR)
        ahead = (first - oldest).days + grid.day_of
        result[k] = _queue_handle_time(
            aht, contacts[rows], day, minute, ahead, grid, centre.interval_minutes, oldest, queue.aht_s
        )
    return result


def _within(starts: Instants, outages: Sequence[Event]) -> NDArray[np.bool_]:
    """Tell which instants lie inside an outage."""
    inside = np.zeros(len(starts), dtype=np.bool_)
    for event in outages:
        inside |= (starts >= to_utc64(event.start)) & (starts < to_utc64(event.end))
    return inside


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values, kind="stable")
    mass = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(mass, 0.5 * mass[-1])])


def _queue_handle_time(
    aht: Floats,
    contacts: Floats,
    day: Ints,
    minute: Ints,
    ahead: Ints,
    grid: IntervalGrid,
    step: int,
    oldest: date,
    stated: float | None,
) -> Floats:
    newest = int(day.max())
    weight = contacts * 0.5 ** ((newest - day) / HALF_LIFE_DAYS)
    slope, centroid = _trend(aht, weight, day)
    drift = np.exp(np.clip(slope * (day - centroid), -1.0, 1.0))
    level = float(np.sum(weight * aht / drift) / np.sum(weight))
    if stated is not None:
        level = (weight.sum() * level + _PRIOR_CONTACTS * stated) / (weight.sum() + _PRIOR_CONTACTS)
    ratio = aht / (level * drift)
    slots = DAY_MINUTES // step
    slot = minute // step
    factor = handle_factors(ratio, weight, slot, day, oldest.weekday(), slots)
    moved = np.clip(slope * (ahead - centroid), -_TREND_LIMIT, _TREND_LIMIT)
    cell = factor[grid.weekday, grid.minute_of_day // step]
    return np.asarray(level * np.exp(moved) * cell)


def _trend(aht: Floats, weight: Floats, day: Ints) -> tuple[float, float]:
    """Return the shrunk slope of the log handle time a day, and the day around which it turns."""
    centroid = float(np.sum(weight * day) / weight.sum())
    week = (day.max() - day) // 7
    mass = np.bincount(week, weights=weight)
    seen = mass > 0
    if seen.sum() < 8:
        return 0.0, centroid
    mean = np.bincount(week, weights=weight * aht)[seen] / mass[seen]
    middle = np.bincount(week, weights=weight * day)[seen] / mass[seen]
    fit = sm.WLS(np.log(mean), sm.add_constant(middle - centroid), weights=mass[seen]).fit()
    slope, error = float(fit.params[1]), float(fit.bse[1])
    if not np.isfinite(error) or error <= 0:
        return (slope if np.isfinite(slope) else 0.0), centroid
    strength = (slope / error) ** 2
    return slope * strength / (strength + 4.0), centroid
