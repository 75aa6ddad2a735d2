"""What is short, as people read it: spans by group of queues and day, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from planning.queue_names import MOST_NAMED, group_name
from planning.report import wording
from planning.result import Plan, Short, TargetResult


@dataclass(frozen=True)
class ShortSpan:
    """One span: its times (empty for a whole day), how much is short, and why."""

    times: str
    amount: str
    why: str


@dataclass(frozen=True)
class ShortDay:
    """The spans of a group of queues on one day."""

    queues: str
    day: str
    spans: tuple[ShortSpan, ...]


def queues_of(short: Short) -> tuple[str, ...]:
    """Return the queues of a span."""
    return tuple(short.queue.split(";"))


def name_of(plan: Plan, short: Short) -> str:
    """Name the queues of a span."""
    return group_name(plan.folder.centre, queues_of(short))


def amount_of(plan: Plan, short: Short) -> str:
    """Say how much is short: seats of live queues; of deferred work the share done in time against its target."""
    row = late_target(plan, short)
    if row is not None:
        return f"{wording.percent(row.simulated)} done in time, {wording.percent(row.target)} asked"
    return f"{wording.number(short.agents, 1)} {'seat' if wording.number(short.agents, 1) == '1.0' else 'seats'} short"


def late_target(plan: Plan, short: Short) -> TargetResult | None:
    """Return the deferred target that a span explains; None for live queues."""
    start = short.start.astimezone(ZoneInfo(plan.folder.centre.timezone)).date().isoformat()
    return next(
        (
            row
            for row in plan.targets
            if row.measure == "share" and row.queue == short.queue and row.start[:10] == start and not row.met
        ),
        None,
    )


def worst_first(plan: Plan) -> list[Short]:
    """Return the spans with the most missing first; a queue to which nobody is assigned leads."""
    return sorted(plan.short, key=lambda short: (-short.agents, short.start, short.queue))


def short_days(plan: Plan) -> list[ShortDay]:
    """Return what is short by day and group of queues, in the order of time."""
    zone = plan.folder.centre.timezone

    def day(short: Short) -> date:
        return short.start.astimezone(ZoneInfo(zone)).date()

    found = []
    ordered = sorted(plan.short, key=lambda short: (day(short), short.queue, short.start, short.end))
    for (when, _), group in groupby(ordered, key=lambda short: (day(short), short.queue)):
        shorts = list(group)
        spans = tuple(
            ShortSpan(
                times=wording.day_or_span(short.start, short.end, zone).removeprefix(wording.day_text(when)).strip(),
                amount=amount_of(plan, short),
                why=short.why,
            )
            for short in shorts
        )
        found.append(ShortDay(name_of(plan, shorts[0]), wording.day_text(when), spans))
    return found


def group_lists(plan: Plan) -> list[tuple[str, str]]:
    """Return the groups that are named by their number, each with its queues."""
    groups = {queues_of(short) for short in plan.short}
    return sorted(
        (group_name(plan.folder.centre, queues), ", ".join(queues)) for queues in groups if len(queues) > MOST_NAMED
    )
