"""The regression columns of days: weekday, holidays and their neighbours, month and year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats, Ints
from forecasting.calendar import DAY, Bools, DayCalendar


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
    add("special", "eve", calendar.eve, 0.2, 1)
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
