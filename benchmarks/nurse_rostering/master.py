"""The linear master over lines: which share of each nurse's lines meets the cover at the least cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt

from benchmarks.nurse_rostering.instance import OFF, Instance
from domain.history import Floats, Ints

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Answer:
    """What the master found.

    Attributes
    ----------
    cost : float
    shares : float array, shape (lines,)
    cover : float array, shape (days, shifts)
        What one nurse more on a shift saves.
    nurse : float array, shape (nurses,)
        Cost, prices of cover deducted, from which a further line of the nurse is of no use.
    """

    cost: float
    shares: Floats
    cover: Floats
    nurse: Floats


class Master:
    """Lines of days and their shares, kept so that each answer starts from the last."""

    def __init__(self, inst: Instance) -> None:
        self.inst = inst
        self.base = inst.want.sum(axis=(1, 2)).astype(np.float64)
        self.day_costs = inst.day_costs()
        self.count = 0
        self._owner = np.empty(256, dtype=np.int64)
        self._costs = np.empty(256)
        self._lines = np.empty((256, inst.days), dtype=np.int64)
        self._shares: list[mathopt.Variable] = []
        self._open: list[bool] = []
        self._known: set[tuple[int, bytes]] = set()
        self._build()

    def _build(self) -> None:
        inst = self.inst
        self.model = mathopt.Model()
        self.one = [self.model.add_linear_constraint(lb=1.0, ub=1.0) for _ in inst.nurses]
        self.rows: dict[tuple[int, int], mathopt.LinearConstraint] = {}
        for d, t in np.argwhere((inst.under > 0) | (inst.over > 0)).tolist():
            need = float(inst.need[d, t])
            row = self.model.add_linear_constraint(lb=need, ub=need)
            # without upper bounds, which would let a price pass that of one too few and the bound be none
            for sign, price in ((1.0, inst.under), (-1.0, inst.over)):
                off = self.model.add_variable(lb=0.0)
                row.set_coefficient(off, sign)
                self.model.objective.set_linear_coefficient(off, float(price[d, t]))
            self.rows[d, t] = row
        # a nurse without a line: dearer than any, it only serves until there is one
        dear = float(inst.want.sum() + inst.shun.sum() + (inst.need * inst.under).sum() + inst.over.sum() + 1)
        for row in self.one:
            none = self.model.add_variable(lb=0.0)
            row.set_coefficient(none, 1.0)
            self.model.objective.set_linear_coefficient(none, dear)
        self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)
        self.parameters = mathopt.SolveParameters(presolve=mathopt.Emphasis.OFF, threads=1)

    @property
    def owner(self) -> Ints:
        """Nurse of each line."""
        return self._owner[: self.count]

    @property
    def costs(self) -> Floats:
        """Cost of requests of each line."""
        return self._costs[: self.count]

    @property
    def lines(self) -> Ints:
        """Shift on each day; (lines, days)."""
        return self._lines[: self.count]

    def line_cost(self, n: int, line: Ints) -> float:
        """Return the cost of a nurse's requests under a line."""
        worked = np.flatnonzero(line != OFF)
        return float(self.base[n] + self.day_costs[n, worked, line[worked]].sum())

    def add(self, n: int, line: Ints) -> bool:
        """Add a nurse's line; return whether it is new."""
        key = (n, line.astype(np.int16).tobytes())
        if key in self._known:
            return False
        self._known.add(key)
        if self.count == len(self._owner):
            self._owner, self._costs = np.concatenate([self._owner] * 2), np.concatenate([self._costs] * 2)
            self._lines = np.concatenate([self._lines] * 2)
        cost = self.line_cost(n, line)
        self._owner[self.count], self._costs[self.count], self._lines[self.count] = n, cost, line
        self.count += 1
        share = self.model.add_variable(lb=0.0)
        self.model.objective.set_linear_coefficient(share, cost)
        self.one[n].set_coefficient(share, 1.0)
        for d in np.flatnonzero(line != OFF).tolist():
            row = self.rows.get((d, int(line[d])))
            if row is not None:
                row.set_coefficient(share, 1.0)
        self._shares.append(share)
        self._open.append(True)
        return True

    def within(self, allowed: Flags) -> Flags:
        """Return which lines keep to the cells allowed; (nurses, days, 1 + shifts), the free day first."""
        days = np.arange(self.inst.days)
        return np.asarray(allowed[self.owner[:, None], days, self.lines + 1].all(axis=1), dtype=np.bool_)

    def keep(self, fits: Flags) -> None:
        """Let only some of the lines have a share."""
        for k in np.flatnonzero(fits != np.array(self._open, dtype=np.bool_)).tolist():
            self._open[k] = bool(fits[k])
            self._shares[k].upper_bound = np.inf if fits[k] else 0.0

    def drop_others(self, kept: Flags) -> None:
        """Forget all lines but some, so that the program stays small."""
        old = [(int(self.owner[k]), self.lines[k].copy()) for k in np.flatnonzero(kept).tolist()]
        self.count = 0
        self._shares, self._open, self._known = [], [], set()
        self._build()
        for n, line in old:
            self.add(n, line)

    def solve(self) -> Answer:
        """Return the least cost over the lines at hand, with its prices.

        Raises
        ------
        RuntimeError
            Where the linear program is not solved.
        """
        result = self.solver.solve(params=self.parameters)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            raise RuntimeError(f"the master ended with {result.termination.reason}")
        duals = result.dual_values()
        prices = np.zeros((self.inst.days, len(self.inst.shifts)))
        for cell, row in self.rows.items():
            prices[cell] = duals[row]
        shares = np.array(result.variable_values(self._shares), dtype=np.float64)
        nurse = np.array([duals[row] for row in self.one])
        return Answer(float(result.objective_value()), shares, prices, nurse)
