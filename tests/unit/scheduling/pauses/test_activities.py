"""Activities find the hours that need people least, stay inside their windows, and never make a roster illegal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import small
from activity_case import QUICK, activity, at

from domain.centre import MinimumStaff, Pay, Premium
from domain.contracts import Limits
from domain.hours import WeeklyWindow
from domain.progress import Control
from domain.roster import Stretch
from scheduling.cost import roster_cost
from scheduling.handout import roster_of
from scheduling.off_peak import solve_off_peak, with_lost_duty, without_activities
from scheduling.pauses.activities import place_activities
from scheduling.roll import measure
from scheduling.rules import validate
from scheduling.service_model import row_values, shortfall_of
from scheduling.solve import solve

TEAM = {"a00", "a01", "a02", "a03"}


def place(solved, *activities, **more):
    """Return result and roster with activities placed."""
    model = solved.given(*activities, **more)
    result = place_activities(model, solved.result)
    return model, result, roster_of(model, result.roll)


def rows(roster, name="training"):
    return [row for row in roster.stretches if row.activity == name]


def violations(model, roster, *, hard=True):
    return [v.text for v in validate(model.folder, roster, small.FIRST, 1) if v.hard == hard]


def test_without_activities_nothing_changes(solved):
    assert place_activities(solved.model, solved.result) is solved.result


def test_an_activity_lies_in_its_window_within_work_and_the_roster_stays_legal(solved):
    model, result, roster = place(solved, activity(earliest=at(0, 10), latest=at(4, 18)))
    (row,) = rows(roster)
    assert row.minutes == 60 and at(0, 10) <= row.start and row.end <= at(4, 18) and row.paid and not row.queues
    (shift,) = [s for s in roster.by_agent["a00"] if row in s.stretches]
    k = shift.stretches.index(row)
    assert shift.stretches[k - 1].activity == shift.stretches[k + 1].activity == "work"
    assert violations(model, roster) == [] and violations(model, roster, hard=False) == [] and result.missed == ()


def test_activities_lie_off_peak(solved):
    items = [activity(agent_id=f"a{k:02d}", minutes=30, times_per_week=2) for k in range(8)]
    model, _, roster = place(solved, *items)
    load = small.demand(model.folder, 2.0).volume[0]
    grid = small.demand(model.folder, 2.0).grid
    chosen = [load[grid.index_at(row.start)] for row in rows(roster)]
    assert len(chosen) == 16
    assert np.mean(chosen) < load[load > 0].mean()


def test_twice_a_week_is_on_two_days(solved):
    _, _, roster = place(solved, activity(times_per_week=2))
    assert len({row.start.date() for row in rows(roster)}) == 2


def test_a_team_meets_at_one_time_that_most_can_attend(solved):
    model, result, roster = place(solved, activity("meeting", 45, team="early", together=True))
    found = rows(roster, "meeting")
    assert len({row.start for row in found}) == 1 and {row.agent_id for row in found} <= TEAM
    there = {row.agent_id for row in found}
    assert {m.agent_id for m in result.missed} == TEAM - there
    assert violations(model, roster) == []
    # at no other time would more of the team be there from before until after
    step = timedelta(minutes=15)
    for k in range(7 * 96):
        low, high = at(0, 0) + k * step - step, at(0, 0) + k * step + timedelta(minutes=60)
        free = sum(any(s.start <= low and high <= s.end for s in roster.by_agent[who]) for who in TEAM)
        assert free <= len(there)


def test_a_team_that_meets_twice_is_the_same_both_times(solved):
    model, _, roster = place(solved, activity("meeting", 30, team="late", together=True, times_per_week=2))
    times = {}
    for row in rows(roster, "meeting"):
        times.setdefault(row.agent_id, set()).add(row.start)
    assert len(times) >= 2 and len(set(map(frozenset, times.values()))) == 1
    assert violations(model, roster) == []


def test_each_of_a_team_has_an_activity_of_its_own(solved):
    _, _, roster = place(solved, activity("coaching", 30, team="early"))
    assert {row.agent_id for row in rows(roster, "coaching")} == TEAM


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"earliest": at(0, 1), "latest": at(0, 3)}, "no shift between 11-23 01:00 and 11-23 03:00"),
        ({"minutes": 480}, "breaks, pins and other activities leave no 480 minutes"),
        ({"minutes": 600}, "the shift leaves 510 minutes"),
        ({"paid": False}, "fewer paid hours than the contract's"),
        ({"activity": "meal"}, "the name of a break"),
    ],
)
def test_what_has_no_time_is_told_with_its_reason_and_price(solved, changes, why):
    model, result, roster = place(solved, activity(**changes))
    (missed,) = result.missed
    assert missed.agent_id == "a00" and why in missed.why and missed.times == 1
    assert missed.price == pytest.approx(changes.get("minutes", 60) / 60 * 20.0)
    assert result.objective == pytest.approx(
        result.pay + result.elastic + result.shortfall + result.soft + missed.price
    )
    assert violations(model, roster) == []


def test_minimum_staff_keeps_its_heads(solved):
    floor = MinimumStaff(queue="phone", window=WeeklyWindow(frozenset(range(7)), 8 * 60, 21 * 60), agents=1)
    centre = solved.folder.centre.model_copy(update={"minimum_staff": (floor,)})
    bare = replace(solved.folder, centre=centre)
    model = small.model(bare, load=2.0)
    found = solve(model, seed=1, effort=QUICK, control=Control())
    item = activity("meeting", 60, team="early", together=True)
    many = [activity(agent_id=f"a{k:02d}") for k in range(8)]
    model = replace(model, folder=replace(bare, activities=(item, *many)))
    result = place_activities(model, found)
    assert found.floor_gap == 0
    assert result.floor_gap == 0 and violations(model, roster_of(model, result.roll)) == []


def test_a_pinned_occurrence_counts_and_others_join_a_pinned_meeting(solved):
    roster = roster_of(solved.model, solved.result.roll)
    item = activity("meeting", 30, team="early", together=True)
    _, _, first = place(solved, item)
    row = rows(first, "meeting")[0]
    pin = Stretch(row.agent_id, row.start, row.end, "meeting", (), True, row.pool)
    folder = replace(solved.folder, activities=(item,), pins=(pin,))
    model = small.model(folder, load=2.0)
    result = solve_off_peak(model, seed=1, effort=QUICK, control=Control())
    roster = roster_of(model, result.roll)
    found = rows(roster, "meeting")
    assert pin.agent_id in {row.agent_id for row in found} and {row.start for row in found} == {pin.start}
    assert violations(model, roster) == []


def test_two_rows_for_one_activity_never_make_it_too_often(solved):
    one = activity(minutes=30, earliest=at(0, 0), latest=at(3, 0))
    model, result, roster = place(solved, one, activity(minutes=30, times_per_week=2))
    assert violations(model, roster) == [] and violations(model, roster, hard=False) == [] and result.missed == ()
    assert len(rows(roster)) in (2, 3)


def test_the_result_is_what_its_roster_comes_to(solved):
    items = [activity(agent_id=f"a{k:02d}", minutes=90) for k in range(8)]
    model, result, roster = place(solved, *items)
    inst = model.instance
    seats, gains, _, _ = measure(inst, result.roll)
    assert np.allclose(result.seats, seats) and np.allclose(result.values, row_values(inst, seats, gains))
    assert result.shortfall == pytest.approx(shortfall_of(inst, result.values))
    assert result.pay + result.elastic == pytest.approx(roster_cost(model.folder, roster, small.FIRST, 1).total)
    full = measure(inst, without_activities(result.roll))[0]
    on_duty = sum(row.minutes for row in roster.stretches if row.activity == "work") / 60
    kept = model.folder.centre.shrinkage.kept
    assert seats.sum() * 0.5 == pytest.approx(on_duty * kept, rel=1e-6)
    assert (full - seats).sum() * 0.5 == pytest.approx(8 * 1.5 * kept, rel=1e-6)
    assert result.lost_service >= 0 and result.bound == solved.result.bound <= result.objective


def test_it_is_the_same_every_time(solved):
    items = (activity("meeting", 45, team="early", together=True), activity(minutes=30, times_per_week=3))
    assert place(solved, *items)[2] == place(solved, *items)[2]


def test_unpaid_time_is_taken_where_the_contract_bears_it_and_saves_its_pay():
    loose = small.contract(shift_hours=Limits(min=7, max=8), weekly_hours=Limits(min=36, max=40))
    pay = Pay(premiums=(Premium(kind="night", rate=0.5, from_minute=18 * 60, to_minute=22 * 60),))
    folder = small.folder(6, contracts=(loose,), pay=pay)
    model = small.model(folder, load=2.0)
    found = solve(model, seed=1, effort=QUICK, control=Control())
    busy = roster_of(model, found.roll)
    hours = {who: sum(s.paid_minutes for s in shifts) for who, shifts in busy.by_agent.items()}
    who = max(hours, key=lambda name: hours[name])
    model = replace(model, folder=replace(folder, activities=(activity("talk", 60, agent_id=who, paid=False),)))
    result = place_activities(model, found)
    roster = roster_of(model, result.roll)
    assert violations(model, roster) == []
    assert result.pay + result.elastic == pytest.approx(roster_cost(model.folder, roster, small.FIRST, 1).total)
    if hours[who] >= 37 * 60 and not result.missed:
        assert [row.paid for row in rows(roster, "talk")] == [False]
        assert result.pay < found.pay


def test_a_second_round_is_rostered_for_the_duty_that_is_left(solved):
    items = tuple(activity(agent_id=f"a{k:02d}", minutes=120) for k in range(8))
    model = solved.given(*items)
    first = solve_off_peak(model, seed=1, effort=QUICK, control=Control())
    again = solve_off_peak(model, seed=1, effort=QUICK, control=Control(), start=first)
    for result in (first, again):
        assert violations(model, roster_of(model, result.roll)) == []
        assert result.bound <= result.objective + 1e-6 and len(result.roll.activities) == 8
    assert again.objective <= first.objective * 1.02


def test_lost_duty_in_the_model_is_what_the_roster_loses(solved):
    model, result, _ = place(solved, *(activity(agent_id=f"a{k:02d}") for k in range(8)))
    planned = with_lost_duty(model, result.roll)
    bare = without_activities(result.roll)
    seats, gains, _, _ = measure(planned.instance, bare)
    assert row_values(planned.instance, seats, gains) == pytest.approx(result.values, rel=0.02)
