"""Ratios adjusted by controls: right, narrower, and as sure as they say."""

from __future__ import annotations

import numpy as np
import pytest

from capacity.simulation.adjusted import Adjusted, regress
from capacity.simulation.statistics import Ratios


def draw(rng: np.random.Generator, count: int) -> tuple[np.ndarray, ...]:  # type: ignore[type-arg]
    """Return answered in time and offered, by busyness x and its square, and the controls; the ratio is 0.7 / 1.01."""
    x = 0.1 * rng.standard_normal(count)
    below = 1000.0 * (1.0 + x) + 10.0 * rng.standard_normal(count) + 1000.0 * (x**2)
    above = 700.0 - 900.0 * x - 5000.0 * (x**2 - 0.01) + 12.0 * rng.standard_normal(count)
    controls = np.column_stack([x, x**2 - 0.01, rng.standard_normal(count)])
    return above[:, None], below[:, None], controls


def test_without_controls_it_is_the_usual_ratio_with_the_jackknifes_error() -> None:
    rng = np.random.default_rng(1)
    above, below, controls = draw(rng, 25)
    usual = Ratios()
    for n, d in zip(above, below, strict=True):
        usual.add(n, d)
    for none in (controls[:, :0], np.zeros_like(controls)):
        value, half = regress(above, below, none)
        assert value == pytest.approx(usual.estimate()[0], rel=1e-12)
        assert half == pytest.approx(usual.estimate()[1] * np.sqrt(25 / 24), rel=1e-9)


def test_the_interval_covers_the_truth_at_its_rate_and_is_narrow() -> None:
    rng = np.random.default_rng(2)
    for count in (16, 40):
        found = np.array([np.concatenate(regress(*draw(rng, count))) for _ in range(3000)])
        plain = np.array([regress(*draw(rng, count)[:2], np.zeros((count, 0)))[1] for _ in range(200)])
        assert np.mean(np.abs(found[:, 0] - 0.7 / 1.01) <= found[:, 1]) == pytest.approx(0.96, abs=0.015)
        assert found[:, 1].mean() < 0.2 * plain.mean()


def test_a_control_that_repeats_another_costs_nothing() -> None:
    above, below, controls = draw(np.random.default_rng(3), 40)
    once = regress(above, below, controls)
    again = regress(above, below, np.hstack([controls, 5 * controls[:, :1], np.ones((40, 1)) * 0.0]))
    assert np.allclose(once, again, rtol=1e-9)


def test_with_few_replications_the_last_controls_are_left_out() -> None:
    above, below, controls = draw(np.random.default_rng(4), 9)
    assert np.allclose(regress(above, below, controls), regress(above, below, controls[:, :2]))
    assert regress(above[:3], below[:3], controls[:3])[0] == pytest.approx(
        above[:3].sum(axis=0) / below[:3].sum(axis=0)
    )


def test_a_control_that_one_replication_has_alone_does_not_break_it() -> None:
    above, below, controls = draw(np.random.default_rng(5), 30)
    alone = np.eye(30)[:, :1]
    value, half = regress(above, below, np.hstack([controls, alone]))
    assert value == pytest.approx(regress(above[1:], below[1:], controls[1:])[0])
    assert 0 < half[0] < 0.1


def test_nothing_offered_is_null_and_one_replication_has_no_error() -> None:
    adjusted = Adjusted()
    zero, one = np.zeros((1, 1, 1)), np.ones((1, 1, 1))
    adjusted.add(np.concatenate([zero, one]), np.concatenate([zero, 2 * one]), np.ones((1, 1, 3)))
    value, half = adjusted.estimate()
    assert np.isnan(value[0, 0, 0])
    assert value[1, 0, 0] == 0.5
    assert np.isnan(half).all()
