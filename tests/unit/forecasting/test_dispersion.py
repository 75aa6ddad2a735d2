"""Low counts that scatter more than chance, judged on day totals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.dispersion import count_quantiles, day_variation

LEVELS = (0.10, 0.50, 0.90)


def days(variation, level=6.0, count=400, seed=1):
    rng = np.random.default_rng(seed)
    factor = rng.gamma(1 / variation**2, variation**2, count) if variation else np.ones(count)
    return np.full(count, level), rng.poisson(level * factor).astype(float)


@pytest.mark.parametrize("variation", [0.0, 0.4, 0.8])
def test_day_totals_tell_the_variation_of_a_quiet_queue(variation):
    found = day_variation(*days(variation))
    assert found == pytest.approx(variation, abs=0.12)


@pytest.mark.parametrize("variation", [0.0, 0.4, 0.8])
def test_four_of_five_later_day_totals_lie_in_the_band_learned_from_earlier_ones(variation):
    learned = day_variation(*days(variation, count=120))
    mean, came = days(variation, count=2000, seed=2)
    low, _, high = count_quantiles(mean, learned, LEVELS)
    assert 0.72 < np.mean((came >= low) & (came <= high)) < 0.93


def test_poisson_bands_would_miss_half_of_them():
    mean, came = days(0.8, count=2000)
    low, _, high = count_quantiles(mean, 0.0, LEVELS)
    assert np.mean((came >= low) & (came <= high)) < 0.62


def test_a_handful_of_days_tells_little_and_none_tells_nothing():
    assert day_variation(*days(0.8, count=4)) < 0.8
    assert day_variation(np.array([np.nan, 0.0]), np.array([3.0, 2.0])) == 0.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 500), min_size=1, max_size=8), st.floats(0, 1.5))
def test_quantiles_are_finite_ascending_and_not_negative(means, variation):
    found = count_quantiles(np.array(means), variation, LEVELS)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert (np.diff(found, axis=0) >= 0).all()
    assert not found[:, np.array(means) == 0].any()
