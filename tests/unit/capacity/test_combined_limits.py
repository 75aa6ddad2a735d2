"""Seats for every definition and limit alone and together, and the load that seats carry."""

import itertools
import math

import numpy as np
import pytest

from capacity.carried_load import rate_for
from capacity.interval import interval_service
from capacity.levels import LEVEL_DEFINITIONS, service_levels, speed_of_answer
from capacity.percentiles import wait_percentile
from capacity.search import Limits, seats_for, workload

QUEUES: list[dict[str, object]] = [
    {"patience_s": 300.0},
    {"patience_s": None},
    {"patience_s": 900.0, "concurrency": 3, "slowdown": (0.6, 0.8, 1.0)},
]
CASES = [(0.4, 400.0), (12.0, 300.0), (240.0, 360.0), (3000.0, 240.0)]
EDGE = 1e-6


@pytest.mark.parametrize("definition", LEVEL_DEFINITIONS)
@pytest.mark.parametrize("queue", QUEUES)
def test_seats_for_a_level_by_any_definition(definition: str, queue: dict[str, object]) -> None:
    limits = Limits(service_levels=((20.0, 0.8),), definition=definition, early_s=5.0)  # type: ignore[arg-type]
    for rate, aht in CASES:
        found = float(seats_for(rate, aht, limits, **queue))  # type: ignore[arg-type]
        asked = {"within_s": 20.0, "definition": definition, "early_s": 5.0, **queue}
        assert float(service_levels(rate, aht, found, **asked)) >= 0.8  # type: ignore[arg-type]
        if found > 0.0:
            assert float(service_levels(rate, aht, found * (1 - EDGE), **asked)) < 0.8  # type: ignore[arg-type]


@pytest.mark.parametrize("queue", QUEUES)
def test_seats_for_speed_of_answer_p_wait_and_percentiles(queue: dict[str, object]) -> None:
    for rate, aht in CASES:
        for limits, measure, asked in [
            (Limits(speed_of_answer_s=15.0), speed_of_answer, 15.0),
            (Limits(wait_probability=0.25), lambda *a, **k: interval_service(*a, **k).wait_probability, 0.25),
            (Limits(wait_percentiles=((0.95, 40.0),)), lambda *a, **k: wait_percentile(*a, share=0.95, **k), 40.0),
        ]:
            found = float(seats_for(rate, aht, limits, **queue))  # type: ignore[arg-type]
            assert float(measure(rate, aht, found, **queue)) <= asked * (1 + 1e-12)
            assert float(measure(rate, aht, found * (1 - EDGE), **queue)) > asked


def test_the_largest_need_is_the_need_of_all_together() -> None:
    parts = {
        "speed_of_answer_s": 8.0,
        "wait_probability": 0.3,
        "wait_percentiles": ((0.9, 20.0),),
        "service_levels": ((20.0, 0.8), (60.0, 0.97)),
        "mean_wait_s": 30.0,
        "abandonment": 0.05,
        "occupancy": 0.92,
    }
    rate = np.array([0.5, 20.0, 300.0, 4000.0])
    for definition in LEVEL_DEFINITIONS:
        alone = [
            seats_for(rate, 360.0, Limits(**{name: limit}, definition=definition), patience_s=400.0)  # type: ignore[arg-type]
            for name, limit in parts.items()
        ]
        together = seats_for(rate, 360.0, Limits(**parts, definition=definition), patience_s=400.0)  # type: ignore[arg-type]
        np.testing.assert_allclose(together, np.max(alone, axis=0), rtol=2e-8)


@pytest.mark.parametrize("queue", QUEUES)
def test_the_load_that_seats_carry_inverts_the_seats_that_a_load_needs(queue: dict[str, object]) -> None:
    seats = np.array([0.8, 3.0, 17.5, 260.0])
    limits = [
        Limits(service_levels=((20.0, 0.8),)),
        Limits(service_levels=((20.0, 0.8),), definition="answered", speed_of_answer_s=20.0),
        Limits(mean_wait_s=30.0, occupancy=0.9, wait_probability=0.5),
        Limits(wait_percentiles=((0.9, 60.0),)),
    ]
    for one in limits:
        rate = rate_for(seats, 320.0, one, **queue)  # type: ignore[arg-type]
        assert np.all(np.isfinite(rate) & (rate > 0))
        again = seats_for(rate, 320.0, one, **queue)  # type: ignore[arg-type]
        np.testing.assert_allclose(again, seats, rtol=3e-8)
        assert np.all(seats_for(rate * (1 + EDGE), 320.0, one, **queue) > seats * (1 + 1e-9))  # type: ignore[arg-type]


def test_loads_at_the_edges() -> None:
    level = Limits(service_levels=((20.0, 0.8),))
    assert float(rate_for(0.0, 300.0, level, patience_s=60.0)) == 0.0
    assert math.isinf(float(rate_for(3.0, 300.0, Limits(mean_wait_s=60.0), patience_s=45.0)))
    assert float(rate_for(10.0, 360.0, Limits())) == pytest.approx(100.0)
    assert float(workload(float(rate_for(7.0, 300.0, Limits(occupancy=0.8))), 300.0)) == pytest.approx(5.6, rel=1e-7)
    for seats, aht, name in [(-1.0, 300.0, "seats"), (math.nan, 300.0, "seats"), (3.0, 0.0, "aht_s")]:
        with pytest.raises(ValueError, match=name):
            rate_for(seats, aht, level)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"definition": "handled"}, "definition"),
        ({"early_s": -1.0}, "early_s"),
        ({"speed_of_answer_s": 0.0}, "speed_of_answer_s"),
        ({"wait_probability": 1.5}, "wait_probability"),
        ({"wait_percentiles": ((1.0, 20.0),)}, "wait_percentiles"),
    ],
)
def test_limits_that_make_no_sense_are_refused(given: dict[str, object], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Limits(**given)  # type: ignore[arg-type]


def test_every_measure_worsens_with_contacts_and_betters_with_seats() -> None:
    """What the search rests on, over four decades of load."""
    for load, patience in itertools.product([0.3, 5.0, 80.0, 1500.0], [0.05, 1.0, 20.0]):
        seats = load * np.linspace(0.05, 2.0, 60)
        for rates, n in [(3600 * load, seats), (3600 * load * np.linspace(0.05, 3, 60), load)]:
            up = 1.0 if np.ndim(rates) == 0 else -1.0
            for definition in LEVEL_DEFINITIONS:
                level = service_levels(rates, 1.0, n, within_s=0.1, definition=definition, patience_s=patience)
                assert np.all(up * np.diff(level) > -1e-11), (load, patience, definition)
            speed = speed_of_answer(rates, 1.0, n, patience_s=patience)
            assert np.all(up * np.diff(speed) < 1e-12 + 1e-9 * speed[1:]), (load, patience)
