"""Ways to treat customer tiers compared on a plan's roster: none, priority, people set apart; with equal customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from capacity.service import ServiceReport, TierRow
from domain.people import Route
from domain.progress import Control
from domain.roster import Roster
from domain.tiers import REST, Tier
from planning.policy_comparison import REPLICATIONS, simulated
from planning.steps import WEEK
from planning.whatif.world import World
from scheduling.cost import roster_cost

NO_TIERS, PRIORITY, APART = "no tiers", "tier priority", "dedicated agents"


class Team(NamedTuple):
    """People set apart for a tier in the first week: how many are rostered, for how long, at what pay, how busy."""

    people: int
    paid_h: float
    cost: float
    occupancy: float


@dataclass(frozen=True)
class TierPolicy:
    """One way to treat tiers, over the first week.

    Attributes
    ----------
    policy : str
    rows : tuple of TierRow
        Each tier, and contacts of none, on all live queues.
    weighted_wait_s : float
        Mean wait in which every contact counts the ``value`` of its tier.
    teams : dict of str to Team
        By tier, who is set apart for it.
    """

    policy: str
    rows: tuple[TierRow, ...]
    weighted_wait_s: float
    teams: dict[str, Team] = field(default_factory=dict)


def compare_tiers(
    world: World, routes: Sequence[Route], *, replications: int = REPLICATIONS, control: Control | None = None
) -> tuple[TierPolicy, ...]:
    """Simulate a plan's roster without regard to tiers, with priority, and, where there are any, with teams set apart.

    Parameters
    ----------
    world : World
        The plan's own; nothing is compared where its centre has no tiers.
    routes : sequence of Route
        The same for each.
    replications : int
    control : Control, optional

    Notes
    -----
    The roster, and so its cost, is the same in each: what setting people apart costs is their pay for the hours in
    which they may take nothing else, and the longer waits of the others.
    """
    control = control or Control()
    tiers = world.folder.centre.tiers
    if not tiers:
        return ()
    ways: dict[str, dict[str, object]] = {
        NO_TIERS: {"priority": False, "team": "", "others_serve": True},
        PRIORITY: {"priority": True, "team": "", "others_serve": True},
    }
    if any(tier.team for tier in tiers):
        ways[APART] = {}  # as the settings have it
    found: list[TierPolicy] = []
    for k, (name, change) in enumerate(ways.items()):
        control.report("tiers", k / len(ways), name)
        if control.stopping and found:
            break
        changed = tuple(tier.model_copy(update=change) for tier in tiers)
        centre = world.folder.centre.model_copy(update={"tiers": changed})
        there = replace(world, folder=replace(world.folder, centre=centre))
        report = simulated(there, routes, replications)
        found.append(_policy(name, there, changed, report))
    control.report("tiers", 1.0, "")
    return tuple(found)


def _policy(name: str, world: World, tiers: Sequence[Tier], report: ServiceReport) -> TierPolicy:
    start = report.grid.days[0].isoformat()
    rows = tuple(row for row in report.tiers if (row.scope, row.start, row.queue) == ("week", start, "all"))
    value = {tier.id: tier.value for tier in tiers} | {REST: 1.0}
    weight = np.array([value[row.tier] * row.simulated("offered")[0] for row in rows])
    waits = np.array([row.simulated("mean_wait_s")[0] for row in rows])
    counted = weight > 0
    total = weight[counted].sum()
    weighted = float(weight[counted] @ waits[counted] / total) if total > 0 else float("nan")
    teams = {tier.id: _team(world, tier, report) for tier in tiers if tier.team}
    return TierPolicy(name, rows, weighted, teams)


def _team(world: World, tier: Tier, report: ServiceReport) -> Team:
    """Add up the people of a tier's team who are rostered in the first week."""
    first, zone = report.grid.days[0], ZoneInfo(report.grid.zone)
    members = [a for a in world.folder.agents if a.team == tier.team and world.roster.by_agent.get(a.id)]
    names = {agent.id for agent in members}
    shifts = [shift for agent in members for shift in world.roster.by_agent[agent.id]]
    inside = [s for s in shifts if 0 <= (s.start.astimezone(zone).date() - first).days < WEEK]
    paid = [row for shift in inside for row in shift.stretches if row.paid]
    hours = sum((row.end - row.start).total_seconds() for row in paid) / 3600
    own = replace(world.folder, agents=tuple(members))
    cost = roster_cost(own, Roster.of([row for s in inside for row in s.stretches]), first, 1).total if members else 0.0
    table = np.array([[a.get("occupancy"), a.get("duty_h")] for a in report.agents if a.agent_id in names])
    known = table[np.isfinite(table).all(axis=1)] if len(table) else np.zeros((0, 2))
    duty = known[:, 1].sum()
    return Team(len(members), hours, cost, float(known[:, 0] @ known[:, 1] / duty) if duty > 0 else float("nan"))
