"""Cells that no better roster uses: ruled out by the bound, one nurse and day at a time.

Notes
-----
At given prices the bound is the cost of cover plus each nurse's cheapest line. Forcing one cell raises it by what the
nurse's cheapest line through that cell costs more; where that reaches the best roster's cost, the cell can be barred
(reduced-cost fixing). Near the best cost few cells are left, and CP-SAT can settle what lines leave open.
"""

from __future__ import annotations

import numpy as np

from benchmarks.nurse_rostering.chain import FAR
from benchmarks.nurse_rostering.clock import Limit
from benchmarks.nurse_rostering.columns import Columns, whole
from benchmarks.nurse_rostering.master import Flags
from domain.history import Floats


def open_cells(columns: Columns, allowed: Flags, prices: Floats, best: int, limit: Limit) -> Flags:
    """Return the cells allowed that a roster cheaper than the best may use; all where its time is up.

    Parameters
    ----------
    columns : Columns
        Whose bounds must be exact.
    allowed : bool array, shape (nurses, days, 1 + shifts)
    prices : float array, shape (days, shifts)
        Of a good bound.
    best : int
    limit : Limit
    """
    inst, master = columns.inst, columns.master
    costs = [np.where(allowed[n, :, 1:], master.day_costs[n] - prices, FAR) for n in range(len(inst.nurses))]
    frees = [np.where(allowed[n, :, 0], 0.0, FAR) for n in range(len(inst.nurses))]
    least = [p.cheapest(cost, free) for p, cost, free in zip(columns.people, costs, frees, strict=True)]
    bound = float((prices * inst.need).sum() + master.base.sum() + sum(found.bound for found in least))
    kept = allowed.copy()
    for n, person in enumerate(columns.people):
        room = best - bound + least[n].bound
        for d, c in np.argwhere(allowed[n]).tolist():
            if limit.left <= 0:
                return allowed
            if least[n].line[d] + 1 == c:
                continue
            cost, free = costs[n].copy(), frees[n].copy()
            if c:
                free[d] = FAR
            cost[d, np.arange(len(inst.shifts)) != c - 1] = FAR
            # a line cheap enough keeps the cell, and need not be the cheapest
            found = person.cheapest(cost, free, room - 1)
            kept[n, d, c] = whole(bound + found.bound - least[n].bound) < best
    return kept
