"""A roster in the middle of its annealing: what it is, the best so far, and who is there."""

from __future__ import annotations

from typing import NamedTuple

from domain.history import Floats, Ints
from scheduling.best_day import DayRoom
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.moves import take_row, take_week


class Annealed(NamedTuple):
    """A roster in the middle of its annealing, the best one so far, and room for a change.

    Attributes
    ----------
    tours, best_tours : int arrays, shape (agents, days, 3 + most breaks)
    blocks, best_blocks : int arrays, shape (most blocks, 3)
    counts : int array, shape (4,)
        Blocks, the slots they book, blocks of the best roster, and people who differ from it.
    used : int array, shape (slots,)
        Elastic seats in use.
    there, least : int arrays, shape (slots,)
        Core heads in a shift, and how many there must be.
    differing, differs : int arrays, shape (agents,)
        People who differ from the best roster, and whether one is among them.
    mine, theirs : int arrays, shape (days, 3 + most breaks)
    block : int array, shape (2, 3)
    guide : float array, shape (rows,)
        Prices of a relative miss of 1 by which the search is led.
    place : DayRoom
    """

    tours: Ints
    best_tours: Ints
    blocks: Ints
    best_blocks: Ints
    counts: Ints
    used: Ints
    there: Ints
    least: Ints
    differing: Ints
    differs: Ints
    mine: Ints
    theirs: Ints
    block: Ints
    guide: Floats
    place: DayRoom


COUNT, BOOKED, BEST_COUNT, DIFFERING = range(4)


@leaf
def keep_best(state: Annealed) -> None:
    """Remember the roster in hand as the best, where it differs from the one before."""
    counts = state.counts
    for i in range(counts[DIFFERING]):
        a = state.differing[i]
        take_week(state.best_tours[a], state.tours[a])
        state.differs[a] = 0
    counts[DIFFERING] = 0
    counts[BEST_COUNT] = counts[COUNT]
    for b in range(counts[COUNT]):
        take_row(state.best_blocks[b], state.blocks[b])


@leaf
def take(state: Annealed, agent: int, week: Ints) -> None:
    """Give somebody another week."""
    take_week(state.tours[agent], week)
    if state.differs[agent] == 0:
        state.differs[agent] = 1
        state.differing[state.counts[DIFFERING]] = agent
        state.counts[DIFFERING] += 1


@leaf
def be_there(inst: Instance, there: Ints, option: int, sign: int) -> None:
    """Count one head more or fewer from start to end of a shift; nothing on a free day."""
    if option >= 0:
        first = inst.options.start[option]
        for s in range(first, first + inst.options.length[option]):
            there[s] += sign


@leaf
def enough(inst: Instance, there: Ints, least: Ints, option: int) -> bool:
    """Tell whether enough heads are left where a shift was."""
    first = inst.options.start[option]
    for s in range(first, first + inst.options.length[option]):  # noqa: SIM110 - compiled
        if there[s] < least[s]:
            return False
    return True
