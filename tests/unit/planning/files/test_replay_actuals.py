"""ACTUALS of a replay: every fault at once, and what is missing by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from domain.centre import Centre
from domain.errors import InputError, Problem
from domain.hours import WeeklyWindow
from domain.queues import Channel, Queue
from planning.files.replay_actuals import read_actual_days

HOURS = (WeeklyWindow(frozenset(range(7)), 8 * 60, 12 * 60),)
CENTRE = Centre(
    name="c",
    timezone="Europe/Berlin",
    interval_minutes=60,
    queues=(
        Queue(id="phone", open=HOURS),
        Queue(id="mail", channel=Channel.DEFERRED, open=HOURS),
    ),
    contracts=(),
)
DAYS = (date(2026, 3, 2), date(2026, 3, 8))
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(*rows: str, header: str = "interval_start,queue,offered,mean_wait_s") -> Path:
        path = tmp_path / "tuesday.csv"
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return path

    return make


def full(day: int = 3, queues: tuple[str, ...] = ("phone", "mail")) -> list[str]:
    return [f"2026-03-{day:02d}T{hour:02d}:00,{queue},5,10" for queue in queues for hour in range(8, 12)]


def test_a_full_day_is_read_without_a_word(write: Write) -> None:
    notices: list[Problem] = []
    history, grid = read_actual_days(write(*full()), CENTRE, DAYS, notices=notices)
    assert notices == []
    assert (len(history), history.offered.sum()) == (8, 40)
    assert (grid.days, grid.size, grid.label(0)) == ((date(2026, 3, 3),), 24, "2026-03-03T00:00+01:00")


def test_every_fault_is_told_at_once(write: Write) -> None:
    rows = [
        "2026-03-03T08:00,fone,5,10",
        "2026-03-03T09:00,phone,-1,10",
        "2026-03-03T10:00,phone,2.5,10",
        "2026-03-09T08:00,phone,5,10",
        "2026-03-03T08:20,phone,5,10",
        "soon,phone,5,10",
    ]
    with pytest.raises(InputError) as error:
        read_actual_days(write(*rows, *full()), CENTRE, DAYS)
    told = {(problem.line, problem.column, problem.value): problem.expected for problem in error.value.problems}
    assert "did you mean phone" in told[2, "queue", "fone"]
    assert "from 0 to 10,000,000" in told[3, "offered", "-1"]
    assert told[4, "offered", "2.5"] == "a whole number of contacts, as they came"
    assert told[5, "interval_start", "2026-03-09T08:00"].startswith(
        "a time on a day of the roster, 2026-03-02 to 2026-03-08"
    )
    assert "grid" in told[6, "interval_start", "2026-03-03T08:20"]
    assert (7, "interval_start", "soon") in told
    assert all(problem.file == "tuesday.csv" for problem in error.value.problems)


def test_missing_intervals_are_named_by_their_span_and_are_no_fault(write: Write) -> None:
    rows = [row for row in full() if "T09" not in row and "T10:00,mail" not in row]
    notices: list[Problem] = []
    history, _ = read_actual_days(write(*rows), CENTRE, DAYS, notices=notices)
    assert len(history) == 5
    assert [str(notice).partition(", 0 where")[0] for notice in notices] == [
        "tuesday.csv, interval_start: expected rows of queue mail from 2026-03-03T09:00+01:00 to 11:00 (2 intervals)",
        "tuesday.csv, interval_start: expected rows of queue phone from 2026-03-03T09:00+01:00 to 10:00 (1 interval)",
    ]
    assert "unknown, not zero" in str(notices[0])


def test_a_row_with_a_fault_is_not_called_missing_too(write: Write) -> None:
    rows = [
        *full(queues=("mail",)),
        *(row.replace("T09:00,phone,5", "T09:00,phone,x") for row in full(queues=("phone",))),
    ]
    with pytest.raises(InputError) as error:
        read_actual_days(write(*rows), CENTRE, DAYS)
    assert len(error.value.problems) == 1 and not error.value.notices


def test_days_between_without_rows_are_missing_and_many_spans_are_counted(write: Write) -> None:
    notices: list[Problem] = []
    _, grid = read_actual_days(write(*full(3), *full(5)), CENTRE, DAYS, notices=notices)
    assert len(grid.days) == 3
    assert ["2026-03-04T08:00+01:00 to 12:00 (4 intervals)" in str(notice) for notice in notices] == [True, True]
    long = (date(2026, 3, 1), date(2026, 3, 31))
    notices.clear()
    read_actual_days(write(*full(1), *full(31)), CENTRE, long, notices=notices)
    assert len(notices) == 5 and sum(notice.more for notice in notices) == 2 * 29 - 5


def test_nothing_at_all_is_a_fault_and_a_roster_that_cannot_be_read_is_not(write: Write) -> None:
    with pytest.raises(InputError, match=r"tuesday\.csv: expected at least one row of counts"):
        read_actual_days(write(), CENTRE, DAYS)
    history, _ = read_actual_days(write(*full(9)), CENTRE, None)
    assert len(history) == 8
