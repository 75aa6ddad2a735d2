"""The best roster that the tours and blocks found so far can make, by CP-SAT.

Notes
-----
One Boolean a tour, one integer an elastic block. Seats follow from them, and each service curve is replaced by the
convex hull of its knots around the seats of the best roster so far, all in whole numbers of small units. The answer
is measured by the exact planning model afterwards, so an error of the hull can cost an improvement but never make a
wrong claim.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from ortools.sat.python import cp_model

from domain.history import Floats, Ints
from scheduling.blocks import add_block
from scheduling.instance import Instance
from scheduling.pricing import tour_cost
from scheduling.roll import Roll, measure, presence
from scheduling.service_model import add_tour, row_values

OFFSETS = np.array([-5.0, -3.5, -2.25, -1.25, -0.6, -0.2, 0.0, 0.2, 0.6, 1.25, 2.25, 3.5, 5.0])
"""Knots of the hull, in seats from those of the best roster so far."""

NEAR = 0.25
"""Rows met with more room than this share of their limit are left out of the program."""

UNIT = 200
"""Whole numbers to one seat: finer ones make the solver's propagation creep by steps of one."""

FINE = 10_000
"""Whole numbers to a relative miss of 1, and to a curve's largest value."""

PATIENCE_S = 60.0
"""Seconds after which an assembly ends in any case."""

DIGITS = 1_000
"""Factor that keeps the digits of a row's weights."""

CENTS = 100
"""Whole numbers to one of the currency."""

WORKERS = 8
"""Strategies that CP-SAT runs side by side, whatever the number of cores: fewer would drop its best ones."""


def hull(x: Floats, y: Floats, *, lower: bool) -> list[tuple[float, float]]:
    """Return slope and intercept of the lower (upper) hull's segments of points in order of x."""
    sign = 1.0 if lower else -1.0
    stack: list[tuple[float, float]] = []
    for point in zip(x.tolist(), (sign * y).tolist(), strict=True):
        while len(stack) >= 2:
            (x1, y1), (x2, y2) = stack[-2], stack[-1]
            if (y2 - y1) * (point[0] - x2) < (point[1] - y2) * (x2 - x1) - 1e-12:
                break
            stack.pop()
        stack.append(point)
    lines = []
    for (x1, y1), (x2, y2) in itertools.pairwise(stack):
        slope = (y2 - y1) / (x2 - x1)
        lines.append((sign * slope, sign * (y1 - slope * x1)))
    return lines


class _Program:
    """The program in four pieces: tours, blocks, service rows, objective."""

    def __init__(self, inst: Instance, best: Roll, movable: Ints) -> None:
        self.inst = inst
        self.best = best
        self.free = set(movable.tolist())
        self.model = cp_model.CpModel()
        self.costs: list[cp_model.LinearExprT] = []
        self.columns: list[tuple[int, Ints, cp_model.IntVar]] = []
        self.blocks: list[tuple[tuple[int, int, int], cp_model.IntVar]] = []
        self.seats: dict[tuple[int, int], list[tuple[cp_model.IntVar, float]]] = defaultdict(list)
        self.gains: dict[int, list[tuple[cp_model.IntVar, float]]] = defaultdict(list)
        self.heads: dict[tuple[int, int], list[tuple[cp_model.IntVar, int]]] = defaultdict(list)
        self.seat_fixed = inst.service.fixed.copy()
        self.gain_fixed = np.zeros_like(inst.service.limit)
        self.head_fixed = inst.floors.fixed.copy()
        self.levels: dict[tuple[int, int], cp_model.IntVar] = {}
        self.most: dict[int, int] = {}
        self.now = measure(inst, best)[0]

    def add_tours(self, found: Sequence[Roll]) -> None:
        """Give each movable agent one of the tours found; the others keep theirs."""
        for a in range(self.best.tours.shape[0]):
            distinct: dict[bytes, Ints] = {}
            for roll in (self.best, *found) if a in self.free else (self.best,):
                distinct.setdefault(roll.tours[a].tobytes(), roll.tours[a])
            if len(distinct) == 1:
                add_tour(self.inst, self.best.tours[a], 1.0, self.seat_fixed, self.gain_fixed, self.head_fixed)
                continue
            mine = []
            for k, tour in enumerate(distinct.values()):
                x = self.model.new_bool_var(f"tour_{a}_{k}")
                added = self._empty()
                add_tour(self.inst, tour, 1.0, *added)
                self._spread(x, *added)
                self.costs.append(round(CENTS * tour_cost(self.inst, a, tour)) * x)
                self.columns.append((a, tour, x))
                self.model.add_hint(x, k == 0)
                self.most[x.index] = 1
                mine.append(x)
            self.model.add_exactly_one(mine)

    def add_presence(self, least: Ints) -> None:
        """Keep as many heads in a shift as others' rules count on."""
        if not least.any():
            return
        fixed = np.zeros(self.inst.slots, dtype=np.int64)
        moved = {a for a, _, _ in self.columns}
        for a in self.free - moved:
            fixed += presence(self.inst, self.best.tours[a])
        load: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for _, tour, x in self.columns:
            for s in np.flatnonzero(presence(self.inst, tour)).tolist():
                load[s].append(x)
        for s in np.flatnonzero(least > fixed).tolist():
            self.model.add(sum(load[s]) + int(fixed[s]) >= int(least[s]))

    def add_blocks(self, found: Sequence[Roll]) -> None:
        """Book whole blocks under the cap: those found, and the same moved by one slot or of another length."""
        pool = self.inst.elastic
        if pool.kind.shape[0] == 0:
            return
        top = self.inst.intervals * self.inst.per_interval
        wanted: set[tuple[int, int, int]] = set()
        for roll in (self.best, *found):
            for k, start, _ in roll.blocks.tolist():
                for moved in (start - 1, start, start + 1):
                    for size in pool.lengths.tolist():
                        span = range(moved, moved + size)
                        inside = moved >= 0 and moved + size <= top
                        if inside and all(pool.cap[s] > 0 and self.inst.kinds.open[pool.kind[k], s] for s in span):
                            wanted.add((int(k), int(moved), int(size)))
        booked: dict[tuple[int, int, int], int] = defaultdict(int)
        for k, start, length in self.best.blocks.tolist():
            booked[k, start, length] += 1
        load: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for block in sorted(wanted):
            k, start, length = block
            z = self.model.new_int_var(0, int(pool.cap.max()), f"block_{k}_{start}_{length}")
            added = self._empty()
            add_block(self.inst, np.array(block), 1.0, *added, np.zeros(self.inst.slots, dtype=np.int64))
            self._spread(z, *added)
            for s in range(start, start + length):
                load[s].append(z)
            self.costs.append(round(CENTS * length * pool.slot_cost) * z)
            self.blocks.append((block, z))
            self.model.add_hint(z, booked[block])
            self.most[z.index] = int(pool.cap.max())
        for s, terms in load.items():
            self.model.add(sum(terms) <= int(pool.cap[s]))

    def _empty(self) -> tuple[Floats, Floats, Ints]:
        return np.zeros_like(self.seat_fixed), np.zeros_like(self.gain_fixed), np.zeros_like(self.head_fixed)

    def _spread(self, x: cp_model.IntVar, seats: Floats, gains: Floats, heads: Ints) -> None:
        for g, t in np.argwhere(seats).tolist():
            self.seats[g, t].append((x, float(seats[g, t])))
        for r in np.flatnonzero(gains).tolist():
            self.gains[r].append((x, float(gains[r])))
        for f, s in np.argwhere(heads).tolist():
            self.heads[f, s].append((x, int(heads[f, s])))

    def add_floors(self) -> None:
        """Keep minimum staff, and to the desks, wherever the tours at hand can."""
        need = self.inst.floors.need - self.head_fixed
        for (f, s), terms in self.heads.items():
            most = int(need[f, s]) - sum(min(c, 0) * self.most[x.index] for x, c in terms)
            if most > 0:
                lack = self.model.new_int_var(0, most, f"lack_{f}_{s}")
                self.model.add(sum(c * x for x, c in terms) + lack >= int(need[f, s]))
                self.costs.append(round(CENTS * self.inst.floors.price) * lack)

    def add_rows(self) -> None:
        """Price the miss of every target row that is near its limit; rows that say the same are merged."""
        service = self.inst.service
        seats, gains, _, _ = measure(self.inst, self.best)
        values = row_values(self.inst, seats, gains)
        merged: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for r in range(len(values)):
            room = service.sign[r] * (values[r] - service.limit[r]) / service.limit[r]
            if room > -NEAR:
                key = (
                    int(service.row_curve[r]),
                    float(service.limit[r]),
                    float(service.base[r]),
                    service.weight[r].round(9).tobytes(),
                    r if service.row_curve[r] < 0 else -1,
                )
                merged[key].append(r)
        heights: dict[tuple[int, int], cp_model.IntVar] = {}
        for group in merged.values():
            r = group[0]
            c, limit, sign = int(service.row_curve[r]), float(service.limit[r]), float(service.sign[r])
            constant = float(service.base[r]) - limit
            if c < 0:
                constant += float(self.gain_fixed[r])
                value = sum(round(sign * DIGITS * FINE * v) * x for x, v in self.gains.get(r, []))
            else:
                for t in np.flatnonzero(service.weight[r]).tolist():
                    if (c, t) not in heights:
                        heights[c, t] = self._height(c, t, sign, float(seats[service.curve_pool[c], t]))
                scale = sign * DIGITS * self._range(c)
                weights = [(t, float(service.weight[r, t])) for t in np.flatnonzero(service.weight[r]).tolist()]
                value = sum(round(scale * w) * heights[c, t] for t, w in weights)
            miss = self.model.new_int_var(0, 100 * FINE, f"miss_{r}")
            self.model.add(round(DIGITS * limit) * miss >= value + round(sign * DIGITS * FINE * constant))
            self.costs.append(max(1, round(CENTS * float(service.price[group].sum()) / FINE)) * miss)

    def _range(self, c: int) -> float:
        """Return the largest value of a curve: heights are parts of it."""
        return max(float(np.abs(self.inst.service.curves[c]).max()), 1e-9)

    def _seat(self, g: int, t: int) -> cp_model.IntVar:
        """Return the seats of a pool in an interval as one variable, so that its row is written once."""
        if (g, t) not in self.levels:
            terms = [(x, round(UNIT * v)) for x, v in self.seats.get((g, t), [])]
            fixed = round(UNIT * float(self.seat_fixed[g, t]))
            top = fixed + sum(v * self.most[x.index] for x, v in terms)
            level = self.model.new_int_var(0, top, f"seats_{g}_{t}")
            self.model.add(level == sum(v * x for x, v in terms) + fixed)
            self.levels[g, t] = level
        return self.levels[g, t]

    def _height(self, c: int, t: int, sign: float, now: float) -> cp_model.IntVar:
        """Return a variable held on the wrong side of a curve's hull around the seats of now."""
        service = self.inst.service
        g = int(service.curve_pool[c])
        each = service.step / service.efficiency[g, t]
        last = service.curves.shape[2] - 1
        knots = np.unique(np.clip(np.round((now + OFFSETS) / each).astype(np.int64), 0, last))
        if len(knots) < 2:
            knots = np.array([last - 1, last])
        height = self.model.new_int_var(-2 * FINE, 2 * FINE, f"curve_{c}_{t}")
        seat = self._seat(g, t)
        top = self._range(c)
        for slope, intercept in hull(each * knots, service.curves[c, t, knots], lower=sign > 0):
            line = round(FINE * slope / top) * seat + round(FINE * UNIT * intercept / top)
            self.model.add(UNIT * height >= line if sign > 0 else UNIT * height <= line)
        return height

    def solve(self, work: float, seconds: float | None) -> Roll:
        """Return the program's best roster, or the one it started from."""
        self.model.minimize(sum(self.costs))
        solver = cp_model.CpSolver()
        solver.parameters.max_deterministic_time = work
        # the deterministic limit rules; the clock only ends what never looks at it
        solver.parameters.max_time_in_seconds = PATIENCE_S if seconds is None else min(seconds, PATIENCE_S)
        solver.parameters.num_workers = WORKERS
        solver.parameters.interleave_search = True
        solver.parameters.random_seed = 1
        # an interrupt is heard by whoever asked for the plan, and keeps the best roster
        solver.parameters.catch_sigint_signal = False
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return self.best
        tours = self.best.tours.copy()
        for a, tour, x in self.columns:
            if solver.boolean_value(x):
                tours[a] = tour
        blocks = [block for block, z in self.blocks for _ in range(solver.value(z))]
        return Roll(tours, np.array(blocks, dtype=np.int64).reshape(-1, 3))


def assemble(
    inst: Instance,
    best: Roll,
    found: Sequence[Roll],
    movable: Ints,
    least: Ints,
    work: float,
    seconds: float | None = None,
) -> Roll:
    """Choose one tour an agent and whole elastic blocks, starting from the best roster.

    Parameters
    ----------
    inst : Instance
    best : Roll
        Best roster so far; handed to the solver as its first solution.
    found : sequence of Roll
        Rosters whose tours and blocks may be mixed.
    movable : int array
        Agents that may change.
    least : int array, shape (slots,)
        Movable heads in a shift that each slot must keep.
    work : float
        Limit in CP-SAT's deterministic time, so that equal input gives an equal answer.
    seconds : float, optional
        Limit on wall time, where the caller set one.

    Returns
    -------
    Roll
        The program's roster, or ``best`` where it found none.
    """
    program = _Program(inst, best, movable)
    program.add_tours(found)
    program.add_blocks(found)
    program.add_presence(least)
    program.add_floors()
    program.add_rows()
    return program.solve(work, seconds)
