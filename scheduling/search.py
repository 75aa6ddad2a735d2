"""A roster by best responses, then ruin and recreate: people leave the roster and return by their best legal week.

Notes
-----
Every change is a whole legal week from the pricing program, so only legal rosters are ever looked at. What a seat is
worth to someone who returns is the fall of the service curves at the seats that are there now, weighted by row
prices that rise where a row misses its target and fall where it is met with room (Schrimpf et al. 2000 for ruin and
recreate; acceptance by a falling threshold).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.blocks import add_block, best_block
from scheduling.bound import price_person
from scheduling.instance import Instance
from scheduling.pricing import tour_cost
from scheduling.service_model import add_tour, elastic_cost, floor_gap, read_curve, row_values, shortfall_of
from scheduling.shift_values import NEVER


@njit(cache=True, nogil=True)
def marginal_prices(
    inst: Instance, seats: Floats, values: Floats, row_prices: Floats, size: float, blur: float
) -> tuple[Floats, Floats]:
    """Return what one more seat of a given size is worth per pool and interval, and the FCR rows' prices.

    ``blur`` seats to both sides are looked at as well: the slope over a wider stretch lets people change places.
    """
    service = inst.service
    pools, intervals = seats.shape
    rows = values.shape[0]
    prices = np.zeros((pools, intervals))
    linear = np.zeros(rows)
    curves = service.curves.shape[0]
    pull = np.zeros((curves, intervals))
    for r in range(rows):
        ratio = service.sign[r] * (values[r] - service.limit[r]) / service.limit[r]
        y = row_prices[r] * min(max(1.0 + 12.0 * ratio, 0.25), 40.0)
        y = min(y, service.price[r]) / service.limit[r]
        if service.row_curve[r] < 0:
            linear[r] = y
        else:
            for t in range(service.row_first[r], service.row_last[r]):
                pull[service.row_curve[r], t] += y * service.sign[r] * service.weight[r, t]
    for c in range(curves):
        g = service.curve_pool[c]
        for t in range(intervals):
            if pull[c, t] != 0.0:
                now = seats[g, t] + service.fixed[g, t]
                least = max(now - blur, 0.0)
                low = read_curve(inst, c, t, least)
                high = read_curve(inst, c, t, now + size + blur)
                prices[g, t] += pull[c, t] * (low - high) / (now + size + blur - least)
    return prices, linear


@njit(cache=True, nogil=True)
def floor_worth(inst: Instance, heads: Ints) -> Floats:
    """Return what one more head is worth to each floor and slot, or costs where it takes a desk."""
    worth = np.zeros(heads.shape)
    for f in range(heads.shape[0]):
        for s in range(heads.shape[1]):
            need = inst.floors.need[f, s]
            lack = need - inst.floors.fixed[f, s] - heads[f, s]
            # with the last desk taken nobody is missing yet, but the next one is too many
            if lack > 0 or (need < 0 and lack == 0):
                worth[f, s] = inst.floors.price
    return worth


@njit(cache=True, nogil=True)
def same_start(inst: Instance, agent: int, tours: Ints, crew: Ints, allowed: Ints) -> None:
    """Fill the starts an agent must share with its crew (teams that start together); -1 where free."""
    allowed[:] = -1
    if crew[agent] < 0:
        return
    for b in range(tours.shape[0]):
        if b != agent and crew[b] == crew[agent]:
            for d in range(inst.days):
                if tours[b, d, 0] >= 0:
                    allowed[d] = inst.options.minute[tours[b, d, 0]]


@njit(cache=True, nogil=True)
def objective_of(inst: Instance, seats: Floats, fcr: Floats, heads: Ints, pay: float, booked: int) -> float:
    """Objective of the planning model with a heavy price on heads missing from minimum staff or beyond the desks."""
    values = row_values(inst, seats + inst.service.fixed, fcr)
    return pay + elastic_cost(inst, booked) + shortfall_of(inst, values) + inst.floors.price * floor_gap(inst, heads)


@njit(cache=True, nogil=True)
def search(
    inst: Instance,
    tours: Ints,
    blocks: Ints,
    block_count: int,
    row_prices: Floats,
    crew: Ints,
    movable: Ints,
    rounds: int,
    warmth: float,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, int, float]:
    """Improve a set of tours and elastic blocks.

    Parameters
    ----------
    inst : Instance
    tours : int array, shape (agents, days, 3 + most breaks)
        Start; an agent whose first column is all -1 and who must work is placed first.
    blocks : int array, shape (most blocks, 3)
        Elastic blocks (choice, first slot, length); the first ``block_count`` rows are used.
    row_prices : float array, shape (rows,)
        Prices of the bound, where the search starts from.
    crew : int array, shape (agents,)
        Number of the team that starts together, -1 for none.
    movable : int array
        Agents that may change.
    rounds : int
        Ruin-and-recreate steps.
    warmth : float
        First threshold of acceptance, as money; falls to nothing.
    rng : numpy.random.Generator

    Returns
    -------
    tuple
        Best tours, best blocks, their number, and the objective.
    """
    agents = tours.shape[0]
    pools, intervals = inst.service.fixed.shape
    rows = row_prices.shape[0]
    seats = np.zeros((pools, intervals))
    fcr = np.zeros(rows)
    heads = np.zeros(inst.floors.need.shape, np.int64)
    used = np.zeros(inst.slots, np.int64)
    pay = np.zeros(agents)
    allowed = np.full(inst.days, -1, np.int64)
    blocks = blocks.copy()
    tours = tours.copy()
    booked = 0
    for a in range(agents):
        add_tour(inst, tours[a], 1.0, seats, fcr, heads)
        pay[a] = tour_cost(inst, a, tours[a])
    for b in range(block_count):
        add_block(inst, blocks[b], 1.0, seats, fcr, heads, used)
        booked += blocks[b, 2]
    steer = row_prices.copy()
    current = objective_of(inst, seats, fcr, heads, pay.sum(), booked)
    best = current
    best_tours = tours.copy()
    best_blocks = blocks.copy()
    best_count = block_count
    most = min(4, movable.shape[0])
    gone = np.empty(max(most, 1), np.int64)
    old_tours = np.empty((max(most, 1), tours.shape[1], tours.shape[2]), np.int64)
    old_pay = np.empty(max(most, 1))
    block = np.zeros(3, np.int64)
    for step in range(rounds):
        heat = warmth * (1.0 - step / rounds) ** 2
        old_used = used.copy()
        old_blocks, old_count, old_booked = blocks.copy(), block_count, booked
        old_seats, old_fcr, old_heads = seats.copy(), fcr.copy(), heads.copy()
        n = 0
        if movable.shape[0] > 0:
            n = 1 + int(rng.random() * most)
            for j in range(n):
                while True:
                    a = movable[int(rng.random() * movable.shape[0])]
                    fresh = True
                    for i in range(j):
                        if gone[i] == a:
                            fresh = False
                    if fresh:
                        break
                gone[j] = a
                old_tours[j] = tours[a]
                old_pay[j] = pay[a]
                add_tour(inst, tours[a], -1.0, seats, fcr, heads)
                tours[a, :, 0] = -1
        if block_count > 0 and rng.random() < 0.15:
            # a whole day's seats anew: blocks that fill each other's gaps are seldom changed one by one
            day = int(rng.random() * inst.days)
            b = 0
            while b < block_count:
                if inst.day_first[day] <= blocks[b, 1] < inst.day_first[day + 1]:
                    add_block(inst, blocks[b], -1.0, seats, fcr, heads, used)
                    booked -= blocks[b, 2]
                    blocks[b] = blocks[block_count - 1]
                    block_count -= 1
                else:
                    b += 1
        drop = int(rng.random() * 4) if block_count > 0 else 0
        for _ in range(min(drop, block_count)):
            b = int(rng.random() * block_count)
            add_block(inst, blocks[b], -1.0, seats, fcr, heads, used)
            booked -= blocks[b, 2]
            blocks[b] = blocks[block_count - 1]
            block_count -= 1
        legal = True
        blur = 3.0 * rng.random() ** 2 if rng.random() < 0.5 else 0.0
        for j in range(n):
            a = gone[j]
            size = inst.teams.seat[inst.people.team_first[a]].sum()
            values = row_values(inst, seats + inst.service.fixed, fcr)
            prices, linear = marginal_prices(inst, seats, values, steer, max(size, 0.1), blur)
            noise = 0.15 * rng.random()
            for g in range(pools):
                for t in range(intervals):
                    prices[g, t] *= 1.0 + noise * (rng.random() - 0.5)
            same_start(inst, a, tours, crew, allowed)
            if price_person(inst, a, prices, linear, floor_worth(inst, heads), allowed, tours[a]) <= NEVER:
                legal = False
                break
            add_tour(inst, tours[a], 1.0, seats, fcr, heads)
            pay[a] = tour_cost(inst, a, tours[a])
        if legal and inst.elastic.kind.shape[0] > 0:
            while block_count < blocks.shape[0]:
                values = row_values(inst, seats + inst.service.fixed, fcr)
                prices, linear = marginal_prices(
                    inst, seats, values, steer, max(inst.elastic.seat[0].sum(), 0.1), 0.5 * blur
                )
                wobble = 0.3 * rng.random()
                for g in range(pools):
                    for t in range(intervals):
                        prices[g, t] *= 1.0 + wobble * (rng.random() - 0.5)
                if best_block(inst, prices, linear, floor_worth(inst, heads), used, block) <= 1e-9:
                    break
                blocks[block_count] = block
                add_block(inst, block, 1.0, seats, fcr, heads, used)
                booked += block[2]
                block_count += 1
                if rng.random() < 0.1:
                    break
        found = np.inf
        if legal:
            found = objective_of(inst, seats, fcr, heads, pay.sum(), booked)
        if found <= current + heat:
            current = found
            if found < best - 1e-9:
                best = found
                best_tours[:] = tours
                best_blocks[:] = blocks
                best_count = block_count
        else:
            seats, fcr, heads, used = old_seats, old_fcr, old_heads, old_used
            blocks, block_count, booked = old_blocks, old_count, old_booked
            for j in range(n):
                tours[gone[j]] = old_tours[j]
                pay[gone[j]] = old_pay[j]
        if step % 50 == 49:
            # rows that miss pull harder, rows met with room let go
            values = row_values(inst, seats + inst.service.fixed, fcr)
            for r in range(rows):
                ratio = inst.service.sign[r] * (values[r] - inst.service.limit[r]) / inst.service.limit[r]
                change = 1.08 if ratio > 0.0 else (0.96 if ratio < -0.02 else 1.0)
                steer[r] = min(max(steer[r] * change, 1e-4 * inst.service.price[r]), inst.service.price[r])
    return best_tours, best_blocks, best_count, best
