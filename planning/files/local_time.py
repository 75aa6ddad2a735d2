"""UTC instants read on a zone's clock, a whole array at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.grid import Instants
from domain.history import Ints
from domain.hours import inside_windows
from domain.queues import Queue


@dataclass(frozen=True)
class LocalTime:
    """Clock readings of instants.

    Attributes
    ----------
    day : int array
        Local days since 1970-01-01.
    minute : int array
        Wall-clock minute of the day.
    seconds : bool array
        Whether seconds stand beside the minute.
    """

    day: Ints
    minute: Ints
    seconds: NDArray[np.bool_]

    @classmethod
    def of(cls, start: Instants, zone: str, keep: NDArray[np.bool_] | None = None) -> LocalTime:
        """Read instants on a zone's clock; those not kept are read as 1970-01-01."""
        if keep is not None:
            start = np.where(keep, start, np.datetime64(0, "s"))
        # Instants repeat over queues: each is read once.
        distinct, back = np.unique(start, return_inverse=True)
        local = pd.DatetimeIndex(distinct, tz="UTC").tz_convert(zone).tz_localize(None).to_numpy()
        seconds = local.astype("datetime64[s]").astype(np.int64)[back]
        day, second = np.divmod(seconds, 86_400)
        return cls(day, second // 60, second % 60 != 0)

    def select(self, rows: Ints) -> LocalTime:
        """Return some of the readings."""
        return LocalTime(self.day[rows], self.minute[rows], self.seconds[rows])

    @property
    def weekday(self) -> Ints:
        """Weekday, Monday 0 (1970-01-01 was a Thursday)."""
        return (self.day + 3) % 7


def open_at(queue: Queue, start: Instants, zone: str) -> NDArray[np.bool_]:
    """Tell at which instants a queue's weekly hours are open; always where it has none."""
    if not queue.open or not len(start):
        return np.ones(len(start), dtype=np.bool_)
    local = LocalTime.of(start, zone)
    return inside_windows(queue.open, local.weekday, local.minute)
