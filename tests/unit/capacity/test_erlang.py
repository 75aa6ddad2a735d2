"""Erlang B and C against high-precision arithmetic and the slow obvious recursion."""

import math

import mpmath
import numpy as np
import pytest

from capacity.erlang import erlang_b, erlang_c

LOADS = (0.01, 0.5, 1.0, 1.99, 2.0, 7.3, 120.0, 50_000.0)


def inverse_blocking(agents: float, load: float) -> mpmath.mpf:
    """Evaluate 1/B at 40 digits: the recursion down to the incomplete gamma function."""
    with mpmath.workdps(40):
        k, a = mpmath.mpf(agents), mpmath.mpf(load)
        total, term = mpmath.mpf(0), mpmath.mpf(1)
        while k >= 1:
            total += term
            term *= k / a
            k -= 1
            if term < mpmath.mpf(10) ** -32 * total:
                return total
        return total + term * mpmath.exp(a) * a**-k * mpmath.gammainc(1 + k, a)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("ratio", [0.1, 0.7, 1.0, 1.02, 1.011111])
def test_blocking_agrees_with_40_digits_to_1e_13(load: float, ratio: float) -> None:
    agents = load * ratio
    with mpmath.workdps(40):
        error = abs(float(erlang_b(agents, load)) * inverse_blocking(agents, load) - 1)
    assert error < 1e-13


@pytest.mark.parametrize("load", [0.01, 1.0, 1.99, 7.3])
@pytest.mark.parametrize("agents", [0.0, 1e-9, 0.3, 0.999999, 1.0, 2.7, 25.0])
def test_blocking_holds_for_a_fraction_of_an_agent(load: float, agents: float) -> None:
    with mpmath.workdps(40):
        error = abs(float(erlang_b(agents, load)) * inverse_blocking(agents, load) - 1)
    assert error < 1e-13


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("ratio", [1.0001, 1.03, 1.011111])
def test_waiting_agrees_with_40_digits_to_1e_12(load: float, ratio: float) -> None:
    agents = load * ratio
    with mpmath.workdps(40):
        rho = mpmath.mpf(load) / mpmath.mpf(agents)
        exact = 1 / (inverse_blocking(agents, load) * (1 - rho) + rho)
        error = abs(float(erlang_c(agents, load)) / exact - 1)
    assert error < 1e-12


def test_whole_agents_follow_the_textbook_recursion() -> None:
    blocking = 1.0
    for n in range(1, 80):
        blocking = 31.7 * blocking / (n + 31.7 * blocking)
        assert float(erlang_b(n, 31.7)) == pytest.approx(blocking, rel=1e-13)


def test_extreme_arguments_stay_probabilities() -> None:
    assert float(erlang_b(1e6, 1e-3)) == 0.0
    assert float(erlang_b(3.0, 1e9)) == pytest.approx(1.0)
    assert float(erlang_b(0.0, 0.0)) == 1.0
    assert float(erlang_b(2.0, 0.0)) == 0.0
    assert float(erlang_c(10.0, 10.0)) == 1.0
    assert float(erlang_c(0.0, 0.0)) == 1.0
    assert 0 < float(erlang_b(1.1e6, 1e6)) < 1e-300 or float(erlang_b(1.1e6, 1e6)) == 0.0


def test_arrays_broadcast_and_bad_arguments_are_nan() -> None:
    table = erlang_b(np.arange(1.0, 5.0), np.array([[1.0], [2.0]]))
    assert table.shape == (2, 4)
    assert table[1, 2] == float(erlang_b(3.0, 2.0))
    assert math.isnan(float(erlang_b(-1.0, 1.0)))
    assert math.isnan(float(erlang_c(1.0, math.nan)))


def test_numbers_beyond_any_centre_are_answered_at_once() -> None:
    assert erlang_b([0.3, 0.3, 0.3, 5e11], [1e26, 1e100, np.inf, 1e12]) == pytest.approx(
        [1.0, 1.0, 1.0, 0.5], rel=1e-12
    )
    assert np.isnan(erlang_b([np.inf, 1e18], [np.inf, 1e18])).all()
    assert (erlang_b(0.3, 10.0 ** np.arange(20, 30)) <= 1.0).all()
