"""`pins.csv`: rows that the planner may pin, checked against people, seats and the planned days."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from domain.centre import Centre
from domain.errors import InputError, Problem
from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.people import Agent, Skill
from domain.roster import WORK, Stretch
from planning.files.cells import NO_SEATS, SEAT
from planning.files.faults import listed
from planning.files.roster_file import flag_off_grid, flag_overlaps, read_stretches
from planning.files.table import Table

FILE = "pins.csv"
_NUMBERED = re.compile(rf"{SEAT}(?!0+$)\d{{3,}}")


@dataclass(frozen=True)
class Pins:
    """Pinned stretches, and the line of each."""

    stretches: tuple[Stretch, ...] = ()
    lines: tuple[int, ...] = ()


@dataclass
class _Findings:
    """What would be right, by column and row."""

    of: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, column: str, row: int, expected: str) -> None:
        self.of.setdefault(column, {})[row] = expected

    def flag(self, table: Table) -> None:
        for column, found in self.of.items():
            rows = np.zeros(table.size, dtype=np.bool_)
            rows[list(found)] = True
            table.flag(rows, column, _told(found))


def _told(found: dict[int, str]) -> Callable[[int], str]:
    return lambda row: found[row]


def read_pins(table: Table, centre: Centre, agents: Sequence[Agent], skills: Sequence[Skill] | None) -> Pins:
    """Turn the checked cells of `pins.csv` into stretches.

    Parameters
    ----------
    table : Table
    centre : Centre
    agents : sequence of Agent
    skills : sequence of Skill or None
        None where people, skills or seats could not all be read: then nothing is said of them.
    """
    flag_off_grid(table, centre)
    flag_overlaps(table)
    stretches = read_stretches(table, centre, agents)
    rows = table.rows()
    lines = tuple(table.line_of(rows).tolist()) if len(rows) else ()
    people = {agent.id: agent for agent in agents}
    if skills is None:
        return Pins(stretches, lines)
    may = _served(skills)
    findings = _Findings()
    for row, pin in zip(rows.tolist(), stretches, strict=True):
        if pin.agent_id.startswith(SEAT):
            _seat(findings, row, pin, centre)
        elif pin.agent_id in people:
            own = people[pin.agent_id].pool
            if pin.pool != own:
                findings.add("pool", row, f"{own}, which {pin.agent_id} is in agents.csv")
            if pin.activity == WORK:
                _skilled(findings, row, pin, may.get(pin.agent_id, {}), centre.timezone)
    findings.flag(table)
    return Pins(stretches, lines)


def _served(skills: Sequence[Skill]) -> dict[str, dict[str, date | None]]:
    """Return the queues each person may serve, with the last day of a certificate."""
    devoted = {skill.agent_id for skill in skills if skill.dedicated}
    found: dict[str, dict[str, date | None]] = {}
    for skill in skills:
        if skill.dedicated or skill.agent_id not in devoted:
            found.setdefault(skill.agent_id, {})[skill.queue] = skill.certified_until
    return found


def _seat(findings: _Findings, row: int, pin: Stretch, centre: Centre) -> None:
    pool = centre.elastic
    if pool is None:
        findings.add("agent_id", row, NO_SEATS)
        return
    if not _NUMBERED.fullmatch(pin.agent_id):
        findings.add("agent_id", row, f"a seat {SEAT}001, {SEAT}002 and so on")
    if pin.pool != "elastic":
        findings.add("pool", row, "elastic, or nothing, for an elastic seat")
    if pin.activity != WORK:
        findings.add("activity", row, f"{WORK}; elastic seats do nothing else")
    strange = [queue for queue in pin.queues if queue not in pool.queues]
    if strange:
        expected = f"queues of elastic seats: {listed(pool.queues) or 'none is named'}; not {listed(strange)}"
        findings.add("queues", row, expected)


def _skilled(findings: _Findings, row: int, pin: Stretch, may: dict[str, date | None], zone: str) -> None:
    day = pin.start.astimezone(ZoneInfo(zone)).date()
    valid = [queue for queue, last in may.items() if last is None or day <= last]
    without = [queue for queue in pin.queues if queue not in valid]
    if not without:
        return
    lapsed = [f"the certificate for {queue} ended on {may[queue]}" for queue in without if queue in may]
    none = [queue for queue in without if queue not in may]
    lacking = [f"no skill for {listed(none)}"] if none else []
    has = listed(valid) or "none"
    expected = f"queues that {pin.agent_id} may serve: {has}; {listed([*lapsed, *lacking], last='and')}"
    findings.add("queues", row, expected)


def check_pins(folder: PlanningFolder, first: date, days: int) -> None:
    """Check that every pinned stretch starts inside the planned days.

    Parameters
    ----------
    folder : PlanningFolder
    first : date
        First local day of the plan.
    days : int
        Number of days planned.

    Raises
    ------
    InputError
        With every pin that starts before or after.
    """
    zone = ZoneInfo(folder.centre.timezone)
    low = local_midnight(first, folder.centre.timezone)
    high = local_midnight(first + timedelta(days=days), folder.centre.timezone)
    last = first + timedelta(days=days - 1)
    lines = folder.pin_lines or (0,) * len(folder.pins)
    problems = [
        Problem(
            FILE,
            line,
            "start",
            pin.start.astimezone(zone).isoformat(timespec="minutes"),
            f"a start inside the planned days, {first} to {last}",
        )
        for line, pin in zip(lines, folder.pins, strict=True)
        if not low <= pin.start < high
    ]
    if problems:
        raise InputError(problems)
