"""All rules as one CP-SAT program over nurse, day and shift: a proof for small instances that lines leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.nurse_rostering.assemble import WORKERS
from benchmarks.nurse_rostering.clock import Limit
from benchmarks.nurse_rostering.instance import OFF, SATURDAY, Instance
from benchmarks.nurse_rostering.master import Flags
from domain.history import Ints

Cells = list[list[cp_model.IntVar]]


@dataclass(frozen=True)
class Outcome:
    """A cheaper roster if one was found, and a cost that none is below."""

    roster: Ints | None
    bound: int


def run_program(inst: Instance, allowed: Flags, roster: Ints, best: int, bound: int, limit: Limit) -> Outcome:
    """Look for the cheapest roster within the cells allowed, below the best.

    Parameters
    ----------
    inst : Instance
    allowed : bool array, shape (nurses, days, 1 + shifts)
    roster : int array, shape (nurses, days)
        The best so far, a hint.
    best, bound : int
        Its cost, and a cost that none is below.
    limit : Limit
    """
    model = cp_model.CpModel()
    costs: list[cp_model.LinearExprT] = [inst.asked]
    every: list[Cells] = []
    for n in range(len(inst.nurses)):
        cells = [[model.new_bool_var("") if ok else model.new_constant(0) for ok in day] for day in allowed[n].tolist()]
        for d, day in enumerate(cells):
            model.add_exactly_one(day)
            for t, x in enumerate(day):
                if allowed[n, d, t]:
                    model.add_hint(x, int(roster[n, d]) + 1 == t)
                    if t:
                        costs.append(int(inst.shun[n, d, t - 1] - inst.want[n, d, t - 1]) * x)
        _add_rules(model, inst, n, cells)
        every.append(cells)
    for d, t in np.argwhere((inst.under > 0) | (inst.over > 0)).tolist():
        need = int(inst.need[d, t])
        lack, spare = model.new_int_var(0, need, ""), model.new_int_var(0, len(inst.nurses), "")
        model.add(sum(cells[d][t + 1] for cells in every) + lack - spare == need)
        costs += [int(inst.under[d, t]) * lack, int(inst.over[d, t]) * spare]
    total = sum(costs)
    model.add_linear_constraint(total, bound, best - 1)
    model.minimize(total)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = max(limit.left, 0.1)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Outcome(None, best)
    least = max(bound, round(solver.best_objective_bound))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(None, least)
    found = np.full(roster.shape, OFF, dtype=np.int64)
    for n, cells in enumerate(every):
        for d, day in enumerate(cells):
            found[n, d] = next(t for t, x in enumerate(day) if solver.value(x)) - 1
    return Outcome(found, least)


def _add_rules(model: cp_model.CpModel, inst: Instance, n: int, cells: Cells) -> None:
    """Add the rules of one nurse, but for those of single days."""
    nurse = inst.nurses[n]
    for t, most in enumerate(nurse.most_of):
        model.add(sum(day[t + 1] for day in cells) <= most)
    minutes = sum(int(m) * day[t + 1] for day in cells for t, m in enumerate(inst.minutes))
    model.add_linear_constraint(minutes, nurse.least_minutes, nurse.most_minutes)
    same: dict[bytes, list[int]] = {}
    for t in range(len(inst.shifts)):
        same.setdefault(inst.barred[t].tobytes(), []).append(t)
    for group in same.values():
        after = np.flatnonzero(inst.barred[group[0]]).tolist()
        for d in range(inst.days - 1 if after else 0):
            model.add_at_most_one([cells[d][t + 1] for t in group] + [cells[d + 1][t + 1] for t in after])
    rest = [day[0] for day in cells]
    for d in range(inst.days - nurse.most_run):
        model.add_bool_or(rest[d : d + nurse.most_run + 1])
    # a run that touches neither end has its least length
    for d in range(1, inst.days):
        for later in range(d + 1, min(d + nurse.least_run, inst.days)):
            model.add_bool_or([rest[d - 1].negated(), rest[d], rest[later].negated()])
        for later in range(d + 1, min(d + nurse.least_off, inst.days)):
            model.add_bool_or([rest[d - 1], rest[d].negated(), rest[later]])
    weekends = []
    for first in range(SATURDAY, inst.days, 7):
        worked = model.new_bool_var("")
        for day in rest[first : first + 2]:
            model.add_bool_or([day, worked])
        weekends.append(worked)
    model.add(sum(weekends) <= nurse.most_weekends)
