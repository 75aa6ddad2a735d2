"""Weekly windows of wall-clock time: opening hours, availability, nights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from domain.grid import IntervalGrid

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_MINUTES = 24 * 60


def parse_clock(text: str) -> int:
    """Return the minute of the day of ``HH:MM``; ``24:00`` is 1440.

    Raises
    ------
    ValueError
        If the text is no time of day.
    """
    hours, _, minutes = text.strip().partition(":")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2):
        raise ValueError("a time of day such as 08:00")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > DAY_MINUTES:
        raise ValueError("a time of day from 00:00 to 24:00")
    return total


def clock(minute: int) -> str:
    """Write a minute of the day as ``HH:MM``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def parse_days(text: str) -> frozenset[int]:
    """Return weekdays (Monday 0) of ``Mon-Fri``, ``Sat,Sun`` or ``Fri-Mon``.

    Raises
    ------
    ValueError
        If a name is not one of Mon..Sun.
    """
    names = {name.lower(): i for i, name in enumerate(WEEKDAYS)}
    found: set[int] = set()
    for part in text.replace(";", ",").split(","):
        first, dash, last = part.strip().lower().partition("-")
        if first.strip() not in names or (dash and last.strip() not in names):
            raise ValueError("weekdays such as Mon-Fri or Sat,Sun")
        low = names[first.strip()]
        high = names[last.strip()] if dash else low
        found.update((low + k) % 7 for k in range((high - low) % 7 + 1))
    return frozenset(found)


@dataclass(frozen=True)
class WeeklyWindow:
    """A span of wall-clock time on some weekdays; wraps past midnight where ``to`` <= ``from``.

    Attributes
    ----------
    days : frozenset of int
        Weekdays on which the window begins, Monday 0.
    from_minute, to_minute : int
        Minutes of the day; equal values mean the whole day round.
    """

    days: frozenset[int]
    from_minute: int
    to_minute: int

    def holds(self, weekday: int, minute: int) -> bool:
        """Tell whether a wall-clock minute of a weekday lies inside."""
        if self.to_minute > self.from_minute:
            return weekday in self.days and self.from_minute <= minute < self.to_minute
        return (weekday in self.days and minute >= self.from_minute) or (
            (weekday - 1) % 7 in self.days and minute < self.to_minute
        )


@dataclass(frozen=True)
class Span:
    """A half-open stretch of real time."""

    start: datetime
    end: datetime


def window_mask(windows: Iterable[WeeklyWindow], grid: IntervalGrid) -> NDArray[np.bool_]:
    """Return which intervals begin inside any window, shape (grid.size,)."""
    return inside_windows(windows, grid.weekday, grid.minute_of_day)


def inside_windows(
    windows: Iterable[WeeklyWindow], weekday: NDArray[np.int64], minute: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which wall-clock readings lie inside any window, in the shape of the readings."""
    mask = np.zeros(len(weekday), dtype=np.bool_)
    for window in windows:
        today = np.isin(weekday, list(window.days))
        if window.to_minute > window.from_minute:
            mask |= today & (minute >= window.from_minute) & (minute < window.to_minute)
        else:
            before = np.isin((weekday - 1) % 7, list(window.days))
            mask |= (today & (minute >= window.from_minute)) | (before & (minute < window.to_minute))
    return mask


def span_mask(spans: Iterable[Span], grid: IntervalGrid) -> NDArray[np.bool_]:
    """Return which intervals a span touches in part or whole, shape (grid.size,)."""
    mask = np.zeros(grid.size, dtype=np.bool_)
    for span in spans:
        first = int(np.floor(grid.minutes_at(span.start) / grid.step_minutes))
        last = int(np.ceil(grid.minutes_at(span.end) / grid.step_minutes))
        mask[max(first, 0) : max(min(last, grid.size), 0)] = True
    return mask
