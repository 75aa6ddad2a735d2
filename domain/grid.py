"""Equal steps of real time, and the local days in which people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Instants = NDArray[np.datetime64]


def local_midnight(day: date, zone: str) -> datetime:
    """Return the UTC instant at which a local day begins.

    Where the clock jumps over midnight, it is the instant of the jump.
    """
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def to_utc64(moment: datetime) -> np.datetime64:
    """Convert an aware datetime to a UTC ``datetime64[s]``."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "s")


def from_utc64(moment: np.datetime64) -> datetime:
    """Convert a UTC ``datetime64`` to an aware UTC datetime."""
    return datetime.fromtimestamp(int(moment.astype("datetime64[s]").astype(np.int64)), UTC)


@dataclass(frozen=True)
class IntervalGrid:
    """Half-open intervals of equal real length; an interval is named by its start.

    Attributes
    ----------
    start : datetime
        First instant, aware, UTC.
    step_minutes : int
        Length of one interval.
    size : int
        Number of intervals.
    zone : str
        IANA name of the zone people read the grid in.

    Notes
    -----
    Steps are real time: a local day has 92, 96 or 100 quarter-hours when the clock moves.
    """

    start: datetime
    step_minutes: int
    size: int
    zone: str

    def __post_init__(self) -> None:
        if self.start.utcoffset() != timedelta(0):
            raise ValueError("a grid starts at a UTC instant")
        if self.step_minutes <= 0 or self.size < 0:
            raise ValueError("a grid needs a positive step and a size of at least 0")

    @classmethod
    def of_days(cls, first: date, days: int, zone: str, step_minutes: int) -> IntervalGrid:
        """Cover whole local days, midnight to midnight.

        Parameters
        ----------
        first : date
            First local day.
        days : int
            Number of local days.
        zone : str
            IANA name.
        step_minutes : int
            Length of one interval.
        """
        start = local_midnight(first, zone)
        end = local_midnight(first + timedelta(days=days), zone)
        size = round((end - start) / timedelta(minutes=step_minutes))
        return cls(start, step_minutes, size, zone)

    @property
    def step(self) -> timedelta:
        """Length of one interval."""
        return timedelta(minutes=self.step_minutes)

    @property
    def end(self) -> datetime:
        """First instant after the grid, UTC."""
        return self.start + self.size * self.step

    @cached_property
    def starts(self) -> Instants:
        """UTC starts, ``datetime64[s]``, shape (size,)."""
        steps = np.arange(self.size, dtype=np.int64) * (60 * self.step_minutes)
        return to_utc64(self.start) + steps.astype("timedelta64[s]")

    @cached_property
    def local_starts(self) -> tuple[datetime, ...]:
        """Starts as aware local datetimes."""
        zone = ZoneInfo(self.zone)
        return tuple((self.start + i * self.step).astimezone(zone) for i in range(self.size))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The local days the grid touches, in order."""
        return tuple(dict.fromkeys(moment.date() for moment in self.local_starts))

    @cached_property
    def day_of(self) -> NDArray[np.int64]:
        """Index into ``days`` of each interval, shape (size,)."""
        first = self.days[0] if self.days else date.min
        return np.array([(moment.date() - first).days for moment in self.local_starts], dtype=np.int64)

    @cached_property
    def minute_of_day(self) -> NDArray[np.int64]:
        """Wall-clock minute of the local day at each start, shape (size,)."""
        return np.array([m.hour * 60 + m.minute for m in self.local_starts], dtype=np.int64)

    @cached_property
    def weekday(self) -> NDArray[np.int64]:
        """Local weekday of each interval, Monday 0, shape (size,)."""
        return np.array([moment.weekday() for moment in self.local_starts], dtype=np.int64)

    def label(self, index: int) -> str:
        """Return the ISO label of an interval, with its offset (as written to files)."""
        return self.local_starts[index].isoformat(timespec="minutes")

    def minutes_at(self, moment: datetime) -> float:
        """Return minutes from the grid's start to an instant (negative before it)."""
        return (moment - self.start) / timedelta(minutes=1)

    def index_at(self, moment: datetime) -> int:
        """Return the interval that holds an instant; may lie outside 0..size-1."""
        return int(self.minutes_at(moment) // self.step_minutes)

    def at(self, minutes: float) -> datetime:
        """Return the UTC instant a number of minutes after the grid's start."""
        return self.start + timedelta(minutes=minutes)
