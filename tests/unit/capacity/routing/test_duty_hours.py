"""The most hours on contacts: legal days, not calendar days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from capacity.duty_hours import contact_hours
from capacity.servers import make_servers
from domain.contracts import BreakRule, Contract, Limits, StartWindow
from domain.hours import WeeklyWindow
from domain.people import Agent, Availability, TimeOff
from domain.roster import Stretch
from domain.sites import Site

MONDAY = date(2026, 11, 23)
FULL = 36.0
"""40 paid hours less 48 of 480 minutes of paid breaks."""


def at(day: int, hour: float) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def off(start: datetime, end: datetime, kind: str = "unavailable") -> TimeOff:
    return TimeOff(agent_id="ann", start=start, end=end, kind=kind)


def hours_of(folder, days: int = 7) -> float:
    return float(contact_hours(folder, make_servers(folder, [], [], MONDAY, days), MONDAY, days)[0])


@pytest.fixture
def ann(make_small):
    return make_small(["ann"], {"ann": ["a"]})


def test_a_free_weekend_takes_nothing_from_a_week_of_five_days(ann):
    assert hours_of(replace(ann, time_off=(off(at(28, 0), at(30, 0)),))) == pytest.approx(FULL)


def test_an_hour_off_before_the_earliest_shift_leaves_the_day(ann):
    """Starts are 8 to 10: an hour off at 9 leaves the shift from 10, so no day is lost."""
    four = tuple(off(at(day, 0), at(day + 1, 0)) for day in (27, 28, 29))
    hour = (off(at(23, 9), at(23, 10)),)
    assert hours_of(replace(ann, time_off=hour)) == pytest.approx(FULL)
    assert hours_of(replace(ann, time_off=(*four, *hour))) == pytest.approx(FULL * 4 / 5)


def test_an_hour_off_that_every_shift_meets_takes_the_day(ann):
    three = tuple(off(at(day, 0), at(day + 1, 0)) for day in (27, 28, 29))
    noon = off(at(23, 12), at(23, 13))
    assert hours_of(replace(ann, time_off=(*three, noon))) == pytest.approx(FULL * 3 / 5)


def test_paid_leave_counts_as_worked_and_is_not_made_up(ann):
    paid = off(at(24, 0), at(25, 0), "paid")
    assert hours_of(replace(ann, time_off=(paid,))) == pytest.approx(FULL * 4 / 5)
    unpaid = off(at(24, 0), at(25, 0))
    assert hours_of(replace(ann, time_off=(unpaid,))) == pytest.approx(FULL)


def test_the_hours_of_the_site_leave_the_days_on_which_a_shift_fits(ann):
    hub = Site(id="hub", open=(WeeklyWindow(frozenset({0, 2}), 8 * 60, 20 * 60), WeeklyWindow(frozenset({4}), 0, 600)))
    centre = ann.centre.model_copy(update={"sites": (hub,)})
    there = tuple(agent.model_copy(update={"site": "hub"}) for agent in ann.agents)
    assert hours_of(replace(ann, centre=centre)) == pytest.approx(FULL)
    assert hours_of(replace(ann, centre=centre, agents=there)) == pytest.approx(FULL * 2 / 5)


def test_availability_leaves_the_days_on_which_a_shift_fits(ann):
    """Mornings are too short for eight hours: Tuesday and Thursday remain."""
    windows = (WeeklyWindow(frozenset({0, 2, 4}), 8 * 60, 12 * 60), WeeklyWindow(frozenset({1, 3}), 8 * 60, 20 * 60))
    rows = tuple(Availability(agent_id="ann", window=window) for window in windows)
    assert hours_of(replace(ann, availability=rows)) == pytest.approx(FULL * 2 / 5)


def test_each_week_has_its_own_maximum(ann):
    away = off(at(23, 0), at(28, 0))
    assert hours_of(replace(ann, time_off=(away,)), 14) == pytest.approx(FULL * 2 / 5 + FULL)


def test_work_begun_before_the_horizon_is_there_as_well(ann):
    night = Stretch("ann", at(22, 22), at(23, 6), queues=("a",))
    meal = Stretch("ann", at(23, 2), at(23, 3), "meal")
    assert hours_of(replace(ann, previous=(night, meal))) == pytest.approx(FULL + 6)


def test_the_length_of_shift_with_the_fewest_breaks_counts(make_small):
    """Shifts below six hours have no break: forty hours of contacts are legal, though a long shift loses a tenth."""
    folder = make_small([Agent(id="ann", contract="part", hourly_cost=50)], {"ann": ["a"]})
    contract = Contract(
        id="part",
        weekly_hours=Limits(max=40),
        days_per_week=Limits(max=7),
        shift_hours=Limits(min=4, max=8),
        start=StartWindow(from_minute=480, to_minute=600),
        breaks=(BreakRule(minutes=48, after_minutes=60, before_minutes=180, shift_at_least_h=6),),
    )
    folder = replace(folder, centre=folder.centre.model_copy(update={"contracts": (contract,)}))
    assert hours_of(folder) == pytest.approx(40.0)
    few = replace(folder, time_off=(off(at(23, 0), at(28, 0)),))
    assert hours_of(few) == pytest.approx(2 * 7.2)
