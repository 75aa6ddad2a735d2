from datetime import date

import numpy as np
import pytest

from forecasting.calendar import day_calendar
from forecasting.day_series import DaySeries
from forecasting.design import calendar_design
from forecasting.simple import known_mean, known_median, poisson_totals, recent_weekdays, weekday_means


def series_of(totals, country="", first=date(2022, 1, 3), gap=0, horizon=7):
    calendar = day_calendar(first, len(totals) + gap + horizon, country)
    return DaySeries(totals, calendar_design(calendar), calendar.special[: len(totals)], gap, horizon)


def test_medians_look_at_the_last_known_same_weekdays_only():
    counts = np.arange(70, dtype=float)[:, None] * np.ones((1, 3))
    counts[63] = np.nan  # the last Monday is missing: one more is looked at further back
    found = recent_weekdays(counts, np.arange(70) % 7, 8, "median")
    assert np.allclose(found[0], np.median(np.arange(0, 57, 7)[-8:]))
    assert np.allclose(found[1], np.median(np.arange(1, 70, 7)[-8:]))


def test_a_weekday_without_any_day_stays_unknown():
    found = recent_weekdays(np.ones((3, 2)), np.array([0, 1, 2]), 8, "mean")
    assert np.isnan(found[3:]).all()
    assert (found[:3] == 1).all()


def test_three_days_give_their_mean_with_little_trust_in_the_weekday():
    series = series_of(np.array([90.0, 100.0, 110.0]))
    found = weekday_means(series, np.arange(10) % 7)
    assert np.all((found > 90) & (found < 110))
    assert abs(found[4] - 100) < 3


def test_many_weeks_give_each_weekday_its_own_mean():
    truth = np.array([100.0, 80, 80, 80, 70, 20, 10])
    found = weekday_means(series_of(np.tile(truth, 12)), np.arange(91) % 7)
    assert np.abs(found / truth - 1).max() < 0.12


def test_nothing_known_or_nothing_but_zeros_is_zero():
    assert np.array_equal(weekday_means(series_of(np.full(5, np.nan)), np.arange(12) % 7), np.zeros(7))
    assert np.array_equal(weekday_means(series_of(np.zeros(5)), np.arange(12) % 7), np.zeros(7))


def test_poisson_regression_recovers_low_volumes_and_their_holidays():
    rng = np.random.default_rng(0)
    truth = np.tile([8.0, 6, 6, 6, 5, 2, 1], 70)
    calendar = day_calendar(date(2022, 1, 3), 490, "FR")
    mean = np.where(calendar.is_holiday, 0.2 * truth, truth)
    series = series_of(rng.poisson(mean[:483]).astype(float), "FR")
    found = poisson_totals(series)
    assert abs(found.usual.sum() / truth[:7].sum() - 1) < 0.12
    assert found.special[0] < 0.75  # 1 May 2023, a Monday
    assert np.isfinite(found.usual).all()


def test_poisson_regression_bears_holidays_without_any_contact():
    calendar = day_calendar(date(2022, 1, 3), 490, "FR")
    totals = np.where(calendar.is_holiday, 0.0, 5.0)[:483]
    found = poisson_totals(series_of(totals, "FR"))
    assert np.isfinite(found.special).all()
    assert found.special[0] < 0.6


@pytest.mark.parametrize("rows", [1, 2, 3, 8])
def test_known_medians_and_means_are_those_of_what_is_known(rows):
    rng = np.random.default_rng(rows)
    days = np.where(rng.random((rows, 60)) < 0.4, np.nan, rng.poisson(5.0, (rows, 60)).astype(float))
    some = np.isfinite(days).any(axis=0)
    for found, expected in ((known_median(days), np.nanmedian), (known_mean(days), np.nanmean)):
        assert np.allclose(found[some], expected(days[:, some], axis=0))
        assert np.isnan(found[~some]).all()
