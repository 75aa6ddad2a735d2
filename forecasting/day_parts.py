"""Days in parts of two hours, and what a tree is told of each: its last weeks, its calendar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.history import Floats, Ints
from forecasting.calendar import DayCalendar
from forecasting.days import QueueDays
from forecasting.profile import Bools

PARTS = 12
"""Parts of a day."""

LAGS = 8
"""Weeks looked back at."""

SMALL = 0.5
"""Contacts added to a mean before ratios are taken to it."""


@dataclass(frozen=True)
class DayParts:
    """One queue's contacts by day and part, forecasts included where some were made.

    Attributes
    ----------
    contacts : float array, shape (days, parts)
        NaN where under half of a part is known.
    opened : bool array, shape (7, parts)
        Parts of each weekday that take contacts.
    weekday : int array, shape (days,)
    traits : float array, shape (days, traits)
        What the calendar tells of each day.
    """

    contacts: Floats
    opened: Bools
    weekday: Ints
    traits: Floats

    def table(self, days: Ints) -> tuple[Floats, Ints, Ints, Floats]:
        """Return what is told of each open part of some days, its day, its part, and its mean of four weeks.

        Ratios to that mean are told, not counts, so that what is learned at one volume serves at another.
        """
        back = days[:, None] - 7 * np.arange(1, LAGS + 1)
        lagged = np.where((back >= 0)[:, :, None], self.contacts[np.maximum(back, 0)], np.nan)
        totals = np.where(np.isfinite(self.contacts).any(axis=1), np.nansum(self.contacts, axis=1), np.nan)
        of_day = np.where(back >= 0, totals[np.maximum(back, 0)], np.nan)
        level, before = _mean_before(totals, days, 7, 13), _mean_before(totals, days, 7, 34)
        at, part = np.nonzero(self.opened[self.weekday[days]])
        mine = lagged[at, :, part]
        four, eight = _mean(mine[:, :4]), _mean(mine)
        mean = np.where(np.isfinite(four), four, eight)
        ratio = mine / (mean[:, None] + SMALL)
        middle = pd.DataFrame(ratio).median(axis=1).to_numpy()
        days_mean = _mean(of_day[:, :4])
        told = [
            part,
            *ratio[:, :4].T,
            eight / (mean + SMALL),
            middle,
            *(of_day[:, :4] / (days_mean[:, None] + 1.0))[at].T,
            (_mean(of_day) / (days_mean + 1.0))[at],
            (level / (before + 1.0))[at],
            np.log(mean + SMALL),
            *self.traits[days][at].T,
        ]
        return np.column_stack(told), days[at], part, mean


def day_parts(days: QueueDays, calendar: DayCalendar) -> DayParts:
    """Add up one queue's slots to parts of a day; a part known by half or more is scaled up."""
    slots = days.counts.shape[1]
    opened = days.live.reshape(7, PARTS, slots // PARTS)
    counts = np.where(days.live[days.weekday], days.learn, np.nan).reshape(days.days, PARTS, -1)
    known, wanted = np.isfinite(counts).sum(axis=2), opened.sum(axis=2)[days.weekday]
    enough = (known > 0) & (2 * known >= wanted)
    contacts = np.where(enough, np.nansum(counts, axis=2) * wanted / np.maximum(known, 1), np.nan)
    return DayParts(contacts, np.asarray(opened.any(axis=2)), days.weekday, calendar_traits(calendar))


def calendar_traits(calendar: DayCalendar) -> Floats:
    """Return what the calendar tells of each day, shape (days, traits)."""
    size = len(calendar.weekday)
    holiday, special = calendar.is_holiday, calendar.special
    of_year = (np.datetime64(calendar.first) + np.arange(size)).astype("datetime64[D]")
    turn = (of_year - of_year.astype("datetime64[Y]")).astype(np.int64)

    def moved(trait: Bools, by: int) -> Bools:
        """Return each day's trait of the day so many later, none beyond the ends."""
        at = np.arange(size) + by
        return np.asarray((at >= 0) & (at < size) & trait[np.clip(at, 0, size - 1)])

    traits = [calendar.weekday, calendar.day_of_month, calendar.from_month_start, calendar.to_month_end, turn]
    traits += [calendar.bridge, calendar.eve, calendar.after]
    traits += [moved(holiday, by) for by in range(-2, 3)]
    traits += [moved(each, -7 * week) for each in (holiday, special) for week in range(1, 5)]
    return np.column_stack(traits).astype(np.float64)


def _mean(values: Floats) -> Floats:
    """Return the mean of what is known in each row; NaN where nothing is."""
    known = np.isfinite(values)
    seen = known.sum(axis=1)
    return np.where(seen > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(seen, 1), np.nan)


def _mean_before(totals: Floats, days: Ints, nearest: int, furthest: int) -> Floats:
    """Return the mean known total of the days ``nearest`` to ``furthest`` before each of some days."""
    back = days[:, None] - np.arange(nearest, furthest + 1)
    return _mean(np.where(back >= 0, totals[np.maximum(back, 0)], np.nan))
