"""Column generation, cells that the bound rules out, and neighbourhoods."""

import itertools
import math

import numpy as np
import pytest

from benchmarks.nurse_rostering.checker import check, faults
from benchmarks.nurse_rostering.clock import Limit
from benchmarks.nurse_rostering.columns import Columns, whole
from benchmarks.nurse_rostering.dive import dive, roster_cost
from benchmarks.nurse_rostering.instance import OFF, Instance, parse
from benchmarks.nurse_rostering.reduce import open_cells
from benchmarks.nurse_rostering.search import State, improve
from domain.history import Ints

RULES = """SECTION_HORIZON
{days}
SECTION_SHIFTS
E,480,
L,480,E
SECTION_STAFF
A,E=14|L=3,4800,960,5,2,2,1
B,E=0|L=14,4800,960,5,2,2,1
{third}
SECTION_DAYS_OFF
A,3
SECTION_SHIFT_ON_REQUESTS
A,4,E,2
B,2,L,3
SECTION_SHIFT_OFF_REQUESTS
B,1,L,2
SECTION_COVER
"""


def instance(days: int, third: str = "") -> Instance:
    return parse(RULES.format(days=days, third=third) + "\n".join(f"{d},{t},1,30,1" for d in range(days) for t in "EL"))


@pytest.fixture(name="small")
def _small() -> Instance:
    return instance(7)


def rosters(inst: Instance) -> list[tuple[int, Ints]]:
    """Return every roster of an instance of two nurses, and its cost."""
    lines = []
    for n, nurse in enumerate(inst.nurses):
        usable = [OFF, *(t for t in range(2) if nurse.most_of[t])]
        ones = [x for x in itertools.product(usable, repeat=inst.days) if not faults(inst, inst.nurses[n], x)]
        lines.append(np.array(ones[:: max(len(ones) // 60, 1)], dtype=np.int64))
    made = [np.stack(pair) for pair in itertools.product(*lines)]
    return [(roster_cost(inst, roster), roster) for roster in made]


def test_roster_cost_is_the_checkers(small: Instance) -> None:
    for cost, roster in rosters(small)[::97]:
        rows = [(small.nurses[n].name, d, small.shifts[roster[n, d]]) for n, d in np.argwhere(roster != OFF).tolist()]
        assert cost == check(small, rows).cost


def test_bound_is_below_every_roster_and_cells_left_out_are_in_none_that_is_better(small: Instance) -> None:
    columns = Columns(small)
    columns.start(Limit(5.0))
    closed = columns.close(columns.everything(), Limit(5.0), stop=math.inf)
    assert closed.bound == pytest.approx(closed.answer.cost, abs=1e-4)
    every = rosters(small)
    assert all(cost >= closed.bound - 1e-6 for cost, _ in every)
    for best in (whole(closed.bound) + 1, whole(closed.bound) + 10, 10_000):
        cells = open_cells(columns, columns.everything(), closed.prices, best, Limit(5.0))
        nurses, days = np.arange(2)[:, None], np.arange(7)
        assert all(cells[nurses, days, roster + 1].all() for cost, roster in every if cost < best)
    assert (cells == columns.everything()).sum() > 0
    untimed = open_cells(columns, columns.everything(), closed.prices, whole(closed.bound) + 1, Limit(0.0))
    assert (untimed == columns.everything()).all()


def test_cells_are_kept_to(small: Instance) -> None:
    columns = Columns(small)
    start = columns.start(Limit(5.0))
    allowed = columns.everything()
    allowed[0] = False
    allowed[0, np.arange(7), start[0] + 1] = True
    closed = columns.close(allowed, Limit(5.0), stop=math.inf)
    found = dive(columns, allowed, closed, 10**6, Limit(5.0), np.random.default_rng(0))
    assert found is not None
    assert (found[0] == start[0]).all()
    assert roster_cost(small, found) >= closed.bound - 1e-6


def test_a_dive_below_the_bound_finds_nothing(small: Instance) -> None:
    columns = Columns(small)
    columns.start(Limit(5.0))
    closed = columns.close(columns.everything(), Limit(5.0), stop=math.inf)
    limit = Limit(5.0)
    assert dive(columns, columns.everything(), closed, whole(closed.bound), limit, np.random.default_rng(0)) is None


def test_lines_forgotten_are_found_again(small: Instance) -> None:
    columns = Columns(small)
    columns.start(Limit(5.0))
    first = columns.close(columns.everything(), Limit(5.0), stop=math.inf)
    kept = np.zeros(columns.master.count, dtype=np.bool_)
    kept[:2] = True
    columns.master.drop_others(kept)
    assert columns.master.count == 2
    again = columns.close(columns.everything(), Limit(5.0), stop=math.inf)
    assert again.bound == pytest.approx(first.bound, abs=1e-3)


def test_neighbourhoods_reach_the_best() -> None:
    inst = instance(14, "C,E=14|L=14,2400,960,5,1,1,1")
    columns = Columns(inst)
    roster = columns.start(Limit(5.0))
    closed = columns.close(columns.everything(), Limit(5.0), stop=math.inf)
    state = State(roster, roster_cost(inst, roster), closed.bound)
    improve(columns, state, columns.everything(), Limit(0.7), np.random.default_rng(1))
    assert closed.bound - 1e-6 <= state.cost <= roster_cost(inst, roster)
    assert state.cost == roster_cost(inst, state.roster)
    assert not [what for n in range(3) for what in faults(inst, inst.nurses[n], state.roster[n].tolist())]
