"""Legal shifts of a day, days away, and the limits they leave."""

from datetime import date, timedelta

import pytest

from domain.contracts import Limits, StartWindow
from domain.people import Event, Skill
from domain.queues import Queue
from scheduling.leave import (
    LegalShifts,
    average_day,
    away,
    shift_lengths,
    shift_options,
    week_limits,
    working_days,
)
from tests.scheduling_case import MONDAY, at, full_time, leave, make_folder, may, person, window

ANN = person("ann")


def clocks(folder, options):
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(folder.centre.timezone)
    return [option.start.astimezone(zone).strftime("%H:%M") for option in options]


def test_start_window_is_inclusive_at_both_ends_on_its_own_grid():
    options = shift_options(make_folder(), ANN, MONDAY)
    starts = clocks(make_folder(), options)
    # 16:00 would end at 01:00, when phone is closed but chat is open.
    assert starts[0] == "07:00" and starts[-1] == "16:00" and len(starts) == 19
    assert {(o.paid_minutes, o.elapsed_minutes) for o in options} == {(480, 540)}


def test_lengths_go_by_intervals_and_hold_shortest_and_longest():
    contract = full_time(shift_hours=Limits(min=5.25, max=8))
    assert shift_lengths(contract, 60, 15) == (315, 375, 435, 480)


def test_lengths_off_the_grid_are_rounded_inwards():
    assert shift_lengths(full_time(shift_hours=Limits(min=7.6, max=8.1)), 30, 15) == (465, 480)
    assert shift_lengths(full_time(shift_hours=Limits(min=7.6, max=7.6)), 30, 15) == ()


def test_availability_holds_for_the_whole_shift():
    folder = make_folder(availability=[may("ann", "Mon", "08:00", "18:00")])
    assert clocks(folder, shift_options(folder, ANN, MONDAY)) == ["08:00", "08:30", "09:00"]
    assert shift_options(folder, ANN, MONDAY + timedelta(days=1)) == ()


def test_availability_may_wrap_past_midnight():
    contract = full_time(start=StartWindow(from_minute=20 * 60, to_minute=60, step_minutes=60))
    folder = make_folder(contracts=[contract], availability=[may("ann", "Mon", "21:00", "07:00")])
    assert clocks(folder, shift_options(folder, ANN, MONDAY)) == ["21:00", "22:00"]


def test_a_wrapping_start_window_gives_starts_to_the_day_they_fall_on():
    contract = full_time(start=StartWindow(from_minute=23 * 60, to_minute=60, step_minutes=60))
    folder = make_folder(contracts=[contract])
    assert clocks(folder, shift_options(folder, ANN, MONDAY)) == ["00:00", "01:00", "23:00"]


def test_work_needs_an_open_queue_but_a_break_may_cover_a_closure():
    noon = Queue(id="desk", open=(window("Mon", "08:00", "12:00"), window("Mon", "13:00", "17:00")))
    folder = make_folder(queues=[noon])
    assert clocks(folder, shift_options(folder, ANN, MONDAY)) == ["08:00"]
    longer = Queue(id="desk", open=(window("Mon", "08:00", "12:00"), window("Mon", "13:15", "19:00")))
    assert shift_options(make_folder(queues=[longer]), ANN, MONDAY) == ()


def test_only_queues_that_the_person_may_serve_count_as_open():
    skills = [Skill(agent_id="ann", queue="phone", dedicated=True), Skill(agent_id="ann", queue="chat")]
    folder = make_folder(skills=skills)
    assert clocks(folder, shift_options(folder, ANN, MONDAY))[-1] == "15:00"
    lapsed = make_folder(skills=[Skill(agent_id="ann", queue="chat", certified_until=MONDAY)])
    assert clocks(lapsed, shift_options(lapsed, ANN, MONDAY))[-1] == "15:00"
    assert shift_options(lapsed, ANN, MONDAY + timedelta(days=1)) == ()


def test_durations_are_real_time_when_the_clock_moves():
    night = full_time(start=StartWindow(from_minute=22 * 60, to_minute=22 * 60), breaks=())
    autumn = date(2026, 10, 24)
    folder = make_folder(contracts=[night], availability=[may("ann", "Sat", "22:00", "05:00")])
    # 22:00 to 05:00 is eight real hours in the night of 24 October.
    assert len(shift_options(folder, ANN, autumn)) == 1
    assert shift_options(folder, ANN, autumn + timedelta(days=7)) == ()


def test_a_start_that_the_day_skips_is_none_and_one_it_has_twice_is_two():
    early = full_time(start=StartWindow(from_minute=150, to_minute=150), breaks=())
    folder = make_folder(contracts=[early])
    assert len(shift_options(folder, ANN, date(2026, 3, 29))) == 0
    assert len(shift_options(folder, ANN, date(2026, 10, 25))) == 2


def test_paid_leave_is_credited_and_taken_off_the_maxima():
    folder = make_folder(time_off=[leave("ann", at(0, "00:00"), at(2, "00:00"))])
    days = away(folder, ANN, MONDAY, 7)
    assert days.away == (True, True) + (False,) * 5
    assert days.paid == days.away
    (limits,) = days.weeks
    assert (limits.days_min, limits.days_max) == (3, 3)
    assert (limits.minutes_min, limits.minutes_max) == (pytest.approx(24 * 60), 24 * 60)
    assert (limits.credited_days, limits.credited_minutes) == (2, 960)


def test_a_full_week_of_leave_counts_the_days_that_would_have_been_worked():
    folder = make_folder(time_off=[leave("ann", at(0, "00:00"), at(7, "00:00"))])
    (limits,) = away(folder, ANN, MONDAY, 7).weeks
    assert limits.credited_days == 5 and limits.days_max == 0 and limits.minutes_max == 0
    assert limits.minutes_min == 0


def test_leave_that_leaves_a_legal_shift_is_no_day_away():
    folder = make_folder(time_off=[leave("ann", at(0, "07:00"), at(0, "12:00"))])
    assert not any(away(folder, ANN, MONDAY, 7).away)


def test_unpaid_absence_availability_and_closure_lower_the_minima_only():
    closed = [Event(start=at(2, "00:00"), end=at(3, "00:00"), name="inventory", kind="closed")]
    folder = make_folder(
        time_off=[leave("ann", at(0, "00:00"), at(1, "00:00"), "unavailable")],
        availability=[may("ann", "Mon-Sat", "00:00", "24:00")],
        events=closed,
    )
    days = away(folder, ANN, MONDAY, 7)
    # Tuesday's shifts end before the closure; so does every start up to 15:00.
    assert days.away == (True, False, True, False, False, False, True)
    assert not any(days.paid)
    (limits,) = days.weeks
    # Sunday is never hers: it takes nothing off as long as four days are left for three
    assert (limits.days_min, limits.days_max) == (3, 5)
    assert limits.minutes_min == pytest.approx(24 * 60) and limits.minutes_max == 40 * 60


def test_a_weekly_closing_day_takes_nothing_off_a_full_week_unless_days_are_too_few():
    for days, (least, minutes) in {"Mon-Sat": (5, 2400), "Mon-Fri": (5, 2400), "Mon-Thu": (4, 1920)}.items():
        folder = make_folder(availability=[may("ann", days, "00:00", "24:00")])
        (limits,) = away(folder, ANN, MONDAY, 7).weeks
        assert (limits.days_min, limits.minutes_min) == (least, pytest.approx(minutes)), days


def test_paid_leave_on_a_day_that_could_not_have_been_worked_is_not_paid():
    folder = make_folder(
        time_off=[leave("ann", at(5, "00:00"), at(7, "00:00"))],
        availability=[may("ann", "Mon-Fri", "00:00", "24:00")],
    )
    days = away(folder, ANN, MONDAY, 7)
    assert days.away[5:] == (True, True) and days.paid[5:] == (False, False)


def test_days_before_hiring_are_away():
    new = person("ann", hired_on=MONDAY + timedelta(days=3))
    days = away(make_folder(agents=[new]), new, MONDAY, 7)
    assert days.away == (True,) * 3 + (False,) * 4
    assert days.weeks[0].days_min == 2


def test_a_lapsed_certificate_or_no_skill_makes_no_day_away():
    lapsed = make_folder(skills=[Skill(agent_id="ann", queue="phone", certified_until=MONDAY)])
    assert not any(away(lapsed, ANN, MONDAY, 7).away)
    assert not any(away(make_folder(skills=[]), ANN, MONDAY, 7).away)


def test_a_contract_without_any_legal_shift_makes_no_day_away():
    folder = make_folder(contracts=[full_time(shift_hours=Limits(min=7.6, max=7.6))])
    assert not any(away(folder, ANN, MONDAY, 7).away)


def test_average_day_and_guaranteed_days():
    assert average_day(full_time()) == 480
    hours_only = full_time(days_per_week=Limits(min=0, max=7), weekly_hours=Limits(min=20, max=30))
    assert working_days(hours_only) == 3 and average_day(hours_only) == pytest.approx(400)
    flexible = full_time(days_per_week=Limits(min=0, max=5), weekly_hours=Limits(min=0, max=20))
    assert week_limits(flexible, 3, 3).credited_days == 0


def test_minima_and_maxima_never_cross():
    contract = full_time(weekly_hours=Limits(min=38, max=38))
    for gone in range(8):
        limits = week_limits(contract, gone, gone)
        assert limits.minutes_min <= limits.minutes_max + 1e-6
        assert 0 <= limits.days_min <= limits.days_max


def test_two_weeks_have_limits_of_their_own():
    folder = make_folder(time_off=[leave("ann", at(7, "00:00"), at(8, "00:00"))])
    first, second = away(folder, ANN, MONDAY, 14).weeks
    assert (first.days_min, second.days_min) == (5, 4)


def test_options_repeat_for_any_horizon():
    folder = make_folder(availability=[may("ann", "Fri-Mon", "06:00", "20:00")])
    shifts = LegalShifts.of(folder, MONDAY, 14)
    for k in (0, 4, 6, 13):
        day = MONDAY + timedelta(days=k)
        assert shifts.options(ANN, day) == shift_options(folder, ANN, day)
