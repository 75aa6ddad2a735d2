"""Fairness: further weekends, nights and unpopular shifts of people who have had more of them than others."""

from __future__ import annotations

from collections.abc import Iterator

from domain.fairness import Measure
from scheduling.fair_shares import fairness_rows
from scheduling.rules.context import Context
from scheduling.rules.rule import Finding, Rule

NAMES: dict[Measure, str] = {"weekend": "weekend days", "night": "night shifts", "unpopular": "early or late shifts"}


def fairness(context: Context) -> Iterator[Finding]:
    """Check that who is above the mean of the contract gets no further shift of the kind."""
    folder = context.folder
    if not folder.previous and context.weeks == 1:
        return
    for row in fairness_rows(folder, context.roster, context.first, context.weeks):
        above = max(row.before - row.mean, 0.0)
        by = folder.centre.fairness.weight(row.measure) * above * row.this_week
        if by > 0:
            said = f"{row.this_week:g} {NAMES[row.measure]} after {row.before:g} before, {above:.1f} above the mean"
            yield Finding(row.week.isoformat(), row.agent_id, by, said)


RULES = (Rule("fairness", "Fair shares", fairness, hard=False),)
