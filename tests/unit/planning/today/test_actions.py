"""What is recommended on busy and on quiet days: worth, order, rules, and what is left to others to decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from domain.centre import ElasticPool, Planning
from domain.roster import Roster, Stretch
from planning.today.effects import effects_of
from planning.today.proposal import RELEASES
from planning.today.ranking import hard
from planning.today.words import lines_of
from scheduling.cost import roster_cost
from scheduling.rules.validator import validate
from tests.scheduling_case import at
from tests.unit.planning.today_case import TUESDAY, WEEK, folder_of, seat, there, today_of, with_people


@pytest.fixture(scope="module")
def busy():
    return today_of(1.4)


@pytest.fixture(scope="module")
def quiet():
    return today_of(0.5, extra=seat("16:00"))


def test_a_busy_day_is_mended_by_actions_that_are_worth_more_than_they_cost(busy):
    assert len(busy.steps) >= 4
    assert all(step.worth > 0 for step in busy.steps)
    assert {"book_seat", "extend"} <= {step.proposal.lever for step in busy.steps}
    assert busy.end.usual.shortfall < 0.6 * busy.start.usual.shortfall


def test_effects_add_up_each_after_those_above(busy):
    assert busy.steps[0].before is busy.start
    for before, after in pairwise(busy.steps):
        assert after.before.usual.shortfall == pytest.approx(before.after.usual.shortfall)
    mended = sum(step.mended for step in busy.steps)
    assert mended == pytest.approx(busy.start.usual.shortfall - busy.end.usual.shortfall)
    effects = effects_of(busy)
    for first, then in pairwise([effect for effect in effects if effect.recommended]):
        assert then.before["mean_wait_s"] == pytest.approx(first.after["mean_wait_s"])


def test_the_first_action_is_the_one_that_is_worth_most_by_itself(busy):
    """Whatever else was chosen is worth no more alone, as far as it can be taken alone."""
    from planning.today.duty import DutyBook
    from planning.today.steps import Walk

    servers = tuple(busy.situation.servers.values())
    book = DutyBook(busy.situation.day.grid, busy.board.centre.queue_ids, servers, busy.board.centre.shrinkage)
    walk = Walk(busy.situation, busy.board, busy.board, book)
    start = walk.start(busy.start.shifts, book.of_roster(busy.start.shifts.roster()))
    alone = [walk.again(start, [step.proposal])[0].worth for step in busy.steps]
    assert alone[0] == max(alone) == pytest.approx(busy.steps[0].worth)


def test_prices_are_what_the_roster_costs_more(busy, quiet):
    for today in (busy, quiet):
        before, after = (
            roster_cost(today.situation.folder, roster, WEEK, 1).total
            for roster in (today.start.shifts.roster(), today.roster)
        )
        assert sum(step.price for step in today.steps) == pytest.approx(after - before)


@pytest.mark.parametrize("factor", [0.4, 0.8, 1.0, 1.3, 2.0])
def test_the_roster_is_legal_with_the_actions_and_nobody_is_in_two_places(factor):
    today = today_of(factor, extra=seat("17:00"), logins=there("e2"))
    assert hard(today.situation, today.roster) == []
    assert [v.text for v in validate(today.situation.folder, today.roster, WEEK, 1) if v.hard] == []
    for shifts in today.roster.by_agent.values():
        rows = sorted((row for shift in shifts for row in shift.stretches), key=lambda row: row.start)
        assert all(one.end <= other.start for one, other in pairwise(rows))


def test_nothing_before_now_changes(busy, quiet):
    now = at(TUESDAY, "11:00")

    def past(roster: Roster) -> set[tuple[object, ...]]:
        cut = [replace(row, end=min(row.end, now)) for row in roster.stretches if row.start < now]
        return {(row.agent_id, row.start, row.end, row.activity, row.queues) for row in cut}

    for today in (busy, quiet):
        assert past(today.roster) == past(today.start.shifts.roster())
        later = at(TUESDAY + 1, "00:00")
        rows = [{row for row in r.stretches if row.start >= later} for r in (today.roster, today.start.shifts.roster())]
        assert rows[0] == rows[1]


def test_a_quiet_day_gives_time_off_and_cancels_the_elastic_seat(quiet):
    assert {step.proposal.lever for step in quiet.steps} <= RELEASES
    levers = [step.proposal.lever for step in quiet.steps]
    assert "cancel_seat" in levers or "time_off" in levers
    assert all(step.price < 0 and step.worth > 0 for step in quiet.steps)
    assert quiet.end.usual.shortfall == pytest.approx(0.0, abs=1e-6)


def test_a_block_within_notice_is_paid_and_stays():
    """At 11:00 with two hours of notice a block at 12:30 cannot be given back, one at 14:00 can."""
    early, late = (today_of(0.2, extra=seat(start)) for start in ("12:30", "14:00"))
    assert not [step for step in early.steps if step.proposal.lever == "cancel_seat"]
    assert [step.price for step in late.steps if step.proposal.lever == "cancel_seat"] == [-75.0]


def test_blocks_keep_the_notice_and_the_cap(busy):
    booked = [step.proposal for step in busy.steps if step.proposal.lever == "book_seat"]
    assert all(one.start >= at(TUESDAY, "13:00") for one in booked)
    marks = np.zeros(24 * 60)
    for shift in busy.end.shifts.seats:
        low, high = ((edge - at(TUESDAY, "00:00")) / timedelta(minutes=1) for edge in (shift.start, shift.end))
        marks[int(low) : int(high)] += 1
    assert marks.max() <= 2


def test_emergency_blocks_are_named_apart_and_taken_once_it_is_declared():
    today, declared = today_of(1.8), today_of(1.8, emergency=True)
    options = [step for step in today.options if step.proposal.emergency]
    assert options and all(step.worth > 0 for step in options)
    assert not {step.proposal.key for step in options} & set(today.end.shifts.of)
    assert not [step for step in declared.options if step.proposal.emergency]
    assert len(declared.end.shifts.seats) > len(today.end.shifts.seats)
    found = validate(declared.situation.folder, declared.roster, WEEK, 1, emergency=True)
    assert [v.text for v in found if v.hard] == []


def test_too_long_a_notice_is_said():
    pool = ElasticPool(share=0.25, block_hours=(3.0,), hourly_cost=25.0, queues=("phone",), notice_h=24.0)
    today = today_of(1.6, folder=folder_of(elastic=pool))
    assert not [step for step in today.steps if step.proposal.lever == "book_seat"]
    said = "\n".join(lines_of(today, effects_of(today)))
    assert "with a notice of 24 h no block can begin before Wed 11:00" in said


@pytest.mark.parametrize(("changes", "found"), [("none", False), ("shift", True), ("stretch", True)])
def test_queues_change_as_often_as_the_plan_lets_them(changes, found):
    pool = ElasticPool(share=0.0, hourly_cost=25.0, queues=("phone",))
    folder = folder_of("fixed", planning=Planning(queue_changes=changes), elastic=pool)
    today = today_of(1.5, folder=folder)
    moved = [step.proposal for step in today.steps if step.proposal.lever == "change_queue"]
    assert bool(moved) == found
    if changes == "shift":
        assert all(today.start.shifts.of[one.key].start >= at(TUESDAY, "11:00") for one in moved)
    if changes == "none":
        assert "nobody's queues change" in "\n".join(lines_of(today, effects_of(today)))
    assert hard(today.situation, today.roster) == []


def test_queues_are_those_that_people_are_skilled_for(busy):
    skills = {(skill.agent_id, skill.queue) for skill in busy.situation.folder.skills}
    for row in busy.roster.stretches:
        if row.pool == "core":
            assert all((row.agent_id, queue) in skills for queue in row.queues)


def test_overtime_is_for_volunteers_and_paid_at_its_rate():
    """Hours of the week are full, so only who offers overtime may stay, and an hour costs one and a half."""
    full = folder_of()
    contract = full.centre.contracts[0].model_copy(update={"weekly_hours": full.centre.contracts[1].weekly_hours})
    folder = folder_of(contracts=(contract, full.centre.contracts[1]), elastic=None)
    today = today_of(1.6, folder=folder)
    stays = [step for step in today.steps if step.proposal.lever == "extend"]
    assert [step.proposal.who for step in stays] == ["e0"]
    hours = (stays[0].proposal.end - stays[0].proposal.start) / timedelta(hours=1)
    assert stays[0].price == pytest.approx(1.5 * 20.0 * hours) and "overtime" in stays[0].proposal.what
    assert today.longer.stopped["week"] >= 3
    nobody = today_of(1.6, folder=with_people(folder, overtime_h=0.0))
    assert not [step for step in nobody.steps if step.proposal.lever == "extend"]


def test_fixed_hours_neither_stretch_nor_save_and_that_is_said():
    busy_day, quiet_day = (today_of(factor, folder=folder_of("fixed")) for factor in (1.6, 0.5))
    assert not {step.proposal.lever for step in busy_day.steps} & {"extend", "time_off"}
    assert "8 at the longest shift of their contract" in "\n".join(lines_of(busy_day, effects_of(busy_day)))
    assert not [step for step in quiet_day.steps if step.proposal.lever == "time_off"]
    free = [step for step in quiet_day.options if step.proposal.lever == "time_off"]
    assert free and all(step.price == 0 and step.mended == pytest.approx(0, abs=1e-6) for step in free)
    assert "guaranteed hours, paid all the same" in free[0].proposal.what
    assert quiet_day.roster == quiet_day.start.shifts.roster()


def test_pinned_time_is_left_alone():
    pins = (
        Stretch("l3", at(TUESDAY, "14:00"), at(TUESDAY, "16:00"), queues=("chat",)),
        Stretch("e3", at(TUESDAY, "14:00"), at(TUESDAY, "20:00"), activity="off", paid=False),
    )
    today = today_of(1.6, folder=replace(folder_of(), pins=pins))
    assert "e3" not in {step.proposal.who for step in today.steps if step.proposal.lever == "extend"}
    assert "e3" in {step.proposal.who for step in today_of(1.6).steps if step.proposal.lever == "extend"}
    held = [row for row in today.roster.stretches if row.agent_id == "l3" and row.start == at(TUESDAY, "14:00")]
    assert held[0].queues == ("chat",) and held[0].end >= at(TUESDAY, "16:00")
    assert hard(today.situation, today.roster) == []


def test_the_same_question_has_the_same_answer():
    one, other = (today_of(1.4, logins=there("e0")) for _ in range(2))
    assert [(s.proposal.what, s.price, s.mended) for s in one.steps] == [
        (s.proposal.what, s.price, s.mended) for s in other.steps
    ]
    assert one.roster == other.roster
    assert lines_of(one, effects_of(one)) == lines_of(other, effects_of(other))


def test_price_per_point_is_the_price_over_the_points_of_service_level(busy):
    for effect in effects_of(busy):
        points = 100 * (effect.after["service_level"] - effect.before["service_level"])
        if effect.step.price > 0 and points > 0:
            assert effect.price_per_point == pytest.approx(effect.step.price / points)
        else:
            assert np.isnan(effect.price_per_point)


def test_every_target_that_moves_is_told_before_and_after(busy):
    effect = effects_of(busy)[0]
    assert {row.queue for row in effect.targets} <= {"phone", "chat"}
    for row in effect.targets:
        assert row.measure == "mean_wait_s" and row.start == "2026-11-24"
        assert row.after < row.before or row.queue not in effect.step.proposal.queues
