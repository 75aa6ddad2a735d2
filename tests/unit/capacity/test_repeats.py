"""Planned FCR in the volume, against the convolution written out."""

import numpy as np
import pytest

from capacity.repeats import replanned_volume, steady_factor

OPTIONS = {"today_fcr": 0.55, "planned_fcr": 0.7, "repeat_probability": 0.71}


def written_out(
    volume: np.ndarray, takes: np.ndarray, today: float, planned: float, p: float, delay_h: float, step_h: float
) -> np.ndarray:
    """Sum every contact's repeats over every interval, by slices of the interval it arrived in."""
    size = volume.size
    kernel = np.zeros((size, size))
    slices = 400
    for j in range(size):
        begun = (j + (np.arange(slices) + 0.5) / slices) * step_h
        for i in range(j, size):
            low = np.maximum(i * step_h, begun)
            landed = np.exp(-(low - begun) / delay_h) - np.exp(-((i + 1) * step_h - begun) / delay_h)
            to = next((k for k in range(i, size) if takes[k]), None)
            if to is not None:
                kernel[to, j] += landed.mean()
    new, old = p * (1 - planned) * kernel, p * (1 - today) * kernel
    return np.linalg.solve(np.eye(size) - new, volume - old @ volume)


def test_agrees_with_the_convolution_written_out() -> None:
    rng = np.random.default_rng(1)
    takes = np.tile(np.arange(24) >= 8, 3)
    volume = np.where(takes, rng.uniform(20, 60, 72), 0.0)
    fast = replanned_volume(volume, takes, repeat_delay_h=5.0, step_minutes=60, **OPTIONS)
    slow = written_out(volume, takes, 0.55, 0.7, 0.71, 5.0, 1.0)
    np.testing.assert_allclose(fast, slow, rtol=1e-5)


def test_reaches_the_steady_factor() -> None:
    volume = np.full(3000, 40.0)
    new = replanned_volume(volume, np.ones(3000, bool), repeat_delay_h=24.0, step_minutes=30, **OPTIONS)
    assert new[-1] == pytest.approx(40.0 * steady_factor(0.55, 0.7, 0.71), rel=1e-9)
    assert steady_factor(0.55, 0.7, 0.71) == pytest.approx((1 - 0.45 * 0.71) / (1 - 0.3 * 0.71))


def test_reaches_the_steady_factor_over_opening_hours() -> None:
    takes = np.tile(np.arange(48) >= 16, 90)
    volume = np.where(takes, 40.0, 0.0)
    new = replanned_volume(volume, takes, repeat_delay_h=24.0, step_minutes=30, **OPTIONS)
    last = slice(-48 * 7, None)
    assert new[last].sum() / volume[last].sum() == pytest.approx(steady_factor(0.55, 0.7, 0.71), rel=1e-6)
    assert np.all(new[~takes] == 0)


def test_the_same_fcr_changes_nothing() -> None:
    volume = np.array([0.0, 5.0, 9.0, 0.0, 3.0])
    takes = volume > 0
    same = {**OPTIONS, "planned_fcr": 0.55}
    new = replanned_volume(volume, takes, repeat_delay_h=24.0, step_minutes=30, **same)
    np.testing.assert_allclose(new, volume, rtol=1e-12)


def test_a_lower_fcr_brings_more_and_the_first_interval_hardly_moves() -> None:
    volume = np.full(96, 40.0)
    worse = {**OPTIONS, "planned_fcr": 0.4}
    new = replanned_volume(volume, np.ones(96, bool), repeat_delay_h=24.0, step_minutes=30, **worse)
    assert np.all(np.diff(new) > 0)
    assert 40.0 < new[0] < 40.1


def test_repeats_of_the_night_come_back_at_opening() -> None:
    takes = np.array([True, False, False, True])
    new = replanned_volume(np.array([60.0, 0, 0, 60.0]), takes, repeat_delay_h=1.0, step_minutes=60, **OPTIONS)
    spread = 0.71 * 0.15 * 60.0
    assert new[3] < 60.0 - 0.5 * spread * (1 - np.exp(-2.0))


def test_volume_never_falls_below_zero_and_the_rest_is_carried() -> None:
    """An interval with next to no contacts cannot give back more than it has."""
    volume = np.array([500.0, 0.01, 500.0, 500.0])
    new = replanned_volume(volume, np.ones(4, bool), repeat_delay_h=0.5, step_minutes=60, **OPTIONS)
    assert new[1] == 0.0
    assert np.all(new >= 0)
    free = written_out(volume, np.ones(4, bool), 0.55, 0.7, 0.71, 0.5, 1.0)
    assert new.sum() == pytest.approx(free.sum(), rel=0.05)


def test_repeats_without_end_and_rows_that_do_not_fit_are_refused() -> None:
    asked = {"today_fcr": 0.5, "planned_fcr": 0.0, "repeat_probability": 1.0, "step_minutes": 30}
    with pytest.raises(ValueError, match="no end of repeats"):
        replanned_volume(np.ones(5), np.ones(5, np.bool_), repeat_delay_h=1e-20, **asked)
    for volume, takes in ((np.ones(5), np.ones(4, np.bool_)), (np.ones((2, 2)), np.ones((2, 2), np.bool_))):
        with pytest.raises(ValueError, match="one row of intervals"):
            replanned_volume(volume, takes, repeat_delay_h=12.0, **asked)
