"""The cheapest whole shifts and elastic blocks over a requirement, by integer programs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt

from benchmarks.clones import DAYS, Clones
from benchmarks.whole_shifts import Shape, shapes
from domain.history import Floats

NODES = 60
ABSOLUTE_GAP = 80.0
"""Of a day's price of elastic seats: about one hour of one seat, half a per cent of the day."""
HALF_HOUR = 30
A_DAY = 48


@dataclass(frozen=True)
class DayShift:
    """So many people of one group on one shift of one day."""

    shape: Shape
    group: int
    people: int


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
    """A cover of the requirement by whole shifts: people hired, shifts day by day, elastic blocks."""

    heads: int
    days: tuple[tuple[DayShift, ...], ...]
    blocks: tuple[Block, ...]


def weekly_bound(world: Clones, needed: Floats) -> tuple[float, float]:
    """Return the least cost and the heads of the week's linear relaxation: no cover of these shifts costs less."""
    program = _Program(world, needed)
    heads = program.model.add_variable(lb=0)
    total = sum(world.mix.values())
    for name, share in world.mix.items():
        owed = world.centre.contract(name).days_per_week.min * heads * share / total
        program.model.add_linear_constraint(program.shifts(name) == owed)
    program.cap(heads, world)
    program.model.minimize(program.pay(world.hourly_cost) + program.booked(world))
    result = mathopt.solve(program.model, mathopt.SolverType.GLOP)
    return result.objective_value(), result.variable_values()[heads]


def cover_week(world: Clones, needed: Floats, heads: int, cores: int = 1) -> Cover | None:
    """Cover a requirement with so many people at the least pay for elastic seats.

    Parameters
    ----------
    world : Clones
    needed : float array, shape (groups, intervals)
        Agents on duty that are there, shrinkage not yet added.
    heads : int
        Hired, in the centre's mix of contracts.
    cores : int
        Days solved side by side.

    Returns
    -------
    Cover or None
        None where these people and the elastic cap are too few.

    Notes
    -----
    The shifts owed by the week's people are dealt to days by need, then each day is an integer program of its own.
    It stops within ``ABSOLUTE_GAP`` of the best or after a fixed number of nodes, so that the same input gives the
    same cover.
    """
    counts = deal(world, needed, world.contracts(heads))

    def cover(day: int) -> tuple[tuple[DayShift, ...], list[Block]] | None:
        return _cover_day(world, needed[:, day * A_DAY : (day + 1) * A_DAY], day, counts, heads)

    with ThreadPoolExecutor(cores) as pool:
        found = list(pool.map(cover, range(DAYS)))
    days = [day for day in found if day is not None]
    if len(days) < DAYS:
        return None
    return Cover(heads, tuple(shifts for shifts, _ in days), tuple(block for _, blocks in days for block in blocks))


def deal(world: Clones, needed: Floats, people: dict[str, int]) -> dict[str, tuple[int, ...]]:
    """Deal the shifts each contract owes to days in proportion to need, by largest remainder."""
    share = needed.sum(axis=0).reshape(DAYS, -1).sum(axis=1)
    share = share / share.sum()
    found = {}
    for name, count in people.items():
        owed = int(world.centre.contract(name).days_per_week.min) * count
        exact = np.minimum(owed * share, count)
        whole = np.floor(exact + 1e-9).astype(np.int64)
        rest = np.where(whole < count, exact - whole, -1.0)
        while whole.sum() < owed:
            d = int(np.argmax(rest))
            whole[d] += 1
            rest[d] = rest[d] - 1.0 if whole[d] < count else -np.inf
        found[name] = tuple(int(n) for n in whole)
    return found


class _Program:
    """Shift and block counts of some days, and the rows that cover them."""

    def __init__(self, world: Clones, needed: Floats, *, whole: bool = False) -> None:
        pool = world.centre.elastic
        assert pool is not None
        self.model = mathopt.Model()
        self.forms = shapes(world)
        self.spans = _spans(world)
        self.groups, intervals = needed.shape
        self.days = intervals // A_DAY
        duty = np.array([shape.duty() for shape in self.forms]) * world.centre.shrinkage.kept

        def counts(kinds: int) -> list[list[list[mathopt.Variable]]]:
            return [
                [[self.model.add_variable(lb=0, is_integer=whole) for _ in range(kinds)] for _ in range(self.days)]
                for _ in range(self.groups)
            ]

        self.core, self.seats = counts(len(self.forms)), counts(len(self.spans))
        for g, d, i in np.argwhere(needed.reshape(self.groups, self.days, A_DAY) > 0).tolist():
            people = sum(duty[f, i] * self.core[g][d][f] for f in np.flatnonzero(duty[:, i]))
            booked = sum(self.seats[g][d][b] for b in self._on(i))
            row = people + booked / pool.aht_factor
            self.model.add_linear_constraint(row >= needed[g, d * A_DAY + i])

    def _on(self, i: int) -> list[int]:
        return [b for b, (low, high) in enumerate(self.spans) if low <= HALF_HOUR * i < high]

    def cap(self, heads: float | mathopt.Variable, world: Clones) -> None:
        """Keep the elastic cap at every moment."""
        assert world.centre.elastic is not None
        for d in range(self.days):
            for i in range(world.hours[0] // HALF_HOUR, world.hours[1] // HALF_HOUR):
                busy = sum(self.seats[g][d][b] for g in range(self.groups) for b in self._on(i))
                self.model.add_linear_constraint(busy - world.centre.elastic.share * heads <= 0.0)

    def shifts(self, contract: str) -> mathopt.LinearBase:
        """Return the number of shifts of a contract."""
        return mathopt.fast_sum(
            day[f] for group in self.core for day in group for f, s in enumerate(self.forms) if s.contract == contract
        )

    def pay(self, hourly: float) -> mathopt.LinearBase:
        """Return the pay of people."""
        return mathopt.fast_sum(
            hourly * self.forms[f].paid_h * variable
            for group in self.core
            for day in group
            for f, variable in enumerate(day)
        )

    def booked(self, world: Clones) -> mathopt.LinearBase:
        """Return the price of elastic seats."""
        assert world.centre.elastic is not None
        hourly = world.centre.elastic.hourly_cost
        return mathopt.fast_sum(
            hourly * (self.spans[b][1] - self.spans[b][0]) / 60 * variable
            for group in self.seats
            for day in group
            for b, variable in enumerate(day)
        )


def _spans(world: Clones) -> tuple[tuple[int, int], ...]:
    """Return the elastic blocks of a day, in minutes."""
    assert world.centre.elastic is not None
    opened, closed = world.hours
    lengths = [int(60 * hours) for hours in world.centre.elastic.block_hours]
    return tuple((low, low + n) for n in lengths for low in range(opened, closed - n + 1, HALF_HOUR))


def _cover_day(
    world: Clones, needed: Floats, day: int, counts: dict[str, tuple[int, ...]], heads: int
) -> tuple[tuple[DayShift, ...], list[Block]] | None:
    program = _Program(world, needed, whole=True)
    for name, by_day in counts.items():
        program.model.add_linear_constraint(program.shifts(name) == by_day[day])
    program.cap(float(heads), world)
    program.model.minimize(program.booked(world))
    limits = mathopt.SolveParameters(absolute_gap_tolerance=ABSOLUTE_GAP, node_limit=NODES)
    result = mathopt.solve(program.model, mathopt.SolverType.HIGHS, params=limits)
    if not result.has_primal_feasible_solution():
        return None
    value = result.variable_values()
    shifts = tuple(
        DayShift(shape, g, round(value[program.core[g][0][f]]))
        for f, shape in enumerate(program.forms)
        for g in range(program.groups)
        if round(value[program.core[g][0][f]]) > 0
    )
    blocks = [
        Block(g, day, low, high, round(value[program.seats[g][0][b]]))
        for g in range(program.groups)
        for b, (low, high) in enumerate(program.spans)
        if round(value[program.seats[g][0][b]]) > 0
    ]
    return shifts, blocks
