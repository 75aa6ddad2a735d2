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


AGENT_MEASURES: tuple[str, ...] = ("occupancy", "handled", "fcr", "duty_h")
"""Columns of an agent's row, in this order."""


@dataclass(frozen=True)
class AgentRow:
    """One person or seat over the whole horizon.

    Attributes
    ----------
    agent_id : str
    value, low, high : float arrays over ``AGENT_MEASURES``
        Time on contacts (over concurrency, deferred work included) / time on duty; contacts begun in a replication,
        those of the backlog included; the expected share of them that resolves, where the agent's FCR is known;
        hours on duty. With their 95 % interval; NaN where there was no duty, no such contact, or one replication.
    """

    agent_id: str
    value: Floats
    low: Floats
    high: Floats

    def get(self, measure: str) -> float:
        """Return the value of one measure."""
        return float(self.value[AGENT_MEASURES.index(measure)])


TIER_MEASURES: tuple[str, ...] = ("offered", "mean_wait_s", "service_level", "abandonment")
"""Columns of a tier's row, in this order."""


@dataclass(frozen=True)
class TierRow:
    """One customer tier on one queue (or on ``all`` live ones) in one day or week.

    Attributes
    ----------
    scope : {"day", "week"}
    start : str
        The day's (week's first) date.
    tier : str
        ``standard`` for contacts of no tier.
    queue : str
    value, low, high : float arrays over ``TIER_MEASURES``
        With their 95 % interval; NaN where nothing was offered.
    """

    scope: Literal["interval", "day", "week"]
    start: str
    tier: str
    queue: str
    value: Floats
    low: Floats
    high: Floats

    def simulated(self, measure: str) -> tuple[float, float, float]:
        """Return (value, low, high) of one measure."""
        k = TIER_MEASURES.index(measure)
        return float(self.value[k]), float(self.low[k]), float(self.high[k])


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
    agents : tuple of AgentRow
        In the order of the coverage's servers.
    uncertain : tuple of ServiceRow
        Days and weeks, as the mean over the scenarios, each weighing by its contacts: what the target asks for where
        volume is uncertain. The interval is the error of the simulation; empty where scenarios were not asked for.
    tiers : tuple of TierRow
        Days and weeks by customer tier; empty where the centre has none.
    """

    grid: IntervalGrid
    queues: tuple[str, ...]
    rows: tuple[ServiceRow, ...]
    replications: int
    daily: dict[str, Floats] = field(default_factory=dict)
    agents: tuple[AgentRow, ...] = ()
    uncertain: tuple[ServiceRow, ...] = ()
    tiers: tuple[TierRow, ...] = ()

    @cached_property
    def _places(self) -> dict[tuple[str, str, str], ServiceRow]:
        return {(row.scope, row.start, row.queue): row for row in self.rows}

    @cached_property
    def _uncertain(self) -> dict[tuple[str, str, str], ServiceRow]:
        return {(row.scope, row.start, row.queue): row for row in self.uncertain}

    def row(self, scope: str, start: str, queue: str) -> ServiceRow | None:
        """Return the row of a scope, start and queue."""
        return self._places.get((scope, start, queue))

    def simulated(self, scope: str, start: str, queue: str, measure: str) -> tuple[float, float, float]:
        """Return (value, low, high) of one measure; NaN where there is no such row."""
        row = self.row(scope, start, queue)
        return _of(row, measure)

    def expected(self, scope: str, start: str, queue: str, measure: str) -> tuple[float, float, float]:
        """Return (value, low, high) of one measure over the scenarios; NaN where there is no such row."""
        return _of(self._uncertain.get((scope, start, queue)), measure)


def _of(row: ServiceRow | None, measure: str) -> tuple[float, float, float]:
    if row is None:
        return (np.nan, np.nan, np.nan)
    k = MEASURES.index(measure)
    return (float(row.value[k]), float(row.low[k]), float(row.high[k]))
