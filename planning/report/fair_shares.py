"""What people wished and did not get, and their shares of weekends and nights, as lines of the page."""

from __future__ import annotations

from dataclasses import dataclass

from planning.result import Plan
from planning.wish_results import who_wished
from scheduling.rules.fairness import NAMES


@dataclass(frozen=True)
class FairnessLine:
    """One person's shifts of one kind over the planned weeks."""

    person: str
    contract: str
    kind: str
    before: float
    plan: float
    after: float
    mean: float


def fairness_lines(plan: Plan) -> list[FairnessLine]:
    """Return the ledger over all planned weeks, in its order."""
    names = {agent.id: agent.name or agent.id for agent in plan.folder.agents}
    found: dict[tuple[str, str], FairnessLine] = {}
    for row in plan.fairness:
        line = found.get((row.agent_id, row.measure))
        found[row.agent_id, row.measure] = FairnessLine(
            person=names[row.agent_id],
            contract=row.contract,
            kind=NAMES[row.measure],
            before=line.before if line else row.before,
            plan=row.this_week + (line.plan if line else 0.0),
            after=row.after,
            mean=row.mean_after,
        )
    return list(found.values())


def refused_lines(plan: Plan) -> list[str]:
    """Return who was refused what, and what stopped it."""
    return [
        f"{who_wished(plan.folder, row.outcome)}: {row.why or 'not looked into'}."
        for row in plan.wishes
        if not row.outcome.kept and row.outcome.asked > 0
    ]
