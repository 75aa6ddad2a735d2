"""Factors of weekday and time of day on handle time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.handle_factors import handle_factors

SLOTS = 48


def rows(days, factor, contacts=30.0, cv=1.0, day_cv=0.0, seed=1):
    """Draw mean ratios of half hours from 8:00 to 20:00."""
    rng = np.random.default_rng(seed)
    day, slot = (x.ravel() for x in np.meshgrid(np.arange(days), np.arange(16, 40), indexing="ij"))
    mean = factor(day % 7, slot) * (1 + day_cv * rng.normal(size=days))[day]
    noise = rng.gamma(contacts / cv**2, size=len(day)) / (contacts / cv**2)
    return mean * noise, np.full(len(day), contacts), slot, day


def found(*args, **kwargs):
    return handle_factors(*rows(*args, **kwargs), 0, SLOTS)


def test_without_differences_all_factors_are_near_one():
    factor = found(28, lambda d, s: np.ones(len(d)))
    assert factor.shape == (7, SLOTS)
    assert np.abs(factor - 1).max() < 0.04


def test_weekday_and_time_of_day_are_told_apart():
    true_day = np.array([1.2, 1.0, 1.0, 1.0, 0.9, 0.95, 0.95])
    true_slot = 1 + 0.2 * np.sin(np.arange(SLOTS) / 6)
    factor = found(140, lambda d, s: true_day[d] * true_slot[s])
    truth = true_day[:, None] * true_slot[None]
    ratio = (factor / truth)[:, 16:40]
    assert np.abs(ratio / ratio.mean() - 1).max() < 0.06


def test_days_that_move_as_a_whole_make_no_weekday():
    factor = found(21, lambda d, s: np.ones(len(d)), contacts=500.0, day_cv=0.1)
    assert np.abs(factor[:, 20] / factor[:, 20].mean() - 1).max() < 0.06


def test_the_weekend_has_a_course_of_its_own():
    def course(d, s):
        return np.where(d >= 5, 1 + 0.3 * (s > 28), 1 - 0.2 * (s > 28))

    factor = found(140, course, contacts=200.0)
    assert factor[6, 36] / factor[6, 20] == pytest.approx(1.3, rel=0.06)
    assert factor[1, 36] / factor[1, 20] == pytest.approx(0.8, rel=0.06)


def test_neighbouring_slots_lend_to_each_other_where_contacts_are_few():
    def course(d, s):
        return 1 + 0.3 * np.sin(s / 6)

    factor = found(14, course, contacts=4.0, cv=1.0)[2, 16:40]
    truth = 1 + 0.3 * np.sin(np.arange(16, 40) / 6)
    raw = rows(14, course, contacts=4.0)
    plain = np.bincount(raw[2], weights=raw[0], minlength=SLOTS)[16:40] / 14
    assert np.abs(factor - truth).mean() < 0.8 * np.abs(plain - truth).mean()


def test_times_never_seen_have_the_weekdays_factor_alone():
    factor = found(28, lambda d, s: 1 + 0.3 * (s > 28))
    assert np.allclose(factor[:, :10], factor[:, :1])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from((1, 2, 9, 60)), st.sampled_from((0.01, 1.0, 500.0)))
def test_factors_are_finite_and_above_zero(seed, days, contacts):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 300))
    ratio = np.clip(rng.lognormal(0, 1, size), 0.05, 20)
    factor = handle_factors(
        ratio, np.full(size, contacts), rng.integers(0, 48, size), rng.integers(0, days, size), 3, 48
    )
    assert np.isfinite(factor).all()
    assert (factor > 0).all()
