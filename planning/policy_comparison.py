"""Routing policies compared on a plan's roster, with the same customers; and a cap on how unevenly they load people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from capacity.policies import POLICIES
from capacity.servers import make_servers, with_seats
from capacity.service import ServiceReport
from domain.history import Floats
from domain.people import Route
from domain.progress import Control
from planning.steps import WEEK, simulate_roster
from planning.whatif.world import World

REPLICATIONS = 60
"""Simulated horizons of each policy; all policies meet the same customers."""

US = "comparative advantage"


class Step(NamedTuple):
    """One step towards an even load: how coarse weights are, in logs, and from which on a queue is first line."""

    weight: float
    first_line: float = math.inf


LADDER = (
    Step(1e-9),
    *(Step(step) for step in (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, math.inf)),
    *(Step(math.inf, line) for line in (0.95, 0.9, 0.8, 0.7, 0.0)),
)


@dataclass(frozen=True)
class PolicyResult:
    """One policy's simulated service over the first week, all queues together, with 95 % intervals.

    Attributes
    ----------
    policy : str
    routes : tuple of Route
    figures : dict of str to (float, float, float)
        Value, low and high of ``mean_wait_s``, ``service_level``, ``abandonment`` and ``fcr``.
    occupancy_sd : float
        Standard deviation of people's occupancy, by their time on duty: how unevenly the work lies.
    kept : bool
        Whether it keeps the spread that was asked for, if one was.
    """

    policy: str
    routes: tuple[Route, ...]
    figures: dict[str, tuple[float, float, float]]
    occupancy_sd: float
    kept: bool = True


def to_use(results: Sequence[PolicyResult]) -> PolicyResult:
    """Return what is handed out: our recommendation, held to the spread asked for where that can be."""
    ours = [result for result in results if result.policy.startswith(US) and result.kept]
    return ours[-1] if ours else results[0]


def compare_policies(
    world: World, *, spread: float | None = None, replications: int = REPLICATIONS, control: Control | None = None
) -> tuple[PolicyResult, ...]:
    """Simulate a plan's roster under every policy of `capacity.policies`, and under today's routing where it is given.

    Parameters
    ----------
    world : World
        The plan's own.
    spread : float, optional
        Also under our recommendation with people's occupancy held to this standard deviation.
    replications : int
    control : Control, optional
    """
    control = control or Control()
    scores, week = world.people.scores, world.options.week
    plans = {name: policy(world.folder, scores, week) for name, policy in POLICIES.items()}
    if world.folder.routing_current:
        plans["as routed today"] = world.folder.routing_current
    found: list[PolicyResult] = []
    for k, (name, routes) in enumerate(plans.items()):
        control.report("policies", k / len(plans), name)
        if control.stopping and found:
            return tuple(found)
        found.append(_result(name, routes, simulated(world, routes, replications)))
    if spread is not None:
        found.append(capped(world, plans[US], spread, replications, control))
    control.report("policies", 1.0, "")
    return tuple(found)


def capped(world: World, routes: Sequence[Route], spread: float, replications: int, control: Control) -> PolicyResult:
    """Route more alike until people's occupancy lies close enough together.

    Parameters
    ----------
    world : World
    routes : sequence of Route
    spread : float
        Standard deviation of occupancy that is allowed.
    replications : int
    control : Control

    Returns
    -------
    PolicyResult
        Of the first step that keeps the cap, else of the most even one, with ``kept`` false.

    Notes
    -----
    Who is a little better is asked first every time, which loads the best most. So weights are made coarser step by
    step, whoever has the same being asked in turn, the longest idle first; at last people join the first line of queues
    at which they are nearly as good.
    """
    best: PolicyResult | None = None
    for k, step in enumerate(LADDER):
        current = tuple(_coarser(route, step) for route in routes)
        result = _result(f"{US}, spread at most {spread:g}", current, simulated(world, current, replications))
        if best is None or result.occupancy_sd < best.occupancy_sd:
            best = result
        if best.occupancy_sd <= spread or control.stopping:
            break
        control.report("policies", k / len(LADDER), f"spread {result.occupancy_sd:.3f}")
    assert best is not None
    if best.occupancy_sd > spread:
        best = replace(best, policy=f"{US}, most even", kept=False)
    return best


def _coarser(route: Route, step: Step) -> Route:
    """Return a route with its weight rounded on the log scale, on the first line where the weight is high enough."""
    weight = 1.0
    if np.isfinite(step.weight) and route.weight > 0:
        weight = float(np.exp(np.round(np.log(route.weight) / step.weight) * step.weight))
    level = 1 if route.weight >= step.first_line else route.level
    return route.model_copy(update={"weight": round(weight, 4), "level": level})


def simulated(world: World, routes: Sequence[Route], replications: int) -> ServiceReport:
    """Simulate a plan's roster under other routes, with the plan's own customers."""
    options = world.options
    servers = make_servers(world.folder, world.people.scores, routes, options.week, WEEK * options.weeks)
    people = replace(world.people, servers=with_seats(world.folder, servers, world.roster.by_agent))
    return simulate_roster(
        world.folder,
        world.requirement,
        world.roster,
        people,
        options,
        Control(),
        replications=replications,
        seed=options.seed,
    )


def _result(name: str, routes: Sequence[Route], report: ServiceReport) -> PolicyResult:
    start = report.grid.days[0].isoformat()
    measures = ("mean_wait_s", "service_level", "abandonment", "fcr")
    figures = {measure: report.simulated("week", start, "all", measure) for measure in measures}
    return PolicyResult(name, tuple(routes), figures, occupancy_sd(report))


def occupancy_sd(report: ServiceReport) -> float:
    """Return how far people's occupancy lies apart, by their time on duty; elastic seats and experts are in it."""
    table: Floats = np.array([[row.get("occupancy"), row.get("duty_h")] for row in report.agents]).reshape(-1, 2)
    known = np.isfinite(table).all(axis=1) & (table[:, 1] > 0)
    if not known.any():
        return float("nan")
    busy, weight = table[known, 0], table[known, 1]
    mean = float(np.average(busy, weights=weight))
    return float(np.sqrt(np.average((busy - mean) ** 2, weights=weight)))
