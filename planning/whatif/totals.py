"""What a scenario comes to over a plan's whole horizon: cost, hours needed, targets met."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from capacity.service import ServiceReport
from capacity.targets import TargetRow
from planning.files.plan_in import PlanIn
from planning.steps import targets_of
from planning.whatif.world import World
from scheduling.cost import roster_cost

ALL = "all"


@dataclass(frozen=True)
class WhatIfRow:
    """One figure of one scenario beside the base's; low and high say how sure it is."""

    scenario: str
    queue: str
    scope: str
    start: str
    measure: str
    base: float
    value: float
    low: float
    high: float


def totals(
    name: str,
    plan: PlanIn,
    world: World,
    there: World,
    base_cost: float,
    base_rows: Sequence[TargetRow],
    report: ServiceReport,
    found: Sequence[WhatIfRow],
) -> list[WhatIfRow]:
    """Return cost, hours needed and targets met, over the whole horizon."""
    start = plan.week.isoformat()
    step = world.requirement.grid.step_minutes / 60
    hours = [float(np.nansum(w.requirement.agents)) * step for w in (world, there)]
    cost = cost_of(there)
    names = world.folder.centre.queue_ids
    rows = [row for row in base_rows if row.scope != "interval"]
    seen = [
        report.simulated(row.scope, row.start, names[row.queue], row.measure)[0] if _asked(row, world) else row.limit
        for row in rows
    ]
    places = {(r.queue, r.scope, r.start, r.measure): r for r in found}
    after = [
        (row, places.get((names[row.queue], row.scope, row.start, row.measure)))
        for row in targets_of(there.folder, there.requirement)
        if row.scope != "interval"
    ]
    now, worst, best = (
        _met((row, _value(row, of, end) if _asked(row, there) else row.limit) for row, of in after)
        for end in (None, False, True)
    )
    was = _met(zip(rows, seen, strict=True))
    figures = {
        "cost": (base_cost, cost, cost, cost),
        "agent_hours": (hours[0], *(hours[1],) * 3),
        "targets_met": (was, now, worst, best),
        "targets": (float(len(rows)), *(float(len(after)),) * 3),
    }
    return [WhatIfRow(name, ALL, "week", start, what, *four) for what, four in figures.items()]


def _asked(row: TargetRow, world: World) -> bool:
    """Tell whether anything is offered under a target; where nothing is, it is kept."""
    return float(world.requirement.volume[row.queue, row.intervals].sum()) > 0


def _value(row: TargetRow, of: WhatIfRow | None, best: bool | None) -> float:
    """Return a figure, or the better or the worse end of its interval as its target sees it."""
    if of is None:
        return math.nan
    if best is None:
        return of.value
    return of.low if row.upper == best else of.high


def _met(figures: Iterable[tuple[TargetRow, float]]) -> float:
    return float(sum(math.isfinite(value) and row.miss(value) <= 1e-12 for row, value in figures))


def cost_of(world: World) -> float:
    """Return what a world's roster costs over its weeks."""
    return roster_cost(world.folder, world.roster, world.options.week, world.options.weeks).total
