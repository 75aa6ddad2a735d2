"""A published plan repaired: the past held, the model taught, each week mended, the result certified like a plan."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta

from capacity.service import ServiceReport
from domain.grid import local_midnight
from domain.progress import Control
from domain.roster import Roster
from forecasting.forecast import Forecast
from planning.files.plan_in import PlanIn
from planning.plan import finish
from planning.promises import target_results
from planning.repair.changes import Change, changes_between
from planning.repair.frozen import hold_past, left_out
from planning.repair.week import RepairTerms, broken_rules, repaired_week
from planning.repair.words import repair_notes
from planning.result import Plan, TargetResult
from planning.rounds import Rostered
from planning.steps import WEEK, Options, people_of, simulate_roster, targets_of
from planning.whatif.world import World
from scheduling.change_price import usual_price
from scheduling.cost import roster_cost


@dataclass(frozen=True)
class Repair:
    """A repaired plan beside what was published.

    Attributes
    ----------
    plan : Plan
    changes : tuple of Change
    lost : int
        Agent-days whose published shift cannot be worked any more: not changed by choice.
    price : float
        Of a changed agent-day.
    stages : tuple of str
        How far the repair of each week went.
    before : ServiceReport
        The published roster in the world of now, its impossible shifts left out, simulated.
    targets_before : tuple of TargetResult
    cost_published, cost_before : float
        What the published roster cost when it was published, and without its impossible shifts now.
    """

    plan: Plan
    changes: tuple[Change, ...]
    lost: int
    price: float
    stages: tuple[str, ...]
    before: ServiceReport
    targets_before: tuple[TargetResult, ...]
    cost_published: float
    cost_before: float


def make_repair(
    world: World, base: World, plan: PlanIn, forecast: Forecast, options: Options, terms: RepairTerms, control: Control
) -> Repair:
    """Repair a published plan for the world of now.

    Parameters
    ----------
    world : World
        The folder as it is, and what comes now.
    base : World
        The same folder with what was planned for.
    plan : PlanIn
    forecast : Forecast
        Of the world of now; written beside the repaired roster.
    options : Options
        ``now`` is when elastic seats may be called from.
    terms : RepairTerms
    control : Control

    Raises
    ------
    ConflictError
        If somebody has no legal week any more, or minimum staff cannot be kept.
    """
    begun = time.perf_counter()
    zone = world.folder.centre.timezone
    start = local_midnight(options.week, zone)
    since = max(terms.since or start, start)
    called = (options.now or start - timedelta(days=WEEK)) + timedelta(
        hours=world.folder.centre.elastic.notice_h if world.folder.centre.elastic else 0.0
    )
    folder = hold_past(world.folder, plan.roster, options.week, since, called)
    price = usual_price(folder) if terms.change_price is None else terms.change_price
    people = people_of(folder, options)
    people = replace(people, servers=world.with_roster(plan.roster).people.servers)
    broken = broken_rules(folder, plan.roster, options)
    previous, weeks = list(folder.previous), []
    for w in range(options.weeks):
        week = repaired_week(world, base, folder, plan, people, options, terms, w, price, broken, previous, control)
        weeks.append(week)
        previous += week.roster.stretches
    rostered = Rostered(
        Roster.of(row for week in weeks for row in week.roster.stretches),
        tuple((week.model, week.result) for week in weeks),
        1,
        time.perf_counter() - begun,
    )
    made = finish(folder, forecast, world.requirement, rostered, people, options, control)
    unrepaired = Roster.of(row for week in weeks for row in week.before.stretches)
    before = simulate_roster(
        folder,
        world.requirement,
        unrepaired,
        people,
        options,
        Control(cores=control.cores),
        replications=made.service.replications or None,
    )
    changes = changes_between(
        folder, plan.roster, rostered.roster, {key: why for week in weeks for key, why in week.why.items()}
    )
    found = Repair(
        plan=made,
        changes=changes,
        lost=sum(int(week.published.lost.sum()) for week in weeks),
        price=price,
        stages=tuple(week.result.stage for week in weeks),
        before=before,
        targets_before=target_results(targets_of(folder, world.requirement), (), world.requirement, before),
        cost_published=float(plan.document["cost"]["total"]),
        cost_before=roster_cost(folder, unrepaired, options.week, options.weeks).total,
    )
    notes = (*repair_notes(found, plan.document), *left_out(world.folder, folder), *made.notes)
    return replace(found, plan=replace(made, notes=notes))
