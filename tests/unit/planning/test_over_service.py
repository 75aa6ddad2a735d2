"""Service above target: only where every target is kept, with the paid hours beyond the need."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from capacity.requirement import Requirement
from domain.centre import Centre, Shrinkage
from domain.contracts import Contract, StartWindow
from domain.grid import IntervalGrid
from domain.queues import Queue, Target
from planning.over_service import over_service
from planning.result import TargetResult
from scheduling.pools import Pool
from scheduling.shortage import pooled_need

NAN = float("nan")


def test_hours_beyond_the_need_are_paid_time_shared_by_work() -> None:
    """Ten seats where the need is known, two queues of one pool with one and three parts of the work."""
    grid = IntervalGrid.of_days(date(2026, 11, 23), 1, "UTC", 60)
    target = Target(service_level=0.8, within_s=20.0)
    queues = (Queue(id="a", targets=(target,)), Queue(id="b", targets=(target,)))
    contract = Contract(id="full", start=StartWindow(from_minute=480, to_minute=480))
    centre = Centre(
        name="c", timezone="UTC", queues=queues, contracts=(contract,), shrinkage=Shrinkage(absence=0.2, in_shift=0.0)
    )
    volume = np.array([np.full(24, 10.0), np.full(24, 30.0)])
    blank = np.full_like(volume, NAN)
    requirement = Requirement(grid, ("a", "b"), volume, np.full_like(volume, 300.0), *(blank.copy() for _ in range(6)))
    model = SimpleNamespace(
        folder=SimpleNamespace(centre=centre),
        intervals=grid,
        pools=(Pool((0, 1), (False, 1, (1.0,), False)),),
        agents=("x", "y"),
        instance=SimpleNamespace(hourly=np.array([20.0, 30.0])),
        pool_volume=volume.sum(axis=0)[None, :],
        pool_aht=np.full((1, 24), 300.0),
        learned=SimpleNamespace(efficiency=np.ones((1, 24))),
    )
    result = SimpleNamespace(seats=np.full((1, 24), 10.0))
    spare = (10.0 - float(pooled_need(model)[0, 0])) * 24 / 0.8

    def row(queue: str, simulated: float, met: bool = True) -> TargetResult:
        start = "2026-11-23"
        return TargetResult(queue, "day", start, "service_level", 0.8, NAN, simulated, NAN, NAN, NAN, NAN, NAN, met)

    first, second = over_service([row("a", 0.9), row("b", 0.85)], [(model, result)], requirement)
    assert (first.queue, first.points) == ("a", pytest.approx(0.1))
    assert first.hours == pytest.approx(spare / 4) and second.hours == pytest.approx(3 * spare / 4)
    assert first.cost == pytest.approx(first.hours * 25.0)
    assert over_service([row("a", 0.7, met=False)], [(model, result)], requirement) == ()
