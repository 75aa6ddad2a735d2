"""A proven lower bound on the planning model's objective, by Lagrangian relaxation.

Notes
-----
Seats of a pool in an interval, values of target rows and heads of minimum staff are priced. What is left falls apart:
each interval minimises its own service cost plus price over seats, each person takes the best legal week, and one
elastic seat takes the best chain of blocks, times the cap. The sum is a lower bound for any prices of seats and heads
from 0 on, and any price of a row between 0 and that of its miss, because a miss may always be paid instead.
Desks are floors of less than nothing (``scheduling.desks``): their people pay the price that others are paid.
"""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.instance import CLOSED, Instance
from scheduling.pricing import best_week
from scheduling.service_model import add_stretch, add_tour
from scheduling.shift_values import NEVER, fill_values, slot_values

PART = 32
"""People priced at a time: parts are the same whatever the number of cores, so that sums are too."""


@njit(cache=True, nogil=True)
def price_person(
    inst: Instance,
    agent: int,
    prices: Floats,
    row_prices: Floats,
    floor_prices: Floats,
    allowed: Ints,
    tour: Ints,
) -> float:
    """Return the worth of an agent's best week at given prices and fill its tour."""
    first = inst.people.team_first[agent]
    teams = inst.people.team_last[agent] - first
    values = np.empty((teams, inst.slots))
    for k in range(teams):
        team = first + k
        fill_values(
            inst,
            inst.teams.kind[team],
            inst.teams.seat[team],
            inst.teams.gain[team],
            prices,
            row_prices,
            floor_prices,
            values[k],
        )
    return best_week(inst, agent, values, allowed, tour)


@njit(cache=True, nogil=True)
def best_chain(
    inst: Instance,
    prices: Floats,
    row_prices: Floats,
    floor_prices: Floats,
    seats: Floats,
    fcr: Floats,
    heads: Ints,
) -> float:
    """Return the worth of the best chain of blocks for one elastic seat and add cap times its seats."""
    pool = inst.elastic
    choices = pool.kind.shape[0]
    cap = 0
    for s in range(inst.slots):
        cap = max(cap, pool.cap[s])
    if cap == 0 or choices == 0:
        return 0.0
    top = inst.intervals * inst.per_interval
    running = np.zeros((choices, inst.slots + 1))
    for k in range(choices):
        values = slot_values(inst, pool.kind[k], pool.seat[k], pool.gain[k], prices, row_prices, floor_prices)
        for s in range(inst.slots):
            value = values[s] if pool.cap[s] > 0 else CLOSED
            running[k, s + 1] = running[k, s] + value - pool.slot_cost
    best = np.zeros(top + 1)
    choice = np.full(top + 1, -1, np.int64)
    length = np.zeros(top + 1, np.int64)
    for s in range(top - 1, -1, -1):
        best[s] = best[s + 1]
        for j in range(pool.lengths.shape[0]):
            end = s + pool.lengths[j]
            if end > top:
                continue
            for k in range(choices):
                value = running[k, end] - running[k, s] + best[end]
                if value > best[s] + 1e-9:
                    best[s] = value
                    choice[s] = k
                    length[s] = pool.lengths[j]
    s = 0
    duty = np.ones(inst.slots, np.int64)
    while s < top:
        if choice[s] >= 0:
            k = choice[s]
            for _ in range(cap):
                add_stretch(inst, pool.kind[k], pool.seat[k], pool.gain[k], s, length[s], duty, 1.0, seats, fcr, heads)
            s += length[s]
        else:
            s += 1
    return float(best[0] * cap)


def lagrangian(
    inst: Instance,
    prices: Floats,
    row_prices: Floats,
    floor_prices: Floats,
    tours: Ints,
    seat_slope: Floats,
    row_slope: Floats,
    floor_slope: Floats,
    pool: Executor | None = None,
) -> float:
    """Evaluate the bound and its subgradient.

    Parameters
    ----------
    prices : float array, shape (pools, intervals)
    row_prices : float array, shape (rows,)
        Money per relative miss, 0..price.
    floor_prices : float array, shape (floors, slots)
    tours : int array, shape (agents, days, 3 + most breaks)
        Filled with each agent's best week.
    seat_slope, row_slope, floor_slope : arrays shaped like the prices
        Filled with the subgradient.
    pool : Executor, optional
        Threads that price people side by side.
    """
    per_value = np.zeros_like(row_prices)
    total = price_intervals(inst, prices, row_prices, per_value, seat_slope, row_slope)
    parts = [np.arange(low, min(low + PART, len(tours))) for low in range(0, len(tours), PART)]
    found = [
        (np.zeros_like(prices), np.zeros_like(row_prices), np.zeros(inst.floors.need.shape, dtype=np.int64))
        for _ in range(len(parts) + 1)
    ]

    def price(k: int) -> float:
        return float(price_people(inst, parts[k], prices, per_value, floor_prices, tours, *found[k]))

    worths = list((map if pool is None else pool.map)(price, range(len(parts))))
    if any(worth <= NEVER for worth in worths):
        return float(np.inf)
    total -= sum(worths) + best_chain(inst, prices, per_value, floor_prices, *found[-1])
    seats, fcr, heads = (sum(each[k] for each in found) for k in range(3))
    linear = inst.service.row_curve < 0
    seat_slope -= seats
    row_slope[linear] += (inst.service.sign * fcr / inst.service.limit)[linear]
    desks = inst.floors.need < 0
    need = inst.floors.need - inst.floors.fixed
    need = np.where(desks, need, np.maximum(need, 0))
    floor_slope[:] = np.where(desks | (need > 0), need - heads, 0.0)
    return float(total + (floor_prices * need).sum())


@njit(cache=True, nogil=True)
def price_people(
    inst: Instance,
    agents: Ints,
    prices: Floats,
    per_value: Floats,
    floor_prices: Floats,
    tours: Ints,
    seats: Floats,
    fcr: Floats,
    heads: Ints,
) -> float:
    """Return what the best weeks of some people are worth, ``NEVER`` where one has none; add up what they give."""
    total = 0.0
    free = np.full(inst.days, -1, np.int64)
    for a in agents:
        worth = price_person(inst, a, prices, per_value, floor_prices, free, tours[a])
        if worth <= NEVER:
            return NEVER
        total += worth
        add_tour(inst, tours[a], 1.0, seats, fcr, heads)
    return total


@njit(cache=True, nogil=True)
def price_intervals(
    inst: Instance, prices: Floats, row_prices: Floats, per_value: Floats, seat_slope: Floats, row_slope: Floats
) -> float:
    """Return the least cost of service and seats over all intervals, and the slopes there.

    Parameters
    ----------
    per_value : float array, shape (rows,)
        Filled with the money per unit of the value of each row without a curve.
    """
    service = inst.service
    pools = prices.shape[0]
    intervals = inst.intervals
    rows = row_prices.shape[0]
    curves = service.curves.shape[0]
    knots = service.curves.shape[2]
    total = 0.0
    pull = np.zeros((curves, intervals))
    for r in range(rows):
        y = row_prices[r] / service.limit[r]
        total += y * service.sign[r] * (service.base[r] - service.limit[r])
        row_slope[r] = service.sign[r] * (service.base[r] - service.limit[r]) / service.limit[r]
        if service.row_curve[r] >= 0:
            for t in range(service.row_first[r], service.row_last[r]):
                pull[service.row_curve[r], t] += y * service.sign[r] * service.weight[r, t]
        else:
            per_value[r] = y
    best_knot = np.zeros((pools, intervals), np.int64)
    cost = np.empty(knots)
    for g in range(pools):
        for t in range(intervals):
            each = service.step / service.efficiency[g, t]
            for k in range(knots):
                cost[k] = prices[g, t] * each * k
            for c in range(curves):
                if service.curve_pool[c] == g and pull[c, t] != 0.0:
                    for k in range(knots):
                        cost[k] += pull[c, t] * service.curves[c, t, k]
            low = 0
            for k in range(1, knots):
                if cost[k] < cost[low]:
                    low = k
            best_knot[g, t] = low
            total += cost[low] - prices[g, t] * service.fixed[g, t]
            seat_slope[g, t] = low * each - service.fixed[g, t]
    for r in range(rows):
        c = service.row_curve[r]
        if c >= 0:
            g = service.row_pool[r]
            value = 0.0
            for t in range(service.row_first[r], service.row_last[r]):
                if service.weight[r, t] != 0.0:
                    value += service.weight[r, t] * service.curves[c, t, best_knot[g, t]]
            row_slope[r] += service.sign[r] * value / service.limit[r]
    return total
