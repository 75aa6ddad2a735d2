"""One thing that could be done now, as the rows that it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from domain.roster import OFF, Roster, Shift, Stretch
from planning.today.presence import Key

Lever = Literal["move_break", "change_queue", "extend", "book_seat", "cancel_seat", "time_off"]

RELEASES = frozenset({"cancel_seat", "time_off"})
"""Levers that take people away."""


@dataclass(frozen=True)
class Proposal:
    """One action.

    Attributes
    ----------
    lever : str
    who : str
        Person or seat; empty for a seat that is still to be chosen.
    key : (person or seat, shift id)
    rows : tuple of Stretch
        The shift's rows then; none where it is dropped.
    queues : tuple of str
        Queues that gain or lose somebody.
    start, end : datetime
        The time that changes.
    what : str
        The action in words.
    pay : float
        More pay of people.
    elastic_h : float
        More hours of elastic seats.
    emergency : bool
        Whether it takes a declared emergency.
    """

    lever: Lever
    who: str
    key: Key
    rows: tuple[Stretch, ...]
    queues: tuple[str, ...]
    start: datetime
    end: datetime
    what: str
    pay: float = 0.0
    elastic_h: float = 0.0
    emergency: bool = False

    @property
    def release(self) -> bool:
        """Whether it takes somebody away."""
        return self.lever in RELEASES


@dataclass(frozen=True)
class Shifts:
    """A roster by shift, to be changed by one shift at a time.

    Attributes
    ----------
    of : mapping of (person or seat, shift id) to Shift
    off : tuple of Stretch
        Rows that are no shift.
    """

    of: Mapping[Key, Shift]
    off: tuple[Stretch, ...] = field(default=())

    @classmethod
    def of_roster(cls, roster: Roster) -> Shifts:
        """Take a roster apart."""
        off = tuple(row for row in roster.stretches if row.activity == OFF)
        return cls({(shift.agent_id, shift.shift_id): shift for shift in roster.shifts}, off)

    @cached_property
    def seats(self) -> tuple[Shift, ...]:
        """Blocks of elastic seats."""
        return tuple(shift for shift in self.of.values() if shift.pool == "elastic")

    @cached_property
    def by_agent(self) -> dict[str, tuple[Shift, ...]]:
        """Shifts of each person or seat, in order."""
        found: dict[str, list[Shift]] = {}
        for shift in sorted(self.of.values(), key=lambda one: one.start):
            found.setdefault(shift.agent_id, []).append(shift)
        return {who: tuple(shifts) for who, shifts in found.items()}

    def put(self, key: Key, rows: Iterable[Stretch]) -> Shifts:
        """Return the roster with one shift's rows, without it where there is none."""
        kept = {k: shift for k, shift in self.of.items() if k != key}
        rows = tuple(sorted(rows, key=lambda row: row.start))
        if rows:
            kept[key] = Shift(key[0], key[1], rows[0].pool, rows)
        return Shifts(kept, self.off)

    def roster(self) -> Roster:
        """Put the roster together."""
        return Roster.of((*self.off, *(row for shift in self.of.values() for row in shift.stretches)))
