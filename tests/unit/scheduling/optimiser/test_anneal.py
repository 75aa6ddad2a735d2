"""Small changes of a roster: priced as a full count prices them, and never illegal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small
from test_solve import CENTRES, ELASTIC, hard

from domain.centre import Experts
from domain.contracts import StartWindow
from domain.history import Ints
from domain.hours import WeeklyWindow
from domain.people import Agent
from domain.sites import Site
from scheduling.anneal import anneal
from scheduling.handout import roster_of
from scheduling.model import Model
from scheduling.moves import change_day, change_one, trade
from scheduling.placing import place_all
from scheduling.roll import Roll, measure, objective_of_roll
from scheduling.service_model import floor_gap, row_values, shortfall_of
from scheduling.standing import exchange_shift, price_change, settle_change, standing_of
from scheduling.week_rules import fitting_breaks, legal_week, open_shift

SHORT_DAYS = small.seated(
    small.folder(5, sites=(Site(id="hill", open=(WeeklyWindow(frozenset(range(6)), 9 * 60, 20 * 60),)),)),
    *["hill"] * 3,
)


def placed(model: Model, seed: int = 1) -> Roll:
    """Return a legal roster of everybody."""
    rng = np.random.default_rng(seed)
    prices = model.instance.service.price * 0.1
    tours = place_all(model.instance, model.crew, prices, rng.permutation(len(model.agents)))
    return Roll(tours, np.zeros((0, 3), dtype=np.int64))


def changed(model: Model, roll: Roll, moves: int, heat: float, seed: int = 5) -> tuple[Roll, float]:
    """Anneal a roster at full prices; return it and how far the objective is said to have fallen."""
    inst = model.instance
    seats, gains, heads, _ = measure(inst, roll)
    room = np.zeros((200, 3), dtype=np.int64)
    room[: len(roll.blocks)] = roll.blocks
    nobody: Ints = np.zeros(inst.slots, dtype=np.int64)
    tours, blocks, count, fell = anneal(
        inst,
        standing_of(inst, seats, gains, heads),
        roll.tours,
        room,
        len(roll.blocks),
        model.crew,
        np.arange(len(model.agents)),
        nobody.copy(),
        nobody - 1000,
        moves,
        heat,
        heat / 100,
        np.maximum(inst.service.price, 1e-9),
        np.zeros(1, dtype=np.int64),
        np.random.default_rng(seed),
    )
    return Roll(tours, blocks[:count].copy()), fell


@pytest.mark.parametrize("name", CENTRES)
def test_the_fall_of_the_objective_is_what_a_full_count_finds(name: str) -> None:
    """Thousands of changes later, the running sum equals the objective measured afresh, and nothing is illegal."""
    model = small.model(CENTRES[name])
    start = placed(model)
    end, fell = changed(model, start, 30_000, 20.0)
    before, after = objective_of_roll(model.instance, start), objective_of_roll(model.instance, end)
    assert fell <= 0
    assert after - before == pytest.approx(fell, abs=1e-5 * max(before, 1.0))
    assert hard(CENTRES[name], roster_of(model, end)) == []


def test_elastic_blocks_are_booked_under_their_cap_where_they_pay() -> None:
    """Too few people and dear waits: blocks come, one head a seat, never above the cap."""
    planning = small.folder(4, elastic=ELASTIC)
    model = small.model(planning, load=4.0)
    end, _ = changed(model, placed(model), 60_000, 20.0)
    assert len(end.blocks) > 0
    assert hard(planning, roster_of(model, end)) == []


def test_people_come_in_where_contacts_wait_and_stay_home_where_nobody_calls() -> None:
    """Weeks with room for more days, seats booked for the busiest days: the fall is exact either way."""
    planning = CENTRES["days to choose"]
    idle, model = small.model(planning, load=0.01), small.model(planning)
    inst = model.instance
    usual = placed(idle)
    few, fell = changed(idle, usual, 60_000, 5.0)
    # nearly the two days that everybody must work
    assert (few.tours[:, :, 0] >= 0).sum() <= 15 < (usual.tours[:, :, 0] >= 0).sum() and fell < 0
    noon = [inst.day_first[d] + 4 * inst.per_interval + 48 for d in range(7)]
    size = int(inst.elastic.lengths[0])
    booked = Roll(few.tours, np.array([(0, s, size) for s in noon for _ in range(2)], dtype=np.int64))
    end, fell = changed(model, booked, 60_000, 5.0)
    assert objective_of_roll(inst, end) - objective_of_roll(inst, booked) == pytest.approx(fell, abs=1e-5)
    assert (end.tours[:, :, 0] >= 0).sum() > (few.tours[:, :, 0] >= 0).sum()
    assert hard(planning, roster_of(model, end)) == []


@pytest.mark.parametrize("name", ["a floor", "two sites"])
def test_a_change_is_priced_like_two_rosters_measured_apart(name: str) -> None:
    """One shift taken away and put elsewhere: rows, heads and shortfall as of the other roster."""
    model = small.model(CENTRES[name])
    inst = model.instance
    roll = placed(model)
    seats, gains, heads, _ = measure(inst, roll)
    now = standing_of(inst, seats, gains, heads)
    rng = np.random.default_rng(2)
    tried = 0
    while tried < 25:
        agent, day = int(rng.integers(len(model.agents))), int(rng.integers(7))
        new = roll.tours[agent].copy()
        if new[day, 0] < 0 or not change_one(inst, agent, day, False, new, rng):
            continue
        tried += 1
        tours = roll.tours.copy()
        tours[agent] = new
        exchange_shift(inst, now, roll.tours[agent, day], new[day])
        true, guided = price_change(inst, now, inst.service.price * 0.5)
        other = measure(inst, Roll(tours, roll.blocks))
        full = shortfall_of(inst, row_values(inst, other[0], other[1])) - shortfall_of(inst, now.value)
        floors = inst.floors.price * (floor_gap(inst, other[2]) - floor_gap(inst, now.heads))
        assert true == pytest.approx(full + floors, abs=1e-6)
        assert guided == pytest.approx(0.5 * full + floors, abs=1e-6)
        keep = tried % 2 == 0
        settle_change(inst, now, keep)
        if keep:
            roll = Roll(tours, roll.blocks)
        assert np.allclose(now.seats, measure(inst, roll)[0])
        assert np.array_equal(now.heads, measure(inst, roll)[2])
        assert not now.more_seats.any()
        assert not now.more_heads.any()
        assert not now.more_value.any()


@pytest.mark.parametrize("name", ["one queue", "every rule of rhythm", "leave and hiring", "site hours"])
def test_weeks_that_changes_leave_are_what_the_validator_accepts(name: str) -> None:
    """Whatever week the fast rules accept, the independent validator accepts, and the other way round."""
    planning = {**CENTRES, "site hours": SHORT_DAYS}[name]
    model = small.model(planning)
    inst = model.instance
    roll = placed(model)
    rng = np.random.default_rng(4)
    accepted = refused = 0
    for _ in range(400):
        agent, day = int(rng.integers(len(model.agents))), int(rng.integers(7))
        new = roll.tours[agent].copy()
        low, high = inst.options.pointer[agent * 7 + day : agent * 7 + day + 2]
        if high == low or (new[day, 0] < 0 and rng.random() < 0.5):
            continue
        source = next(row for row in roll.tours[agent] if row[0] >= 0)
        option = int(rng.integers(low, high))
        new[day] = source
        new[day, 3:] += inst.options.start[option] - inst.options.start[source[0]]
        new[day, 0] = option
        if rng.random() < 0.3:
            new[int(rng.integers(7))] = -1
        legal = bool(legal_week(inst, agent, new)) and all(
            fitting_breaks(inst, row) and open_shift(inst, row) for row in new if row[0] >= 0
        )
        tours = roll.tours.copy()
        tours[agent] = new
        found = hard(planning, roster_of(model, Roll(tours, roll.blocks)))
        assert legal == (found == []), found
        accepted += legal
        refused += not legal
    assert accepted > 5
    assert refused > 5


def test_a_day_moves_and_two_people_trade() -> None:
    """Both kinds of change happen, and keep the week's hours."""
    wide = small.contract(start=StartWindow(from_minute=8 * 60, to_minute=12 * 60, step_minutes=30))
    model = small.model(small.folder(5, queues=(small.queue(), small.queue("sales")), contracts=(wide,)))
    inst = model.instance
    roll = placed(model)
    rng = np.random.default_rng(3)
    moved = traded = 0
    for _ in range(500):
        a, b = rng.choice(5, 2, replace=False).tolist()
        day = int(rng.integers(7))
        if roll.tours[a, day, 0] < 0:
            continue
        mine, theirs = roll.tours[a].copy(), roll.tours[b].copy()
        if change_day(inst, a, day, mine, rng) >= 0:
            moved += 1
            assert legal_week(inst, a, mine)
        mine = roll.tours[a].copy()
        if theirs[day, 0] >= 0 and trade(inst, a, b, day, mine, theirs, True):
            traded += 1
            assert inst.options.start[mine[day, 0]] == inst.options.start[roll.tours[b, day, 0]]
    assert moved > 0
    assert traded > 0


def test_experts_keep_the_core_they_count_on() -> None:
    """Annealing after the second line is placed leaves its share of heads on duty intact."""
    from test_solve import run

    planning = small.folder(8, experts=Experts(share=0.25, weekly_hours_max=10.0))
    part = small.contract(
        id="expert",
        weekly_hours=small.Limits(min=0, max=10),
        days_per_week=small.Limits(min=0, max=2),
        shift_hours=small.Limits(min=5, max=5),
        breaks=(),
    )
    second = Agent(id="x1", contract="expert", hourly_cost=30.0, pool="expert")
    planning = replace(
        planning,
        centre=planning.centre.model_copy(update={"contracts": (*planning.centre.contracts, part)}),
        agents=(*planning.agents, second),
        skills=(*planning.skills, planning.skills[0].model_copy(update={"agent_id": "x1"})),
    )
    model = small.model(planning, load=5.0)
    result = run(model)
    assert hard(planning, roster_of(model, result.roll)) == []
