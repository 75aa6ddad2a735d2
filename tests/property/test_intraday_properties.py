"""What must hold of a revised forecast whatever the counts."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.grid import IntervalGrid
from domain.history import History
from forecasting.bands import Calibration, bands
from forecasting.day_errors import DayErrors, moved, relative_errors
from forecasting.error_covariance import expected_errors, shrunk_covariance
from forecasting.forecast import LEVELS, Forecast
from forecasting.intraday import revise
from forecasting.intraday_model import HOURS, fit_intraday


def errors_of(rng, days, slots, level, day_spread, missing):
    expected = rng.uniform(0, 2 * level, (days, slots)) * (rng.random((days, slots)) > 0.2)
    volume = expected * np.exp(day_spread * rng.normal(size=(days, 1)))
    actual = rng.poisson(volume).astype(float)
    actual[rng.random((days, slots)) < missing] = np.nan
    return DayErrors(expected, actual, np.arange(days), np.arange(days) // 7, 1440 // slots)


@st.composite
def cases(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    step = draw(st.sampled_from((30, 60)))
    errors = errors_of(
        rng,
        draw(st.sampled_from((0, 5, 40, 80))),
        1440 // step,
        draw(st.sampled_from((0.02, 2.0, 300.0))),
        draw(st.sampled_from((0.0, 0.2, 1.0))),
        draw(st.sampled_from((0.0, 0.3, 1.0))),
    )
    return rng, step, errors


@settings(max_examples=30, deadline=None)
@given(cases(), st.sampled_from(("Europe/Paris", "Asia/Shanghai")), st.integers(0, 400), st.floats(-30, 80))
def test_a_revised_forecast_is_finite_ordered_and_closed_where_it_was(case, zone, offset, hours):
    rng, step, errors = case
    model = fit_intraday(errors, "q")
    grid = IntervalGrid.of_days(date(2024, 1, 1) + timedelta(days=offset), 2, zone, step)
    mean = (rng.uniform(0, 50, grid.size) * (rng.random(grid.size) > 0.3))[None]
    calibration = Calibration(0.3, np.ones(1), np.sort(rng.normal(size=len(LEVELS)))[None], True)
    made = Forecast(
        grid, ("q",), mean, bands(mean, calibration, np.zeros_like(mean)), np.full(mean.shape, np.nan), mean > 0
    )
    keep = rng.random(grid.size) < 0.8
    offered = rng.poisson(mean[0] * rng.uniform(0, 5))[keep].astype(float)
    blank = np.full(len(offered), np.nan)
    rows = History(("q",), grid.starts[keep], np.zeros(len(offered), dtype=np.int64), offered, *([blank] * 6))
    after = revise(made, rows, grid.start + timedelta(hours=hours), (model,))
    for figure in (after.mean, after.bands):
        assert np.isfinite(figure).all()
        assert (figure >= 0).all()
    assert (np.diff(after.bands, axis=0) >= 0).all()
    assert (after.bands[0] <= after.mean).all()
    assert (after.mean <= after.bands[-1]).all()
    assert not after.mean[~made.open].any()


@settings(max_examples=30, deadline=None)
@given(cases())
def test_strengths_are_shares_and_covariances_are_covariances(case):
    _, _, errors = case
    model = fit_intraday(errors, "q")
    assert model.strength.shape == model.carry_strength.shape == (HOURS,)
    for strength in (model.strength, model.carry_strength):
        assert ((strength >= 0) & (strength < 1)).all()
    assert 0 <= model.carry <= 1
    found = shrunk_covariance(errors)
    assert np.allclose(found, found.T)
    assert np.linalg.eigvalsh(found).min() >= -1e-9 * max(np.abs(found).max(), 1e-9)
    mean, _ = expected_errors(found, errors.relative, errors.noise, 0)
    assert not mean.any()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)), min_size=1, max_size=20))
def test_moving_by_an_error_leads_back_to_the_count_within_limits(pairs):
    expected, actual = (np.array(column) for column in zip(*pairs, strict=True))
    back = moved(expected, relative_errors(expected, actual))
    assert (back >= 0).all()
    assert np.isfinite(back).all()
    near = (expected > 0.1) & (actual >= 0.5 * expected) & (actual <= 2 * expected)
    assert np.allclose(back[near], actual[near], rtol=1e-6, atol=1e-6)
