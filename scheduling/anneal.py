"""Simulated annealing on single agent-days and elastic blocks, from a roster that ruin and recreate has found.

Whole weeks are best placed by the dynamic program, one person at a time; what that leaves, breaks that collide,
queues that two people should trade, a start too early, is cheaper to mend by very many small changes, each priced in
proportion to what it touches (Kirkpatrick, Gelatt and Vecchi 1983). Only legal rosters are ever visited.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.blocks import change_block, draw_block, free_block
from scheduling.instance import Instance
from scheduling.moves import change_day, change_one, trade
from scheduling.pricing import tour_cost
from scheduling.standing import Standing, change_shift, elastic_change, price_change, settle_change

RAMP = 0.8
"""Part of the way after which misses have their full price."""


@njit(cache=True, nogil=True)
def be_there(inst: Instance, there: Ints, option: int, sign: int) -> None:
    """Count one head more or fewer from start to end of a shift; nothing on a free day."""
    if option >= 0:
        first = inst.options.start[option]
        for s in range(first, first + inst.options.length[option]):
            there[s] += sign


@njit(cache=True, nogil=True)
def enough(inst: Instance, there: Ints, least: Ints, option: int) -> bool:
    """Tell whether enough heads are left where a shift was."""
    first = inst.options.start[option]
    for s in range(first, first + inst.options.length[option]):  # noqa: SIM110 - compiled
        if there[s] < least[s]:
            return False
    return True


@njit(cache=True, nogil=True)
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
        Core heads in a shift, changed in place, and how many there must be (for the experts' share).
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
    tours, blocks = tours.copy(), blocks.copy()
    best_tours, best_blocks, best_count = tours.copy(), blocks.copy(), count
    used = np.zeros(inst.slots, np.int64)
    booked = 0
    for b in range(count):
        booked += blocks[b, 2]
        used[blocks[b, 1] : blocks[b, 1] + blocks[b, 2]] += 1
    elastic = inst.elastic.kind.shape[0] > 0 and inst.elastic.cap.max() > 0
    mine, theirs = tours[0].copy(), tours[0].copy()
    gone, came = np.zeros(3, np.int64), np.zeros(3, np.int64)
    full = np.maximum(inst.service.price, 1e-9)
    guide = soft.copy()
    heat = warm
    gained = best = 0.0
    for step in range(moves):
        if step % 1000 == 0:
            if stop[0] != 0:
                break
            part = step / moves
            heat = warm * (cold / warm) ** part
            # exp from the soft prices to the full ones over the first part of the way
            up = min(part / RAMP, 1.0)
            for r in range(guide.shape[0]):
                guide[r] = soft[r] ** (1.0 - up) * full[r] ** up
        draw = rng.random()
        delta = 0.0
        if elastic and draw < 0.1:
            pick = int(rng.random() * count) if count > 0 and rng.random() < 0.7 else -1
            drop = pick >= 0 and rng.random() < 0.3
            gone[:] = -1
            if pick >= 0:
                gone[:] = blocks[pick]
                change_block(inst, now, used, gone, -1)
            came[:] = gone
            more = -gone[2] if pick >= 0 else 0
            legal = pick >= 0 or count < blocks.shape[0]
            if legal and not drop:
                draw_block(inst, came, rng)
                legal = free_block(inst, used, came)
                if legal:
                    change_block(inst, now, used, came, 1)
                    more += came[2]
            if legal:
                delta = elastic_change(inst, booked, more)
                true, guided = price_change(inst, now, guide)
                guided += delta
                delta += true
                legal = guided <= 0.0 or rng.random() < math.exp(-guided / heat)
                if not legal and not drop:
                    used[came[1] : came[1] + came[2]] -= 1
            settle_change(inst, now, legal)
            if not legal:
                if pick >= 0:
                    used[gone[1] : gone[1] + gone[2]] += 1
                continue
            booked += more
            if drop:
                count -= 1
                blocks[pick] = blocks[count]
            elif pick >= 0:
                blocks[pick] = came
            else:
                blocks[count] = came
                count += 1
        else:
            a = movable[int(rng.random() * movable.shape[0])]
            day = int(rng.random() * inst.days)
            if tours[a, day, 0] < 0 or inst.people.pin[a] >= 0:
                continue
            mine[:] = tours[a]
            b, other = -1, -1
            if draw < 0.65:
                legal = change_one(inst, a, day, crew[a] >= 0, mine, rng)
            elif draw < 0.9:
                b = movable[int(rng.random() * movable.shape[0])]
                whole = rng.random() < 0.4
                if b == a or tours[b, day, 0] < 0 or inst.people.pin[b] >= 0:
                    continue
                if whole and (crew[a] >= 0 or crew[b] >= 0):
                    continue
                theirs[:] = tours[b]
                legal = trade(inst, a, b, day, mine, theirs, whole)
            else:
                other = change_day(inst, a, day, mine, rng)
                legal = other >= 0 and crew[a] < 0
            if not legal:
                continue
            moved = mine[day, 0] != tours[a, day, 0]
            if moved:
                be_there(inst, there, tours[a, day, 0], -1)
                be_there(inst, there, mine[day, 0], 1)
                if other >= 0:
                    be_there(inst, there, mine[other, 0], 1)
                if b >= 0:
                    be_there(inst, there, tours[b, day, 0], -1)
                    be_there(inst, there, theirs[day, 0], 1)
                legal = enough(inst, there, least, tours[a, day, 0])
                # a trade of whole shifts leaves everywhere as many as before
            change_shift(inst, now, tours[a, day], -1.0)
            change_shift(inst, now, mine[day], 1.0)
            if other >= 0:
                change_shift(inst, now, mine[other], 1.0)
            delta = tour_cost(inst, a, mine) - tour_cost(inst, a, tours[a])
            if b >= 0:
                change_shift(inst, now, tours[b, day], -1.0)
                change_shift(inst, now, theirs[day], 1.0)
                delta += tour_cost(inst, b, theirs) - tour_cost(inst, b, tours[b])
            true, guided = price_change(inst, now, guide)
            guided += delta
            delta += true
            legal = legal and (guided <= 0.0 or rng.random() < math.exp(-guided / heat))
            settle_change(inst, now, legal)
            if not legal:
                if moved:
                    be_there(inst, there, tours[a, day, 0], 1)
                    be_there(inst, there, mine[day, 0], -1)
                    if other >= 0:
                        be_there(inst, there, mine[other, 0], -1)
                    if b >= 0:
                        be_there(inst, there, tours[b, day, 0], 1)
                        be_there(inst, there, theirs[day, 0], -1)
                continue
            tours[a] = mine
            if b >= 0:
                tours[b] = theirs
        gained += delta
        if gained < best - 1e-6:
            best = gained
            best_tours[:] = tours
            best_blocks[:] = blocks
            best_count = count
    return best_tours, best_blocks, best_count, best
