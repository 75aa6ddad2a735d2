"""What a common tool does: Erlang C by the interval, gross-up, whole shifts over the curve, names.

1. **Groups.** Phone and text are staffed apart and pooled inside, as in our own planning model: staffing the fifteen
   queues one by one would cost far more and would be a straw man. A text counts as a call of its handle time over the
   concurrency.
2. **Requirement.** Per half hour the fewest whole agents with an Erlang C mean wait of at most 90 s and an occupancy
   of at most .90, times a safety factor, grossed up for absence and time lost in shift.
3. **Cover.** The cheapest whole shifts of the centre's contracts that reach the requirement in every half hour: same
   start all week, breaks in the middle of their windows, any days off, the centre's mix of contracts, and the same
   elastic blocks under the same cap (counted at their own speed).
4. **Names.** Shifts of one start are handed to people in turn, each their number of days.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from ortools.math_opt.python import mathopt

from benchmarks.clones import DAYS, WEEK, Clones, mix
from capacity.search import Limits, seats_for
from domain.contracts import Contract
from domain.grid import IntervalGrid, local_midnight
from domain.history import Floats
from domain.roster import Roster, Stretch
from planning.reference import parameters as case

SLOT = 15
"""Minutes of the schedule's grid."""

ERLANG_LIMITS = Limits(mean_wait_s=90.0, occupancy=0.90)
NODES = 400
RELATIVE_GAP = 0.002


@dataclass(frozen=True)
class Shape:
    """One shift of one contract: its start, its end and its breaks, in minutes of the day.

    Attributes
    ----------
    contract : str
    start, end : int
    days : int
        Worked a week.
    paid_h : float
        Of one shift.
    pauses : tuple of (start, end, kind, paid)
    """

    contract: str
    start: int
    end: int
    days: int
    paid_h: float
    pauses: tuple[tuple[int, int, str, bool], ...]

    def duty(self) -> Floats:
        """Return the share of each half hour of the day on duty, shape (48,)."""
        slots = np.zeros(24 * 60 // SLOT)
        slots[self.start // SLOT : self.end // SLOT] = 1.0
        for low, high, _, _ in self.pauses:
            slots[low // SLOT : high // SLOT] = 0.0
        return np.asarray(slots.reshape(-1, 2).mean(axis=1))


@dataclass(frozen=True)
class Crew:
    """People of one group and shape, and how many of them work each day."""

    shape: Shape
    group: int
    heads: int
    by_day: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """Elastic seats of one group booked together: day, minutes of the day, number."""

    group: int
    day: int
    start: int
    end: int
    seats: int


@dataclass(frozen=True)
class Cover:
    """A cover of the requirement by whole shifts."""

    crews: tuple[Crew, ...]
    blocks: tuple[Block, ...]
    cost: float
    bound: float

    @property
    def heads(self) -> int:
        """People hired."""
        return sum(crew.heads for crew in self.crews)


def erlang_c_agents(world: Clones) -> Floats:
    """Return the whole agents each group and half hour needs on duty, shape (groups, intervals)."""
    requirement = world.requirement
    number = {queue: q for q, queue in enumerate(requirement.queues)}
    found = []
    for queues in world.groups:
        rows = [number[q] for q in queues]
        volume = requirement.volume[rows].sum(axis=0)
        contacts = np.maximum(volume, 1e-12)
        aht = (requirement.volume[rows] * requirement.aht_s[rows]).sum(axis=0) / contacts
        aht = np.maximum(aht / world.centre.queues[rows[0]].concurrency, 1.0)
        rate = volume * 60.0 / requirement.grid.step_minutes
        found.append(np.ceil(seats_for(rate, aht, ERLANG_LIMITS) - 1e-9))
    return np.array(found)


def shapes(world: Clones) -> tuple[Shape, ...]:
    """Return every shift start of every contract of the mix, breaks in the middle of their windows."""
    return tuple(
        shape_of(world.centre.contract(name), start)
        for name in case.CONTRACTS
        for start in world.centre.contract(name).start.minutes()
    )


def shape_of(contract: Contract, start: int) -> Shape:
    """Return a contract's shift at one start."""
    paid = int(60 * contract.shift_hours.min)
    pauses = []
    for rule in contract.breaks_of(paid):
        middle = (rule.after_minutes + rule.before_minutes) // 2 // SLOT * SLOT
        pauses.append((start + middle, start + middle + rule.minutes, rule.kind, rule.paid))
    end = start + contract.elapsed_minutes(paid)
    return Shape(contract.id, start, end, int(contract.days_per_week.min), paid / 60, tuple(pauses))


def cheapest_cover(world: Clones, needed: Floats) -> Cover:
    """Cover a requirement by whole shifts and elastic blocks at the least pay.

    Parameters
    ----------
    world : Clones
    needed : float array, shape (groups, intervals)
        Agents on duty that are there, shrinkage not yet added.

    Notes
    -----
    People of one shape and group are counted together: m of them can work n_d on day d, five days (four) each,
    exactly if the n_d add up to the days owed and none exceeds m. The integer program stops at a gap of 0.2 % or
    after a fixed number of nodes, so that the same input gives the same cover.
    """
    pool = world.centre.elastic
    assert pool is not None
    kept, speed = world.centre.shrinkage.kept, 1.0 / pool.aht_factor
    groups, a_day = len(needed), 48
    model = mathopt.Model()
    forms = shapes(world)
    duty = np.array([shape.duty() for shape in forms])
    heads = [[model.add_integer_variable(lb=0) for _ in range(groups)] for _ in forms]
    daily = [[[model.add_integer_variable(lb=0) for _ in range(DAYS)] for _ in range(groups)] for _ in forms]
    for f, shape in enumerate(forms):
        for g in range(groups):
            model.add_linear_constraint(sum(daily[f][g]) == shape.days * heads[f][g])
            for d in range(DAYS):
                model.add_linear_constraint(daily[f][g][d] <= heads[f][g])
    total = sum(heads[f][g] for f in range(len(forms)) for g in range(groups))
    shares = {name: count / sum(case.CONTRACTS.values()) for name, count in case.CONTRACTS.items()}
    for name in ("four-tens", "part-time"):
        of_kind = sum(heads[f][g] for f, s in enumerate(forms) if s.contract == name for g in range(groups))
        model.add_linear_constraint(of_kind <= shares[name] * total + 0.5)
        model.add_linear_constraint(of_kind >= shares[name] * total - 0.5)

    opened, closed = case.OPENS * 60, case.CLOSES * 60
    lengths = [int(60 * hours) for hours in pool.block_hours]
    spans = [(low, low + n) for n in lengths for low in range(opened, closed - n + 1, 30)]
    seats = [[[model.add_integer_variable(lb=0) for _ in spans] for _ in range(DAYS)] for _ in range(groups)]
    for d in range(DAYS):
        for i in range(opened // 30, closed // 30):
            on = [b for b, (low, high) in enumerate(spans) if low <= 30 * i < high]
            model.add_linear_constraint(
                sum(seats[g][d][b] for g in range(groups) for b in on) <= pool.share * total
            )
            for g in range(groups):
                people = sum(kept * duty[f, i] * daily[f][g][d] for f in range(len(forms)) if duty[f, i] > 0)
                model.add_linear_constraint(
                    people + speed * sum(seats[g][d][b] for b in on) >= needed[g, d * a_day + i]
                )
    pay = sum(
        case.HOURLY_COST * shape.paid_h * shape.days * heads[f][g]
        for f, shape in enumerate(forms)
        for g in range(groups)
    )
    booked = sum(
        (high - low) / 60 * pool.hourly_cost * seats[g][d][b]
        for g in range(groups)
        for d in range(DAYS)
        for b, (low, high) in enumerate(spans)
    )
    model.minimize(pay + booked)
    limits = mathopt.SolveParameters(relative_gap_tolerance=RELATIVE_GAP, node_limit=NODES)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limits)
    value = {v: round(x) for v, x in result.variable_values().items()}
    crews = tuple(
        Crew(shape, g, value[heads[f][g]], tuple(value[v] for v in daily[f][g]))
        for f, shape in enumerate(forms)
        for g in range(groups)
        if value[heads[f][g]] > 0
    )
    blocks = tuple(
        Block(g, d, low, high, value[seats[g][d][b]])
        for g in range(groups)
        for d in range(DAYS)
        for b, (low, high) in enumerate(spans)
        if value[seats[g][d][b]] > 0
    )
    return Cover(crews, blocks, result.objective_value(), result.termination.objective_bounds.dual_bound)


def named(world: Clones, cover: Cover) -> Roster:
    """Hand shifts to people: those of one crew take the days in turn."""
    ids: dict[str, Iterator[str]] = {}
    k = 1
    for name, count in mix_of(cover).items():
        ids[name] = iter([f"A{n:03d}" for n in range(k, k + count)])
        k += count
    rows: list[Stretch] = []
    for crew in cover.crews:
        members = [next(ids[crew.shape.contract]) for _ in range(crew.heads)]
        turn = 0
        for d, count in enumerate(crew.by_day):
            for _ in range(count):
                rows += stretches(world, crew.shape, members[turn % len(members)], d, world.groups[crew.group])
                turn += 1
    return Roster.of([*rows, *elastic_stretches(world, cover.blocks)])


def mix_of(cover: Cover) -> dict[str, int]:
    """Return people by contract, in the order of the mix."""
    return {
        name: sum(crew.heads for crew in cover.crews if crew.shape.contract == name) for name in mix(cover.heads)
    }


def stretches(world: Clones, shape: Shape, person: str, day: int, queues: tuple[str, ...]) -> Iterator[Stretch]:
    """Lay out one shift of one person."""
    midnight = local_midnight(WEEK + timedelta(days=day), world.centre.timezone)
    shift = f"{person}-{day}"

    def row(low: int, high: int, activity: str, paid: bool) -> Stretch:
        served = queues if activity == "work" else ()
        start, end = midnight + timedelta(minutes=low), midnight + timedelta(minutes=high)
        return Stretch(person, start, end, activity, served, paid, "core", shift)

    at = shape.start
    for low, high, kind, paid in shape.pauses:
        yield row(at, low, "work", True)
        yield row(low, high, kind, paid)
        at = high
    yield row(at, shape.end, "work", True)


def elastic_stretches(world: Clones, blocks: tuple[Block, ...]) -> Iterator[Stretch]:
    """Seat the blocks: each takes the first seat that is free."""
    for day in range(DAYS):
        midnight = local_midnight(WEEK + timedelta(days=day), world.centre.timezone)
        free_at: list[int] = []
        today = sorted((b for b in blocks if b.day == day), key=lambda b: (b.start, b.end, b.group))
        for block in today:
            for _ in range(block.seats):
                seat = next((k for k, end in enumerate(free_at) if end <= block.start), len(free_at))
                free_at[seat : seat + 1] = [block.end]
                yield Stretch(
                    f"elastic-{seat + 1:03d}",
                    midnight + timedelta(minutes=block.start),
                    midnight + timedelta(minutes=block.end),
                    "work",
                    world.groups[block.group],
                    True,
                    "elastic",
                    f"elastic-{seat + 1:03d}-{day}-{block.start}",
                )


__all__ = ["Cover", "IntervalGrid", "cheapest_cover", "erlang_c_agents", "math", "named"]
