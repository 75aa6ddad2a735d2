"""Sites judged from the roster alone: hours of the building, desks, holidays of its country, and what it stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.centre import Experts, Pay, Premium
from domain.contracts import Limits, StartWindow
from domain.grid import IntervalGrid
from domain.roster import Roster, Stretch
from domain.sites import Site
from scheduling.calendar import Calendar
from scheduling.cost import minute_rates, roster_cost
from scheduling.explain_person import explain_person
from scheduling.leave import LegalShifts
from scheduling.person_row import premium_row
from scheduling.rules import validate
from tests.scheduling_case import MONDAY, at, full_time, make_folder, person, roster, shift, week, window

FREE = {"weekly_hours": Limits(), "days_per_week": Limits(max=7)}


def hub(*names, elsewhere=(), site=None, contract=None, centre=None, **rest):
    """A centre of some people at one site, and of some at none."""
    people = [person(name, site="hub") for name in names] + [person(name) for name in elsewhere]
    return make_folder(
        agents=people,
        contracts=[contract or full_time(**FREE)],
        centre={"sites": (site or Site(id="hub"),), **(centre or {})},
        **rest,
    )


def broken(folder, plan, weeks=1):
    return {(v.rule, v.who, v.magnitude) for v in validate(folder, plan, MONDAY, weeks) if v.hard}


# -- hours of the building ---------------------------------------------------------------------------


def test_a_shift_lies_wholly_inside_the_hours_of_its_site():
    site = Site(id="hub", open=(window("Mon-Fri", "08:00", "17:00"),))
    folder = hub("ann", elsewhere=["bob"], site=site)
    inside, late = shift("ann", at(0, "08:00")), shift("ann", at(0, "08:30"))
    assert not broken(folder, roster(inside))
    assert broken(folder, roster(late)) == {("site_hours", "ann", 30)}
    # the hours bind nobody else, and a closed day altogether
    assert not broken(folder, roster(shift("bob", at(0, "10:00"))))
    assert broken(folder, roster(shift("ann", at(5, "08:00")))) == {("site_hours", "ann", 540)}
    text = next(v.text for v in validate(folder, roster(late), MONDAY, 1) if v.hard)
    assert "30 minutes of 08:30-17:30 lie outside the open hours of site hub" in text


def test_hours_run_over_midnight():
    site = Site(id="hub", open=(window("Mon", "20:00", "04:00"),))
    contract = full_time(start=StartWindow(from_minute=18 * 60, to_minute=22 * 60, step_minutes=60), breaks=(), **FREE)
    folder = hub("ann", site=site, contract=contract)
    night = shift("ann", at(0, "20:00"), queues=("chat",), elapsed=480, breaks=())
    assert not broken(folder, roster(night))
    later = shift("ann", at(0, "21:00"), queues=("chat",), elapsed=480, breaks=())
    assert broken(folder, roster(later)) == {("site_hours", "ann", 60)}
    options = LegalShifts.of(folder, MONDAY, 7).options(folder.agents[0], MONDAY)
    assert [option.start for option in options] == [at(0, "20:00")]


def test_legal_shifts_and_days_away_know_the_hours():
    site = Site(id="hub", open=(window("Mon-Wed", "08:00", "18:00"),))
    folder = hub("ann", elsewhere=["bob"], site=site, contract=full_time())
    legal = LegalShifts.of(folder, MONDAY, 7)
    ann, bob = folder.agents
    assert [option.start for option in legal.options(ann, MONDAY)] == [at(0, t) for t in ("08:00", "08:30", "09:00")]
    assert legal.options(ann, MONDAY + timedelta(days=3)) == ()
    assert len(legal.but_for_site(ann, MONDAY)) == len(legal.options(bob, MONDAY)) == 19
    # shut from Thursday in every week: three days are what is left of five
    away = legal.away(ann)
    assert away.away == (False, False, False, True, True, True, True) and not any(away.paid)
    assert (away.weeks[0].days_min, away.weeks[0].days_max) == (3, 5)


# -- desks -------------------------------------------------------------------------------------------


def test_desks_hold_so_many_at_work_and_a_break_leaves_one():
    folder = hub("ann", "bob", "cy", elsewhere=["dee"], site=Site(id="hub", desks=2))
    two = [shift("ann", at(0, "09:00")), shift("bob", at(0, "09:00"))]
    assert not broken(folder, roster(*two, shift("dee", at(0, "09:00"))))
    third = shift("cy", at(0, "09:00"), breaks=(("break", 105, 15, True), ("meal", 240, 60, False)))
    (found,) = {v.text for v in validate(folder, roster(*two, third), MONDAY, 1) if v.hard and "09:00" in v.text}
    assert found == "hub, Mon 2026-11-23: Desks: up to 1 person beyond the 2 desks at 09:00-10:30."
    assert broken(folder, roster(*two, third)) == {("desks", "hub", 1)}
    # while both have their meal there is room for a third
    relay = Stretch("cy", at(0, "13:00"), at(0, "14:00"), "work", ("phone",), shift_id="cy")
    spans = [v for v in validate(folder, roster(*two, (relay,)), MONDAY, 1) if v.rule == "desks"]
    assert spans == []


def test_experts_seats_and_training_take_no_desk():
    people = [person("ann", site="hub"), person("bob", site="hub"), person("x", site="hub", pool="expert")]
    folder = make_folder(
        agents=people,
        contracts=[full_time(**FREE)],
        centre={"sites": (Site(id="hub", desks=1),), "experts": Experts(share=1.0, weekly_hours_max=40)},
    )

    def desks(*rows):
        return {v.who for v in validate(folder, roster(*rows), MONDAY, 1) if v.rule == "desks"}

    ann = shift("ann", at(0, "09:00"))
    assert not desks(ann, shift("x", at(0, "09:00"), pool="expert"))
    assert desks(ann, shift("bob", at(0, "09:00"))) == {"hub"}
    training = Stretch("bob", at(0, "09:00"), at(0, "13:00"), "training", (), shift_id="b")
    assert not desks(ann, (training,))


def test_people_carried_in_take_their_desks_first():
    """Two came in from Sunday night for one desk: nobody's fault now, but there is no room beside them."""
    folder = hub("ann", "bob", "cy", site=Site(id="hub", desks=1))
    night = [row for who in ("ann", "bob") for row in shift(who, at(-1, "20:00"), queues=("chat",), breaks=())]
    folder = replace(folder, previous=tuple(night))
    assert not broken(folder, Roster(()))
    early = Stretch("cy", at(0, "03:00"), at(0, "06:00"), "work", ("chat",), shift_id="c")
    found = [v for v in validate(folder, roster((early,)), MONDAY, 1) if v.rule == "desks"]
    assert [(v.magnitude, "03:00-05:00" in v.text) for v in found] == [(1, True)]


# -- holidays ----------------------------------------------------------------------------------------


def test_holiday_premiums_go_by_the_country_of_the_site():
    """8 December is a holiday in Austria, not in Germany."""
    day = date(2026, 12, 7)
    sites = (Site(id="wien", country="AT"), Site(id="kiel"))
    people = [person("ann", site="wien"), person("bob", site="kiel"), person("cy")]
    pay = Pay(premiums=(Premium(kind="holiday", rate=1.0),))
    folder = make_folder(
        agents=people, contracts=[full_time(**FREE)], centre={"country": "DE", "sites": sites, "pay": pay}
    )
    rows = [shift(name, at(day + timedelta(days=1), "09:00")) for name in ("ann", "bob", "cy")]
    assert roster_cost(folder, roster(*rows), day, 1).core == pytest.approx(8 * 20 * (2 + 1 + 1))
    calendar = Calendar(folder, day, 7)
    tuesday = slice(*calendar.bounds(day + timedelta(days=1)))
    for agent, rate in zip(people, (2.0, 1.0, 1.0), strict=True):
        rates = minute_rates(calendar, agent)[tuesday]
        assert rates == pytest.approx(rate * 20 / 60)
        # and the planning model pays the same
        slots = premium_row(calendar, agent, _slots(folder, day))
        assert slots[96:192] == pytest.approx([rate - 1] * 96)


def _slots(folder, day):
    return IntervalGrid.of_days(day, 7, folder.centre.timezone, 15)


# -- explanations ------------------------------------------------------------------------------------


def test_a_pin_outside_the_hours_of_the_site_is_explained():
    site = Site(id="hub", open=(window("Mon-Fri", "08:00", "17:00"),))
    pin = Stretch("ann", at(0, "17:00"), at(0, "18:00"), "work", ("phone",))
    found = explain_person(hub("ann", site=site, pins=[pin]), "ann", MONDAY, 1)
    assert found is not None and set(found.rules) == {"Site hours", "Pins"}
    assert found.change == (
        "remove the pin work, 2026-11-23 17:00 to 18:00 (pins.csv); or open site hub until 18:00 (centre.toml)"
    )


def test_a_closed_day_is_opened_where_later_hours_do_not_help():
    site = Site(id="hub", open=(window("Mon-Fri", "08:00", "17:00"), window("Sat", "10:00", "12:00")))
    pin = Stretch("ann", at(6, "12:00"), at(6, "13:00"), "work", ("phone",))
    found = explain_person(hub("ann", site=site, pins=[pin]), "ann", MONDAY, 1)
    assert found is not None and "open site hub all of Sun (centre.toml)" in found.change


def test_a_whole_week_at_the_site_is_legal():
    site = Site(id="hub", desks=4, open=(window("Mon-Fri", "09:00", "18:00"),))
    folder = hub(*("ann", "bob", "cy", "dee"), site=site, contract=full_time())
    assert not broken(folder, roster(*(week(name) for name in ("ann", "bob", "cy", "dee"))))
