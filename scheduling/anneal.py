"""Simulated annealing on single agent-days and elastic blocks, from a roster that ruin and recreate has found.

Whole weeks are best placed by the dynamic program, one person at a time; what that leaves, breaks that collide,
queues that two people should trade, a start too early, is cheaper to mend by very many small changes, each priced in
proportion to what it touches (Kirkpatrick, Gelatt and Vecchi 1983). Only legal rosters are ever visited.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from domain.history import Floats, Ints
from scheduling.best_day import DayRoom, best_day
from scheduling.blocks import change_block, draw_block, free_block
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.moves import change_day, change_one, take_row, take_week, trade
from scheduling.pricing import tour_cost
from scheduling.shift_values import room_for
from scheduling.standing import Standing, change_shift, elastic_change, exchange_shift, price_change, settle_change

RAMP = 0.8
"""Part of the way after which misses have their full price."""

BEST = 0.1
"""Share of changes that give a day its best shift."""

ELSEWHERE = 0.2
"""Share of those that work a free day in its place."""

REFUSED = np.inf
"""Given in the place of a cost difference where the roster stays what it was."""


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
    used = np.zeros(inst.slots, dtype=np.int64)
    for _, first, length in blocks[:count].tolist():
        used[first : first + length] += 1
    booked = int(blocks[:count, 2].sum())
    state = Annealed(
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
        guide=soft.copy(),
        place=DayRoom(
            room_for(inst), np.zeros(inst.slots), np.zeros(len(soft)), np.zeros(tours.shape[2], dtype=np.int64)
        ),
    )
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
            delta = _try_block(inst, now, state, heat, rng)
        else:
            a = movable[int(rng.random() * movable.shape[0])]
            if draw > 1.0 - BEST:
                delta = _try_best(inst, now, state, a, crew, watched, heat, rng)
            else:
                delta = _try_day(inst, now, state, a, crew, movable, draw, watched, heat, rng)
        if delta == REFUSED:
            continue
        gained += delta
        if gained < best - 1e-6:
            best = gained
            _keep_best(state)
    return best


@leaf
def _accepted(change: float, heat: float, rng: np.random.Generator) -> bool:
    """Tell whether to take a change of so much money."""
    return bool(change <= 0.0 or rng.random() < math.exp(-change / heat))


@leaf
def _keep_best(state: Annealed) -> None:
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
def _take(state: Annealed, agent: int, week: Ints) -> None:
    """Give somebody another week."""
    take_week(state.tours[agent], week)
    if state.differs[agent] == 0:
        state.differs[agent] = 1
        state.differing[state.counts[DIFFERING]] = agent
        state.counts[DIFFERING] += 1


@leaf
def _try_block(inst: Instance, now: Standing, state: Annealed, heat: float, rng: np.random.Generator) -> float:
    """Book an elastic block more, another in the place of one, or give one up; return what it costs, or REFUSED."""
    blocks, used, counts = state.blocks, state.used, state.counts
    count = counts[COUNT]
    gone, came = state.block[0], state.block[1]
    pick = int(rng.random() * count) if count > 0 and rng.random() < 0.7 else -1
    drop = pick >= 0 and rng.random() < 0.3
    more = 0
    gone[0] = gone[1] = gone[2] = -1
    if pick >= 0:
        take_row(gone, blocks[pick])
        change_block(inst, now, used, gone, -1)
        more = -gone[2]
    take_row(came, gone)
    legal = pick >= 0 or count < blocks.shape[0]
    if legal and not drop:
        draw_block(inst, came, rng)
        legal = free_block(inst, used, came)
        if legal:
            change_block(inst, now, used, came, 1)
            more += came[2]
    true = 0.0
    if legal:
        paid = elastic_change(inst, counts[BOOKED], more)
        true, guided = price_change(inst, now, state.guide)
        true += paid
        legal = _accepted(guided + paid, heat, rng)
        if not legal and not drop:
            _use(used, came, -1)
    settle_change(inst, now, legal)
    if not legal:
        if pick >= 0:
            _use(used, gone, 1)
        return REFUSED
    counts[BOOKED] += more
    if drop:
        counts[COUNT] -= 1
        take_row(blocks[pick], blocks[count - 1])
    elif pick >= 0:
        take_row(blocks[pick], came)
    else:
        take_row(blocks[count], came)
        counts[COUNT] += 1
    return true


@leaf
def _use(used: Ints, block: Ints, sign: int) -> None:
    for s in range(block[1], block[1] + block[2]):
        used[s] += sign


@leaf
def _try_day(
    inst: Instance,
    now: Standing,
    state: Annealed,
    a: int,
    crew: Ints,
    movable: Ints,
    draw: float,
    watched: bool,
    heat: float,
    rng: np.random.Generator,
) -> float:
    """Change a day of a week, perhaps with another person's or another day; return what it costs, or REFUSED."""
    tours, mine, theirs = state.tours, state.mine, state.theirs
    day = int(rng.random() * inst.days)
    if tours[a, day, 0] < 0 or inst.people.pin[a] >= 0:
        return REFUSED
    take_week(mine, tours[a])
    b, other = -1, -1
    if draw < 0.65:
        legal = change_one(inst, a, day, crew[a] >= 0, mine, rng)
    elif draw < 0.9:
        b = movable[int(rng.random() * movable.shape[0])]
        whole = rng.random() < 0.4
        if b == a or tours[b, day, 0] < 0 or inst.people.pin[b] >= 0:
            return REFUSED
        if whole and (crew[a] >= 0 or crew[b] >= 0):
            return REFUSED
        take_week(theirs, tours[b])
        legal = trade(inst, a, b, day, mine, theirs, whole)
    else:
        other = change_day(inst, a, day, mine, rng)
        legal = other >= 0 and crew[a] < 0
    if not legal:
        return REFUSED
    # a trade of whole shifts leaves everywhere as many as before
    moved = watched and b < 0 and mine[day, 0] != tours[a, day, 0]
    if moved:
        be_there(inst, state.there, tours[a, day, 0], -1)
        be_there(inst, state.there, mine[day, 0], 1)
        if other >= 0:
            be_there(inst, state.there, mine[other, 0], 1)
        legal = enough(inst, state.there, state.least, tours[a, day, 0])
    exchange_shift(inst, now, tours[a, day], mine[day])
    if other >= 0:
        change_shift(inst, now, mine[other], 1.0)
    paid = tour_cost(inst, a, mine) - tour_cost(inst, a, tours[a])
    if b >= 0:
        exchange_shift(inst, now, tours[b, day], theirs[day])
        paid += tour_cost(inst, b, theirs) - tour_cost(inst, b, tours[b])
    true, guided = price_change(inst, now, state.guide)
    legal = legal and _accepted(guided + paid, heat, rng)
    settle_change(inst, now, legal)
    if not legal:
        if moved:
            be_there(inst, state.there, tours[a, day, 0], 1)
            be_there(inst, state.there, mine[day, 0], -1)
            if other >= 0:
                be_there(inst, state.there, mine[other, 0], -1)
        return REFUSED
    _take(state, a, mine)
    if b >= 0:
        _take(state, b, theirs)
    return true + paid


@leaf
def _try_best(
    inst: Instance,
    now: Standing,
    state: Annealed,
    a: int,
    crew: Ints,
    watched: bool,
    heat: float,
    rng: np.random.Generator,
) -> float:
    """Give a worked day, or a free one in its place, its best shift; return what it costs, or REFUSED."""
    tours, mine = state.tours, state.mine
    day = int(rng.random() * inst.days)
    if tours[a, day, 0] < 0 or inst.people.pin[a] >= 0 or crew[a] >= 0:
        return REFUSED
    take_week(mine, tours[a])
    other = day
    if rng.random() < ELSEWHERE:
        other = int(rng.random() * inst.days)
        if mine[other, 0] >= 0:
            return REFUSED
        take_row(mine[other], mine[day])
        for k in range(mine.shape[1]):
            mine[day, k] = -1
    change_shift(inst, now, tours[a, day], -1.0)
    ease = rng.random() ** 4
    legal = best_day(inst, now, state.place, a, other, mine, state.guide, ease, heat, rng)
    if legal and other == day:
        legal = False
        for k in range(mine.shape[1]):
            legal |= mine[day, k] != tours[a, day, k]
    if not legal:
        settle_change(inst, now, False)
        return REFUSED
    if watched:
        be_there(inst, state.there, tours[a, day, 0], -1)
        be_there(inst, state.there, mine[other, 0], 1)
        legal = enough(inst, state.there, state.least, tours[a, day, 0])
    change_shift(inst, now, mine[other], 1.0)
    paid = tour_cost(inst, a, mine) - tour_cost(inst, a, tours[a])
    true, guided = price_change(inst, now, state.guide)
    legal = legal and _accepted(guided + paid, heat, rng)
    settle_change(inst, now, legal)
    if not legal:
        if watched:
            be_there(inst, state.there, tours[a, day, 0], 1)
            be_there(inst, state.there, mine[other, 0], -1)
        return REFUSED
    _take(state, a, mine)
    return true + paid


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
