"""One nurse's rules as the arrays the kernel reads, and the nurse's cheapest line for given costs.

Notes
-----
Shift types that the rules cannot tell apart are one group, of which each day's cheapest is taken. Limits on types are
first left out; where the cheapest line breaks one, the type is counted too and the line is sought again (decremental
state-space relaxation). That is exact but can be slow, so a line that is legal and good enough is looked for first, by
making the types used too often dearer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.nurse_rostering.chain import FAR, busiest, cheapest
from benchmarks.nurse_rostering.instance import OFF, Instance
from domain.history import Floats, Ints

MOST_COUNTS = 6_000
"""Combinations of counts beyond which no further type is counted: the line is then legal, but not proven best."""

MOST_STATES = 100_000_000
"""States, reached or not, beyond which lines keep to an even pace of minutes and weekends."""

PACE_SHIFTS = 5
"""Shifts by which such a line may be ahead or behind."""

TRIES = 12
"""Times that types used too often are made dearer."""


@dataclass(frozen=True)
class Found:
    """A legal line, its cost, and a bound on the cost of every legal line."""

    bound: float
    cost: float
    line: Ints


@dataclass(frozen=True)
class _Chain:
    """Groups of types, given the types that are counted."""

    members: tuple[Ints, ...]
    classes: Ints
    units: Ints
    follows: Ints
    after: Ints
    floors: Ints


class Person:
    """One nurse, ready for the kernel.

    Attributes
    ----------
    exact : bool
        Whether lines are sought among all; otherwise the horizon is too long, and bounds are estimates.
    """

    def __init__(self, inst: Instance, n: int) -> None:
        self.inst = inst
        nurse = inst.nurses[n]
        self.nurse = nurse
        self.days, self.types = inst.days, len(inst.shifts)
        self.unit = math.gcd(*inst.minutes.tolist())
        self.usable = [t for t in range(self.types) if nurse.most_of[t] > 0]
        self.legal = np.zeros((self.days, self.types), dtype=np.bool_)
        self.legal[:, self.usable] = True
        self.legal[sorted(nurse.days_off)] = False
        self.most_of = np.array(nurse.most_of)
        rows = list({inst.barred[t].tobytes(): t for t in self.usable}.values())
        keys = [inst.barred[t].tobytes() for t in rows]
        self.class_of = {t: keys.index(inst.barred[t].tobytes()) for t in self.usable}
        self.follows_of = (~inst.barred[rows]).astype(np.int64).reshape(-1, self.types)
        weekends = min(nurse.most_weekends, (self.days + 6) // 7)
        least, most = -(-nurse.least_minutes // self.unit), nurse.most_minutes // self.unit
        longest = max((int(inst.minutes[t]) // self.unit for t in self.usable), default=0)
        nodes = max(nurse.least_off, 1) + len(rows) * nurse.most_run
        width = min(most, longest * busiest(self.days // 2, nurse.most_run, nurse.least_off))
        self.exact = self.days * nodes * (weekends + 1) * (width + 1) <= MOST_STATES
        pace = -1 if self.exact else PACE_SHIFTS * longest
        self.rules = np.array(
            [nurse.most_run, nurse.least_run, nurse.least_off, weekends, least, most, pace], dtype=np.int64
        )
        self.chains: dict[tuple[int, ...], _Chain] = {}

    def cheapest(self, cost: Floats, free: Floats, enough: float = -FAR) -> Found:
        """Return the cheapest legal line.

        Parameters
        ----------
        cost : float array, shape (days, shifts)
            ``FAR`` where it must not be worked.
        free : float array, shape (days,)
            ``FAR`` where it must be worked.
        enough : float
            A legal line below this is good enough; by default only the cheapest is.

        Returns
        -------
        Found
            Bound and cost are the same where the line is proven the cheapest; ``FAR`` where there is none.
        """
        cost = np.where(self.legal, cost, FAR)
        value, line = self._solve((), cost, free)
        if not (over := self._over(line)):
            return Found(value, value, line)
        relaxed, best = value, Found(value, FAR, line)
        if enough > relaxed or self._counts(tuple(over)) > MOST_COUNTS:
            best = self._dearer(cost, free, value)
            if best.cost < enough:
                return best
        counted: tuple[int, ...] = ()
        while over:
            counted = tuple(sorted({*counted, min(over, key=lambda t: self.nurse.most_of[t])}))
            if self._counts(counted) > MOST_COUNTS:
                return Found(relaxed, best.cost, best.line)
            relaxed, line = self._solve(counted, cost, free)
            over = self._over(line)
        return Found(relaxed, relaxed, line)

    def _dearer(self, cost: Floats, free: Floats, bound: float) -> Found:
        """Look for a legal line by making the types used too often dearer, by twice as much each time."""
        extra = np.zeros(self.types)
        best = Found(bound, FAR, np.full(self.days, OFF))
        worth = max(1.0, float(np.abs(cost[cost < FAR]).max(initial=0.0)) / 2**TRIES)
        for _ in range(2 * TRIES):
            value, line = self._solve((), cost + extra, free)
            if value >= FAR:
                break
            if not (over := self._over(line)):
                worked = np.flatnonzero(line != OFF)
                found = float(cost[worked, line[worked]].sum() + free[line == OFF].sum())
                return Found(bound, found, line)
            extra[over] = 2 * extra[over] + worth
        return best

    def _over(self, line: Ints) -> list[int]:
        counts = np.bincount(line[line != OFF], minlength=self.types)
        return np.flatnonzero(counts > self.most_of).tolist()

    def _counts(self, counted: tuple[int, ...]) -> int:
        return math.prod(self.nurse.most_of[t] + 1 for t in counted)

    def _solve(self, counted: tuple[int, ...], cost: Floats, free: Floats) -> tuple[float, Ints]:
        if counted not in self.chains:
            self.chains[counted] = self._chain(counted)
        chain = self.chains[counted]
        chosen = np.stack([g[cost[:, g].argmin(axis=1)] for g in chain.members], axis=1)
        grouped = np.take_along_axis(cost, chosen, axis=1)
        line = np.full(self.days, OFF, dtype=np.int64)
        value = cheapest(
            grouped, free, chain.classes, chain.units, chain.follows, chain.after, chain.floors, self.rules, line
        )
        worked = np.flatnonzero(line != OFF)
        line[worked] = chosen[worked, line[worked]]
        return float(value), line

    def _chain(self, counted: tuple[int, ...]) -> _Chain:
        alike: dict[tuple[object, ...], list[int]] = {}
        for t in self.usable:
            key = (
                self.class_of[t],
                int(self.inst.minutes[t]),
                self.follows_of[:, t].tobytes(),
                t if t in counted else OFF,
            )
            alike.setdefault(key, []).append(t)
        members = tuple(np.array(group, dtype=np.int64) for group in alike.values())
        first = [int(group[0]) for group in members]
        limits = np.array([self.nurse.most_of[t] for t in counted], dtype=np.int64)
        digits = np.indices(tuple(limits + 1), dtype=np.int64).reshape(len(counted), math.prod(limits + 1)).T
        place = np.array([math.prod((limits[k + 1 :] + 1).tolist()) for k in range(len(counted))], dtype=np.int64)
        after = np.tile(np.arange(len(digits), dtype=np.int64), (len(members), 1))
        for k, t in enumerate(counted):
            g = first.index(t)
            after[g] = np.where(digits[:, k] == limits[k], -1, after[g] + place[k])
        floors = np.zeros((self.days + 1, len(digits)), dtype=np.int64)
        for d in range(self.days + 1):
            still = busiest(self.days - d, self.nurse.most_run, self.nurse.least_off)
            floors[d] = (np.maximum(digits, limits - still) * place).sum(axis=1)
        return _Chain(
            members,
            np.array([self.class_of[t] for t in first], dtype=np.int64),
            np.array([self.inst.minutes[t] // self.unit for t in first], dtype=np.int64),
            np.ascontiguousarray(self.follows_of[:, first]),
            after,
            floors,
        )
