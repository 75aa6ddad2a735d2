"""The edges of a day, and what the counts so far make of the rest of it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from domain.errors import InputError
from domain.roster import Roster
from planning.today.day import day_of_plan, days_cut
from planning.today.effects import effects_of
from planning.today.outlook import end_of_counts, look_ahead, two_days
from planning.today.words import lines_of
from tests.scheduling_case import at
from tests.unit.planning.today_case import (
    TUESDAY,
    counts,
    folder_of,
    models_of,
    plan_of,
    rows_of,
    there,
    today_of,
    world_of,
)


@pytest.fixture(scope="module")
def world():
    return world_of(folder_of(), Roster.of(rows_of()))


@pytest.fixture(scope="module")
def plan(world):
    return plan_of(world)


def test_the_day_of_a_moment_and_what_of_it_is_over(world):
    grid = world.requirement.grid
    day = day_of_plan(grid, at(TUESDAY, "11:10"))
    assert day.date.isoformat() == "2026-11-24" and day.grid.size == 48
    assert int(np.argmax(day.ahead)) == 22  # the interval that is running is not over
    assert day.next_slot(15) == at(TUESDAY, "11:15") and day.clock(day.grid.end) == "24:00"
    assert grid.label(day.first) == day.grid.label(0)
    end = day_of_plan(grid, grid.end)
    assert end.date.isoformat() == "2026-11-29" and not end.ahead.any()


@pytest.mark.parametrize("moment", [timedelta(minutes=-1), timedelta(days=7, minutes=1)])
def test_a_moment_outside_the_plan_is_refused(world, moment):
    with pytest.raises(InputError, match="2026-11-23 to 2026-11-29"):
        day_of_plan(world.requirement.grid, world.requirement.grid.start + moment)


def test_days_are_cut_to_those_there_are(world):
    part = days_cut(world.requirement, at(-1, "12:00").date(), at(0, "12:00").date())
    assert [day.isoformat() for day in part.grid.days] == ["2026-11-23"] and part.volume.shape[1] == 48


def test_before_opening_the_whole_day_is_ahead():
    today = today_of(1.0, "06:00")
    assert today.board.ahead.sum() == 36 and today.steps
    assert all(step.proposal.start >= at(TUESDAY, "08:00") for step in today.steps)


def test_after_closing_nothing_is_left_and_that_is_said():
    today = today_of(1.6, "20:00")
    assert today.steps == () and today.options == () and today.roster == today.start.shifts.roster()
    said = lines_of(today, effects_of(today))
    assert not any("short by" in line for line in said)
    late = today_of(1.6, "23:59")
    assert late.steps == ()


def test_the_end_of_the_counts_is_now(world):
    assert end_of_counts(counts(world, at(TUESDAY, "11:00")), world.folder.centre) == at(TUESDAY, "11:00")


def test_counts_stand_and_the_rest_moves_with_them(world, plan):
    now = at(TUESDAY, "11:00")
    found = look_ahead(world.folder, plan, counts(world, now, 1.4), now, models_of(world))
    grid, planned = world.requirement.grid, world.requirement.volume
    over = (grid.day_of == TUESDAY) & (planned[0] > 0) & (grid.starts < np.datetime64("2026-11-24T10:00"))
    rest = (grid.day_of == TUESDAY) & (planned[0] > 0) & ~over
    np.testing.assert_array_equal(found.requirement.volume[0, over], np.round(1.4 * planned[0, over]))
    assert (found.requirement.volume[0, rest] > 1.2 * planned[0, rest]).all()
    assert (found.requirement.agents[0, rest] > world.requirement.agents[0, rest]).all()
    np.testing.assert_array_equal(found.requirement.volume[:, grid.day_of == 0], planned[:, grid.day_of == 0])
    np.testing.assert_array_equal(found.forecast.bands[:, 0, over], np.tile(found.forecast.mean[0, over], (9, 1)))


def test_without_news_the_requirement_is_the_plans(world, plan):
    now = at(TUESDAY, "08:00")
    found = look_ahead(world.folder, plan, counts(world, at(0, "20:00"), day=0), now, models_of(world))
    ahead = world.requirement.grid.day_of >= TUESDAY
    np.testing.assert_array_equal(found.requirement.agents[:, ahead], world.requirement.agents[:, ahead])


def test_a_requirement_edited_by_hand_is_what_is_revised(world, plan):
    from dataclasses import replace

    edited = replace(plan, requirement=replace(plan.requirement, volume=2.0 * plan.requirement.volume))
    found = look_ahead(
        world.folder, edited, counts(world, at(0, "20:00"), day=0), at(TUESDAY, "08:00"), models_of(world)
    )
    later = world.requirement.grid.day_of >= TUESDAY
    np.testing.assert_allclose(found.forecast.mean[:, later], 2.0 * plan.forecast.mean[:, later])
    np.testing.assert_allclose(found.forecast.bands[:, :, later], 2.0 * plan.forecast.bands[:, :, later])


def test_today_and_tomorrow_are_cut_out(plan):
    part = two_days(plan.forecast, 48)
    assert [day.isoformat() for day in part.grid.days] == ["2026-11-24", "2026-11-25"]
    last = two_days(plan.forecast, 6 * 48)
    assert [day.isoformat() for day in last.grid.days] == ["2026-11-29"]


def test_handle_times_that_are_off_and_queues_without_counts_are_said(world, plan):
    now = at(TUESDAY, "11:00")
    seen = counts(world, now, aht_s=400.0)
    mine = seen.select(seen.queue == 0)
    notes = look_ahead(world.folder, plan, mine, now, models_of(world)).notes
    assert any(
        note.startswith("phone: contacts took 400 s so far today where 300 s were planned (+33%)") for note in notes
    )
    assert any(note.startswith("chat: no counts of today are told") for note in notes)


def test_net_staffing_lays_required_rostered_and_there_side_by_side():
    today = today_of(1.3, logins=there("e1"))
    rows = today.net()
    first = next(row for row in rows if row.queue == "phone")
    assert first.start == "2026-11-24T11:00+01:00"
    assert first.heads_rostered == 3 and first.heads_there == 2
    assert first.there == pytest.approx(2 * 0.98) and first.rostered == pytest.approx(3 * 0.95 * 0.98)
    assert first.net == pytest.approx(first.there - first.required)
    assert {row.start[:10] for row in rows} == {"2026-11-24", "2026-11-25"}
    assert all("08:00" <= row.start[11:16] < "20:00" for row in rows)
    evening = [row for row in rows if row.queue == "phone" and row.start == "2026-11-24T17:00+01:00"]
    assert evening[0].after > evening[0].there


def test_the_printed_answer_reads_from_people_to_what_remains():
    today = today_of(1.6, logins=there("e1"))
    said = "\n".join(lines_of(today, effects_of(today)))
    assert "1 missing" in said and "E1 (e1) has not logged in (shift 08:00-14:00 on phone)" in said
    assert "What remains missed:" in said and "priced at EUR" in said
    assert said.index("Log-ins") < said.index("short by up to") < said.index("price EUR") < said.index("What remains")
