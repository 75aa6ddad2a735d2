"""The wait of M/M/n+M against birth-death sums, quadrature and its limits."""

import math

import mpmath
import numpy as np
import pytest

from capacity.erlang import erlang_b
from capacity.interval import interval_service


def birth_death(load: float, agents: int, patience: float, within: float) -> tuple[float, ...]:
    """Work out P(wait), wait, abandonment and service level of whole agents, handle time 1, at 40 digits.

    A customer who finds j ahead in line is answered after j + 1 departures; the time of each is exponential, so
    the chance is a sum over the order in which the line ahead and the customer's own patience end.
    """
    with mpmath.workdps(40):
        rate, mu, theta = mpmath.mpf(load), mpmath.mpf(1), 1 / mpmath.mpf(patience)
        weights = [mpmath.mpf(1)]
        k = 0
        while k < agents + 5 or weights[-1] > mpmath.mpf(10) ** -38 * max(weights):
            k += 1
            weights.append(weights[-1] * rate / (min(k, agents) * mu + max(k - agents, 0) * theta))
        total = mpmath.fsum(weights)
        waiting = mpmath.fsum(weights[agents:]) / total
        queue = mpmath.fsum((j * w for j, w in enumerate(weights[agents:]))) / total
        # Answered within T: density of the virtual wait, thinned by patience, by quadrature.
        x, y = agents * mu / theta, rate / theta
        density = lambda w: mpmath.exp(y * (1 - mpmath.exp(-theta * w)) - agents * mu * w)  # noqa: E731
        start = rate * weights[agents - 1] / total
        spans = mpmath.linspace(0, within, 9) if within else [0, 0]
        answered = start * mpmath.quad(lambda w: density(w) * mpmath.exp(-theta * w), spans)
        assert x > 0
        return tuple(map(float, (waiting, queue / rate, theta * queue / rate, 1 - waiting + answered)))


CASES = [
    # load, agents, patience and threshold in handle times
    (3.0, 3, 2.0, 0.1),
    (3.0, 5, 0.05, 0.3),
    (30.0, 25, 4.0, 0.05),
    (30.0, 36, 4.0, 0.25),
    (30.0, 30, 300.0, 1.0),
    (200.0, 193, 0.5, 1 / 15),
    (0.02, 1, 3.0, 0.1),
    (400.0, 300, 5.0, 0.5),
]


@pytest.mark.parametrize(("load", "agents", "patience", "within"), CASES)
def test_whole_agents_agree_with_the_birth_death_chain(
    load: float, agents: int, patience: float, within: float
) -> None:
    got = interval_service(load * 3600, 1.0, agents, patience_s=patience, within_s=within)
    waiting, wait, lost, level = birth_death(load, agents, patience, within)
    assert float(got.wait_probability) == pytest.approx(waiting, rel=1e-12)
    assert float(got.mean_wait_s) == pytest.approx(wait, rel=1e-12)
    assert float(got.abandonment) == pytest.approx(lost, rel=1e-12)
    assert float(got.service_level) == pytest.approx(level, rel=1e-9, abs=1e-13)
    assert float(got.occupancy) == pytest.approx(load * (1 - lost) / agents, rel=1e-12)


@pytest.mark.parametrize("agents", [0.3, 2.5, 28.25, 33.3, 61.7])
@pytest.mark.parametrize("patience", [0.02, 3.0, 50.0])
def test_real_agents_agree_with_kummers_function(agents: float, patience: float) -> None:
    load = 30.0
    got = interval_service(load * 3600, 1.0, agents, patience_s=patience)
    with mpmath.workdps(60):
        x, y = mpmath.mpf(agents) * patience, mpmath.mpf(load) * patience
        series = mpmath.exp(y) * y**-x * x * mpmath.gammainc(x, 0, y)
        k, inverse, term = mpmath.mpf(agents), mpmath.mpf(0), mpmath.mpf(1)
        while k >= 1:
            inverse, term, k = inverse + term, term * k / load, k - 1
        inverse += term * mpmath.exp(load) * mpmath.mpf(load) ** -k * mpmath.gammainc(1 + k, load)
        waiting = 1 / (1 + (inverse - 1) / series)
        lost = waiting * (1 - x / y * (1 - 1 / series))
    assert float(got.wait_probability) == pytest.approx(float(waiting), rel=1e-10)
    assert float(got.abandonment) == pytest.approx(float(lost), rel=1e-9)
    assert float(got.mean_wait_s) == pytest.approx(float(lost) * patience, rel=1e-9)


def test_endless_patience_is_erlang_c() -> None:
    seats = np.array([10.2, 11.0, 14.5, 30.0])
    long = interval_service(100.0, 360.0, seats, patience_s=1e11, within_s=20.0)
    waits = interval_service(100.0, 360.0, seats, within_s=20.0)
    np.testing.assert_allclose(long.mean_wait_s, waits.mean_wait_s, rtol=1e-5)
    np.testing.assert_allclose(long.service_level, waits.service_level, rtol=1e-5)
    np.testing.assert_allclose(long.occupancy, waits.occupancy, rtol=1e-6)


def test_no_patience_is_a_loss_system() -> None:
    got = interval_service(100.0, 360.0, 8.5, patience_s=1e-9)
    assert float(got.abandonment) == pytest.approx(float(erlang_b(8.5, 10.0)), rel=1e-9)
    assert float(got.mean_wait_s) == pytest.approx(0.0, abs=1e-8)


def test_abandonment_is_wait_over_patience_exactly() -> None:
    seats = np.linspace(0.1, 40, 50)
    got = interval_service(200.0, 300.0, seats, patience_s=420.0)
    np.testing.assert_allclose(got.abandonment, got.mean_wait_s / 420.0, rtol=1e-14)


def test_far_above_capacity_the_fluid_limit_holds() -> None:
    """With twice the work that agents can do, half abandons, after a wait of patience x ln 2 for those served."""
    got = interval_service(3.6e6, 1000.0, 5e5, patience_s=500.0, within_s=500.0 * math.log(2) + 5)
    assert float(got.abandonment) == pytest.approx(0.5, rel=1e-9)
    assert float(got.service_level) == pytest.approx(0.5, abs=1e-4)
    assert float(got.occupancy) == pytest.approx(1.0)


def test_both_forms_of_the_series_meet_where_one_takes_over() -> None:
    """The series ends in Stirling's form well above capacity; service is smooth across the seam."""
    seats = np.linspace(20.0, 26.0, 6001)
    got = interval_service(300.0, 360.0, seats, patience_s=900.0, within_s=30.0)
    for values in (got.mean_wait_s, got.service_level, got.abandonment):
        jump = np.abs(np.diff(values, 3)).max()
        assert jump < 1e-2 * np.abs(np.diff(values, 2)).max() + 1e-14 * np.abs(values).max()
