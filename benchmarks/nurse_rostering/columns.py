"""Column generation: lines are added until none would make the linear master cheaper.

Notes
-----
For any prices within the prices of too few and too many, the cost of cover at those prices plus each nurse's cheapest
line is a bound on every roster that keeps to the cells allowed. Prices are smoothed towards those of the best bound
(Wentges 1997), which is what makes long horizons converge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.nurse_rostering.chain import FAR
from benchmarks.nurse_rostering.clock import Limit
from benchmarks.nurse_rostering.instance import OFF, Instance
from benchmarks.nurse_rostering.master import Answer, Flags, Master
from benchmarks.nurse_rostering.people import Person
from domain.history import Floats, Ints

SMOOTHING = 0.7
"""Weight of the prices of the best bound."""

NEAR = 0.1
"""Share of what the master's cost is below that of no interest, by which it may still be above the bound."""

SMALL = 1e-6


def whole(bound: float) -> int:
    """Return the least whole cost that a bound leaves: every price is a whole number, and none is below nought."""
    return max(math.ceil(bound - 1e-4), 0) if math.isfinite(bound) else 0


@dataclass(frozen=True)
class Closed:
    """The master's last answer, and a bound on all rosters within the cells allowed."""

    answer: Answer
    bound: float
    prices: Floats


class Columns:
    """All lines found so far, and each nurse's program for finding more.

    Attributes
    ----------
    centre : float array, shape (days, shifts), or None
        Prices to start from: those of a good bound on all rosters serve parts of them too.
    proves : bool
        Whether bounds hold for all rosters, or are estimates of lines that keep a pace.
    """

    def __init__(self, inst: Instance) -> None:
        self.inst = inst
        self.people = [Person(inst, n) for n in range(len(inst.nurses))]
        self.master = Master(inst)
        self.centre: Floats | None = None
        self.proves = all(person.exact for person in self.people)

    def everything(self) -> Flags:
        """Return all cells that the rules of single days allow; (nurses, days, 1 + shifts), the free day first."""
        return np.stack([np.hstack([np.ones((self.inst.days, 1), np.bool_), p.legal]) for p in self.people])

    def start(self, limit: Limit) -> Ints:
        """Return a roster in which each nurse in turn takes the line that is then best; twice over where time allows.

        Raises
        ------
        ValueError
            Where a nurse has no legal line of days.
        """
        inst, shape = self.inst, (len(self.people), self.inst.days)
        roster = np.full(shape, OFF, dtype=np.int64)
        there = np.zeros_like(inst.need)
        days = np.arange(inst.days)
        costs = self.master.day_costs
        for again in range(2):
            for n, person in enumerate(self.people):
                if again:
                    if limit.left <= 0:
                        return roster
                    worked = roster[n] != OFF
                    there[days[worked], roster[n, worked]] -= 1
                gain = np.where(there < inst.need, -inst.under, inst.over)
                found = person.cheapest(costs[n] + gain, np.zeros(inst.days))
                if found.cost >= FAR:
                    raise ValueError(f"{inst.nurses[n].name} has no legal line of days")
                roster[n] = found.line
                self.master.add(n, found.line)
                worked = roster[n] != OFF
                there[days[worked], roster[n, worked]] += 1
        return roster

    def close(self, allowed: Flags, limit: Limit, *, stop: float, slack: float = SMALL, rounds: int = 2_000) -> Closed:
        """Add lines within the cells allowed until the bound is near the master's cost.

        Parameters
        ----------
        allowed : bool array, shape (nurses, days, 1 + shifts)
        limit : Limit
        stop : float
            Bound from which the cells are of no interest.
        slack : float
            Distance of bound and cost that is near enough.
        rounds : int
            Answers of the master after which to end.
        """
        master = self.master
        master.keep(master.within(allowed))
        settled = allowed.sum(axis=2).max(axis=1) <= 1
        best, centre = -math.inf, self.centre
        exact = False
        for _ in range(rounds):
            answer = master.solve()
            near = max(slack, NEAR * (stop - answer.cost)) if math.isfinite(stop) else slack
            if answer.cost - best <= near or best >= stop or limit.left <= 0:
                break
            prices = answer.cover if centre is None or exact else SMOOTHING * centre + (1 - SMOOTHING) * answer.cover
            bound, added = self._price(allowed, settled, prices, answer, limit, exact=exact)
            if bound > best:
                best, centre = bound, prices
            if not added and exact:
                break
            # nothing found at smoothed prices says nothing about the master's own
            exact = not added
        return Closed(answer, best, answer.cover if centre is None else centre)

    def _price(
        self, allowed: Flags, settled: Flags, prices: Floats, answer: Answer, limit: Limit, *, exact: bool
    ) -> tuple[float, int]:
        master = self.master
        bound, added = float((prices * self.inst.need).sum()), 0
        for n, person in enumerate(self.people):
            if settled[n]:
                line = allowed[n].argmax(axis=1) - 1
                worked = np.flatnonzero(line != OFF)
                bound += master.line_cost(n, line) - float(prices[worked, line[worked]].sum())
                continue
            if limit.left <= 0:
                return -math.inf, added
            cost = np.where(allowed[n, :, 1:], master.day_costs[n] - prices, FAR)
            free = np.where(allowed[n, :, 0], 0.0, FAR)
            enough = -FAR if exact else float(answer.nurse[n] - master.base[n]) - SMALL
            found = person.cheapest(cost, free, enough)
            bound += found.bound + float(master.base[n])
            if found.cost >= FAR:
                continue
            worked = np.flatnonzero(found.line != OFF)
            value = master.line_cost(n, found.line) - float(answer.cover[worked, found.line[worked]].sum())
            if value < answer.nurse[n] - SMALL:
                added += master.add(n, found.line)
        return bound, added
