"""Trace the frontier: one planning model, solved again and again under a rising cap, each roster simulated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from capacity.requirement import Requirement
from capacity.servers import elastic_cap
from domain.errors import ConflictError, InputError, Problem
from domain.folder import PlanningFolder
from domain.progress import Control
from domain.roster import Roster
from forecasting.forecast import Forecast
from forecasting.forecaster import make_forecast
from forecasting.overrides import apply_overrides
from planning.frontier.points import Frontier, FrontierPoint
from planning.plan import elastic_use
from planning.promises import target_results
from planning.risk import RiskPlan, risk_plan
from planning.rounds import make_roster, roster_weeks
from planning.shrinkage import with_learned_shrinkage
from planning.steps import WEEK, Options, People, people_of, require_for, simulate_roster, targets_of
from scheduling.capped import best_within, capped
from scheduling.conflicts import elastic_conflicts, floor_conflicts
from scheduling.cost import roster_cost
from scheduling.handout import roster_of
from scheduling.model import Model
from scheduling.off_peak import solve_off_peak
from scheduling.result import Effort, Result
from scheduling.rules.validator import validate
from scheduling.seat_prices import SeatPrices, bookable_of, seat_prices

MEASURE_ONLY = Effort(ascent=60, steps=0, chains=1, passes=0, moves=0, assembly=0.0)
"""Work given to a roster that is only to be measured in another model."""

LEAST_REPLICATIONS = 24
"""Replications of each point once the work is to stop."""


def trace_frontier(folder: PlanningFolder, options: Options, shares: Sequence[float], control: Control) -> Frontier:
    """Plan a centre's week under each of several caps on elastic seats, from its history on.

    Parameters
    ----------
    folder : PlanningFolder
        With elastic seats; only history before the week is used.
    options : Options
        Of one week; `emergency` does not matter, since the shares are the caps.
    shares : sequence of float
        Caps as a share of the core heads.
    control : Control

    Raises
    ------
    InputError
        If the centre has no elastic seats.
    ConflictError
        If no roster satisfies the hard rules, whatever the cap.
    """
    if folder.centre.elastic is None:
        expected = "a section [elastic] with hourly_cost and queues; without it there are no seats to choose a cap for"
        raise InputError([Problem("centre.toml", column="elastic", expected=expected)])
    folder, _ = with_learned_shrinkage(folder, options.week)
    made, _ = make_forecast(
        folder.history, folder.centre, folder.events, options.week, WEEK, seed=options.seed, control=control
    )
    forecast = apply_overrides(made, folder.overrides).forecast
    requirement = require_for(folder, forecast, options.week)
    risk = risk_plan(folder.centre, forecast, requirement, options.seed)
    return frontier_of(folder, forecast, requirement, options, shares, control, risk)


def frontier_of(
    folder: PlanningFolder,
    forecast: Forecast | None,
    requirement: Requirement,
    options: Options,
    shares: Sequence[float],
    control: Control,
    risk: RiskPlan | None = None,
) -> Frontier:
    """Roster one requirement under each of several caps; the parameters are those of `planning.rounds.make_roster`.

    Notes
    -----
    1. The week is planned, simulated and tightened as `planning.plan` does, under the centre's own cap, or the nearest
    of those asked for that holds what is pinned. What that teaches of the curves is taken for all points, so that they
    are rosters of one planning model and differ by their cap alone.
    2. From the smallest cap up, each is solved from the last point's roster and prices.
    3. A roster of a smaller cap is legal under a larger one, and one of a larger cap that stays under a smaller is
    legal there: each point takes the best of all that are legal under it, so that the objective never rises with the
    cap. A bound of a larger cap holds for a smaller one as well, so the bounds never rise either.
    4. Every point's roster is checked by the validator under its own cap and simulated with the same customers.
    """
    pool = folder.centre.elastic
    assert pool is not None
    options = replace(options, weeks=1, emergency=False)
    caps = sorted({float(share) for share in shares})
    least = _least_pinned(folder)
    able = [share for share in caps if elastic_cap(with_share(folder, share), options.week) >= least] or caps[-1:]
    nearest = min(able, key=lambda share: abs(share - pool.share))
    own, requirement, _ = make_roster(with_share(folder, nearest), forecast, requirement, options, control, risk)
    largest = with_share(folder, caps[-1])
    people = people_of(largest, options)
    planned = requirement if risk is None else risk.planned(folder.centre, requirement)
    learned, start = [model.learned for model, _ in own.weeks], [result for _, result in own.weeks]
    light = replace(options, effort=MEASURE_ONLY)
    _, ((model, measured),) = roster_weeks(
        largest, planned, people, light, control, learned=learned, start=start, touch_up=True
    )
    solved, notes = _solved(folder, model, measured, caps, options, control)
    points = []
    for share, seats, result in solved:
        under = capped(model, seats)
        prices = seat_prices(under, result, bookable=bookable_of(model))
        points.append(_point(with_share(folder, share), under, result, prices, requirement, people, options, control))
    return Frontier(folder, tuple(points), tuple(notes))


def with_share(folder: PlanningFolder, share: float) -> PlanningFolder:
    """Return a planning folder with another cap on its elastic seats."""
    pool = folder.centre.elastic
    assert pool is not None
    elastic = pool.model_copy(update={"share": share})
    return replace(folder, centre=folder.centre.model_copy(update={"elastic": elastic}))


def _least_pinned(folder: PlanningFolder) -> int:
    """Return the highest number of a pinned elastic seat: a smaller cap cannot hold it."""
    numbers = [pin.agent_id.rpartition("-")[2] for pin in folder.pins if pin.pool == "elastic"]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _solved(
    folder: PlanningFolder,
    model: Model,
    measured: Result,
    shares: Sequence[float],
    options: Options,
    control: Control,
) -> tuple[list[tuple[float, int, Result]], list[str]]:
    """Return the best roster under each cap, by rising cap, and which caps cannot hold what is pinned."""
    notes: list[str] = []
    caps: dict[float, int] = {}
    for share in shares:
        seats = elastic_cap(with_share(folder, share), options.week)
        if elastic_conflicts(capped(model, seats)):
            notes.append(f"A cap of {100 * share:g} % is left out: more elastic blocks are pinned than it allows.")
        else:
            caps[share] = seats
    if not caps:
        raise ConflictError(elastic_conflicts(capped(model, elastic_cap(with_share(folder, shares[-1]), options.week))))
    found: dict[int, Result] = {}
    last = measured
    for k, seats in enumerate(sorted(set(caps.values()))):
        control.report("frontier", k / len(caps), f"cap of {seats} seats")
        under = capped(model, seats)
        start = replace(last, roll=best_within(under, [last]).roll)
        found[seats] = solve_off_peak(under, seed=options.seed, effort=options.effort, control=control, start=start)
        last = best_within(under, [found[seats], *found.values(), measured])
    control.report("frontier", 1.0, "")
    best: dict[int, Result] = {}
    open_floor: dict[int, Result] = {}
    proven = -math.inf
    for seats in sorted(found, reverse=True):
        # what cannot be undercut with more seats cannot be undercut with fewer
        proven = max(proven, found[seats].bound)
        taken = best_within(capped(model, seats), [*found.values(), measured])
        mine = found[seats]
        if taken.floor_gap > 0:
            open_floor[seats] = taken
            continue
        status = "optimal" if taken.objective <= proven * (1 + 1e-9) else mine.status
        best[seats] = replace(
            taken, bound=min(proven, taken.objective), prices=mine.prices, least=mine.least, status=status
        )
    if not best:
        seats = max(open_floor)
        raise ConflictError(floor_conflicts(capped(model, seats), open_floor[seats]))
    notes += [
        f"A cap of {100 * share:g} % is left out: minimum staff was not kept under it."
        for share, seats in caps.items()
        if seats in open_floor
    ]
    return [(share, seats, best[seats]) for share, seats in caps.items() if seats in best], notes


def _point(
    folder: PlanningFolder,
    model: Model,
    result: Result,
    prices: SeatPrices | None,
    requirement: Requirement,
    people: People,
    options: Options,
    control: Control,
) -> FrontierPoint:
    """Lay out one point: the roster checked and simulated under its own cap."""
    assert folder.centre.elastic is not None
    share = folder.centre.elastic.share
    roster = roster_of(model, result.roll)
    _check(folder, roster, options)
    control.report("points", 0.0, f"cap of {100 * share:g} %")
    replications = options.replications or (LEAST_REPLICATIONS if control.stopping else None)
    calm = Control(cores=control.cores)
    report = simulate_roster(folder, requirement, roster, people, options, calm, replications=replications)
    targets = target_results(targets_of(folder, requirement), (), requirement, report)
    judged = [row for row in targets if np.isfinite(row.simulated)]
    peak, hours = elastic_use(folder, roster)
    return FrontierPoint(
        share=share,
        seats=len(model.elastic_ids),
        roster=roster,
        cost=roster_cost(folder, roster, options.week, 1),
        shortfall=result.shortfall,
        soft=result.soft,
        objective=result.objective,
        bound=result.bound,
        status=result.status,
        hours=hours,
        peak_share=peak,
        prices=prices,
        service=report,
        met=sum(row.met for row in judged),
        targets=len(judged),
    )


def _check(folder: PlanningFolder, roster: Roster, options: Options) -> None:
    """Have the validator judge a roster under its own cap."""
    broken = [v.text for v in validate(folder, roster, options.week, 1, now=options.now) if v.hard]
    if broken:
        raise AssertionError("the roster breaks hard rules: " + "; ".join(broken[:5]))
