"""What a common tool does: Erlang C by the interval, gross-up, whole shifts over the curve, names.

1. **Groups.** Phone and text are staffed apart and pooled inside, as in our own planning model: staffing the fifteen
   queues one by one would cost far more and would be a straw man. A text counts as a call of its handle time over the
   concurrency.
2. **Requirement.** Per half hour the fewest whole agents with an Erlang C mean wait of at most 90 s and an occupancy of
   at most .90, grossed up for absence and for time lost in shift.
3. **Cover.** The cheapest whole shifts of the centre's contracts, in the centre's mix, that reach the requirement in
   every half hour, breaks in the middle of their windows, with the same elastic blocks under the same cap, counted at
   their own speed: integer programs over starts and blocks.
4. **Names.** Shifts are handed to people of their contract in turn, each the number of days owed.

In its favour, the rest between two shifts of a person is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from ortools.math_opt.python import mathopt

from benchmarks.clones import DAYS, WAIT_S, WEEK, Clones, mix
from capacity.search import Limits, seats_for
from domain.contracts import Contract
from domain.grid import local_midnight
from domain.history import Floats
from domain.roster import Roster, Stretch
from planning.reference import parameters as case

SLOT = 15
"""Minutes of the schedule's grid."""

OCCUPANCY = 0.90
NODES = 60
ABSOLUTE_GAP = 80.0
"""Of a day's price of elastic seats: about one hour of one seat, half a per cent of the day."""
HALF_HOUR = 30
A_DAY = 48


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


def erlang_c_agents(world: Clones, wait_s: float = WAIT_S, occupancy: float = OCCUPANCY) -> Floats:
    """Return the whole agents each group and half hour needs on duty, shape (groups, intervals).

    Parameters
    ----------
    world : Clones
    wait_s, occupancy : float
        Limits on the mean wait of Erlang C and on the load an agent.
    """
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
        found.append(np.ceil(seats_for(rate, aht, Limits(mean_wait_s=wait_s, occupancy=occupancy)) - 1e-6))
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


def weekly_bound(world: Clones, needed: Floats) -> tuple[float, float]:
    """Return the least cost and the heads of the week's linear relaxation: no cover of these shifts costs less."""
    program = _Program(world, needed)
    heads = program.model.add_variable(lb=0)
    total = sum(case.CONTRACTS.values())
    for name, count in case.CONTRACTS.items():
        owed = world.centre.contract(name).days_per_week.min * heads * count / total
        program.model.add_linear_constraint(program.shifts(name) == owed)
    program.cap(heads, world)
    program.model.minimize(program.pay() + program.booked(world))
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
    counts = deal(world, needed, mix(heads))

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
            for i in range(case.OPENS * 2, case.CLOSES * 2):
                busy = sum(self.seats[g][d][b] for g in range(self.groups) for b in self._on(i))
                self.model.add_linear_constraint(busy - world.centre.elastic.share * heads <= 0.0)

    def shifts(self, contract: str) -> mathopt.LinearBase:
        """Return the number of shifts of a contract."""
        return mathopt.fast_sum(
            day[f] for group in self.core for day in group for f, s in enumerate(self.forms) if s.contract == contract
        )

    def pay(self) -> mathopt.LinearBase:
        """Return the pay of people."""
        return mathopt.fast_sum(
            case.HOURLY_COST * self.forms[f].paid_h * variable
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
    opened, closed = case.OPENS * 60, case.CLOSES * 60
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


def named(world: Clones, cover: Cover) -> Roster:
    """Hand shifts to people of their contract in turn; each gets the days owed, and never two a day."""
    turn = dict.fromkeys(case.CONTRACTS, 0)
    people = mix(cover.heads)
    first = dict(zip(people, np.cumsum([0, *people.values()]).tolist(), strict=False))
    rows: list[Stretch] = []
    for d, shifts in enumerate(cover.days):
        for shift in shifts:
            name = shift.shape.contract
            for _ in range(shift.people):
                person = f"A{first[name] + turn[name] % people[name] + 1:03d}"
                rows += stretches(world, shift.shape, person, d, world.groups[shift.group])
                turn[name] += 1
    return Roster.of([*rows, *elastic_stretches(world, cover.blocks)])


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
