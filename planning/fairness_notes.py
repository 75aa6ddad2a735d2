"""The ledger of weekends, nights and unpopular shifts in a sentence for each kind."""

from __future__ import annotations

from collections.abc import Sequence

from domain.fairness import MEASURES
from domain.folder import PlanningFolder
from scheduling.fair_shares import FairnessRow
from scheduling.rules.fairness import NAMES


def fairness_notes(folder: PlanningFolder, rows: Sequence[FairnessRow]) -> list[str]:
    """Say, for each kind of shift, how far people are from the mean of their contract before and after the plan."""
    notes = []
    for measure in MEASURES:
        mine = [row for row in rows if row.measure == measure]
        first = [row for row in mine if row.week == mine[0].week]
        last = [row for row in mine if row.week == mine[-1].week]
        if not any(row.after for row in last):
            continue
        before = sum(abs(row.before - row.mean) for row in first) / len(first)
        after = sum(abs(row.after - row.mean_after) for row in last) / len(last)
        most = max(last, key=lambda row: row.after - row.mean_after)
        name = next((agent.name for agent in folder.agents if agent.id == most.agent_id), "") or most.agent_id
        notes.append(
            f"Fairness, {NAMES[measure]}: people are {before:.1f} from the mean of their contract before the plan and "
            f"{after:.1f} after it; the most above it is {name} with {most.after:g} against {most.mean_after:.1f}."
        )
    return notes
