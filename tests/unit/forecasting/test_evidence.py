from datetime import date

import numpy as np
import pytest

from forecasting.calendar import day_calendar
from forecasting.day_series import DaySeries
from forecasting.design import calendar_design
from forecasting.evidence import STRENGTHS, with_month_strength

FIRST, DAYS = date(2022, 1, 3), 420


@pytest.fixture
def series_with():
    def build(size, days=DAYS):
        calendar = day_calendar(FIRST, days + 7, "")
        rng = np.random.default_rng(4)
        turn = 2 * np.pi * (calendar.day_of_month[:days] - 1) / calendar.month_length[:days]
        logs = size * np.sin(turn) + size * (calendar.from_month_start[:days] == 0)
        totals = 1000 * np.exp(logs + 0.04 * rng.normal(size=days))
        return DaySeries(totals, calendar_design(calendar), calendar.special[:days], 0, 7)

    return build


def strength(series):
    found = with_month_strength(series)
    month = np.array([group == "month" for group in series.design.group])
    assert np.array_equal(found.design.spread[~month], series.design.spread[~month])
    ratio = found.design.spread[month] / series.design.spread[month]
    assert np.allclose(ratio, ratio[0])
    return float(ratio[0])


def test_month_effects_are_believed_as_far_as_history_shows_them(series_with):
    assert strength(series_with(0.0)) == STRENGTHS[0]
    assert strength(series_with(0.25)) == STRENGTHS[-1]


def test_a_history_without_month_columns_is_left_alone(series_with):
    series = series_with(0.2, days=20)
    assert with_month_strength(series) is series


def test_missing_days_are_passed_over(series_with):
    series = series_with(0.25)
    series.totals[50:80] = np.nan
    assert strength(series) >= 1.0
