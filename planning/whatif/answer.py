"""The answer to a what-if: every figure of the base and of each scenario, with what it may be off by."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from capacity.roster_service import RATES, RosterService, roster_service
from capacity.service import ServiceReport
from domain.errors import StoppedError
from domain.history import Floats, Ints
from domain.progress import Control
from domain.scenario import Scenario
from planning.files.plan_in import PlanIn
from planning.steps import simulate_roster, targets_of
from planning.whatif.change import changed
from planning.whatif.fitting import fit
from planning.whatif.totals import ALL, WhatIfRow, cost_of, totals
from planning.whatif.world import World

DRIFT: Mapping[str, float] = {
    "mean_wait_s": 0.30,
    "service_level": 0.22,
    "abandonment": 0.35,
    "fcr": 0.35,
    "occupancy": 0.22,
    "share": 1.00,
}
"""Share of a change that the formulas may miss, either way: see `benchmarks/capacity/capacity.md`."""

REROUTED = 0.10
"""By how much FCR may be off besides, as a share of the change in occupancy: who is free decides who answers, and
people differ in FCR (reference centre, nine scenarios: nine queue-days in ten lie within .05 to .11 of it)."""

LEAST_OFF = 0.01
"""Whatever a scenario changes may be off by this share of a point or of a wait, or more."""

SHARES = frozenset({"service_level", "abandonment", "fcr", "occupancy", "share"})


@dataclass(frozen=True)
class Answer:
    """Rows of the scenarios answered, what there is to say, and which were left unanswered by a cancel."""

    rows: tuple[WhatIfRow, ...]
    simulated: bool
    notes: tuple[str, ...] = field(default=())
    left: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Window:
    """A queue (or all) over a day or a week."""

    queue: str
    queues: Ints
    scope: str
    start: str
    intervals: Ints


def answer(
    world: World,
    plan: PlanIn,
    scenarios: Sequence[Scenario],
    *,
    exact: bool = False,
    replications: int | None = None,
    control: Control | None = None,
) -> Answer:
    """Answer what scenarios would do to the service and the cost of a plan whose roster stays.

    Parameters
    ----------
    world : World
        The plan's own, from `base_world`.
    plan : PlanIn
    scenarios : sequence of Scenario
    exact : bool
        Simulate base and scenarios, with the same customers; else by formula.
    replications : int, optional
        Of each simulation.
    control : Control, optional

    Returns
    -------
    Answer
        For each scenario, queue (and all of them), day and week: offered contacts and every measure that applies;
        for the whole horizon also ``cost``, ``agent_hours`` (what the targets would need on contact duty) and
        ``targets_met``. Rates are NaN where nothing is offered.

    Notes
    -----
    By formula: what seats are worth is fitted to the plan's simulated days, so that the base is its simulation; a
    scenario is the base moved by what the fitted formula says of the change. The interval adds the simulation's own
    error to a share of the change.
    """
    control = control or Control()
    windows = list(_windows(world))
    report = _simulated(world, replications, control) if exact else plan.service
    # both ways of answering ask about the same world: FCR and what seats are worth are the plan's own
    fitted = fit(world, plan.service)
    fcr = {
        name: plan.service.simulated("week", plan.week.isoformat(), name, "fcr")[0]
        for name in world.folder.centre.queue_ids
    }
    before = None if exact else _formula(world, fitted)
    base_rows, base_cost = targets_of(world.folder, world.requirement), cost_of(world)
    rows: list[WhatIfRow] = []
    left: tuple[str, ...] = ()
    for k, scenario in enumerate(scenarios):
        control.report("what-if", k / max(len(scenarios), 1), scenario.name)
        there = changed(world, scenario, fcr, fitted)
        if before is not None:
            found = _by_formula(scenario.name, windows, report, before, _formula(there, fitted))
        else:
            found = _by_simulation(scenario.name, windows, report, _simulated(there, replications, control))
        if control.stopping:
            # cut short it would not have met the same customers as the base
            left = tuple(each.name for each in scenarios[k:])
            break
        rows += found
        rows += totals(scenario.name, plan, world, there, base_cost, base_rows, report, found)
    if left and not rows:
        raise StoppedError("stopped before any scenario was answered; nothing was written")
    control.report("what-if", 1.0, "")
    return Answer(tuple(rows), exact, () if exact else _unmodelled(world, scenarios), left)


def _unmodelled(world: World, scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Name the scenarios that move deferred work, which the formulas do not let wait on live queues."""
    deferred = [queue.id for queue in world.folder.centre.queues if queue.deferred]
    moved = [
        scenario.name
        for scenario in scenarios
        if deferred
        and (
            any(scenario.of(field, queue, 1.0) != 1.0 for field in ("volume", "aht") for queue in deferred)
            or any(shift.source in deferred or shift.to in deferred for shift in scenario.mix)
        )
    ]
    if not moved:
        return ()
    return (
        f"{', '.join(moved)}: more or less deferred work also makes calls and chats wait, which formulas leave out; "
        "--simulate tells",
    )


def _formula(world: World, fitted: dict[str, Floats]) -> RosterService:
    return roster_service(world.folder.centre, world.duty, world.need, fitted)


def _windows(world: World) -> Iterator[Window]:
    """Yield every queue, and all live ones, over every day and week on which they are open."""
    grid, centre = world.requirement.grid, world.folder.centre
    live = np.array([q for q, queue in enumerate(centre.queues) if not queue.deferred], dtype=np.int64)
    sets = [(name, np.array([q], dtype=np.int64)) for q, name in enumerate(centre.queue_ids)] + [(ALL, live)]
    for scope, length in (("day", 1), ("week", 7)):
        for first in range(0, len(grid.days), length):
            inside = np.flatnonzero((grid.day_of >= first) & (grid.day_of < first + length)).astype(np.int64)
            for name, queues in sets:
                yield Window(name, queues, scope, grid.days[first].isoformat(), inside)


def _by_formula(
    name: str,
    windows: Sequence[Window],
    report: ServiceReport,
    before: RosterService,
    after: RosterService,
) -> list[WhatIfRow]:
    rows = []
    live = next(window.queues for window in windows if window.queue == ALL)
    for window in windows:
        came = np.arange(len(before.offered)) if window.queue == ALL else window.queues
        old, new = (s.value("offered", came, window.intervals) for s in (before, after))
        seen = report.simulated(window.scope, window.start, window.queue, "offered")[0]
        # what chance brought the simulation beyond the volume planned for comes in every world
        drawn = seen / old if math.isfinite(seen) and old > 0 else 1.0
        new *= drawn
        rows.append(WhatIfRow(name, window.queue, window.scope, window.start, "offered", old * drawn, new, new, new))
        for measure in RATES:
            base, low, high = report.simulated(window.scope, window.start, window.queue, measure)
            was, becomes = (s.value(measure, window.queues, window.intervals) for s in (before, after))
            if not math.isfinite(base) or not math.isfinite(was):
                continue
            value = moved(measure, base, was, becomes)
            width = 0.5 * (high - low) if math.isfinite(high - low) else 0.0
            least = LEAST_OFF * (base if measure == "mean_wait_s" else 0.5) if value != base else 0.0
            if measure == "fcr":
                least += REROUTED * _change("occupancy", live, window.intervals, before, after)
            off = math.hypot(width, DRIFT[measure] * abs(value - base) + least)
            low, high = value - off, value + off
            if measure in SHARES:
                low, high = max(low, 0.0), min(high, 1.0)
            rows.append(
                WhatIfRow(name, window.queue, window.scope, window.start, measure, base, value, max(low, 0.0), high)
            )
    return rows


def _change(measure: str, queues: Ints, intervals: Ints, before: RosterService, after: RosterService) -> float:
    """Return by how much a measure changes, 0 where it is not known."""
    was, becomes = (service.value(measure, queues, intervals) for service in (before, after))
    return abs(becomes - was) if math.isfinite(was) and math.isfinite(becomes) else 0.0


def moved(measure: str, base: float, was: float, becomes: float) -> float:
    """Return the base moved as the formula moves: waits in proportion where they can be, shares by points."""
    if not math.isfinite(becomes):
        return math.nan
    if measure in SHARES and becomes != was and not 0.0 < becomes < 1.0:
        return becomes  # nothing, or everything, whatever the base is
    if measure == "mean_wait_s":
        if was > 0.02 * max(base, 1.0):
            return base * becomes / was
        return max(base + becomes - was, 0.0)
    return min(max(base + becomes - was, 0.0), 1.0)


def _by_simulation(name: str, windows: Sequence[Window], base: ServiceReport, found: ServiceReport) -> list[WhatIfRow]:
    rows = []
    for window in windows:
        place = (window.scope, window.start, window.queue)
        for measure in ("offered", *RATES):
            if window.queue == ALL and measure == "share":
                continue
            value, low, high = found.simulated(*place, measure)
            old = base.simulated(*place, measure)[0]
            if math.isfinite(value) or math.isfinite(old):
                rows.append(WhatIfRow(name, window.queue, *place[:2], measure, old, value, low, high))
    return rows


def _simulated(world: World, replications: int | None, control: Control) -> ServiceReport:
    return simulate_roster(
        world.folder,
        world.requirement,
        world.roster,
        world.people,
        world.options,
        control,
        replications=replications,
        seed=world.options.seed,
    )
