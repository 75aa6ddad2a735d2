"""People placed one after the other, each by the legal week that is worth most beside those placed before."""

from __future__ import annotations

import numpy as np

from domain.errors import ConflictError
from domain.history import Floats, Ints
from scheduling.bound import price_person
from scheduling.conflicts import expert_conflict
from scheduling.instance import CLOSED, Instance
from scheduling.model import Model
from scheduling.pinned import AWAY
from scheduling.roll import Roll, measure, presence
from scheduling.search import floor_worth, marginal_prices, same_start
from scheduling.service_model import add_tour, row_values
from scheduling.shift_values import NEVER


class NoWeekError(Exception):
    """Nobody's legal week fits beside those placed before; ``person`` is their number."""

    def __init__(self, person: int) -> None:
        self.person = person
        super().__init__(person)


def place_all(inst: Instance, crew: Ints, row_prices: Floats, order: Ints) -> Ints:
    """Place people in the order given, each by best response; return the tours, empty for everyone else.

    Raises
    ------
    NoWeekError
        If somebody has no legal week beside the starts of the team mates placed before.
    """
    agents = inst.people.graph.shape[0]
    tours: Ints = np.full((agents, inst.days, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    seats = np.zeros(inst.service.fixed.shape)
    gains = np.zeros(inst.service.limit.shape)
    heads = np.zeros(inst.floors.need.shape, dtype=np.int64)
    allowed = np.full(inst.days, -1, dtype=np.int64)
    for a in order.tolist():
        values = row_values(inst, seats + inst.service.fixed, gains)
        size = max(float(inst.teams.seat[inst.people.team_first[a]].sum()), 0.1)
        prices, linear = marginal_prices(inst, seats, values, row_prices, size, 0.0)
        same_start(inst, a, tours, crew, allowed)
        if price_person(inst, a, prices, linear, floor_worth(inst, heads), allowed, tours[a]) <= NEVER:
            raise NoWeekError(a)
        add_tour(inst, tours[a], 1.0, seats, gains, heads)
    return tours


def only(roll: Roll, people: Ints) -> Roll:
    """Keep the tours of some people only."""
    tours = np.full_like(roll.tours, -1)
    tours[people] = roll.tours[people]
    return Roll(tours, roll.blocks)


def place_experts(model: Model, roll: Roll, row_prices: Floats) -> Roll:
    """Add the second line to a finished roster, as many at once as their share of the core on duty allows.

    Each expert takes the legal week that is worth most above its pay; one whose contract asks for no hours may
    stay away.

    Raises
    ------
    ConflictError
        If one must work and the share leaves no room.
    """
    inst = model.instance
    rule = model.folder.centre.experts
    core = np.zeros(inst.slots, dtype=np.int64)
    second = np.zeros(inst.slots, dtype=np.int64)
    tours = roll.tours.copy()
    for a, agent in enumerate(model.agents):
        if agent.pool == "core":
            core += presence(inst, tours[a])
    allowed = np.full(inst.days, -1, dtype=np.int64)
    for a, agent in enumerate(model.agents):
        if agent.pool != "expert":
            continue
        row = inst.pins[inst.people.pin[a]]
        held = row.copy()
        if rule is not None:
            full = second + 1 > np.floor(rule.share * core + 1e-9)
            row[full & (row == 0)] = AWAY
        seats, gains, heads, _ = measure(inst, Roll(tours, roll.blocks))
        values = row_values(inst, seats, gains)
        size = max(float(inst.teams.seat[inst.people.team_first[a]].sum()), 0.1)
        prices, linear = marginal_prices(inst, seats - inst.service.fixed, values, row_prices, size, 0.0)
        worth = price_person(inst, a, prices, linear, floor_worth(inst, heads), allowed, tours[a])
        row[:] = held
        if worth <= CLOSED / 2:
            raise ConflictError([expert_conflict(model, agent)])
        second += presence(inst, tours[a])
    return Roll(tours, roll.blocks)
