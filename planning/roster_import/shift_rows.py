"""The sheet made for editing: one row a shift, in words that are read back without doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.folder import PlanningFolder
from domain.roster import WORK, Roster, Shift, Stretch

SHEET = "Shifts"
COLUMNS = ("agent_id", "name", "pool", "day", "start", "end", "queues", "pauses", "shift_id")
APART = "; "
"""Between several queues or pauses of a cell."""


@dataclass(frozen=True)
class ShiftRow:
    """One row of the sheet, as written, and the stretches it stands for."""

    cells: tuple[str, ...]
    stretches: tuple[Stretch, ...]

    def __getitem__(self, column: str) -> str:
        return self.cells[COLUMNS.index(column)]


def shift_rows(roster: Roster, folder: PlanningFolder) -> tuple[ShiftRow, ...]:
    """Return the sheet's rows: a shift each, or a part of one where the queues change within it.

    Parameters
    ----------
    roster : Roster
    folder : PlanningFolder
        Of the people's names and contracts.
    """
    zone = ZoneInfo(folder.centre.timezone)
    names = {agent.id: agent.name or agent.id for agent in folder.agents}
    found = []
    for shift in roster.shifts:
        usual = paid_by_rule(folder, shift.agent_id)
        for part in _parts(shift):
            start, end = part[0].start.astimezone(zone), part[-1].end.astimezone(zone)
            midnight = end.hour == end.minute == 0 and end.date() != start.date()
            queues = next((row.queues for row in part if row.activity == WORK), ())
            cells = (
                shift.agent_id,
                names.get(shift.agent_id, shift.agent_id),
                shift.pool,
                start.date().isoformat(),
                clock(start),
                "24:00" if midnight else clock(end),
                APART.join(queues),
                APART.join(_pause(row, zone, usual) for row in part if row.activity != WORK),
                shift.shift_id,
            )
            found.append(ShiftRow(cells, part))
    return tuple(found)


def paid_by_rule(folder: PlanningFolder, agent_id: str) -> Mapping[str, bool]:
    """Return which kinds of breaks a person's contract pays, where all of a kind are alike."""
    agent = next((agent for agent in folder.agents if agent.id == agent_id), None)
    contract = next((c for c in folder.centre.contracts if agent is not None and c.id == agent.contract), None)
    kinds: dict[str, set[bool]] = {}
    for rule in contract.breaks if contract is not None else ():
        kinds.setdefault(rule.kind, set()).add(rule.paid)
    return {kind: paid.pop() for kind, paid in kinds.items() if len(paid) == 1}


def clock(moment: datetime) -> str:
    """Write a local time of day, with its offset where the clock shows that time twice."""
    twice = moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
    text = f"{moment:%H:%M}"
    return text + moment.isoformat()[-6:] if twice else text


def _parts(shift: Shift) -> list[tuple[Stretch, ...]]:
    """Cut a shift where its queues change or time is left out."""
    parts: list[list[Stretch]] = []
    queues: tuple[str, ...] | None = None
    for row in shift.stretches:
        changes = row.activity == WORK and queues is not None and row.queues != queues
        if not parts or changes or row.start != parts[-1][-1].end:
            parts.append([])
            queues = None
        parts[-1].append(row)
        queues = row.queues if row.activity == WORK else queues
    return [tuple(part) for part in parts]


def _pause(row: Stretch, zone: ZoneInfo, usual: Mapping[str, bool]) -> str:
    """Write a break or activity; whether it is paid is said where it is not, or where that is not the rule."""
    span = f"{row.activity} {clock(row.start.astimezone(zone))}-{clock(row.end.astimezone(zone))}"
    if not row.paid:
        return f"{span} unpaid"
    return f"{span} paid" if usual.get(row.activity) is False else span
