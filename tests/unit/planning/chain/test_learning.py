"""What a simulation teaches the planning model."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scheduling" / "optimiser"))

import small

from capacity.service import MEASURES, ServiceReport, ServiceRow
from domain.progress import Control
from domain.queues import Target
from planning.learning import LENIENT, MARGIN, STRIDE, learn
from planning.plan import elastic_use
from scheduling.handout import roster_of
from scheduling.model import Model
from scheduling.result import Effort, Result
from scheduling.service_model import row_values
from scheduling.solve import solve


@pytest.fixture(scope="module")
def solved() -> tuple[Model, Result]:
    model = small.model(small.folder(6), load=4.0)
    return model, solve(
        model, seed=1, effort=Effort(ascent=60, steps=50, chains=1, moves=200_000, assembly=0.1), control=Control()
    )


def report_at(model: Model, result: Result, efficiency: float) -> ServiceReport:
    """Return a report that finds the waits of seats worth ``efficiency`` of what was planned."""
    service = model.instance.service
    scaled = model.instance._replace(service=service._replace(efficiency=service.efficiency * efficiency))
    waits = row_values(scaled, result.seats, np.zeros_like(service.limit))
    rows = []
    for r, i in enumerate(model.rows.tolist()):
        target = model.targets[i]
        value = np.full(len(MEASURES), np.nan)
        value[MEASURES.index("offered")] = 100.0
        value[MEASURES.index(target.measure)] = waits[r]
        rows.append(ServiceRow("day", target.start, "phone", value, value, value))
    return ServiceReport(model.intervals, ("phone",), tuple(rows), 1)


@pytest.mark.parametrize("efficiency", [0.93, 0.97])
def test_the_efficiency_of_seats_is_recovered(solved: tuple[Model, Result], efficiency: float) -> None:
    """Waits as of seats worth 93 % are explained by seats worth 93 %."""
    model, result = solved
    learned = learn(model, result, report_at(model, result, efficiency), model.learned)
    assert learned.efficiency == pytest.approx(efficiency, abs=0.01)
    assert np.allclose(learned.duty, np.maximum(result.seats, 1e-9))


def test_better_service_than_planned_is_taken_in_small_parts(solved: tuple[Model, Result]) -> None:
    """Seats worth 104 %: another roster may not have it, so less than half is planned with."""
    model, result = solved
    learned = learn(model, result, report_at(model, result, 1.04), model.learned)
    assert learned.efficiency == pytest.approx(1 + LENIENT * 0.04, abs=0.004)


def test_waits_are_planned_with_a_margin(solved: tuple[Model, Result]) -> None:
    """A simulation that finds what was planned still adds the margin by which simulations differ."""
    model, result = solved
    report = report_at(model, result, 1.0)
    limit = model.targets[int(model.rows[0])].limit
    learned = learn(model, result, report, model.learned)
    assert learned.offset[model.rows] == pytest.approx(MARGIN * limit, abs=0.02 * limit)


def test_one_round_changes_efficiency_only_so_far(solved: tuple[Model, Result]) -> None:
    """However bad a simulated day, the next round takes one stride."""
    model, result = solved
    learned = learn(model, result, report_at(model, result, 0.6), model.learned)
    assert learned.efficiency == pytest.approx(1 - STRIDE)


def test_nothing_observed_teaches_nothing(solved: tuple[Model, Result]) -> None:
    """Days without contacts keep what was known."""
    model, result = solved
    empty = replace(report_at(model, result, 1.0), rows=())
    assert np.array_equal(learn(model, result, empty, model.learned).efficiency, model.learned.efficiency)


def test_no_elastic_seats_are_no_use(solved: tuple[Model, Result]) -> None:
    """Peak and hours of a roster without elastic seats are nothing."""
    model, result = solved
    assert elastic_use(model.folder, roster_of(model, result.roll)) == (0.0, 0.0)


def two_thresholds(*others: Target) -> tuple[Model, Result]:
    """Return a pool of queues with service levels within 20 and 120 s, and one more queue for each other target."""
    promised = [Target(service_level=0.8, within_s=20), Target(service_level=0.8, within_s=120), *others]
    queues = tuple(small.queue(f"q{k}", targets=(target,)) for k, target in enumerate(promised))
    model = small.model(small.folder(14, queues=queues), load=1.5)
    assert len(model.pools) == 1
    return model, solve(
        model, seed=1, effort=Effort(ascent=60, steps=50, chains=1, moves=100_000, assembly=0.1), control=Control()
    )


def seen_by_row(model: Model, result: Result, efficiency: float, **elsewhere: float) -> ServiceReport:
    """Return what seats worth ``efficiency`` give each row's own measure, and a level where a queue has no row."""
    service = model.instance.service
    scaled = model.instance._replace(service=service._replace(efficiency=service.efficiency * efficiency))
    given = row_values(scaled, result.seats, np.zeros_like(service.limit))
    rows = []
    for r, i in enumerate(model.rows.tolist()):
        target = model.targets[i]
        queue = model.folder.centre.queue_ids[target.queue]
        value = np.full(len(MEASURES), np.nan)
        value[MEASURES.index("offered")] = 100.0
        value[MEASURES.index("service_level")] = elsewhere.get(queue, np.nan)
        value[MEASURES.index(target.measure)] = given[r]
        rows.append(ServiceRow("day", target.start, queue, value, value, value))
    return ServiceReport(model.intervals, model.folder.centre.queue_ids, tuple(rows), 1)


@pytest.mark.parametrize("efficiency", [0.92, 0.97])
def test_queues_of_one_pool_are_read_at_their_own_thresholds(efficiency: float) -> None:
    """On the last queue's curve alone, seats worth 92 % looked like far fewer."""
    model, result = two_thresholds()
    learned = learn(model, result, seen_by_row(model, result, efficiency), model.learned)
    assert learned.efficiency == pytest.approx(efficiency, abs=0.01)


def test_a_queue_without_a_service_level_is_left_out_of_it() -> None:
    """Its level at the threshold that is shown by default says nothing of what was planned."""
    model, result = two_thresholds(Target(mean_wait_s=60.0))
    learned = learn(model, result, seen_by_row(model, result, 0.95, q2=0.2), model.learned)
    assert learned.efficiency == pytest.approx(0.95, abs=0.01)
