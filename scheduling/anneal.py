"""Simulated annealing on single agent-days and elastic blocks, from a roster that ruin and recreate has found.

Whole weeks are best placed by the dynamic program, one person at a time; what that leaves, breaks that collide,
queues that two people should trade, a start too early, is cheaper to mend by very many small changes, each priced in
proportion to what it touches (Kirkpatrick, Gelatt and Vecchi 1983). Only legal rosters are ever visited.
"""

from __future__ import annotations

import numpy as np

from domain.history import Floats, Ints
from scheduling.annealed import BEST_COUNT, Annealed, in_hand, keep_best
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.standing import Standing
from scheduling.tries import try_best, try_day
from scheduling.try_blocks import REFUSED, try_block

RAMP = 0.8
"""Part of the way after which misses have their full price."""

BEST = 0.1
"""Share of changes that give a day its best shift."""


def anneal(
    inst: Instance,
    now: Standing,
    tours: Ints,
    blocks: Ints,
    count: int,
    crew: Ints,
    movable: Ints,
    there: Ints,
    least: Ints,
    moves: int,
    warm: float,
    cold: float,
    soft: Floats,
    stop: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, int, float]:
    """Improve a roster by small changes.

    Parameters
    ----------
    inst : Instance
    now : Standing
        Of the roster given; changed in place.
    tours : int array, shape (agents, days, 3 + most breaks)
    blocks : int array, shape (most blocks, 3)
        Elastic blocks; the first ``count`` rows are used.
    count : int
    crew : int array, shape (agents,)
        Number of the team that starts together, -1 for none.
    movable : int array
        Agents that may change; those with pins are left as they are.
    there, least : int arrays, shape (slots,)
        Core heads in a shift, and how many there must be (for the experts' share).
    moves : int
        Changes tried.
    warm, cold : float
        First and last temperature, as money.
    soft : float array, shape (rows,)
        First prices of a relative miss of 1; they rise to the full ones over the first part of the way.
    stop : int array, shape (1,)
        Set from outside to end early.
    rng : numpy.random.Generator

    Returns
    -------
    tuple
        Best tours, best blocks, their number, and how far the objective fell.
    """
    state = in_hand(inst, tours, blocks, count, there, least, soft, np.arange(inst.days))
    fall = _cool(inst, now, state, crew, movable, moves, warm, cold, soft, stop, rng)
    return state.best_tours, state.best_blocks, int(state.counts[BEST_COUNT]), fall


@leaf
def _cool(
    inst: Instance,
    now: Standing,
    state: Annealed,
    crew: Ints,
    movable: Ints,
    moves: int,
    warm: float,
    cold: float,
    soft: Floats,
    stop: Ints,
    rng: np.random.Generator,
) -> float:
    """Try changes while it cools; keep the best roster in ``state`` and return how far the objective fell."""
    elastic = False
    for s in range(inst.slots if inst.elastic.kind.shape[0] > 0 else 0):
        elastic |= inst.elastic.cap[s] > 0
    watched = False
    for s in range(inst.slots):
        watched |= state.least[s] > 0
    heat = warm
    gained = best = 0.0
    for step in range(moves):
        if step % 1000 == 0:
            if stop[0] != 0:
                break
            part = step / moves
            heat = warm * (cold / warm) ** part
            # from the soft prices to the full ones over the first part of the way
            up = min(part / RAMP, 1.0)
            for r in range(soft.shape[0]):
                state.guide[r] = soft[r] ** (1.0 - up) * max(inst.service.price[r], 1e-9) ** up
        draw = rng.random()
        if elastic and draw < 0.1:
            delta = try_block(inst, now, state, heat, rng)
        else:
            a = movable[int(rng.random() * movable.shape[0])]
            if draw > 1.0 - BEST:
                delta = try_best(inst, now, state, a, crew, watched, heat, rng)
            else:
                delta = try_day(inst, now, state, a, crew, movable, draw, watched, heat, rng)
        if delta == REFUSED:
            continue
        gained += delta
        if gained < best - 1e-6:
            best = gained
            keep_best(state)
    return best
