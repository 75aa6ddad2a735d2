"""Opening hours are the map's, or read off when contacts were answered."""

import numpy as np
import pytest

from domain.errors import InputError
from domain.hours import WeeklyWindow
from planning.call_log.calls import ABANDONED, ANSWERED
from planning.call_log.opening import infer_opening, opening_hours, window_toml

DAY = 86_400


def half_hours(days, low, high, outcome=ANSWERED):
    """One contact in each half hour of some days; hours may be fractions."""
    return [(day * DAY + int(3600 * hour), 0, outcome, 0, 60) for day in days for hour in np.arange(low, high, 0.5)]


def test_hours_follow_the_answered_contacts_by_weekday(make_calls):
    """Monday to Friday 8 to 20, Saturday 9 to 13, Sunday never logged."""
    rows = half_hours([0, 1, 2, 3, 4, 7, 8], 8, 20) + half_hours([5], 9, 13)
    calls = make_calls(sorted(rows), start="2026-03-02T00:00")
    assert infer_opening(calls, 30) == (
        WeeklyWindow(frozenset(range(5)), 8 * 60, 20 * 60),
        WeeklyWindow(frozenset({5}), 9 * 60, 13 * 60),
    )


def test_rare_and_unanswered_contacts_open_nothing(make_calls):
    usual = half_hours([0, 7, 14, 21], 8, 12)
    late = [(3600 * 22, 0, ANSWERED, 0, 60)]
    night = half_hours([0, 7, 14, 21], 2, 3, ABANDONED)
    calls = make_calls(sorted(usual + late + night), start="2026-03-02T00:00")
    assert infer_opening(calls, 30) == (WeeklyWindow(frozenset({0}), 480, 720),)


def test_waiting_for_the_doors_and_service_after_closing_move_nothing(make_calls):
    """Calls from 7:50 are answered at 8:00, the last ones from 11:59 at 12:01."""
    early = [(3600 * 8 - 600, 0, ANSWERED, 605, 60)]
    late = [(3600 * 12 + 120, 0, ABANDONED, 600, np.nan)]
    calls = make_calls(sorted(half_hours([0], 8, 12) + early + late), start="2026-03-02T00:00")
    assert infer_opening(calls, 30) == (WeeklyWindow(frozenset({0}), 480, 720),)


def test_a_minute_early_is_not_half_an_hour_early(make_calls):
    calls = make_calls(sorted(half_hours([0], 8, 12) * 10 + half_hours([0], 7.5, 8)), start="2026-03-02T00:00")
    assert infer_opening(calls, 30) == (WeeklyWindow(frozenset({0}), 480, 720),)


def test_a_lull_does_not_close_but_a_long_pause_does(make_calls):
    lull = half_hours([0], 8, 10) + half_hours([0], 11.5, 13) + half_hours([0], 16, 18)
    calls = make_calls(sorted(lull), start="2026-03-02T00:00")
    assert infer_opening(calls, 30) == (
        WeeklyWindow(frozenset({0}), 480, 780),
        WeeklyWindow(frozenset({0}), 960, 1080),
    )


def test_hours_are_local(make_calls):
    calls = make_calls(half_hours([0], 8, 12), zone="Asia/Shanghai", start="2026-03-02T00:00")
    assert infer_opening(calls, 30) == (WeeklyWindow(frozenset({0}), 960, 1200),)


def test_hours_of_a_zone_half_an_hour_off_are_read_on_its_own_clock(make_calls):
    """A caller of 9:50 in Kolkata who waits 15 minutes is answered in the next hour."""
    late = [(3600 * 4 + 1200, 0, ANSWERED, 900, 60)]
    calls = make_calls(sorted(half_hours([0], 4.5, 8.5) + late), zone="Asia/Kolkata", start="2026-03-02T00:00")
    assert infer_opening(calls, 60) == (WeeklyWindow(frozenset({0}), 600, 840),)


def test_the_map_may_name_queues(make_calls, changed_map):
    calls = make_calls(half_hours([0], 8, 9))
    hours = [
        {"days": "Mon-Fri", "from": "08:00", "to": "20:00"},
        {"days": "Sat", "from": "09:00", "to": "13:00", "queues": ["b"]},
    ]
    found = opening_hours(calls, changed_map(opening=hours))
    assert not found.inferred
    assert len(found.windows["a"]) == 1
    assert len(found.windows["b"]) == 2


@pytest.mark.parametrize(
    "hours",
    [
        {"days": "Mon-Fri", "from": "8", "to": "20:00"},
        {"days": "Workdays", "from": "08:00", "to": "20:00"},
        {"days": "Mon", "from": "08:00", "to": "20:00", "queues": ["c"]},
        {"days": "Mon", "from": "08:00", "to": "20:00", "queues": ["a"]},
    ],
)
def test_hours_that_are_none_are_refused(make_calls, changed_map, hours):
    """The last of them leaves queue b without any."""
    with pytest.raises(InputError, match="opening"):
        opening_hours(make_calls(half_hours([0], 8, 9)), changed_map(opening=[hours]))


def test_windows_as_the_centre_file_has_them():
    assert window_toml(WeeklyWindow(frozenset(range(7)), 0, 1440)) == {
        "days": "Mon-Sun",
        "from": "00:00",
        "to": "24:00",
    }
    assert window_toml(WeeklyWindow(frozenset({6, 0}), 60, 90))["days"] == "Mon,Sun"
