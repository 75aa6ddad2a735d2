"""Rules of a single shift: when it starts, how long it is, and whether its rows make one shift."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from domain.roster import OFF, WORK, Stretch
from scheduling.rules.activities import paid_kinds
from scheduling.rules.context import MINUTE, Context
from scheduling.rules.rule import Finding, Rule


def unknown_people(context: Context) -> Iterator[Finding]:
    """Check that every row names an agent of the folder or an elastic seat, in its own pool."""
    for shift in context.roster.shifts:
        day = context.day(shift.start)
        agent = context.agents.get(shift.agent_id)
        pools = sorted({row.pool for row in shift.stretches})
        if agent is None and pools != ["elastic"]:
            yield Finding(day, shift.agent_id, 1, "this id is not among the agents")
        elif agent is not None and pools != [agent.pool]:
            yield Finding(day, shift.agent_id, 1, f"the pool says {', '.join(pools)}, the agent is {agent.pool}")


def outside_horizon(context: Context) -> Iterator[Finding]:
    """Check that every shift starts on a planned day."""
    last = context.calendar.planned[-1]
    for shift in context.roster.shifts:
        if not context.plans(shift):
            day = context.local(shift.start).date()
            days = (context.first - day).days if day < context.first else (day - last).days
            yield Finding(
                day.isoformat(),
                shift.agent_id,
                days,
                f"the shift starts {days} days outside {context.first} to {last}",
            )


def start_window(context: Context) -> Iterator[Finding]:
    """Check that a shift starts in its window, both ends included, on the grid counted from its beginning."""
    for person in context.people:
        legal = person.contract.start.minutes()
        for shift in person.shifts:
            clock = context.clock_minute(shift.start)
            if clock not in legal:
                apart = [abs(clock - minute) for minute in legal]
                away = min(min(gap, 1440 - gap) for gap in apart)
                yield Finding(
                    context.day(shift.start),
                    shift.agent_id,
                    away,
                    f"starts at {context.clock(shift.start)}, {away} minutes from the nearest legal start",
                )


def one_shift_a_day(context: Context) -> Iterator[Finding]:
    """Check that at most one shift starts on a local day."""
    for person in context.people:
        days = [context.day(shift.start) for shift in person.shifts]
        for day in sorted(set(days)):
            extra = days.count(day) - 1
            if extra:
                yield Finding(day, person.agent.id, extra, f"{extra + 1} shifts start on this day, 1 may")


def shift_hours(context: Context) -> Iterator[Finding]:
    """Check that the paid hours of a shift lie within its contract's."""
    for person in context.people:
        limits = person.contract.shift_hours
        for shift in person.shifts:
            hours = shift.paid_minutes / 60
            short, long = limits.min - hours, hours - limits.max
            if max(short, long) > 1e-9:
                by = f"{short:g} h below {limits.min:g}" if short > 0 else f"{long:g} h above {limits.max:g}"
                yield Finding(
                    context.day(shift.start),
                    shift.agent_id,
                    max(short, long),
                    f"{hours:g} paid hours, {by}",
                )


def tiling(context: Context) -> Iterator[Finding]:
    """Check that the rows of a shift follow each other without a gap, and each has a length."""
    for shift in context.roster.shifts:
        for row in shift.stretches:
            if row.end <= row.start:
                yield Finding(
                    context.day(row.start),
                    shift.agent_id,
                    -row.minutes,
                    f"the row at {context.clock(row.start)} ends {-row.minutes:g} minutes before it starts",
                )
        for before, after in pairwise(shift.stretches):
            gap = (after.start - before.end) / MINUTE
            if gap > 0:
                yield Finding(
                    context.day(before.end),
                    shift.agent_id,
                    gap,
                    f"nothing is planned for {gap:g} minutes from {context.clock(before.end)} in the shift",
                )


def one_place(context: Context) -> Iterator[Finding]:
    """Check that nobody, and no seat, is in two places at once."""
    rows: dict[str, list[Stretch]] = {}
    for shift in context.present:
        rows.setdefault(shift.agent_id, []).extend(shift.stretches)
    for who, mine in rows.items():
        mine.sort(key=lambda row: (row.start, row.end))
        reached = mine[0].end
        for row in mine[1:]:
            over = (min(reached, row.end) - row.start) / MINUTE
            if over > 0:
                yield Finding(
                    context.day(row.start),
                    who,
                    over,
                    f"two rows overlap for {over:g} minutes from {context.clock(row.start)}",
                )
            reached = max(reached, row.end)


def grid(context: Context) -> Iterator[Finding]:
    """Check that rows start and end on the schedule's grid."""
    step = context.folder.centre.schedule_minutes
    for row in context.roster.stretches:
        if row.activity == OFF:
            continue
        for moment in (row.start, row.end):
            local = context.local(moment)
            off = (local.hour * 60 + local.minute) % step + (local.second + local.microsecond / 1e6) / 60
            if off:
                yield Finding(
                    context.day(row.start),
                    row.agent_id,
                    off,
                    f"{local:%H:%M} lies {off:g} minutes off the grid of {step}",
                )


def queues_named(context: Context) -> Iterator[Finding]:
    """Check that work names at least one queue of the centre; other rows name none."""
    known = set(context.folder.centre.queue_ids)
    for row in context.roster.stretches:
        day = context.day(row.start)
        strange = [queue for queue in row.queues if queue not in known]
        if row.activity == WORK and not row.queues:
            yield Finding(day, row.agent_id, row.minutes, f"work at {context.span(row)} names no queue")
        elif row.activity != WORK and row.queues:
            yield Finding(day, row.agent_id, row.minutes, f"{row.activity} at {context.span(row)} names a queue")
        elif strange:
            yield Finding(day, row.agent_id, row.minutes, f"{', '.join(strange)} is no queue of the centre")


def paid_flags(context: Context) -> Iterator[Finding]:
    """Check that work is paid; breaks and activities are paid as the contract and the activities say."""
    for person in context.people:
        breaks = {(rule.kind, rule.paid) for rule in person.contract.breaks}
        right = {(WORK, True)} | breaks | paid_kinds(context.folder, person.agent)
        known = {activity for activity, _ in right}
        for shift in person.shifts:
            for row in shift.stretches:
                if row.activity in known and (row.activity, row.paid) not in right:
                    said = "paid" if row.paid else "unpaid"
                    yield Finding(
                        context.day(row.start),
                        shift.agent_id,
                        row.minutes,
                        f"{row.activity} at {context.span(row)} is marked {said} for {row.minutes:g} minutes",
                    )
    for shift in context.seats:
        for row in shift.stretches:
            if not row.paid:
                yield Finding(
                    context.day(row.start),
                    shift.agent_id,
                    row.minutes,
                    f"{context.span(row)} is marked unpaid",
                )


RULES = (
    Rule("agents", "Known people and pools", unknown_people),
    Rule("horizon", "Planned weeks", outside_horizon),
    Rule("start", "Start window", start_window),
    Rule("one_shift_a_day", "One shift a day", one_shift_a_day),
    Rule("shift_hours", "Shift hours", shift_hours),
    Rule("rows", "Rows follow each other", tiling),
    Rule("one_place", "One place at a time", one_place),
    Rule("grid", "Schedule grid", grid),
    Rule("queues", "Queues of a row", queues_named),
    Rule("paid", "Paid and unpaid rows", paid_flags),
)
