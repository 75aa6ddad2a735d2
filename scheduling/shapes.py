"""Break patterns: the orders in which the breaks of a shift may come, and what pins hold still among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np

from domain.contracts import BreakRule, Contract
from scheduling.instance import Shapes
from scheduling.rules.activities import break_names

ACTIVITY = 1000
"""Numbers of pinned activities begin here; below are the numbers of a contract's breaks."""


class Pause(NamedTuple):
    """A stretch of a shift on which nobody is served, in slots from the shift's start."""

    length: int
    after: int
    before: int
    paid: int
    rule: int


class FixedPause(NamedTuple):
    """A pinned stretch of a shift that is no work, in slots from the shift's start."""

    start: int
    length: int
    activity: str
    paid: bool


def orders(pauses: Sequence[Pause], length: int) -> list[list[Pause]]:
    """Return the orders of pauses that their windows allow in a shift of ``length`` slots."""
    found: list[list[Pause]] = []
    for order in permutations(pauses):
        end = 0
        legal = True
        for pause in order:
            start = max(pause.after, end + 1)
            if start > pause.before or start + pause.length > length - 1:
                legal = False
                break
            end = start + pause.length
        if legal and list(order) not in found:
            found.append(list(order))
    return found


def _held(pauses: Sequence[Pause], names: Sequence[str], fixed: Sequence[FixedPause]) -> Iterator[list[Pause]]:
    """Hold pinned pauses where they are: each lies in one break of its name, which may be longer."""
    if not fixed:
        yield list(pauses)
        return
    pin, *rest = fixed
    for i, (pause, name) in enumerate(zip(pauses, names, strict=True)):
        after, before = max(pause.after, pin.start + pin.length - pause.length), min(pause.before, pin.start)
        if name == pin.activity and pin.length <= pause.length and after <= before:
            still = pause._replace(after=after, before=before)
            for others in _held([*pauses[:i], *pauses[i + 1 :]], [*names[:i], *names[i + 1 :]], rest):
                yield [still, *others]


class ShapeTable:
    """Break patterns met so far, one for each contract, paid length and set of pinned pauses."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.number: dict[tuple[str, int, tuple[FixedPause, ...]], int] = {}
        self.ranges: list[tuple[int, int]] = []
        self.sequences: list[list[Pause]] = []
        self.activities: dict[tuple[str, bool], int] = {}

    def of(self, contract: Contract, paid: int, fixed: tuple[FixedPause, ...] = (), unpaid: int = 0) -> int:
        """Return the shape of a shift of so many paid minutes, -1 where pinned pauses leave it none.

        Parameters
        ----------
        contract : Contract
        paid : int
        fixed : tuple of FixedPause
        unpaid : int
            Minutes by which unpaid activities among ``fixed`` lengthen the shift.
        """
        key = (contract.id, paid, fixed)
        if key not in self.number:
            rules = contract.breaks_of(paid)
            length = (contract.elapsed_minutes(paid) + unpaid) // self.step
            numbered = [(i, rule) for i, rule in enumerate(contract.breaks) if rule in rules]
            found = [
                order
                for pauses in self._pauses(numbered, fixed, break_names(contract))
                for order in orders(pauses, length)
            ]
            distinct = [order for n, order in enumerate(found) if order not in found[:n]]
            if (rules or fixed) and not distinct:
                self.number[key] = -1
            else:
                self.number[key] = len(self.ranges)
                first = len(self.sequences)
                self.sequences += [order for order in distinct if order]
                self.ranges.append((first, len(self.sequences)))
        return self.number[key]

    def _pauses(
        self, rules: Sequence[tuple[int, BreakRule]], fixed: Sequence[FixedPause], breaks: set[str]
    ) -> Iterator[list[Pause]]:
        """Return the pauses of a shift: its breaks by number, some of them held still, and pinned activities.

        What is pinned under the name of a break is no activity: a shift without that break cannot hold it.
        """
        free: list[Pause] = []
        first: dict[tuple[int, int, int, bool, str], int] = {}
        for i, rule in rules:
            # like breaks count as one, lest each order come twice
            same = (rule.minutes, rule.after_minutes, rule.before_minutes, rule.paid, rule.kind)
            number = first.setdefault(same, i)
            after, before = -(-rule.after_minutes // self.step), rule.before_minutes // self.step
            free.append(Pause(rule.minutes // self.step, after, before, int(rule.paid), number))
        others = [
            Pause(pin.length, pin.start, pin.start, int(pin.paid), ACTIVITY + self._activity(pin))
            for pin in fixed
            if pin.activity not in breaks
        ]
        pinned = [pin for pin in fixed if pin.activity in breaks]
        for pauses in _held(free, [rule.kind for _, rule in rules], pinned):
            yield [*pauses, *others]

    def _activity(self, pin: FixedPause) -> int:
        return self.activities.setdefault((pin.activity, pin.paid), len(self.activities))

    def arrays(self) -> Shapes:
        """Return every shape met."""
        widest = max((len(seq) for seq in self.sequences), default=1)
        table = np.full((5, max(len(self.sequences), 1), max(widest, 1)), -1, dtype=np.int64)
        for s, seq in enumerate(self.sequences):
            for j, pause in enumerate(seq):
                table[:, s, j] = pause
        ranges = np.array(self.ranges, dtype=np.int64).reshape(-1, 2)
        count = np.array([len(seq) for seq in self.sequences] or [0], dtype=np.int64)
        return Shapes(ranges[:, 0].copy(), ranges[:, 1].copy(), count, *(table[k].copy() for k in range(5)))
