"""Wishes in the objective: kept where it costs nothing, refused where it costs more, proven with the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import small

from domain.centre import MinimumStaff, Priorities
from domain.contracts import Limits, StartWindow
from domain.hours import WeeklyWindow
from domain.people import Preference, TimeOff
from domain.progress import Control
from domain.roster import Roster, Stretch
from planning.wish_results import share_honoured, wish_notes, wish_results
from scheduling.ascent import Prices, added, ascend
from scheduling.fairness import FairnessCost
from scheduling.handout import roster_of
from scheduling.result import Effort
from scheduling.roll import Roll, objective_of_roll
from scheduling.rules import validate
from scheduling.soft import soft_parts, wish_price
from scheduling.soft_price import soft_costs, wishes_price
from scheduling.solve import solve
from scheduling.wishes import WishCost

QUICK = Effort(ascent=120, steps=100, moves=300_000, assembly=0.2)
ZONE = ZoneInfo(small.ZONE)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, 23, tzinfo=ZONE) + timedelta(days=day, hours=hour)


def wish(who: str, first: int, until: int, kind: str = "off", weight: float = 1.0) -> Preference:
    return Preference(agent_id=who, start=at(first), end=at(until), wish=kind, weight=weight)  # type: ignore[arg-type]


def run(planning, **how):
    model = small.model(planning, soft=soft_costs(planning, (), small.FIRST, fair=False), **how)
    result = solve(model, seed=3, effort=QUICK, control=Control())
    return model, result, roster_of(model, result.roll)


def test_a_wish_that_costs_nothing_is_kept() -> None:
    """Idle enough, everyone gets the days they asked for, and the bound proves that nothing better exists."""
    wishes = (wish("a00", 0, 1), wish("a01", 2, 4), wish("a02", 5, 6, "work"), wish("a03", 5, 7, "work"))
    planning = replace(small.folder(6), preferences=wishes)
    model, result, roster = run(planning, load=0.6)
    plain = run(small.folder(6), load=0.6)[1]
    assert result.soft == 0.0
    assert result.pay == plain.pay and result.shortfall == pytest.approx(plain.shortfall)
    assert result.bound <= result.objective + 1e-6
    assert not [v for v in validate(planning, roster, small.FIRST, 1) if v.rule == "preferences" or v.hard]
    assert share_honoured(wish_results(planning, roster, [(model, result)], small.FIRST)) == 1.0


def test_a_wish_that_would_cost_service_is_refused() -> None:
    """Contacts come from Monday to Friday only: a Wednesday off would be paid by customers, so it is not given."""
    planning = replace(small.folder(1), preferences=(wish("a00", 2, 3, weight=2.0),))
    model, result, roster = run(planning, load=0.5, quiet=(5, 6))
    assert result.soft == pytest.approx(2 * wish_price(planning)) == wishes_price(planning, roster, small.FIRST, 1)
    (refused,) = wish_results(planning, roster, [(model, result)], small.FIRST)
    assert "service would fall further short" in refused.why and "phone on 2026-11-25" in refused.why
    assert "a00 off from 11-25" in " ".join(wish_notes(planning, [refused]))
    assert result.bound <= result.objective + 1e-6


def test_a_price_may_put_a_wish_before_service() -> None:
    dear = Priorities(wish=1e6)
    planning = replace(small.folder(1, priorities=dear), preferences=(wish("a00", 2, 3),))
    assert run(planning, load=0.5, quiet=(5, 6))[1].soft == 0.0


def test_what_stopped_a_wish_is_named() -> None:
    """Minimum staff, the contract, pins and leave are told apart."""
    floor = MinimumStaff(queue="phone", agents=1, window=WeeklyWindow(frozenset({2}), 13 * 60, 14 * 60))
    tired = small.contract(days_per_week=Limits(min=6, max=6), weekly_hours=Limits(min=48, max=48))
    grid = small.demand(small.folder(1)).grid
    pin = Stretch("a00", grid.at(2 * 1440 + 600), grid.at(2 * 1440 + 660), queues=("phone",))
    leave = TimeOff(agent_id="a00", start=at(2), end=at(3))
    off, two, work = wish("a00", 2, 3), wish("a00", 2, 4), wish("a00", 2, 3, "work")
    cases = (
        (small.folder(1, minimum_staff=(floor,)), off, "minimum staff would lack 1 hours of a head"),
        (small.folder(1, contracts=(tired,)), two, "the contract's hours, days and rest forbid it"),
        (small.folder(1, pins=(pin,)), off, "or pins, forbid it"),
        (small.folder(1, time_off=(leave,)), work, "no shift of the contract is legal then"),
    )
    for planning, asked, said in cases:
        planning = replace(planning, preferences=(asked,))
        model, result, roster = run(planning, load=0.05)
        (refused,) = wish_results(planning, roster, [(model, result)], small.FIRST)
        assert said in refused.why


def test_the_best_roster_and_its_bound_by_enumeration() -> None:
    """Two people, two starts, six days of seven: every roster is looked at, wishes and fairness priced."""
    tiny = small.contract(
        start=StartWindow(from_minute=6 * 60, to_minute=12 * 60, step_minutes=360),
        breaks=(),
        days_per_week=Limits(min=6, max=6),
        weekly_hours=Limits(min=48, max=48),
        rest_h=16,
    )
    wishes = (wish("a00", 1, 4, weight=3.0), wish("a01", 1, 2), wish("a01", 6, 7, "work", weight=5.0))
    past = tuple(
        Stretch("a00", at(day, 8), at(day, 16), queues=("phone",), shift_id=f"p{day}") for day in (-9, -8, -2, -1)
    )
    prices = Priorities(wish=40.0, fairness=15.0, shortfall_per_contact=1.0)
    planning = replace(small.folder(2, contracts=(tiny,), priorities=prices), preferences=wishes)
    soft = (WishCost.of(planning), FairnessCost.of(planning, past, small.FIRST))
    model = small.model(planning, load=1.0, soft=soft)
    inst = model.instance
    weeks = [list(_weeks(inst, a)) for a in range(2)]
    none = np.zeros((0, 3), dtype=np.int64)
    least = min(objective_of_roll(inst, Roll(np.array(pair), none)) for pair in product(*weeks))
    result = solve(model, seed=3, effort=QUICK, control=Control())
    assert result.objective == pytest.approx(least, abs=1e-6)
    assert result.bound <= least + 1e-6
    assert result.bound == pytest.approx(least, rel=0.05)
    parts = soft_parts(model.soft, result.roll.tours)
    assert sum(parts.values()) == pytest.approx(result.soft) and parts["fairness"] > 0
    # whoever is above the mean pays for every weekend day, so the bound must know of it
    start = ascend(inst, Prices(inst), 150, Control()).bound + added(inst)
    assert start <= least + 1e-6


def _weeks(inst, agent):
    """Yield every legal week: one day off, starts that leave sixteen hours of rest."""
    options = inst.options
    per_day = [range(options.pointer[agent * 7 + d], options.pointer[agent * 7 + d + 1]) for d in range(7)]
    for off in range(7):
        for chosen in product(*[[-1] if d == off else per_day[d] for d in range(7)]):
            worked = [i for i in chosen if i >= 0]
            ends = [options.start[i] + options.length[i] for i in worked]
            if all(options.start[b] >= end + inst.people.rest[agent] for end, b in zip(ends, worked[1:], strict=False)):
                tour = np.full((7, 3 + max(inst.shapes.length.shape[1], 1)), -1, dtype=np.int64)
                tour[:, 0] = chosen
                tour[[d for d in range(7) if d != off], 1] = inst.people.team_first[agent]
                yield tour


def test_without_wishes_nothing_is_added() -> None:
    planning = small.folder(2)
    assert soft_costs(planning, (), small.FIRST, fair=False) == ()
    assert wish_results(planning, Roster(()), [], small.FIRST) == ()
    assert small.model(planning).soft == ()
