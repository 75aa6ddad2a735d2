"""Service of a set of tours in the planning model: seats, row values, shortfall."""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.pricing import duty_of


@leaf
def read_curve(inst: Instance, curve: int, t: int, seats: float) -> float:
    """Read a service curve between its knots; flat beyond the last."""
    service = inst.service
    x = seats * service.efficiency[service.curve_pool[curve], t] / service.step
    last = service.curves.shape[2] - 1
    if x >= last:
        return float(service.curves[curve, t, last])
    k = int(x)
    part = x - k
    return float(service.curves[curve, t, k] * (1.0 - part) + service.curves[curve, t, k + 1] * part)


@njit(cache=True, nogil=True)
def add_tour(inst: Instance, tour: Ints, sign: float, seats: Floats, fcr: Floats, heads: Ints) -> None:
    """Add (or with ``sign`` -1 take away) an agent's week.

    Parameters
    ----------
    seats : float array, shape (pools, intervals)
    fcr : float array, shape (rows,)
        What people add to the value of FCR rows.
    heads : int array, shape (floors, slots)
        Those who take a desk count below nothing.
    """
    duty = np.empty(inst.slots, np.int64)
    for d in range(inst.days):
        if tour[d, 0] < 0:
            continue
        low, length = duty_of(inst, tour, d, duty)
        team = tour[d, 1]
        add_stretch(
            inst,
            inst.teams.kind[team],
            inst.teams.seat[team],
            inst.teams.gain[team],
            low,
            length,
            duty,
            sign,
            seats,
            fcr,
            heads,
        )


@njit(cache=True, nogil=True)
def add_stretch(
    inst: Instance,
    kind: int,
    seat: Floats,
    gain: Floats,
    low: int,
    length: int,
    duty: Ints,
    sign: float,
    seats: Floats,
    fcr: Floats,
    heads: Ints,
) -> None:
    """Add a shift or an elastic block: ``duty[k]`` tells whether slot ``low + k`` is worked.

    Seats count up to the end of the horizon; heads after it too, for desks are taken there as well.
    """
    per = inst.per_interval
    pools = seats.shape[0]
    top = inst.intervals * per
    first = low // per
    last = min((low + length - 1) // per, inst.intervals - 1)
    whole = np.zeros(last - first + 1)
    for k in range(length):
        s = low + k
        if duty[k] == 1:
            if s < top:
                whole[s // per - first] += sign / per
            for f in range(heads.shape[0]):
                count = inst.kinds.floor[kind, f]
                if count != 0:
                    heads[f, s] += int(sign) * count
    for g in range(pools):
        if seat[g] != 0.0:
            for t in range(first, last + 1):
                seats[g, t] += seat[g] * inst.kinds.share[kind, g, t] * whole[t - first]
    service = inst.service
    for r in range(gain.shape[0]):
        if gain[r] != 0.0:
            g = service.row_pool[r]
            total = 0.0
            for t in range(max(first, service.row_first[r]), min(last + 1, service.row_last[r])):
                if service.weight[r, t] != 0.0:
                    total += inst.kinds.share[kind, g, t] * whole[t - first]
            fcr[r] += gain[r] * total


@njit(cache=True, nogil=True)
def row_values(inst: Instance, seats: Floats, fcr: Floats) -> Floats:
    """Value of every target row, shape (rows,)."""
    service = inst.service
    rows = service.limit.shape[0]
    values = np.empty(rows)
    for r in range(rows):
        if service.row_curve[r] < 0:
            values[r] = service.base[r] + fcr[r]
            continue
        total = service.base[r]
        c = service.row_curve[r]
        g = service.row_pool[r]
        for t in range(service.row_first[r], service.row_last[r]):
            if service.weight[r, t] != 0.0:
                total += service.weight[r, t] * read_curve(inst, c, t, seats[g, t])
        values[r] = total
    return values


@leaf
def miss_of(inst: Instance, r: int, value: float) -> float:
    """Relative miss of one row's value."""
    service = inst.service
    return float(max(0.0, service.sign[r] * (value - service.limit[r])) / service.limit[r])


@njit(cache=True, nogil=True)
def shortfall_of(inst: Instance, values: Floats) -> float:
    """Price of every miss."""
    total = inst.service.given
    for r in range(values.shape[0]):
        total += inst.service.price[r] * miss_of(inst, r, values[r])
    return total


@njit(cache=True, nogil=True)
def floor_gap(inst: Instance, heads: Ints) -> int:
    """Heads missing from minimum staff and beyond the desks, summed over floors and slots."""
    missing = 0
    for f in range(heads.shape[0]):
        for s in range(heads.shape[1]):
            missing += max(0, inst.floors.need[f, s] - inst.floors.fixed[f, s] - heads[f, s])
    return missing


@leaf
def elastic_cost(inst: Instance, slots_booked: int) -> float:
    """Cost of elastic seats: hours, at least the minimum if any is used."""
    slots_booked += inst.elastic.booked
    if slots_booked == 0:
        return 0.0
    return float(max(slots_booked * inst.elastic.slot_cost, inst.elastic.least_cost))
