"""What a scenario comes to over a plan's whole horizon: cost, hours needed, targets met."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from domain.history import Floats
from domain.scenario import Prices, Scenario
from planning.steps import targets_of
from planning.whatif.base import Base, cost_of, hours_of
from planning.whatif.figures import ALL
from planning.whatif.promised import Promised
from planning.whatif.world import World

TOTALS = ("cost", "agent_hours", "targets_met", "targets")


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
    base: Base, scenario: Scenario, there: World | None, found: Floats, asked: Collection[str], seen: Floats
) -> list[WhatIfRow]:
    """Return cost, hours needed and targets met, over the whole horizon.

    Parameters
    ----------
    base : Base
    scenario : Scenario
    there : World or None
        The scenario's; its requirement's agents count where hours are asked for. None where it differs from the base
        in how much comes, how long it takes and how long it is waited for alone.
    found : float array, shape (4, measures, queues and all, spans)
        Base, value, low and high of every figure.
    asked : collection of str
        Which of ``TOTALS`` are wanted; the others are not worked out.
    seen : float array, shape (measures, queues and all, spans)
        The base's figures, by which its targets are met.
    """
    figures: dict[str, tuple[float, float, float, float]] = {}
    if "cost" in asked:
        cost = base.cost if there is None or _same_cost(base, scenario, there) else cost_of(there)
        figures["cost"] = (base.cost, cost, cost, cost)
    if "agent_hours" in asked:
        assert there is not None
        figures["agent_hours"] = (base.hours, *(hours_of(there),) * 3)
    if "targets_met" in asked or "targets" in asked:
        after = _promised(base, scenario, there)
        worst, best = after.between(found[2], found[3])
        met = (base.promised.met(seen), after.met(found[1]), worst, best)
        figures["targets_met"] = tuple(map(float, met))  # type: ignore[assignment]
        figures["targets"] = (float(len(base.promised.limit)), *(float(len(after.limit)),) * 3)
    start = base.plan.week.isoformat()
    return [
        WhatIfRow(scenario.name, ALL, "week", start, what, *figures[what])
        for what in TOTALS
        if what in figures and what in asked
    ]


def _same_cost(base: Base, scenario: Scenario, there: World) -> bool:
    return scenario.prices == Prices() and scenario.elastic is None and there.roster is base.world.roster


def _promised(base: Base, scenario: Scenario, there: World | None) -> Promised:
    """Return the scenario's targets: the base's own, unless it changes them or what is offered at all."""
    if there is None:
        return base.promised
    volume = there.requirement.volume
    if not scenario.target and np.array_equal(volume > 0, base.world.requirement.volume > 0):
        return base.promised
    return Promised.of(targets_of(there.folder, there.requirement), base.windows, volume)
