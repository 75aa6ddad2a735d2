"""What a roster costs: pay, premiums, paid leave, elastic minimum."""

from datetime import date, timedelta

import numpy as np
import pytest

from domain.centre import ElasticPool, Pay, Premium
from domain.contracts import StartWindow
from domain.people import Event
from domain.roster import Roster
from scheduling.cost import elastic_cost, roster_cost
from tests.scheduling_case import (
    MONDAY,
    at,
    block,
    full_time,
    leave,
    legal,
    make_folder,
    person,
    roster,
    shift,
    week,
)

NIGHT = Premium(kind="night", rate=0.25, from_minute=22 * 60, to_minute=6 * 60)
HOLIDAY = Premium(kind="holiday", rate=2.0)


def paying(*premiums: Premium, **rest):
    return make_folder(centre={"pay": Pay(premiums=premiums), **rest.pop("centre", {})}, **rest)


def test_paid_minutes_at_hourly_cost():
    cost = roster_cost(make_folder(), legal(), MONDAY, 1)
    assert cost.core == pytest.approx(4 * 40 * 20) and cost.total == cost.core


def test_an_empty_roster_costs_nothing():
    assert roster_cost(make_folder(), Roster(()), MONDAY, 1).total == 0


def test_shifts_outside_the_planned_weeks_do_not_count():
    rows = week("ann", days=(-1, 0, 7))
    assert roster_cost(make_folder(), roster(rows), MONDAY, 1).core == pytest.approx(160)
    assert roster_cost(make_folder(), roster(rows), MONDAY, 2).core == pytest.approx(320)


def test_night_premium_counts_paid_minutes_inside_its_window():
    rows = shift("ann", at(0, "20:00"), breaks=(("meal", 240, 60, False),))
    # 20:00-05:00 holds seven hours of night; the unpaid meal is 00:00-01:00.
    cost = roster_cost(paying(NIGHT), roster(rows), MONDAY, 1)
    assert cost.core == pytest.approx(20 * (8 + 0.25 * 6))


def test_the_last_night_reaches_past_the_horizon():
    rows = shift("ann", at(6, "20:00"), breaks=(("meal", 240, 60, False),))
    assert roster_cost(paying(NIGHT), roster(rows), MONDAY, 1).core == pytest.approx(20 * 9.5)


def test_premiums_add_up():
    closed = [Event(start=at(0, "00:00"), end=at(1, "00:00"), name="founders' day", kind="holiday")]
    rows = shift("ann", at(0, "20:00"), breaks=(("meal", 240, 60, False),))
    cost = roster_cost(paying(NIGHT, HOLIDAY, events=closed), roster(rows), MONDAY, 1)
    assert cost.core == pytest.approx(20 * (8 + 0.25 * 6 + 2.0 * 4))


def test_public_holidays_come_from_the_country():
    rows = shift("ann", at(date(2026, 12, 25), "09:00"))
    first = date(2026, 12, 21)
    assert roster_cost(paying(HOLIDAY, centre={"country": "FR"}), roster(rows), first, 1).core == 20 * 8 * 3
    assert roster_cost(paying(HOLIDAY), roster(rows), first, 1).core == pytest.approx(160)


def test_weekend_premium_and_a_night_by_contract():
    weekend = Premium(kind="weekend", rate=0.5)
    rows = [*shift("ann", at(4, "09:00")), *shift("ann", at(5, "09:00"))]
    assert roster_cost(paying(weekend), roster(rows), MONDAY, 1).core == pytest.approx(20 * 8 * 2.5)
    late = shift("ann", at(0, "15:00"))
    bare = Premium(kind="night", rate=1.0)
    assert roster_cost(paying(bare), roster(late), MONDAY, 1).core == pytest.approx(20 * 10)


def test_paid_leave_is_paid_at_the_average_day():
    folder = make_folder(time_off=[leave("ann", at(0, "00:00"), at(2, "00:00"))])
    cost = roster_cost(folder, roster(week("ann", days=(2, 3, 4))), MONDAY, 1)
    assert cost.core == pytest.approx(40 * 20)
    unpaid = make_folder(time_off=[leave("ann", at(0, "00:00"), at(2, "00:00"), "unavailable")])
    assert roster_cost(unpaid, roster(week("ann", days=(2, 3, 4))), MONDAY, 1).core == pytest.approx(24 * 20)


def test_experts_are_a_pool_of_their_own():
    people = [person("ann"), person("eve", pool="expert", hourly_cost=30)]
    rows = [*week("ann"), *shift("eve", at(0, "09:00"), pool="expert")]
    cost = roster_cost(make_folder(agents=people), roster(rows), MONDAY, 1)
    assert (cost.core, cost.expert) == (pytest.approx(800), pytest.approx(240))


def test_a_week_that_uses_seats_pays_at_least_the_minimum():
    pool = ElasticPool(share=1, hourly_cost=75, queues=("phone",), minimum_hours_per_week=10)
    folder = make_folder(centre={"elastic": pool})
    assert roster_cost(folder, roster(block("elastic-001", at(0, "09:00"), 4)), MONDAY, 2).elastic == 750
    assert roster_cost(folder, Roster(()), MONDAY, 2).elastic == 0
    assert elastic_cost(folder.centre, np.array([4.0, 12.0])) == 75 * 22
    assert elastic_cost(make_folder().centre, np.array([4.0])) == 0


def test_a_night_in_which_the_clock_moves_is_paid_in_real_hours():
    night = full_time(start=StartWindow(from_minute=1320, to_minute=1320))
    saturday = date(2026, 10, 24)
    begin = at(saturday, "22:00")
    rows = shift("ann", begin, breaks=(("meal", 240, 60, False),))
    folder = paying(NIGHT, contracts=[night])
    # nine real hours, 22:00 to 06:00 by a clock that shows 02:00 twice: all of it is night
    cost = roster_cost(folder, roster(rows), saturday - timedelta(days=5), 1)
    assert cost.core == pytest.approx(20 * 8 * 1.25)
