"""Ratios over replications, their intervals, and the windows they belong to."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from capacity.simulation.statistics import Ratios, Windows
from domain.grid import IntervalGrid


def test_a_ratio_is_of_sums_not_a_mean_of_ratios() -> None:
    ratios = Ratios()
    ratios.add(np.array([1.0]), np.array([1.0]))
    ratios.add(np.array([0.0]), np.array([9.0]))
    assert ratios.estimate()[0].tolist() == [0.1]


def test_the_interval_covers_the_truth_at_its_rate() -> None:
    rng = np.random.default_rng(1)
    ratios = Ratios()
    for _ in range(30):
        below = rng.poisson(50, 20_000)
        ratios.add(rng.binomial(below, 0.8).astype(np.float64), below.astype(np.float64))
    value, half = ratios.estimate()
    assert np.mean(np.abs(value - 0.8) <= half) == pytest.approx(0.95, abs=0.006)


def test_nothing_offered_is_null_and_one_replication_has_no_error() -> None:
    ratios = Ratios()
    ratios.add(np.array([0.0, 3.0]), np.array([0.0, 4.0]))
    value, half = ratios.estimate()
    assert np.isnan(value[0])
    assert value[1] == 0.75
    assert np.isnan(half).all()


def test_days_follow_the_clock_when_it_moves() -> None:
    """The last Sunday of October 2026 has 25 hours in Berlin."""
    grid = IntervalGrid.of_days(date(2026, 10, 24), 3, "Europe/Berlin", 60)
    days = Windows.of(grid, 1, np.ones((1, grid.size), dtype=np.bool_))
    assert days.labels == ("2026-10-24", "2026-10-25", "2026-10-26")
    assert np.diff(days.first, append=grid.size).tolist() == [24, 25, 24]
    assert days.open_s[0].tolist() == [24 * 3600.0, 25 * 3600.0, 24 * 3600.0]


def test_weeks_are_blocks_of_seven_days_from_the_first() -> None:
    grid = IntervalGrid.of_days(date(2026, 11, 25), 10, "UTC", 60)
    is_open = np.zeros((2, grid.size), dtype=np.bool_)
    is_open[0, :5] = True
    weeks = Windows.of(grid, 2, is_open)
    assert weeks.labels == ("2026-11-25", "2026-12-02")
    assert weeks.open_s[:, 0].tolist() == [5 * 3600.0, 7 * 86400.0, 5 * 3600.0]


def test_intervals_are_labelled_with_their_offset() -> None:
    grid = IntervalGrid.of_days(date(2026, 11, 25), 1, "Asia/Shanghai", 60)
    intervals = Windows.of(grid, 0, np.ones((1, 24), dtype=np.bool_))
    assert intervals.labels[8] == "2026-11-25T08:00+08:00"
