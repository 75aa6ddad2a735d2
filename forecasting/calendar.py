"""What kind of day a day is: holidays, the days around them, make-up working days, edges of the month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats, Ints
from forecasting.holiday_names import minor_holidays
from forecasting.holiday_names import public_holidays as public_holidays

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
        the second working day after it.
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


@dataclass(frozen=True)
class Design:
    """Regression columns of consecutive days.

    Attributes
    ----------
    columns : tuple of str
    group : tuple of str
        ``weekday``, ``special``, ``month`` or ``year``, for each column.
    matrix : float array, shape (days, columns)
    spread : float array, shape (columns,)
        How large a column's effect on the logarithm of a day total usually is (a standard deviation).
    least : int array, shape (columns,)
        Days on which a column must differ from zero before it may be used.
    expected : float array, shape (columns,)
        The effect that a column is taken to have before any day speaks for it.
    """

    columns: tuple[str, ...]
    group: tuple[str, ...]
    matrix: Floats
    spread: Floats
    least: Ints
    expected: Floats

    def supported(self, days: Bools, groups: frozenset[str]) -> Ints:
        """Return the columns of some groups that enough of the given days speak for."""
        seen = (self.matrix[: len(days)][days] != 0).sum(axis=0)
        wanted = np.array([name in groups for name in self.group], dtype=np.bool_)
        return np.flatnonzero(wanted & (seen >= self.least))


def calendar_design(calendar: DayCalendar) -> Design:
    """Return the calendar's regression columns: weekday, holidays and their neighbours, month, year.

    Notes
    -----
    A holiday has a pooled column and one of its own name; the name's column is shrunk harder, so that a
    holiday seen once leans on the others and one seen often speaks for itself.
    """
    parts: list[tuple[str, str, Floats, float, int, float]] = []

    def add(group: str, name: str, values: NDArray[Any], spread: float, least: int = 2, expected: float = 0.0) -> None:
        column = np.asarray(values, dtype=np.float64)
        if np.any(column != 0):
            parts.append((name, group, column, spread, least, expected))

    for day in range(7):
        add("weekday", f"weekday {day}", calendar.weekday == day, 1.0, 1)
    _add_special(calendar, add)
    for k in range(3):
        add("month", f"working day {k + 1}", calendar.from_month_start == k, 0.06)
    for k in range(2):
        add("month", f"working day -{k + 1}", calendar.to_month_end == k, 0.06)
    add("month", "mid month", (calendar.day_of_month >= 14) & (calendar.day_of_month <= 16), 0.03, 4)
    phase = 2 * np.pi * (calendar.day_of_month - 1) / calendar.month_length
    for k, least in ((1, 22), (2, 22), (3, 200)):
        add("month", f"month sin {k}", np.sin(k * phase), 0.06 / k, least)
        add("month", f"month cos {k}", np.cos(k * phase), 0.06 / k, least)
    for k in range(1, 32):
        add("month", f"day {k} of the month", calendar.day_of_month == k, 0.08, 6)
    of_year = [(calendar.first + k * DAY).timetuple().tm_yday for k in range(len(calendar.weekday))]
    turn = 2 * np.pi * np.array(of_year) / 365.25
    for k in (1, 2, 3):
        add("year", f"year sin {k}", np.sin(k * turn), 0.15 / k, 500)
        add("year", f"year cos {k}", np.cos(k * turn), 0.15 / k, 500)
    return Design(
        columns=tuple(part[0] for part in parts),
        group=tuple(part[1] for part in parts),
        matrix=np.stack([part[2] for part in parts], axis=1),
        spread=np.array([part[3] for part in parts]),
        least=np.array([part[4] for part in parts], dtype=np.int64),
        expected=np.array([part[5] for part in parts]),
    )


def _add_special(calendar: DayCalendar, add: Callable[..., None]) -> None:
    """Add the columns of holidays and the days around them."""
    is_holiday, weekday = calendar.is_holiday, calendar.weekday
    off = ~calendar.working & ~is_holiday & ~calendar.block
    usually_off = np.array([bool(np.any(off & (weekday == d))) for d in range(7)])[weekday]
    add("special", "holiday", is_holiday & ~usually_off, 0.7, 1)
    add("special", "holiday at the weekend", is_holiday & usually_off, 0.4, 1)
    for name in sorted(set(calendar.holiday) - {""}):
        add("special", f"holiday {name}", np.array([h == name for h in calendar.holiday]), 0.3, 1)
    before_holiday = np.append(is_holiday[1:], False)
    add("special", "eve", calendar.eve | (calendar.bridge & before_holiday), 0.2, 1)
    add("special", "minor holiday", calendar.is_minor, 0.2, 1)
    for name in sorted(set(calendar.minor) - {""}):
        add("special", f"holiday {name}", np.array([m == name for m in calendar.minor]), 0.2, 1)
    add("special", "after", calendar.after, 0.2, 0, 0.05)
    add("special", "after, midweek", calendar.after & (weekday != 0), 0.2, 0, 0.1)
    add("special", "after, Monday", calendar.after & (weekday == 0), 0.1, 1)
    add("special", "second after", calendar.second_after, 0.15, 0, 0.03)
    add("special", "bridge", calendar.bridge, 0.3, 1)
    add("special", "block", calendar.block, 0.3, 1)
    add("special", "makeup", calendar.makeup, 0.5, 1)
    dates = [calendar.first + k * DAY for k in range(len(weekday))]
    year_end = np.array([day.month == 12 and day.day >= 26 for day in dates])
    add("special", "year end", year_end & ~is_holiday, 0.2)
