from datetime import date, timedelta

import numpy as np
import pytest

from forecasting import boosting
from forecasting.boosting import RENEWED_DAYS, grow, spread_parts
from forecasting.calendar import day_calendar
from forecasting.day_parts import PARTS, day_parts
from forecasting.days import queue_days
from forecasting.members import COMBINATION, FLOOR, TREES, WITH_TREES
from forecasting.selection import preferred
from forecasting.study import queue_study

FIRST = date(2024, 1, 1)
DAYS = 420


@pytest.fixture
def matrix_of(make_centre, make_history, weekly_total):
    def build(total=weekly_total, days=DAYS):
        centre = make_centre()
        history = make_history(centre, FIRST, days, total)
        (matrix,) = queue_days(history, centre, FIRST, days + 7, FIRST + timedelta(days=days))
        return matrix, centre

    return build


def test_parts_add_up_to_days(matrix_of):
    matrix, _ = matrix_of()
    parts = day_parts(matrix, day_calendar(FIRST, matrix.days, "FR"))
    assert parts.contacts.shape == (matrix.days, PARTS)
    assert np.nansum(parts.contacts[5]) == pytest.approx(np.nansum(matrix.counts[5]))
    assert np.isnan(parts.contacts[DAYS:]).all()


def test_the_table_tells_what_happened_weeks_before_and_nothing_of_the_day_itself(matrix_of):
    matrix, _ = matrix_of()
    calendar = day_calendar(FIRST, matrix.days, "FR")
    parts = day_parts(matrix, calendar)
    wanted = np.arange(400, 407)
    before = parts.table(wanted)
    parts.contacts[400:] = 1e6
    after = parts.table(wanted)
    for old, new in zip(before, after, strict=True):
        assert np.array_equal(old, new, equal_nan=True)
    part, mean = before[2], before[3]
    hand = np.nanmean([parts.contacts[400 - 7 * k, part[0]] for k in (1, 2, 3, 4)])
    assert mean[0] == pytest.approx(hand)


def test_trees_learn_what_a_mean_of_weeks_cannot(matrix_of):
    """Every month's first three days run at twice the usual: lags alone do not tell which days these are."""

    def total(day):
        return 2000.0 if day.day <= 3 else 1000.0

    matrix, _ = matrix_of(total)
    calendar = day_calendar(FIRST, matrix.days, "")
    end = (date(2025, 2, 1) - FIRST).days
    trees = grow(matrix, calendar, end)
    assert trees is not None
    totals = trees.parts_ahead(matrix, calendar, end, 7).sum(axis=1)
    assert totals[:3].min() > 1500
    assert totals[3:].max() < 1300


def test_few_days_grow_no_trees(matrix_of):
    matrix, _ = matrix_of(days=150)
    assert grow(matrix, day_calendar(FIRST, matrix.days, "FR"), 150) is None


def test_without_the_library_the_members_without_it_remain(matrix_of, monkeypatch):
    matrix, centre = matrix_of()
    assert {TREES, WITH_TREES} <= set(queue_study(matrix, (), centre).paths(DAYS))
    monkeypatch.setattr(boosting, "lightgbm", None)
    without = queue_study(matrix, (), centre).paths(DAYS)
    assert COMBINATION in without
    assert not {TREES, WITH_TREES} & set(without)


def test_trees_serve_an_origin_that_lies_after_all_they_were_grown_on(matrix_of, monkeypatch):
    matrix, centre = matrix_of()
    asked = []
    monkeypatch.setattr("forecasting.study.grow", lambda days, calendar, end: asked.append(end))
    study = queue_study(matrix, (), centre)
    for origin in (DAYS, DAYS - 7, DAYS - 63):
        study.paths(origin)
    assert asked == sorted({o - o % RENEWED_DAYS for o in (DAYS, DAYS - 7, DAYS - 63)}, reverse=True)


def test_parts_are_spread_as_another_forecast_is():
    path = np.zeros((1, 48))
    path[0, 20:22] = [1.0, 3.0]
    parts = np.zeros((1, PARTS))
    parts[0, 5] = 40.0
    spread = spread_parts(parts, path)
    assert spread[0, 20:22].tolist() == [10.0, 30.0]
    assert spread.sum() == 40.0


def test_trees_stand_in_the_combination_unless_it_is_clearly_better_without():
    assert preferred({FLOOR: 0.2, COMBINATION: 0.1, WITH_TREES: 0.1005}) == WITH_TREES
    assert preferred({FLOOR: 0.2, COMBINATION: 0.1, WITH_TREES: 0.102}) == COMBINATION
    assert preferred({FLOOR: 0.2, COMBINATION: 0.1, WITH_TREES: 0.1, TREES: 0.09}) == TREES


def test_a_log_of_two_slots_a_day_grows_no_trees_and_breaks_nothing(make_centre, make_history):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, keep=lambda grid: np.isin(grid.minute_of_day, (600, 930)))
    (matrix,) = queue_days(history, centre, FIRST, DAYS + 7, FIRST + timedelta(days=DAYS))
    path = queue_study(matrix, (), centre).paths(DAYS)
    assert all(np.isfinite(each).all() for each in path.values())
