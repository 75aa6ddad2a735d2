"""Every number of an interval can be opened, and the numbers follow from each other."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from capacity.service import MEASURES, ServiceReport, ServiceRow
from forecasting.forecast import LEVELS, Forecast
from planning.binding import binding_by_day
from planning.files.plan_in import PlanIn
from planning.interval_explained import explain_interval
from tests.unit.planning.whatif_case import FIRST, MONDAY, world_of


@pytest.fixture(scope="module")
def case():
    world = world_of()
    need = world.requirement
    forecast = Forecast(
        need.grid, need.queues, need.volume, np.stack([need.volume] * len(LEVELS)), need.aht_s, need.volume > 0
    )
    at = need.grid.label(need.grid.index_at(MONDAY + timedelta(hours=10)))
    value = np.full(len(MEASURES), 0.5)
    rows = (ServiceRow("interval", at, "phone", value, value - 0.1, value + 0.1),)
    document = {
        "targets": [
            {
                "queue": "phone",
                "scope": "day",
                "start": FIRST.isoformat(),
                "measure": "mean_wait_s",
                "target": 60.0,
                "met": False,
            }
        ]
    }
    service = ServiceReport(need.grid, need.queues, rows, 10)
    return world, PlanIn(FIRST, 1, forecast, need, world.roster, service, document)


def test_the_chain_from_forecast_to_service_is_told(case):
    world, plan = case
    figures = {f.name: f for f in explain_interval(world, plan, "phone", MONDAY + timedelta(hours=10, minutes=12))}
    assert figures["forecast contacts"].value == 36.0 and "without bands" in figures["forecast contacts"].how
    assert figures["offered load"].value == pytest.approx(36 * 300 / 1800)
    alone = [f.value for name, f in figures.items() if name.startswith("agents for ")]
    assert len(alone) == 2
    assert "service level binds" in figures["agents"].how or "mean wait binds" in figures["agents"].how
    assert figures["scheduled agents"].value == pytest.approx(8 / 0.9025)
    people = [f for name, f in figures.items() if name[1:].isdigit()]
    assert len(people) == 12
    assert sum(f.value for f in people) == pytest.approx(figures["seats by formula"].value)
    expected = figures["expected service_level"]
    assert 0 < expected.value < 1
    assert "a seat counting 1.00" in expected.how  # the day was not simulated, so nothing corrects the formula
    assert figures["mean_wait_s of the interval"].value == 0.5
    assert "missed" in figures["target mean_wait_s"].how


def test_deferred_work_is_told_by_its_deadline(case):
    world, plan = case
    figures = {f.name: f for f in explain_interval(world, plan, "mail", MONDAY + timedelta(hours=10))}
    assert "90% in 24 h" in figures["agents"].how
    assert "patience s" not in figures
    assert not any(name.startswith("expected") for name in figures)


def test_a_time_outside_the_plan_is_refused(case):
    world, plan = case
    for moment in (MONDAY - timedelta(minutes=1), MONDAY + timedelta(days=7)):
        with pytest.raises(ValueError, match="a time from 2026-11-23T00:00"):
            explain_interval(world, plan, "phone", moment)


def test_what_binds_is_told_for_each_queue_and_day(case):
    world, _ = case
    rows = binding_by_day(world.folder.centre, world.requirement)
    assert [(row.queue, row.day) for row in rows][:2] == [("phone", "2026-11-23"), ("phone", "2026-11-24")]
    assert len(rows) == 7  # chat and mail have no such targets
    assert rows[0].hours[rows[0].binds] == max(rows[0].hours.values())
    assert rows[0].hours["mean_wait_s"] > 0.9 * 6 * 12
