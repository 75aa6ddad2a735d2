"""Peers beside our forecasts: what they are handed, how gaps are dealt with, and how two methods are compared."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks.forecast import SOURCES
from benchmarks.forecasting.peers_export import Series, open_slots, write
from benchmarks.forecasting.peers_goals import goals_of
from benchmarks.forecasting.peers_ours import Ours
from benchmarks.forecasting.peers_score import (
    OURS,
    SCOPES,
    Judged,
    best_peer,
    complete,
    judged,
    pooled,
    ratio,
)
from benchmarks.forecasting.peers_series import read_series
from domain.queues import Queue
from forecasting.days import QueueDays

WEEK, _, FOURTH, NEAR, _ = SCOPES
FIRST = date(2024, 1, 1)  # a Monday
SLOTS = 24


def a_series(weeks: int = 12, level: float = 10.0) -> Series:
    """Return a queue open on weekdays from 8 to 18, one more contact each week, judged in its last four weeks."""
    counts = np.full((7 * weeks, SLOTS), np.nan)
    opened = np.zeros((7, SLOTS), dtype=np.bool_)
    opened[:5, 8:18] = True
    for day in range(len(counts)):
        counts[day, opened[day % 7]] = level + day // 7
    targets = tuple(7 * k for k in range(weeks - 4, weeks))
    origins = (*(targets[0] - 7 * k for k in (3, 2, 1)), *targets)
    every = np.repeat(opened[None], len(origins), axis=0)
    holidays = ((date(2024, 3, 6), "a holiday"),)
    return Series("one", replace(SOURCES[0], step_minutes=60), "q", FIRST, counts, origins, targets, every, holidays)


def beside(series: Series, ours: float, peer: float) -> Judged:
    """Return both methods, each too high by a number of contacts everywhere."""
    shape = (len(series.origins), 28, SLOTS)
    truth = np.zeros(shape)
    for k, origin in enumerate(series.origins):
        came = series.counts[origin : origin + 28]
        truth[k, : len(came)] = np.nan_to_num(came)
    bands = np.stack([truth - 1, truth, truth, truth + 1])
    made = Ours(truth + ours, bands, np.ones((2, len(series.origins))))
    return judged(series, made, {"8-week median": (truth + peer, np.ones(len(series.origins)))})


def test_a_series_is_read_as_it_was_written(tmp_path: Path) -> None:
    series = a_series()
    series.counts[3, 9] = np.nan
    read = read_series(write(series, tmp_path))
    assert read.origins == series.origins and read.first == FIRST and read.ahead == 28
    np.testing.assert_allclose(read.counts, series.counts)
    np.testing.assert_array_equal(read.opened, series.opened)
    assert read.holidays == dict(series.holidays)


def test_a_past_knows_nothing_from_its_origin_on(tmp_path: Path) -> None:
    series = a_series()
    past = read_series(write(series, tmp_path)).past(0)
    assert past.days == series.origins[0] and past.weekday[past.days] == 0
    assert past.recent(4, "mean")[0, 9] == pytest.approx(np.mean(series.counts[0 : past.days : 7, 9][-4:]))
    assert past.recent(4, "mean")[6].sum() == 0
    assert past.profile()[0].sum() == pytest.approx(1.0)


def test_gaps_hold_the_mean_of_the_four_known_values_before(tmp_path: Path) -> None:
    series = a_series()
    series.counts[28:35] = np.nan
    past = read_series(write(series, tmp_path)).past(0)
    assert past.filled[28, 9] == pytest.approx(np.mean([10, 11, 12, 13]))
    assert past.filled[33].sum() == 0 and np.isfinite(past.filled).all()


def test_slots_without_a_contact_in_half_a_year_are_closed() -> None:
    counts = np.zeros((70, SLOTS))
    counts[:, 8:18] = 5.0
    days = QueueDays(Queue(id="q"), FIRST, 60, counts, counts.copy())
    assert open_slots(days, 63).sum() == 7 * 10


def test_closed_intervals_and_other_weeks_are_not_scored() -> None:
    item = beside(a_series(), 1.0, 2.0)
    assert item.days(WEEK) == item.days(FOURTH) == 4 * 5
    assert item.inside(WEEK).tolist() == [200.0, 200.0, 200.0]
    assert item.days(NEAR) == 5  # Monday to Friday around a Wednesday


def test_the_ratio_is_that_of_the_errors_at_every_draw() -> None:
    items = [beside(a_series(), 1.0, 2.0), beside(a_series(level=40.0), 3.0, 2.0)]
    assert pooled(items[:1], OURS, WEEK) == pytest.approx(1 / 19.5)
    found = ratio(items, "8-week median", WEEK)
    assert (found.value, found.low, found.high) == pytest.approx((np.sqrt(0.75),) * 3)


def test_sparse_queues_are_judged_by_day_totals() -> None:
    series = a_series(level=0.0)
    sparse = replace(series, counts=series.counts / 12)
    item = beside(sparse, 0.0, 0.0)
    item.forecasts[OURS][:, :, 8] += 1.0
    item.forecasts[OURS][:, :, 9] -= 1.0
    assert item.sparse and pooled([item], OURS, WEEK) < 1e-6 < pooled([item], OURS, WEEK, by_day=False)


def test_a_peer_of_fewer_origins_is_compared_on_those_and_never_the_best() -> None:
    item = beside(a_series(), 1.0, 2.0)
    few = item.forecasts["8-week median"] * 0 + np.nan
    few[-1] = item.forecasts[OURS][-1]
    item.forecasts["few"] = few
    assert not complete([item], "few") and best_peer([item], WEEK) == "8-week median"
    assert ratio([item], "few", WEEK).value == pytest.approx(1.0)
    assert np.isnan(ratio([item], "few", FOURTH).value)


def test_goals_say_what_was_found() -> None:
    lines = goals_of("axa_inbound", [beside(a_series(), 1.0, 2.0)])
    assert any("Reached: ours / best peer 0.500" in line for line in lines)
    assert any("Missed: 100.0 %" in line for line in lines)
