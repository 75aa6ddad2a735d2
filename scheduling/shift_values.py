"""What one shift is worth at given prices: worked slots, breaks at the least loss, the best team."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.instance import CLOSED, Instance
from scheduling.kernel import leaf

NEVER = -1.0e12
"""Value of a week that is not legal."""

MUST = 1.0e6
"""Loss for leaving a pin; a week worth less than minus half of it has broken one."""


class Room(NamedTuple):
    """Where shifts are valued: made once for many.

    Attributes
    ----------
    worked, idle : float arrays, shape (slots + 1,)
        Running sums of a worked slot's net value, and of a paid break slot's.
    places : int array, shape (most breaks,)
        Break starts, in slots of the horizon, in the order of the sequence.
    loss, back : arrays, shape (most breaks, slots + 1)
        Least loss with a break at a place, and where the one before it lies then.
    """

    worked: Floats
    idle: Floats
    places: Ints
    loss: Floats
    back: Ints


@njit(cache=True, nogil=True)
def room_for(inst: Instance) -> Room:
    """Return room for the shifts of an instance."""
    most, slots = inst.shapes.length.shape[1], inst.slots + 1
    return Room(
        np.zeros(slots),
        np.zeros(slots),
        np.zeros(most, np.int64),
        np.zeros((most, slots)),
        np.zeros((most, slots), np.int64),
    )


@njit(cache=True, nogil=True)
def slot_values(
    inst: Instance,
    kind: int,
    seat: Floats,
    gain: Floats,
    prices: Floats,
    row_prices: Floats,
    floor_prices: Floats,
) -> Floats:
    """Return what working each slot is worth, shape (slots,); see ``fill_values``."""
    values = np.empty(inst.slots)
    fill_values(inst, kind, seat, gain, prices, row_prices, floor_prices, values)
    return values


@leaf
def fill_values(
    inst: Instance,
    kind: int,
    seat: Floats,
    gain: Floats,
    prices: Floats,
    row_prices: Floats,
    floor_prices: Floats,
    values: Floats,
) -> None:
    """Fill what working each slot is worth; ``CLOSED`` where nothing may be worked.

    Parameters
    ----------
    kind : int
        Set of queues worked.
    seat, gain : float arrays, shapes (pools,), (rows,)
        What the person adds to pools and to FCR rows.
    prices : float array, shape (pools, intervals)
        Money per seat and interval.
    row_prices : float array, shape (rows,)
        Money per unit of an FCR row's value.
    floor_prices : float array, shape (floors, slots)
    values : float array, shape (slots,)
    """
    per = inst.per_interval
    for s in range(inst.slots):
        values[s] = 0.0
    # the first slot of an interval holds the worth of the whole, until it is spread
    for g in range(prices.shape[0]):
        if seat[g] != 0.0:
            for t in range(inst.intervals):
                values[t * per] += seat[g] * inst.kinds.share[kind, g, t] * prices[g, t]
    service = inst.service
    for r in range(service.limit.shape[0]):
        if gain[r] != 0.0 and row_prices[r] != 0.0:
            each = gain[r] * row_prices[r]
            g = service.row_pool[r]
            for t in range(service.row_first[r], service.row_last[r]):
                if service.weight[r, t] != 0.0:
                    values[t * per] += each * inst.kinds.share[kind, g, t]
    for t in range(inst.intervals):
        worth = values[t * per] / per
        for k in range(per):
            values[t * per + k] = worth
    for f in range(inst.kinds.floor.shape[1]):
        count = inst.kinds.floor[kind, f]
        if count != 0:
            for s in range(inst.slots):
                values[s] += count * floor_prices[f, s]
    for s in range(inst.slots):
        if inst.kinds.open[kind, s] == 0:
            values[s] = CLOSED


@leaf
def place_breaks(inst: Instance, shape: int, start: int, length: int, room: Room) -> tuple[float, int]:
    """Place the breaks of one shift where they lose least.

    Parameters
    ----------
    room : Room
        With the running sums of the shift's slots; its places are filled.

    Returns
    -------
    tuple of float and int
        The least loss against working the whole shift, and the sequence; the loss is infinite where the breaks do
        not fit.
    """
    best = np.inf
    best_seq = -1
    shapes = inst.shapes
    worked, paid_idle, table, back = room.worked, room.idle, room.loss, room.back
    if shapes.first[shape] == shapes.last[shape]:
        return 0.0, -1
    span = length + 1
    for seq in range(shapes.first[shape], shapes.last[shape]):
        n = shapes.pauses[seq]
        for j in range(n):
            size = shapes.length[seq, j]
            running = np.inf
            running_at = -1
            reached = 0
            for p in range(span):
                table[j, p] = np.inf
            low = max(shapes.after[seq, j], 1)
            high = min(shapes.before[seq, j], length - 1 - size)
            gap = shapes.length[seq, j - 1] + 1 if j > 0 else 0
            for p in range(low, high + 1):
                s = start + p
                loss = worked[s + size] - worked[s]
                if shapes.paid[seq, j] == 1:
                    loss -= paid_idle[s + size] - paid_idle[s]
                if j == 0:
                    table[0, p] = loss
                else:
                    while reached <= p - gap:
                        if table[j - 1, reached] < running:
                            running = table[j - 1, reached]
                            running_at = reached
                        reached += 1
                    table[j, p] = loss + running
                    back[j, p] = running_at
        last = -1
        least = np.inf
        for p in range(span):
            if table[n - 1, p] < least:
                least = table[n - 1, p]
                last = p
        if least < best:
            best = least
            best_seq = seq
            p = last
            for j in range(n - 1, -1, -1):
                room.places[j] = start + p
                p = back[j, p]
    return best, best_seq


@leaf
def value_options(
    inst: Instance, agent: int, values: Floats, only: int, option_value: Floats, option_team: Ints, room: Room
) -> None:
    """Value every legal shift of an agent under its best team.

    Parameters
    ----------
    values : float array, shape (teams of the agent, slots)
    only : int
        The one team to look at, -1 for all.
    option_value, option_team : arrays over the agent's options (from its first pointer on)
        Filled.
    room : Room
    """
    first_team = inst.people.team_first[agent]
    base = inst.options.pointer[agent * inst.days]
    end = inst.options.pointer[(agent + 1) * inst.days]
    worked, idle = room.worked, room.idle
    pay = inst.hourly[agent] * inst.slot_hours
    pin = inst.people.pin[agent]
    for i in range(base, end):
        option_value[i - base] = NEVER
        option_team[i - base] = -1
    for k in range(values.shape[0]):
        if only >= 0 and k != only:
            continue
        worked[0] = idle[0] = 0.0
        for s in range(inst.slots):
            extra = inst.premium[inst.people.premium[agent], s] * pay
            value = values[k, s] - extra
            rest = -extra
            if pin >= 0:
                if inst.pins[pin, s] == 1:
                    value += MUST
                elif inst.pins[pin, s] == 2:
                    value -= MUST
                elif inst.pins[pin, s] == 3:
                    value = CLOSED
                    rest = CLOSED
            worked[s + 1] = worked[s] + value
            idle[s + 1] = idle[s] + rest
        for i in range(base, end):
            if inst.options.kind[i] >= 0 and inst.options.kind[i] != inst.teams.kind[first_team + k]:
                continue
            s = inst.options.start[i]
            length = inst.options.length[i]
            loss, _ = place_breaks(inst, inst.options.shape[i], s, length, room)
            if loss == np.inf:
                continue
            value = worked[s + length] - worked[s] - loss - inst.options.cost[i] - inst.options.soft[i]
            if value > option_value[i - base]:
                option_value[i - base] = value
                option_team[i - base] = first_team + k
