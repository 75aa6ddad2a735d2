"""The best shift of one day: near the best of all there are, and nothing left behind where it is not taken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
import small
from test_anneal import placed
from test_solve import CENTRES

from domain.history import Ints
from scheduling.best_day import DayRoom, best_day
from scheduling.instance import Instance
from scheduling.model import Model
from scheduling.roll import Roll, measure, objective_of_roll
from scheduling.shift_values import room_for
from scheduling.standing import Standing, change_shift, settle_change, standing_of
from scheduling.week_rules import fitting_breaks, legal_week, open_shift


def room(inst: Instance) -> DayRoom:
    breaks = inst.shapes.length.shape[1]
    return DayRoom(
        room_for(inst), np.zeros(inst.slots), np.zeros(len(inst.service.limit)), np.zeros(3 + breaks, dtype=np.int64)
    )


def laid_out(inst: Instance, roll: Roll) -> Standing:
    seats, gains, heads, _ = measure(inst, roll)
    return standing_of(inst, seats, gains, heads)


def shifts(inst: Instance, agent: int, day: int, width: int) -> Iterator[Ints]:
    """Yield every shift of a day with every place of its breaks."""
    people, shapes = inst.people, inst.shapes
    for option in range(
        inst.options.pointer[agent * inst.days + day], inst.options.pointer[agent * inst.days + day + 1]
    ):
        shape, start = inst.options.shape[option], inst.options.start[option]
        for team in range(people.team_first[agent], people.team_last[agent]):
            for seq in range(shapes.first[shape], shapes.last[shape]):
                windows = [range(shapes.after[seq, j], shapes.before[seq, j] + 1) for j in range(shapes.pauses[seq])]
                for places in product(*windows):
                    row: Ints = np.full(width, -1, dtype=np.int64)
                    row[:3] = option, team, seq
                    row[3 : 3 + len(places)] = [start + p for p in places]
                    if fitting_breaks(inst, row) and open_shift(inst, row):
                        yield row


def objective_with(model: Model, roll: Roll, agent: int, week: Ints) -> float:
    tours = roll.tours.copy()
    tours[agent] = week
    return objective_of_roll(model.instance, Roll(tours, roll.blocks))


def test_the_shift_it_finds_is_among_the_best_there_are() -> None:
    """Where targets are missed whatever a day gives it is near the best: breaks of half an interval are read off."""
    model = small.model(small.folder(3), load=6.0)
    inst, roll = model.instance, placed(small.model(small.folder(3), load=6.0))
    now, place, rng = laid_out(inst, roll), room(inst), np.random.default_rng(1)
    tried = 0
    for agent, day in product(range(3), range(7)):
        old = roll.tours[agent]
        if old[day, 0] < 0:
            continue
        week = old.copy()
        change_shift(inst, now, old[day], -1.0)
        assert best_day(inst, now, place, agent, day, week, inst.service.price, 1.0, 1e-9, rng)
        settle_change(inst, now, False)
        assert fitting_breaks(inst, week[day]) and open_shift(inst, week[day]) and legal_week(inst, agent, week)
        assert not place.lost.any()
        costs = []
        for row in shifts(inst, agent, day, week.shape[1]):
            other = old.copy()
            other[day] = row
            if legal_week(inst, agent, other):
                costs.append(objective_with(model, roll, agent, other))
        found = objective_with(model, roll, agent, week)
        assert found - min(costs) <= 0.05 * (max(costs) - min(costs)) + 1e-6
        tried += 1
    assert tried > 10


@pytest.mark.parametrize("name", CENTRES)
def test_a_best_shift_is_legal_and_dropping_it_leaves_nothing(name: str) -> None:
    model = small.model(CENTRES[name])
    inst, roll = model.instance, placed(model)
    now, place, rng = laid_out(inst, roll), room(inst), np.random.default_rng(1)
    for agent, day in product(range(len(model.agents)), range(7)):
        week = roll.tours[agent].copy()
        if week[day, 0] < 0 or inst.people.pin[agent] >= 0:
            continue
        change_shift(inst, now, week[day], -1.0)
        dear = inst.service.price * 1e6  # no price on closed hours holds against such
        found = best_day(inst, now, place, agent, day, week, dear, 0.1, 5.0, rng)
        settle_change(inst, now, False)
        legal = fitting_breaks(inst, week[day]) and open_shift(inst, week[day]) and legal_week(inst, agent, week)
        assert legal or not found
        assert np.allclose(now.seats, measure(inst, roll)[0])
        assert not now.more_value.any() and not now.more_seats.any() and not place.lost.any()
