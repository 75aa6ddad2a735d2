"""Small parts of the verbs: options read before any work, horizons, and what is said of targets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from api.options import in_zone, now_of, ready
from api.rosters import _horizon, _target_lines
from domain.errors import InputError


def test_now_is_on_the_centres_clock_unless_it_says_another() -> None:
    assert in_zone(now_of("2026-11-16T09:00"), "Asia/Shanghai") == datetime(2026, 11, 16, 1, tzinfo=UTC)
    assert in_zone(now_of("2026-11-16T09:00Z"), "Asia/Shanghai") == datetime(2026, 11, 16, 9, tzinfo=UTC)
    assert in_zone(now_of(None), "Asia/Shanghai") is None
    with pytest.raises(InputError, match="--now: expected a time such as"):
        now_of("soon")


def test_a_horizon_that_is_no_whole_weeks_names_the_file_given(tmp_path: Path) -> None:
    days = [date(2026, 11, 23) + timedelta(days=k) for k in range(7)]
    assert _horizon(days, tmp_path) == (days[0], 1)
    with pytest.raises(InputError, match=r"edited.csv: expected whole weeks, found '5 days'"):
        _horizon(days[:5], tmp_path / "edited.csv")
    with pytest.raises(InputError, match=r"requirement.csv: expected whole weeks"):
        _horizon(days[:5], tmp_path)


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
