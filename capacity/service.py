"""The service a roster gives, with the error of its simulation."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from domain.grid import IntervalGrid
from domain.history import Floats

MEASURES: tuple[str, ...] = (
    "offered",
    "mean_wait_s",
    "service_level",
    "abandonment",
    "fcr",
    "occupancy",
    "agents",
    "share",
)
"""Columns of a service row, in this order; ``share`` is deferred work completed in time."""


@dataclass(frozen=True)
class ServiceRow:
    """One queue (or ``all``) in one interval, day or week.

    Attributes
    ----------
    scope : {"interval", "day", "week"}
    start : str
        ISO label: an interval's local start, or the day's (week's first) date.
    queue : str
    value, low, high : float arrays over ``MEASURES``
        Ratios of sums over replications with their 95 % interval; NaN where nothing was offered or unbounded.
    """

    scope: Literal["interval", "day", "week"]
    start: str
    queue: str
    value: Floats
    low: Floats
    high: Floats

    def get(self, measure: str) -> float:
        """Return the value of one measure."""
        return float(self.value[MEASURES.index(measure)])


@dataclass(frozen=True)
class ServiceReport:
    """Simulated service of a roster.

    Attributes
    ----------
    grid : IntervalGrid
    queues : tuple of str
    rows : tuple of ServiceRow
    replications : int
    daily : dict
        ``daily[measure][replication, queue, day]`` under scenario days (forecast uncertainty and absence
        included), for what a day may bring; empty where not asked for.
    """

    grid: IntervalGrid
    queues: tuple[str, ...]
    rows: tuple[ServiceRow, ...]
    replications: int
    daily: dict[str, Floats] = field(default_factory=dict)

    @cached_property
    def _places(self) -> dict[tuple[str, str, str], ServiceRow]:
        return {(row.scope, row.start, row.queue): row for row in self.rows}

    def row(self, scope: str, start: str, queue: str) -> ServiceRow | None:
        """Return the row of a scope, start and queue."""
        return self._places.get((scope, start, queue))

    def simulated(self, scope: str, start: str, queue: str, measure: str) -> tuple[float, float, float]:
        """Return (value, low, high) of one measure; NaN where there is no such row."""
        row = self.row(scope, start, queue)
        if row is None:
            return (np.nan, np.nan, np.nan)
        k = MEASURES.index(measure)
        return (float(row.value[k]), float(row.low[k]), float(row.high[k]))
