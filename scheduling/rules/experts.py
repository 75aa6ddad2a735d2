"""Experts: few hours a week each, and a share of the heads on duty together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scheduling.rules.context import Context
from scheduling.rules.rule import Finding, Rule
from scheduling.rules.staff_floor import excesses


def hours(context: Context) -> Iterator[Finding]:
    """Check that an expert's paid hours of a week stay within the second line's."""
    rule = context.folder.centre.experts
    for person in context.people:
        if rule is None or person.agent.pool != "expert":
            continue
        for week, shifts in context.by_week(person):
            worked = sum(shift.paid_minutes for shift in shifts) / 60
            by = worked - rule.weekly_hours_max
            if by > 1e-9:
                said = f"{worked:g} paid hours, {by:g} h above {rule.weekly_hours_max:g}"
                yield Finding(context.week_day(week), person.agent.id, by, said)


def share(context: Context) -> Iterator[Finding]:
    """Check that experts in a shift are at most a share of the core agents in one, at every moment."""
    rule = context.folder.centre.experts
    if rule is None:
        return
    pool_of = {agent.id: agent.pool for agent in context.folder.agents}
    core = context.count(shift for shift in context.present if pool_of.get(shift.agent_id) == "core")
    second = context.count(shift for shift in context.present if pool_of.get(shift.agent_id) == "expert")
    most = np.floor(rule.share * core + 1e-9).astype(np.int64)
    for day, by, span in excesses(context, second - most):
        said = f"up to {by} experts above {100 * rule.share:g} % of the core agents on duty at {span}"
        yield Finding(day, "experts", by, said)


RULES = (
    Rule("experts_hours", "Expert hours", hours),
    Rule("experts_share", "Expert share", share),
)
