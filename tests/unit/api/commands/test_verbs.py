"""Small parts of the verbs: options read before any work, horizons, and what is said of targets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from api.commands.handed import need_file, outside, whole_weeks
from api.commands.options import day_of, in_zone, now_of, ready
from api.commands.rosters import _target_lines
from domain.errors import InputError
from domain.grid import IntervalGrid
from domain.roster import Roster, Stretch


def test_now_is_on_the_centres_clock_unless_it_says_another() -> None:
    assert in_zone(now_of("2026-11-16T09:00"), "Asia/Shanghai") == datetime(2026, 11, 16, 1, tzinfo=UTC)
    assert in_zone(now_of("2026-11-16T09:00Z"), "Asia/Shanghai") == datetime(2026, 11, 16, 9, tzinfo=UTC)
    assert in_zone(now_of(None), "Asia/Shanghai") is None
    with pytest.raises(InputError, match="--now: expected a time such as"):
        now_of("soon")


def test_a_horizon_that_is_no_whole_weeks_names_the_file_given(tmp_path: Path) -> None:
    days = [date(2026, 11, 23) + timedelta(days=k) for k in range(7)]
    assert whole_weeks(days, tmp_path, "requirement.csv") == (days[0], 1)
    with pytest.raises(InputError, match=r"edited.csv: expected whole weeks, found '5 days'"):
        whole_weeks(days[:5], tmp_path / "edited.csv", "requirement.csv")
    with pytest.raises(InputError, match=r"requirement.csv: expected whole weeks"):
        whole_weeks(days[:5], tmp_path, "requirement.csv")


def test_an_output_folder_names_the_argument_that_it_would_destroy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is or holds --requirement"):
        ready(tmp_path / "r", CENTRE=tmp_path / "c", requirement=tmp_path / "r" / "requirement.csv")
    with pytest.raises(InputError, match="is or holds LOG"):
        ready(tmp_path / "r", "a planning folder", LOG=tmp_path / "r" / "log.csv", mapping=None)


@dataclass(frozen=True)
class _Row:
    simulated: float
    met: bool


def test_targets_met_missed_and_not_judged_are_counted() -> None:
    rows = [_Row(0.9, True), _Row(0.5, False), _Row(math.nan, True)]
    assert _target_lines(rows, lambda missed: f"{len(missed)} named") == [  # type: ignore[arg-type]
        "targets   1 of 2 met in the simulation",
        "          missed: 1 named",
        "          1 target without contacts or without simulation, not judged",
    ]
    assert _target_lines(rows[:1], str) == ["targets   1 of 1 met in the simulation"]  # type: ignore[arg-type]


def test_shifts_outside_the_requirement_are_said_and_those_that_touch_it_are_not(tmp_path: Path) -> None:
    grid = IntervalGrid.of_days(date(2026, 11, 23), 7, "Europe/Berlin", 30)

    def shift(name: str, hours: float) -> Stretch:
        start = grid.start + timedelta(hours=hours)
        return Stretch(name, start, start + timedelta(hours=8), queues=("phone",), shift_id="s")

    inside = Roster.of([shift("a", -4), shift("b", 20), shift("c", 7 * 24 - 1)])
    assert outside(inside, grid, tmp_path) == []
    late = Roster.of([*inside.stretches, shift("d", -8), shift("e", 7 * 24)])
    (said,) = outside(late, grid, tmp_path)
    assert (said.file, said.value, said.more) == ("roster.csv", "2026-11-22T16:00+01:00", 1)


def test_a_need_is_a_requirement_or_a_forecast_and_never_neither(tmp_path: Path) -> None:
    requirement, forecast = tmp_path / "r", tmp_path / "f"
    assert need_file(requirement, None) == need_file(requirement, forecast) == requirement
    assert need_file(None, forecast) == forecast
    with pytest.raises(InputError, match=r"--requirement: expected a requirement.csv; or --forecast"):
        need_file(None, None)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "26-11-23"])
def test_days_at_the_ends_of_the_calendar_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="--week: expected a date such as"):
        day_of(text, "--week")
