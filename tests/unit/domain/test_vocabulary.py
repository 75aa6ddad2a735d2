"""Entities, rosters, coverage, money, control and errors."""

import threading
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from pydantic import ValidationError

from domain.contracts import BreakRule, Contract, Limits, StartWindow
from domain.coverage import Coverage, Server
from domain.errors import Conflict, ConflictError, InputError, Problem, StoppedError
from domain.grid import IntervalGrid
from domain.history import History
from domain.progress import Control
from domain.queues import Queue, Target
from domain.roster import Roster, Stretch

START = datetime(2026, 11, 23, tzinfo=UTC)


def hour(h: float) -> datetime:
    return START + timedelta(hours=h)


def test_targets_come_in_pairs() -> None:
    """A service level needs its threshold, a share its deadline."""
    with pytest.raises(ValidationError, match="given together"):
        Target(service_level=0.8)
    with pytest.raises(ValidationError, match="given together"):
        Target(share=0.9)
    assert Target(mean_wait_s=90, occupancy=0.9).measures() == {"mean_wait_s": 90.0, "occupancy": 0.9}


def test_slowdown_is_filled_up() -> None:
    """A short list repeats its last value; none means 1."""
    assert Queue(id="q", concurrency=3, slowdown=(0.6, 0.8)).slowdowns() == (0.6, 0.8, 0.8)
    assert Queue(id="q", concurrency=2).slowdowns() == (1.0, 1.0)


def test_start_windows_are_inclusive_and_wrap() -> None:
    """Both ends count, and a window may pass midnight."""
    assert StartWindow(from_minute=420, to_minute=480, step_minutes=30).minutes() == (420, 450, 480)
    assert StartWindow(from_minute=1380, to_minute=60, step_minutes=60).minutes() == (0, 60, 1380)


def test_unpaid_breaks_lengthen_a_shift() -> None:
    """Elapsed time is paid time and unpaid breaks; a short shift may do without one."""
    meal = BreakRule(kind="meal", minutes=60, paid=False, after_minutes=120, before_minutes=300, shift_at_least_h=6)
    rest = BreakRule(minutes=15, after_minutes=60, before_minutes=120)
    contract = Contract(id="c", start=StartWindow(from_minute=480, to_minute=480), breaks=(meal, rest))
    assert contract.elapsed_minutes(480) == 540 and contract.elapsed_minutes(300) == 300
    assert contract.breaks_of(300) == (rest,)


def test_limits_are_ordered_and_keys_are_known() -> None:
    """A minimum above the maximum and an unknown key are refused."""
    with pytest.raises(ValidationError, match="above max"):
        Limits(min=5, max=4)
    with pytest.raises(ValidationError):
        Limits(minimum=3)


def test_rosters_group_stretches_into_shifts() -> None:
    """Rows of one shift id are one shift; `off` is none."""
    rows = [
        Stretch("b", hour(9), hour(11), queues=("q",), shift_id="1"),
        Stretch("b", hour(11), hour(12), activity="meal", paid=False, shift_id="1"),
        Stretch("a", hour(8), hour(10), activity="off"),
    ]
    roster = Roster.of(rows)
    assert [shift.agent_id for shift in roster.shifts] == ["b"]
    assert roster.shifts[0].paid_minutes == 120 and roster.shifts[0].end == hour(12)
    assert set(roster.by_agent) == {"b"}


def test_coverage_counts_parts_of_intervals() -> None:
    """Seats are the share of each interval on duty; breaks and other days are not."""
    grid = IntervalGrid(START, 30, 8, "UTC")
    server = Server("a", "core", np.ones(2), np.ones(2), np.ones(2, dtype=np.int64), np.ones(2))
    rows = [
        Stretch("a", hour(0.25), hour(1), queues=("x",), shift_id="1"),
        Stretch("a", hour(1), hour(1.5), activity="break", shift_id="1"),
        Stretch("a", hour(1.5), hour(9), queues=("x", "y"), shift_id="1"),
    ]
    coverage = Coverage.of_roster(Roster.of(rows), [server], ["x", "y"], grid)
    assert coverage.seats().tolist() == [[0.5, 1, 0, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 1]]
    with pytest.raises(ValueError, match="who is not among"):
        Coverage.of_roster(Roster.of(rows), [], ["x", "y"], grid)
    with pytest.raises(ValueError, match="does not have"):
        Coverage.of_roster(Roster.of(rows), [server], ["x"], grid)


def test_columns_of_history_are_equally_long() -> None:
    """A ragged history is refused, and a mask keeps rows in every column."""
    floats = [np.arange(3.0) for _ in range(7)]
    history = History(("q",), np.zeros(3, "datetime64[s]"), np.zeros(3, np.int64), *floats)
    assert len(history.select(np.array([True, False, True]))) == 2
    with pytest.raises(ValueError, match="differ in length"):
        History(("q",), np.zeros(2, "datetime64[s]"), np.zeros(3, np.int64), *floats)


def test_control_stops_by_cancel_or_time() -> None:
    """Either ends the work."""
    event = threading.Event()
    control = Control(cancel=event)
    assert not control.stopping
    event.set()
    assert control.stopping
    assert Control(deadline=time.monotonic() - 1).stopping


def test_errors_tell_place_value_and_remedy() -> None:
    """Every fault once, in order of file and line, with the contract's exit status."""
    problem = Problem("agents.csv", 4, "hourly_cost", "twelve", "a number")
    error = InputError([problem, problem, Problem("agents.csv", 2, "contract", "x", "full; did you mean full?", "", 7)])
    assert str(error).splitlines() == [
        "agents.csv:2, column contract: expected full, found 'x'; did you mean full?; and 7 more like it",
        "agents.csv:4, column hourly_cost: expected a number, found 'twelve'",
    ]
    assert error.count == 9
    assert str(Problem("centre.toml", 3, "queues[0].id", expected="a text")) == (
        "centre.toml:3, key queues[0].id: expected a text"
    )
    assert str(Problem("a.csv", 0, "x", remark="unknown column, not read")) == "a.csv, x: unknown column, not read"
    conflict = Conflict(("ann",), ("2026-11-23",), ("Rest", "Pins"), "drop the pin")
    assert str(conflict) == "ann on 2026-11-23: Rest + Pins cannot all be kept. Smallest change: drop the pin"
    assert (error.exit_status, ConflictError([conflict]).exit_status, StoppedError("x").exit_status) == (2, 3, 4)
