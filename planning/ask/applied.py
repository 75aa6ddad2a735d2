"""Edits of a roster as a folder: the leave that they give, and pins that hold what they change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from domain.errors import Conflict, ConflictError
from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.roster import OFF, Roster, Stretch
from planning.ask.answer import broken_by
from planning.ask.edited import edited, shifts_of_day
from planning.ask.questions import DayOff, ShiftEdit, Swap
from planning.files.plan_in import PlanIn
from planning.whatif.world import World

Edit: TypeAlias = Swap | DayOff | ShiftEdit
AgentDay: TypeAlias = tuple[str, date]


def apply_edits(
    world: World, plan: PlanIn, edits: Sequence[Edit], *, hold: bool = True
) -> tuple[PlanningFolder, frozenset[AgentDay]]:
    """Return the folder in which edits hold, one after the other, and the agent-days that they touch.

    Parameters
    ----------
    world : World
        The plan's own, from `planning.whatif.base_world`.
    plan : PlanIn
    edits : sequence of Swap, DayOff or ShiftEdit
    hold : bool
        Also pin everybody else as they are, so that a repair re-books elastic seats alone.

    Raises
    ------
    ConflictError
        With every hard rule that the edited roster breaks and the published one did not.
    """
    folder, roster = world.folder, world.roster
    for edit in edits:
        made = edited(folder, roster, edit)
        folder, roster = made.folder, made.roster
    there = replace(world, folder=folder).with_roster(roster)
    before = broken_by(world, plan)
    broken = [violation for text, violation in broken_by(there, plan).items() if text not in before]
    if broken:
        raise ConflictError(
            Conflict((v.who,), (v.day,), (v.label,), f"leave out the edit that breaks it: {v.text}") for v in broken
        )
    touched = _touched(folder, world.roster, roster, plan.requirement.grid.days)
    days = plan.requirement.grid.days
    # whoever cannot work as published any more is for the repair to mend
    ill = {violation.who for violation in before.values()}
    others = {(agent.id, day) for agent in folder.agents if agent.id not in ill for day in days}
    pinned = touched | others if hold else touched
    kept = [pin for pin in folder.pins if not _within(folder, pin, pinned)]
    held = [row for who, day in sorted(pinned) for row in _held(folder, roster, who, day)]
    return replace(folder, pins=(*kept, *held), pin_lines=()), touched


def _touched(folder: PlanningFolder, before: Roster, after: Roster, days: Sequence[date]) -> frozenset[AgentDay]:
    return frozenset(
        (agent.id, day)
        for agent in folder.agents
        if before.by_agent.get(agent.id) != after.by_agent.get(agent.id)
        for day in days
        if shifts_of_day(folder, before, agent.id, day) != shifts_of_day(folder, after, agent.id, day)
    )


def _within(folder: PlanningFolder, pin: Stretch, touched: Collection[AgentDay]) -> bool:
    """Tell whether a pin lies on an edited day of its person."""
    return any(
        pin.agent_id == who and pin.start < end and start < pin.end
        for who, day in touched
        for start, end in [(_midnight(folder, day), _midnight(folder, day + timedelta(days=1)))]
    )


def _held(folder: PlanningFolder, roster: Roster, who: str, day: date) -> Iterator[Stretch]:
    """Yield somebody's rows of a day, and the rest of it as absence."""
    for shift in shifts_of_day(folder, roster, who, day):
        yield from shift.stretches
    at, end = _midnight(folder, day), _midnight(folder, day + timedelta(days=1))
    pool = next(agent.pool for agent in folder.agents if agent.id == who)
    free = Stretch(who, at, end, activity=OFF, paid=False, pool=pool)
    # a shift of the evening before may reach into the day
    for shift in roster.by_agent.get(who, ()):
        if shift.end <= at or shift.start >= end:
            continue
        if shift.start > at:
            yield replace(free, start=at, end=shift.start)
        at = shift.end
    if at < end:
        yield replace(free, start=at)


def _midnight(folder: PlanningFolder, day: date) -> datetime:
    return local_midnight(day, folder.centre.timezone)
