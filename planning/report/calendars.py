"""One calendar file per person or seat, with an event per shift."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText

from domain.roster import WORK, Shift
from planning.queue_names import MOST_NAMED
from planning.report.wording import number
from planning.result import Plan

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{k}" for port in ("com", "lpt") for k in range(1, 10))}
"""Names that one operating system keeps for devices, whatever the ending."""

_LONGEST = 120
"""Bytes of a name; file systems allow 255, archives and synchronising tools less."""


def file_stems(ids: Iterable[str]) -> dict[str, str]:
    """Return a file name (without ending) for each id: readable, legal everywhere, never twice the same.

    An id of letters of any script, digits, ``-`` and ``_`` keeps its name. Where anything has to be replaced,
    or two names differ only in case, a digest of the id follows.
    """
    ids = sorted(set(ids))
    plain = {agent_id: _plain(agent_id) for agent_id in ids}
    taken = Counter(name.casefold() for name in plain.values())
    stems: dict[str, str] = {}
    for agent_id, name in plain.items():
        kept = name == agent_id and taken[name.casefold()] == 1 and name.casefold() not in _RESERVED
        digest = hashlib.sha256(agent_id.encode("utf-8", "surrogatepass")).hexdigest()
        stems[agent_id] = name if kept else f"{name or 'agent'}-{digest[:12]}"
    return stems


def _plain(agent_id: str) -> str:
    text = unicodedata.normalize("NFC", agent_id)
    text = "".join(char if char.isalnum() or char in "-_" else "-" for char in text).strip("-")
    return text.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore")


def write_calendars(plan: Plan, folder: Path) -> None:
    """Write ``<id>.ics`` for everyone with a shift; times are UTC, which calendars show on their own clock.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Made if absent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = {agent.id: agent.name for agent in plan.folder.agents}
    stems = file_stems(plan.roster.by_agent)
    for agent_id, shifts in plan.roster.by_agent.items():
        calendar = calendar_of(plan, names.get(agent_id) or agent_id, shifts)
        (folder / f"{stems[agent_id]}.ics").write_bytes(calendar.to_ical())


def calendar_of(plan: Plan, name: str, shifts: tuple[Shift, ...]) -> Calendar:
    """Return one person's calendar.

    The identity of an event is the person, the local day its shift starts on and its place in that day, so
    that a plan made again moves the event and does not add another.
    """
    centre = plan.folder.centre
    zone = ZoneInfo(centre.timezone)
    calendar = Calendar()
    calendar.add("prodid", "-//seatwise//roster//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(_clean(f"{centre.name}: {name}", " ")))
    calendar.add("x-wr-timezone", centre.timezone)
    stamp = datetime(plan.week.year, plan.week.month, plan.week.day, tzinfo=UTC)
    held: Counter[str] = Counter()
    for shift in sorted(shifts, key=lambda shift: shift.start):
        day = shift.start.astimezone(zone).date().isoformat()
        held[day] += 1
        event = Event()
        key = "\n".join((centre.name, shift.agent_id, day, str(held[day])))
        event.add("uid", f"{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@seatwise")
        event.add("dtstamp", stamp)
        event.add("dtstart", shift.start.astimezone(UTC))
        event.add("dtend", shift.end.astimezone(UTC))
        queues = list(dict.fromkeys(queue for row in shift.stretches for queue in row.queues))
        served = ", ".join(queues) if len(queues) <= MOST_NAMED else f"{len(queues)} queues"
        event.add("summary", _clean(f"Work: {served}" if queues else "Work", " "))
        event.add("description", _clean("\n".join(_lines(shift, zone))))
        calendar.add_component(event)
    return calendar


def _lines(shift: Shift, zone: ZoneInfo) -> list[str]:
    """Return the stretches of a shift; long lists of queues are counted there and spelt out once below."""
    lines, long = [], dict[tuple[str, ...], None]()
    for row in shift.stretches:
        what = row.activity
        if what == WORK and len(row.queues) > MOST_NAMED:
            what = f"{len(row.queues)} queues"
            long[row.queues] = None
        elif what == WORK:
            what = ", ".join(row.queues)
        unpaid = "" if row.paid else " (unpaid)"
        lines.append(f"{row.start.astimezone(zone):%H:%M}–{row.end.astimezone(zone):%H:%M} {what}{unpaid}")
    lines.append(f"{number(shift.paid_minutes / 60, 2)} paid hours; times of {zone.key}")
    return [*lines, *(f"{len(queues)} queues: {', '.join(queues)}" for queues in long)]


def _clean(text: str, line_end: str = "\n") -> str:
    """Drop control characters, which no calendar may hold; ends of lines are kept or replaced."""
    kept = (char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})
    return "".join(kept).replace("\n", line_end)
