"""Earlier forecasts beside what came."""

from datetime import date, timedelta

import numpy as np
import pytest

from domain.grid import IntervalGrid
from domain.history import History
from forecasting.accuracy import ALL, accuracy, compare
from forecasting.forecast import LEVELS, Forecast

FIRST = date(2026, 3, 23)  # the clock moves on the 29th


def forecast(mean=10.0, days=14, queues=("a", "b"), first=FIRST):
    grid = IntervalGrid.of_days(first, days, "Europe/Paris", 60)
    means = np.full((len(queues), grid.size), mean)
    spread = np.linspace(-4, 4, len(LEVELS))[:, None, None]
    opened = np.ones(means.shape, dtype=bool)
    opened[:, grid.minute_of_day < 480] = False
    means[~opened] = 0.0
    bands = np.where(opened[None], np.maximum(means[None] + spread, 0), 0.0)
    return Forecast(grid, tuple(queues), means, bands, np.full(means.shape, 300.0), opened)


def history(made, offered, queues=("a", "b"), keep=None):
    grid = made.grid
    opened = made.open[0] & (np.ones(grid.size, bool) if keep is None else keep(grid))
    start = np.concatenate([grid.starts[opened]] * len(queues))
    queue = np.repeat(np.arange(len(queues)), int(opened.sum()))
    values = np.full(len(start), float(offered))
    blank = np.full(len(start), np.nan)
    return History(tuple(queues), start, queue, values, blank, blank, blank, blank, blank, blank)


def test_errors_bias_and_coverage_by_lead():
    made = forecast()
    rows = accuracy(compare(made, history(made, 8)))
    assert [(row.queue, row.lead) for row in rows] == [(q, lead) for q in ("a", "b", ALL) for lead in (1, 2)]
    row = rows[0]
    assert row.intervals == 7 * 16
    assert row.contacts == 7 * 16 * 8
    assert (row.wape, row.day_wape, row.bias) == pytest.approx((0.25, 0.25, 0.25))
    assert (row.cover80, row.cover95) == (1.0, 1.0)
    far = accuracy(compare(made, history(made, 13)))[0]
    assert far.cover80 == 0.0
    assert far.cover95 == 1.0
    assert far.bias < 0


def test_absent_rows_are_not_judged_and_zeros_are():
    made = forecast()
    absent = accuracy(compare(made, history(made, 10, keep=lambda g: g.day_of >= 3)))[0]
    assert absent.wape == 0
    assert absent.intervals == 4 * 16
    zeros = accuracy(compare(made, history(made, 0)))[0]
    assert np.isnan(zeros.wape)
    assert zeros.intervals == 7 * 16


def test_queues_that_history_does_not_know_are_left_out():
    made = forecast(queues=("a", "gone"))
    assert [item.queue for item in compare(made, history(made, 8, queues=("a",)))] == ["a"]
    later = forecast(first=FIRST + timedelta(days=200))
    assert compare(later, history(made, 8)) == []


def test_snapshots_of_one_week_at_two_leads_are_told_apart():
    early, late = forecast(20.0), forecast(10.0, 7, first=FIRST + timedelta(days=7))
    known = history(late, 10)
    rows = {(r.queue, r.lead): r for r in accuracy([*compare(early, known), *compare(late, known)])}
    assert rows["a", 1].wape == 0
    assert rows["a", 2].wape == pytest.approx(1.0)
    assert rows[ALL, 1].snapshots == 1
