"""What the plan asks of each person is counted from their shifts, on the centre's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.contracts import NightWindow
from domain.roster import Shift, Stretch
from planning.report.people import is_night, leave_days, people_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shift(start: datetime, hours: float) -> Shift:
    return Shift("a", "s", "core", (Stretch("a", start, start + timedelta(hours=hours), queues=("phone",)),))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "night"),
    [
        (local(23, 13), 9, False),
        (local(23, 14), 8.25, True),
        (local(23, 23), 8, True),
        (local(23, 6), 8, False),
        (local(23, 5, 30), 8, True),
    ],
)
def test_a_night_touches_the_night_hours(start, hours, night):
    assert is_night(shift(start, hours), NightWindow(), SHANGHAI) is night


def test_hours_days_and_leave_are_counted(plan):
    people = {person.agent.id: person for person in people_of(plan)}
    assert list(people) == [agent.id for agent in plan.folder.agents]
    one = people["a002"]
    assert (one.hours, one.days, one.leave_days, one.standing) == (32, 4, 1, "below, on leave")
    other = people["a003"]
    assert (other.hours, other.least, other.most, other.standing) == (40, 40, 40, "within")
    assert people["a012"].leave_days == 2
    assert (people["a012"].hours, people["a012"].credited_h, people["a012"].standing) == (40, 16, "above")
    assert one.credited_h == 0  # time off that is not paid is not credited


def test_weekends_count_once_and_look_back(plan):
    before = tuple(
        replace(row, start=row.start - timedelta(days=7), end=row.end - timedelta(days=7))
        for row in plan.roster.stretches
    )
    people = people_of(replace(plan, folder=replace(plan.folder, previous=before)))
    assert any(person.weekends == 1 for person in people)
    assert all(person.weekends <= 1 for person in people)
    assert [person.weekends_before for person in people] == [person.weekends for person in people]


def test_two_weeks_ask_for_two_weeks_hours(build):
    person = next(p for p in people_of(build(weeks=2)) if p.agent.id == "a004")
    assert (person.hours, person.least) == (80, 80)


def test_leave_until_midnight_does_not_touch_the_next_day(plan):
    assert [day.isoformat() for day in sorted(leave_days(plan, "a012"))] == ["2026-11-25", "2026-11-26"]
