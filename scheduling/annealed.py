"""A roster in the middle of its annealing: what it is, the best so far, and who is there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.history import Floats, Ints
from scheduling.best_day import DayRoom
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.moves import take_row, take_week
from scheduling.shift_values import room_for


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
    dropped : int array, shape (3,)
        Places of blocks that go with a change.
    guide : float array, shape (rows,)
        Prices of a relative miss of 1 by which the search is led.
    place : DayRoom
    days : int array
        Days on which elastic blocks may begin.
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
    dropped: Ints
    guide: Floats
    place: DayRoom
    days: Ints


COUNT, BOOKED, BEST_COUNT, DIFFERING = range(4)


def in_hand(
    inst: Instance, tours: Ints, blocks: Ints, count: int, there: Ints, least: Ints, guide: Floats, days: Ints
) -> Annealed:
    """Take up a roster to change it, itself the best so far; what is given stays as it is.

    Parameters
    ----------
    inst : Instance
    tours : int array, shape (agents, days, 3 + most breaks)
    blocks : int array, shape (most blocks, 3)
        Elastic blocks; the first ``count`` rows are used.
    count : int
    there, least : int arrays, shape (slots,)
        Core heads in a shift, and how many there must be (for the experts' share).
    guide : float array, shape (rows,)
    days : int array
        Days on which elastic blocks may begin.
    """
    used = np.zeros(inst.slots, dtype=np.int64)
    for _, first, length in blocks[:count].tolist():
        used[first : first + length] += 1
    booked = int(blocks[:count, 2].sum())
    return Annealed(
        tours=tours.copy(),
        best_tours=tours.copy(),
        blocks=blocks.copy(),
        best_blocks=blocks.copy(),
        counts=np.array([count, booked, count, 0], dtype=np.int64),
        used=used,
        there=there.copy(),
        least=least,
        differing=np.zeros(len(tours), dtype=np.int64),
        differs=np.zeros(len(tours), dtype=np.int64),
        mine=np.zeros(tours.shape[1:], dtype=np.int64),
        theirs=np.zeros(tours.shape[1:], dtype=np.int64),
        block=np.zeros((2, 3), dtype=np.int64),
        dropped=np.zeros(3, dtype=np.int64),
        guide=guide.copy(),
        place=DayRoom(
            room_for(inst), np.zeros(inst.slots), np.zeros(len(guide)), np.zeros(tours.shape[2], dtype=np.int64)
        ),
        days=days,
    )


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
