"""Arrivals: Poisson, repeatable, and the same people at another volume."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from capacity.simulation.arrivals import FixedArrivals, backlog_ages, poisson_arrivals, replication_key

NONE = (np.zeros(0), np.zeros(3, dtype=np.int64))


def counts(volume: np.ndarray, replication: int) -> np.ndarray:  # type: ignore[type-arg]
    times, first = poisson_arrivals(replication_key(1, replication), volume, 60.0, *NONE)
    return np.array(
        [np.histogram(times[first[q] : first[q + 1]], np.arange(volume.shape[1] + 1) * 60.0)[0] for q in range(2)]
    )


def test_counts_are_poisson_in_every_interval() -> None:
    volume = np.array([[3.0, 0.0, 8.0], [0.5, 2.0, 0.0]])
    drawn = np.array([counts(volume, r) for r in range(4000)])
    assert np.allclose(drawn.mean(axis=0), volume, atol=4 * np.sqrt(8 / 4000))
    assert np.allclose(drawn.var(axis=0), volume, rtol=0.12)
    assert np.all(drawn[:, volume == 0] == 0)


def test_times_are_uniform_within_an_interval_and_in_order() -> None:
    times, first = poisson_arrivals(replication_key(5, 0), np.array([[5000.0, 0.0], [0.0, 0.0]]), 60.0, *NONE)
    assert np.all(np.diff(times) >= 0)
    assert first.tolist() == [0, times.size, times.size]
    assert stats.kstest(times / 60.0, "uniform").pvalue > 1e-3


def test_a_queue_meets_the_same_arrivals_whatever_the_other_queues_do() -> None:
    alone = poisson_arrivals(replication_key(2, 3), np.array([[0.0], [40.0]]), 60.0, *NONE)
    both = poisson_arrivals(replication_key(2, 3), np.array([[25.0], [40.0]]), 60.0, *NONE)
    assert np.array_equal(alone[0], both[0][both[1][1] :])


def test_twice_the_volume_brings_the_same_customers_twice_as_fast() -> None:
    one, _ = poisson_arrivals(replication_key(2, 3), np.array([[40.0], [0.0]]), 60.0, *NONE)
    two, _ = poisson_arrivals(replication_key(2, 3), np.array([[80.0], [0.0]]), 60.0, *NONE)
    assert np.allclose(two[: one.size], one / 2)


def test_backlog_comes_first_with_ages_spread_evenly() -> None:
    ages = backlog_ages(4.0, 3600.0)
    assert ages.tolist() == [-3150.0, -2250.0, -1350.0, -450.0]
    assert backlog_ages(0.0, 3600.0).size == 0
    assert np.all((backlog_ages(2.0, np.inf) < 0.0) & (backlog_ages(2.0, np.inf) > -1e-5))
    times, first = poisson_arrivals(replication_key(1, 0), np.array([[2.0], [2.0]]), 60.0, ages, np.array([0, 0, 4]))
    assert times[first[1] : first[1] + 4].tolist() == ages.tolist()


def test_more_arrivals_than_expected_still_fit() -> None:
    """The buffer grows; nothing is cut off."""
    sizes = [
        poisson_arrivals(replication_key(s, 0), np.array([[90.0], [0.0]]), 60.0, np.zeros(500), np.array([0, 0, 500]))[
            0
        ].size
        for s in range(50)
    ]
    assert 580 < np.mean(sizes) < 600


def test_seeds_and_replications_differ() -> None:
    keys = {int(replication_key(s, r)) for s in (-1, 0, 1, 2**70 + 5) for r in range(50)}
    assert len(keys) == 200


def test_a_log_is_sorted_by_queue_and_time_and_cut_to_the_horizon() -> None:
    log = FixedArrivals(
        minute=np.array([5.0, 1.0, -1.0, 3.0, 99.0]),
        queue=np.array([1, 0, 0, 1, 0]),
        handle_s=np.array([10.0, 20.0, 30.0, np.nan, 50.0]),
    )
    times, work, first = log.by_queue(2, 600.0)
    assert times.tolist() == [60.0, 180.0, 300.0]
    assert work[[0, 2]].tolist() == [20.0, 10.0]
    assert np.isnan(work[1])
    assert first.tolist() == [0, 1, 3]
    assert FixedArrivals(np.array([1.0]), np.array([0])).by_queue(1, 600.0)[1].tolist() == pytest.approx(
        [np.nan], nan_ok=True
    )
