"""Prices that prove the most: the Lagrangian's subgradient, climbed by Adam (Kingma and Ba 2015)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from domain.progress import Control
from scheduling.bound import PART, lagrangian
from scheduling.instance import Instance
from scheduling.service_model import read_curve
from scheduling.shift_values import MUST


def mean_pay(inst: Instance) -> float:
    """Return the people's mean hourly cost, 1 where nobody costs anything: a scale for prices and temperatures."""
    return float(np.mean(inst.hourly)) if inst.hourly.any() else 1.0


class Prices:
    """Prices of seats, rows and floors, and the best bound they have proven."""

    def __init__(self, inst: Instance) -> None:
        hourly = mean_pay(inst)
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


def added(inst: Instance) -> float:
    """Return what the objective of every roster holds beside what the Lagrangian prices.

    Paid leave, soft costs of idle days, pinned elastic hours and misses that nobody can avoid come on top; what the
    pricing program adds for keeping pins is taken out. Of the elastic minimum only the hours pinned count: below it,
    more of them may cost nothing.
    """
    worked = (inst.pins == 1).sum(axis=1) if inst.pins.size else np.zeros(0)
    kept = MUST * sum(worked[p] for p in inst.people.pin.tolist() if p >= 0)
    paid = inst.people.base_cost.sum() + inst.people.soft_base.sum()
    paid += inst.elastic.booked * inst.elastic.slot_cost
    return float(kept + paid + inst.service.given)


def ascend(inst: Instance, prices: Prices, iterations: int, control: Control) -> Prices:
    """Improve prices and bound.

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
    Prices
        Those of the best bound.
    """
    agents = inst.people.graph.shape[0]
    tours: Ints = np.full((agents, inst.days, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    best = Prices(inst)
    best.bound = -np.inf
    seats, rows, floors = prices.seats.copy(), prices.rows.copy(), prices.floors.copy()
    slopes = (np.zeros_like(seats), np.zeros_like(rows), np.zeros_like(floors))
    first = [np.zeros_like(x) for x in slopes]
    second = [np.zeros_like(x) for x in slopes]
    m, v = 0.85, 0.97
    with ThreadPoolExecutor(max_workers=max(1, control.cores)) as pool:
        for i in range(iterations):
            bound = lagrangian(inst, seats, rows, floors, tours, *slopes, pool if agents > PART else None)
            if bound > best.bound:
                best.bound, best.seats, best.rows, best.floors = bound, seats.copy(), rows.copy(), floors.copy()
            if control.stopping:
                break
            if i % 20 == 0:
                control.report("bound", i / iterations, f"{best.bound:,.0f}" if best.bound > 0 else "")
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
    return best
