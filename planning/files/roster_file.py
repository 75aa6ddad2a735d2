"""Rosters as files: `roster.csv`, `pins.csv` and `previous.csv`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np

from domain.centre import Centre
from domain.errors import Problem
from domain.folder import PlanningFolder
from domain.grid import from_utc64, local_midnight
from domain.people import Agent
from domain.roster import OFF, WORK, Pool, Roster, Stretch
from planning.files.cells import SEAT
from planning.files.faults import listed, meant
from planning.files.people_files import WHOLE_DAY, overlapping, records
from planning.files.repeats import settle_repeats
from planning.files.table import Mask, Table

UNPAID = frozenset({OFF})


def read_stretches(table: Table, centre: Centre, agents: Sequence[Agent] = ()) -> tuple[Stretch, ...]:
    """Turn the checked cells of a roster into stretches, in the order of the file.

    Notes
    -----
    An empty ``activity`` is work, an empty ``pool`` is that of `agents.csv` (or elastic for a seat), an
    empty ``paid`` is yes (no for ``off``). Where ``shift_id`` is empty, the stretches of one person that
    touch, or that start on one local day, make a shift.
    """
    table.flag(table.good & ~(table["end"] > table["start"]), "end", WHOLE_DAY)
    for row, activity in enumerate(table["activity"].tolist()):
        plain = activity.casefold()
        table["activity"][row] = plain if plain in {"", WORK, OFF} else activity
    queues = _queues(table, centre.queue_ids)
    settle_repeats(table, ("agent_id", "start", "end", "activity", "queues"), "stretch", "start")
    pools = {agent.id: agent.pool for agent in agents}
    found: list[Stretch] = []
    for row, entry in zip(table.rows().tolist(), records(table), strict=True):
        activity = entry["activity"] or WORK
        pool = entry["pool"] or pools.get(entry["agent_id"], "core")
        seat = entry["agent_id"].startswith(SEAT)
        found.append(
            Stretch(
                agent_id=entry["agent_id"],
                start=from_utc64(entry["start"]),
                end=from_utc64(entry["end"]),
                activity=activity,
                queues=queues[row] if activity == WORK else (),
                paid=bool(entry["paid"]) if table.given["paid"][row] else activity not in UNPAID,
                pool=cast(Pool, "elastic" if seat and not entry["pool"] else pool),
                shift_id=entry["shift_id"],
            )
        )
    return _shifts(found, centre.timezone)


def flag_off_grid(table: Table, centre: Centre, *, warn: bool = False) -> None:
    """Flag stretches whose ends are off the centre's grid for shifts."""
    step, readable = 60 * centre.schedule_minutes, table.good.copy()
    for name in ("start", "end"):
        off = readable & (table[name].astype(np.int64) % step != 0)
        table.flag(off, name, f"a time on the grid of schedule_minutes ({centre.schedule_minutes})", warn=warn)


def flag_overlaps(table: Table) -> None:
    """Flag stretches of one person that overlap."""
    table.flag(overlapping(table), "start", "one thing at a time; this overlaps another row of the same person")


def seats_of(table: Table) -> Mask:
    """Return the rows of elastic seats."""
    return np.array([name.startswith(SEAT) for name in table["agent_id"].tolist()], dtype=np.bool_)


def drop_leavers(table: Table, agents: Sequence[str], *, seats: bool) -> None:
    """Leave out rows of people who are no agents any more (and of seats, where there are none), and say so."""
    known = frozenset(agents)
    gone = np.array([bool(name) and name not in known for name in table["agent_id"].tolist()], dtype=np.bool_)
    gone &= ~seats_of(table) if seats else True
    table.remark(gone, "agent_id", "an agent of agents.csv; rows of others are left out")
    table.drop(gone)


def previous_before(folder: PlanningFolder, first: date) -> tuple[tuple[Stretch, ...], list[Problem]]:
    """Return the rows of `previous.csv` whose shift starts before the planned days, and what to say of the others."""
    centre = folder.centre
    limit = local_midnight(first, centre.timezone)
    begins = {(shift.agent_id, shift.shift_id): shift.start for shift in Roster.of(folder.previous).shifts}

    def start(row: Stretch) -> datetime:
        return row.start if row.activity == OFF else begins[row.agent_id, row.shift_id]

    late = [row for row in folder.previous if start(row) >= limit]
    if not late:
        return folder.previous, []
    written = late[0].start.astimezone(ZoneInfo(centre.timezone)).isoformat(timespec="minutes")
    expected = f"a start before the planned days, which begin on {first}; rows of these days are left out"
    said = Problem("previous.csv", column="start", value=written, expected=expected, more=len(late) - 1)
    return tuple(row for row in folder.previous if start(row) < limit), [said]


def _queues(table: Table, known: Sequence[str]) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    members = set(known)
    strange: dict[int, str] = {}
    work = np.array([activity in {"", WORK} for activity in table["activity"].tolist()], dtype=np.bool_)
    for row, text in enumerate(table["queues"].tolist()):
        names = [name.strip() for name in text.replace("；", ";").split(";") if name.strip()]
        unknown = [name for name in names if name not in members]
        if unknown:
            near = meant(unknown[0], known)
            strange[row] = f"queues of centre.toml, several parted by a semicolon: {listed(known)}{near}"
        found[row] = tuple(dict.fromkeys(name for name in names if name in members))
    wrong = np.zeros(table.size, dtype=np.bool_)
    wrong[list(strange)] = True
    table.flag(wrong, "queues", lambda row: strange[row])
    empty = work & ~table.given["queues"] & table.good
    table.flag(empty, "queues", "the queues served, with ; between; work needs at least one")
    idle = ~work & table.given["queues"] & table.good
    table.remark(idle, "queues", "no queues unless the activity is work; not read")
    return found


def _shifts(stretches: Sequence[Stretch], zone: str) -> tuple[Stretch, ...]:
    """Name the shifts of stretches that have no ``shift_id``."""
    here = ZoneInfo(zone)
    named = {stretch: stretch for stretch in stretches}
    last: dict[str, Stretch] = {}
    first: dict[str, Stretch] = {}
    for stretch in sorted(stretches):
        if stretch.shift_id or stretch.activity == OFF:
            continue
        before = last.get(stretch.agent_id)
        day = stretch.start.astimezone(here).date()
        begins = first.get(stretch.agent_id)
        joined = before is not None and (
            stretch.start <= before.end or (begins is not None and begins.start.astimezone(here).date() == day)
        )
        if not joined:
            first[stretch.agent_id] = stretch
        head = first[stretch.agent_id].start.astimezone(here)
        label = f"{stretch.agent_id}@{head:%Y%m%dT%H%M}"
        named[stretch] = replace(stretch, shift_id=label)
        last[stretch.agent_id] = stretch
    return tuple(named[stretch] for stretch in stretches)
