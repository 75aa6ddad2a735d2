"""Local days and wall-clock minutes of many instants at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from domain.grid import local_midnight
from domain.history import Ints


@dataclass(frozen=True)
class LocalClock:
    """Local days and wall-clock minutes of many instants at once.

    Attributes
    ----------
    zone : str
    first : date
        Day 0.
    midnights : int array, shape (days + 1,)
        UTC seconds at which each local day begins; the last one ends the last day.
    """

    zone: str
    first: date
    midnights: Ints

    @classmethod
    def over(cls, zone: str, first: date, days: int) -> LocalClock:
        """Cover a number of local days."""
        moments = [local_midnight(first + timedelta(days=k), zone) for k in range(days + 1)]
        return cls(zone, first, np.array([int(m.timestamp()) for m in moments], dtype=np.int64))

    def read(self, seconds: Ints) -> tuple[Ints, Ints]:
        """Return the day's index and the wall-clock minute of UTC seconds, each of the same shape."""
        day = np.searchsorted(self.midnights, seconds, side="right") - 1
        minute = (seconds - self.midnights[np.clip(day, 0, len(self.midnights) - 2)]) // 60
        lengths = np.diff(self.midnights)
        inside = (day >= 0) & (day < len(lengths))
        # Only on days on which the clock moves does the wall differ from the minutes gone by.
        odd = np.flatnonzero(inside & (lengths[np.clip(day, 0, len(lengths) - 1)] != 86400))
        zone = ZoneInfo(self.zone)
        for i in odd:
            wall = datetime.fromtimestamp(int(seconds[i]), zone)
            minute[i] = wall.hour * 60 + wall.minute
        return day.astype(np.int64), minute.astype(np.int64)
