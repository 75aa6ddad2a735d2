"""What a repair may not touch any more: everything before a moment, elastic seats within notice, activities placed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.people import Agent, TimeOff
from domain.roster import OFF, WORK, Roster, Shift, Stretch
from scheduling.rules.activities import break_names


def hold_past(folder: PlanningFolder, roster: Roster, first: date, since: datetime, called: datetime) -> PlanningFolder:
    """Return a folder whose pins hold the part of a published roster that may not change.

    Parameters
    ----------
    folder : PlanningFolder
        Its own pins are kept; of those before ``since``, what was published stands instead.
    roster : Roster
        As published.
    first : date
        First day of the plan.
    since : datetime
        People are held up to here: at work as published, otherwise free.
    called : datetime
        Elastic blocks that start before this, and those that start before ``since``, stay booked.

    Notes
    -----
    A break in progress is held to its end, work only up to ``since``: the rest of a shift may still change within its
    contract. Activities placed into shifts are held wherever no leave takes them away. Leave that lies before
    ``since`` and contradicts the published roster is left out: what was published stays.
    """
    begin = local_midnight(first, folder.centre.timezone)
    pins = [pin for pin in folder.pins if pin.start >= since or pin.agent_id not in _ids(folder)]
    pins += [replace(pin, start=since) for pin in folder.pins if _runs_on(pin, folder, since)]
    if since > begin:
        for agent in folder.agents:
            pins += _as_published(agent, roster.by_agent.get(agent.id, ()), begin, since)
    pins += activities_in(folder, roster, since, pins)
    taken = {(pin.agent_id, pin.start) for pin in pins}
    for shift in roster.shifts:
        seat = shift.pool == "elastic" and shift.agent_id not in _ids(folder)
        if seat and begin <= shift.start < max(since, called) and (shift.agent_id, shift.start) not in taken:
            row = shift.stretches[0]
            pins.append(replace(row, end=shift.end, queues=_queues(shift)))
    leave = tuple(_after(folder, roster, since)) if since > begin else folder.time_off
    return replace(folder, pins=tuple(pins), pin_lines=(), time_off=leave)


def left_out(before: PlanningFolder, after: PlanningFolder) -> list[str]:
    """Say whose leave the roster before the moment contradicts."""
    kept = set(after.time_off)
    gone = [row for row in before.time_off if row not in kept]
    names = {agent.id: agent.name or agent.id for agent in before.agents}
    return [
        f"{names.get(row.agent_id, row.agent_id)}: leave from {row.start:%Y-%m-%d %H:%M} begins before --from, where "
        "the roster stays as it was published."
        for row in gone
    ]


def _ids(folder: PlanningFolder) -> set[str]:
    return {agent.id for agent in folder.agents}


def _runs_on(pin: Stretch, folder: PlanningFolder, since: datetime) -> bool:
    """Tell whether a person's pin runs past the moment: what is left of work and absence holds on."""
    return pin.agent_id in _ids(folder) and pin.start < since < pin.end and pin.activity in (WORK, OFF)


def _as_published(agent: Agent, shifts: Sequence[Shift], begin: datetime, since: datetime) -> Iterator[Stretch]:
    """Yield a person's published rows before a moment, and the free time between them as absence."""
    at = begin
    free = Stretch(agent.id, begin, since, activity=OFF, paid=False, pool=agent.pool)
    for shift in shifts:
        if shift.start < begin or shift.start >= since:
            continue
        if shift.start > at:
            yield replace(free, start=at, end=shift.start)
        for row in shift.stretches:
            if row.start < since:
                yield replace(row, end=min(row.end, since)) if row.activity == WORK else row
        at = max(at, shift.end)
    if at < since:
        yield replace(free, start=at)


def activities_in(
    folder: PlanningFolder, roster: Roster, since: datetime, pins: Sequence[Stretch]
) -> Iterator[Stretch]:
    """Yield the activities that lie in shifts after a moment.

    But for those pinned, those that leave takes away, and those in the place of which one is pinned elsewhere: a pin of
    the same activity that the roster does not have takes the nearest.
    """
    contracts = {contract.id: contract for contract in folder.centre.contracts}
    held = {(pin.agent_id, pin.start) for pin in pins}
    away: dict[str, list[TimeOff]] = {}
    for leave in folder.time_off:
        away.setdefault(leave.agent_id, []).append(leave)
    for agent in folder.agents:
        breaks = break_names(contracts[agent.contract])
        shifts = roster.by_agent.get(agent.id, ())
        taken = _taken(
            [row for shift in shifts for row in shift.stretches], [p for p in pins if p.agent_id == agent.id]
        )
        for shift in shifts:
            gone = any(leave.start < shift.end and shift.start < leave.end for leave in away.get(agent.id, ()))
            for row in shift.stretches:
                other = row.activity not in {WORK, OFF, *breaks} and row.start >= since
                if other and not gone and row not in taken and (agent.id, row.start) not in held:
                    yield row


def _taken(rows: Sequence[Stretch], pins: Sequence[Stretch]) -> set[Stretch]:
    """Return the rows in the place of which an activity is pinned elsewhere."""
    known = {(row.activity, row.start) for row in rows}
    held = {(pin.activity, pin.start) for pin in pins}
    taken: set[Stretch] = set()
    for pin in pins:
        if (pin.activity, pin.start) not in known:
            free = [
                r for r in rows if r.activity == pin.activity and r not in taken and (r.activity, r.start) not in held
            ]
            taken.update(sorted(free, key=lambda row: (abs(row.start - pin.start), row.start))[:1])
    return taken


def _queues(shift: Shift) -> tuple[str, ...]:
    return tuple(dict.fromkeys(queue for row in shift.stretches for queue in row.queues))


def _after(folder: PlanningFolder, roster: Roster, since: datetime) -> Iterator[TimeOff]:
    """Yield leave, without what of it the published roster before a moment contradicts."""
    for row in folder.time_off:
        worked = [
            shift
            for shift in roster.by_agent.get(row.agent_id, ())
            if shift.start < since and shift.start < row.end and row.start < shift.end
        ]
        if not worked or row.start >= since:
            yield row
        elif row.end > since:
            yield row.model_copy(update={"start": since})


def as_published(folder: PlanningFolder, roster: Roster, first: date) -> PlanningFolder:
    """Return the folder in which a roster was made, as far as it shows.

    No pins but its activities from a day on, which are no choice of a planning model; no leave that it contradicts.
    """
    kept = tuple(
        row
        for row in folder.time_off
        if not any(s.start < row.end and row.start < s.end for s in roster.by_agent.get(row.agent_id, ()))
    )
    made = replace(folder, time_off=kept, pins=(), pin_lines=())
    begin = local_midnight(first, folder.centre.timezone)
    return replace(made, pins=tuple(activities_in(made, roster, begin, ())))
