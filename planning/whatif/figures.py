"""Figures of queues over days and weeks, all at once: ratios of sums from the service of intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from capacity.roster_service import RATES, RosterService
from capacity.service import ServiceReport
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Floats, Ints

ALL = "all"
MEASURES = ("offered", *RATES)


@dataclass(frozen=True)
class Windows:
    """Every queue, and all live ones, over every day and week.

    Attributes
    ----------
    queues : tuple of str
        The centre's, then ``ALL``.
    live : int array
        Places of live queues.
    day_of : int array, shape (intervals,)
    days : tuple of str
        First local dates.
    """

    queues: tuple[str, ...]
    live: Ints
    day_of: Ints
    days: tuple[str, ...]

    @classmethod
    def of(cls, centre: Centre, grid: IntervalGrid) -> Windows:
        """Return the windows of a horizon."""
        live = np.array([q for q, queue in enumerate(centre.queues) if not queue.deferred], dtype=np.int64)
        days = tuple(day.isoformat() for day in grid.days)
        return cls((*centre.queue_ids, ALL), live, np.asarray(grid.day_of, dtype=np.int64), days)

    @cached_property
    def spans(self) -> tuple[tuple[str, str], ...]:
        """Scope and start of each day, then of each week."""
        return (*(("day", day) for day in self.days), *(("week", day) for day in self.days[::7]))

    @cached_property
    def place(self) -> Mapping[tuple[str, str], int]:
        """Where a span stands."""
        return {span: k for k, span in enumerate(self.spans)}

    @cached_property
    def _first(self) -> Ints:
        return np.searchsorted(self.day_of, np.arange(len(self.days))).astype(np.int64)

    def sums(self, rows: Floats) -> Floats:
        """Add intervals up to days and weeks, shape (..., spans)."""
        return self.with_weeks(np.add.reduceat(rows, self._first, axis=-1))

    def with_weeks(self, by_day: Floats) -> Floats:
        """Put the sums of weeks after those of days, shape (..., spans)."""
        by_week = np.add.reduceat(by_day, np.arange(0, len(self.days), 7), axis=-1)
        return np.concatenate([by_day, by_week], axis=-1)

    def figures(self, service: RosterService) -> Floats:
        """Return every measure of a service, shape (measures, queues and all, spans); NaN where it does not apply."""
        offered = service.offered
        found = np.full((len(MEASURES), len(self.queues), len(self.spans)), np.nan)
        sums = self.sums(offered)
        found[0, :-1], found[0, -1] = sums, sums.sum(axis=0)
        kept = offered * (1.0 - np.nan_to_num(service.abandonment))
        for k, measure in enumerate(RATES, start=1):
            rates: Floats = getattr(service, measure)
            weight = service.seats if measure == "occupancy" else (kept if measure == "fcr" else offered)
            known = np.isfinite(rates) & (weight > 0)
            below = self.sums(np.where(known, weight, 0.0))
            above = self.sums(np.where(known, weight, 0.0) * np.where(known, rates, 0.0))
            below = np.concatenate([below, below[self.live].sum(axis=0, keepdims=True)])
            above = np.concatenate([above, above[self.live].sum(axis=0, keepdims=True)])
            np.divide(above, below, out=found[k], where=below > 0)
        return found

    def simulated(self, report: ServiceReport) -> Floats:
        """Return what a report says, shape (value, low and high; measures; queues and all; spans)."""
        cells = [
            [[report.simulated(scope, start, queue, measure) for scope, start in self.spans] for queue in self.queues]
            for measure in MEASURES
        ]
        return np.moveaxis(np.array(cells, dtype=np.float64), -1, 0)
