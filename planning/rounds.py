"""Solve, simulate, correct the planning model, and solve again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from capacity.requirement import Requirement
from capacity.service import ServiceReport
from domain.errors import ConflictError, StoppedError
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid, local_midnight
from domain.progress import ROUND, Control
from domain.roster import Roster
from forecasting.forecast import Forecast
from planning.learning import learn
from planning.pin_conflicts import pin_conflicts
from planning.risk import RiskPlan
from planning.steps import WEEK, Options, People, people_of, require_for, simulate_roster, targets_of
from scheduling.build import build_model
from scheduling.conflicts import activity_conflicts, elastic_conflicts, floor_conflicts, person_conflicts
from scheduling.curves import Learned
from scheduling.handout import roster_of
from scheduling.model import Model
from scheduling.off_peak import solve_off_peak
from scheduling.result import Result
from scheduling.soft_price import soft_costs
from scheduling.solve import enough_lower

ROUND_REPLICATIONS = 400
"""Replications of a round's simulation, before the final one."""

WIDE_ROUNDS = 2
"""Rounds that may change everything; later ones touch up the best roster so far, near which what it taught holds."""


@dataclass(frozen=True)
class Rostered:
    """The roster of a horizon, with the planning model of each week's last round."""

    roster: Roster
    weeks: tuple[tuple[Model, Result], ...]
    rounds: int
    seconds: float


@dataclass(frozen=True)
class _Round:
    """One round's roster, simulated; ``value`` is its cost and the price of the misses seen."""

    value: float
    roster: Roster
    weeks: tuple[tuple[Model, Result], ...]
    requirement: Requirement
    report: ServiceReport


def roster_weeks(
    folder: PlanningFolder,
    requirement: Requirement,
    people: People,
    options: Options,
    control: Control,
    *,
    learned: Sequence[Learned | None] | None = None,
    start: Sequence[Result] | None = None,
    touch_up: bool = False,
) -> tuple[Roster, tuple[tuple[Model, Result], ...]]:
    """Roster week after week, each with those before it as history.

    Raises
    ------
    ConflictError
        If the hard rules of a person, or minimum staff, cannot be kept.
    """
    previous = list(folder.previous)
    done: list[tuple[Model, Result]] = []
    for w in range(options.weeks):
        first = options.week + timedelta(days=WEEK * w)
        part = week_of(requirement, folder, first)
        model = build_model(
            folder,
            part,
            targets_of(folder, part),
            people.servers,
            first,
            learned=learned[w] if learned else None,
            previous=previous,
            emergency=options.emergency,
            now=options.now or local_midnight(options.week, folder.centre.timezone) - timedelta(days=WEEK),
            weeks_after=options.weeks - 1 - w,
            soft=soft_costs(folder, previous, first, fair=bool(folder.previous) or options.weeks > 1),
        )
        conflicts = (*elastic_conflicts(model), *activity_conflicts(model), *person_conflicts(model))
        if conflicts:
            raise ConflictError(conflicts)
        result = solve_off_peak(
            model,
            seed=options.seed,
            effort=options.effort,
            control=control,
            start=start[w] if start else None,
            touch_up=touch_up,
        )
        if result.floor_gap > 0 and control.stopping:
            raise StoppedError("stopped before a roster was found that keeps minimum staff; nothing was written")
        if result.floor_gap > 0:
            raise ConflictError(floor_conflicts(model, result, enough_lower(model, result, options.seed, control)))
        done.append((model, result))
        previous += roster_of(model, result.roll).stretches
    rows = [stretch for model, result in done for stretch in roster_of(model, result.roll).stretches]
    return Roster.of(rows), tuple(done)


def week_of(requirement: Requirement, folder: PlanningFolder, first: date) -> Requirement:
    """Return one week of a requirement."""
    grid = IntervalGrid.of_days(first, WEEK, folder.centre.timezone, requirement.grid.step_minutes)
    low = requirement.grid.index_at(grid.start)
    part = slice(low, low + grid.size)
    arrays = ("volume", "aht_s", "agents", "scheduled_agents", "mean_wait_s", "service_level", "abandonment")
    columns = {name: getattr(requirement, name)[:, part] for name in (*arrays, "occupancy")}
    return Requirement(grid=grid, queues=requirement.queues, **columns)


def make_roster(
    folder: PlanningFolder,
    forecast: Forecast | None,
    requirement: Requirement,
    options: Options,
    control: Control,
    risk: RiskPlan | None = None,
) -> tuple[Rostered, Requirement, People]:
    """Solve, simulate, correct the planning model, and solve again.

    Parameters
    ----------
    folder : PlanningFolder
    forecast : Forecast or None
        Where given, queues with a planned FCR get the volume of the roster's own FCR.
    requirement : Requirement
    options : Options
    control : Control
    risk : RiskPlan, optional
        Where given, every round plans and simulates the volume that it allows for.

    Returns
    -------
    tuple
        The roster, the requirement it was made for (without that allowance), and the people.
    """
    begun = time.perf_counter()
    people = people_of(folder, options)
    planned = [queue.id for queue in folder.centre.queues if queue.planned_fcr is not None]
    control.report(ROUND, 0.0, f"1 of at most {options.rounds}")
    best = _round(folder, requirement, people, options, control, risk, None)
    last, rounds = best, 1
    while rounds < options.rounds and not control.stopping and not (rounds > 1 and _settled(last.weeks, last.report)):
        touch_up = rounds >= WIDE_ROUNDS
        basis = best if touch_up else last
        if planned and forecast is not None:
            own = {q: basis.report.simulated("week", options.week.isoformat(), q, "fcr")[0] for q in planned}
            requirement = require_for(
                folder, forecast, options.week, {q: value for q, value in own.items() if np.isfinite(value)}
            )
        control.report(ROUND, rounds / options.rounds, f"{rounds + 1} of at most {options.rounds}")
        last = _round(folder, requirement, people, options, control, risk, basis, touch_up=touch_up)
        rounds += 1
        if last.value < best.value:
            best = last
    conflicts = pin_conflicts(folder, best.roster, options)
    if conflicts:
        raise ConflictError(conflicts)
    return Rostered(best.roster, best.weeks, rounds, time.perf_counter() - begun), best.requirement, people


def _round(
    folder: PlanningFolder,
    requirement: Requirement,
    people: People,
    options: Options,
    control: Control,
    risk: RiskPlan | None,
    basis: _Round | None,
    *,
    touch_up: bool = False,
) -> _Round:
    """Solve with what an earlier round taught, and simulate the roster."""
    plain = requirement
    requirement = plain if risk is None else risk.planned(folder.centre, plain)
    learned = start = None
    if basis is not None:
        weeks = basis.weeks
        learned = [learn(model, result, _week_report(basis.report, model), model.learned) for model, result in weeks]
        start = [result for _, result in weeks]
    roster, weeks = roster_weeks(
        folder, requirement, people, options, control, learned=learned, start=start, touch_up=touch_up
    )
    report = simulate_roster(
        folder,
        requirement,
        roster,
        people,
        options,
        control,
        replications=ROUND_REPLICATIONS,
        seed=options.seed + 1000,
    )
    value = sum(_seen_objective(model, result, report) for model, result in weeks)
    return _Round(value, roster, weeks, plain, report)


def _week_report(report: ServiceReport, model: Model) -> ServiceReport:
    """Return the part of a report that lies in a model's week."""
    days = set(model.intervals.days)
    rows = tuple(row for row in report.rows if row.scope != "day" or date.fromisoformat(row.start) in days)
    return ServiceReport(model.intervals, report.queues, rows, report.replications)


def _seen_objective(model: Model, result: Result, report: ServiceReport) -> float:
    """Return cost, soft costs and the price of the misses that a simulation finds: by this rounds are compared."""
    total = result.pay + result.elastic + result.soft + result.missing
    for r, i in enumerate(model.rows.tolist()):
        target = model.targets[i]
        seen = report.simulated(target.scope, target.start, model.folder.centre.queue_ids[target.queue], target.measure)
        if np.isfinite(seen[0]):
            total += float(model.prices[r]) * target.miss(seen[0])
    return total


def _settled(weeks: Sequence[tuple[Model, Result]], report: ServiceReport) -> bool:
    """Tell whether what was promised is what the simulation finds, and every wait as good."""
    for model, result in weeks:
        for r, i in enumerate(model.rows.tolist()):
            target = model.targets[i]
            queue = model.folder.centre.queue_ids[target.queue]
            seen = report.simulated(target.scope, target.start, queue, target.measure)[0]
            room = 0.02 if target.measure == "fcr" else 0.0
            if np.isfinite(seen) and target.miss(seen) > target.miss(float(result.values[r])) + room:
                return False
            slack = target.limit - seen if target.upper else seen - target.limit
            mine = target.limit - result.values[r] if target.upper else result.values[r] - target.limit
            if target.measure in {"service_level"} and slack > 0.02 and mine < 0.01:
                return False
    return True
