"""Break patterns: the orders in which the breaks of a shift may come."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from domain.contracts import BreakRule, Contract
from scheduling.instance import Shapes


def break_orders(rules: Sequence[BreakRule], elapsed: int, step: int) -> list[list[int]]:
    """Return the orders of breaks that their windows allow, as indices into ``rules``."""
    found: list[list[int]] = []
    seen: set[tuple[tuple[int, int, int, bool, str], ...]] = set()
    for order in permutations(range(len(rules))):
        end = 0
        legal = True
        for i in order:
            rule = rules[i]
            start = max(rule.after_minutes, end + step)
            start = -(-start // step) * step
            if start > rule.before_minutes or start + rule.minutes > elapsed - step:
                legal = False
                break
            end = start + rule.minutes
        key = tuple(
            (rules[i].minutes, rules[i].after_minutes, rules[i].before_minutes, rules[i].paid, rules[i].kind)
            for i in order
        )
        if legal and key not in seen:
            seen.add(key)
            found.append(list(order))
    return found


class ShapeTable:
    """Break patterns met so far, one for each contract and paid length."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.number: dict[tuple[str, int], int] = {}
        self.ranges: list[tuple[int, int]] = []
        self.sequences: list[list[tuple[int, int, int, int, int]]] = []

    def of(self, contract: Contract, paid: int) -> int:
        """Return the shape of a shift of so many paid minutes."""
        key = (contract.id, paid)
        if key not in self.number:
            rules = contract.breaks_of(paid)
            first = len(self.sequences)
            if rules:
                for order in break_orders(rules, contract.elapsed_minutes(paid), self.step):
                    self.sequences.append(
                        [
                            (
                                rules[i].minutes // self.step,
                                -(-rules[i].after_minutes // self.step),
                                rules[i].before_minutes // self.step,
                                int(rules[i].paid),
                                i,
                            )
                            for i in order
                        ]
                    )
            self.number[key] = len(self.ranges)
            self.ranges.append((first, len(self.sequences)))
        return self.number[key]

    def arrays(self) -> Shapes:
        """Return every shape met."""
        widest = max((len(seq) for seq in self.sequences), default=1)
        table = np.full((5, max(len(self.sequences), 1), max(widest, 1)), -1, dtype=np.int64)
        for s, seq in enumerate(self.sequences):
            for j, values in enumerate(seq):
                table[:, s, j] = values
        ranges = np.array(self.ranges, dtype=np.int64).reshape(-1, 2)
        count = np.array([len(seq) for seq in self.sequences] or [0], dtype=np.int64)
        return Shapes(ranges[:, 0].copy(), ranges[:, 1].copy(), count, *(table[k].copy() for k in range(5)))
