"""One shift's best answer to everybody else's duty: its pauses where their loss of service is least."""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.instance import CLOSED, Instance
from scheduling.pauses.program import place_pauses
from scheduling.service_model import read_curve
from scheduling.standing import Standing, change_stretch, price_change, settle_change

TRY, PLACE, IMPROVE = 0, 1, 2
"""What becomes of the answer: nothing; it is kept; it is kept where it gains."""

NEAR = 0.01
"""A target that is missed, or kept by less than this share of its limit, has its full price where a place is sought."""

GAIN = 1e-6
"""Money below which a change gains nothing."""


@njit(cache=True, nogil=True)
def leave_prices(
    inst: Instance, now: Standing, ease: Floats, kind: int, seat: Floats, gain: Floats, low: int, length: int
) -> Floats:
    """Return what is lost where one person leaves 0, 1, .. slots of an interval, shape (intervals, slots of one + 1).

    Parameters
    ----------
    ease : float array, shape (rows,)
        Money for a relative change of 1 of a row's value, whether its target is missed or not.

    Notes
    -----
    Intervals count from the shift's first, seats are those of the change in hand. Exact for one pause, as long as no
    target begins or ceases to be missed by it.
    """
    service = inst.service
    per = inst.per_interval
    first, last = low // per, min((low + length - 1) // per, inst.intervals - 1)
    lost = np.zeros((max(last - first + 1, 0), per + 1))
    price = np.empty(service.limit.shape[0])
    for r in range(price.shape[0]):
        miss = service.sign[r] * (now.value[r] - service.limit[r]) / service.limit[r]
        price[r] = service.sign[r] / service.limit[r] * (ease[r] + (service.price[r] if miss > -NEAR else 0.0))
    for c in range(service.curves.shape[0]):
        g = service.curve_pool[c]
        if seat[g] == 0.0:
            continue
        for t in range(first, last + 1):
            cell = c * inst.intervals + t
            total = 0.0
            for k in range(now.first[cell], now.first[cell + 1]):
                total += price[now.row[k]] * now.weight[k]
            if total == 0.0:
                continue
            there = now.seats[g, t] + now.more_seats[g, t]
            each = seat[g] * inst.kinds.share[kind, g, t] / per
            base = read_curve(inst, c, t, there)
            for n in range(1, per + 1):
                lost[t - first, n] += total * (read_curve(inst, c, t, max(there - n * each, 0.0)) - base)
    for r in range(gain.shape[0]):
        if gain[r] != 0.0:
            g = service.row_pool[r]
            for t in range(max(first, service.row_first[r]), min(last + 1, service.row_last[r])):
                if service.weight[r, t] != 0.0:
                    each = price[r] * gain[r] * inst.kinds.share[kind, g, t] / per
                    for n in range(1, per + 1):
                        lost[t - first, n] -= each * n
    return lost


@njit(cache=True, nogil=True)
def slot_rules(inst: Instance, now: Standing, kind: int, low: int, length: int) -> Floats:
    """Return ``CLOSED`` for slots that may not be worked, infinity where minimum staff spares no head, else 0.

    Below 0 where the site has no desk for one more: there a pause gains what a head too many costs.
    """
    rules = np.zeros(length)
    top = inst.intervals * inst.per_interval
    for k in range(length):
        s = low + k
        if s < inst.slots and inst.kinds.open[kind, s] == 0:
            rules[k] = CLOSED
        elif s < top:
            for f in range(now.heads.shape[0]):
                need = inst.floors.need[f, s] - inst.floors.fixed[f, s]
                heads = now.heads[f, s] + now.more_heads[f, s]
                if inst.kinds.floor[kind, f] == 1 and need > 0 and heads <= need:
                    rules[k] = np.inf
                elif inst.kinds.floor[kind, f] == -1 and heads < need:
                    rules[k] -= inst.floors.price
    return rules


@njit(cache=True, nogil=True)
def crowds(inst: Instance, now: Standing, low: int, length: int) -> bool:
    """Tell whether the change in hand leaves more people beyond a site's desks than there were, in a shift's slots."""
    for f in range(now.heads.shape[0]):
        for s in range(low, min(low + length, inst.slots)):
            if inst.floors.need[f, s] < 0 and now.more_heads[f, s] < 0:
                lack = inst.floors.need[f, s] - inst.floors.fixed[f, s] - now.heads[f, s]
                if lack - now.more_heads[f, s] > max(lack, 0):
                    return True
    return False


@njit(cache=True, nogil=True)
def losses(inst: Instance, lost: Floats, rules: Floats, low: int, sizes: Ints, cost: Floats, starts: Ints) -> Floats:
    """Return what each pause loses in each place, shape (pauses, slots); infinite where it may not lie."""
    per = inst.per_interval
    count, length = cost.shape
    loss = np.full((count, length), np.inf)
    for j in range(count):
        for p in range(length - sizes[j] + 1):
            if cost[j, p] == np.inf:
                continue
            total = cost[j, p]
            inside = 0
            for k in range(p, p + sizes[j]):
                # where a pause lies already, nobody asks whether it may
                if rules[k] < np.inf or starts[j] != p:
                    total += rules[k]
                inside += 1
                ends = k + 1 == p + sizes[j] or (low + k + 1) % per == 0
                if ends:
                    t = (low + k) // per - low // per
                    if t < lost.shape[0]:
                        total += lost[t, inside]
                    inside = 0
            loss[j, p] = total
    return loss


@njit(cache=True, nogil=True)
def respond(
    inst: Instance,
    now: Standing,
    ease: Floats,
    kind: int,
    seat: Floats,
    gain: Floats,
    low: int,
    length: int,
    sizes: Ints,
    cost: Floats,
    starts: Ints,
    use: int,
) -> tuple[bool, float, float, float]:
    """Place the pauses of one shift where they lose least, given all other duty.

    Parameters
    ----------
    now : Standing
        All duty, this shift's included; changed where the answer is kept.
    ease : float array, shape (rows,)
        See ``leave_prices``.
    kind, seat, gain
        What the person works: see ``change_stretch``.
    low, length : int
        First slot of the shift, and its slots.
    sizes : int array, shape (pauses,)
    cost : float array, shape (pauses, length)
        Money of a pause that starts in a slot of the shift, its loss of service apart; infinite where it may not.
    starts : int array, shape (pauses,)
        From the shift's start: where each pause lies now, -1 where it does not yet. Changed where the answer is kept.
    use : int
        ``TRY``, ``PLACE`` or ``IMPROVE``.

    Returns
    -------
    tuple
        Whether all pauses fit (for ``IMPROVE``: whether the answer is kept); and what the change does to priced misses,
        to the money of ``cost``, and to targets kept or missed at the prices of ``ease``.
    """
    count = len(sizes)
    before = 0.0
    for j in range(count):
        if starts[j] >= 0:
            s = low + starts[j]
            change_stretch(inst, now, kind, seat, gain, s, s + sizes[j], 1.0)
            before += cost[j, starts[j]] if cost[j, starts[j]] < np.inf else 0.0
    lost = leave_prices(inst, now, ease, kind, seat, gain, low, length)
    loss = losses(inst, lost, slot_rules(inst, now, kind, low, length), low, sizes, cost, starts)
    found = starts.copy()
    if place_pauses(loss, sizes, found) == np.inf:
        settle_change(inst, now, False)
        return False, 0.0, 0.0, 0.0
    money = -before
    for j in range(count):
        s = low + found[j]
        change_stretch(inst, now, kind, seat, gain, s, s + sizes[j], -1.0)
        money += cost[j, found[j]]
    if crowds(inst, now, low, length):
        settle_change(inst, now, False)
        return False, 0.0, 0.0, 0.0
    short, _ = price_change(inst, now, ease)
    eased = 0.0
    for k in range(now.touches[0]):
        r = now.touched[k]
        eased += ease[r] * inst.service.sign[r] * now.more_value[r] / inst.service.limit[r]
    keep = use == PLACE or (use == IMPROVE and short <= GAIN and short + money + eased < -GAIN)
    settle_change(inst, now, keep)
    if keep:
        starts[:] = found
    return keep or use == TRY, short, money, eased
