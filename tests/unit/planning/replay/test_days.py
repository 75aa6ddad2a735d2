"""Days as they were: what is known, what is not, and what is put in the place of what is not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Floats, History
from domain.queues import Channel, Queue, Target
from planning.call_log.calls import ABANDONED, ANSWERED, FOLLOW_UP, NOBODY, Calls
from planning.replay import ActualDays

GRID = IntervalGrid.of_days(date(2026, 3, 3), 1, "UTC", 60)
OPEN = np.tile((GRID.minute_of_day >= 480) & (GRID.minute_of_day < 1080), (2, 1))


def history(rows: list[tuple[int, int, float, float, float, float]]) -> History:
    """Make rows of (queue, hour, offered, mean wait, in target, abandoned)."""
    table = np.array(rows, dtype=np.float64).T
    nothing = np.full(len(rows), np.nan)
    return History(
        queues=("phone", "chat"),
        start=GRID.starts[0] + (3600 * table[1]).astype("timedelta64[s]"),
        queue=table[0].astype(np.int64),
        offered=table[2],
        handled=nothing,
        abandoned=table[5],
        aht_s=np.full(len(rows), 300.0),
        mean_wait_s=table[3],
        answered_in_target=table[4],
        backlog=nothing,
    )


def at(values: Floats, hours: slice, queue: int = 0) -> list[float]:
    return values[queue, hours].tolist()


def test_figures_stand_at_their_interval_and_the_rest_is_unknown() -> None:
    actual = ActualDays.of_history(history([(0, 8, 10, 30.0, 7, 1), (1, 9, 4, 12.5, 4, 0)]), GRID, OPEN)
    assert actual.offered[0, 8] == 10 and actual.offered[1, 9] == 4
    assert np.isnan(actual.offered).sum() == 2 * 24 - 2
    assert actual.wait_s[0, 8] == 300.0 and actual.wait_s[1, 9] == 50.0
    assert (actual.in_target[0, 8], actual.abandoned[0, 8], actual.aht_s[0, 8]) == (7, 1, 300)


def test_where_nothing_came_everything_is_known() -> None:
    nan = float("nan")
    actual = ActualDays.of_history(history([(0, 8, 0, nan, nan, nan), (0, 9, 5, nan, nan, nan)]), GRID, OPEN)
    assert (actual.wait_s[0, 8], actual.in_target[0, 8], actual.abandoned[0, 8]) == (0, 0, 0)
    assert np.isnan([actual.wait_s[0, 9], actual.in_target[0, 9], actual.abandoned[0, 9]]).all()


def test_a_gap_is_filled_from_its_ends_and_the_ends_of_the_day_are_not() -> None:
    rows = [(0, 9, 10.0, 0.0, 10.0, 0.0), (0, 12, 40.0, 0.0, 40.0, 0.0)]
    actual = ActualDays.of_history(history(rows), GRID, OPEN)
    assert at(actual.volume, slice(8, 14)) == [0, 10, 20, 30, 40, 0]
    assert np.isnan(at(actual.offered, slice(10, 12))).all(), "what was not logged is not compared"
    assert not actual.volume[1].any(), "nothing is known of the other queue"


def test_closed_hours_are_no_gap() -> None:
    shut = OPEN.copy()
    shut[:, 10] = False
    rows = [(0, 9, 10.0, 0.0, 10.0, 0.0), (0, 12, 40.0, 0.0, 40.0, 0.0)]
    actual = ActualDays.of_history(history(rows), GRID, shut)
    assert at(actual.volume, slice(9, 13)) == [10, 0, 30, 40]


def test_a_day_is_not_filled_from_another() -> None:
    grid = IntervalGrid.of_days(date(2026, 3, 3), 3, "UTC", 60)
    rows = [(0, 9, 10.0, 0.0, 10.0, 0.0), (0, 48 + 9, 10.0, 0.0, 10.0, 0.0)]
    actual = ActualDays.of_history(history(rows), grid, np.ones((2, 72), dtype=np.bool_))
    assert actual.volume.sum() == 20


@pytest.fixture
def logged() -> tuple[ActualDays, Calls]:
    rows = [
        # second of the day, queue, outcome, wait, handle
        (8 * 3600, 0, ANSWERED, 10.0, 100.0),
        (8 * 3600 + 3599, 0, ANSWERED, 31.0, 200.0),
        (9 * 3600, 0, ABANDONED, 5.0, np.nan),
        (9 * 3600 + 1, 0, FOLLOW_UP, np.nan, np.nan),
        (10 * 3600, 1, ANSWERED, np.nan, 50.0),
        (34 * 3600, 0, ANSWERED, 1.0, 300.0),
    ]
    second, queue, outcome, wait, handle = (np.array(column) for column in zip(*rows, strict=True))
    nobody = np.full(len(rows), NOBODY)
    calls = Calls(
        zone="UTC",
        queues=("phone", "chat"),
        agents=(),
        arrival=GRID.starts[0] + second.astype("timedelta64[s]"),
        queue=queue.astype(np.int64),
        outcome=outcome.astype(np.int64),
        wait_s=wait,
        handle_s=handle,
        agent=nobody,
        customer=nobody,
        artefact=np.zeros(len(rows), dtype=np.bool_),
    )
    within = Target(service_level=0.8, within_s=30)
    centre = Centre(
        name="c",
        timezone="UTC",
        queues=(Queue(id="phone", targets=(within,)), Queue(id="chat", channel=Channel.CHAT)),
        contracts=(),
    )
    return ActualDays.of_calls(calls, centre, GRID), calls


def test_a_log_tells_every_contact_of_its_days_and_no_follow_up(logged: tuple[ActualDays, Calls]) -> None:
    actual, _ = logged
    assert at(actual.offered, slice(8, 11)) == [2, 1, 0]
    assert at(actual.wait_s, slice(8, 10)) == [41, 5]
    assert at(actual.in_target, slice(8, 10)) == [1, 0], "within the 30 s of the queue's target, and answered"
    assert at(actual.abandoned, slice(8, 10)) == [0, 1]
    assert np.isnan(actual.wait_s[1, 10]) and np.isnan(actual.in_target[1, 10]), "a wait that was not logged"
    assert np.isnan(actual.aht_s).all()


def test_a_log_brings_moments_and_handle_times(logged: tuple[ActualDays, Calls]) -> None:
    actual, _ = logged
    assert actual.contacts is not None and actual.contacts.handle_s is not None
    assert (actual.contacts.minute * 60).tolist() == [28800, 32399, 32400, 36000]
    assert actual.contacts.handle_s[[0, 1, 3]].tolist() == [100, 200, 50]
    assert np.isnan(actual.contacts.handle_s[2]), "nobody knows how long it would have taken"
    assert actual.handle_times["phone"].tolist() == [100, 200, 300], "of the whole log"
