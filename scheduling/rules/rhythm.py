"""Optional rules that make a week livable: like starts, free days together, a long rest, a team's shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.grid import local_midnight
from domain.roster import Shift
from scheduling.leave import WEEK
from scheduling.rules.context import Context, Person
from scheduling.rules.rule import Finding, Rule


def _offsets(context: Context, person: Person, shifts: tuple[Shift, ...]) -> list[int]:
    """Return starts as minutes after the start window's beginning, so that midnight splits no window."""
    begin = person.contract.start.from_minute
    return [(context.clock_minute(shift.start) - begin) % 1440 for shift in shifts]


def start_spread(context: Context) -> Iterator[Finding]:
    """Check that starts of one week differ by at most the contract's spread."""
    for person in context.people:
        most = person.contract.start_spread_minutes
        if most is None:
            continue
        for week, shifts in context.by_week(person):
            offsets = _offsets(context, person, shifts)
            spread = max(offsets, default=0) - min(offsets, default=0)
            if spread > most:
                said = f"starts differ by {spread} minutes, {spread - most} above {most}"
                yield Finding(context.week_day(week), person.agent.id, spread - most, said)


def rotation(context: Context) -> Iterator[Finding]:
    """Check that with a weekly rotation every shift of a week starts at the same time of day."""
    for person in context.people:
        if person.contract.rotation != "weekly":
            continue
        for week, shifts in context.by_week(person):
            clocks = sorted({context.clock(shift.start) for shift in shifts})
            if len(clocks) > 1:
                said = f"{len(clocks)} different starts, {', '.join(clocks)}, where 1 is kept all week"
                yield Finding(context.week_day(week), person.agent.id, len(clocks) - 1, said)


def days_off_together(context: Context) -> Iterator[Finding]:
    """Check that so many free days of a week lie side by side."""
    for person in context.people:
        need = person.contract.days_off_together
        if not need:
            continue
        for week, shifts in context.by_week(person):
            worked = {context.local(shift.start).date() for shift in shifts}
            begin = context.first + timedelta(days=WEEK * week)
            longest = run = 0
            for k in range(WEEK):
                run = 0 if begin + timedelta(days=k) in worked else run + 1
                longest = max(longest, run)
            if longest < need:
                said = f"at most {longest} free days lie side by side, {need - longest} below {need}"
                yield Finding(begin.isoformat(), person.agent.id, need - longest, said)


def weekly_rest(context: Context) -> Iterator[Finding]:
    """Check that each week holds one free stretch of the contract's length."""
    for person in context.people:
        need = person.contract.weekly_rest_h
        if not need:
            continue
        everything = (*person.before, *person.shifts)
        for week in range(context.weeks):
            begin = context.first + timedelta(days=WEEK * week)
            low = local_midnight(begin, context.zone.key)
            high = local_midnight(begin + timedelta(days=WEEK), context.zone.key)
            longest, free_from = timedelta(), low
            for shift in (s for s in everything if s.end > low and s.start < high):
                longest = max(longest, shift.start - free_from)
                free_from = max(free_from, shift.end)
            hours = max(longest, high - free_from) / timedelta(hours=1)
            if hours < need - 1e-6:
                said = f"the longest free stretch is {hours:g} h, {need - hours:g} h below {need:g}"
                yield Finding(begin.isoformat(), person.agent.id, need - hours, said)


def team_same_shift(context: Context) -> Iterator[Finding]:
    """Check that everyone of a team on such a contract starts together on the days they work."""
    groups: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for person in context.people:
        if person.contract.team_same_shift and person.agent.team:
            for shift in person.shifts:
                key = (person.agent.team, person.contract.id, context.day(shift.start))
                groups.setdefault(key, []).append((context.clock(shift.start), person.agent.id))
    for (team, _, day), starts in groups.items():
        clocks = [clock for clock, _ in starts]
        usual = max(sorted(set(clocks)), key=clocks.count)
        for clock, who in starts:
            if clock != usual:
                said = f"starts at {clock}, {clocks.count(usual)} of team {team} at {usual}"
                yield Finding(day, who, clocks.count(usual), said)


RULES = (
    Rule("start_spread_minutes", "Spread of starts", start_spread),
    Rule("rotation", "Weekly rotation", rotation),
    Rule("days_off_together", "Days off together", days_off_together),
    Rule("weekly_rest_h", "Weekly rest", weekly_rest),
    Rule("team_same_shift", "Team starts together", team_same_shift),
)
