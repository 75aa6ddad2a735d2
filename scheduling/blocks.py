"""Elastic blocks: add one, find the one worth most, draw another for a search, under the cap and while open."""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.service_model import add_stretch
from scheduling.shift_values import slot_values
from scheduling.standing import Standing, change_stretch


@njit(cache=True, nogil=True)
def add_block(inst: Instance, block: Ints, sign: float, seats: Floats, fcr: Floats, heads: Ints, used: Ints) -> None:
    """Add or take away one elastic block (choice, first slot, length)."""
    duty = np.ones(block[2], np.int64)
    k = block[0]
    pool = inst.elastic
    add_stretch(inst, pool.kind[k], pool.seat[k], pool.gain[k], block[1], block[2], duty, sign, seats, fcr, heads)
    for s in range(block[1], block[1] + block[2]):
        used[s] += int(sign)


@njit(cache=True, nogil=True)
def best_block(inst: Instance, prices: Floats, linear: Floats, worth: Floats, used: Ints, block: Ints) -> float:
    """Find the elastic block that is worth most above its cost, under the cap; return its net worth."""
    pool = inst.elastic
    top = inst.intervals * inst.per_interval
    best = 0.0
    for k in range(pool.kind.shape[0]):
        values = slot_values(inst, pool.kind[k], pool.seat[k], pool.gain[k], prices, linear, worth)
        running = np.zeros(top + 1)
        barred = np.zeros(top + 1, np.int64)
        for s in range(top):
            running[s + 1] = running[s] + values[s] - pool.slot_cost
            barred[s + 1] = barred[s] + (1 if used[s] >= pool.cap[s] or inst.kinds.open[pool.kind[k], s] == 0 else 0)
        for j in range(pool.lengths.shape[0]):
            size = pool.lengths[j]
            for s in range(top - size + 1):
                if barred[s + size] == barred[s] and running[s + size] - running[s] > best:
                    best = running[s + size] - running[s]
                    block[0] = k
                    block[1] = s
                    block[2] = size
    return best


@leaf
def free_block(inst: Instance, used: Ints, block: Ints) -> bool:
    """Tell whether one more seat may be booked: under the cap and while its queues are open, all along."""
    k, start, length = block[0], block[1], block[2]
    if start < 0 or start + length > inst.intervals * inst.per_interval:
        return False
    kind = inst.elastic.kind[k]
    for s in range(start, start + length):
        if used[s] >= inst.elastic.cap[s] or inst.kinds.open[kind, s] == 0:
            return False
    return True


@leaf
def on_days(inst: Instance, days: Ints, block: Ints) -> bool:
    """Tell whether a block begins on one of some days."""
    for k in range(days.shape[0]):  # noqa: SIM110 - compiled
        if inst.day_first[days[k]] <= block[1] < inst.day_first[days[k] + 1]:
            return True
    return False


@leaf
def change_block(inst: Instance, now: Standing, used: Ints, block: Ints, sign: int) -> None:
    """Add or take away one block."""
    pool = inst.elastic
    k, start, end = block[0], block[1], block[1] + block[2]
    change_stretch(inst, now, pool.kind[k], pool.seat[k], pool.gain[k], start, end, float(sign))
    for s in range(start, end):
        used[s] += sign


@leaf
def draw_block(inst: Instance, days: Ints, block: Ints, rng: np.random.Generator) -> None:
    """Draw a block on some days at random, or move the one given: earlier, later, longer, shorter, other queues."""
    pool = inst.elastic
    draw = rng.random()
    if block[0] < 0:
        block[0] = int(rng.random() * pool.kind.shape[0])
        block[2] = pool.lengths[int(rng.random() * pool.lengths.shape[0])]
        day = days[int(rng.random() * days.shape[0])]
        block[1] = inst.day_first[day] + int(rng.random() * (inst.day_first[day + 1] - inst.day_first[day]))
    elif draw < 0.6:
        block[1] += int(rng.random() * 9) - 4
    elif draw < 0.85:
        size = pool.lengths[int(rng.random() * pool.lengths.shape[0])]
        if rng.random() < 0.5:
            block[1] += block[2] - size
        block[2] = size
    else:
        block[0] = int(rng.random() * pool.kind.shape[0])
