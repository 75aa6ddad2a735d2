"""A plan as it is read back from its folder, for workbooks that are read beside it."""

from __future__ import annotations

from collections.abc import Callable

from planning.files.plan_in import PlanIn
from planning.result import Plan
from planning.roster_import.book import Imported

Reader = Callable[..., Imported]


def plan_in(plan: Plan) -> PlanIn:
    """Return a plan as it is read back from its folder."""
    engine = {"seed": plan.seed, "input_sha256": plan.folder.sha256}
    document = {"week": plan.week.isoformat(), "engine": engine}
    return PlanIn(plan.week, plan.seed, plan.forecast, plan.requirement, plan.roster, plan.service, document)
