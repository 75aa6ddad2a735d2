"""What must hold of totals whatever the forecast."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from domain.grid import IntervalGrid
from forecasting.bands import Calibration, bands
from forecasting.calendar import day_calendar
from forecasting.design import calendar_design
from forecasting.forecast import LEVELS, Forecast
from forecasting.long_range_errors import long_errors
from forecasting.long_range_model import DayHistory, long_path
from forecasting.total_spread import TotalSpread
from forecasting.totals import forecast_totals


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 40),
    st.sampled_from(("Europe/Paris", "Asia/Shanghai", "America/New_York")),
    st.sampled_from((0.0, 0.01, 5.0, 500.0)),
    st.floats(0, 1.5),
    st.floats(0, 1),
    st.floats(0, 200),
)
def test_totals_are_coherent_finite_and_ordered(seed, days, zone, level, variation, spread, record):
    rng = np.random.default_rng(seed)
    grid = IntervalGrid.of_days(date(2024, 1, 1) + timedelta(days=int(rng.integers(0, 366))), days, zone, 60)
    mean = rng.uniform(0, 2 * level, (1, grid.size)) * (rng.random((1, grid.size)) > 0.4)
    calibration = Calibration(variation, np.ones(1), norm.ppf(np.array(LEVELS))[None], True)
    made = Forecast(
        grid, ("q",), mean, bands(mean, calibration, np.zeros_like(mean)), np.full(mean.shape, np.nan), mean > 0
    )
    totals = forecast_totals(made, (TotalSpread("q", spread, spread, record, record / 7),), seed=seed)
    for total in totals:
        assert np.isfinite(total.bands).all()
        assert (total.bands >= 0).all()
        assert (np.diff(total.bands) >= 0).all()
        assert total.bands[0] <= total.mean <= total.bands[-1]
    whole = sum(t.mean for t in totals if t.period == "day")
    assert np.isclose(whole, mean.sum(), rtol=1e-12, atol=1e-9)
    for week in (t for t in totals if t.period == "week"):
        parts = [t.mean for t in totals if t.period == "day" and week.start <= t.start < week.start + timedelta(days=7)]
        assert np.isclose(week.mean, sum(parts), rtol=1e-12, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 900),
    st.sampled_from((0.0, 0.3, 30.0, 3000.0)),
    st.sampled_from((0.0, 0.3, 1.0)),
    st.floats(0.02, 1.0),
)
def test_a_year_ahead_is_finite_and_not_negative(seed, days, level, wild, kept):
    rng = np.random.default_rng(seed)
    calendar = day_calendar(date(2021, 3, 1), days + 366, "FR")
    totals = rng.poisson(level * np.exp(wild * rng.normal(size=days))).astype(float)
    totals[rng.random(days) > kept] = np.nan
    history = DayHistory(
        np.concatenate([totals, np.full(366, np.nan)]), calendar.weekday, calendar.special, calendar_design(calendar)
    )
    for path in long_path(history, days, 366).totals.values():
        assert np.isfinite(path).all()
        assert (path >= 0).all()
    errors = long_errors(history, days)
    assert np.isfinite([errors.factor, errors.day]).all()
    assert errors.factor > 0
    assert (np.diff(errors.month_variance(np.arange(1.0, 13.0))) > 0).all()
