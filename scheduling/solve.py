"""From a planning model to a roster with a proven gap: bound, search, assembly."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from domain.entity import Entity
from domain.errors import StoppedError
from domain.history import Floats, Ints
from domain.progress import Control
from scheduling.assemble import Roll, assemble, measure
from scheduling.bound import Prices, ascend, price_person
from scheduling.build import Model
from scheduling.instance import CLOSED, Instance
from scheduling.pinned import AWAY
from scheduling.pricing import NEVER
from scheduling.search import floor_worth, marginal_prices, same_start, search
from scheduling.service_model import (
    add_tour,
    elastic_cost,
    floor_gap,
    row_values,
    shortfall_of,
)

MOST_BLOCKS = 4000


class Effort(Entity):
    """Amounts of work; equal effort and seed give the same roster, however many cores there are.

    Attributes
    ----------
    ascent : int
        Evaluations of the bound.
    chains : int
        Independent searches of each pass.
    passes : int
        Times the chains start again from the best roster so far; their tours are assembled after the last.
    steps : int
        Ruin-and-recreate steps of a chain, for 50 people; other centres in proportion, 0.4 to 4 times as many.
    assembly : float
        Deterministic time of CP-SAT in an assembly.
    """

    ascent: int = 600
    chains: int = 2
    passes: int = 2
    steps: int = 5000
    assembly: float = 0.5


@dataclass(frozen=True)
class Result:
    """A roster of the planning model and its proof.

    Attributes
    ----------
    roll : Roll
    status : str
        ``optimal``, ``feasible`` or ``stopped``.
    pay, elastic, shortfall : float
        Parts of the objective.
    bound : float
        No legal roster of the planning model costs less.
    least : float
        Part of the cost that every legal roster must pay.
    seats : float array, shape (pools, intervals)
        Effective seats.
    values : float array, shape (rows,)
        Planned value of each target row.
    floor_gap : int
        Heads missing from minimum staff, summed over slots; 0 in a legal roster.
    prices : Prices
        Where another round's ascent starts.
    """

    roll: Roll
    status: str
    pay: float
    elastic: float
    shortfall: float
    bound: float
    least: float
    seats: Floats
    values: Floats
    floor_gap: int
    prices: Prices

    @property
    def objective(self) -> float:
        """Cost and priced shortfall."""
        return self.pay + self.elastic + self.shortfall

    @property
    def gap(self) -> float:
        """(objective - bound) / objective."""
        return max(0.0, (self.objective - self.bound) / self.objective) if self.objective > 0 else 0.0

    @property
    def decidable_gap(self) -> float | None:
        """The gap on what is not paid whatever the roster; None where nothing is left."""
        rest = self.objective - self.least
        if rest <= 1e-6 * max(self.objective, 1.0):
            return None
        return min(1.0, max(0.0, (self.objective - self.bound) / rest))


def solve(
    model: Model,
    *,
    seed: int,
    effort: Effort,
    control: Control,
    start: Result | None = None,
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

    Raises
    ------
    StoppedError
        If cancelled before any roster was found.

    Notes
    -----
    1. Prices ascend to a bound. 2. People are placed one after the other by best response. 3. Independent chains of
    ruin and recreate improve that, again and again from the best; CP-SAT mixes the tours they found. 4. The best
    roster is measured by the exact planning model.
    """
    inst = model.instance
    agents = len(model.agents)
    people = np.array([a for a in range(agents) if model.agents[a].pool == "core"], dtype=np.int64)
    prices, _ = ascend(inst, start.prices if start else Prices(inst), effort.ascent, control)
    # paying nothing for seats proves the contracts' minima
    least = float(inst.people.least_cost.sum())
    given = float(inst.people.base_cost.sum()) + elastic_cost(inst, 0)
    bound = max(prices.bound + given, least + elastic_cost(inst, 0))
    rng = np.random.default_rng(seed)
    if start is not None:
        best = _without(start.roll, people)
    else:
        order = rng.permutation(people)
        best = Roll(place_all(inst, model.crew, prices.rows, order), np.zeros((0, 3), dtype=np.int64))
    objective = _objective(inst, best)
    found: list[Roll] = []
    steps = round(effort.steps * min(max(len(people) / 50, 0.4), 4.0))
    status = "feasible"
    total = effort.passes * effort.chains
    for p in range(effort.passes):
        if control.stopping:
            status = "stopped"
            break
        jobs = [(best, np.random.default_rng([seed, p, c])) for c in range(effort.chains)]
        warmth = 0.004 * abs(objective) * 0.5**p

        def run(job: tuple[Roll, np.random.Generator], warmth: float = warmth) -> tuple[Roll, float]:
            return _chain(inst, job[0], prices.rows, model.crew, people, steps, warmth, job[1], control)

        with ThreadPoolExecutor(max_workers=max(1, min(control.cores, effort.chains))) as pool:
            results = list(pool.map(run, jobs))
        for roll, value in results:
            found.append(roll)
            if value < objective - 1e-9:
                best, objective = roll, value
        control.report("roster", (p + 0.8) / effort.passes, _note(objective, bound))
        if control.stopping:
            status = "stopped"
            break
        found = [*found[-total:], best]
        if objective <= bound * (1 + 1e-9):
            break
        if p < effort.passes - 1:
            continue
        left = None if control.deadline is None else max(control.deadline - time.monotonic(), 1.0)
        mixed = assemble(inst, best, found, people, effort.assembly, left)
        value = _objective(inst, mixed)
        if value < objective - 1e-9:
            best, objective = mixed, value
        control.report("roster", (p + 1) / effort.passes, _note(objective, bound))
    if len(people) < agents:
        best = place_experts(model, best, prices.rows)
    seats, gains, heads, pay = measure(inst, best)
    values = row_values(inst, seats, gains)
    booked = int(best.blocks[:, 2].sum())
    result = Result(
        roll=best,
        status=status,
        pay=pay + float(inst.people.base_cost.sum()),
        elastic=elastic_cost(inst, booked),
        shortfall=shortfall_of(inst, values),
        bound=bound,
        least=least,
        seats=seats,
        values=values,
        floor_gap=floor_gap(inst, heads),
        prices=prices,
    )
    if result.status == "feasible" and result.gap <= 1e-6:
        return _with_status(result, "optimal")
    return result


def _with_status(result: Result, status: str) -> Result:
    return Result(**{**result.__dict__, "status": status})


def _note(objective: float, bound: float) -> str:
    gap = (objective - bound) / objective if objective > 0 else 0.0
    return f"objective {objective:,.0f}, bound {bound:,.0f}, gap {100 * max(gap, 0.0):.2f} %"


def _objective(inst: Instance, roll: Roll) -> float:
    seats, gains, heads, pay = measure(inst, roll)
    values = row_values(inst, seats, gains)
    cost = pay + float(inst.people.base_cost.sum()) + elastic_cost(inst, int(roll.blocks[:, 2].sum()))
    return cost + shortfall_of(inst, values) + inst.floors.price * floor_gap(inst, heads)


def _chain(
    inst: Instance,
    start: Roll,
    row_prices: Floats,
    crew: Ints,
    movable: Ints,
    steps: int,
    warmth: float,
    rng: np.random.Generator,
    control: Control,
) -> tuple[Roll, float]:
    """Search in portions, so that a cancel is heard."""
    best, value = start, np.inf
    portions = 10
    for k in range(portions):
        if control.stopping and k > 0:
            break
        blocks = np.zeros((MOST_BLOCKS, 3), dtype=np.int64)
        count = len(best.blocks)
        blocks[:count] = best.blocks
        heat = warmth * (1 - k / portions)
        tours, found, used, _ = search(
            inst, best.tours, blocks, count, row_prices, crew, movable, max(steps // portions, 1), heat, rng
        )
        best = Roll(tours, found[:used].copy())
        value = _objective(inst, best)
    return best, value


def place_all(inst: Instance, crew: Ints, row_prices: Floats, order: Ints) -> Ints:
    """Place people in the order given, each by best response; return the tours, empty for everyone else.

    Raises
    ------
    StoppedError
        If somebody who was thought to have a legal week has none.
    """
    agents = inst.people.graph.shape[0]
    tours: Ints = np.full((agents, inst.days, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    seats = np.zeros(inst.service.fixed.shape)
    gains = np.zeros(inst.service.limit.shape)
    heads = np.zeros(inst.floors.need.shape, dtype=np.int64)
    allowed = np.full(inst.days, -1, dtype=np.int64)
    for a in order.tolist():
        values = row_values(inst, seats + inst.service.fixed, gains)
        size = max(float(inst.teams.seat[inst.people.team_first[a]].sum()), 0.1)
        prices, linear = marginal_prices(inst, seats, values, row_prices, size, 0.0)
        same_start(inst, a, tours, crew, allowed)
        if price_person(inst, a, prices, linear, floor_worth(inst, heads), allowed, tours[a]) <= NEVER:
            raise StoppedError(f"no legal week found for person {a}")
        add_tour(inst, tours[a], 1.0, seats, gains, heads)
    return tours


def _without(roll: Roll, people: Ints) -> Roll:
    """Keep the tours of some people only."""
    tours = np.full_like(roll.tours, -1)
    tours[people] = roll.tours[people]
    return Roll(tours, roll.blocks)


def place_experts(model: Model, roll: Roll, row_prices: Floats) -> Roll:
    """Add the second line to a finished roster, as many at once as their share of the core on duty allows.

    Each expert takes the legal week that is worth most above its pay; one whose contract asks for no hours may
    stay away.
    """
    inst = model.instance
    rule = model.folder.centre.experts
    core = np.zeros(inst.slots, dtype=np.int64)
    second = np.zeros(inst.slots, dtype=np.int64)
    tours = roll.tours.copy()
    for a, agent in enumerate(model.agents):
        if agent.pool == "core":
            core += _presence(inst, tours[a])
    allowed = np.full(inst.days, -1, dtype=np.int64)
    for a, agent in enumerate(model.agents):
        if agent.pool != "expert":
            continue
        row = inst.pins[inst.people.pin[a]]
        held = row.copy()
        if rule is not None:
            full = second + 1 > np.floor(rule.share * core + 1e-9)
            row[full & (row == 0)] = AWAY
        seats, gains, heads, _ = measure(inst, Roll(tours, roll.blocks))
        values = row_values(inst, seats, gains)
        size = max(float(inst.teams.seat[inst.people.team_first[a]].sum()), 0.1)
        prices, linear = marginal_prices(inst, seats - inst.service.fixed, values, row_prices, size, 0.0)
        worth = price_person(inst, a, prices, linear, floor_worth(inst, heads), allowed, tours[a])
        row[:] = held
        if worth <= CLOSED / 2:
            raise StoppedError(f"expert {agent.id} must work, but never within the experts' share of heads on duty")
        second += _presence(inst, tours[a])
    return Roll(tours, roll.blocks)


def _presence(inst: Instance, tour: Ints) -> Ints:
    """Return 1 in each slot from start to end of a person's shifts."""
    there = np.zeros(inst.slots, dtype=np.int64)
    for option in tour[:, 0].tolist():
        if option >= 0:
            start = int(inst.options.start[option])
            there[start : start + int(inst.options.length[option])] = 1
    return there


def legal_weeks(inst: Instance, agents: Sequence[int]) -> list[int]:
    """Return those of some agents who have no legal week at all."""
    prices = np.zeros(inst.service.fixed.shape)
    rows = np.zeros(inst.service.limit.shape)
    floors = np.zeros(inst.floors.need.shape)
    allowed = np.full(inst.days, -1, dtype=np.int64)
    tour: Ints = np.full((inst.days, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    return [a for a in agents if price_person(inst, a, prices, rows, floors, allowed, tour) <= NEVER / 2]
