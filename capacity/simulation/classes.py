"""People who are alike to every queue, and the order in which a queue asks them.

Two stretches are of one class where every queue gives them the same level and weight. Of a class, with equal attention
in use, a queue asks the longest idle: such a cell is one list. Cells stand in the order of each queue's preferences.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.history import Floats, Ints

MOST_CELLS = 1 << 16
"""Beyond it (queues of many different concurrencies) free agents are looked through one by one."""


class Cells(NamedTuple):
    """Cells of free agents, numbered ``class * full + attention in use``.

    Attributes
    ----------
    listed : bool
        False where there would be too many; then the arrays hold no cells.
    stretch_class : int array, shape (stretches,)
    position : int array, shape (cells, queues)
        Where a cell stands in a queue's order; -1 where it cannot take the queue's contacts.
    cell_at : int array, shape (queues, positions)
        The cell that stands there.
    alike_until : int array, shape (queues, positions)
        The first position after it that the queue likes less.
    """

    listed: bool
    stretch_class: Ints
    position: Ints
    cell_at: Ints
    alike_until: Ints


def cells_of(rank: Ints, weight: Floats, attention: Ints, full: int) -> Cells:
    """Put the cells in each queue's order: lowest level, least in use, highest weight.

    Parameters
    ----------
    rank : int array, shape (stretches, queues)
        Routing levels; 0 where a stretch does not serve a queue.
    weight : float array, shape (stretches, queues)
    attention : int array, shape (queues,)
        Units that a contact takes.
    full : int
        Units that an agent has.
    """
    stretches, queues = rank.shape
    looks = np.hstack([rank.astype(np.float64), np.where(rank > 0, weight, 0.0)])
    first, stretch_class = np.zeros(0, np.int64), np.zeros(0, np.int64)
    if stretches:
        _, first, stretch_class = np.unique(looks, axis=0, return_index=True, return_inverse=True)
    cells = first.size * full
    if cells > MOST_CELLS:
        nothing = np.zeros((queues, 0), np.int64)
        return Cells(False, np.zeros(stretches, np.int64), nothing.T.copy(), nothing, nothing)
    position = np.full((cells, queues), -1, np.int64)
    cell_at, alike_until = np.zeros((queues, cells), np.int64), np.zeros((queues, cells), np.int64)
    level, used = np.repeat(rank[first], full, axis=0), np.tile(np.arange(full), first.size)
    worth = np.repeat(weight[first], full, axis=0)
    for q in range(queues):
        able = np.flatnonzero((level[:, q] > 0) & (used + attention[q] <= full))
        key = (-worth[able, q], used[able], level[able, q])
        order = np.lexsort(key)
        placed = able[order]
        position[placed, q] = np.arange(placed.size)
        cell_at[q, : placed.size] = placed
        ends = np.ones(placed.size, np.bool_)
        if placed.size:
            ends[:-1] = np.any([np.diff(each[order]) != 0 for each in key], axis=0)
        ending = np.flatnonzero(ends)
        alike_until[q, : placed.size] = ending[np.searchsorted(ending, np.arange(placed.size))] + 1
    return Cells(True, stretch_class.reshape(-1).astype(np.int64), position, cell_at, alike_until)
