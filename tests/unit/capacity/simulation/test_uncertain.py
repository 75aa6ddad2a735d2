"""Service over the scenarios of a forecast: controls of mean 0, and intervals that hold what they promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from capacity.service import MEASURES
from capacity.simulation import simulate
from capacity.simulation.adjusted import regress
from capacity.simulation.arrivals import poisson_arrivals, replication_key
from capacity.simulation.controls import CONTROLS, PRESENT, Controls
from capacity.simulation.inputs import build_world, opening
from capacity.simulation.replication import replicate
from capacity.simulation.scenario_days import ScenarioDays
from capacity.simulation.statistics import Windows
from domain.centre import Shrinkage
from domain.queues import Queue

DAY = "2026-11-23"
Make = Callable[..., Any]
QUEUES = [Queue(id="phone", patience_s=200), Queue(id="sales", patience_s=400)]


def busy(volume: Any, count: int, seed: int, cv: float = 0.1) -> Any:
    """Return scenarios, each with a factor for the day of two (24 intervals of an hour)."""
    factor = np.random.default_rng(seed).gamma(1 / cv**2, cv**2, (count, 1, 2))
    return np.repeat(factor, volume.shape[1] // 2, axis=2) * volume


def centre(case: Make, queues: int = 2) -> tuple[Any, Any]:
    volume = np.array([[60.0, 90, 75, 40] * 2, [25.0, 40, 30, 20] * 2])[:queues]
    level = np.array([[1, 2], [2, 1], [1, 0], [0, 1]] * 8)[:, :queues]
    made = case(
        QUEUES[:queues], volume, [(a, 0, 8 * 360) for a in range(4 * queues)], aht=[780.0, 950.0][:queues],
        level=level[: 4 * queues], step=360, shrinkage=Shrinkage(absence=0.06),
    )  # fmt: skip
    return made, volume


def replications(case: Make, count: int) -> ScenarioDays:
    """Simulate so many scenarios, once each."""
    made, volume = centre(case)
    coverage, requirement, settings = made
    scenarios = busy(volume, count, 1)
    is_open = opening(settings, requirement.grid)
    world = build_world(coverage, requirement, settings, is_open=is_open, closed_loop=False, samples={}, cv={},
                        balking={})  # fmt: skip
    windows = tuple(Windows.of(requirement.grid, scope, is_open) for scope in (1, 2))
    controls = Controls.of(world, coverage, scenarios, windows[0].first)
    days = ScenarioDays(windows, np.ones(2, np.bool_), controls)
    for r in range(count):
        key = replication_key(7, r)
        times, begins = poisson_arrivals(key, scenarios[r], world.step, np.zeros(0), np.zeros(3, np.int64))
        tally = replicate(world, key, times, begins, np.zeros(0))
        days.add(tally, controls.measure(times, begins, tally))
    return days


def test_controls_have_mean_0_and_intervals_hold_the_truth(case: Make) -> None:
    """The truth is the mean of 4,000 replications; samples of them stand for reports of 16, 24 and 40."""
    found = replications(case, 4000).found
    for each in found:
        values = np.array(each.controls)
        error = values.std(axis=0) / np.sqrt(4000)
        assert np.all(np.abs(values.mean(axis=0)) <= 4.2 * error + 1e-12)
        assert (error[:-1] > 0).all()
    assert np.array(found[0].controls)[..., PRESENT].std() == pytest.approx(np.sqrt(0.06 / 0.94 / 8), rel=0.1)

    assert values.shape == (4000, 3, 1, CONTROLS)
    above, below = (np.array(each)[..., 0] for each in (found[1].above, found[1].below))
    controls = values[:, :, 0] - values[:, :, 0].mean(axis=0)
    rng = np.random.default_rng(5)
    measures = [MEASURES.index(m) for m in ("service_level", "mean_wait_s", "abandonment", "occupancy")]
    for count in (16, 24, 40):
        held = []
        for _ in range(400):
            some = rng.choice(4000, count, replace=False)
            for q in range(3):
                n, d = above[:, measures, q], below[:, measures, q]
                value, half = regress(n[some], d[some], controls[some, q])
                held.append(np.abs(value - n.sum(axis=0) / d.sum(axis=0)) <= half)
        assert np.all(np.abs(np.mean(held, axis=0) - 0.95) <= 0.02), (count, np.mean(held, axis=0))


def test_it_goes_on_until_the_week_is_known_and_controls_make_that_soon(case: Make) -> None:
    made, volume = centre(case, 1)
    scenarios = busy(volume, 400, 3)
    options: dict[str, Any] = {"seed": 1, "half_width": 1.0, "scenarios": scenarios}
    asked = [simulate(*made, uncertain_half_width=h, **options) for h in (0.5, 0.015)]
    assert asked[0].daily["offered"].shape[0] == 16
    runs = asked[1].daily["offered"].shape[0]
    assert 16 < runs < 400
    for measure in ("service_level", "abandonment"):
        _, low, high = asked[1].expected("week", DAY, "phone", measure)
        assert (high - low) / 2 <= 0.015
    offered, level = (asked[1].daily[m][:, 0].sum(axis=1) for m in ("offered", "service_level"))
    plain = 1.96 * (level / 2).std() / np.sqrt(runs)
    assert plain > 1.5 * 0.015
    assert offered.size == runs
    all_of_them = simulate(*made, **options)
    assert all_of_them.daily["offered"].shape[0] == 400
    first = {m: values[:runs] for m, values in all_of_them.daily.items()}
    assert all(np.array_equal(asked[1].daily[m], first[m], equal_nan=True) for m in MEASURES)


def test_no_further_than_allowed_and_exactly_as_many_as_asked_for(case: Make) -> None:
    made, volume = centre(case)
    options: dict[str, Any] = {"seed": 1, "half_width": 1.0, "scenarios": busy(volume, 30, 3)}
    most = simulate(*made, uncertain_half_width=1e-6, max_replications=37, **options)
    assert most.daily["offered"].shape[0] == 37
    exact = simulate(*made, uncertain_half_width=1.0, replications=41, **options)
    assert exact.daily["offered"].shape[0] == 41


def test_the_mean_over_scenarios_is_not_the_service_at_the_mean(case: Make) -> None:
    """A busy day costs more than a quiet one gains."""
    made, volume = centre(case)
    report = simulate(*made, seed=1, replications=100, scenarios=busy(volume, 100, 4, cv=0.3))
    expected, planned = (each("week", DAY, "all", "service_level") for each in (report.expected, report.simulated))
    assert expected[2] < planned[1]


def test_rows_are_of_days_and_weeks_and_only_with_scenarios(case: Make) -> None:
    made, volume = centre(case)
    report = simulate(*made, seed=1, replications=2, scenarios=busy(volume, 2, 4))
    assert [(row.scope, row.queue) for row in report.uncertain] == [
        (scope, queue) for scope in ("day", "day", "week") for queue in ("phone", "sales", "all")
    ]
    assert np.isnan(report.expected("interval", DAY, "all", "service_level")[0])
    assert simulate(*made, seed=1, replications=2).uncertain == ()
