"""The terms of elastic seats in the optimiser: notice, booked minimum, and the cap of an emergency."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import small
from test_solve import ELASTIC, run

from capacity.servers import make_servers
from capacity.targets import target_rows
from scheduling.build import build_model
from scheduling.cost import roster_cost
from scheduling.handout import roster_of
from scheduling.rules import validate


def test_no_block_starts_within_the_notice() -> None:
    """Asked on Monday noon with a day's notice: the first seat comes on Tuesday noon, and the validator agrees."""
    pool = ELASTIC.model_copy(update={"notice_h": 24.0})
    planning = small.folder(4, elastic=pool)
    now = small.demand(planning).grid.at(12 * 60)
    model = small.model(planning, load=6.0, now=now)
    roster = roster_of(model, run(model).roll)
    blocks = [shift for shift in roster.shifts if shift.pool == "elastic"]
    assert blocks
    assert min(shift.start for shift in blocks) >= now + timedelta(hours=24)
    found = validate(planning, roster, small.FIRST, 1, now=now)
    assert [v.text for v in found if v.hard] == []
    late = validate(planning, roster, small.FIRST, 1, now=now + timedelta(days=2))
    assert {v.rule for v in late if v.hard} == {"elastic_notice"}


def test_notice_that_ends_after_the_week_books_nothing() -> None:
    planning = small.folder(4, elastic=ELASTIC.model_copy(update={"notice_h": 24.0 * 15}))
    model = small.model(planning, load=6.0)
    assert not model.instance.elastic.cap[: model.instance.intervals * model.instance.per_interval].any()
    assert len(run(model).roll.blocks) == 0


def test_a_booked_minimum_is_paid_and_used() -> None:
    """Once a week books at all, it pays the minimum: the hours inside cost nothing more, and the cost is the file's."""
    pool = ELASTIC.model_copy(update={"minimum_hours_per_week": 60.0})
    planning = small.folder(5, elastic=pool)
    model = small.model(planning, load=4.0)
    result = run(model)
    roster = roster_of(model, result.roll)
    hours = sum((s.end - s.start) / timedelta(hours=1) for s in roster.shifts if s.pool == "elastic")
    assert hours > 0
    assert result.elastic == pytest.approx(max(hours, 60.0) * pool.hourly_cost)
    assert roster_cost(planning, roster, small.FIRST, 1).elastic == pytest.approx(result.elastic)


def test_a_minimum_dearer_than_all_misses_books_nothing() -> None:
    """Whoever has people enough does not pay a minimum for nothing."""
    model = small.model(
        small.folder(12, elastic=ELASTIC.model_copy(update={"minimum_hours_per_week": 500.0})), load=1.0
    )
    result = run(model)
    assert len(result.roll.blocks) == 0
    assert result.elastic == 0


@pytest.mark.parametrize(("emergency", "cap"), [(False, 1), (True, 3)])
def test_the_emergency_cap_holds_only_where_one_is_declared(emergency: bool, cap: int) -> None:
    """A quarter of four people, three quarters of them in an emergency; the validator draws the line at the same."""
    planning = small.folder(4, elastic=ELASTIC.model_copy(update={"share": 0.25, "emergency_share": 0.75}))
    need = small.demand(planning, 8.0)
    targets = target_rows(planning.centre, need.grid, need.volume > 0, need.volume)
    servers = make_servers(planning, (), (), small.FIRST, 7, emergency=emergency)
    model = build_model(planning, need, targets, servers, small.FIRST, emergency=emergency)
    roll = run(model).roll
    used = np.zeros(model.instance.slots, dtype=np.int64)
    for _, start, length in roll.blocks.tolist():
        used[start : start + length] += 1
    assert used.max() == cap
    roster = roster_of(model, roll)
    assert [v.text for v in validate(planning, roster, small.FIRST, 1, emergency=emergency) if v.hard] == []
    if emergency:
        assert {v.rule for v in validate(planning, roster, small.FIRST, 1) if v.hard} == {"elastic_cap"}


def test_blocks_longer_than_the_opening_are_never_booked() -> None:
    """The queue is open for 13 hours: blocks of 14 have no place, those of 4 have."""
    model = small.model(small.folder(4, elastic=ELASTIC.model_copy(update={"block_hours": (4.0, 14.0)})), load=6.0)
    lengths = set(run(model).roll.blocks[:, 2].tolist())
    assert lengths == {4 * 60 // model.grid.step_minutes}
