"""Overtime: only of volunteers, in the week as far as they volunteer, in the month as far as the centre allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scheduling.leave import WEEK
from scheduling.rules.context import Context
from scheduling.rules.rule import Finding, Rule

EPSILON = 1e-6


def overtime(context: Context) -> Iterator[Finding]:
    """Check that volunteers work no more overtime than they offered and than the month has left."""
    book = context.overtime
    for person in context.people:
        if book.volunteered(person.agent) <= 0:
            continue
        for week in range(context.weeks):
            first = context.first + timedelta(days=WEEK * week)
            earlier = [*person.before, *(s for s in person.shifts if context.local(s.start).date() < first)]
            minutes = book.of_week(person.agent, first, person.shifts)
            left = book.left(person.agent, first, earlier)
            if minutes > left + EPSILON:
                by = (minutes - left) / 60
                said = f"{minutes / 60:g} h of overtime, {by:g} h above the {left / 60:g} offered and left this month"
                yield Finding(first.isoformat(), person.agent.id, by, said)


RULES = (Rule("overtime", "Overtime", overtime),)
