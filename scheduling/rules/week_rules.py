"""Rules of a person's week: hours, days, rest, runs of days, free weekends, nights."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from domain.hours import WeeklyWindow
from scheduling.leave import WEEK
from scheduling.rules.context import Context, Person
from scheduling.rules.rule import Finding, Rule

EVERY_DAY = frozenset(range(7))
EPSILON = 1e-6


def weekly_hours(context: Context) -> Iterator[Finding]:
    """Check that paid hours of a week lie within the contract's and offered overtime, days away taken off."""
    for person in context.people:
        limits, more = context.away(person).weeks, context.overtime.volunteered(person.agent)
        for week, shifts in context.by_week(person):
            worked = sum(shift.paid_minutes for shift in shifts)
            low, high = limits[week].minutes_min, limits[week].minutes_max + more
            credit = limits[week].credited_minutes
            note = f" beside {credit / 60:g} h of paid leave" if credit else ""
            if worked < low - EPSILON:
                by = (low - worked) / 60
                said = f"{worked / 60:g} paid hours{note}, {by:g} h below {low / 60:g}"
                yield Finding(context.week_day(week), person.agent.id, by, said)
            if worked > high + EPSILON:
                by = (worked - high) / 60
                said = f"{worked / 60:g} paid hours{note}, {by:g} h above {high / 60:g}"
                yield Finding(context.week_day(week), person.agent.id, by, said)


def days_per_week(context: Context) -> Iterator[Finding]:
    """Check that days worked in a week lie within the contract's, days away taken off; overtime may add one."""
    for person in context.people:
        limits, more = context.away(person).weeks, int(context.overtime.volunteered(person.agent) > 0)
        for week, shifts in context.by_week(person):
            days = len({context.day(shift.start) for shift in shifts})
            low, high = limits[week].days_min, limits[week].days_max + more
            credit = limits[week].credited_days
            note = f" beside {credit} of paid leave" if credit else ""
            if not low <= days <= high:
                by = max(low - days, days - high)
                side = f"below {low}" if days < low else f"above {high}"
                said = f"{days} days with a shift{note}, {by} {side}"
                yield Finding(context.week_day(week), person.agent.id, by, said)


def rest(context: Context) -> Iterator[Finding]:
    """Check that the contract's rest lies between a shift's end and the next start, across rosters too."""
    for person in context.people:
        need = person.contract.rest_h
        for before, after in pairwise((*person.before, *person.shifts)):
            hours = (after.start - before.end) / timedelta(hours=1)
            if after in person.shifts and hours < need - EPSILON:
                by = f"{need - hours:g} h below {need:g}"
                said = f"{hours:g} h of rest before {context.clock(after.start)}, {by}"
                yield Finding(context.day(after.start), person.agent.id, need - hours, said)


def _days(context: Context, person: Person, *, planned_only: bool = False) -> set[date]:
    shifts = person.shifts if planned_only else (*person.before, *person.shifts)
    return {context.local(shift.start).date() for shift in shifts}


def consecutive_days(context: Context) -> Iterator[Finding]:
    """Check that no run of days with a shift is longer than the contract's, previous rosters included."""
    for person in context.people:
        most = person.contract.max_consecutive_days
        if most is None:
            continue
        planned = _days(context, person, planned_only=True)
        run = 0
        worked = _days(context, person)
        for day in sorted(worked):
            run = run + 1 if day - timedelta(days=1) in worked else 1
            ends = day + timedelta(days=1) not in worked
            if ends and run > most and day in planned:
                said = f"{run} days in a row up to this one, {run - most} above {most}"
                yield Finding(day.isoformat(), person.agent.id, run - most, said)


def weekends(context: Context, weekend_days: frozenset[int]) -> list[tuple[date, ...]]:
    """Return the weekends that lie wholly in previous rosters and plan, in order.

    A weekend is the run of ``weekend_days`` that belong together; previous rosters are known from their
    earliest shift on.
    """
    if not weekend_days:
        return []
    firsts = [day for day in sorted(weekend_days) if (day - 1) % 7 not in weekend_days] or [0]
    offsets = sorted((day - firsts[0]) % 7 for day in weekend_days)
    planned = context.calendar.planned
    known = min([context.local(shift.start).date() for shift in context.previous], default=planned[0])
    known = min(known, planned[0])
    day = known + timedelta(days=(firsts[0] - known.weekday()) % 7)
    found = []
    while day + timedelta(days=offsets[-1]) <= planned[-1]:
        found.append(tuple(day + timedelta(days=offset) for offset in offsets))
        day += timedelta(days=WEEK)
    return found


def weekends_off(context: Context) -> Iterator[Finding]:
    """Check that every run of so many weekends, wholly in previous rosters and plan, has its free ones."""
    for person in context.people:
        rule = person.contract.weekends_off
        if rule is None:
            continue
        worked = _days(context, person)
        known = weekends(context, person.contract.weekend_days)
        for k in range(len(known) - rule.in_weeks + 1):
            run = known[k : k + rule.in_weeks]
            free = sum(not worked.intersection(weekend) for weekend in run)
            if free < rule.at_least and run[-1][-1] >= context.first:
                by = rule.at_least - free
                said = (
                    f"{free} of the {rule.in_weeks} weekends from {run[0][0]} to {run[-1][-1]} are free,"
                    f" {by} below {rule.at_least}"
                )
                yield Finding(run[-1][0].isoformat(), person.agent.id, by, said)


def complete_weekends(context: Context) -> Iterator[Finding]:
    """Check that every known weekend that ends in the plan is worked on all of its days or on none."""
    for person in context.people:
        if not person.contract.complete_weekends:
            continue
        worked = _days(context, person)
        for weekend in weekends(context, person.contract.weekend_days):
            there = len(worked.intersection(weekend))
            if weekend[-1] >= context.first and 0 < there < len(weekend):
                said = f"{there} of the {len(weekend)} days of the weekend are worked, {len(weekend) - there} are not"
                yield Finding(weekend[0].isoformat(), person.agent.id, len(weekend) - there, said)


def nights(context: Context) -> Iterator[Finding]:
    """Check that shifts that reach into the night are as many a week as the contract says."""
    for person in context.people:
        limits, night = person.contract.nights_per_week, person.contract.night
        if limits is None:
            continue
        dark = context.calendar.within((WeeklyWindow(EVERY_DAY, night.from_minute, night.to_minute),))
        for week, shifts in context.by_week(person):
            found = sum(bool(dark[context.minutes(shift)].any()) for shift in shifts)
            by = max(limits.min - found, found - limits.max)
            if by > 0:
                side = f"below {limits.min:g}" if found < limits.min else f"above {limits.max:g}"
                said = f"{found} night shifts, {by:g} {side}"
                yield Finding(context.week_day(week), person.agent.id, by, said)


RULES = (
    Rule("weekly_hours", "Weekly hours", weekly_hours),
    Rule("days_per_week", "Days per week", days_per_week),
    Rule("rest_h", "Rest between shifts", rest),
    Rule("max_consecutive_days", "Days in a row", consecutive_days),
    Rule("weekends_off", "Free weekends", weekends_off),
    Rule("complete_weekends", "Complete weekends", complete_weekends),
    Rule("nights_per_week", "Nights per week", nights),
)
