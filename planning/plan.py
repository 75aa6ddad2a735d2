"""One plan from end to end: history, forecast, requirement, roster, simulated service."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from capacity.requirement import Requirement
from capacity.targets import TargetRow
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.progress import Control, Report
from domain.roster import Roster
from forecasting.forecast import Forecast
from forecasting.forecaster import make_forecast
from forecasting.overrides import apply_overrides
from planning.activity_notes import placed_activities
from planning.elastic_notes import elastic_notes
from planning.expected_service import expected_service
from planning.fairness_notes import fairness_notes
from planning.notes import notes_of
from planning.over_service import over_service
from planning.override_notes import override_notes
from planning.planned_changes import planned_change_notes
from planning.promises import target_results
from planning.result import Plan, Short, SolverSummary
from planning.risk import RiskPlan, risk_plan
from planning.rounds import Rostered, make_roster
from planning.seat_prices import prices_of
from planning.shrinkage import with_learned_shrinkage
from planning.steps import WEEK, Options, People, require_for, simulate_roster, targets_of
from planning.tier_service import tier_sentences
from planning.wish_results import wish_notes, wish_results
from scheduling.cost import roster_cost
from scheduling.fair_shares import fairness_rows
from scheduling.model import Model
from scheduling.result import Result
from scheduling.rules.validator import validate
from scheduling.shortage import Shortage, pooled_need, shortages
from scheduling.soft import soft_parts


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
    folder, lost = with_learned_shrinkage(folder, options.week)
    forecast, choices = make_forecast(
        folder.history, folder.centre, folder.events, options.week, days, seed=options.seed, control=control
    )
    overridden = apply_overrides(forecast, folder.overrides)
    forecast = overridden.forecast
    requirement = require_for(folder, forecast, options.week)
    risk = risk_plan(folder.centre, forecast, requirement, options.seed)
    rostered, requirement, people = make_roster(folder, forecast, requirement, options, control, risk)
    by_hand = override_notes(overridden.model, folder.overrides, folder.override_lines)
    changes = planned_change_notes(folder, options.week, days)
    extra = [*by_hand, *changes, *risk.notes(), *lost, *(note for choice in choices for note in choice.notes)]
    plan = finish(folder, forecast, requirement, rostered, people, options, control, extra, risk)
    return replace(plan, overridden=overridden, risk=risk)


def finish(
    folder: PlanningFolder,
    forecast: Forecast,
    requirement: Requirement,
    rostered: Rostered,
    people: People,
    options: Options,
    control: Control,
    extra_notes: Sequence[str] = (),
    risk: RiskPlan | None = None,
) -> Plan:
    """Certify a roster on fresh customers and lay everything out for the result files."""
    planned = requirement if risk is None else risk.planned(folder.centre, requirement)
    roster = rostered.roster
    broken = [
        v
        for v in validate(folder, roster, options.week, options.weeks, emergency=options.emergency, now=options.now)
        if v.hard
    ]
    if broken:
        raise AssertionError("the roster breaks hard rules: " + "; ".join(v.text for v in broken[:5]))
    # a cancelled search still hands out its roster with a simulated service
    final = Control(report=_final(control.report), cores=control.cores)
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
    results = target_results(targets, rostered.weeks, planned, report)
    # what falls due after the horizon is not simulated, and not missed
    missed = [t for t, row in zip(targets, results, strict=True) if not row.met and math.isfinite(row.simulated)]
    short = [
        Short(";".join(s.queues), s.start, s.end, s.agents, s.why, _parts(s, requirement))
        for model, result in rostered.weeks
        for s in shortages(model, result, roster, _within(missed, model, requirement))
    ]
    cost = roster_cost(folder, roster, options.week, options.weeks)
    peak, hours = elastic_use(folder, roster)
    wishes = wish_results(folder, roster, rostered.weeks, options.week)
    fair = bool(folder.previous) or options.weeks > 1
    fairness = tuple(fairness_rows(folder, roster, options.week, options.weeks)) if fair else ()
    over = over_service(results, rostered.weeks, requirement)
    kept = [] if risk is None else risk.kept_notes(results)
    said = [*kept, *wish_notes(folder, wishes), *fairness_notes(folder, fairness), *extra_notes]
    notes = notes_of(folder, requirement, people.servers, results, rostered.weeks, options.week, over, said)
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
        over_service=over,
        wishes=wishes,
        fairness=fairness,
        activities=placed_activities(folder, rostered.weeks),
        expected=expected_service(folder, requirement, roster, people, options, report),
        notes=(*tier_sentences(folder, report), *elastic_notes(folder, options, roster), *notes),
        seat_prices=prices_of(rostered.weeks),
    )


def _final(report: Report) -> Report:
    """Tell the last simulation's progress apart from that of the rounds."""
    return lambda step, share, note: report("final simulation" if step == "simulate" else step, share, note)


def _parts(short: Shortage, requirement: Requirement) -> tuple[float, ...]:
    """Share out what a pool lacks among its queues, in proportion to their work in the span."""
    grid = requirement.grid
    span = slice(max(grid.index_at(short.start), 0), max(grid.index_at(short.end), grid.index_at(short.start) + 1))
    rows = [requirement.queues.index(queue) for queue in short.queues]
    work = (requirement.volume[rows, span] * np.nan_to_num(requirement.aht_s[rows, span])).sum(axis=1)
    share = work / work.sum() if work.sum() > 0 else np.full(len(rows), 1.0 / len(rows))
    return tuple((short.agents * share).tolist())


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
    parts = {"cost": cost, "shortfall": shortfall, "wishes": 0.0, "fairness": 0.0}
    for model, result in rostered.weeks:
        for name, amount in soft_parts(model.soft, result.roll.tours).items():
            parts[name] = parts.get(name, 0.0) + amount
    if any(model.folder.activities for model, _ in rostered.weeks):
        parts["activities"] = sum(result.missing for result in results)
    objective = sum(parts.values())
    rest = objective - sum(result.least for result in results)
    gap = max(0.0, (objective - bound) / objective) if objective > 0 else 0.0
    decidable = min(1.0, max(0.0, (objective - bound) / rest)) if rest > 1e-6 * max(objective, 1.0) else None
    statuses = {result.status for result in results}
    status = "stopped" if "stopped" in statuses else "optimal" if statuses == {"optimal"} else "feasible"
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
