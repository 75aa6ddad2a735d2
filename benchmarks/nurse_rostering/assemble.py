"""The best roster that the lines found so far can make, by CP-SAT."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.nurse_rostering.clock import Limit
from benchmarks.nurse_rostering.columns import Closed, Columns, whole
from benchmarks.nurse_rostering.instance import OFF
from benchmarks.nurse_rostering.master import Flags
from domain.history import Ints

WORKERS = 8
"""Strategies that CP-SAT runs side by side, whatever the number of cores: fewer would drop its best ones."""

WORK = 1.0
"""Deterministic time after which an assembly ends."""

MOST_LINES = 4_000
"""Lines, the cheapest at the master's prices, that an assembly looks at."""


def assemble(columns: Columns, allowed: Flags, closed: Closed, roster: Ints, best: int, limit: Limit) -> Ints | None:
    """Return a roster of lines within the cells allowed that costs less than the best; None where none is found.

    Parameters
    ----------
    columns : Columns
    allowed : bool array, shape (nurses, days, 1 + shifts)
    closed : Closed
        The master's answer within them: lines that its bound rules out are left out.
    roster : int array, shape (nurses, days)
        The best roster so far, which must keep to the cells allowed.
    best : int
        Its cost.
    limit : Limit
    """
    master, inst = columns.master, columns.inst
    here = np.flatnonzero(master.within(allowed))
    prices = np.concatenate([np.zeros((inst.days, 1)), closed.prices], axis=1)
    value = master.costs[here] - prices[np.arange(inst.days), master.lines[here] + 1].sum(axis=1)
    least = np.full(len(inst.nurses), np.inf)
    np.minimum.at(least, master.owner[here], value)
    reduced = value - least[master.owner[here]]
    order = np.argsort(reduced, kind="stable")[:MOST_LINES]
    order = order[reduced[order] < best - closed.bound]
    model = cp_model.CpModel()
    mine: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    load: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
    costs: list[cp_model.LinearExprT] = []
    used: list[tuple[int, Ints, cp_model.IntVar]] = []
    for k in here[order].tolist():
        n, line = int(master.owner[k]), master.lines[k]
        x = model.new_bool_var("")
        mine[n].append(x)
        costs.append(round(float(master.costs[k])) * x)
        used.append((n, line, x))
        model.add_hint(x, bool((line == roster[n]).all()))
        for d in np.flatnonzero(line != OFF).tolist():
            load[d, int(line[d])].append(x)
    if len(mine) < len(inst.nurses):
        return None
    for choices in mine.values():
        model.add_exactly_one(choices)
    for d, t in np.argwhere((inst.under > 0) | (inst.over > 0)).tolist():
        need, there = int(inst.need[d, t]), load[d, t]
        lack = model.new_int_var(0, need, "")
        spare = model.new_int_var(0, len(inst.nurses), "")
        model.add(sum(there) + lack - spare == need)
        costs += [int(inst.under[d, t]) * lack, int(inst.over[d, t]) * spare]
    total = sum(costs)
    model.add(total <= best - 1)
    model.add(total >= whole(closed.bound))
    model.minimize(total)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_deterministic_time = WORK
    solver.parameters.max_time_in_seconds = max(limit.left, 0.1)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    made = roster.copy()
    for n, line, x in used:
        if solver.value(x):
            made[n] = line
    return made
