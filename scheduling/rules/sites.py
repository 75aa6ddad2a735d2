"""Sites: shifts inside the building's hours, and no more people on duty than it has desks."""

from __future__ import annotations

from collections.abc import Iterator

from domain.roster import WORK
from scheduling.rules.context import Context
from scheduling.rules.rule import Finding, Rule
from scheduling.rules.staff_floor import excesses


def hours(context: Context) -> Iterator[Finding]:
    """Check that a shift lies wholly inside the hours of the person's site."""
    for person in context.people:
        closed = ~context.calendar.site_hours(person.agent)
        for shift in person.shifts:
            by = sum(int(closed[context.minutes(row)].sum()) for row in shift.stretches)
            if by:
                said = f"{by} minutes of {context.span(shift)} lie outside the open hours of site {person.agent.site}"
                yield Finding(context.day(shift.start), person.agent.id, by, said)


def desks(context: Context) -> Iterator[Finding]:
    """Check that the core people of a site who work at any minute each have a desk.

    Those carried in from earlier rosters have their desks already: too many are counted among the planned alone.
    """
    core = {agent.id: agent.site for agent in context.folder.agents if agent.pool == "core"}
    for site in context.folder.centre.sites:
        if site.desks is None:
            continue
        planned, carried = (
            context.count(
                row
                for shift in shifts
                for row in shift.stretches
                if row.activity == WORK and core.get(shift.agent_id) == site.id
            )
            for shifts in (filter(context.plans, context.roster.shifts), context.carried)
        )
        over = (planned + carried - site.desks).clip(max=planned)
        for day, by, span in excesses(context, over):
            who, what = "person" if by == 1 else "people", "desk" if site.desks == 1 else "desks"
            said = f"up to {by} {who} beyond the {site.desks} {what} at {span}"
            yield Finding(day, site.id, by, said)


RULES = (
    Rule("site_hours", "Site hours", hours),
    Rule("desks", "Desks", desks),
)
