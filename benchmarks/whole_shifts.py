"""Whole shifts with fixed breaks, and the rows of a roster that they become."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from benchmarks.clones import WEEK, Clones
from domain.contracts import Contract
from domain.grid import local_midnight
from domain.history import Floats
from domain.roster import Stretch

SLOT = 15
"""Minutes of the schedule's grid."""


@dataclass(frozen=True)
class Shape:
    """One shift of one contract: its start, its end and its breaks, in minutes of the day.

    Attributes
    ----------
    contract : str
    start, end : int
    days : int
        Worked a week.
    paid_h : float
        Of one shift.
    pauses : tuple of (start, end, kind, paid)
    """

    contract: str
    start: int
    end: int
    days: int
    paid_h: float
    pauses: tuple[tuple[int, int, str, bool], ...]

    def duty(self) -> Floats:
        """Return the share of each half hour of the day on duty, shape (48,)."""
        slots = np.zeros(24 * 60 // SLOT)
        slots[self.start // SLOT : self.end // SLOT] = 1.0
        for low, high, _, _ in self.pauses:
            slots[low // SLOT : high // SLOT] = 0.0
        return np.asarray(slots.reshape(-1, 2).mean(axis=1))


def shapes(world: Clones) -> tuple[Shape, ...]:
    """Return every shift start of every contract of the mix, breaks in the middle of their windows."""
    return tuple(
        shape_of(world.centre.contract(name), start)
        for name in world.mix
        for start in world.centre.contract(name).start.minutes()
    )


def shape_of(contract: Contract, start: int) -> Shape:
    """Return a contract's shift at one start."""
    paid = int(60 * contract.shift_hours.min)
    pauses = []
    for rule in contract.breaks_of(paid):
        middle = (rule.after_minutes + rule.before_minutes) // 2 // SLOT * SLOT
        pauses.append((start + middle, start + middle + rule.minutes, rule.kind, rule.paid))
    end = start + contract.elapsed_minutes(paid)
    return Shape(contract.id, start, end, int(contract.days_per_week.min), paid / 60, tuple(pauses))


def stretches(world: Clones, shape: Shape, person: str, day: int, queues: tuple[str, ...]) -> Iterator[Stretch]:
    """Lay out one shift of one person."""
    midnight = local_midnight(WEEK + timedelta(days=day), world.centre.timezone)
    shift = f"{person}-{day}"

    def row(low: int, high: int, activity: str, paid: bool) -> Stretch:
        served = queues if activity == "work" else ()
        start, end = midnight + timedelta(minutes=low), midnight + timedelta(minutes=high)
        return Stretch(person, start, end, activity, served, paid, "core", shift)

    at = shape.start
    for low, high, kind, paid in shape.pauses:
        yield row(at, low, "work", True)
        yield row(low, high, kind, paid)
        at = high
    yield row(at, shape.end, "work", True)
