import numpy as np
import pytest

from forecasting.bands import PastErrors, assumed, bands, calibrate, outward, spread, weighted_quantiles
from forecasting.forecast import LEVELS


def errors(days=80, cells=24, mean=40.0, variation=0.1, seed=0):
    rng = np.random.default_rng(seed)
    expected = mean * rng.uniform(0.2, 2, (days, cells))
    volume = expected * np.exp(variation * rng.normal(size=(days, 1)) - variation**2 / 2)
    day = np.repeat(np.arange(days), cells)
    return PastErrors(expected.ravel(), rng.poisson(volume).ravel().astype(float), np.ones(days * cells), day)


def test_weighted_quantiles_are_numpys_where_weights_are_equal():
    values = np.random.default_rng(0).normal(size=999)
    levels = np.array([0.1, 0.5, 0.9])
    theirs = np.quantile(values, levels, method="hazen")
    assert np.allclose(weighted_quantiles(values, np.ones(999), levels), theirs)


def test_weights_count_as_copies():
    values, weights = np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 98.0])
    assert weighted_quantiles(values, weights, np.array([0.5]))[0] == pytest.approx(3.0, abs=0.1)


def test_levels_move_outwards_and_stay_in_order():
    moved = outward(50.0)
    assert moved[LEVELS.index(0.5)] == 0.5
    assert moved[0] < LEVELS[0]
    assert moved[-1] > LEVELS[-1]
    assert np.all(np.diff(moved) > 0)
    assert np.allclose(moved + moved[::-1], 1)


@pytest.mark.parametrize("mean", [1.5, 40.0, 600.0])
def test_bands_cover_what_they_say_on_new_data(mean):
    calibration = calibrate(errors(mean=mean, variation=0.12))
    fresh = errors(mean=mean, variation=0.12, seed=9)
    band = bands(fresh.expected, calibration, np.zeros_like(fresh.expected))
    for low, wanted in ((2, 0.8), (0, 0.95)):
        inside = (fresh.actual >= band[low]) & (fresh.actual <= band[-1 - low])
        assert wanted - 0.06 < inside.mean() < wanted + 0.09, (mean, low)


def test_the_variation_of_the_volume_is_told_from_count_noise():
    assert calibrate(errors(mean=400, variation=0.2, days=400)).variation == pytest.approx(0.2, abs=0.03)
    assert calibrate(errors(mean=400, variation=0.0, days=400)).variation < 0.02


def test_bands_ascend_hold_the_mean_and_are_never_negative():
    calibration = calibrate(errors(mean=3))
    expected = np.array([0.0, 0.001, 0.2, 1.0, 7.0, 1e4])
    band = bands(expected, calibration, np.zeros(6))
    assert band.shape == (len(LEVELS), 6)
    assert np.all(band >= 0)
    assert np.all(np.diff(band, axis=0) >= 0)
    assert np.all((band[0] <= expected) & (expected <= band[-1]))
    assert np.all(band[:, 0] == 0)


def test_few_days_measure_nothing():
    assert calibrate(errors(days=10)) is None
    assert not assumed(0.3).measured


def test_what_is_assumed_is_wide():
    narrow = bands(np.array([100.0]), calibrate(errors(mean=100)), np.zeros(1))
    wide = bands(np.array([100.0]), assumed(0.4), np.zeros(1))
    assert wide[-1, 0] - wide[0, 0] > 2 * (narrow[-1, 0] - narrow[0, 0])


def test_events_widen_their_intervals():
    calibration = calibrate(errors())
    plain, event = (bands(np.array([50.0]), calibration, np.array([extra])) for extra in (0.0, 0.3))
    assert event[-1, 0] > plain[-1, 0]
    assert event[0, 0] < plain[0, 0]


def test_spread_is_a_half_for_pure_count_noise():
    assert np.allclose(spread(np.array([1.0, 100.0]), 0.0), 0.5)
