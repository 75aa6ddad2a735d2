"""Being there and able: availability, leave, hiring, opening hours, skills, and how often queues change."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from domain.roster import WORK, Shift
from scheduling.calendar import Minutes
from scheduling.rules.context import Context, Person
from scheduling.rules.rule import Finding, Rule


def _inside(context: Context, shift: Shift, mask: Minutes) -> int:
    return sum(int(mask[context.minutes(row)].sum()) for row in shift.stretches)


def availability(context: Context) -> Iterator[Finding]:
    """Check that a shift lies wholly inside the person's weekly windows."""
    for person in context.people:
        outside = ~context.calendar.available(person.agent)
        for shift in person.shifts:
            by = _inside(context, shift, outside)
            if by:
                said = f"{by} minutes of {context.span(shift)} lie outside the hours this person is available"
                yield Finding(context.day(shift.start), person.agent.id, by, said)


def time_off(context: Context) -> Iterator[Finding]:
    """Check that nobody works on leave."""
    for person in context.people:
        off = context.calendar.off(person.agent)
        for shift in person.shifts:
            by = _inside(context, shift, off)
            if by:
                said = f"{by} minutes of {context.span(shift)} fall into time off"
                yield Finding(context.day(shift.start), person.agent.id, by, said)


def hired(context: Context) -> Iterator[Finding]:
    """Check that nobody works before being hired."""
    for person in context.people:
        begin = person.agent.hired_on
        for shift in person.shifts:
            day = context.local(shift.start).date()
            if begin is not None and day < begin:
                by = (begin - day).days
                said = f"the shift starts {by} days before hiring on {begin}"
                yield Finding(day.isoformat(), person.agent.id, by, said)


def opening(context: Context) -> Iterator[Finding]:
    """Check that at every minute of work at least one of its queues is open."""
    known = set(context.folder.centre.queue_ids)
    for shift in context.roster.shifts:
        if not context.plans(shift):
            continue
        closed = 0
        for row in shift.stretches:
            masks = [context.calendar.opening(queue) for queue in row.queues if queue in known]
            if row.activity == WORK and masks:
                closed += int((~np.logical_or.reduce(masks))[context.minutes(row)].sum())
        if closed:
            said = f"{closed} minutes of work in {context.span(shift)} have no queue of theirs open"
            yield Finding(context.day(shift.start), shift.agent_id, closed, said)


def skills(context: Context) -> Iterator[Finding]:
    """Check that people serve only queues they hold the skill for, up to the last day of a certificate."""
    for person in context.people:
        ends = context.calendar.skill_ends(person.agent)
        listed = {skill.queue for skill in context.folder.skills_of.get(person.agent.id, ())}
        for shift in person.shifts:
            by: dict[str, int] = {}
            for row in shift.stretches:
                for queue in row.queues if row.activity == WORK else ():
                    mask = context.calendar.may_serve(person.agent, queue)
                    without = int((~mask[context.minutes(row)]).sum())
                    by[queue] = by.get(queue, 0) + without
            for queue, minutes in by.items():
                if minutes:
                    why = f"the certificate ended on {ends[queue]}" if queue in ends else "no such skill"
                    if queue not in ends and queue in listed:
                        why = f"dedicated to {', '.join(ends)}"
                    said = f"{minutes} minutes on {queue} in {context.span(shift)}: {why}"
                    yield Finding(context.day(shift.start), person.agent.id, minutes, said)


def _lost(context: Context, person: Person, before: frozenset[str], after: frozenset[str], day: str) -> bool:
    """Tell whether the queues differ by lapsed certificates alone."""
    ends = context.calendar.skill_ends(person.agent)
    lapsed = {queue for queue, last in ends.items() if last is not None and context.date(day) > last}
    return after <= before and before - after <= lapsed


def queue_changes(context: Context) -> Iterator[Finding]:
    """Check that queues change as the plan allows: never, from shift to shift, or by stretch."""
    allowed = context.folder.centre.planning.queue_changes
    if allowed == "stretch":
        return
    for person in context.people:
        groups = [person.shifts] if allowed == "none" else [(shift,) for shift in person.shifts]
        for shifts in groups:
            work = [row for shift in shifts for row in shift.stretches if row.activity == WORK and row.queues]
            for before, after in pairwise(work):
                old, new = frozenset(before.queues), frozenset(after.queues)
                day = context.day(after.start)
                if old != new and not _lost(context, person, old, new, day):
                    where = "within a shift" if allowed == "shift" else "within the plan"
                    said = f"queues change from {';'.join(before.queues)} to {';'.join(after.queues)} {where}"
                    yield Finding(day, person.agent.id, 1, f"{said} at {context.clock(after.start)}")


RULES = (
    Rule("availability", "Availability", availability),
    Rule("time_off", "Time off", time_off),
    Rule("hired_on", "Hiring", hired),
    Rule("opening", "Opening hours", opening),
    Rule("skills", "Skills", skills),
    Rule("queue_changes", "Changes of queue", queue_changes),
)
