"""What each person did, by hand and against what the queues saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from capacity.service import AGENT_MEASURES, AgentRow
from capacity.simulation import FixedArrivals, simulate
from domain.centre import Shrinkage
from domain.queues import Channel, Queue, Target

DAY = "2026-11-23"
Make = Callable[..., Any]
PHONE, SALES = Queue(id="phone"), Queue(id="sales")
CHAT = Queue(id="chat", channel=Channel.CHAT, concurrency=2)
MAIL = Queue(id="mail", channel=Channel.DEFERRED, targets=(Target(response_h=1, share=0.9),))


def play(case: Any, contacts: list[tuple[float, int, float]], **options: Any) -> tuple[AgentRow, ...]:
    minute, queue, handle = (np.array(column) for column in zip(*contacts, strict=True))
    log = FixedArrivals(minute.astype(float), queue.astype(int), handle.astype(float) * 60.0)
    return simulate(*case, seed=1, replications=1, arrivals=log, **options).agents


def test_a_persons_work_is_counted_by_hand(case: Make) -> None:
    """Ann takes the calls of 0 and 20 (10 and 5 minutes), Bob the one of 1 (20 minutes of his 30)."""
    made = case(
        [PHONE, SALES],
        [[3, 0], [0, 0]],
        [(0, 0, 60), (1, 0, 30)],
        fcr=[[0.8, 0.1], [0.4, np.nan]],
        level=[[1, 1], [2, 2]],
    )
    ann, bob = play(made, [(0, 0, 10), (1, 1, 20), (20, 1, 5)])
    assert (ann.agent_id, bob.agent_id) == ("a0", "a1")
    assert ann.value == pytest.approx([15 / 60, 2, (0.8 + 0.1) / 2, 1.0])
    assert bob.value == pytest.approx([20 / 30, 1, np.nan, 0.5], nan_ok=True)
    assert np.isnan(ann.low).all()
    assert np.isnan(ann.high).all()


def test_chats_count_by_concurrency_and_deferred_work_counts(case: Make) -> None:
    made = case([CHAT, MAIL], [[1, 0], [1, 0]], [(0, 0, 60)])
    (ann,) = play(made, [(0, 0, 10), (20, 1, 30)])
    assert ann.get("occupancy") == pytest.approx((10 / 2 + 30) / 60)
    assert ann.get("handled") == 2


def test_who_was_not_there_has_done_nothing(case: Make) -> None:
    made = case([PHONE], [[1]], [(0, 0, 30)], servers=2)
    _, bob = play(made, [(0, 0, 10)])
    assert bob.value == pytest.approx([np.nan, 0, np.nan, 0], nan_ok=True)
    assert simulate(*case([PHONE], [[1]], [], servers=0), seed=1, replications=2).agents == ()


def test_the_backlog_is_handled_by_somebody(case: Make) -> None:
    made = case([MAIL], [[0, 0]], [(0, 0, 60)], aht=60.0)
    report = simulate(*made, seed=1, replications=2, backlog={"mail": 5})
    assert report.agents[0].get("handled") == 5
    assert report.simulated("week", DAY, "mail", "offered")[0] == 0


def test_people_add_up_to_their_queues(case: Make) -> None:
    """Duty and handled contacts, over several days, with losses and absence; every interval holds its value."""
    rng = np.random.default_rng(3)
    volume = rng.uniform(0, 2, (3, 96))
    stretches = [(a, 1440 * day + 240 * a, 1440 * day + 240 * a + 360) for a in range(4) for day in range(2)]
    made = case(
        [PHONE, CHAT, MAIL], volume, stretches, aht=[120, 200, 90], fcr=rng.uniform(0, 1, (4, 3)),
        shrinkage=Shrinkage(absence=0.2, in_shift=0.1),
    )  # fmt: skip
    report = simulate(*made, seed=3, replications=20)
    hours = sum(row.get("duty_h") for row in report.agents)
    assert hours == pytest.approx(48 * report.simulated("week", DAY, "all", "agents")[0], rel=1e-9)
    handled = sum(row.get("handled") for row in report.agents)
    resolved = sum(row.get("handled") * row.get("fcr") for row in report.agents)
    assert resolved / handled == pytest.approx(report.simulated("week", DAY, "all", "fcr")[0], rel=1e-9)
    for row in report.agents:
        for measure, low, value, high in zip(AGENT_MEASURES, row.low, row.value, row.high, strict=True):
            assert 0 <= low < value < high, measure
        assert row.high[0] <= 1


def test_a_wider_interval_comes_of_fewer_replications(case: Make) -> None:
    made = case([PHONE], [[20] * 8], [(0, 0, 240), (1, 0, 240)], aht=100.0)
    few, many = (simulate(*made, seed=1, replications=r).agents[0] for r in (10, 160))
    assert (many.high - many.low)[0] < 0.5 * (few.high - few.low)[0]
