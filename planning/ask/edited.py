"""A roster as a question would have it, and the folder that goes with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.contracts import Contract
from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.people import Agent, TimeOff
from domain.roster import WORK, Roster, Shift, Stretch
from planning.ask.questions import DayOff, ShiftEdit, Swap
from scheduling.break_placement import place_breaks


@dataclass(frozen=True)
class Edited:
    """A changed roster.

    Attributes
    ----------
    folder : PlanningFolder
        With the leave that the question gives.
    roster : Roster
    gone : tuple of Shift
        Shifts that nobody works any more.
    """

    folder: PlanningFolder
    roster: Roster
    gone: tuple[Shift, ...] = ()


def edited(folder: PlanningFolder, roster: Roster, question: Swap | DayOff | ShiftEdit) -> Edited:
    """Change a roster as a question asks; whether that is legal is for the validator to say."""
    if isinstance(question, Swap):
        return Edited(folder, _swapped(folder, roster, question))
    if isinstance(question, DayOff):
        mine = shifts_of_day(folder, roster, question.agent_id, question.day)
        return Edited(_with_leave(folder, question), _without(roster, mine), tuple(mine))
    day = question.start.astimezone(ZoneInfo(folder.centre.timezone)).date()
    mine = shifts_of_day(folder, roster, question.agent_id, day)
    agent = next(agent for agent in folder.agents if agent.id == question.agent_id)
    queues = question.queues or _queues(mine) or _may(folder, agent, day)
    rows = shift_rows(folder, agent, question.start, question.end, queues)
    return Edited(folder, Roster.of([*_without(roster, mine).stretches, *rows]))


def shift_rows(
    folder: PlanningFolder, agent: Agent, start: datetime, end: datetime, queues: tuple[str, ...]
) -> list[Stretch]:
    """Lay out one shift with its contract's breaks, each as early as its window allows.

    Where no paid length of the contract fills the time, or its breaks do not fit, it is work throughout: the validator
    says so.
    """
    contract = next(each for each in folder.centre.contracts if each.id == agent.contract)
    day = start.astimezone(ZoneInfo(folder.centre.timezone)).date()
    shift_id = f"{agent.id}-{day.isoformat()}"
    pauses = _pauses(contract, round((end - start).total_seconds() / 60), folder.centre.schedule_minutes)
    rows, at = [], start
    for minute, minutes, kind, paid in pauses:
        low = start + timedelta(minutes=minute)
        rows.append(Stretch(agent.id, at, low, queues=queues, pool=agent.pool, shift_id=shift_id))
        at = low + timedelta(minutes=minutes)
        rows.append(Stretch(agent.id, low, at, activity=kind, paid=paid, pool=agent.pool, shift_id=shift_id))
    rows.append(Stretch(agent.id, at, end, queues=queues, pool=agent.pool, shift_id=shift_id))
    return rows


def _pauses(contract: Contract, elapsed: int, step: int) -> list[tuple[int, int, str, bool]]:
    """Return start, minutes, kind and pay of a shift's breaks."""
    for paid in range(elapsed, 0, -step):
        if contract.elapsed_minutes(paid) == elapsed:
            rules = contract.breaks_of(paid)
            starts = place_breaks(rules, elapsed, step)
            if starts is not None:
                return sorted((s, rule.minutes, rule.kind, rule.paid) for s, rule in zip(starts, rules, strict=True))
    return []


def _swapped(folder: PlanningFolder, roster: Roster, swap: Swap) -> Roster:
    """Let two people take each other's shifts of a day, each on the queues of it that they may serve."""
    people = {agent.id: agent for agent in folder.agents}
    mine, theirs = (shifts_of_day(folder, roster, who, swap.day) for who in (swap.one, swap.other))
    rows = list(_without(roster, [*mine, *theirs]).stretches)
    for who, shifts in ((swap.one, theirs), (swap.other, mine)):
        for shift in shifts:
            rows += _taken(folder, people[who], people[shift.agent_id], shift, swap.day)
    return Roster.of(rows)


def _taken(folder: PlanningFolder, taker: Agent, giver: Agent, shift: Shift, day: date) -> list[Stretch]:
    """Give somebody another's shift; breaks lie where they lay unless the contracts differ."""
    may = set(_may(folder, taker, day))
    both = tuple(queue for queue in _queues([shift]) if queue in may)
    if taker.contract != giver.contract:
        return shift_rows(folder, taker, shift.start, shift.end, both or _queues([shift]))
    name = f"{taker.id}-{day.isoformat()}"
    found = []
    for row in shift.stretches:
        kept = tuple(queue for queue in row.queues if queue in may) or row.queues
        found.append(
            replace(
                row,
                agent_id=taker.id,
                pool=taker.pool,
                shift_id=name,
                queues=kept if row.activity == WORK else row.queues,
            )
        )
    return found


def _with_leave(folder: PlanningFolder, question: DayOff) -> PlanningFolder:
    if question.kind == "free":
        return folder
    zone = folder.centre.timezone
    leave = TimeOff(
        agent_id=question.agent_id,
        start=local_midnight(question.day, zone),
        end=local_midnight(question.day + timedelta(days=1), zone),
        kind=question.kind,
    )
    return replace(folder, time_off=(*folder.time_off, leave))


def shifts_of_day(folder: PlanningFolder, roster: Roster, who: str, day: date) -> list[Shift]:
    """Return somebody's shifts that begin on a day."""
    zone = ZoneInfo(folder.centre.timezone)
    return [shift for shift in roster.by_agent.get(who, ()) if shift.start.astimezone(zone).date() == day]


def _without(roster: Roster, shifts: Iterable[Shift]) -> Roster:
    gone = {(shift.agent_id, shift.shift_id, row.start) for shift in shifts for row in shift.stretches}
    return Roster.of(row for row in roster.stretches if (row.agent_id, row.shift_id, row.start) not in gone)


def _queues(shifts: Iterable[Shift]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(queue for shift in shifts for row in shift.stretches for queue in row.queues))


def _may(folder: PlanningFolder, agent: Agent, day: date) -> tuple[str, ...]:
    """Return the queues that somebody may serve on a day."""
    skills = folder.skills_of.get(agent.id, ())
    devoted = [skill for skill in skills if skill.dedicated]
    return tuple(
        skill.queue for skill in devoted or skills if skill.certified_until is None or day <= skill.certified_until
    )
