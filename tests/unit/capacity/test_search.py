"""The least real number of seats against a plain bisection."""

import itertools
import math

import numpy as np
import pytest

from capacity.interval import interval_service
from capacity.search import Limits, seats_for, workload

ALL = Limits(mean_wait_s=90.0, abandonment=0.05, occupancy=0.9, service_levels=((20.0, 0.8), (60.0, 0.95)))


def meets(limits: Limits, rate: float, aht: float, seats: float, **queue: object) -> bool:
    first = interval_service(rate, aht, seats, **queue)  # type: ignore[arg-type]
    levels = [
        float(interval_service(rate, aht, seats, within_s=w, **queue).service_level)  # type: ignore[arg-type]
        for w, _ in limits.service_levels
    ]
    return (
        float(first.mean_wait_s) <= limits.mean_wait_s
        and float(first.abandonment) <= limits.abandonment
        and float(first.occupancy) <= limits.occupancy
        and all(got >= asked for got, (_, asked) in zip(levels, limits.service_levels, strict=True))
    )


def by_bisection(limits: Limits, rate: float, aht: float, **queue: object) -> float:
    low, high = 0.0, 1.0
    while not meets(limits, rate, aht, high, **queue):
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if meets(limits, rate, aht, middle, **queue) else (middle, high)
    return high


LIMITS = [
    ALL,
    Limits(mean_wait_s=30.0),
    Limits(abandonment=0.03),
    Limits(service_levels=((20.0, 0.8),)),
    Limits(occupancy=0.85),
]


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize(
    "queue",
    [
        {"patience_s": 300.0},
        {"patience_s": None},
        {"patience_s": 900.0, "concurrency": 3, "slowdown": (0.6, 0.8, 1.0)},
    ],
)
def test_agrees_with_bisection(limits: Limits, queue: dict[str, object]) -> None:
    for rate, aht in [(0.2, 400.0), (12.0, 300.0), (240.0, 360.0)]:
        found = float(seats_for(rate, aht, limits, **queue))  # type: ignore[arg-type]
        patient_without_abandonment = limits == Limits(abandonment=0.03) and queue["patience_s"] is None
        if patient_without_abandonment:
            # Nobody leaves, so the limit asks for nothing.
            assert found == pytest.approx(float(workload(rate, aht)), rel=1e-7)
        else:
            assert found == pytest.approx(by_bisection(limits, rate, aht, **queue), rel=3e-8)


def test_the_answer_meets_and_a_millionth_less_does_not() -> None:
    rng = np.random.default_rng(5)
    rate = rng.uniform(0.05, 900.0, 200)
    found = seats_for(rate, 320.0, ALL, patience_s=700.0)
    for shrink, expected in [(1.0, True), (1 - 1e-6, False)]:
        got = [meets(ALL, r, 320.0, n * shrink, patience_s=700.0) for r, n in zip(rate, found, strict=True)]
        assert got == [expected] * 200


def test_batch_is_scalar_and_nothing_offered_needs_nobody() -> None:
    rate = np.array([[0.0, 3.0], [70.0, 0.0]])
    found = seats_for(rate, 300.0, ALL, patience_s=500.0)
    assert found[0, 0] == found[1, 1] == 0.0
    assert found[1, 0] == float(seats_for(70.0, 300.0, ALL, patience_s=500.0))


def test_a_need_below_the_offered_load_is_found() -> None:
    """200 Erlang at 150 s patience need 193 agents for 80/20: a search from the load up would say 200."""
    found = float(seats_for(2400.0, 300.0, Limits(service_levels=((20.0, 0.8),)), patience_s=150.0))
    assert math.ceil(found) == 193


def test_the_largest_need_of_the_measures_is_the_need_of_all() -> None:
    parts = [
        Limits(mean_wait_s=90.0),
        Limits(abandonment=0.05),
        Limits(occupancy=0.9),
        Limits(service_levels=((20.0, 0.8),)),
        Limits(service_levels=((60.0, 0.95),)),
    ]
    rate = np.array([0.5, 20.0, 300.0, 4000.0])
    alone = [seats_for(rate, 360.0, part, patience_s=400.0) for part in parts]
    together = seats_for(rate, 360.0, ALL, patience_s=400.0)
    np.testing.assert_allclose(together, np.max(alone, axis=0), rtol=2e-8)


def test_limits_that_hold_without_anyone_need_nobody() -> None:
    assert float(seats_for(10.0, 300.0, Limits(mean_wait_s=60.0), patience_s=45.0)) == 0.0


def test_without_limits_the_workload_stands() -> None:
    assert float(seats_for(100.0, 360.0, Limits())) == pytest.approx(10.0)
    chat = seats_for(100.0, 360.0, Limits(), concurrency=3, slowdown=(1.0, 1.2, 1.5))
    assert float(chat) == pytest.approx(5.0)


def test_occupancy_alone_is_load_over_occupancy() -> None:
    assert float(seats_for(100.0, 360.0, Limits(occupancy=0.8))) == pytest.approx(12.5, rel=1e-7)


def test_contacts_without_a_handle_time_are_refused() -> None:
    with pytest.raises(ValueError, match="handle time"):
        seats_for(10.0, math.nan, ALL)
    with pytest.raises(ValueError, match="finite"):
        seats_for(math.inf, 300.0, ALL)


def test_large_and_tiny_queues_are_bracketed() -> None:
    for rate, patience in itertools.product([1e-6, 1e6], [None, 5.0, 1e5]):
        found = float(seats_for(rate, 300.0, ALL, patience_s=patience))
        assert meets(ALL, rate, 300.0, found, patience_s=patience)
        assert not meets(ALL, rate, 300.0, found * (1 - 1e-6), patience_s=patience)


def test_a_limit_that_any_number_keeps_asks_for_nobody() -> None:
    """Impatient callers never fill a handful of agents: occupancy alone asks for none, and the search ends."""
    found = seats_for(1.7, 360.0, Limits(occupancy=0.9), patience_s=1500.0)
    assert found == 0.0


@pytest.mark.parametrize("limits", [*LIMITS, Limits(service_levels=((20.0, 0.8),), definition="answered")])
@pytest.mark.parametrize("patience", [200.0, None])
def test_a_batch_solved_from_neighbours_is_each_alone(limits: Limits, patience: float | None) -> None:
    """Cells are solved in the order of their load from the ones before; every answer stays within the tolerance."""
    rng = np.random.default_rng(9)
    rate = 120.0 * np.exp(rng.normal(0.0, 1.0, 300))
    for aht in (np.full(300, 300.0), rng.uniform(200.0, 400.0, 300)):
        batch = seats_for(rate, aht, limits, patience_s=patience)
        alone = np.array([float(seats_for(r, h, limits, patience_s=patience)) for r, h in zip(rate, aht, strict=True)])
        np.testing.assert_allclose(batch, alone, rtol=1.1e-8)
        if limits.abandonment < 1.0 and patience is None:
            continue
        if limits.definition == "offered":
            there = zip(rate, aht, batch, strict=True)
            kept = [n == 0.0 or meets(limits, r, h, n, patience_s=patience) for r, h, n in there]
            assert all(kept)


def test_the_same_cell_twice_has_the_same_answer() -> None:
    found = seats_for([50.0, 60.0, 50.0, 55.0, 50.0], 300.0, ALL, patience_s=300.0)
    assert found[0] == found[2] == found[4]
