"""The cheapest line of one nurse, and whole rosters, against all there are."""

import itertools

import numpy as np
import pytest

from benchmarks.nurse_rostering import people
from benchmarks.nurse_rostering.chain import FAR, busiest
from benchmarks.nurse_rostering.checker import check, faults
from benchmarks.nurse_rostering.clock import Limit
from benchmarks.nurse_rostering.columns import Columns
from benchmarks.nurse_rostering.dive import roster_cost
from benchmarks.nurse_rostering.instance import OFF, Instance, parse
from benchmarks.nurse_rostering.people import Person
from benchmarks.nurse_rostering.program import run_program
from benchmarks.nurse_rostering.solve import solve


def instance(days: int, shifts: str, staff: list[str], rng: np.random.Generator) -> Instance:
    """Return an instance with requests and cover drawn at random."""
    names = [line.split(",")[0] for line in shifts.splitlines()]
    lines = ["SECTION_HORIZON", str(days), "SECTION_SHIFTS", shifts, "SECTION_STAFF", *staff]
    for section in ("ON", "OFF"):
        lines.append(f"SECTION_SHIFT_{section}_REQUESTS")
        for n in range(len(staff)):
            lines.append(f"{staff[n][0]},{rng.integers(days)},{rng.choice(names)},{rng.integers(1, 4)}")
    lines.append("SECTION_COVER")
    for day, shift in itertools.product(range(days), names):
        lines.append(f"{day},{shift},{rng.integers(0, 2)},{rng.integers(3, 9)},{rng.integers(1, 3)}")
    return parse("\n".join(lines))


def all_lines(inst: Instance, n: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return every legal line of a nurse, by the checker."""
    choices = range(OFF, len(inst.shifts))
    limits = inst.nurses[n].most_of
    usable = [c for c in choices if c == OFF or limits[c] > 0]
    found = [line for line in itertools.product(usable, repeat=inst.days) if not faults(inst, inst.nurses[n], line)]
    return np.array(found, dtype=np.int64).reshape(-1, inst.days)


def line_costs(
    lines: np.ndarray[tuple[int, ...], np.dtype[np.int64]], cost: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return what each line costs, given the cost of each choice on each day, the free day first."""
    total: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = cost[np.arange(lines.shape[1]), lines + 1].sum(axis=1)
    return total


TWO = "E,480,\nL,600,E"
RULES = [
    "A,E=7|L=7,9999,0,3,1,1,1",
    "A,E=7|L=7,9999,0,3,2,2,1",
    "A,E=7|L=7,2400,1560,4,2,3,0",
    "A,E=2|L=1,9999,960,4,1,1,1",
    "A,E=3|L=2,2640,1680,5,3,2,1",
    "A,E=0|L=4,9999,0,7,2,1,1",
    "A,E=7|L=2,2040,2040,2,1,2,1",
]


@pytest.mark.parametrize("rules", RULES)
def test_the_cheapest_line_is_that_of_enumeration(rules: str) -> None:
    rng = np.random.default_rng(len(rules))
    inst = instance(7, TWO, [rules], rng)
    lines = all_lines(inst, 0)
    person = Person(inst, 0)
    for _ in range(8):
        cost = rng.integers(-9, 6, (7, 3)).astype(np.float64)
        found = person.cheapest(cost[:, 1:], cost[:, 0])
        if len(lines) == 0:
            assert found.cost >= FAR
            continue
        assert found.cost == found.bound == line_costs(lines, cost).min()
        assert not faults(inst, inst.nurses[0], found.line.tolist())
        assert found.cost == line_costs(found.line[None], cost)[0]
        # a line that is good enough may be dearer, the bound never is
        quick = person.cheapest(cost[:, 1:], cost[:, 0], enough=FAR)
        assert quick.bound <= found.cost <= quick.cost
        assert not faults(inst, inst.nurses[0], quick.line.tolist())


@pytest.mark.parametrize("rules", ["A,D=9,4320,1920,5,2,2,1", "A,D=14,9999,0,3,1,2,0"])
def test_two_weeks_and_their_weekends(rules: str) -> None:
    rng = np.random.default_rng(3)
    inst = instance(14, "D,480,", [rules], rng)
    lines = all_lines(inst, 0)
    for _ in range(6):
        cost = rng.integers(-9, 5, (14, 2)).astype(np.float64)
        assert Person(inst, 0).cheapest(cost[:, 1:], cost[:, 0]).cost == line_costs(lines, cost).min()


def test_cells_that_must_not_be_are_not_used() -> None:
    inst = instance(7, TWO, [RULES[0]], np.random.default_rng(1))
    cost, free = np.full((7, 2), -1.0), np.zeros(7)
    cost[:4], free[5] = FAR, FAR
    found = Person(inst, 0).cheapest(cost, free)
    assert (found.line[:4] == OFF).all() and found.line[5] != OFF


def test_busiest_days() -> None:
    assert [busiest(days, 3, 2) for days in range(9)] == [0, 1, 2, 3, 3, 3, 4, 5, 6]


def best_of_all(inst: Instance) -> int:
    """Return the least cost over all rosters of two nurses."""
    first, second = all_lines(inst, 0), all_lines(inst, 1)
    return min(roster_cost(inst, np.stack(pair)) for pair in itertools.product(first, second))


@pytest.mark.parametrize("seed", range(4))
def test_the_solver_finds_the_best_of_all_rosters(seed: int) -> None:
    rng = np.random.default_rng(seed)
    staff = ["A,E=2|L=4,2040,960,2,1,1,1", "B,E=4|L=1,2400,480,3,2,1,1"]
    inst = instance(4, TWO, staff, rng)
    best = best_of_all(inst)
    solution = solve(inst, 20.0)
    assert solution.cost == solution.bound == best
    verdict = check(inst, solution.rows(inst))
    assert (verdict.cost, verdict.broken) == (best, ())
    whole = run_program(inst, Columns(inst).everything(), solution.roster, best + 2, 0, Limit(20.0))
    assert whole.roster is not None and roster_cost(inst, whole.roster) == whole.bound == best
    nothing = run_program(inst, Columns(inst).everything(), solution.roster, best, 0, Limit(20.0))
    assert (nothing.roster, nothing.bound) == (None, best)


def test_a_nurse_without_a_legal_line_is_named() -> None:
    inst = instance(7, TWO, ["A,E=1|L=0,9999,2000,3,1,1,1"], np.random.default_rng(1))
    with pytest.raises(ValueError, match="A has no legal line"):
        solve(inst, 5.0)


@pytest.mark.parametrize("rules", RULES)
def test_lines_of_long_horizons_are_legal_if_not_the_cheapest(rules: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_STATES", 0)
    monkeypatch.setattr(people, "PACE_SHIFTS", 2)
    rng = np.random.default_rng(5)
    inst = instance(7, TWO, [rules], rng)
    lines = all_lines(inst, 0)
    person = Person(inst, 0)
    assert not person.exact
    for _ in range(4):
        cost = rng.integers(-9, 6, (7, 3)).astype(np.float64)
        found = person.cheapest(cost[:, 1:], cost[:, 0])
        if found.cost < FAR:
            assert found.cost == line_costs(found.line[None], cost)[0] >= line_costs(lines, cost).min()
            assert not faults(inst, inst.nurses[0], found.line.tolist())


def test_types_that_cannot_be_counted_leave_a_bound_and_a_legal_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_COUNTS", 1)
    inst = instance(7, TWO, ["A,E=2|L=1,9999,960,5,1,1,1"], np.random.default_rng(2))
    cost = np.full((7, 3), -3.0)
    cost[:, 0] = 0.0
    found = Person(inst, 0).cheapest(cost[:, 1:], cost[:, 0])
    assert found.bound <= line_costs(all_lines(inst, 0), cost).min() <= found.cost < FAR
    assert not faults(inst, inst.nurses[0], found.line.tolist())
