"""An instance from start to finish: a first roster, the bound, the dive, and neighbourhoods while time is left."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.nurse_rostering.clock import Limit
from benchmarks.nurse_rostering.columns import Columns, whole
from benchmarks.nurse_rostering.dive import dive, roster_cost
from benchmarks.nurse_rostering.instance import OFF, Instance
from benchmarks.nurse_rostering.master import Flags
from benchmarks.nurse_rostering.program import run_program
from benchmarks.nurse_rostering.reduce import open_cells
from benchmarks.nurse_rostering.search import State, improve
from domain.history import Ints

BOUND_SHARE = 0.4
"""Share of the time after which the bound is left as it is."""

START_SHARE = 0.15
"""Share of the time in which a first roster is gone over once more."""

DIVE_GAP = 0.05
"""Gap of the linear master up to which dives with all cells open are worth while."""

ROOT_DIVES = 3
"""Dives with all cells open."""

SMALL_PROGRAM = 2_000
"""Cells, free days among them, up to which all rules are tried as one program."""

NEAR_BOUND = 0.015
"""Gap up to which it is worth while to ask which cells the bound leaves open; small instances are always asked."""

CELLS_SHARE = 0.1
"""Share of the time left that this may take."""

PHASES = ((0.0, 0.05), (0.3, 0.4), (0.6, 0.5))
"""Shares of the time left for neighbourhoods, and then for one program over the cells that the bound leaves open."""


@dataclass(frozen=True)
class Solution:
    """The best roster found, its cost, and a cost that no roster is below."""

    roster: Ints
    cost: int
    bound: int

    def rows(self, inst: Instance) -> list[tuple[str, int, str]]:
        """Return its shifts as rows of nurse, day and shift."""
        return [
            (inst.nurses[n].name, int(d), inst.shifts[self.roster[n, d]])
            for n, d in np.argwhere(self.roster != OFF).tolist()
        ]


def solve(inst: Instance, seconds: float, *, seed: int = 1, told: Callable[[str], None] = lambda _: None) -> Solution:
    """Solve an instance within a time on the wall.

    Parameters
    ----------
    inst : Instance
    seconds : float
    seed : int
        Of the choice of neighbourhoods.
    told : callable
        Takes a line of text at every better roster.

    Raises
    ------
    ValueError
        Where a nurse has no legal line of days.
    """
    limit = Limit(seconds)
    columns = Columns(inst)
    roster = columns.start(limit.within(START_SHARE * seconds))
    state = State(roster, roster_cost(inst, roster), -math.inf, told)
    told(f"{state.cost} to start with")
    everything = columns.everything()
    closed = columns.close(everything, limit.within(BOUND_SHARE * seconds), stop=math.inf)
    if columns.proves:
        state.bound = closed.bound
    prices, cells = closed.prices, everything
    columns.centre = prices
    told(f"bound {closed.bound:.2f}, master {closed.answer.cost:.2f}")
    rng = np.random.default_rng(seed)
    for _ in range(ROOT_DIVES):
        # without a good bound the prices say little, and neighbourhoods are the better use of the time
        if state.proven or limit.left <= 0 or closed.answer.cost - closed.bound > DIVE_GAP * closed.answer.cost:
            break
        found = dive(columns, everything, closed, state.cost, limit, rng)
        if found is not None:
            state.take(roster_cost(inst, found), found, "dive")
        closed = columns.close(everything, limit, stop=state.cost - 1 + 1e-4)
    counted = state.cost + 1
    for search_share, program_share in PHASES:
        improve(columns, state, cells, limit.within(search_share * limit.left), rng)
        gap = (state.cost - state.bound) / max(state.cost, 1)
        if state.proven or not columns.proves or (cells.sum() > SMALL_PROGRAM and gap > NEAR_BOUND):
            continue
        if state.cost < counted:
            counted = state.cost
            cells = open_cells(columns, cells, prices, counted, limit.within(CELLS_SHARE * limit.left))
            told(f"{int(cells.sum())} cells of {int(everything.sum())} are open")
        if cells.sum() <= SMALL_PROGRAM:
            _whole_program(inst, state, cells, limit.within(program_share * limit.left))
    improve(columns, state, cells, limit, rng)
    return Solution(state.roster, state.cost, whole(state.bound))


def _whole_program(inst: Instance, state: State, cells: Flags, limit: Limit) -> None:
    """Try all rules as one program over the cells open, from the best roster."""
    outcome = run_program(inst, cells, state.roster, state.cost, whole(state.bound), limit)
    if outcome.roster is not None:
        state.take(roster_cost(inst, outcome.roster), outcome.roster, "the whole program")
    state.bound = max(state.bound, min(outcome.bound, state.cost))
