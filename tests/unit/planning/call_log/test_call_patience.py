"""Patience is estimated from waits that mostly ended by being answered."""

import numpy as np
import pytest

from planning.call_log.patience import kaplan_meier, patience_of


def test_total_wait_over_the_number_who_left():
    found = patience_of(np.array([10.0, 20.0, 30.0, 0.0]), np.array([True, False, True, False]))
    assert found.mean_s == 30.0
    assert found.abandoned == 2
    assert found.low_s < found.mean_s < found.high_s


def test_abandonment_is_mean_wait_over_patience():
    """The identity that queueing formulas with exponential patience obey holds for the observed figures."""
    rng = np.random.default_rng(3)
    wait, left = rng.exponential(50, 400), rng.random(400) < 0.2
    assert left.mean() == pytest.approx(wait.mean() / patience_of(wait, left).mean_s)


def test_censored_waits_give_back_the_patience():
    """Offered waits cut most patience off; the plain mean of those who left is far too short."""
    rng = np.random.default_rng(1)
    patience, offered = rng.exponential(300, 20_000), rng.exponential(60, 20_000)
    wait, left = np.minimum(patience, offered), patience < offered
    found = patience_of(wait, left)
    assert found.low_s < 300 < found.high_s
    assert found.mean_s == pytest.approx(300, rel=0.04)
    assert wait[left].mean() < 60
    for _, model, observed in found.checks:
        assert observed == pytest.approx(model, abs=0.03)


def test_the_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(400):
        patience, offered = rng.exponential(100, 80), rng.exponential(60, 80)
        found = patience_of(np.minimum(patience, offered), patience < offered)
        hits += found.low_s <= 100 <= found.high_s
    assert 0.92 <= hits / 400 <= 0.98


def test_nobody_left_or_nobody_waited():
    assert np.isnan(patience_of(np.array([5.0, 6.0]), np.array([False, False])).mean_s)
    assert np.isnan(patience_of(np.array([0.0]), np.array([True])).mean_s)
    assert np.isnan(patience_of(np.zeros(0), np.zeros(0, dtype=bool)).mean_s)


def test_unknown_waits_are_left_out():
    assert patience_of(np.array([10.0, np.nan]), np.array([True, True])).mean_s == 10.0


def test_kaplan_meier_by_hand():
    """At 1 one of five leaves, at 3 one of three (one was answered at 2), at 4 one of two."""
    times, share = kaplan_meier(np.array([1.0, 2, 3, 4, 4]), np.array([True, False, True, True, False]))
    assert times.tolist() == [1, 3, 4]
    assert share == pytest.approx([4 / 5, 4 / 5 * 2 / 3, 4 / 5 * 2 / 3 / 2])


def test_kaplan_meier_without_censoring_is_the_empirical_share():
    wait = np.random.default_rng(4).exponential(10, 200)
    times, share = kaplan_meier(wait, np.ones(200, dtype=bool))
    assert share == pytest.approx([(wait > t).mean() for t in times])


def test_kaplan_meier_of_nothing():
    times, share = kaplan_meier(np.zeros(0), np.zeros(0, dtype=bool))
    assert len(times) == len(share) == 0
