"""What was measured beside what a simulation of the same day gives, and whether chance explains the difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from capacity.simulation.replication import Tally
from capacity.simulation.world import ABANDONED, IN_TIME, OFFERED, WAIT
from domain.centre import Centre
from domain.history import Floats
from planning.replay.days import ActualDays

ALL = "all"
MEASURES = ("offered", "mean_wait_s", "service_level", "abandonment")
TAIL = 0.025
"""Single days lie below ``low`` with this probability, and above ``high``."""
CLOCK_S = 0.5
"""A measured wait so near to the range lies inside: many systems write whole seconds."""
_DAY = 1  # the scope whose limit of waits is compared, in all scopes: a centre counts by one limit


@dataclass(frozen=True)
class ReplayRow:
    """One measure of one queue (or ``all``) in one interval, one day or all of them.

    Attributes
    ----------
    queue : str
    scope : {"interval", "day", "all"}
    start : str
        As in `ServiceRow`; of ``all`` the first day.
    measure : str
    observed, simulated : float
        The simulated one is the mean of the replications.
    low, high : float
        Between them lie 95 % of single days like this one.
    contacts : float
        Those of the intervals compared.
    """

    queue: str
    scope: Literal["interval", "day", "all"]
    start: str
    measure: str
    observed: float
    simulated: float
    low: float
    high: float
    contacts: float

    @property
    def inside(self) -> bool:
        """Whether a day like the simulated ones may well have given what was observed."""
        slack = CLOCK_S if self.measure == "mean_wait_s" else 1e-9
        return self.low - slack <= self.observed <= self.high + slack


class Comparison:
    """Replications of actual days, taken in one by one and laid beside what was measured.

    Parameters
    ----------
    actual : ActualDays
    centre : Centre

    Notes
    -----
    Observed and simulated figures are sums over the same intervals: those in which the measure is known. Deferred
    work, which does not wait in line, has its count alone.
    """

    def __init__(self, actual: ActualDays, centre: Centre) -> None:
        self.actual = actual
        live = np.array([[not queue.deferred] for queue in centre.queues], dtype=np.bool_)
        counts = (actual.offered, actual.wait_s, actual.in_target, actual.abandoned)
        self._known: list[NDArray[np.bool_]] = [np.isfinite(actual.offered)]
        self._known += [self._known[0] & np.isfinite(each) & live for each in counts[1:]]
        self._below = [self._sums(actual.offered, known) for known in self._known]
        self._observed = [self._sums(each, known) for each, known in zip(counts, self._known, strict=True)]
        self._found: list[list[Floats]] = [[] for _ in MEASURES]

    def add(self, tally: Tally) -> None:
        """Take in a replication."""
        for k, place in enumerate((OFFERED, WAIT, IN_TIME + _DAY, ABANDONED)):
            self._found[k].append(self._sums(tally.counts[place], self._known[k]))

    def rows(self) -> list[ReplayRow]:
        """Return every figure that was measured: the span as a whole, its days, its intervals."""
        grid = self.actual.grid
        labels: list[tuple[Literal["interval", "day", "all"], str]] = [("all", grid.days[0].isoformat())]
        labels += [("day", day.isoformat()) for day in grid.days]
        labels += [("interval", grid.label(i)) for i in range(grid.size)]
        queues = (*self.actual.queues, ALL)
        figures = [self._figures(k) for k in range(len(MEASURES))]
        return [
            ReplayRow(queue, scope, start, measure, *map(float, (*figures[k][:, q, w], self._below[k][q, w])))
            for w, (scope, start) in enumerate(labels)
            for q, queue in enumerate(queues)
            for k, measure in enumerate(MEASURES)
            if self._known_in(k)[q, w] and (k == 0 or self._below[k][q, w] > 0)
        ]

    def _figures(self, k: int) -> Floats:
        """Return observed, simulated, low and high of a measure, shape (4, queues + 1, windows)."""
        below = np.ones_like(self._below[k]) if MEASURES[k] == "offered" else self._below[k]
        found = np.array(self._found[k])
        # Of R days in order the next one falls below the k-th with probability k / (R + 1).
        low, high = np.quantile(found, (TAIL, 1.0 - TAIL), axis=0, method="weibull")
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.stack([self._observed[k], found.mean(axis=0), low, high]) / below

    def _known_in(self, k: int) -> NDArray[np.bool_]:
        return self._sums(np.ones_like(self.actual.offered), self._known[k]) > 0

    def _sums(self, values: Floats, known: NDArray[np.bool_]) -> Floats:
        """Return sums over all, each day and each interval, by queue and of all, shape (queues + 1, windows)."""
        mine = np.where(known, values, 0.0)
        mine = np.vstack([mine, mine.sum(axis=0)])
        day = self.actual.grid.day_of
        days = np.add.reduceat(mine, np.flatnonzero(np.diff(day, prepend=-1)), axis=1)
        return np.hstack([mine.sum(axis=1, keepdims=True), days, mine])
