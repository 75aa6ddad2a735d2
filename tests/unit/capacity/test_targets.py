"""Rows of promises: by scope, by opening, with what the contract implies."""

from datetime import date

import numpy as np
import pytest

from capacity.targets import interval_limits, target_rows
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.hours import WeeklyWindow, window_mask
from domain.queues import Channel, Queue, Target

WEEKDAYS = (WeeklyWindow(frozenset(range(5)), 8 * 60, 20 * 60),)
GRID = IntervalGrid.of_days(date(2026, 11, 23), 7, "Asia/Shanghai", 30)


def rows_of(*queues: Queue, grid: IntervalGrid = GRID, volume: float = 1.0):  # type: ignore[no-untyped-def]
    centre = Centre(name="c", timezone=grid.zone, queues=queues, contracts=())
    opening = np.array(
        [window_mask(q.open, grid) if q.open and not q.deferred else np.ones(grid.size, bool) for q in queues]
    )
    return target_rows(centre, grid, opening, volume * opening)


def test_a_day_target_lists_every_measure_on_every_open_day() -> None:
    target = Target(mean_wait_s=90, service_level=0.8, within_s=20, abandonment=0.05, fcr=0.7, occupancy=0.9)
    rows = rows_of(Queue(id="phone", open=WEEKDAYS, targets=(target,), patience_s=600))
    assert len(rows) == 5 * 5
    assert {row.start for row in rows} == {f"2026-11-{d}" for d in range(23, 28)}
    first = rows[0]
    assert (first.measure, first.limit, first.within_s, first.upper) == ("mean_wait_s", 90.0, 0.0, True)
    assert first.intervals.tolist() == list(range(16, 40))
    level = next(row for row in rows if row.measure == "service_level")
    assert (level.within_s, level.upper) == (20.0, False)


def test_open_days_without_contacts_are_listed_too() -> None:
    queue = Queue(id="phone", open=WEEKDAYS, targets=(Target(mean_wait_s=90),))
    assert len(rows_of(queue, volume=0.0)) == 5


def test_interval_and_week_scopes() -> None:
    targets = (Target(scope="interval", abandonment=0.1), Target(scope="week", fcr=0.7))
    grid = IntervalGrid.of_days(date(2026, 11, 23), 14, "Asia/Shanghai", 30)
    rows = rows_of(Queue(id="phone", open=WEEKDAYS, targets=targets), grid=grid)
    intervals = [row for row in rows if row.scope == "interval"]
    weeks = [row for row in rows if row.scope == "week"]
    assert len(intervals) == 2 * 5 * 24
    assert intervals[0].start == "2026-11-23T08:00+08:00"
    assert all(row.intervals.size == 1 for row in intervals)
    assert [row.start for row in weeks] == ["2026-11-23", "2026-11-30"]
    assert [row.intervals.size for row in weeks] == [120, 120]


@pytest.mark.parametrize(("patience", "implied"), [(60.0, True), (90.0, True), (91.0, False), (None, False)])
def test_abandonment_is_implied_only_where_patience_is_within_the_wait(patience: float | None, implied: bool) -> None:
    queue = Queue(id="phone", open=WEEKDAYS, targets=(Target(mean_wait_s=90),), patience_s=patience)
    added = [row for row in rows_of(queue) if row.measure == "abandonment"]
    assert len(added) == (5 if implied else 0)
    assert all(row.implied and row.limit == 0.05 for row in added)
    assert interval_limits(queue).abandonment == (0.05 if implied else 1.0)


def test_a_given_abandonment_target_of_any_scope_stands_alone() -> None:
    targets = (Target(mean_wait_s=90), Target(scope="week", abandonment=0.2))
    queue = Queue(id="phone", open=WEEKDAYS, targets=targets, patience_s=60)
    assert not any(row.implied for row in rows_of(queue))
    assert interval_limits(queue).abandonment == 0.2


def test_deferred_share_is_by_day_of_arrival_at_any_hour_on_days_that_are_worked() -> None:
    target = Target(response_h=24, share=0.95, mean_wait_s=60, occupancy=0.9)
    mail = Queue(id="mail", channel=Channel.DEFERRED, open=WEEKDAYS, targets=(target,))
    rows = rows_of(mail)
    assert [row.measure for row in rows] == ["share"] * 5
    assert rows[0].response_h == 24.0
    assert rows[1].intervals.tolist() == list(range(48, 96))


def test_a_day_has_as_many_intervals_as_the_clock_gives_it() -> None:
    grid = IntervalGrid.of_days(date(2026, 10, 24), 3, "Europe/Berlin", 15)
    rows = rows_of(Queue(id="phone", targets=(Target(mean_wait_s=30),)), grid=grid)
    assert [row.intervals.size for row in rows] == [96, 100, 96]


def test_an_interval_alone_keeps_the_strictest_of_all_scopes() -> None:
    targets = (
        Target(mean_wait_s=90, service_level=0.8, within_s=20, occupancy=0.9),
        Target(scope="interval", mean_wait_s=300, service_level=0.9, within_s=60, abandonment=0.1),
        Target(scope="week", occupancy=0.8, fcr=0.7),
    )
    limits = interval_limits(Queue(id="phone", targets=targets, patience_s=600))
    assert (limits.mean_wait_s, limits.abandonment, limits.occupancy) == (90.0, 0.1, 0.8)
    assert limits.service_levels == ((20.0, 0.8), (60.0, 0.9))
    assert not interval_limits(Queue(id="phone", targets=(Target(fcr=0.7),))).given
