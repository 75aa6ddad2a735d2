"""Wishes: reported where they are not kept, never in the way of a roster."""

from __future__ import annotations

from collections.abc import Iterator

from domain.people import Preference
from scheduling.rules.context import Context, Person
from scheduling.rules.rule import Finding, Rule


def kept(wish: Preference, person: Person) -> bool:
    """Tell whether a wish is kept: ``off``, no shift touches its span; ``work``, some shift does."""
    touched = any(shift.start < wish.end and wish.start < shift.end for shift in person.shifts)
    return touched == (wish.wish == "work")


def wishes(context: Context) -> Iterator[Finding]:
    """Check that wishes whose span lies at least in part in the plan are kept."""
    people = {person.agent.id: person for person in context.people}
    planned = context.horizon
    begin, end = context.moment(planned.start), context.moment(planned.stop)
    for wish in context.folder.preferences:
        person = people.get(wish.agent_id)
        if person is None or wish.end <= begin or wish.start >= end or kept(wish, person):
            continue
        day = context.day(max(wish.start, begin))
        span = f"{context.local(wish.start):%m-%d %H:%M} to {context.local(wish.end):%m-%d %H:%M}"
        yield Finding(day, wish.agent_id, wish.weight, f"wished {wish.wish} from {span}, weight {wish.weight:g}")


RULES = (Rule("preferences", "Wishes", wishes, hard=False),)
