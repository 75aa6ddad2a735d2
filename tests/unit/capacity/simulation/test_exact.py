"""Contacts of a day that has been: the counts are the given ones, the moments are chance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

from capacity.simulation import simulate
from capacity.simulation.arrivals import backlog_ages, replication_key
from capacity.simulation.exact import exact_arrivals
from capacity.simulation.replication import Tally
from capacity.simulation.world import OFFERED
from domain.progress import Control
from domain.queues import Channel, Queue

NONE = (np.zeros(0), np.zeros(3, dtype=np.int64))


def test_every_interval_gets_its_count_and_no_other() -> None:
    volume = np.array([[3.0, 0.0, 250.0], [1.0, 7.0, 0.0]])
    for r in range(50):
        times, first = exact_arrivals(replication_key(1, r), volume, 60.0, *NONE)
        edges = np.arange(4) * 60.0
        found = [np.histogram(times[first[q] : first[q + 1]], edges)[0] for q in range(2)]
        assert np.array_equal(found, volume)
        assert all(np.all(np.diff(times[first[q] : first[q + 1]]) >= 0) for q in range(2))


def test_moments_are_uniform_and_differ_between_replications() -> None:
    one, _ = exact_arrivals(replication_key(5, 0), np.array([[5000.0], [0.0]]), 60.0, *NONE)
    two, _ = exact_arrivals(replication_key(5, 1), np.array([[5000.0], [0.0]]), 60.0, *NONE)
    assert stats.kstest(one / 60.0, "uniform").pvalue > 1e-3
    assert not np.array_equal(one, two)


def test_parts_of_contacts_are_rounded_and_backlog_comes_first() -> None:
    ages = backlog_ages(4.0, 3600.0)
    times, first = exact_arrivals(
        replication_key(1, 0), np.array([[1.6], [0.4]]), 60.0, ages, np.array([0, 0, 4], dtype=np.int64)
    )
    assert first.tolist() == [0, 2, 6]
    assert times[2:].tolist() == ages.tolist()


def test_the_simulator_offers_exactly_what_it_is_told_on_any_number_of_cores(case: Callable[..., tuple]) -> None:  # type: ignore[type-arg]
    queues = [Queue(id="phone", patience_s=60.0), Queue(id="mail", channel=Channel.DEFERRED)]
    volume = [[5, 0, 17, 2], [1, 2, 3, 4]]
    coverage, requirement, centre = case(queues, volume, [(0, 0, 120), (1, 30, 90)])
    seen: list[list[Tally]] = [[], []]
    reports = [
        simulate(
            coverage,
            requirement,
            centre,
            seed=3,
            replications=12,
            exact=True,
            control=Control(cores=c),
            look=into.append,
        )
        for c, into in zip((1, 3), seen, strict=True)
    ]
    assert all(np.array_equal(tally.counts[OFFERED], volume) for tally in seen[0])
    assert all(np.array_equal(a.counts, b.counts) for a, b in zip(*seen, strict=True))
    assert len(seen[0]) == 12
    for one, two in zip(reports[0].rows, reports[1].rows, strict=True):
        assert np.array_equal(one.value, two.value, equal_nan=True)
    start = requirement.grid.days[0].isoformat()
    assert reports[0].simulated("day", start, "phone", "offered") == (24.0, 24.0, 24.0)
