"""An edited roster beside the plan's: rules it breaks, what it costs, the service it gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from capacity.service import ServiceReport
from domain.progress import Control
from domain.roster import Roster
from planning.files.plan_in import PlanIn
from planning.promises import target_results
from planning.result import TargetResult
from planning.roster_import.diff import Change, changes_of
from planning.steps import simulate_roster, targets_of
from planning.whatif.world import World
from scheduling.cost import Cost, roster_cost
from scheduling.rules.rule import Violation
from scheduling.rules.validator import validate

MEASURES = ("offered", "mean_wait_s", "service_level", "abandonment", "fcr", "occupancy", "share")


@dataclass(frozen=True)
class Compared:
    """One figure of the plan's roster and of the edited one, with the 95 % interval of the latter."""

    queue: str
    scope: str
    start: str
    measure: str
    base: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """What an edited roster is, beside the plan's.

    Attributes
    ----------
    roster : Roster
        The edited one.
    changes : tuple of Change
    violations : tuple of (Violation, bool)
        Everything it breaks, hard and soft, and whether the plan's own roster did not.
    cost_before, cost : Cost
    service : ServiceReport
        As simulated; the plan's own where nothing was changed.
    targets_before, targets : tuple of TargetResult
    rows : tuple of Compared
    """

    roster: Roster
    changes: tuple[Change, ...]
    violations: tuple[tuple[Violation, bool], ...]
    cost_before: Cost
    cost: Cost
    service: ServiceReport
    targets_before: tuple[TargetResult, ...]
    targets: tuple[TargetResult, ...]
    rows: tuple[Compared, ...]


def compare_rosters(
    world: World,
    plan: PlanIn,
    roster: Roster,
    control: Control,
    *,
    emergency: bool = False,
    now: datetime | None = None,
    replications: int | None = None,
) -> Comparison:
    """Judge an edited roster; an illegal one is simulated all the same.

    Parameters
    ----------
    world : World
        The plan's own, from `planning.whatif.world.base_world`.
    plan : PlanIn
    roster : Roster
    control : Control
    emergency : bool
        Whether the emergency share of elastic seats holds.
    now : datetime, optional
        From which elastic notice counts.
    replications : int, optional
        Until it is precise where absent, as for a plan; both rosters then meet the same customers.
    """
    folder, week, weeks = world.folder, plan.week, plan.weeks
    changes = changes_of(folder, plan.roster, roster)
    own = {_sign(v) for v in validate(folder, plan.roster, week, weeks, emergency=emergency, now=now)}
    found = validate(folder, roster, week, weeks, emergency=emergency, now=now)
    service = plan.service
    if changes:
        there = world.with_roster(roster)
        options = replace(world.options, seed=plan.seed)
        service = simulate_roster(
            folder, plan.requirement, roster, there.people, options, control, replications=replications
        )
    targets = targets_of(folder, plan.requirement)
    return Comparison(
        roster=roster,
        changes=changes,
        violations=tuple((violation, _sign(violation) not in own) for violation in found),
        cost_before=roster_cost(folder, plan.roster, week, weeks),
        cost=roster_cost(folder, roster, week, weeks),
        service=service,
        targets_before=target_results(targets, (), plan.requirement, plan.service),
        targets=target_results(targets, (), plan.requirement, service),
        rows=_compared(plan.service, service),
    )


def judged(rows: Sequence[TargetResult]) -> tuple[int, int]:
    """Return how many targets are met, of those that a simulation can judge."""
    known = [row for row in rows if math.isfinite(row.simulated)]
    return sum(row.met for row in known), len(known)


def _sign(violation: Violation) -> tuple[str, str, str, float, str]:
    return violation.rule, violation.who, violation.day, violation.magnitude, violation.text


def _compared(before: ServiceReport, after: ServiceReport) -> tuple[Compared, ...]:
    """Lay days and weeks side by side, where either knows the figure."""
    rows = []
    for row in after.rows:
        if row.scope == "interval":
            continue
        for measure in MEASURES:
            base = before.simulated(row.scope, row.start, row.queue, measure)[0]
            value, low, high = after.simulated(row.scope, row.start, row.queue, measure)
            if math.isfinite(base) or math.isfinite(value):
                rows.append(Compared(row.queue, row.scope, row.start, measure, base, value, low, high))
    return tuple(rows)
