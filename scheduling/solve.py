"""From a planning model to a roster with a proven gap: bound, placement, annealing, assembly."""

from __future__ import annotations

import math
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np

from domain.errors import ConflictError
from domain.history import Floats, Ints
from domain.progress import Control
from scheduling.anneal import anneal
from scheduling.ascent import Prices, added, ascend, mean_pay
from scheduling.assemble import assemble
from scheduling.conflicts import team_conflict
from scheduling.desks import lowered
from scheduling.instance import Instance
from scheduling.model import Model
from scheduling.placing import NoWeekError, only, place_all, place_experts
from scheduling.result import Effort, Result
from scheduling.roll import Roll, measure, objective_of_roll, presence, soft_of
from scheduling.search import search
from scheduling.service_model import elastic_cost, floor_gap, row_values, shortfall_of
from scheduling.standing import standing_of
from scheduling.week_rules import legal_week

MOST_BLOCKS = 4000

WARM, COLD = 0.06, 0.002
"""First and last temperature for up to 50 people, in hours of the mean agent's pay; lower by the square root of how
many times more there are, for whom there are fewer moves a person."""

COOL = 0.02
"""First temperature of a touch-up."""

SOFT = 0.4
"""Misses are first priced at this share of what the bound finds them worth; full prices make every way round one
uphill."""

QUICK = Effort(ascent=60, steps=200, chains=1, passes=1, moves=200_000, assembly=0.1)
"""Work given to a roster that only shows what is possible."""

ORDERS = 8
"""Orders in which people are placed before a team's rules are said to conflict."""

LEAST_SOFT = 4e-4
"""The least of those first prices, as a share of the full one: a row that does not bind yet may do so later."""


def solve(
    model: Model,
    *,
    seed: int,
    effort: Effort,
    control: Control,
    start: Result | None = None,
    touch_up: bool = False,
) -> Result:
    """Roster one planning model.

    Parameters
    ----------
    model : Model
    seed : int
    effort : Effort
    control : Control
        Cancelling keeps the best roster found.
    start : Result, optional
        The result of an earlier round over the same people and shifts.
    touch_up : bool
        Change the earlier roster little: what was learned from it holds best near it.

    Raises
    ------
    ConflictError
        If a team cannot start together, or an expert must work and may not.

    Notes
    -----
    1. Prices ascend to a bound. 2. The core is placed one after the other by best response and improved by ruin and
    recreate; the second line follows. 3. Independent chains anneal single agent-days and blocks, at random and by the
    best shift of a day, misses priced softly at first. 4. CP-SAT mixes the tours they found. 5. The best roster is
    measured by the exact planning model.
    """
    inst = model.instance
    core = np.array([a for a, agent in enumerate(model.agents) if agent.pool == "core"], dtype=np.int64)
    prices = ascend(inst, start.prices if start else Prices(inst), effort.ascent, control)
    # paying nothing for seats proves the contracts' minima
    least = float(inst.people.least_cost.sum())
    bound = max(prices.bound + added(inst), least + elastic_cost(inst, 0) + inst.service.given)
    if start is not None and touch_up and all(legal_week(inst, a, tour) for a, tour in enumerate(start.roll.tours)):
        best = start.roll
    else:
        best = _placed(model, start, core, prices.rows, effort, np.random.default_rng(seed), control)
    objective = objective_of_roll(inst, best)
    found: list[Roll] = []
    for p in range(effort.passes):
        if control.stopping or _near_enough(objective, bound, effort.gap):
            break
        control.report("roster", (p + 0.2) / effort.passes, _note(objective, bound))
        found = [best]
        for roll in _anneal_chains(model, best, core, prices.rows, effort, [seed, p], control, touch_up):
            found.append(roll)
            value = objective_of_roll(inst, roll)
            if value < objective - 1e-9:
                best, objective = roll, value
    if found and not control.stopping and not _near_enough(objective, bound, effort.gap):
        left = None if control.deadline is None else max(control.deadline - time.monotonic(), 1.0)
        mixed = assemble(inst, best, found, core, least_core(model, best), effort.assembly, left)
        if objective_of_roll(inst, mixed) < objective - 1e-9:
            best = mixed
    result = measured(model, best, bound, least, prices)
    if result.shortfall > 0 and not _near_enough(result.objective, bound, effort.gap):
        bound = max(bound, _bound_nearby(model, best, prices, effort, control) + added(inst))
        result = replace(result, bound=bound)
    control.report("roster", 1.0, _note(result.objective, bound))
    if control.stopping:
        return replace(result, status="stopped")
    return replace(result, status="optimal") if result.gap <= 1e-6 else result


def _near_enough(objective: float, bound: float, gap: float) -> bool:
    """Tell whether a roster is proven to be as good as is asked for."""
    return objective - bound <= max(gap, 1e-9) * objective


def _bound_nearby(model: Model, roll: Roll, prices: Prices, effort: Effort, control: Control) -> float:
    """Ascend from what a seat is worth at a roster: where misses cannot be avoided prices are far above pay."""
    inst = model.instance
    seats, gains, _, _ = measure(inst, roll)
    values = row_values(inst, seats, gains)
    start = prices.at(inst, seats, values)
    return ascend(inst, start, effort.ascent // 3, control).bound


def _placed(
    model: Model,
    start: Result | None,
    core: Ints,
    row_prices: Floats,
    effort: Effort,
    rng: np.random.Generator,
    control: Control,
) -> Roll:
    """Place the core, improve it by whole weeks, and add the second line."""
    inst = model.instance
    if start is not None:
        roll = only(start.roll, core)
    else:
        roll = Roll(_in_some_order(model, core, row_prices, rng), np.zeros((0, 3), dtype=np.int64))
    steps = round(effort.steps * min(max(len(core) / 50, 0.4), 4.0))
    roll = _recreate(inst, roll, row_prices, model.crew, core, steps, rng, control)
    return place_experts(model, roll, row_prices) if len(core) < len(model.agents) else roll


def _in_some_order(model: Model, core: Ints, row_prices: Floats, rng: np.random.Generator) -> Ints:
    """Place the core; where teams that start together are in each other's way, in another order."""
    stuck = -1
    for _ in range(ORDERS):
        order = rng.permutation(core)
        if stuck >= 0:
            # whoever found no room comes first with the team
            order = np.concatenate([[stuck], order[order != stuck]])
        try:
            return place_all(model.instance, model.crew, row_prices, order)
        except NoWeekError as error:
            stuck = error.person
    raise ConflictError([team_conflict(model, stuck)])


def measured(model: Model, roll: Roll, bound: float, least: float, prices: Prices) -> Result:
    """Measure a roster by the exact planning model, for the bound that was proven."""
    inst = model.instance
    seats, gains, heads, pay = measure(inst, roll)
    values = row_values(inst, seats, gains)
    return Result(
        roll=roll,
        status="feasible",
        pay=pay + float(inst.people.base_cost.sum()),
        elastic=elastic_cost(inst, int(roll.blocks[:, 2].sum())),
        shortfall=shortfall_of(inst, values),
        soft=soft_of(inst, roll),
        bound=bound,
        least=least,
        seats=seats,
        values=values,
        floor_gap=floor_gap(inst, heads),
        prices=prices,
    )


def _note(objective: float, bound: float) -> str:
    gap = (objective - bound) / objective if objective > 0 else 0.0
    return f"objective {objective:,.0f}, bound {bound:,.0f}, gap {100 * max(gap, 0.0):.2f} %"


def _room(roll: Roll) -> Ints:
    """Return a roster's blocks with room for more."""
    blocks: Ints = np.zeros((MOST_BLOCKS, 3), dtype=np.int64)
    blocks[: len(roll.blocks)] = roll.blocks
    return blocks


def _recreate(
    inst: Instance,
    roll: Roll,
    row_prices: Floats,
    crew: Ints,
    core: Ints,
    steps: int,
    rng: np.random.Generator,
    control: Control,
) -> Roll:
    """Improve a roster by ruin and recreate, in portions, so that a cancel is heard."""
    portions = 10
    warmth = 0.004 * abs(objective_of_roll(inst, roll))
    each = max(steps // portions, 1)
    for k in range(portions if steps else 0):
        if control.stopping:
            break
        heat = warmth * (1 - k / portions)
        tours, blocks, count, _ = search(
            inst,
            roll.tours,
            _room(roll),
            len(roll.blocks),
            row_prices,
            crew,
            core,
            each,
            heat,
            rng,
        )
        roll = Roll(tours, blocks[:count].copy())
    return roll


def least_core(model: Model, roll: Roll) -> Ints:
    """Return the core heads that each slot must keep for the experts of a roster, shape (slots,)."""
    rule = model.folder.centre.experts
    second = np.zeros(model.instance.slots, dtype=np.int64)
    if rule is not None and rule.share > 0:
        for a, agent in enumerate(model.agents):
            if agent.pool == "expert":
                second += presence(model.instance, roll.tours[a])
        second = np.ceil(second / rule.share - 1e-9).astype(np.int64)
    return second


def _anneal_chains(
    model: Model,
    roll: Roll,
    core: Ints,
    row_prices: Floats,
    effort: Effort,
    seed: list[int],
    control: Control,
    touch_up: bool,
) -> list[Roll]:
    """Anneal in independent chains, side by side on the cores at hand."""
    inst = model.instance
    pay = mean_pay(inst)
    full = inst.service.price
    # a target that the bound gives up (its price is the full one) needs no softening: missing it is part of the plan
    given_up = touch_up | (row_prices > 0.5 * full)
    soft = np.where(given_up, full, np.maximum(SOFT * row_prices, LEAST_SOFT * full))
    seats, gains, heads, _ = measure(inst, roll)
    moves = round(effort.moves * min(max(len(core) / 50, 0.1), 5.0))
    heat = pay * min(1.0, math.sqrt(50 / max(len(core), 1)))
    there: Ints = sum((presence(inst, roll.tours[a]) for a in core.tolist()), np.zeros(inst.slots, dtype=np.int64))
    floor = least_core(model, roll)
    stop = np.zeros(1, dtype=np.int64)

    def run(chain: int) -> Roll:
        tours, blocks, count, _ = anneal(
            inst,
            standing_of(inst, seats, gains, heads),
            roll.tours,
            _room(roll),
            len(roll.blocks),
            model.crew,
            core,
            there.copy(),
            floor,
            moves,
            min(COOL * pay, WARM * heat) if touch_up else WARM * heat,
            COLD * heat,
            np.maximum(soft, 1e-9),
            stop,
            np.random.default_rng([*seed, chain]),
        )
        return Roll(tours, blocks[:count].copy())

    with ThreadPoolExecutor(max_workers=max(1, min(control.cores, effort.chains))) as pool:
        return _heard([pool.submit(run, chain) for chain in range(effort.chains)], stop, control)


def _heard(jobs: list[Future[Roll]], stop: Ints, control: Control) -> list[Roll]:
    """Wait for the chains and pass a cancel on to them."""
    while wait(jobs, timeout=0.2).not_done:
        if control.stopping:
            stop[0] = 1
    return [job.result() for job in jobs]


def enough_lower(model: Model, result: Result, seed: int, control: Control) -> list[int]:
    """Return by how many heads lower each minimum of staff can be kept, and by how many more desks each site would do.

    Where the best roster keeps a rule there is nothing to find.

    Notes
    -----
    Each rule that is short is lowered by one head more at a time, for all its hours, and rostered quickly, until
    nothing of it is missing; at most by what is missing now.
    """
    inst = model.instance
    _, _, heads, _ = measure(inst, result.roll)
    lack = np.maximum(inst.floors.need - inst.floors.fixed - heads, 0).max(axis=1, initial=0)
    need = inst.floors.need.copy()
    found = [0] * len(lack)
    for f in np.flatnonzero(lack).tolist():
        for less in range(1, int(lack[f]) + 1):
            need[f] = lowered(inst.floors, f, less)
            found[f] = less
            lower = replace(model, instance=inst._replace(floors=inst.floors._replace(need=need.copy())))
            again = solve(lower, seed=seed, effort=QUICK, control=control)
            _, _, there, _ = measure(inst, again.roll)
            if control.stopping or (need[f] - inst.floors.fixed[f] <= there[f]).all():
                break
    return found
