"""Large neighbourhoods of a roster, each searched by column generation: some nurses, or some days of all nurses.

Notes
-----
All cells outside a neighbourhood keep the roster's. The master's bound tells at once where nothing better is inside;
such neighbourhoods are then made larger. Otherwise the dive looks for a roster, and CP-SAT among the lines at hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.nurse_rostering.assemble import assemble
from benchmarks.nurse_rostering.clock import Limit
from benchmarks.nurse_rostering.columns import Columns, whole
from benchmarks.nurse_rostering.dive import dive, roster_cost
from benchmarks.nurse_rostering.instance import OFF
from benchmarks.nurse_rostering.master import Flags
from domain.history import Floats, Ints

FIRST_SHARE, FIRST_CELLS, LEAST_CELLS = 0.25, 2_000.0, 200
"""Nurse-days that the first neighbourhoods leave open, as a share of all and at most; and the least of any."""

WHOLE_SHARE = 0.05
"""Share of neighbourhoods that leave everything open, until time is up in one of them."""

FACTOR = {"better": 1.0, "empty": 1.4, "missed": 0.85, "late": 0.6}
"""Change of size by what came of a neighbourhood."""

PATIENCE_SHARE, PATIENCE_S = 0.1, 20.0
"""Share of the time left, and seconds at the least, for one neighbourhood."""

MOST_LINES = 150
"""Lines a nurse, beyond which the dearest are forgotten."""


@dataclass
class State:
    """The best roster so far, its cost, and the bound on all rosters."""

    roster: Ints
    cost: int
    bound: float
    told: Callable[[str], None] = field(default=lambda _: None)

    @property
    def proven(self) -> bool:
        """Whether nothing can be cheaper."""
        return self.cost <= whole(self.bound)

    def take(self, cost: int, roster: Ints, where: str) -> None:
        """Keep a cheaper roster."""
        if cost < self.cost:
            self.cost, self.roster = cost, roster.copy()
            self.told(f"{cost} by {where}")


def improve(columns: Columns, state: State, cells_open: Flags, limit: Limit, rng: np.random.Generator) -> None:
    """Search neighbourhoods within the cells open until the time is up or the roster is proven best."""
    inst = columns.inst
    most = len(inst.nurses) * inst.days
    cells = dict.fromkeys(("nurses", "days"), min(FIRST_SHARE * most, FIRST_CELLS))
    whole_share = WHOLE_SHARE
    while limit.left > 0 and not state.proven:
        kind = str(rng.choice(("all", "nurses", "days"), p=(whole_share, *(2 * [(1 - whole_share) / 2]))))
        if kind == "all":
            opened: Flags = np.ones(state.roster.shape, dtype=np.bool_)
        else:
            pick = _nurses if kind == "nurses" else _days
            opened = pick(columns, state.roster, int(cells[kind]), rng)
        outcome = explore(columns, state, cells_open & opened[:, :, None], opened, limit, rng)
        if kind != "all":
            cells[kind] = min(max(cells[kind] * FACTOR[outcome], LEAST_CELLS), most)
        elif outcome == "late":
            whole_share = 0.0
        _tidy(columns, state)


def explore(
    columns: Columns, state: State, allowed: Flags, opened: Flags, limit: Limit, rng: np.random.Generator
) -> str:
    """Search one neighbourhood.

    Returns
    -------
    str
        ``better``; ``empty`` where nothing better is there, ``missed`` where it was not found, ``late`` where time was
        up.
    """
    allowed = allowed.copy()
    np.put_along_axis(allowed, state.roster[:, :, None] + 1, True, axis=2)
    for nurse, line in enumerate(state.roster):
        columns.master.add(nurse, line)
    limit = limit.within(max(PATIENCE_S, PATIENCE_SHARE * limit.left))
    closed = columns.close(allowed, limit, stop=state.cost - 1 + 1e-4, slack=0.5)
    if whole(closed.bound) >= state.cost:
        return "empty"
    found = dive(columns, allowed, closed, state.cost, limit, rng)
    where = "dive"
    if found is None and limit.left > 0:
        found = assemble(columns, allowed, closed, state.roster, state.cost, limit)
        where = "lines"
    if found is None:
        return "missed" if limit.left > 0 else "late"
    state.take(roster_cost(columns.inst, found), found, f"{where}, {int(opened.sum())} cells")
    return "better"


def _nurses(columns: Columns, roster: Ints, cells: int, rng: np.random.Generator) -> Flags:
    """Open all days of some nurses: more often of those whose days meet cover that costs, or whose requests do."""
    inst = columns.inst
    blame = _blame(columns, roster)
    weight = blame.sum(axis=1) + 0.05 * blame.sum() / len(inst.nurses) + 1e-9
    count = min(max(cells // inst.days, 2), len(inst.nurses))
    chosen = rng.choice(len(inst.nurses), count, replace=False, p=weight / weight.sum())
    opened = np.zeros(roster.shape, dtype=np.bool_)
    opened[chosen] = True
    return opened


def _days(columns: Columns, roster: Ints, cells: int, rng: np.random.Generator) -> Flags:
    """Open a window of days of all nurses, around a day that costs."""
    inst = columns.inst
    blame = _blame(columns, roster).sum(axis=0)
    weight = blame + 0.1 * blame.sum() / inst.days + 1e-9
    length = min(max(cells // len(inst.nurses), 3), inst.days)
    middle = int(rng.choice(inst.days, p=weight / weight.sum()))
    first = min(max(middle - int(rng.integers(length)), 0), inst.days - length)
    opened = np.zeros(roster.shape, dtype=np.bool_)
    opened[:, first : first + length] = True
    return opened


def _blame(columns: Columns, roster: Ints) -> Floats:
    """Return the cost at each nurse's day: of requests, and of the day's cover, shared by those who could change it."""
    inst = columns.inst
    days = np.arange(inst.days)
    there = np.zeros_like(inst.need)
    works = roster != OFF
    np.add.at(there, (np.nonzero(works)[1], roster[works]), 1)
    lack = inst.need - there
    cover = (np.maximum(lack, 0) * inst.under + np.maximum(-lack, 0) * inst.over).sum(axis=1)
    asked = inst.want.sum(axis=2) + np.where(
        works, np.take_along_axis(inst.shun - inst.want, np.maximum(roster, 0)[:, :, None], 2)[:, :, 0], 0
    )
    shared: Floats = asked + np.sqrt(cover)[days] / math.sqrt(len(inst.nurses))
    return shared


def _tidy(columns: Columns, state: State) -> None:
    """Forget old lines where there are too many: all but the newest and the roster's."""
    master = columns.master
    if master.count > 2 * MOST_LINES * len(columns.people):
        kept = np.arange(master.count) >= master.count - MOST_LINES * len(columns.people)
        kept |= (master.lines == state.roster[master.owner]).all(axis=1)
        master.drop_others(kept)
