"""The members a forecast is chosen from: each turns history before a day into days ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.history import Floats
from forecasting.calendar import DayCalendar
from forecasting.day_series import DaySeries, TotalsAhead
from forecasting.days import QueueDays, logged
from forecasting.design import Design
from forecasting.evidence import with_month_strength
from forecasting.local_level import local_level_totals
from forecasting.profile import fit_profile
from forecasting.regression import regress_totals
from forecasting.shapes import forecast_shapes
from forecasting.simple import poisson_totals, recent_weekdays, weekday_means

FLOOR = "8-week median"
MEANS = "weekday means"
REGRESSION = "calendar regression"
LEVEL = "local level"
YEARLY = "local level, yearly"
SHAPES = "day shapes"
POISSON = "Poisson regression"
COMBINATION = "combination"
CAUTIOUS = "combination and median"
COMBINED = (REGRESSION, LEVEL, YEARLY, SHAPES)

MEMORY_DAYS = 1100  # about three years; older days teach nothing

LEAST_TYPICAL = 8.0
"""Contacts a day below which logarithms of day totals, and medians of them, tell little."""

Paths = dict[str, Floats]
"""Expected contacts of each member, shape (horizon, slots)."""


def member_paths(days: QueueDays, calendar: DayCalendar, design: Design, end: int, horizon: int) -> Paths:
    """Forecast the days from ``end`` on with every member that the history allows.

    Parameters
    ----------
    days : QueueDays
    calendar, design
        Of the same days.
    end : int
        Only days before this index are looked at.
    horizon : int
        Days wanted, from ``end`` on.

    Returns
    -------
    dict of str to float array, shape (horizon, slots)
        The floor is always among them; events are not yet applied.
    """
    past = days.before(end)
    rows = np.flatnonzero(logged(past.counts))
    slots = past.counts.shape[1]
    if not len(rows):
        return {FLOOR: np.zeros((horizon, slots))}
    stop = int(rows[-1]) + 1
    start = max(int(rows[0]), stop - MEMORY_DAYS)
    weekday = (days.first.weekday() + np.arange(start, end + horizon)) % 7
    live = past.live
    counts, learn = past.counts[start:stop], past.learn[start:stop]
    if not np.isfinite(learn).any():
        learn = counts
    special, holiday = calendar.special[start:stop], calendar.is_holiday
    profile = fit_profile(learn, weekday[: stop - start], special, holiday[start:stop], live)
    shifted = replace(design, matrix=design.matrix[start:])
    series = DaySeries(profile.totals, shifted, special, end - stop, horizon)
    ahead_weekday = weekday[end - start : end - start + horizon]
    ahead_holiday = holiday[end : end + horizon]
    shares = profile.of(ahead_weekday, ahead_holiday)

    recent = weekday_means(series, weekday)
    means = recent[:, None] * profile.shares[ahead_weekday]
    median = recent_weekdays(counts, weekday[: stop - start], 8, "median")[ahead_weekday]
    paths: Paths = {FLOOR: np.where(np.isfinite(median), median, means), MEANS: means}
    known = int(np.isfinite(series.totals).sum())
    typical = float(np.nanmean(series.totals)) if known else 0.0
    # Beyond twice the usual day, of two months or two weeks, nothing is believed unless an event says so. The median
    # of very few contacts is nothing, and no measure of them.
    middle = recent_weekdays(profile.totals[:, None], weekday[: stop - start], 8, "median")[:, 0]
    latest = recent_weekdays(profile.totals[:, None], weekday[: stop - start], 2, "mean")[:, 0]
    low, high = np.fmin(middle, latest), np.fmax(middle, latest)
    gate = (low[ahead_weekday], high[ahead_weekday]) if typical >= LEAST_TYPICAL else (recent, recent)

    def add(name: str, totals: TotalsAhead) -> None:
        paths[name] = (gated(totals.usual, *gate) * totals.special)[:, None] * shares

    if known >= 35 and typical >= LEAST_TYPICAL:
        series = with_month_strength(series)
        level, coefficients = local_level_totals(series)
        add(LEVEL, level)
        prior = {c: b for c, b in coefficients.items() if design.group[c] == "special"} if known >= 250 else {}
        regression = regress_totals(series, prior)
        add(REGRESSION, regression)
        if known >= 540:
            add(YEARLY, local_level_totals(series, yearly=True)[0])
        if known >= 42 and typical >= 50.0:
            path = forecast_shapes(series, learn, weekday, profile)
            usual = path.sum(axis=1) / regression.special
            factor = np.divide(gated(usual, *gate), usual, out=np.zeros(horizon), where=usual > 0)
            paths[SHAPES] = path * factor[:, None]
    if known >= 28 and typical < 300.0:
        add(POISSON, poisson_totals(series))
    found = [paths[name] for name in COMBINED if name in paths]
    if len(found) > 1:
        paths[COMBINATION] = np.mean(found, axis=0)
        paths[CAUTIOUS] = 0.5 * (paths[COMBINATION] + paths[FLOOR])
    taken = live[ahead_weekday]
    return {name: np.where(taken, path, 0.0) for name, path in paths.items() if np.all(np.isfinite(path))}


def gated(totals: Floats, low: Floats, high: Floats) -> Floats:
    """Hold day totals between half of the least and twice the most that such a day usually has.

    Parameters
    ----------
    totals, low, high : float arrays, shape (horizon,)
        NaN in ``low`` or ``high`` does not hold.
    """
    held = np.clip(totals, 0.5 * np.nan_to_num(low), 2.0 * np.where(np.isfinite(high), high, np.inf))
    return np.asarray(held, dtype=np.float64)
