"""Rosters: who does what, when, minute by minute."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

Pool = Literal["core", "elastic", "expert"]
WORK = "work"
OFF = "off"


@dataclass(frozen=True, order=True)
class Stretch:
    """One stretch of one activity of one person or seat; instants are aware, UTC."""

    agent_id: str
    start: datetime
    end: datetime
    activity: str = WORK
    queues: tuple[str, ...] = ()
    paid: bool = True
    pool: Pool = "core"
    shift_id: str = ""

    @property
    def minutes(self) -> float:
        """Length in real minutes."""
        return (self.end - self.start).total_seconds() / 60


@dataclass(frozen=True)
class Shift:
    """All stretches of one ``shift_id`` of one person or seat, in order."""

    agent_id: str
    shift_id: str
    pool: Pool
    stretches: tuple[Stretch, ...]

    @property
    def start(self) -> datetime:
        """First instant."""
        return self.stretches[0].start

    @property
    def end(self) -> datetime:
        """Instant after the last stretch."""
        return max(stretch.end for stretch in self.stretches)

    @property
    def paid_minutes(self) -> float:
        """Paid minutes, breaks that are paid included."""
        return sum(stretch.minutes for stretch in self.stretches if stretch.paid)


@dataclass(frozen=True)
class Roster:
    """Stretches sorted by person and time."""

    stretches: tuple[Stretch, ...]

    @classmethod
    def of(cls, stretches: Iterable[Stretch]) -> Roster:
        """Sort stretches into a roster."""
        return cls(tuple(sorted(stretches)))

    @cached_property
    def sha256(self) -> str:
        """Digest of who does what, when: the same for the same roster, however its file is written."""
        found = hashlib.sha256()
        for row in sorted(self.stretches):
            start, end = row.start.timestamp(), row.end.timestamp()
            what = (row.agent_id, start, end, row.activity, sorted(row.queues), row.paid, row.pool, row.shift_id)
            found.update(repr(what).encode())
        return found.hexdigest()

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """Shifts sorted by person and start; rows of activity ``off`` are no shift."""
        groups: dict[tuple[str, str], list[Stretch]] = {}
        for stretch in self.stretches:
            if stretch.activity != OFF:
                groups.setdefault((stretch.agent_id, stretch.shift_id), []).append(stretch)
        shifts = [
            Shift(agent, shift_id, rows[0].pool, tuple(sorted(rows, key=lambda row: row.start)))
            for (agent, shift_id), rows in groups.items()
        ]
        return tuple(sorted(shifts, key=lambda shift: (shift.agent_id, shift.start)))

    @cached_property
    def by_agent(self) -> dict[str, tuple[Shift, ...]]:
        """Shifts of each person or seat, in order."""
        found: dict[str, list[Shift]] = {}
        for shift in self.shifts:
            found.setdefault(shift.agent_id, []).append(shift)
        return {agent: tuple(shifts) for agent, shifts in found.items()}
