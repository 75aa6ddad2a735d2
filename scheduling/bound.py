"""A proven lower bound on the planning model's objective, by Lagrangian relaxation.

Notes
-----
Seats of a pool in an interval, values of target rows and heads of minimum staff are priced. What is left falls apart:
each interval minimises its own service cost plus price over seats, each person takes the best legal week, and one
elastic seat takes the best chain of blocks, times the cap. The sum is a lower bound for any prices, so it can be
stated at any time; the prices are improved by Adam (Kingma and Ba 2015) on the subgradient. A row's price stays between
0 and its price per relative miss, because a miss may always be paid instead.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from domain.progress import Control
from scheduling.instance import CLOSED, Instance
from scheduling.pricing import best_week
from scheduling.service_model import add_stretch, add_tour, read_curve
from scheduling.shift_values import MUST, NEVER, slot_values


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
        values[k] = slot_values(
            inst,
            inst.teams.kind[team],
            inst.teams.seat[team],
            inst.teams.gain[team],
            prices,
            row_prices,
            floor_prices,
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


@njit(cache=True, nogil=True)
def lagrangian(
    inst: Instance,
    prices: Floats,
    row_prices: Floats,
    floor_prices: Floats,
    tours: Ints,
    seat_slope: Floats,
    row_slope: Floats,
    floor_slope: Floats,
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
    """
    service = inst.service
    pools = prices.shape[0]
    intervals = inst.intervals
    rows = row_prices.shape[0]
    curves = service.curves.shape[0]
    knots = service.curves.shape[2]
    total = 0.0
    pull = np.zeros((curves, intervals))
    per_value = np.zeros(rows)
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
    seats = np.zeros((pools, intervals))
    fcr = np.zeros(rows)
    heads: Ints = np.zeros(inst.floors.need.shape, np.int64)
    free = np.full(inst.days, -1, np.int64)
    for a in range(tours.shape[0]):
        worth = price_person(inst, a, prices, per_value, floor_prices, free, tours[a])
        if worth <= NEVER:
            return np.inf
        total -= worth
        add_tour(inst, tours[a], 1.0, seats, fcr, heads)
    total -= best_chain(inst, prices, per_value, floor_prices, seats, fcr, heads)
    seat_slope -= seats
    for r in range(rows):
        if service.row_curve[r] < 0:
            row_slope[r] += service.sign[r] * fcr[r] / service.limit[r]
    for f in range(heads.shape[0]):
        for s in range(heads.shape[1]):
            need = inst.floors.need[f, s] - inst.floors.fixed[f, s]
            floor_slope[f, s] = need - heads[f, s] if need > 0 else 0.0
            if need > 0:
                total += floor_prices[f, s] * need
    return total


class Prices:
    """Prices of seats, rows and floors, and the best bound they have proven."""

    def __init__(self, inst: Instance) -> None:
        hourly = float(np.mean(inst.hourly)) if inst.hourly.size else 1.0
        interval_hours = inst.slot_hours * inst.per_interval
        pools = inst.service.fixed.shape
        # prices move in steps of what a seat costs, and of what one person rather than another is worth to FCR rows
        service = inst.service
        worth = inst.teams.gain @ (service.price / service.limit)
        spread = [float(np.abs(worth[seat > 0]).mean()) if (seat > 0).any() else 0.0 for seat in inst.teams.seat.T]
        self.unit: Floats = max(hourly * interval_hours, 1e-6) + np.array(spread).reshape(-1, 1)
        self.seats: Floats = np.full(pools, max(hourly * interval_hours, 1e-6))
        self.rows: Floats = service.price * np.where(service.row_curve < 0, 0.5, 0.02)
        self.floors: Floats = np.zeros(inst.floors.need.shape)
        self.bound = -np.inf

    def at(self, inst: Instance, seats: Floats, values: Floats) -> Prices:
        """Return the prices that a roster suggests: a missed row's is full, a seat's is its marginal worth.

        Parameters
        ----------
        inst : Instance
        seats : float array, shape (pools, intervals)
            Fixed seats included.
        values : float array, shape (rows,)
        """
        service = inst.service
        found = Prices(inst)
        missed = service.sign * (values - service.limit) > 1e-9
        found.rows = np.where(missed, service.price, np.minimum(self.rows, service.price))
        worth = seat_worth(inst, seats, found.rows)
        found.seats = np.where(worth > self.seats, worth, self.seats)
        found.floors = self.floors.copy()
        found.unit = np.maximum(found.unit, 0.1 * worth)
        return found


@njit(cache=True, nogil=True)
def seat_worth(inst: Instance, seats: Floats, row_prices: Floats) -> Floats:
    """Return what half a seat more or less changes at given row prices, a whole seat, shape (pools, intervals)."""
    service = inst.service
    worth = np.zeros(seats.shape)
    for r in range(row_prices.shape[0]):
        c = service.row_curve[r]
        if c < 0 or row_prices[r] == 0.0:
            continue
        g = service.row_pool[r]
        each = row_prices[r] / service.limit[r] * service.sign[r]
        for t in range(service.row_first[r], service.row_last[r]):
            if service.weight[r, t] != 0.0:
                low = read_curve(inst, c, t, max(seats[g, t] - 0.5, 0.0))
                high = read_curve(inst, c, t, seats[g, t] + 0.5)
                worth[g, t] += each * service.weight[r, t] * (low - high)
    return np.maximum(worth, 0.0)


def held_pins(inst: Instance) -> float:
    """Return what the pricing program adds for keeping pins, which is no part of the objective."""
    worked = (inst.pins == 1).sum(axis=1) if inst.pins.size else np.zeros(0)
    return float(MUST * sum(worked[p] for p in inst.people.pin.tolist() if p >= 0))


def ascend(inst: Instance, prices: Prices, iterations: int, control: Control) -> tuple[Prices, list[Ints]]:
    """Improve prices and bound by Adam; return them with the distinct tours met on the way.

    Parameters
    ----------
    inst : Instance
    prices : Prices
        Where to start: fresh, or the last round's.
    iterations : int
        Evaluations of the Lagrangian.
    control : Control

    Returns
    -------
    tuple
        The prices of the best bound, and the agents' tours at several good prices,
        each of shape (agents, days, 3 + most breaks).
    """
    agents = inst.people.graph.shape[0]
    tours: Ints = np.full((agents, inst.days, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    best = Prices(inst)
    best.bound = -np.inf
    kept: list[Ints] = []
    seats, rows, floors = prices.seats.copy(), prices.rows.copy(), prices.floors.copy()
    slopes = (np.zeros_like(seats), np.zeros_like(rows), np.zeros_like(floors))
    first = [np.zeros_like(x) for x in slopes]
    second = [np.zeros_like(x) for x in slopes]
    m, v = 0.85, 0.97
    for i in range(iterations):
        bound = lagrangian(inst, seats, rows, floors, tours, *slopes)
        if bound > best.bound:
            best.bound, best.seats, best.rows, best.floors = bound, seats.copy(), rows.copy(), floors.copy()
        if i >= iterations * 2 // 3 and i % 8 == 0:
            kept.append(tours.copy())
        if control.stopping:
            break
        if i % 20 == 0:
            control.report("bound", i / iterations, f"{best.bound:,.0f}")
        step = 0.25 * (0.04 ** (i / iterations))
        moves = []
        for k, slope in enumerate(slopes):
            first[k] = m * first[k] + (1 - m) * slope
            second[k] = v * second[k] + (1 - v) * slope**2
            moves.append(first[k] / (1 - m ** (i + 1)) / (np.sqrt(second[k] / (1 - v ** (i + 1))) + 1e-12))
        seats = np.maximum(seats + step * prices.unit * moves[0], 0.0)
        rows = np.minimum(np.maximum(rows, 1e-6 * inst.service.price) * np.exp(step * moves[1]), inst.service.price)
        floors = np.maximum(floors + step * prices.unit.min() * moves[2], 0.0)
    best.unit = prices.unit
    return best, kept
