"""Customer tiers: one rule a test, and the same customers however they are treated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from capacity.service import ServiceReport
from capacity.simulation import FixedArrivals, Outage, simulate
from capacity.simulation.tiers import Streams
from domain.centre import Centre, Shrinkage
from domain.coverage import Coverage
from domain.hours import WeeklyWindow
from domain.queues import Channel, Queue
from domain.tiers import Tier

DAY = "2026-11-23"
Make = Callable[..., Any]
DAYTIME = (WeeklyWindow(frozenset(range(7)), 8 * 60, 18 * 60),)


def with_tiers(made: Any, *tiers: Tier, apart: dict[str, str] | None = None) -> Any:
    """Give a case tiers, and set servers apart for them by name."""
    coverage, requirement, centre = made
    servers = tuple(replace(s, tier=(apart or {}).get(s.id, "")) for s in coverage.servers)
    return replace(coverage, servers=servers), requirement, centre.model_copy(update={"tiers": tiers})


def tier(report: ServiceReport, name: str, measure: str = "mean_wait_s", queue: str = "all") -> float:
    (row,) = [r for r in report.tiers if (r.scope, r.start, r.tier, r.queue) == ("week", DAY, name, queue)]
    return row.simulated(measure)[0]


def busy(case: Make, seed: int = 5, hours: tuple[WeeklyWindow, ...] = DAYTIME) -> Any:
    """Calls, chats and mail for seventy people of mixed skills, with breaks in duty, absence and closing hours."""
    rng = np.random.default_rng(seed)
    queues = (
        Queue(id="phone", patience_s=300.0, redial_probability=0.3, repeat_probability=0.5, open=hours),
        Queue(id="chat", channel=Channel.CHAT, concurrency=3, slowdown=(0.6, 0.8, 1.0), patience_s=900.0),
        Queue(id="mail", channel=Channel.DEFERRED),
        Queue(id="sales", patience_s=200.0),
    )
    volume = np.array([[150.0] * 48, [100.0] * 48, [10.0] * 48, [80.0] * 48])
    level = rng.integers(0, 3, (70, 4))
    stretches = [(i, (i % 4) * 120.0, (i % 4) * 120 + 900.0) for i in range(70)]
    return case(
        queues,
        volume,
        stretches,
        aht=[300.0, 480.0, 400.0, 250.0],
        level=level,
        weight=rng.integers(1, 4, (70, 4)) / 2,
        shrinkage=Shrinkage(absence=0.06, in_shift=0.04),
    )


UNRANKED = (
    Tier(id="vip", share=0.05, priority=False),
    Tier(id="gold", share=0.2, queues=("phone", "chat"), priority=False),
)


def same(one: ServiceReport, other: ServiceReport) -> None:
    for first, second in zip(one.rows, other.rows, strict=True):
        np.testing.assert_allclose(first.value, second.value, rtol=1e-9, atol=1e-9)
    for mine, theirs in zip(one.agents, other.agents, strict=True):
        np.testing.assert_allclose(mine.value, theirs.value, rtol=1e-9, atol=1e-9)
    for measure, values in one.daily.items():
        np.testing.assert_allclose(values, other.daily[measure], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("closed_loop", [False, True])
def test_tiers_without_priority_change_nothing_but_what_is_told(case: Make, closed_loop: bool) -> None:
    """Every figure of every queue, person and scenario day is that of a centre without tiers, to rounding.

    Returns that come at the same opening stand in the order of tiers, so the closed loop is tried without closing.
    """
    made = busy(case, hours=() if closed_loop else DAYTIME)
    volume = made[1].volume
    options: dict[str, Any] = {
        "seed": 3,
        "replications": 4,
        "closed_loop": closed_loop,
        "backlog": {"mail": 30.0},
        "reserve": {"mail": 2},
        "scenarios": np.stack([0.9 * volume, 1.1 * volume]),
        "outages": [Outage("phone", 600.0, 660.0), Outage("chat", 700.0, 730.0, unreached=True)],
    }
    plain = simulate(*made, **options)
    parted = simulate(*with_tiers(made, *UNRANKED), **options)
    same(plain, parted)
    assert plain.tiers == ()
    assert {row.tier for row in parted.tiers} == {"vip", "gold", "standard"}


def test_a_log_is_parted_too(case: Make) -> None:
    rng = np.random.default_rng(1)
    made = busy(case)
    log = FixedArrivals(rng.uniform(0, 1440, 4000), rng.integers(0, 4, 4000), rng.exponential(300.0, 4000))
    plain = simulate(*made, seed=3, replications=2, arrivals=log)
    same(plain, simulate(*with_tiers(made, *UNRANKED), seed=3, replications=2, arrivals=log))


def test_the_same_customers_come_with_and_without_priority(case: Make) -> None:
    made = busy(case)
    ranked = tuple(t.model_copy(update={"priority": True}) for t in UNRANKED)
    without = simulate(*with_tiers(made, *UNRANKED), seed=3, replications=4)
    report = simulate(*with_tiers(made, *ranked), seed=3, replications=4)
    for name in ("vip", "gold", "standard"):
        assert tier(report, name, "offered") == tier(without, name, "offered")
    assert tier(report, "vip") < 0.7 * tier(without, "vip")
    assert tier(report, "vip", queue="phone") < tier(report, "gold", queue="phone")
    assert tier(report, "gold", queue="phone") < tier(report, "standard", queue="phone")


def test_tiers_take_their_share_of_their_queues_alone(case: Make) -> None:
    report = simulate(*with_tiers(busy(case), *UNRANKED), seed=1, replications=8)
    offered = {q: report.row("week", DAY, q).get("offered") for q in report.queues}  # type: ignore[union-attr]
    assert tier(report, "vip", "offered", "phone") == pytest.approx(0.05 * offered["phone"], rel=0.06)
    assert tier(report, "gold", "offered", "chat") == pytest.approx(0.2 * offered["chat"], rel=0.04)
    told = {(row.tier, row.queue) for row in report.tiers}
    assert ("gold", "sales") not in told
    assert not any(queue == "mail" for _, queue in told)
    total = sum(tier(report, name, "offered") for name in ("vip", "gold", "standard"))
    assert total == pytest.approx(offered["phone"] + offered["chat"] + offered["sales"])


def test_a_larger_share_keeps_the_tiers_earlier_customers(case: Make) -> None:
    """Who is of the tier at 5 % is of it at 10 % too: their own service then changes little."""
    made = busy(case)
    small = simulate(*with_tiers(made, Tier(id="vip", share=0.05)), seed=3, replications=1)
    large = simulate(*with_tiers(made, Tier(id="vip", share=1.0)), seed=3, replications=1)
    assert 0 < tier(small, "vip", "offered") < tier(large, "vip", "offered")
    assert tier(large, "standard", "offered") == 0
    assert np.isnan(tier(large, "standard"))


def test_streams_stand_by_queue_the_highest_tier_first() -> None:
    centre = Centre(
        name="c",
        timezone="UTC",
        queues=(Queue(id="a"), Queue(id="m", channel=Channel.DEFERRED), Queue(id="b")),
        contracts=(),
        tiers=(Tier(id="x", share=0.1), Tier(id="y", share=0.2, queues=("b",))),
    )
    streams = Streams.of(centre)
    assert list(zip(streams.queue, streams.tier, strict=True)) == [(0, 0), (0, 2), (1, 2), (2, 0), (2, 1), (2, 2)]
    assert streams.first.tolist() == [0, 2, 3, 6]
    assert streams.upto[:2].tolist() == [0.1, np.inf]
    assert streams.upto[4] == pytest.approx(0.3)


# One agent, or two, and calls whose tier is known because their queue holds nothing else.
VIP, USUAL = Queue(id="vip-line"), Queue(id="line")
TOP = Tier(id="top", share=1.0, queues=("vip-line",))


def play(made: Any, contacts: list[tuple[float, int, float]]) -> ServiceReport:
    """Replay (minute, queue, handle minutes) once."""
    minute, queue, handle = (np.array(column) for column in zip(*contacts, strict=True))
    log = FixedArrivals(minute.astype(float), queue.astype(int), handle.astype(float) * 60.0)
    return simulate(*made, seed=1, replications=1, arrivals=log)


def waits(report: ServiceReport) -> tuple[float, float]:
    """Mean waits of the tier and of the others, in minutes."""
    return tier(report, "top") / 60, tier(report, "standard") / 60


CALLS = [(0.0, 1, 10.0), (1.0, 1, 10.0), (2.0, 0, 10.0)]


def test_a_freed_agent_takes_the_higher_tier_before_the_longer_wait(case: Make) -> None:
    made = case((VIP, USUAL), np.zeros((2, 4)), [(0, 0, 120)])
    assert waits(play(with_tiers(made, TOP), CALLS)) == (pytest.approx(8), pytest.approx((0 + 19) / 2))
    plain = TOP.model_copy(update={"priority": False})
    assert waits(play(with_tiers(made, plain), CALLS)) == (pytest.approx(18), pytest.approx((0 + 9) / 2))


def test_nobody_is_cut_off_for_a_higher_tier(case: Make) -> None:
    made = case((VIP, USUAL), np.zeros((2, 4)), [(0, 0, 120)])
    report = play(with_tiers(made, TOP), [(0.0, 1, 30.0), (1.0, 0, 5.0)])
    assert waits(report) == (pytest.approx(29), 0)


def test_the_routing_level_goes_before_the_tier(case: Make) -> None:
    made = case((VIP, USUAL), np.zeros((2, 4)), [(0, 0, 120)], level=[[2, 1]])
    assert waits(play(with_tiers(made, TOP), CALLS)) == (pytest.approx(18), pytest.approx(4.5))


def test_who_is_set_apart_serves_the_tier_alone(case: Make) -> None:
    made = case((VIP, USUAL), np.zeros((2, 4)), [(0, 0, 120), (1, 0, 120)])
    calls = [(0.0, 1, 10.0), (1.0, 1, 10.0), (2.0, 0, 5.0), (3.0, 0, 5.0)]
    report = play(with_tiers(made, TOP, apart={"a0": "top"}), calls)
    # a1 takes both usual calls one after the other; a0 stands idle until the tier's first call, then takes its second
    assert waits(report) == (pytest.approx((0 + 4) / 2), pytest.approx((0 + 9) / 2))
    assert [agent.get("handled") for agent in report.agents] == [2, 2]


def test_the_tier_asks_those_set_apart_first_and_then_the_others(case: Make) -> None:
    made = case((VIP, USUAL), np.zeros((2, 4)), [(0, 0, 120), (1, 0, 120)], level=[[2, 2], [1, 1]])
    calls = [(0.0, 0, 10.0), (1.0, 0, 10.0), (20.0, 1, 1.0)]
    report = play(with_tiers(made, TOP, apart={"a0": "top"}), calls)
    assert waits(report) == (0, 0)
    assert [agent.get("handled") for agent in report.agents] == [1, 2]


def test_others_may_be_kept_off_a_tier(case: Make) -> None:
    made = case((VIP, USUAL), np.zeros((2, 4)), [(0, 0, 120), (1, 0, 120)])
    alone = TOP.model_copy(update={"team": "t", "others_serve": False})
    report = play(with_tiers(made, alone, apart={"a0": "top"}), [(0.0, 0, 10.0), (1.0, 0, 10.0)])
    assert waits(report)[0] == pytest.approx(4.5)
    assert [agent.get("handled") for agent in report.agents] == [2, 0]


def test_a_team_without_anyone_on_duty_leaves_the_tier_waiting(case: Make) -> None:
    made = case((VIP, USUAL), np.zeros((2, 4)), [(0, 0, 120)], servers=2)
    alone = TOP.model_copy(update={"team": "t", "others_serve": False})
    report = play(with_tiers(made, alone, apart={"a1": "top"}), [(100.0, 0, 10.0), (1.0, 1, 10.0)])
    assert tier(report, "top", "abandonment") == 1.0


def test_an_idle_hour_of_someone_set_apart_counts_once(case: Make) -> None:
    """Time on duty adds up to the stretches, however many tiers a person serves."""
    made = case((VIP, USUAL), np.zeros((2, 4)), [(0, 0, 60), (1, 0, 120)])
    tiers = (Tier(id="top", share=0.3), Tier(id="next", share=0.3, queues=("line",)))
    report = simulate(*with_tiers(made, *tiers, apart={"a0": "next"}), seed=1, replications=2)
    agents = report.row("day", DAY, "line")
    assert report.row("day", DAY, "all").get("agents") == pytest.approx(1.5)  # type: ignore[union-attr]
    assert agents is not None
    assert agents.get("agents") == pytest.approx(0.5 + 0.5)  # a0's hour in two, and half of a1's two


def test_a_server_set_apart_for_no_tier_is_refused(case: Make) -> None:
    coverage, requirement, centre = with_tiers(busy(case), TOP.model_copy(update={"queues": ("phone",)}))
    lost: Coverage = replace(coverage, servers=(replace(coverage.servers[0], tier="gone"), *coverage.servers[1:]))
    with pytest.raises(ValueError, match="set apart for gone, which is no tier"):
        simulate(lost, requirement, centre, seed=1, replications=1)


def test_the_number_of_cores_changes_nothing(case: Make) -> None:
    from domain.progress import Control

    made = with_tiers(busy(case), Tier(id="vip", share=0.1))
    one, two = (simulate(*made, seed=2, replications=6, control=Control(cores=cores)) for cores in (1, 2))
    assert all(np.array_equal(a.value, b.value, equal_nan=True) for a, b in zip(one.tiers, two.tiers, strict=True))
