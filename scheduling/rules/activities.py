"""Activities inside shifts: training, coaching and meetings, as the folder lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from domain.contracts import Contract
from domain.folder import PlanningFolder
from domain.people import Activity, Agent
from domain.roster import OFF, WORK, Shift, Stretch
from scheduling.rules.context import Context, Person
from scheduling.rules.rule import Finding, Rule


def of_agent(folder: PlanningFolder, agent: Agent) -> tuple[Activity, ...]:
    """Return the activities meant for a person: by name, by team, or for everyone."""
    return tuple(
        item
        for item in folder.activities
        if (item.agent_id == agent.id)
        or (not item.agent_id and item.team and item.team == agent.team)
        or not (item.agent_id or item.team)
    )


def paid_kinds(folder: PlanningFolder, agent: Agent) -> set[tuple[str, bool]]:
    """Return the activities a person may have, each with whether it is paid; pinned ones included."""
    listed = {(item.activity, item.paid) for item in of_agent(folder, agent)}
    pinned = {(pin.activity, pin.paid) for pin in folder.pins if pin.agent_id == agent.id}
    return {(activity, paid) for activity, paid in listed | pinned if activity not in (WORK, OFF)}


def break_names(contract: Contract) -> set[str]:
    """Return the names of rows that count as breaks: those of the contract, and the usual ones."""
    return {"break", "meal"} | {rule.kind for rule in contract.breaks}


def is_break(person: Person, row: Stretch) -> bool:
    """Tell whether a row is a break of its contract by name, or called one."""
    return row.activity in break_names(person.contract)


def fits(item: Activity, row: Stretch) -> bool:
    """Tell whether a row is one occurrence of an activity."""
    return (
        row.activity == item.activity
        and row.minutes == item.minutes
        and item.earliest <= row.start
        and row.end <= item.latest
    )


def _of_shifts(person: Person, shifts: Iterable[Shift]) -> Iterator[Stretch]:
    for shift in shifts:
        for row in shift.stretches:
            if row.activity != WORK and not is_break(person, row):
                yield row


def listed(context: Context) -> Iterator[Finding]:
    """Check that a row that is neither work nor break is an activity of that person, or pinned."""
    for person in context.people:
        items = of_agent(context.folder, person.agent)
        pins = [pin for pin in context.folder.pins if pin.agent_id == person.agent.id]
        for row in _of_shifts(person, person.shifts):
            pinned = any(pin.activity == row.activity and pin.start < row.end and row.start < pin.end for pin in pins)
            if pinned or any(fits(item, row) for item in items):
                continue
            named = [item for item in items if item.activity == row.activity]
            wanted = "; ".join(
                f"{item.minutes} minutes from {context.local(item.earliest):%m-%d %H:%M}"
                f" to {context.local(item.latest):%m-%d %H:%M}"
                for item in named
            )
            said = f"it is planned for {wanted}" if named else "this person has no such activity"
            yield Finding(
                context.day(row.start),
                person.agent.id,
                row.minutes,
                f"{row.activity} for {row.minutes:g} minutes at {context.span(row)}, but {said}",
            )


def not_too_often(context: Context) -> Iterator[Finding]:
    """Check that an activity takes place at most as often a week as the folder says."""
    for who, week, item, found in _counted(context):
        extra = len(found) - item.times_per_week
        if extra > 0:
            yield Finding(
                context.day(found[-1].start),
                who,
                extra,
                f"{item.activity} takes place {len(found)} times in week {week + 1}, {extra} too often",
            )


def placed(context: Context) -> Iterator[Finding]:
    """Check that every activity has its time in every week that its window covers."""
    for who, week, item, found in _counted(context):
        missing = item.times_per_week - len(found)
        day = context.week_day(week)
        if missing > 0 and context.overlaps_week(week, item.earliest, item.latest):
            yield Finding(day, who, missing, f"{item.activity} is placed {len(found)} times of {item.times_per_week}")


def _counted(context: Context) -> Iterator[tuple[str, int, Activity, list[Stretch]]]:
    for person in context.people:
        items = of_agent(context.folder, person.agent)
        for week, shifts in context.by_week(person):
            rows = list(_of_shifts(person, shifts))
            for item in items:
                yield person.agent.id, week, item, [row for row in rows if fits(item, row)]


def together(context: Context) -> Iterator[Finding]:
    """Check that what is held together takes place at no more times in a week than it should, whoever attends each.

    Somebody who is on leave for one of two meetings still attends the other.
    """
    for item in context.folder.activities:
        for week in range(context.weeks) if item.together else ():
            yield from _together(context, item, week)


def _together(context: Context, item: Activity, week: int) -> Iterator[Finding]:
    times: dict[str, set[datetime]] = {}
    for person in context.people:
        if item in of_agent(context.folder, person.agent):
            shifts = [shift for shift in person.shifts if context.week_of(shift) == week]
            times[person.agent.id] = {row.start for row in _of_shifts(person, shifts) if fits(item, row)}
    count = Counter(start for starts in times.values() for start in starts)
    if len(count) <= item.times_per_week:
        return
    common = set(sorted(count, key=lambda start: (-count[start], start))[: item.times_per_week])
    for who, starts in times.items():
        if starts - common:
            first = min(starts - common)
            apart = sum(bool(others & common) for other, others in times.items() if other != who)
            yield Finding(
                context.day(first),
                who,
                apart,
                f"{item.activity} at {context.clock(first)} is at another time than for {apart} others",
            )


RULES = (
    Rule("activities", "Activities as listed", listed),
    Rule("activities_times", "Activities a week", not_too_often),
    Rule("activities_together", "Activities held together", together),
    Rule("activities_placed", "Activities placed", placed, hard=False),
)
