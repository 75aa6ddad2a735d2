"""One plan from end to end: history, forecast, requirement, roster, simulated service, and the rounds between."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from capacity.requirement import Requirement, require
from capacity.resolution import today_fcr
from capacity.routing import make_routes
from capacity.scores import Score, score_agents
from capacity.servers import make_servers
from capacity.service import ServiceReport
from capacity.simulation import simulate
from capacity.targets import TargetRow, target_rows
from domain.coverage import Coverage, Server
from domain.errors import ConflictError
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid, local_midnight, to_utc64
from domain.history import Floats
from domain.people import Route
from domain.progress import Control
from domain.roster import Roster
from forecasting.forecast import Forecast
from forecasting.forecaster import make_forecast
from forecasting.scenarios import scenarios
from planning.files.interval_files import open_intervals
from planning.learning import learn
from planning.notes import notes_of
from planning.promises import target_results
from planning.result import Plan, Short, SolverSummary
from scheduling.build import Model, build_model
from scheduling.conflicts import floor_conflicts, person_conflicts
from scheduling.cost import roster_cost
from scheduling.curves import Learned
from scheduling.handout import roster_of
from scheduling.rules.validator import validate
from scheduling.shortage import pooled_need, shortages
from scheduling.solve import Effort, Result, solve

WEEK = 7
SCENARIOS = 200
"""Scenario days behind ``probability_met``."""

ROUND_REPLICATIONS = 40
"""Replications of a round's simulation, before the final one."""


@dataclass(frozen=True)
class Options:
    """How a plan is made.

    Attributes
    ----------
    week : date
        First day.
    weeks : int
    seed : int
    effort : Effort
    rounds : int
        Most simulate-and-tighten rounds.
    replications : int or None
        Of the final simulation; None: until it is precise.
    emergency : bool
        Whether the emergency share of elastic seats holds.
    now : datetime or None
        From which elastic notice counts.
    """

    week: date
    weeks: int = 1
    seed: int = 1
    effort: Effort = field(default_factory=Effort)
    rounds: int = 4
    replications: int | None = None
    emergency: bool = False
    now: datetime | None = None


@dataclass(frozen=True)
class People:
    """Scores, routes and servers of a horizon."""

    scores: tuple[Score, ...]
    routes: tuple[Route, ...]
    recommended: tuple[Route, ...]
    servers: tuple[Server, ...]


@dataclass(frozen=True)
class Rostered:
    """The roster of a horizon, with the planning model of each week's last round."""

    roster: Roster
    weeks: tuple[tuple[Model, Result], ...]
    rounds: int
    seconds: float


def people_of(folder: PlanningFolder, options: Options) -> People:
    """Score the people and say how contacts will reach them: as the ACD routes today, else as we recommend."""
    scores = score_agents(folder, before=options.week)
    recommended = make_routes(folder, scores, before=options.week)
    routes = folder.routing_current or recommended
    servers = make_servers(folder, scores, routes, options.week, WEEK * options.weeks, emergency=options.emergency)
    return People(scores, routes, recommended, servers)


def backlog_of(folder: PlanningFolder, week: date) -> dict[str, float]:
    """Return the last backlog logged of each deferred queue before the week."""
    history = folder.history
    before = history.start < to_utc64(local_midnight(week, folder.centre.timezone))
    found = {}
    for q, queue in enumerate(folder.centre.queues):
        rows = np.flatnonzero(before & (history.queue == q) & np.isfinite(history.backlog))
        if queue.deferred and len(rows):
            found[queue.id] = float(history.backlog[rows[np.argmax(history.start[rows])]])
    return found


def require_for(
    folder: PlanningFolder, forecast: Forecast, week: date, planned_fcr: dict[str, float] | None = None
) -> Requirement:
    """Turn a forecast into the requirement of a centre as it is today."""
    return require(
        folder.centre,
        forecast,
        today_fcr=today_fcr(folder, week),
        backlog=backlog_of(folder, week),
        planned_fcr=planned_fcr,
    )


def open_of(folder: PlanningFolder, grid: IntervalGrid) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return the intervals in which each queue takes contacts: its hours, less closed events."""
    return open_intervals(folder.centre, grid, folder.events)


def targets_of(folder: PlanningFolder, requirement: Requirement) -> tuple[TargetRow, ...]:
    """List the promises of the horizon."""
    grid = requirement.grid
    return target_rows(folder.centre, grid, open_of(folder, grid), requirement.volume)


def simulate_roster(
    folder: PlanningFolder,
    requirement: Requirement,
    roster: Roster,
    people: People,
    options: Options,
    control: Control,
    *,
    forecast: Forecast | None = None,
    replications: int | None = None,
    seed: int | None = None,
) -> ServiceReport:
    """Simulate a roster; with a forecast, also the days that its uncertainty may bring."""
    carried = [
        replace(row, shift_id=f"before/{row.shift_id}") for row in folder.previous if row.end > requirement.grid.start
    ]
    on_duty = Roster.of((*roster.stretches, *carried)) if carried else roster
    coverage = Coverage.of_roster(on_duty, people.servers, folder.centre.queue_ids, requirement.grid)
    volumes = None
    if forecast is not None:
        paths = scenarios(forecast, SCENARIOS, np.random.default_rng([options.seed, 7]))
        base = np.where(forecast.mean > 0, forecast.mean, 1.0)
        volumes = paths / base * requirement.volume
    return simulate(
        coverage,
        requirement,
        folder.centre,
        seed=options.seed if seed is None else seed,
        replications=replications,
        scenarios=volumes,
        backlog=backlog_of(folder, options.week),
        targets=targets_of(folder, requirement),
        control=control,
        is_open=open_of(folder, requirement.grid),
    )


def roster_weeks(
    folder: PlanningFolder,
    requirement: Requirement,
    people: People,
    options: Options,
    control: Control,
    *,
    learned: Sequence[Learned | None] | None = None,
    start: Sequence[Result] | None = None,
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
        )
        conflicts = person_conflicts(model)
        if conflicts:
            raise ConflictError(conflicts)
        result = solve(
            model, seed=options.seed, effort=options.effort, control=control, start=start[w] if start else None
        )
        if result.floor_gap > 0:
            raise ConflictError(floor_conflicts(model, result))
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
    folder: PlanningFolder, forecast: Forecast | None, requirement: Requirement, options: Options, control: Control
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

    Returns
    -------
    tuple
        The roster, the requirement it was made for, and the people.
    """
    begun = time.perf_counter()
    people = people_of(folder, options)
    learned: list[Learned | None] | None = None
    start: list[Result] | None = None
    effort = options.effort
    rounds = 0
    planned = [queue.id for queue in folder.centre.queues if queue.planned_fcr is not None]
    best: tuple[float, Roster, tuple[tuple[Model, Result], ...], Requirement] | None = None
    while True:
        rounds += 1
        part = replace(options, effort=effort)
        roster, weeks = roster_weeks(folder, requirement, people, part, control, learned=learned, start=start)
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
        if best is None or value < best[0]:
            best = (value, roster, weeks, requirement)
        settled = rounds > 1 and _settled(weeks, report)
        if rounds >= options.rounds or settled or control.stopping:
            break
        learned = [learn(model, result, _week_report(report, model), model.learned) for model, result in weeks]
        start = [result for _, result in weeks]
        if planned and forecast is not None:
            own = {q: report.simulated("week", options.week.isoformat(), q, "fcr")[0] for q in planned}
            requirement = require_for(
                folder, forecast, options.week, {q: value for q, value in own.items() if np.isfinite(value)}
            )
        effort = effort.model_copy(update={"passes": max(1, effort.passes - 1)})
    _, roster, weeks, requirement = best
    return Rostered(roster, weeks, rounds, time.perf_counter() - begun), requirement, people


def _seen_objective(model: Model, result: Result, report: ServiceReport) -> float:
    """Return cost and the price of the misses that a simulation finds: by this the rounds' rosters are compared."""
    total = result.pay + result.elastic
    for r, i in enumerate(model.rows.tolist()):
        target = model.targets[i]
        seen = report.simulated(target.scope, target.start, model.folder.centre.queue_ids[target.queue], target.measure)
        if np.isfinite(seen[0]):
            total += float(model.instance.service.price[r]) * target.miss(seen[0])
    return total


def _week_report(report: ServiceReport, model: Model) -> ServiceReport:
    """Return the part of a report that lies in a model's week."""
    days = set(model.intervals.days)
    rows = tuple(row for row in report.rows if row.scope != "day" or date.fromisoformat(row.start) in days)
    return ServiceReport(model.intervals, report.queues, rows, report.replications)


def _settled(weeks: Sequence[tuple[Model, Result]], report: ServiceReport) -> bool:
    """Tell whether what was promised is what the simulation finds, to 5 % of each limit."""
    for model, result in weeks:
        for r, i in enumerate(model.rows.tolist()):
            target = model.targets[i]
            queue = model.folder.centre.queue_ids[target.queue]
            seen = report.simulated(target.scope, target.start, queue, target.measure)[0]
            if np.isfinite(seen) and target.miss(seen) > target.miss(float(result.values[r])) + 0.02:
                return False
            slack = target.limit - seen if target.upper else seen - target.limit
            mine = target.limit - result.values[r] if target.upper else result.values[r] - target.limit
            if target.measure in {"service_level"} and slack > 0.02 and mine < 0.01:
                return False
    return True


def make_plan(folder: PlanningFolder, options: Options, control: Control) -> Plan:
    """Plan a centre's week (or weeks).

    Parameters
    ----------
    folder : PlanningFolder
        Only history before the week is used.
    options : Options
    control : Control

    Raises
    ------
    ConflictError
        If no roster satisfies the hard rules.
    StoppedError
        If stopped before a legal roster was found.
    """
    days = WEEK * options.weeks
    forecast, choices = make_forecast(
        folder.history, folder.centre, folder.events, options.week, days, seed=options.seed, control=control
    )
    requirement = require_for(folder, forecast, options.week)
    rostered, requirement, people = make_roster(folder, forecast, requirement, options, control)
    extra = [note for choice in choices for note in choice.notes]
    return finish(folder, forecast, requirement, rostered, people, options, control, extra)


def finish(
    folder: PlanningFolder,
    forecast: Forecast,
    requirement: Requirement,
    rostered: Rostered,
    people: People,
    options: Options,
    control: Control,
    extra_notes: Sequence[str] = (),
) -> Plan:
    """Certify a roster on fresh customers and lay everything out for the result files."""
    roster = rostered.roster
    broken = [
        v
        for v in validate(folder, roster, options.week, options.weeks, emergency=options.emergency, now=options.now)
        if v.hard
    ]
    if broken:
        raise AssertionError("the roster breaks hard rules: " + "; ".join(v.text for v in broken[:5]))
    # a cancelled search still hands out its roster with a simulated service
    final = Control(report=control.report, cores=control.cores)
    report = simulate_roster(
        folder,
        requirement,
        roster,
        people,
        options,
        final,
        forecast=forecast,
        replications=options.replications or (24 if control.stopping else None),
    )
    targets = targets_of(folder, requirement)
    results = target_results(targets, rostered.weeks, requirement, report)
    missed = [target for target, row in zip(targets, results, strict=True) if not row.met]
    short = [
        Short(";".join(s.queues), s.start, s.end, s.agents, s.why)
        for model, result in rostered.weeks
        for s in shortages(model, result, roster, _within(missed, model, requirement))
    ]
    cost = roster_cost(folder, roster, options.week, options.weeks)
    peak, hours = elastic_use(folder, roster)
    return Plan(
        folder=folder,
        week=options.week,
        seed=options.seed,
        forecast=forecast,
        requirement=requirement,
        roster=roster,
        scores=people.scores,
        routes=people.recommended,
        service=report,
        cost=cost,
        solver=summary(rostered),
        targets=results,
        elastic_peak_share=peak,
        elastic_hours=hours,
        short=tuple(short),
        pooled_agents=_pooled_agents(requirement, rostered.weeks),
        notes=notes_of(folder, requirement, people.servers, results, rostered.weeks, options.week, extra_notes),
    )


def _pooled_agents(requirement: Requirement, weeks: Sequence[tuple[Model, Result]]) -> Floats:
    """Share out each pool's need among its queues, in proportion to what each would need alone."""
    agents = np.nan_to_num(requirement.agents).copy()
    for model, _ in weeks:
        low = requirement.grid.index_at(model.intervals.start)
        part = slice(low, low + model.intervals.size)
        for pool, need in zip(model.pools, pooled_need(model), strict=True):
            if pool.deferred:
                continue
            alone = agents[list(pool.queues), part]
            total = alone.sum(axis=0)
            agents[list(pool.queues), part] = alone * np.where(total > 0, need / np.where(total > 0, total, 1.0), 0.0)
    return agents


def _within(targets: Sequence[TargetRow], model: Model, requirement: Requirement) -> list[TargetRow]:
    """Return the targets of a model's week, their intervals counted from the week's start."""
    low = requirement.grid.index_at(model.intervals.start)
    days = {day.isoformat() for day in model.intervals.days}
    return [replace(t, intervals=t.intervals - low) for t in targets if t.start[:10] in days]


def summary(rostered: Rostered) -> SolverSummary:
    """Add up the weeks' proofs."""
    results = [result for _, result in rostered.weeks]
    cost = sum(result.pay + result.elastic for result in results)
    shortfall = sum(result.shortfall for result in results)
    bound = sum(result.bound for result in results)
    objective = cost + shortfall
    rest = objective - sum(result.least for result in results)
    gap = max(0.0, (objective - bound) / objective) if objective > 0 else 0.0
    decidable = min(1.0, max(0.0, (objective - bound) / rest)) if rest > 1e-6 * max(objective, 1.0) else None
    statuses = {result.status for result in results}
    status = "stopped" if "stopped" in statuses else "optimal" if statuses == {"optimal"} else "feasible"
    parts = {"cost": cost, "shortfall": shortfall, "wishes": 0.0, "fairness": 0.0}
    return SolverSummary(status, parts, objective, bound, gap, decidable, rostered.seconds, rostered.rounds)


def elastic_use(folder: PlanningFolder, roster: Roster) -> tuple[float, float]:
    """Return the peak of elastic seats as a share of core heads, and their hours."""
    changes: dict[datetime, int] = {}
    hours = 0.0
    for shift in roster.shifts:
        if shift.pool == "elastic":
            changes[shift.start] = changes.get(shift.start, 0) + 1
            changes[shift.end] = changes.get(shift.end, 0) - 1
            hours += (shift.end - shift.start).total_seconds() / 3600
    busy = peak = 0
    for moment in sorted(changes):
        busy += changes[moment]
        peak = max(peak, busy)
    first = min((shift.start for shift in roster.shifts), default=datetime.max.replace(tzinfo=UTC))
    heads = sum(
        agent.pool == "core" and (agent.hired_on is None or agent.hired_on <= first.date()) for agent in folder.agents
    )
    return (peak / heads if heads else 0.0), hours
