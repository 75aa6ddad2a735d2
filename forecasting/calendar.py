"""What kind of day a day is: holidays, the days around them, make-up working days, edges of the month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.history import Ints
from forecasting.holiday_names import minor_holidays, public_holidays

Bools = NDArray[np.bool_]

DAY = timedelta(days=1)
_MARGIN = 45  # days looked at beyond both ends, so that month edges and holiday blocks are seen whole


@dataclass(frozen=True)
class DayCalendar:
    """Traits of consecutive local days; every array has shape (days,).

    Attributes
    ----------
    first : date
    weekday : int array
        Monday 0.
    holiday : tuple of str
        The holiday's name, empty on other days.
    working : bool array
        Neither holiday nor weekend, or a make-up working day.
    makeup : bool array
        A weekend day that is worked in exchange for a day off (China and others).
    eve, after, second_after : bool array
        The last working day before a block of days off that holds a holiday on a weekday, the first and
        the second working day after it; a bridge day is an eve only right before a holiday.
    bridge : bool array
        A single working day between a holiday and other days off.
    block : bool array
        A day off that belongs to such a block and is no holiday itself.
    from_month_start, to_month_end : int array
        Working days since the month began and until it ends, 0 for the first and the last; -1 on days off.
    day_of_month, month_length : int array
    minor : tuple of str
        Name of a day that many keep without its being a public holiday, empty on other days.
    known_country : bool
        Whether the country has a calendar of public holidays here.
    """

    first: date
    weekday: Ints
    holiday: tuple[str, ...]
    working: Bools
    makeup: Bools
    eve: Bools
    after: Bools
    second_after: Bools
    bridge: Bools
    block: Bools
    from_month_start: Ints
    to_month_end: Ints
    day_of_month: Ints
    month_length: Ints
    minor: tuple[str, ...]
    known_country: bool

    @property
    def is_holiday(self) -> Bools:
        """Days that carry a holiday's name."""
        return np.array([bool(name) for name in self.holiday], dtype=np.bool_)

    @property
    def is_minor(self) -> Bools:
        """Days that carry a minor holiday's name."""
        return np.array([bool(name) for name in self.minor], dtype=np.bool_)

    @property
    def special(self) -> Bools:
        """Days on which volume may differ because of a holiday on or near them."""
        near = self.eve | self.after | self.second_after | self.bridge | self.block | self.makeup | self.is_minor
        return np.asarray(self.is_holiday | near, dtype=np.bool_)


def day_calendar(first: date, days: int, country: str, own: Mapping[date, str] | None = None) -> DayCalendar:
    """Describe consecutive local days.

    Parameters
    ----------
    first : date
    days : int
    country : str
        ISO code of the public holidays; empty leaves only ``own``.
    own : mapping of date to str, optional
        Further holidays by name (the centre's own); an empty name cancels a public one.
    """
    start = first - _MARGIN * DAY
    dates = [start + k * DAY for k in range(days + 2 * _MARGIN)]
    public = public_holidays(country, range(dates[0].year, dates[-1].year + 1))
    names, workdays, weekend = public or ({}, frozenset(), frozenset({5, 6}))
    merged = {**names, **(own or {})}
    holiday = [merged.get(day, "") for day in dates]
    lesser = minor_holidays(country, range(dates[0].year, dates[-1].year + 1))
    minor = [lesser.get(day, "") if not name else "" for day, name in zip(dates, holiday, strict=True)]
    weekday = np.array([day.weekday() for day in dates], dtype=np.int64)
    off_weekend = np.isin(weekday, list(weekend))
    is_holiday = np.array([bool(name) for name in holiday], dtype=np.bool_)
    makeup = np.array([day in workdays for day in dates]) & off_weekend & ~is_holiday
    working = (~off_weekend & ~is_holiday) | makeup
    around = _around(working, is_holiday, off_weekend)
    month = np.array([day.year * 12 + day.month for day in dates], dtype=np.int64)
    since, until = _month_edges(month, working)
    of_month = np.array([day.day for day in dates], dtype=np.int64)
    lengths = np.array([((day.replace(day=28) + 4 * DAY).replace(day=1) - DAY).day for day in dates])
    inner = slice(_MARGIN, _MARGIN + days)
    return DayCalendar(
        first=first,
        weekday=weekday[inner],
        holiday=tuple(holiday[inner]),
        working=working[inner],
        makeup=makeup[inner],
        eve=around["eve"][inner],
        after=around["after"][inner],
        second_after=around["second_after"][inner],
        bridge=around["bridge"][inner],
        block=around["block"][inner],
        from_month_start=since[inner],
        to_month_end=until[inner],
        day_of_month=of_month[inner],
        month_length=lengths[inner].astype(np.int64),
        minor=tuple(minor[inner]),
        known_country=public is not None,
    )


def _around(working: Bools, is_holiday: Bools, weekend: Bools) -> dict[str, Bools]:
    """Mark the days in and next to blocks of days off that hold a holiday on a weekday."""
    size = len(working)
    marks = {name: np.zeros(size, dtype=np.bool_) for name in ("eve", "after", "second_after", "bridge", "block")}
    day = 0
    while day < size:
        if working[day]:
            day += 1
            continue
        end = day
        while end < size and not working[end]:
            end += 1
        if np.any(is_holiday[day:end] & ~weekend[day:end]):
            marks["block"][day:end] = ~is_holiday[day:end]
            if day > 0:
                marks["eve"][day - 1] = True
            if end < size:
                marks["after"][end] = True
            if end + 1 < size and working[end + 1]:
                marks["second_after"][end + 1] = True
        day = end
    lone = working.copy()
    lone[1:] &= ~working[:-1]
    lone[:-1] &= ~working[1:]
    marks["bridge"] = lone & (marks["eve"] | marks["after"])
    for name in ("eve", "after", "second_after"):
        marks[name] &= ~marks["bridge"]
    marks["eve"] |= marks["bridge"] & np.append(is_holiday[1:], False)
    return marks


def _month_edges(month: Ints, working: Bools) -> tuple[Ints, Ints]:
    """Count working days from the start and to the end of each month."""
    since = np.full(len(month), -1, dtype=np.int64)
    until = since.copy()
    for value in np.unique(month):
        at = np.flatnonzero((month == value) & working)
        since[at] = np.arange(len(at))
        until[at] = np.arange(len(at))[::-1]
    return since, until
