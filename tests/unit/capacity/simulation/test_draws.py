"""Random numbers by what they are for."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from scipy import stats
from scipy.special import ndtri

from capacity.simulation.draws import derive, exponential, normal_quantile, uniform


@njit
def fill(draw, key, values):  # type: ignore[no-untyped-def]
    for k in range(values.size):
        values[k] = draw(key, k)
    return values


def test_uniform_numbers_are_uniform_and_uncorrelated() -> None:
    numbers = fill(uniform, np.uint64(7), np.empty(200_000))
    assert stats.kstest(numbers, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.01


def test_neighbouring_keys_give_unrelated_numbers() -> None:
    one = fill(uniform, np.uint64(1), np.empty(100_000))
    two = fill(uniform, np.uint64(2), np.empty(100_000))
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.015


def test_exponential_numbers_have_mean_and_spread_one() -> None:
    numbers = fill(exponential, np.uint64(3), np.empty(200_000))
    assert stats.kstest(numbers, "expon").pvalue > 1e-3


def test_splitmix_gives_its_published_sequence() -> None:
    """The first outputs for state 0, as in the reference implementation by Vigna (prng.di.unimi.it)."""
    assert int(derive(np.uint64(0), 0)) == 0xE220A8397B1DCDAF
    assert int(derive(np.uint64(0), 1)) == 0x6E789E6AA1B965F4


@pytest.mark.parametrize("p", [1e-12, 1e-6, 0.01, 0.07, 0.3, 0.5, 0.8, 0.925, 0.999, 1 - 1e-9])
def test_normal_quantile_agrees_with_scipy(p: float) -> None:
    assert normal_quantile(p) == pytest.approx(ndtri(p), rel=3e-7, abs=1e-9)
