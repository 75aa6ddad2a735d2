"""Single changes of an annealing: an elastic block, a day of one person or of two, a day's best shift."""

from __future__ import annotations

import math

import numpy as np

from domain.history import Ints
from scheduling.annealed import BOOKED, COUNT, Annealed, be_there, enough, take
from scheduling.best_day import best_day
from scheduling.blocks import change_block, draw_block, free_block, on_days
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.moves import change_day, change_one, take_row, take_week, trade
from scheduling.pricing import tour_cost
from scheduling.standing import Standing, change_shift, elastic_change, exchange_shift, price_change, settle_change

ELSEWHERE = 0.2
"""Share of best shifts that work a free day in its place."""

DRAWS = 12
"""Blocks looked at for one that a person's shift may take the place of."""

REFUSED = np.inf
"""Given in the place of a cost difference where the roster stays what it was."""


@leaf
def try_block(inst: Instance, now: Standing, state: Annealed, heat: float, rng: np.random.Generator) -> float:
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
        if not on_days(inst, state.days, gone):
            return REFUSED
        change_block(inst, now, used, gone, -1)
        more = -gone[2]
    take_row(came, gone)
    legal = pick >= 0 or count < blocks.shape[0]
    if legal and not drop:
        draw_block(inst, state.days, came, rng)
        legal = free_block(inst, used, came) and on_days(inst, state.days, came)
        if legal:
            change_block(inst, now, used, came, 1)
            more += came[2]
    true = 0.0
    if legal:
        paid = elastic_change(inst, counts[BOOKED], more)
        true, guided = price_change(inst, now, state.guide)
        true += paid
        legal = accepted(guided + paid, heat, rng)
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
def drop_blocks(inst: Instance, now: Standing, state: Annealed, first: int, last: int, rng: np.random.Generator) -> int:
    """Take away some of the blocks that lie within a stretch of slots, drawn at random; return how many."""
    count, gone = state.counts[COUNT], state.dropped
    n = 0
    for _ in range(DRAWS if count > 0 else 0):
        pick = int(rng.random() * count)
        block = state.blocks[pick]
        fresh = n < gone.shape[0] and block[1] >= first and block[1] + block[2] <= last
        for i in range(n):
            fresh = fresh and gone[i] != pick
        if fresh and on_days(inst, state.days, block):
            change_block(inst, now, state.used, block, -1)
            gone[n] = pick
            n += 1
    return n


@leaf
def booked_less(inst: Instance, state: Annealed, dropped: int) -> float:
    """Return what booking the dropped blocks no more changes, as money."""
    less = 0
    for i in range(dropped):
        less += state.blocks[state.dropped[i], 2]
    return float(elastic_change(inst, state.counts[BOOKED], -less))


@leaf
def settle_blocks(state: Annealed, dropped: int, keep: bool) -> None:
    """Keep blocks dropped, or put them back."""
    counts, gone = state.counts, state.dropped
    for i in range(dropped):
        if not keep:
            _use(state.used, state.blocks[gone[i]], 1)
            continue
        # the last of those that go first, so that the places of the others hold
        last = i
        for j in range(i + 1, dropped):
            if gone[j] > gone[last]:
                last = j
        gone[i], gone[last] = gone[last], gone[i]
        counts[COUNT] -= 1
        counts[BOOKED] -= state.blocks[gone[i], 2]
        take_row(state.blocks[gone[i]], state.blocks[counts[COUNT]])


@leaf
def try_day(
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
    exchange_shift(inst, now, tours[a, day], mine[day])
    if other >= 0:
        change_shift(inst, now, mine[other], 1.0)
    paid = tour_cost(inst, a, mine) - tour_cost(inst, a, tours[a])
    gone, came = tours[a, day, 0], mine[other if other >= 0 else day, 0]
    if b >= 0:
        exchange_shift(inst, now, tours[b, day], theirs[day])
        paid += tour_cost(inst, b, theirs) - tour_cost(inst, b, tours[b])
        came = gone  # a trade of whole shifts leaves everywhere as many as before
    delta = _judge(inst, now, state, gone, came, paid, watched, heat, rng)
    if delta != REFUSED:
        take(state, a, mine)
        if b >= 0:
            take(state, b, theirs)
    return delta


@leaf
def try_best(
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
    change_shift(inst, now, mine[other], 1.0)
    paid = tour_cost(inst, a, mine) - tour_cost(inst, a, tours[a])
    delta = _judge(inst, now, state, tours[a, day, 0], mine[other, 0], paid, watched, heat, rng)
    if delta != REFUSED:
        take(state, a, mine)
    return delta


@leaf
def _judge(
    inst: Instance,
    now: Standing,
    state: Annealed,
    gone: int,
    came: int,
    paid: float,
    watched: bool,
    heat: float,
    rng: np.random.Generator,
) -> float:
    """Keep the change in hand or drop it, shift ``came`` in the place of ``gone``; return what it costs, or REFUSED."""
    legal, moved = True, watched and gone != came
    if moved:
        be_there(inst, state.there, gone, -1)
        be_there(inst, state.there, came, 1)
        legal = enough(inst, state.there, state.least, gone)
    true, guided = price_change(inst, now, state.guide)
    legal = legal and accepted(guided + paid, heat, rng)
    settle_change(inst, now, legal)
    if legal:
        return true + paid
    if moved:
        be_there(inst, state.there, gone, 1)
        be_there(inst, state.there, came, -1)
    return REFUSED


@leaf
def accepted(change: float, heat: float, rng: np.random.Generator) -> bool:
    """Tell whether to take a change of so much money."""
    return bool(change <= 0.0 or rng.random() < math.exp(-change / heat))
