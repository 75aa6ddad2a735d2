"""One roster of the planning model: tours, elastic blocks, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats, Ints
from scheduling.blocks import add_block
from scheduling.instance import Instance
from scheduling.pricing import tour_pay
from scheduling.service_model import add_stretch, add_tour, elastic_cost, floor_gap, row_values, shortfall_of


def _no_activities() -> Ints:
    return np.zeros((0, 5), dtype=np.int64)


@dataclass(frozen=True)
class Roll:
    """Tours and elastic blocks of one roster.

    Attributes
    ----------
    tours : int array, shape (agents, days, 3 + most breaks)
    blocks : int array, shape (blocks, 3)
        Choice, first slot, length.
    activities : int array, shape (activities, 5)
        What is placed into the tours' work: agent, day, first slot, length, number in the folder.
    paid : bool array, shape (activities of the folder,)
        Whether they are paid; empty where none is placed.
    """

    tours: Ints
    blocks: Ints
    activities: Ints = field(default_factory=_no_activities)
    paid: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


def measure(inst: Instance, roll: Roll) -> tuple[Floats, Floats, Ints, float]:
    """Return seats (fixed ones included), FCR gains, heads per floor and pay of the people of a roster."""
    seats = np.zeros(inst.service.fixed.shape)
    fcr = np.zeros(inst.service.limit.shape)
    heads = np.zeros(inst.floors.need.shape, dtype=np.int64)
    used = np.zeros(inst.slots, dtype=np.int64)
    pay = 0.0
    for a, tour in enumerate(roll.tours):
        add_tour(inst, tour, 1.0, seats, fcr, heads)
        pay += tour_pay(inst, a, tour)
    for block in roll.blocks:
        add_block(inst, block, 1.0, seats, fcr, heads, used)
    pay -= _take_activities(inst, roll, seats, fcr, heads)
    return seats + inst.service.fixed, fcr, heads, pay


def _take_activities(inst: Instance, roll: Roll, seats: Floats, fcr: Floats, heads: Ints) -> float:
    """Take the duty that activities cost out of seats, gains and heads; return the pay of those that are unpaid.

    Where a person has no shift on the day, the activity has gone with it.
    """
    unpaid = 0.0
    for a, d, low, length, item in roll.activities.tolist():
        if roll.tours[a, d, 0] < 0:
            continue
        team = int(roll.tours[a, d, 1])
        kind, seat, gain = int(inst.teams.kind[team]), inst.teams.seat[team], inst.teams.gain[team]
        duty = np.ones(length, dtype=np.int64)
        add_stretch(inst, kind, seat, gain, low, length, duty, -1.0, seats, fcr, heads)
        if not roll.paid[item]:
            rate = length + inst.premium[inst.people.premium[a], low : low + length].sum()
            unpaid += float(rate * inst.hourly[a] * inst.slot_hours)
    return unpaid


def objective_of_roll(inst: Instance, roll: Roll) -> float:
    """Return cost, priced shortfall and soft costs of a roster, with a heavy price on missing minimum staff."""
    seats, gains, heads, pay = measure(inst, roll)
    values = row_values(inst, seats, gains)
    cost = pay + float(inst.people.base_cost.sum()) + elastic_cost(inst, int(roll.blocks[:, 2].sum()))
    return cost + shortfall_of(inst, values) + soft_of(inst, roll) + inst.floors.price * floor_gap(inst, heads)


def soft_of(inst: Instance, roll: Roll) -> float:
    """Return what a roster costs beside pay and shortfall."""
    taken = roll.tours[:, :, 0]
    return float(inst.people.soft_base.sum() + inst.options.soft[taken[taken >= 0]].sum())


def presence(inst: Instance, tour: Ints) -> Ints:
    """Return 1 in each slot from start to end of a person's shifts."""
    there = np.zeros(inst.slots, dtype=np.int64)
    for option in tour[:, 0].tolist():
        if option >= 0:
            start = int(inst.options.start[option])
            there[start : start + int(inst.options.length[option])] = 1
    return there
