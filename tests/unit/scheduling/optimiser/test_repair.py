"""Repair of a published roster: legal again, few changes, a valid bound, and the same roster every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small
from repairs import Case, sick, worker_of
from test_solve import ELASTIC, hard

from domain.roster import OFF, WORK, Stretch
from scheduling.handout import roster_of
from scheduling.pin_check import fitting_week, keeps_week_pins
from scheduling.published import published_roll
from scheduling.roll import Roll, objective_of_roll
from scheduling.rules import validate

DAY = 1


@pytest.fixture(scope="module")
def people() -> Case:
    return Case.of(small.folder(8), 3.5)


@pytest.fixture(scope="module")
def seats() -> Case:
    return Case.of(small.folder(8, elastic=ELASTIC), 3.5)


def rows(roster) -> set[tuple[object, ...]]:
    return {(r.agent_id, r.start, r.end, r.activity, frozenset(r.queues), r.paid) for r in roster.stretches}


@pytest.mark.parametrize("name", ["people", "seats"])
def test_a_roster_is_read_back_as_the_tours_it_came_from(name: str, request) -> None:
    """Nothing is lost on the way from a roster to tours and back, and the tours are legal ones."""
    case = request.getfixturevalue(name)
    model = case.model(case.folder, case.requirement, 0.0)
    found = published_roll(model, case.roster)
    assert not found.lost.any()
    assert found.lost_blocks == ()
    assert rows(roster_of(model, found.roll)) == rows(case.roster)
    assert all(fitting_week(model.instance, a, tour) for a, tour in enumerate(found.roll.tours))


def test_after_sick_leave_the_roster_is_legal_and_nobody_else_need_change(people: Case) -> None:
    """One person sick on one day: the others are changed only where it pays, the sick day is no change of ours."""
    who = worker_of(people.roster, DAY)
    away = sick(people.folder, who, DAY)
    assert [v for v in validate(away, people.roster, small.FIRST, 1) if v.hard]
    made = people.repaired(away, price=1e6)
    assert hard(away, made.roster) == []
    assert made.published.lost.sum() == 1
    assert made.shifts_changed == 0
    mine = {row for row in rows(people.roster) if row[0] != who}
    assert mine <= rows(made.roster) or made.result.stage in {"responses", "search"}


def test_a_dearer_change_never_means_more_changes(people: Case) -> None:
    """From free to very dear, fewer and fewer agent-days change; the service that is bought falls with them."""
    away = sick(people.folder, worker_of(people.roster, DAY), DAY)
    counts = [
        people.repaired(away, people.more(1.4, DAY), price=price).shifts_changed
        for price in (0.0, 20.0, 400.0, 1e4, 1e7)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0 < counts[0]


@pytest.mark.parametrize("name", ["people", "seats"])
def test_objective_lies_above_the_bound_and_at_most_where_nothing_is_mended(name: str, request) -> None:
    """The bound is proven for the repair's own model, change prices in it; no stage is worse than doing nothing."""
    case = request.getfixturevalue(name)
    from scheduling.repair_search import RepairEffort

    away = sick(case.folder, worker_of(case.roster, DAY), DAY)
    made = case.repaired(away, case.more(1.3, DAY), effort=RepairEffort(priced=800))
    result = made.result
    assert result.bound <= result.objective + 1e-6
    assert result.bound > result.least - 1e-6
    assert all(value <= result.stages[0][1] + 1e-6 for _, value in result.stages)
    assert result.objective == pytest.approx(objective_of_roll(made.model.instance, result.roll))
    assert result.soft == pytest.approx(20.0 * int(result.soft / 20.0 + 0.5))
    assert hard(away, made.roster) == []


def test_elastic_seats_alone_leave_people_as_they_are(seats: Case) -> None:
    """More contacts on Tuesday: blocks come, and every row of a person is the published one."""
    made = seats.repaired(seats.folder, seats.more(1.5, DAY), keep_people=True)
    assert made.result.stage in {"kept", "seats"}
    people = {row for row in rows(seats.roster) if not str(row[0]).startswith("elastic")}
    assert {row for row in rows(made.roster) if not str(row[0]).startswith("elastic")} == people
    assert made.result.objective < made.result.stages[0][1]
    assert hard(seats.folder, made.roster) == []


def test_seats_are_booked_on_the_days_concerned_alone(seats: Case) -> None:
    """More contacts on Tuesday: the blocks of the other days stay."""
    made = seats.repaired(seats.folder, seats.more(1.5, DAY), days=[DAY], keep_people=True)
    grid = seats.requirement.grid

    def elsewhere(roster) -> set[tuple[object, ...]]:
        return {row for row in rows(roster) if int(grid.day_of[grid.index_at(row[1])]) != DAY}

    assert elsewhere(made.roster) == elsewhere(seats.roster)
    assert rows(made.roster) != rows(seats.roster)


def test_nothing_is_changed_where_nothing_has_happened(people: Case) -> None:
    """The same world: the published roster comes back to the letter."""
    made = people.repaired(people.folder, days=[])
    assert made.roster.stretches == people.roster.stretches
    assert made.result.stage == "kept"


def test_a_repair_is_the_same_every_time(people: Case) -> None:
    """Equal input, seed and effort: equal rosters."""
    away = sick(people.folder, worker_of(people.roster, DAY), DAY)
    one, other = (people.repaired(away, people.more(1.3, DAY), price=5.0) for _ in range(2))
    assert one.roster.stretches == other.roster.stretches


def test_people_with_pins_take_part_and_keep_them(people: Case) -> None:
    """Wednesday to Sunday are pinned as published for everybody: only earlier days change, pins are kept."""
    grid = people.requirement.grid
    cut = grid.at(2 * 1440)
    held = tuple(row for row in people.roster.stretches if row.start >= cut)
    first = next(iter(people.roster.by_agent))
    free = Stretch(first, grid.at(6 * 1440 + 60), grid.at(6 * 1440 + 120), activity=OFF, paid=False)
    pinned = replace(people.folder, pins=(*held, free))
    made = people.repaired(pinned, people.more(1.6, DAY), price=1.0)
    assert {row for row in rows(people.roster) if row[1] >= cut} == {row for row in rows(made.roster) if row[1] >= cut}
    assert hard(pinned, made.roster) == []


def test_a_pin_that_contradicts_the_roster_re_places_its_person(people: Case) -> None:
    """Somebody pinned to work at another time of the day does so."""
    grid = people.requirement.grid
    who = worker_of(people.roster, DAY)
    shift = next(s for s in people.roster.by_agent[who] if grid.index_at(s.start) // 48 == DAY)
    late = shift.start.astimezone(grid.local_starts[0].tzinfo).hour < 10
    minute = DAY * 1440 + (20 * 60 if late else 8 * 60)
    pin = Stretch(who, grid.at(minute), grid.at(minute + 30), WORK, ("phone",))
    pinned = replace(people.folder, pins=(pin,))
    made = people.repaired(pinned)
    assert hard(pinned, made.roster) == []


def test_pins_are_judged_like_the_validator(people: Case) -> None:
    """Whatever week the fast check of pins accepts, the independent validator accepts, and the other way round."""
    grid = people.requirement.grid
    rng = np.random.default_rng(3)
    held = []
    for who in list(people.roster.by_agent)[:4]:
        day = int(rng.integers(7))
        low = day * 1440 + 60 * int(rng.integers(8, 18))
        kind = (WORK, "meal", OFF)[int(rng.integers(3))]
        queues = ("phone",) if kind == WORK else ()
        held.append(Stretch(who, grid.at(low), grid.at(low + 60), kind, queues, kind != OFF))
    model = people.model(people.folder, people.requirement, 0.0)
    pinned = replace(people.folder, pins=tuple(held))
    with_pins = people.model(pinned, people.requirement, 0.0)
    roll = published_roll(model, people.roster).roll
    broken = {v.who for v in validate(pinned, people.roster, small.FIRST, 1) if v.rule == "pins"}
    from scheduling.pinned import pin_row

    for a, agent in enumerate(model.agents):
        mine = [pin for pin in held if pin.agent_id == agent.id]
        row = pin_row(mine, model.grid)
        number = 0 if row is not None else -1
        pins = np.array([row if row is not None else np.zeros(model.grid.size)], dtype=np.int8)
        alone = model.instance.people._replace(pin=np.full(len(model.agents), number, dtype=np.int64))
        inst = model.instance._replace(people=alone, pins=pins)
        assert bool(keeps_week_pins(inst, a, roll.tours[a])) == (agent.id not in broken)
    assert with_pins.instance.pins.shape[0] >= len({pin.agent_id for pin in held})


def test_a_block_beyond_the_cap_is_given_back(seats: Case) -> None:
    """Fewer seats allowed than published: what is left is legal and mended."""
    pool = seats.folder.centre.elastic
    assert pool is not None
    fewer = replace(
        seats.folder, centre=seats.folder.centre.model_copy(update={"elastic": pool.model_copy(update={"share": 0.13})})
    )
    made = seats.repaired(fewer, seats.more(1.5, DAY), keep_people=True)
    assert hard(fewer, made.roster) == []
    assert len(made.published.roll.blocks) + len(made.published.lost_blocks) == sum(
        shift.pool == "elastic" for shift in seats.roster.shifts
    )


def test_empty_days_of_a_roll_are_no_change(people: Case) -> None:
    """A week that is read back twice is equal row by row."""
    model = people.model(people.folder, people.requirement, 0.0)
    found = published_roll(model, people.roster)
    again = published_roll(model, roster_of(model, Roll(found.roll.tours, found.roll.blocks)))
    assert (found.roll.tours == again.roll.tours).all()
