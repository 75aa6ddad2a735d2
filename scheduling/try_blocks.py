"""Elastic blocks in an annealing: one more, another in its place, one less, some that make room for a person."""

from __future__ import annotations

import math

import numpy as np

from domain.history import Ints
from scheduling.annealed import BOOKED, COUNT, Annealed
from scheduling.blocks import change_block, draw_block, free_block, on_days
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.moves import take_row
from scheduling.standing import Standing, elastic_change, price_change, settle_change

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
def accepted(change: float, heat: float, rng: np.random.Generator) -> bool:
    """Tell whether to take a change of so much money."""
    return bool(change <= 0.0 or rng.random() < math.exp(-change / heat))
