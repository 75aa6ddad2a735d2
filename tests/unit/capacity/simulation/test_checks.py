"""What cannot be simulated is refused by name; what is merely odd is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from capacity.simulation import FixedArrivals, simulate
from domain.queues import Channel, Queue, Target

Make = Callable[..., Any]
QUEUES = [Queue(id="phone"), Queue(id="mail", channel=Channel.DEFERRED)]
NO, INF = float("nan"), float("inf")


def made(case: Make) -> Any:
    return case(QUEUES, [[3, 3], [1, 1]], [(0, 0, 60)])


def log(minute: Any = (1.0, 2.0), queue: Any = (0, 1), handle: Any = None) -> FixedArrivals:
    return FixedArrivals(np.array(minute), np.array(queue), None if handle is None else np.array(handle))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"replications": 0}, "replications must be at least 1, not 0"),
        ({"replications": -3}, "replications must be at least 1, not -3"),
        ({"max_replications": 0}, "max_replications must be at least 1"),
        ({"half_width": NO}, "half_width must be above 0, not nan"),
        ({"half_width": -0.1}, "half_width must be above 0"),
        ({"backlog": {"mail": INF}}, "backlog of mail must be at least 0, and one is inf"),
        ({"backlog": {"mail": NO}}, "backlog of mail"),
        ({"backlog": {"mail": -1.0}}, "backlog of mail"),
        ({"scenarios": np.full((2, 2, 2), NO)}, "scenarios must be finite"),
        ({"scenarios": np.zeros((2, 2))}, "scenarios must have the shape"),
        ({"scenarios": np.zeros((2, 2, 3))}, "scenarios must have the shape"),
        ({"handle_times": {"phone": np.array([30.0, -1.0])}}, "handle_times of phone"),
        ({"handle_times": {"phone": np.array([30.0, NO])}}, "handle_times of phone"),
        ({"cv": {"phone": -0.5}}, "cv of phone"),
        ({"balking": {"phone": 1.5}}, "balking of phone must be from 0 to 1"),
        ({"arrivals": log(queue=(0, 2))}, "queue of arrivals must be from 0 to 1, and one is 2"),
        ({"arrivals": log(queue=(0, -1))}, "queue of arrivals"),
        ({"arrivals": log(queue=(0.0, 0.5))}, "queue of arrivals must be whole numbers"),
        ({"arrivals": log(minute=(1.0, NO))}, "minute of arrivals must be finite"),
        ({"arrivals": log(handle=(5.0, -2.0))}, "handle_s of arrivals must be at least 0"),
        ({"arrivals": log(handle=(5.0, INF))}, "handle_s of arrivals"),
        ({"arrivals": log(minute=(1.0,))}, "columns of arrivals must be of one length"),
        ({"arrivals": log(handle=(1.0,))}, "columns of arrivals must be of one length"),
    ],
)
def test_what_cannot_be_is_refused_by_name(case: Make, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(*made(case), **({"seed": 1, "max_replications": 2} | options))


@pytest.mark.parametrize("volume", [NO, INF, -1.0])
def test_a_volume_that_cannot_be_is_refused(case: Make, volume: float) -> None:
    coverage, requirement, centre = made(case)
    requirement.volume[0, 1] = volume
    with pytest.raises(ValueError, match="volume of the requirement must be at least 0"):
        simulate(coverage, requirement, centre, seed=1, replications=1)


def test_nothing_at_all_is_fine(case: Make) -> None:
    """No volume, no backlog, no scenario, an empty log, and handle times unknown in it."""
    coverage, requirement, centre = made(case)
    requirement.volume[:] = 0.0
    nobody = simulate(
        coverage, requirement, centre, seed=1, replications=1, backlog={"mail": 0.0}, scenarios=np.zeros((0, 2, 2)),
        handle_times={"phone": np.zeros(0)}, arrivals=log((), np.zeros(0, np.int64), ()),
    )  # fmt: skip
    assert nobody.simulated("week", "2026-11-23", "all", "offered")[0] == 0.0
    simulate(coverage, requirement, centre, seed=1, replications=1, arrivals=log(handle=(NO, 30.0)))


def test_a_scenario_below_nothing_is_nothing(case: Make) -> None:
    target = Target(response_h=1, share=0.9)
    queues = [QUEUES[0], QUEUES[1].model_copy(update={"targets": (target,)})]
    coverage, requirement, centre = case(queues, [[3, 3], [1, 1]], [(0, 0, 60)])
    report = simulate(coverage, requirement, centre, seed=1, replications=2, scenarios=np.full((1, 2, 2), -0.5))
    assert report.daily["offered"].max() == 0.0
