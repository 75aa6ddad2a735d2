"""Replications: repeatable, comparable, as many as needed, and stopped on request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from capacity.service import MEASURES, ServiceReport
from capacity.simulation import FixedArrivals, simulate
from capacity.targets import TargetRow
from domain.centre import Shrinkage
from domain.progress import Control
from domain.queues import Channel, Queue, Target

DAY = "2026-11-23"
Make = Callable[..., Any]
QUEUES = [
    Queue(id="phone", patience_s=200),
    Queue(id="chat", channel=Channel.CHAT, concurrency=2, slowdown=(0.7, 1.0), patience_s=300),
    Queue(id="mail", channel=Channel.DEFERRED, targets=(Target(response_h=1, share=0.9),)),
]
LOST = Shrinkage(absence=0.1, in_shift=0.05)


def usual(case: Make, agents: int = 6, **options: Any) -> Any:
    volume = np.array([[30] * 8, [25] * 8, [4] * 8])
    stretches = [(a, 0, 240) for a in range(agents)]
    return case(QUEUES, volume, stretches, aht=[150, 200, 300], shrinkage=LOST, **options)


def same(one: ServiceReport, two: ServiceReport) -> bool:
    return one.replications == two.replications and all(
        np.array_equal(a.value, b.value, equal_nan=True) and np.array_equal(a.high, b.high, equal_nan=True)
        for a, b in zip(one.rows, two.rows, strict=True)
    )


def test_the_seed_alone_decides_whatever_the_cores(case: Make) -> None:
    made = usual(case)
    options: dict[str, Any] = {"scenarios": np.repeat(made[1].volume[None], 3, axis=0), "max_replications": 40}
    one = simulate(*made, seed=4, control=Control(cores=1), **options)
    many = simulate(*made, seed=4, control=Control(cores=4), **options)
    other = simulate(*made, seed=5, control=Control(cores=1), **options)
    assert same(one, many)
    assert all(np.array_equal(one.daily[m], many.daily[m], equal_nan=True) for m in MEASURES)
    assert not same(one, other)


def test_two_rosters_meet_the_same_customers(case: Make) -> None:
    few, many = (simulate(*usual(case, agents), seed=4, replications=30) for agents in (6, 7))
    assert np.array_equal([r.get("offered") for r in few.rows], [r.get("offered") for r in many.rows], equal_nan=True)


def test_common_customers_make_a_difference_sharp(case: Make) -> None:
    """The difference of two rosters varies far less than that of two unrelated runs."""
    made = [case([Queue(id="phone", patience_s=200)], [[30] * 8], [(a, 0, 240) for a in range(n)], aht=150.0)
            for n in (3, 4)]  # fmt: skip

    def waits(which: int, seed: int) -> float:
        return simulate(*made[which], seed=seed, replications=1).simulated("day", DAY, "phone", "mean_wait_s")[0]

    few = np.array([waits(0, seed) for seed in range(60)])
    many = np.array([waits(1, seed) for seed in range(60)])
    apart = np.array([waits(1, seed) for seed in range(100, 160)])
    assert np.var(few - many) < 0.5 * np.var(few - apart)


def test_replications_go_on_until_days_are_known_well_enough(case: Make) -> None:
    made = usual(case)
    loose, tight = (simulate(*made, seed=1, half_width=h) for h in (0.04, 0.02))
    assert loose.replications < tight.replications < 400
    for measure in ("service_level", "abandonment", "share"):
        for queue in ("phone", "chat", "mail"):
            _, low, high = tight.simulated("day", DAY, queue, measure)
            assert not high - low > 0.0401


def test_a_wait_target_asks_for_more(case: Make) -> None:
    made = usual(case)
    row = TargetRow(0, "day", DAY, "mean_wait_s", 30.0, 0.0, 0.0, np.arange(8))
    plain = simulate(*made, seed=1, half_width=0.05)
    asked = simulate(*made, seed=1, half_width=0.05, targets=(row,), max_replications=3000)
    _, low, high = asked.simulated("day", DAY, "phone", "mean_wait_s")
    assert asked.replications > plain.replications
    assert (high - low) / 2 <= 1.5


def test_no_more_replications_than_allowed(case: Make) -> None:
    assert simulate(*usual(case), seed=1, half_width=0.0001, max_replications=21).replications == 21
    assert simulate(*usual(case), seed=1, replications=3).replications == 3


def test_cancelling_hands_out_what_is_there(case: Make) -> None:
    cancel = threading.Event()
    seen: list[float] = []

    def report(step: str, share: float, note: str) -> None:
        seen.append(share)
        if len(seen) == 5:
            cancel.set()

    for cores in (1, 2):
        seen.clear()
        cancel.clear()
        control = Control(report=report, cancel=cancel, cores=cores)
        found = simulate(*usual(case), seed=1, replications=100, control=control)
        assert found.replications == 5
        assert seen == pytest.approx([0.01, 0.02, 0.03, 0.04, 0.05])
    assert same(found, simulate(*usual(case), seed=1, replications=5))


def test_scenario_days_spread_more_than_the_error_of_the_simulation(case: Make) -> None:
    made = usual(case)
    factors = np.linspace(0.5, 1.5, 10)
    scenarios = factors[:, None, None] * made[1].volume[None]
    report = simulate(*made, seed=1, replications=40, scenarios=scenarios)
    assert set(report.daily) == set(MEASURES)
    offered = report.daily["offered"]
    assert offered.shape == (40, 3, 1)
    mean = offered[:, 0, 0].reshape(4, 10).mean(axis=0)
    assert mean == pytest.approx(factors * 240, rel=0.1)
    assert report.simulated("day", DAY, "phone", "offered")[0] == pytest.approx(240, rel=0.05)


def test_scenarios_may_be_fewer_or_more_than_the_replications(case: Make) -> None:
    made = usual(case)
    few = simulate(*made, seed=1, max_replications=20, scenarios=made[1].volume[None])
    assert few.daily["offered"].shape[0] == few.replications
    many = simulate(*made, seed=1, max_replications=50, half_width=1.0,
                    scenarios=np.repeat(made[1].volume[None], 30, axis=0))  # fmt: skip
    assert (many.replications, many.daily["offered"].shape[0]) == (16, 30)


def test_all_adds_queues_up_and_leaves_deferred_work_out_of_waits(case: Make) -> None:
    report = simulate(*usual(case), seed=1, replications=20)
    rows = {queue: report.row("day", DAY, queue) for queue in ("phone", "chat", "mail", "all")}
    offered = {queue: row.get("offered") for queue, row in rows.items() if row}
    assert offered["all"] == pytest.approx(offered["phone"] + offered["chat"] + offered["mail"])
    for measure in ("mean_wait_s", "service_level", "abandonment"):
        live = sum(offered[q] * report.simulated("day", DAY, q, measure)[0] for q in ("phone", "chat"))
        found = report.simulated("day", DAY, "all", measure)[0]
        assert found == pytest.approx(live / (offered["phone"] + offered["chat"]))
    for queue in ("phone", "chat"):
        assert np.isnan(report.simulated("day", DAY, queue, "share")[0])
    assert np.isnan(report.simulated("day", DAY, "mail", "service_level")[0])
    total = sum(report.simulated("day", DAY, q, "agents")[0] for q in ("phone", "chat", "mail"))
    assert report.simulated("day", DAY, "all", "agents")[0] == pytest.approx(total)


def test_every_scope_has_its_rows(case: Make) -> None:
    report = simulate(*usual(case), seed=1, replications=2)
    assert len(report.rows) == 4 * (8 + 1 + 1)
    assert report.row("interval", "2026-11-23T03:30+00:00", "all") is not None
    assert report.row("week", DAY, "nobody") is None


def test_handle_times_come_from_the_sample_given(case: Make) -> None:
    made = case([Queue(id="phone")], [[20] * 8], [(a, 0, 240) for a in range(30)], aht=999.0)
    report = simulate(*made, seed=1, replications=60, handle_times={"phone": np.array([30.0, 90.0])})
    busy = report.simulated("day", DAY, "phone", "occupancy")[0] * 30 * 240 * 60
    assert busy / report.simulated("day", DAY, "phone", "offered")[0] == pytest.approx(60.0, rel=0.02)


def test_variable_handle_times_make_people_wait_longer(case: Make) -> None:
    made = case([Queue(id="phone")], [[22] * 16], [(0, 0, 480)], aht=60.0)
    constant, wild = (simulate(*made, seed=1, replications=150, cv={"phone": cv}) for cv in (0.0, 2.0))
    wait = [r.simulated("day", DAY, "phone", "mean_wait_s")[0] for r in (constant, wild)]
    assert wait[1] > 2 * wait[0]


def test_a_log_is_replayed_with_drawn_handle_times_where_it_has_none(case: Make) -> None:
    made = case([Queue(id="phone")], [[0] * 8], [(a, 0, 240) for a in range(30)], aht=120.0)
    log = FixedArrivals(np.linspace(0, 200, 100), np.zeros(100, dtype=np.int64))
    report = simulate(*made, seed=1, replications=100, arrivals=log)
    assert report.simulated("day", DAY, "phone", "offered") == (100.0, 100.0, 100.0)
    assert report.simulated("day", DAY, "phone", "occupancy")[0] == pytest.approx(100 * 120 / (30 * 240 * 60), rel=0.05)


def test_unknown_handle_times_take_the_queues_mean(case: Make) -> None:
    coverage, requirement, centre = case([Queue(id="phone")], [[20, 20]], [(a, 0, 60) for a in range(9)], aht=120.0)
    requirement.aht_s[0, 1] = np.nan
    report = simulate(coverage, requirement, centre, seed=1, replications=5)
    assert np.isfinite(report.simulated("day", DAY, "phone", "occupancy")[0])
    requirement.aht_s[:] = np.nan
    with pytest.raises(ValueError, match="handle time of queue phone"):
        simulate(coverage, requirement, centre, seed=1, replications=5)


def test_a_centre_without_anyone_on_duty_can_be_simulated(case: Make) -> None:
    made = case([Queue(id="phone", patience_s=60)], [[20, 0]], [], servers=0)
    report = simulate(*made, seed=1, replications=5)
    assert report.simulated("day", DAY, "phone", "abandonment")[0] == 1.0
    assert report.simulated("day", DAY, "phone", "agents")[0] == 0.0


def test_coverage_and_requirement_must_belong_together(case: Make) -> None:
    coverage, requirement, _ = case([Queue(id="phone")], [[20, 20]], [(0, 0, 60)])
    _, longer, centre = case([Queue(id="phone")], [[20, 20, 20]], [(0, 0, 60)])
    with pytest.raises(ValueError, match="span different time"):
        simulate(coverage, longer, centre, seed=1)
    _, _, renamed = case([Queue(id="calls")], [[20, 20]], [(0, 0, 60)])
    with pytest.raises(ValueError, match="list different queues"):
        simulate(coverage, requirement, renamed, seed=1)
