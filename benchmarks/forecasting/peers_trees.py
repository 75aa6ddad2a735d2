"""LightGBM with weekly lags and calendar features, each further week of a forecast made from the one before."""

from __future__ import annotations

from typing import Any

import lightgbm as lgb
import numpy as np

from benchmarks.forecasting.peers_series import Past

LAGS = tuple(range(1, 9))
"""Weeks back of the same weekday and interval."""

TRAIN_DAYS = 728
"""Days learned from."""

ROUNDS = 300

MEAN = 1 + len(LAGS)
"""Column of the mean of the last four weeks."""

PARAMETERS = {
    "objective": "poisson",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "num_threads": 1,
    "seed": 1,
    "deterministic": True,
    "verbosity": -1,
}


def calendar_of(past: Past, days: Any) -> Any:
    """Return the calendar's features of some days: weekday, month, holidays and the days around them."""
    rows = []
    for index in days:
        day = past.date(index)
        near = [past.date(index + k) in past.holidays for k in range(-2, 3)]
        lagged = [past.date(index - 7 * k) in past.holidays for k in (1, 2, 3, 4)]
        of_year = day.timetuple().tm_yday
        edges = working_days(past, index)
        rows.append([day.weekday(), day.day, day.month, of_year, *near, *lagged, *edges])
    return np.array(rows, dtype=np.float64)


def working_days(past: Past, index: int) -> tuple[int, int]:
    """Count open days that are no holidays from the month's start to a day, and from it to the month's end."""
    month = past.date(index).month
    open_days = past.opened.any(axis=1)

    def count(step: int) -> int:
        number, at = 0, index + step
        while past.date(at).month == month:
            number += bool(open_days[past.date(at).weekday()]) and past.date(at) not in past.holidays
            at += step
        return number

    return count(-1), count(1)


def features(past: Past, counts: Any, days: Any) -> tuple[Any, Any, Any]:
    """Return features, day and slot of every open interval of some days.

    Parameters
    ----------
    past : Past
    counts : float array, shape (any, slots)
        Past counts, NaN where unknown, and forecasts made so far after them.
    days : int array
        None may need a week that ``counts`` does not hold.
    """
    back = days[:, None] - 7 * np.array(LAGS)
    lags = np.where((back >= 0)[:, :, None], counts[np.maximum(back, 0)], np.nan)
    totals = np.where(np.isfinite(counts).any(axis=1), np.nansum(counts, axis=1), np.nan)
    lag_totals = np.where(back >= 0, totals[np.maximum(back, 0)], np.nan)
    week = np.array([mean_of(totals[max(d - 13, 0) : max(d - 6, 0)]) for d in days])
    month = np.array([mean_of(totals[max(d - 34, 0) : max(d - 6, 0)]) for d in days])
    rows, slot = np.nonzero(past.opened[past.weekday[days]])
    mine = lags[rows, :, slot]
    with np.errstate(invalid="ignore"):
        some = np.isfinite(mine)
        held = np.where(some, mine, 0.0)
        times = [np.where(some[:, :n].any(axis=1), some[:, :n].sum(axis=1), np.nan) for n in (4, 8)]
        means = [held[:, :n].sum(axis=1) / of for n, of in zip((4, 8), times, strict=True)]
    middle = np.ma.median(np.ma.masked_invalid(mine), axis=1).filled(np.nan) if len(mine) else np.zeros(0)
    columns = [slot, *mine.T, *means, middle, *lag_totals[rows].T[:4], week[rows], month[rows]]
    return np.column_stack([*columns, calendar_of(past, days)[rows]]), days[rows], slot


def mean_of(values: Any) -> float:
    """Return the mean of what is known; NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def boosted(past: Past) -> Any:
    """Learn counts from every open, known interval of two years, and forecast week after week."""
    return week_after_week(past, ratio=False)


def boosted_ratio(past: Past) -> Any:
    """Learn the logarithm of the ratio to the mean of the last four weeks instead."""
    return week_after_week(past, ratio=True)


def week_after_week(past: Past, ratio: bool) -> Any:
    """Learn, then forecast each week from the known ones and those forecast before it."""
    train = np.arange(max(past.days - TRAIN_DAYS, 7), past.days)
    table, day, slot = features(past, past.known, train)
    target = past.known[day, slot]
    use = np.isfinite(target) & (np.isfinite(table[:, MEAN]) if ratio else True)
    base = start_of(table[:, MEAN], ratio)
    data = lgb.Dataset(table[use], target[use], init_score=base[use] if ratio else None)
    model = lgb.train(PARAMETERS, data, num_boost_round=ROUNDS)
    counts = np.concatenate([past.known, np.full((past.ahead, past.slots), np.nan)])
    for start in range(past.days, past.days + past.ahead, 7):
        days = np.arange(start, min(start + 7, past.days + past.ahead))
        ahead, at, where = features(past, counts, days)
        counts[at, where] = np.exp(model.predict(ahead, raw_score=True) + start_of(ahead[:, MEAN], ratio))
    return np.nan_to_num(counts[past.days :])


def start_of(mean: Any, ratio: bool) -> Any:
    """Return the score that trees begin from: the logarithm of the mean, or nothing."""
    return np.log(np.nan_to_num(mean) + 0.5) if ratio else np.zeros(len(mean))


def boosted_totals(past: Past) -> Any:
    """Learn the ratio of day totals to their mean of four weeks, and spread them by eight weeks' mean shares."""
    open_days = past.opened.any(axis=1)[past.weekday]
    train = np.flatnonzero(open_days[: past.days])
    train = train[(train >= 14) & (train >= past.days - TRAIN_DAYS)]
    totals = np.concatenate([past.filled.sum(axis=1), np.full(past.ahead, np.nan)])
    known = np.isfinite(past.known).any(axis=1)

    def table_of(days: Any) -> tuple[Any, Any]:
        back = days[:, None] - 7 * np.arange(1, 5)
        lags = np.where(back >= 0, totals[np.maximum(back, 0)], np.nan)
        mean = np.nanmean(lags, axis=1)
        return np.column_stack([lags, mean, calendar_of(past, days)]), mean

    table, mean = table_of(train)
    use = known[train] & (mean > 0)
    data = lgb.Dataset(table[use], totals[train][use], init_score=start_of(mean[use], True))
    shape = {"min_data_in_leaf": 3, "num_leaves": 8}
    model = lgb.train({**PARAMETERS, **shape}, data, num_boost_round=200)
    for start in range(past.days, past.days + past.ahead, 7):
        days = np.arange(start, start + 7)
        ahead, base = table_of(days)
        found = np.exp(model.predict(ahead, raw_score=True) + start_of(base, True))
        totals[days] = np.where(open_days[days], found, 0.0)
    return past.spread(totals[past.days :])
