"""Overtime: only of volunteers, at its own price, exactly priced in the program, judged the same by the validator."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import small

from domain.centre import Overtime, Pay
from domain.contracts import Limits, StartWindow
from domain.hours import WeeklyWindow
from domain.people import TimeOff
from domain.progress import Control
from domain.roster import Roster, Stretch
from scheduling.conflicts import person_conflicts
from scheduling.cost import roster_cost
from scheduling.handout import roster_of
from scheduling.leave import week_limits
from scheduling.overtime import OvertimeBook, overtime_minutes
from scheduling.person_week import find_weeks
from scheduling.pricing import best_week, tour_pay
from scheduling.result import Effort
from scheduling.roll import Roll
from scheduling.rules import validate
from scheduling.solve import solve
from scheduling.week_rules import legal_week

QUICK = Effort(ascent=120, steps=100, moves=300_000, assembly=0.2)
TERMS = Pay(overtime=Overtime(max_h_per_month=36, rates=(1.5, 2.0, 3.0)))
FLEXIBLE = small.contract(shift_hours=Limits(min=8, max=10))


def volunteers(hours: float, agents: int = 2, terms: Pay = TERMS, **more):
    planning = small.folder(agents, pay=terms, **more)
    people = tuple(agent.model_copy(update={"overtime_h": hours}) for agent in planning.agents)
    return replace(planning, agents=people)


def run(planning, load=3.0):
    model = small.model(planning, load=load)
    result = solve(model, seed=3, effort=QUICK, control=Control())
    return model, result, roster_of(model, result.roll)


def hours_of(roster: Roster, who: str) -> tuple[float, int]:
    shifts = roster.by_agent[who]
    return sum(shift.paid_minutes for shift in shifts) / 60, len(shifts)


def hard(planning, roster) -> set[str]:
    return {v.rule for v in validate(planning, roster, small.FIRST, 1) if v.hard}


@pytest.mark.parametrize(("contract", "offered"), [(FLEXIBLE, 4.0), (small.contract(), 8.0), (FLEXIBLE, 12.0)])
def test_volunteers_work_more_where_customers_wait(contract, offered) -> None:
    """Longer shifts, or one day more; legal, paid as the files say, above the bound."""
    planning = volunteers(offered, contracts=(contract,))
    _, result, roster = run(planning)
    assert hard(planning, roster) == set()
    assert any(hours_of(roster, who)[0] == 40 + offered for who in ("a00", "a01"))
    cost = roster_cost(planning, roster, small.FIRST, 1)
    assert cost.overtime > 0
    assert result.pay == pytest.approx(cost.core)
    assert result.bound <= result.objective + 1e-6
    plain = run(small.folder(2, contracts=(contract,)))[1]
    assert result.objective < plain.objective


def test_rates_of_working_and_rest_days() -> None:
    """Four hours in longer shifts cost half as much again; a sixth day of eight hours costs as much again."""
    for contract, offered, extra in ((FLEXIBLE, 4.0, 4 * 0.5), (small.contract(), 8.0, 8 * 1.0)):
        planning = volunteers(offered, agents=1, contracts=(contract,))
        _, _, roster = run(planning)
        assert hours_of(roster, "a00")[0] == 40 + offered
        cost = roster_cost(planning, roster, small.FIRST, 1)
        assert cost.overtime == pytest.approx(20 * extra)
        assert cost.total == pytest.approx(20 * (40 + offered + extra))


def test_nobody_else_works_overtime() -> None:
    """Without an offer, without terms, or with too little offered for a whole shift the week is as it was."""
    base = run(small.folder(2))
    for planning in (small.folder(2, pay=TERMS), volunteers(8, terms=Pay()), volunteers(7.5)):
        _, result, roster = run(planning)
        assert np.array_equal(result.roll.tours, base[1].roll.tours)
        assert result.bound == base[1].bound
        assert roster_cost(planning, roster, small.FIRST, 1).overtime == 0.0
        assert hours_of(roster, "a00") == (40, 5)


def test_no_overtime_without_work() -> None:
    """What would make nothing better is not bought: the contracts' hours are all that is paid, and proven."""
    result = run(volunteers(8, contracts=(FLEXIBLE,)), load=0.0)[1]
    assert result.pay == result.bound == 40 * (20 + 21)


def test_the_program_prices_overtime_as_enumeration_does() -> None:
    """Every legal week of one volunteer from Monday to Friday, judged by the validator and paid by the files' rules."""
    contract = small.contract(
        start=StartWindow(from_minute=8 * 60, to_minute=8 * 60, step_minutes=60),
        shift_hours=Limits(min=7, max=8),
        weekly_hours=Limits(min=21, max=24),
        days_per_week=Limits(min=3, max=3),
        breaks=(),
    )
    weekdays = small.queue(open=(WeeklyWindow(frozenset(range(5)), 8 * 60, 21 * 60),))
    planning = volunteers(8.0, agents=1, contracts=(contract,), queues=(weekdays,), interval_minutes=60)
    model = small.model(planning)
    inst = model.instance
    rng = np.random.default_rng(1)
    options = [range(inst.options.pointer[d], inst.options.pointer[d + 1]) for d in range(7)]
    assert [len(day) for day in options] == [2, 2, 2, 2, 2, 0, 0]
    legal = {}
    for chosen in product(*[[-1, *day] for day in options]):
        if not 3 <= sum(i >= 0 for i in chosen) <= 4:
            continue
        tour = np.full((7, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
        tour[:, 0] = chosen
        tour[tour[:, 0] >= 0, 1] = inst.people.team_first[0]
        roster = roster_of(model, _roll(tour))
        fits = hard(planning, roster) == set()
        assert fits == legal_week(inst, 0, tour)
        if fits:
            legal[chosen] = roster_cost(planning, roster, small.FIRST, 1).core
            assert tour_pay(inst, 0, tour) == pytest.approx(legal[chosen])
    assert any(sum(i >= 0 for i in chosen) == 4 for chosen in legal)
    free = np.full(7, -1, dtype=np.int64)
    for _ in range(6):
        values = rng.normal(12, 8, (1, inst.slots))
        tour = np.full((7, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
        found = best_week(inst, 0, values, free, tour)
        worth = {
            chosen: sum(
                values[0, inst.options.start[i] : inst.options.start[i] + inst.options.length[i]].sum()
                for i in chosen
                if i >= 0
            )
            - pay
            for chosen, pay in legal.items()
        }
        assert found == pytest.approx(max(worth.values()), abs=1e-6)


def _roll(tour):
    return Roll(tour[None], np.zeros((0, 3), dtype=np.int64))


def test_six_pinned_days_need_a_volunteer() -> None:
    """The optimiser and the search that explains agree: without the offer the pins and the contract conflict."""
    start = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo(small.ZONE))
    pins = tuple(
        Stretch("a00", start + timedelta(days=d), start + timedelta(days=d, minutes=15), queues=("phone",))
        for d in range(6)
    )
    willing = replace(volunteers(8.0, agents=1), pins=pins)
    assert person_conflicts(small.model(willing)) == ()
    assert find_weeks(willing, "a00", small.FIRST, 1) is not None
    _, _, roster = run(willing)
    assert hours_of(roster, "a00") == (48, 6) and hard(willing, roster) == set()
    unasked = replace(willing, agents=small.folder(1).agents)
    assert [conflict.who for conflict in person_conflicts(small.model(unasked))] == [("a00",)]
    assert find_weeks(unasked, "a00", small.FIRST, 1) is None


def test_the_month_has_an_end() -> None:
    """What earlier weeks of the same month used is gone; the month before does not count."""
    terms = Pay(overtime=Overtime(max_h_per_month=10, rates=(1.5,)))
    planning = volunteers(8.0, agents=1, terms=terms)
    book, agent = OvertimeBook(planning), planning.agents[0]

    def six_days(week: int) -> list[Stretch]:
        start = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo(small.ZONE)) + timedelta(days=7 * week)
        spans = [(start + timedelta(days=d), start + timedelta(days=d, hours=8)) for d in range(6)]
        return [Stretch("a00", low, high, queues=("phone",), shift_id=f"{low:%m%d}") for low, high in spans]

    before = Roster.of([*six_days(-1), *six_days(-4)]).shifts
    assert book.used(agent, small.FIRST, before) == 8 * 60
    assert book.left(agent, small.FIRST, before) == 2 * 60
    assert book.left(agent, small.FIRST + timedelta(days=14), before) == 8 * 60
    late = replace(planning, previous=tuple(six_days(-1)))
    assert hours_of(run(late)[2], "a00") == (40, 5)
    again = Roster.of(six_days(0))
    (broken,) = [v for v in validate(late, again, small.FIRST, 1) if v.rule == "overtime"]
    assert broken.magnitude == 6.0 and "8 h of overtime, 6 h above the 2 offered and left" in broken.text
    assert "overtime" not in hard(planning, again)


def test_leave_lowers_where_overtime_begins() -> None:
    """Two days of paid leave leave 24 hours and three days; a fourth day is overtime."""
    limits = week_limits(small.contract(), 2, 2)
    assert overtime_minutes(limits, 24 * 60, 3) == 0
    assert overtime_minutes(limits, 32 * 60, 4) == 8 * 60
    assert overtime_minutes(week_limits(small.contract(), 0, 0), 36 * 60, 6) == 6 * 60
    start = datetime(2026, 11, 23, tzinfo=ZoneInfo(small.ZONE))
    leave = TimeOff(agent_id="a00", start=start, end=start + timedelta(days=2))
    planning = replace(volunteers(8.0, agents=1), time_off=(leave,))
    _, _, roster = run(planning)
    assert hours_of(roster, "a00") == (32, 4) and hard(planning, roster) == set()
