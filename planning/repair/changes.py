"""What a repair changed, agent-day by agent-day, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from domain.folder import PlanningFolder
from domain.hours import WEEKDAYS
from domain.roster import WORK, Roster, Shift

What = Literal["shift", "breaks", "queues", "seat"]

SEATS = "elastic seats"
"""Whom the reason is kept under that holds for every seat of a day."""

FREE = "off"
"""What stands for a day without a shift."""


@dataclass(frozen=True, order=True)
class Change:
    """One agent-day (or the day of an elastic seat) that is not as published.

    Attributes
    ----------
    day : date
    agent_id, name : str
    before, after : str
        Such as ``09:00-17:00``; ``off`` for a day without a shift.
    what : str
        ``shift``: another start or end, or on and off; ``breaks`` or ``queues``: those alone; ``seat``: elastic.
    why : str
    """

    day: date
    agent_id: str
    name: str
    before: str
    after: str
    what: What
    why: str = ""

    def __str__(self) -> str:
        """Write the change as people say it: ``Li Wei: Tue 09:00-17:00 -> 12:00-20:00``."""
        told = {"breaks": " (breaks)", "queues": " (queues)"}.get(self.what, "")
        return f"{self.name}: {WEEKDAYS[self.day.weekday()]} {self.before} -> {self.after}{told}"


def changes_between(
    folder: PlanningFolder, before: Roster, after: Roster, why: Mapping[tuple[str, date], str]
) -> tuple[Change, ...]:
    """List what differs between two rosters.

    Parameters
    ----------
    folder : PlanningFolder
    before, after : Roster
    why : mapping of (agent id, day) to str
        Reasons that are known.

    Notes
    -----
    A shift belongs to the local day it starts on. Breaks are told by their times, queues as they are named.
    """
    zone = ZoneInfo(folder.centre.timezone)
    names = {agent.id: agent.name or agent.id for agent in folder.agents}
    old, new = _by_day(before, zone), _by_day(after, zone)
    found = []
    for who, day in sorted(old.keys() | new.keys()):
        was, becomes = old.get((who, day), []), new.get((who, day), [])
        seat = who not in names
        name, reason = names.get(who, who), why.get((SEATS if seat else who, day), "")
        spans = [_spans(shifts, zone) for shifts in (was, becomes)]
        rests, queues = ([_rows(shifts, zone, work) for shifts in (was, becomes)] for work in (False, True))
        if spans[0] != spans[1]:
            found.append(Change(day, who, name, spans[0], spans[1], "seat" if seat else "shift", reason))
        elif rests[0] != rests[1]:
            old_text, new_text = (f"{span}, {rest or 'no breaks'}" for span, rest in zip(spans, rests, strict=True))
            found.append(Change(day, who, name, old_text, new_text, "breaks", reason))
        elif queues[0] != queues[1]:
            old_text, new_text = (f"{span} {queue}" for span, queue in zip(spans, queues, strict=True))
            found.append(Change(day, who, name, old_text, new_text, "queues", reason))
    return tuple(sorted(found))


def _by_day(roster: Roster, zone: ZoneInfo) -> dict[tuple[str, date], list[Shift]]:
    found: dict[tuple[str, date], list[Shift]] = {}
    for shift in roster.shifts:
        found.setdefault((shift.agent_id, shift.start.astimezone(zone).date()), []).append(shift)
    return found


def _spans(shifts: Iterable[Shift], zone: ZoneInfo) -> str:
    return ", ".join(f"{s.start.astimezone(zone):%H:%M}-{s.end.astimezone(zone):%H:%M}" for s in shifts) or FREE


def _rows(shifts: Iterable[Shift], zone: ZoneInfo, work: bool) -> str:
    rows = [row for shift in shifts for row in shift.stretches if (row.activity == WORK) == work]
    if work:
        return ";".join(sorted({queue for row in rows for queue in row.queues}))
    return " ".join(f"{row.activity} {row.start.astimezone(zone):%H:%M}" for row in rows)


def counted(changes: Iterable[Change]) -> dict[What, int]:
    """Count changes of each kind."""
    found: dict[What, int] = {"shift": 0, "breaks": 0, "queues": 0, "seat": 0}
    for change in changes:
        found[change.what] += 1
    return found
