"""Means, medians and the models of statsforecast, as a practitioner would set them up for intervals of a week."""

from __future__ import annotations

from typing import Any

import numpy as np
from statsforecast.models import MSTL, AutoETS, AutoTheta

from benchmarks.forecasting.peers_series import Past

SLOT_WEEKS = 52
"""Weeks of each weekday-and-interval series."""

TOTAL_DAYS = 730
"""Days of day totals."""

INTERVAL_WEEKS = 13
"""Weeks of the interval series, whose season is a whole week."""


def four_week_mean(past: Past) -> Any:
    """Forecast by the mean of the last four days of the weekday."""
    return past.recent(4, "mean")[past.weekday[past.days :]]


def eight_week_median(past: Past) -> Any:
    """Forecast by the median of the last eight days of the weekday."""
    return past.recent(8, "median")[past.weekday[past.days :]]


def by_slot(past: Past, model: Any) -> Any:
    """Forecast every weekday and interval as a weekly series of its own, gaps closed up."""
    result = np.zeros((past.ahead, past.slots))
    weekday = past.weekday[: past.days]
    for d in range(7):
        mine = past.known[weekday == d][-SLOT_WEEKS:]
        after = np.flatnonzero(past.weekday[past.days :] == d)
        for s in np.flatnonzero(past.opened[d]):
            values = mine[np.isfinite(mine[:, s]), s]
            result[after, s] = ahead_of(model, values, len(after))
    return result


def ahead_of(model: Any, values: Any, steps: int) -> Any:
    """Fit and forecast one series; too short or constant ones are carried on by their mean."""
    if len(values) < 8 or np.ptp(values) == 0:
        return np.full(steps, values[-4:].mean() if len(values) else 0.0)
    try:
        found = model.forecast(y=values, h=steps)["mean"]
    except Exception:
        # Exponential smoothing finds no model for a few series of mostly zeros.
        return np.full(steps, values[-8:].mean())
    return np.where(np.isfinite(found), found, values[-8:].mean())


def by_total(past: Past, make: Any) -> Any:
    """Forecast the totals of open weekdays with a weekly season, and spread them by eight weeks' mean shares."""
    open_days = past.opened.any(axis=1)
    rows = np.flatnonzero(open_days[past.weekday[: past.days]])[-TOTAL_DAYS:]
    after = np.flatnonzero(open_days[past.weekday[past.days :]])
    totals = np.zeros(past.ahead)
    model = make(int(open_days.sum()))
    totals[after] = ahead_of(model, past.filled[rows].sum(axis=1), len(after))
    return past.spread(totals)


def by_interval(past: Past, make: Any) -> Any:
    """Forecast the series of intervals, those closed on every weekday left out."""
    open_days, open_slots = past.opened.any(axis=1), past.opened.any(axis=0)
    rows = np.flatnonzero(open_days[past.weekday[: past.days]])[-INTERVAL_WEEKS * int(open_days.sum()) :]
    after = np.flatnonzero(open_days[past.weekday[past.days :]])
    day, week = int(open_slots.sum()), int(open_slots.sum() * open_days.sum())
    values = past.filled[rows][:, open_slots].ravel()
    result = np.zeros((past.ahead, past.slots))
    result[np.ix_(after, np.flatnonzero(open_slots))] = ahead_of(make(day, week), values, len(after) * day).reshape(
        len(after), day
    )
    return result


def ets_by_slot(past: Past) -> Any:
    """Smooth each weekday and interval exponentially."""
    return by_slot(past, AutoETS(season_length=1))


def ets_by_total(past: Past) -> Any:
    """Smooth day totals exponentially."""
    return by_total(past, lambda season: AutoETS(season_length=season))


def theta_by_slot(past: Past) -> Any:
    """Use the theta method on each weekday and interval."""
    return by_slot(past, AutoTheta(season_length=1))


def theta_by_total(past: Past) -> Any:
    """Use the theta method on day totals."""
    return by_total(past, lambda season: AutoTheta(season_length=season))


def theta_by_interval(past: Past) -> Any:
    """Use the theta method on the intervals, deseasonalised by the week."""
    return by_interval(past, lambda day, week: AutoTheta(season_length=week))


def mstl_by_interval(past: Past) -> Any:
    """Take seasons of a day and a week off the intervals, and smooth the rest exponentially."""
    return by_interval(past, lambda day, week: MSTL(season_length=[day, week] if week > day else day))


def mstl_by_total(past: Past) -> Any:
    """Take a weekly season off day totals, and smooth the rest exponentially."""
    return by_total(past, lambda season: MSTL(season_length=season))
