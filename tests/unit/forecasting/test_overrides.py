"""Overrides laid over a forecast."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.grid import IntervalGrid
from domain.overrides import Override
from forecasting.bands import assumed, bands
from forecasting.forecast import Forecast
from forecasting.overrides import apply_overrides, rescaled_bands

GRID = IntervalGrid(datetime(2026, 11, 23, tzinfo=UTC), 30, 48, "UTC")


def model(mean=20.0, known=False):
    means = np.full((2, 48), mean)
    opened = np.ones((2, 48), dtype=bool)
    opened[:, :16] = False
    means[~opened] = 0.0
    band = np.repeat(means[None], 9, axis=0) if known else bands(means, assumed(0.2), np.zeros_like(means))
    return Forecast(GRID, ("phone", "chat"), means, band, np.full((2, 48), 300.0), opened)


def override(low, high, value, kind="level", queue="", **more):
    start = GRID.start + timedelta(hours=low)
    return Override(start=start, end=GRID.start + timedelta(hours=high), value=value, kind=kind, queue=queue, **more)


def test_nothing_is_changed_without_overrides_or_outside_the_horizon():
    for rows in ([], [override(30, 40, 2.0)]):
        found = apply_overrides(model(), rows)
        assert np.array_equal(found.forecast.mean, model().mean)
        assert np.array_equal(found.forecast.bands, model().bands)
        assert not found.changed.any()


def test_factors_multiply_and_the_model_is_kept():
    found = apply_overrides(model(), [override(10, 12, 1.5, queue="phone"), override(11, 13, 2.0, "event", "phone")])
    phone = found.forecast.mean[0]
    assert np.allclose(phone[20:26], [30, 30, 60, 60, 40, 40])
    assert np.array_equal(found.model.mean, model().mean)
    assert np.array_equal(found.forecast.mean[1], model().mean[1])
    assert found.changed[0, 20:26].all()
    assert found.changed.sum() == 6


def test_absolute_contacts_stand_above_factors_and_the_later_row_above_the_earlier():
    rows = [override(10, 12, 7, "interval"), override(11, 12, 9, "interval"), override(10, 12, 3.0)]
    found = apply_overrides(model(), rows)
    assert np.allclose(found.forecast.mean[:, 20:24], [[7, 7, 9, 9]] * 2)


def test_a_part_of_an_interval_is_changed_in_part():
    found = apply_overrides(model(), [override(10.25, 11, 2.0, queue="phone")])
    assert np.allclose(found.forecast.mean[0, 20:23], [30, 40, 20])


def test_an_override_opens_no_queue():
    found = apply_overrides(model(), [override(2, 4, 50, "interval", "phone")])
    assert not found.forecast.mean[0, :16].any()


def test_reason_and_author_are_kept():
    rows = [
        override(10, 12, 1.5, queue="phone", reason="price letter", author="Ann"),
        override(10, 11, 1.1, queue="phone", reason="rain", author="Ann"),
    ]
    found = apply_overrides(model(), rows)
    assert found.reason[0, 20] == "price letter; rain"
    assert found.reason[0, 22] == "price letter"
    assert found.author[0, 20] == "Ann"
    assert found.reason[1, 20] == ""


def test_a_level_keeps_relative_bands_and_an_event_widens_them():
    def width(kind):
        found = apply_overrides(model(200.0), [override(10, 12, 2.0, kind)]).forecast
        return (found.bands[6] - found.bands[2])[0, 20] / found.mean[0, 20]

    plain = model(200.0)
    before = (plain.bands[6] - plain.bands[2])[0, 20] / 200.0
    assert width("level") == pytest.approx(before, rel=0.05)
    assert width("event") > 1.1 * width("level")


def test_a_known_volume_stays_known():
    found = apply_overrides(model(known=True), [override(10, 12, 2.0, "event")])
    assert found.forecast.known
    assert found.forecast.mean.max() == 40


def test_contacts_where_the_model_expects_none_get_wide_bands():
    found = apply_overrides(model(0.0), [override(10, 12, 40, "interval", "phone")]).forecast
    band = found.bands[:, 0, 20]
    assert band[0] < 20 < 40 < 55 < band[-1]


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0, 1e4),
    st.lists(st.tuples(st.floats(0, 1e4), st.sampled_from(("level", "event", "interval"))), max_size=4),
    st.floats(0, 1),
)
def test_no_override_makes_a_forecast_negative_infinite_or_disordered(mean, rows, variation):
    means = np.full((2, 48), mean)
    band = bands(means, assumed(variation), np.zeros_like(means))
    base = Forecast(GRID, ("phone", "chat"), means, band, means, np.ones((2, 48), dtype=bool))
    made = [override(3, 20, v if kind == "interval" else v / 1e3, kind) for v, kind in rows]
    found = apply_overrides(base, made).forecast
    assert np.isfinite(found.mean).all()
    assert (found.mean >= 0).all()
    assert np.isfinite(found.bands).all()
    assert (np.diff(found.bands, axis=0) >= 0).all()
    assert (found.bands[0] <= found.mean).all()
    assert (found.mean <= found.bands[-1]).all()


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 1e4), st.floats(0, 0.8))
def test_bands_moved_to_the_same_mean_stay(mean, variation):
    means = np.array([mean])
    band = bands(means, assumed(variation), np.zeros(1))
    assert np.allclose(rescaled_bands(means, band, means, np.zeros(1)), band, rtol=1e-6, atol=1e-9)
