"""What two rosters differ by, shift by shift, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from domain.folder import PlanningFolder
from domain.roster import WORK, Roster, Shift, Stretch
from planning.queue_names import group_name, listed
from planning.report.wording import day_text

Row = tuple[str, datetime, datetime, str, tuple[str, ...], bool, str]
"""One stretch without the name of its shift."""


@dataclass(frozen=True)
class Change:
    """One shift that was added, removed or changed.

    Attributes
    ----------
    agent_id : str
    day : date
        Local day on which it starts, or started.
    kind : {"added", "removed", "changed"}
    what : tuple of str
        Of a changed one: ``times``, ``queues``, ``pauses``, ``pool``.
    before, after : str
        The shift in words; empty where there is none.
    text : str
        A sentence.
    """

    agent_id: str
    day: date
    kind: Literal["added", "removed", "changed"]
    what: tuple[str, ...]
    before: str
    after: str
    text: str


def content_of(roster: Roster) -> frozenset[Row]:
    """Return what people do and when, whatever their shifts are called; touching rows alike are one."""
    rows: list[Row] = []
    for shift in roster.shifts:
        rows += _rows(shift.stretches)
    return frozenset(rows)


def _rows(stretches: Sequence[Stretch]) -> list[Row]:
    rows: list[Row] = []
    for row in stretches:
        # the order in which queues are named says nothing
        mine: Row = (row.agent_id, row.start, row.end, row.activity, tuple(sorted(row.queues)), row.paid, row.pool)
        if rows and rows[-1][2] == mine[1] and rows[-1][3:] == mine[3:] and rows[-1][0] == mine[0]:
            rows[-1] = (mine[0], rows[-1][1], *mine[2:])
        else:
            rows.append(mine)
    return rows


def changes_of(folder: PlanningFolder, before: Roster, after: Roster) -> tuple[Change, ...]:
    """Return what was changed, by day and person.

    Parameters
    ----------
    folder : PlanningFolder
    before, after : Roster

    Notes
    -----
    Shifts are compared by person and local day of their start, in the order of the day.
    """
    zone = ZoneInfo(folder.centre.timezone)
    names = {agent.id: f"{agent.name} ({agent.id})" for agent in folder.agents if agent.name}
    old, new = _by_day(before, zone), _by_day(after, zone)
    found: list[Change] = []
    for agent, day in sorted({*old, *new}, key=lambda place: (place[1], place[0])):
        was, becomes = _apart(old.get((agent, day), []), new.get((agent, day), []))
        for k in range(max(len(was), len(becomes))):
            one = was[k] if k < len(was) else None
            other = becomes[k] if k < len(becomes) else None
            found.append(_change(folder, names.get(agent, agent), day, one, other, zone))
    return tuple(found)


def _by_day(roster: Roster, zone: ZoneInfo) -> Mapping[tuple[str, date], list[Shift]]:
    found: dict[tuple[str, date], list[Shift]] = {}
    for shift in roster.shifts:
        found.setdefault((shift.agent_id, shift.start.astimezone(zone).date()), []).append(shift)
    return found


def _apart(was: Sequence[Shift], becomes: Sequence[Shift]) -> tuple[list[Shift], list[Shift]]:
    """Leave out the shifts that are the same."""
    left = list(becomes)
    gone = []
    for shift in was:
        same = next((other for other in left if _rows(other.stretches) == _rows(shift.stretches)), None)
        if same is None:
            gone.append(shift)
        else:
            left.remove(same)
    return gone, left


def _change(
    folder: PlanningFolder, name: str, day: date, was: Shift | None, becomes: Shift | None, zone: ZoneInfo
) -> Change:
    before = "" if was is None else shift_words(folder, was, zone)
    after = "" if becomes is None else shift_words(folder, becomes, zone)
    head = f"{name}, {day_text(day)}"
    if was is None or becomes is None:
        kind: Literal["added", "removed"] = "added" if was is None else "removed"
        shift = becomes or was
        assert shift is not None
        noun = "block" if shift.pool == "elastic" else "shift"
        return Change(shift.agent_id, day, kind, (), before, after, f"{head}: {noun} {kind}: {before or after}")
    parts = {
        "times": (_span(was, zone), _span(becomes, zone)),
        "pauses": (_pauses(was, zone) or "no pauses", _pauses(becomes, zone) or "no pauses"),
        "pool": (was.pool, becomes.pool),
    }
    differs = {what: f"{one} becomes {other}" for what, (one, other) in parts.items() if one != other}
    queues = _served_otherwise(folder, was, becomes)
    if queues:
        differs["queues"] = queues
    # what the words do not show: when which queue is served, or whether a stretch is paid
    differs = differs or {"stretches": f"{before} is cut otherwise"}
    return Change(was.agent_id, day, "changed", tuple(differs), before, after, f"{head}: {'; '.join(differs.values())}")


def shift_words(folder: PlanningFolder, shift: Shift, zone: ZoneInfo) -> str:
    """Write a shift on one line: times, queues, pauses."""
    parts = [_span(shift, zone), _served(folder, shift), _pauses(shift, zone)]
    return ", ".join(part for part in parts if part)


def _span(shift: Shift, zone: ZoneInfo) -> str:
    return f"{shift.start.astimezone(zone):%H:%M}–{shift.end.astimezone(zone):%H:%M}"


def _served(folder: PlanningFolder, shift: Shift) -> str:
    return group_name(folder.centre, _queues(folder, shift))


def _queues(folder: PlanningFolder, shift: Shift) -> list[str]:
    return sorted({queue for row in shift.stretches for queue in row.queues}, key=folder.centre.queue_ids.index)


def _served_otherwise(folder: PlanningFolder, was: Shift, becomes: Shift) -> str:
    """Say which queues come and go; all of them where they are few."""
    old, new = _queues(folder, was), _queues(folder, becomes)
    if old == new:
        return ""
    gone, came = [q for q in old if q not in new], [q for q in new if q not in old]
    if gone and came:
        return f"serves {group_name(folder.centre, came)} in place of {group_name(folder.centre, gone)}"
    return f"also serves {listed(came)}" if came else f"no longer serves {listed(gone)}"


def _pauses(shift: Shift, zone: ZoneInfo) -> str:
    """Write breaks and activities; of pay only that there is none."""
    return ", ".join(
        f"{row.activity} {row.start.astimezone(zone):%H:%M}–{row.end.astimezone(zone):%H:%M}"
        + ("" if row.paid else " unpaid")
        for row in shift.stretches
        if row.activity != WORK
    )
