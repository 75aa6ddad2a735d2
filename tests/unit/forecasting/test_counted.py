"""What was counted in each interval, however finely or coarsely it was logged."""

from datetime import date

import numpy as np
import pytest

from domain.grid import IntervalGrid
from domain.history import History
from forecasting.accuracy import compare
from forecasting.counted import counted
from forecasting.forecast import LEVELS, Forecast

FIRST = date(2024, 3, 31)  # the clock moves in Paris


def log(step, value=6.0, keep=None):
    grid = IntervalGrid.of_days(FIRST, 2, "Europe/Paris", step)
    use = np.ones(grid.size, dtype=bool) if keep is None else keep(grid)
    start = grid.starts[use]
    blank = np.full(len(start), np.nan)
    offered = np.full(len(start), value)
    return History(("q",), start, np.zeros(len(start), dtype=np.int64), offered, *[blank] * 6)


@pytest.mark.parametrize("step", [5, 15, 30, 60])
def test_rows_of_every_length_give_the_same_rate(step):
    grid = IntervalGrid.of_days(FIRST, 2, "Europe/Paris", 30)
    assert np.allclose(counted(log(step, 0.4 * step), ("q",), grid), 12.0)


def test_a_part_of_an_interval_is_scaled_up_and_none_is_unknown():
    grid = IntervalGrid.of_days(FIRST, 2, "Europe/Paris", 30)
    found = counted(log(10, 2.0, lambda g: (np.arange(g.size) >= 3) & (np.arange(g.size) != 9)), ("q", "other"), grid)
    assert np.isnan(found[0, 0])
    assert np.allclose(found[0, 1:], 6.0)
    assert np.isnan(found[1]).all()


def test_of_rows_for_the_same_instant_the_last_one_stands():
    grid = IntervalGrid.of_days(FIRST, 2, "Europe/Paris", 30)
    once = log(30)
    twice = once.select(np.append(np.arange(len(once)), 5))
    twice.offered[5] = 99.0
    assert np.allclose(counted(twice, ("q",), grid), 6.0)


def test_forecasts_are_compared_with_whole_intervals():
    grid = IntervalGrid.of_days(FIRST, 2, "Europe/Paris", 30)
    mean = np.full((1, grid.size), 12.0)
    made = Forecast(grid, ("q",), mean, np.tile(mean, (len(LEVELS), 1, 1)), mean, mean > 0)
    (item,) = compare(made, log(5, 2.0))
    assert np.allclose(item.actual, 12.0)
