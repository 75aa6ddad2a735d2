"""Floors of people on a queue, and supervisors for those on duty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from domain.history import Ints
from domain.roster import WORK
from scheduling.calendar import runs
from scheduling.rules.context import Context
from scheduling.rules.rule import Finding, Rule


def excesses(context: Context, over: Ints) -> Iterator[tuple[str, int, str]]:
    """Yield the planned stretches in which a count is above zero: day, its largest value, ``09:00-09:30``."""
    planned = np.zeros_like(over)
    planned[context.horizon] = over[context.horizon]
    for low, high in runs(planned > 0):
        begin, end = context.moment(low), context.moment(high)
        span = f"{context.clock(begin)}-{context.clock(end)}"
        yield context.day(begin), int(planned[low:high].max()), span


def minimum_staff(context: Context) -> Iterator[Finding]:
    """Check that enough people or seats work on a queue at every open minute of the window."""
    for floor in context.folder.centre.minimum_staff:
        needed = context.calendar.within((floor.window,)) & context.calendar.opening(floor.queue)
        on_duty = context.count(
            row
            for shift in context.present
            for row in shift.stretches
            if row.activity == WORK and floor.queue in row.queues
        )
        short = np.where(needed, floor.agents - on_duty, 0)
        for day, by, span in excesses(context, short):
            yield Finding(day, floor.queue, by, f"short of {floor.agents} by up to {by} at {span}")


def supervision(context: Context) -> Iterator[Finding]:
    """Check that where there are supervisors, one is on duty for every so many people."""
    rule = context.folder.centre.supervision
    bosses = {agent.id for agent in context.folder.agents if agent.level == "supervisor"}
    if rule is None or not bosses:
        return
    heads = context.count(shift for shift in context.present if shift.agent_id not in bosses)
    leading = context.count(shift for shift in context.present if shift.agent_id in bosses)
    over = np.ceil(heads - rule.span * leading - 1e-9).astype(np.int64)
    for day, by, span in excesses(context, over):
        yield Finding(day, "supervisors", by, f"up to {by} heads beyond {rule.span:g} a supervisor at {span}")


RULES = (
    Rule("minimum_staff", "Minimum staff", minimum_staff),
    Rule("supervision", "Supervision span", supervision, hard=False),
)
