"""The judge of both sides' rosters, on rosters made by hand; and our side on a tiny week, against trying them all."""

import itertools
from dataclasses import replace

import pytest

from benchmarks.scheduling.peers_check import judge
from benchmarks.scheduling.peers_ours import model_of, rostered, rows_of, service_of
from benchmarks.scheduling.peers_problem import CASES, CLOSES, DAYS, PER_DAY, Person, Problem, Row, Terms, draw
from domain.progress import Control
from scheduling.result import Effort
from scheduling.solve import solve

TERMS = Terms("two days", 2, 2, 8, 10, 4, 6, 16, 40)
LITTLE = Effort(ascent=150, steps=60, chains=1, passes=1, moves=100_000, assembly=0.05)


def needs(*cells: tuple[int, int, int, int]) -> tuple[int, ...]:
    """Return a week's need from (day, first half-hour, end, seats)."""
    line = [0] * (DAYS * PER_DAY)
    for day, low, high, seats in cells:
        for slot in range(low, high):
            line[day * PER_DAY + slot] = seats
    return tuple(line)


def problem(**changes: object) -> Problem:
    """Two people of two days, one of whom may work both pools."""
    people = (Person("ann", 0, 1000, (0,)), Person("bob", 0, 1500, (0, 1)))
    need = (needs((0, 16, 24, 2)), needs((2, 20, 24, 1)))
    return replace(Problem("two", (TERMS,), people, need, 5000), **changes)  # type: ignore[arg-type]


LEGAL = (Row(0, 0, 16, 4, 0), Row(0, 3, 16, 4, 0), Row(1, 0, 16, 6, 0), Row(1, 2, 20, 4, 1))


def test_a_legal_roster_costs_its_pay_and_what_is_missing() -> None:
    told = judge(problem(), LEGAL)
    # Monday asks for 16 seat-half-hours of which 4 and 6 are filled; Wednesday's chat is filled
    assert told.pay == 8 * 1000 + 10 * 1500
    assert told.missing == 6
    assert told.cost == told.pay + 6 * 5000
    assert told.broken == ()


def test_more_people_than_needed_fill_no_more_than_the_need() -> None:
    alone = problem(need=(needs((0, 16, 20, 1)), needs()))
    assert judge(alone, LEGAL).missing == 0


def test_people_on_the_other_pool_fill_nothing() -> None:
    rows = (*LEGAL[:3], replace(LEGAL[3], pool=0))
    assert judge(problem(), rows).missing == judge(problem(), LEGAL).missing + 4


@pytest.mark.parametrize(
    ("number", "changes", "said"),
    [
        (0, {"start": 15}, "start 7.5"),
        (0, {"length": 3}, "shift of 1.5 h"),
        (0, {"length": 7}, "shift of 3.5 h"),
        (0, {"pool": 1}, "pool 1"),
        (0, {"day": 7}, "day 7"),
        (1, {"day": 0}, "more than one shift a day"),
        (2, {"day": 1, "start": 40, "length": 6}, "h of rest before day 2"),
        (3, {"length": 6}, "6 h a week"),
    ],
)
def test_every_rule_broken_is_said(number: int, changes: dict[str, int], said: str) -> None:
    rows = list(LEGAL)
    rows[number] = replace(rows[number], **changes)
    if number == 2:
        rows[3] = replace(rows[3], start=16)
    broken = judge(problem(), rows).broken
    assert any(said in line for line in broken), broken


def test_a_shift_beyond_closing_is_said() -> None:
    late = replace(LEGAL[0], start=40, length=6)
    terms = replace(TERMS, start_to=CLOSES - 4)
    rows = (replace(late, start=CLOSES - 4), *LEGAL[1:])
    broken = judge(problem(contracts=(terms,)), rows).broken
    assert broken == ("ann: a shift beyond closing",)


def test_too_few_days_and_hours_are_said() -> None:
    broken = judge(problem(), LEGAL[:3]).broken
    assert broken == ("bob: 1 days", "bob: 3 h a week")


def test_eleven_hours_are_rest_enough() -> None:
    # half past ten in the evening to half past nine is 11 h
    rows = (*LEGAL[:2], Row(1, 1, 40, 5, 0), Row(1, 2, 19, 4, 1))
    assert judge(problem(), rows).broken == ()
    rows = (*LEGAL[:2], Row(1, 1, 40, 5, 0), Row(1, 2, 18, 4, 1))
    assert judge(problem(), rows).broken == ("bob: 10.5 h of rest before day 2",)


def test_a_case_is_drawn_alike_every_time() -> None:
    assert draw(CASES[1]) == draw(CASES[1])
    assert draw(CASES[1]).digest != draw(CASES[0]).digest
    assert {pool for person in draw(CASES[1]).people for pool in person.pools} == {0, 1}


def every_week(case: Problem, who: int) -> list[tuple[Row, ...]]:
    """Return every roster of one person who works one day."""
    person = case.people[who]
    shifts = list(case.shifts_of(case.contracts[person.contract]))
    return [
        (Row(who, day, start, length, pool),)
        for day in range(DAYS)
        for start, length in shifts
        for pool in person.pools
    ]


def test_ours_finds_the_best_of_all_rosters_and_its_bound_is_none_too_high() -> None:
    one = Terms("one day", 1, 1, 4, 5, 4, 5, 20, 21)
    need = (needs((1, 20, 25, 1), (4, 22, 26, 2)), needs((4, 21, 25, 1)))
    case = problem(contracts=(one,), need=need)
    best = min(
        judge(case, mine + theirs).cost for mine, theirs in itertools.product(every_week(case, 0), every_week(case, 1))
    )
    found = rostered(case, 60.0, effort=LITTLE)
    told = judge(case, found.rows)
    assert told.broken == ()
    assert told.cost == best
    assert found.bound <= best + 0.01
    assert found.bound > 0.9 * best


def test_the_model_counts_as_the_judge_does() -> None:
    case = problem()
    model = model_of(case)
    result = solve(model, seed=3, effort=LITTLE.model_copy(update={"moves": 2000}), control=Control())
    told = judge(case, rows_of(case, model, result.roll))
    assert told.broken == ()
    assert result.objective == pytest.approx(told.cost / 100)
    assert result.shortfall == pytest.approx(told.missing * case.missing / 100)


def test_a_curve_counts_missing_seats() -> None:
    service = service_of(problem(), (1, 0))
    assert service.curves.shape == (2, DAYS * PER_DAY, 4)
    assert service.curves[1, 16].tolist() == [2.0, 1.0, 0.0, 0.0]
    assert service.row_pool.tolist() == [0] * DAYS + [1] * DAYS
    assert (service.weight.sum(axis=0) == 2).all()
