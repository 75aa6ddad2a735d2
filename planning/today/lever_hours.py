"""Shifts made longer or shorter today: what the contract, the week and the person's own offer leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from domain.people import Agent
from domain.roster import WORK, Shift, Stretch
from planning.steps import WEEK
from planning.today.proposal import Proposal
from planning.today.situation import Situation
from scheduling.rules.activities import break_names

LONGEST_MINUTES = 240
"""Nobody is asked to stay longer than this beyond the end of a shift."""

LEAST_MINUTES = 30
"""Nobody is sent home, or asked to stay, for less."""

STAYS: dict[str, str] = {
    "contract": "at the longest shift of their contract",
    "week": "without hours left this week, offered overtime counted in",
    "breaks": "due another break in a longer shift",
    "rest": "held by the rest before their next shift",
    "absent": "not available then, or on leave",
    "closed": "without an open queue of theirs then",
    "expert": "not of the core, with hours agreed beforehand",
}
"""Why people do not stay longer."""


@dataclass(frozen=True)
class Longer:
    """Proposals to stay, and how many people cannot, by the rule that stops each."""

    proposals: tuple[Proposal, ...]
    stopped: Counter[str]


def longer_shifts(situation: Situation) -> Longer:
    """Return the ways in which people who work today may stay longer, each by whole steps of an interval.

    Notes
    -----
    Within the contract's shift and weekly hours anybody may be asked; beyond the week's most only as much as a person
    volunteers for and the month has left, at the overtime rate.
    """
    found: list[Proposal] = []
    stopped: Counter[str] = Counter()
    for shift in situation.people_ahead():
        agent = situation.agents[shift.agent_id]
        made, why = _longer(situation, agent, shift)
        found += made
        if not made:
            stopped[why] += 1
    return Longer(tuple(found), stopped)


def shorter_shifts(situation: Situation) -> tuple[Proposal, ...]:
    """Return the ways in which people may go earlier today, or not come, and their contract pays less for it."""
    found: list[Proposal] = []
    for shift in situation.people_ahead():
        agent = situation.agents[shift.agent_id]
        found += _shorter(situation, agent, shift, paid_less=True)
    return tuple(found)


def guaranteed_hours(situation: Situation, needed: Collection[str] = ()) -> tuple[Proposal, ...]:
    """Return the ways to go early of those whose hours the contract guarantees: they save no pay, and are no roster.

    Parameters
    ----------
    situation : Situation
    needed : collection of str
        Queues that are short: whoever serves one stays.
    """
    found: list[Proposal] = []
    for shift in situation.people_ahead():
        if any(queue in needed for row in shift.stretches for queue in row.queues):
            continue
        agent = situation.agents[shift.agent_id]
        if not any(True for _ in _shorter(situation, agent, shift, paid_less=True)):
            found += _shorter(situation, agent, shift, paid_less=False)
    return tuple(found)


def hours_of_week(
    situation: Situation, agent: Agent, shift: Shift
) -> tuple[date, tuple[Shift, ...], tuple[Shift, ...]]:
    """Return the first day of a shift's planned week, the person's shifts of it, and those before it."""
    day = situation.calendar.day
    first = situation.plan.week + timedelta(days=(day(shift.start) - situation.plan.week).days // WEEK * WEEK)
    mine = situation.shifts.by_agent.get(agent.id, ())
    week = tuple(s for s in mine if 0 <= (day(s.start) - first).days < WEEK)
    before = (*situation.earlier.get(agent.id, ()), *(s for s in mine if day(s.start) < first))
    return first, week, before


def _longer(situation: Situation, agent: Agent, shift: Shift) -> tuple[list[Proposal], str]:
    """Return the ways to stay longer after one shift, and what stops the first step where there is none."""
    contract = situation.calendar.contract(agent)
    if agent.pool != "core":
        return [], "expert"
    step = max(situation.folder.centre.interval_minutes, LEAST_MINUTES)
    paid = round(shift.paid_minutes)
    first, week, before = hours_of_week(situation, agent, shift)
    book = situation.overtime
    limits = book.limits(agent, first)
    room = limits.minutes_max - sum(s.paid_minutes for s in week) + book.left(agent, first, before)
    mine = situation.shifts.by_agent.get(agent.id, ())
    after = min((s.start for s in mine if s.start >= shift.end), default=None)
    found: list[Proposal] = []
    for minutes in range(step, LONGEST_MINUTES + 1, step):
        end = shift.end + timedelta(minutes=minutes)
        why = ""
        if paid + minutes > 60 * contract.shift_hours.max + 1e-9:
            why = "contract"
        elif minutes > room + 1e-6:
            why = "week"
        elif contract.breaks_of(paid + minutes) != contract.breaks_of(paid):
            why = "breaks"
        elif after is not None and after - end < timedelta(hours=contract.rest_h):
            why = "rest"
        elif not _there(situation, agent, shift.end, end):
            why = "absent"
        elif end > situation.day.grid.end or not _served(situation, agent, shift, end):
            why = "closed"
        if why:
            return found, why
        found.append(_stays(situation, agent, shift, end, first, week))
    return found, ""


def _stays(
    situation: Situation, agent: Agent, shift: Shift, end: datetime, first: date, week: tuple[Shift, ...]
) -> Proposal:
    last = shift.stretches[-1]
    if last.activity == WORK:
        rows = (*shift.stretches[:-1], replace(last, end=end))
    else:
        work = _last_work(shift)
        rows = (*shift.stretches, replace(work, start=shift.end, end=end))
    made = replace(shift, stretches=rows)
    others = tuple(made if s == shift else s for s in week)
    surcharge = situation.overtime.cost(agent, first, others) - situation.overtime.cost(agent, first, week)
    clock = situation.day.clock
    more = (end - shift.end) / timedelta(hours=1)
    kind = "overtime" if surcharge > 1e-9 else "within the contract"
    what = f"ask {situation.name(agent.id)} to stay until {clock(end)} ({more:g} h more, {kind})"
    pay = situation.pay(made) - situation.pay(shift) + surcharge
    key = (shift.agent_id, shift.shift_id)
    return Proposal("extend", agent.id, key, rows, _last_work(shift).queues, shift.end, end, what, pay)


def _shorter(situation: Situation, agent: Agent, shift: Shift, *, paid_less: bool) -> Iterator[Proposal]:
    """Yield the ways to go earlier: those that lower the pay, or those that the contract does not let lower it."""
    contract = situation.calendar.contract(agent)
    first, week, _ = hours_of_week(situation, agent, shift)
    limits = situation.overtime.limits(agent, first)
    total, paid = sum(s.paid_minutes for s in week), shift.paid_minutes
    step = max(situation.folder.centre.interval_minutes, LEAST_MINUTES)
    grid = situation.day.grid
    names = break_names(contract)
    days = len({situation.calendar.day(s.start) for s in week})
    spare = days - 1 >= limits.days_min and total - paid >= limits.minutes_min - 1e-6
    if paid_less and spare and shift.start >= situation.soonest and _only_work(shift, names):
        yield _goes(situation, agent, shift, (), shift.start, first, week)
    begin = max(situation.soonest, shift.start + timedelta(minutes=step))
    minute = -(-grid.minutes_at(begin) // step) * step
    while (end := grid.at(minute)) <= shift.end - timedelta(minutes=LEAST_MINUTES):
        minute += step
        rows = tuple(replace(row, end=min(row.end, end)) for row in shift.stretches if row.start < end)
        less = sum(row.minutes for row in rows if row.paid)
        kept = [row for row in rows if row.activity in names]
        cut = [row for row in shift.stretches if row.end > end and row.activity != WORK]
        due = contract.breaks_of(round(less))
        same = sorted((row.activity, row.minutes, row.paid) for row in kept) == sorted(
            (rule.kind, float(rule.minutes), rule.paid) for rule in due
        )
        whole = all(row.activity in names and row.start >= end for row in cut) and rows[-1].activity == WORK
        legal = less >= 60 * contract.shift_hours.min - 1e-6 and total - paid + less >= limits.minutes_min - 1e-6
        if whole and (legal and same if paid_less else not legal):
            yield _goes(situation, agent, shift, rows, end, first, week)


def _goes(
    situation: Situation,
    agent: Agent,
    shift: Shift,
    rows: tuple[Stretch, ...],
    end: datetime,
    first: date,
    week: tuple[Shift, ...],
) -> Proposal:
    made = replace(shift, stretches=rows)
    others = tuple(s for s in week if s != shift) + ((made,) if rows else ())
    surcharge = situation.overtime.cost(agent, first, others) - situation.overtime.cost(agent, first, week)
    saved = situation.pay(shift) - situation.pay(made) - surcharge
    clock, hours = situation.day.clock, (shift.paid_minutes - sum(r.minutes for r in rows if r.paid)) / 60
    name = situation.name(agent.id)
    span = f"from {clock(end)} on" if rows else f"for the shift {clock(shift.start)}-{clock(shift.end)}"
    what = f"offer {name} time off {span} ({hours:g} paid hours)"
    key = (shift.agent_id, shift.shift_id)
    return Proposal("time_off", agent.id, key, rows, _last_work(shift).queues, end, shift.end, what, -saved)


def _last_work(shift: Shift) -> Stretch:
    return next(row for row in reversed(shift.stretches) if row.activity == WORK)


def _only_work(shift: Shift, names: set[str]) -> bool:
    """Tell whether a shift holds nothing but work and breaks."""
    return all(row.activity == WORK or row.activity in names for row in shift.stretches)


def _there(situation: Situation, agent: Agent, start: datetime, end: datetime) -> bool:
    calendar = situation.calendar
    return bool(calendar.present(agent)[calendar.minute(start) : calendar.minute(end)].all())


def _served(situation: Situation, agent: Agent, shift: Shift, end: datetime) -> bool:
    """Tell whether a person's last queues are open and certified until then."""
    calendar, queues = situation.calendar, _last_work(shift).queues
    span = slice(calendar.minute(shift.end), calendar.minute(end))
    open_ = np.logical_or.reduce([calendar.opening(queue)[span] for queue in queues])
    return bool(open_.all()) and all(bool(calendar.may_serve(agent, queue)[span].all()) for queue in queues)
