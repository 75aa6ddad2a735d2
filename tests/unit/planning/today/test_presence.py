"""Log-ins beside the roster: who is there, missing, gone early, or there without a shift."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.roster import Roster
from planning.today.presence import Login, presences, sure_shifts, without_missing
from tests.scheduling_case import at, shift
from tests.unit.planning.today_case import EARLY, TUESDAY, rows_of, there, today_of

NOON = at(TUESDAY, "11:00")
ROSTER = Roster.of(rows_of())


def states(logins, now=NOON):
    return {one.agent_id: one.state for one in presences(ROSTER, logins, now)}


def test_who_never_logged_in_is_missing_and_late_people_are_not_late_yet():
    found = states(there("e1"))
    assert found == {"e0": "there", "e1": "missing", "e2": "there", "e3": "there"}


def test_a_shift_that_begins_now_is_not_late():
    assert set(states((), at(TUESDAY, "08:00")).values()) == set()
    assert states((), at(TUESDAY, "08:15"))["e0"] == "missing"


def test_who_logged_out_has_left_unless_it_is_the_roster_s_break():
    """The break of early people is from 10:00 to 10:15."""
    left = (*there("e0"), Login("e0", at(TUESDAY, "08:00"), at(TUESDAY, "10:00")))
    assert states(left)["e0"] == "left"
    assert states(left, at(TUESDAY, "10:10"))["e0"] == "there"
    assert states(left, at(TUESDAY, "10:00"))["e0"] == "there"


def test_yesterdays_login_is_not_todays():
    old = (Login("e0", at(TUESDAY - 1, "08:00"), at(TUESDAY - 1, "14:00")),)
    assert states(old)["e0"] == "missing"


def test_somebody_without_a_shift_is_there_unplanned():
    found = presences(ROSTER, (*there(), Login("l0", at(TUESDAY, "09:00"))), NOON)
    odd = [one for one in found if one.state == "unplanned"]
    assert [(one.agent_id, one.start, one.end) for one in odd] == [("l0", at(TUESDAY, "09:00"), None)]


def test_duty_of_the_missing_drops_out_and_of_those_who_left_from_now_on():
    logins = (*there("e0", "e1"), Login("e0", at(TUESDAY, "08:00"), at(TUESDAY, "09:30")))
    found = presences(ROSTER, logins, NOON)
    kept = without_missing(ROSTER, found, NOON)
    today = [
        row for row in kept.stretches if row.start >= at(TUESDAY, "00:00") and row.start < at(TUESDAY + 1, "00:00")
    ]
    assert not [row for row in today if row.agent_id == "e1"]
    assert max(row.end for row in today if row.agent_id == "e0") == NOON
    assert [row for row in kept.stretches if row.agent_id == "e1" and row.start >= at(TUESDAY + 1, "00:00")]
    assert sure_shifts(found) == {("e2", "e2-240700"), ("e3", "e3-240700")}


def test_without_log_ins_nobody_is_known_to_be_there():
    today = today_of(1.0)
    assert today.situation.presence == () and today.situation.gone == frozenset()


def test_who_is_there_is_not_thinned_by_absence_and_who_is_missing_gives_nothing():
    usual, all_there, one_missing = (today_of(1.0, logins=logins) for logins in (None, there(), there("e1")))
    i = usual.situation.day.at(NOON)
    seats = [today.start.usual.team.seats[0, i] for today in (usual, all_there, one_missing)]
    assert seats[1] == pytest.approx(seats[0] / 0.95)
    assert seats[2] == pytest.approx(seats[1] * 2 / 3)
    late = usual.situation.day.at(at(TUESDAY, "16:00"))
    assert len({round(today.start.usual.team.seats[0, late], 9) for today in (usual, all_there, one_missing)}) == 1


def test_a_missing_person_is_asked_for_nothing_and_stays_in_the_roster():
    today = today_of(1.5, logins=there("e1"))
    assert today.steps and "e1" not in {step.proposal.who for step in today.steps}
    before = {row for row in today.start.shifts.roster().stretches if row.agent_id == "e1"}
    assert before == {row for row in today.roster.stretches if row.agent_id == "e1"}


def test_an_elastic_seat_can_be_missing_too():
    block = shift("elastic-001", at(TUESDAY, "10:00"), elapsed=180, breaks=(), pool="elastic")
    found = presences(Roster.of((*rows_of(), *block)), there(*EARLY), NOON)
    assert {one.agent_id: one.state for one in found}["elastic-001"] == "missing"


def test_login_covers_the_moment_just_before():
    login = Login("e0", NOON - timedelta(hours=1), NOON)
    assert login.covers(NOON) and not login.covers(NOON + timedelta(minutes=1))
    assert not Login("e0", NOON).covers(NOON)
