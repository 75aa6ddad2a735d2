from datetime import date

import numpy as np
import pytest
from scipy.stats import norm, poisson

from domain.grid import IntervalGrid
from forecasting.bands import Calibration, bands
from forecasting.forecast import LEVELS, Forecast
from forecasting.scenarios import root_variance, scenarios, volume_variation


def forecast(mean=60.0, variation=0.12, days=7, queues=2, known=False):
    grid = IntervalGrid.of_days(date(2024, 5, 6), days, "Europe/Paris", 30)
    shape = np.where((grid.minute_of_day >= 480) & (grid.minute_of_day < 1200), mean, 0.0)
    volume = np.tile(shape * (1 + 0.3 * np.sin(grid.minute_of_day / 200)), (queues, 1))
    calibration = Calibration(variation, np.ones(1), norm.ppf(np.array(LEVELS))[None], True)
    band = np.tile(volume, (len(LEVELS), 1, 1)) if known else bands(volume, calibration, np.zeros_like(volume))
    names = tuple(f"q{k}" for k in range(queues))
    return Forecast(grid, names, volume, band, np.full(volume.shape, 300.0), volume > 0)


def test_their_mean_is_the_forecasts():
    given = forecast()
    drawn = scenarios(given, 400, np.random.default_rng(0))
    assert drawn.shape == (400, *given.mean.shape)
    total = drawn.sum(axis=(1, 2)).mean() / given.mean.sum()
    assert total == pytest.approx(1.0, abs=0.005)
    open_ = given.mean > 0
    assert np.abs(drawn.mean(axis=0)[open_] / given.mean[open_] - 1).max() < 0.03


def test_a_known_volume_stays_as_it_is():
    given = forecast(known=True)
    assert np.array_equal(scenarios(given, 3, np.random.default_rng(0)), np.tile(given.mean, (3, 1, 1)))


def test_queues_whose_volume_is_known_stay_as_they_are():
    given = forecast()
    band = given.bands.copy()
    band[:, 1] = given.mean[1]
    part = Forecast(given.grid, given.queues, given.mean, band, given.aht_s, given.open)
    drawn = scenarios(part, 20, np.random.default_rng(0))
    assert np.array_equal(drawn[:, 1], np.tile(given.mean[1], (20, 1)))
    assert drawn[:, 0].std() > 0


def test_intervals_already_counted_stay_and_leave_the_rest_of_the_day_as_doubtful_as_it_was():
    given = forecast(queues=1)
    band = given.bands.copy()
    morning = (given.grid.day_of == 0) & (given.grid.minute_of_day < 840)
    band[:, 0, morning] = given.mean[0, morning]
    part = Forecast(given.grid, given.queues, given.mean, band, given.aht_s, given.open)
    drawn = scenarios(part, 20, np.random.default_rng(0))
    assert np.array_equal(drawn[:, 0, morning], np.tile(given.mean[0, morning], (20, 1)))
    assert volume_variation(part, 7)[0, 0] == pytest.approx(volume_variation(given, 7)[0, 0], rel=0.05)


@pytest.mark.parametrize("mean", [3.0, 60.0, 500.0])
def test_with_count_noise_they_cover_as_the_bands_say(mean):
    given = forecast(mean=mean)
    rng = np.random.default_rng(1)
    counts = rng.poisson(scenarios(given, 300, rng))
    open_ = given.mean > 0
    for low, wanted in ((2, 0.8), (0, 0.95)):
        inside = (counts >= given.bands[low]) & (counts <= given.bands[-1 - low])
        assert inside[:, open_].mean() == pytest.approx(wanted, abs=0.05), (mean, low)


def test_the_variation_read_from_bands_is_the_one_put_in():
    found = volume_variation(forecast(mean=200, variation=0.15), 7)
    assert np.allclose(found, 0.15, atol=0.015)
    assert np.all(volume_variation(forecast(mean=200, variation=0.0), 7) < 0.03)


def test_intervals_of_a_day_move_together_and_days_less():
    given = forecast(queues=1)
    drawn = np.log(scenarios(given, 2000, np.random.default_rng(2))[:, 0][:, given.mean[0] > 0])
    correlation = np.corrcoef(drawn.T)
    day = 24  # open half hours
    near, far, other = correlation[0, 1], correlation[0, day - 1], correlation[0, day]
    assert near > far > 0.4
    assert far < 0.6
    assert 0.15 < other < 0.35


def test_queues_move_together_in_part():
    given = forecast()
    drawn = scenarios(given, 2000, np.random.default_rng(3))
    day = given.grid.day_of == 0
    totals = np.log(drawn[:, :, day].sum(axis=2))
    assert 0.2 < np.corrcoef(totals.T)[0, 1] < 0.6


def test_the_same_generator_draws_the_same():
    given = forecast()
    first, second = (scenarios(given, 5, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first, second)


def test_the_variance_of_a_roots_count_is_exact_below_thirty():
    for mean in (0.1, 1.0, 8.0):
        counts = np.arange(200)
        p = poisson.pmf(counts, mean)
        slow = (p * counts).sum() - (p * np.sqrt(counts)).sum() ** 2
        assert root_variance(np.array([mean]))[0] == pytest.approx(slow, rel=0.03)
    assert root_variance(np.array([1000.0]))[0] == 0.25
