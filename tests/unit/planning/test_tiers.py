"""Customer tiers in a plan: what is said of them, what is compared, what is written."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from capacity.service import TierRow
from capacity.tier_routes import tier_routes
from domain.people import Route
from domain.progress import Control
from domain.tiers import REST, Tier, TierTarget
from planning.files.policies_file import write_tier_policies
from planning.files.tiers_file import write_tier_routes, write_tiers
from planning.steps import people_of, simulate_roster
from planning.tier_comparison import APART, NO_TIERS, PRIORITY, compare_tiers
from planning.tier_service import ONE_LINE, heads_of, heads_sentence, missed, tier_sentences
from tests.unit.planning.whatif_case import world_of

VIP = Tier(
    id="vip",
    share=0.05,
    value=4.0,
    team="red",
    target=TierTarget(mean_wait_s=1000.0),
    customers=101.0,
    customers_per_agent=10.0,
)
GOLD = Tier(id="gold", share=0.2, queues=("phone",), target=TierTarget(abandonment=0.0001))


def tiered(*tiers, load=1.3):
    """The small centre, busier, with two of its people in the team red."""
    world = world_of()
    centre = world.folder.centre.model_copy(update={"tiers": tiers})
    agents = tuple(a.model_copy(update={"team": "red" if a.id in {"a00", "a05"} else ""}) for a in world.folder.agents)
    folder = replace(world.folder, centre=centre, agents=agents)
    need = replace(world.requirement, volume=load * world.requirement.volume)
    return replace(world, folder=folder, requirement=need, people=people_of(folder, world.options)).with_roster(
        world.roster
    )


def report_of(world, replications=6):
    return simulate_roster(
        world.folder,
        world.requirement,
        world.roster,
        world.people,
        world.options,
        Control(),
        replications=replications,
    )


@pytest.fixture(scope="module")
def world():
    return tiered(VIP, GOLD)


@pytest.fixture(scope="module")
def report(world):
    return report_of(world)


@pytest.fixture(scope="module")
def compared(world):
    return compare_tiers(world, world.people.recommended, replications=8)


def test_people_of_the_team_are_set_apart(world):
    assert {server.id for server in world.people.servers if server.tier == "vip"} == {"a00", "a05"}
    assert all(server.tier == "" for server in world.people.servers if server.pool == "elastic")


def test_the_arithmetic_of_customers_an_agent(world):
    """Eleven posts of 84 open hours a week, by people of 56 hours who lose a tenth: 924 / 50.54 and 1,848 / 50.54."""
    heads = heads_of(world.folder, VIP)
    assert heads is not None
    assert (heads.posts, heads.open_h, heads.own, heads.centre) == (11, 84.0, 2, 12)
    assert heads.hours == pytest.approx(7 * 8 * 0.95 * 0.95)
    assert (heads.open_heads, heads.clock_heads) == (19, 37)
    said = heads_sentence(VIP, heads)
    assert "one agent on duty for every 10 of 101 customers is 11 at a time" in said
    assert f"11 x 168 / {heads.hours:.1f} = {heads.clock_heads}" in said
    assert "12 core heads (2 in its team red)" in said
    assert heads_of(world.folder, GOLD) is None


def test_whole_customers_need_no_extra_post(world):
    exact = VIP.model_copy(update={"customers": 100.0})
    heads = heads_of(world.folder, exact)
    assert heads is not None
    assert heads.posts == 10


def row(wait, level=0.9, lost=0.01):
    value = np.array([10.0, wait, level, lost])
    return TierRow("week", "2026-11-23", "vip", "all", value, value, value)


def test_targets_are_judged_by_measure():
    assert missed(Tier(id="a", share=0.1), row(10.0)) is None
    strict = Tier(id="a", share=0.1, target=TierTarget(mean_wait_s=20, service_level=0.8, abandonment=0.02))
    assert missed(strict, row(20.0, 0.8, 0.02)) == []
    assert missed(strict, row(20.1, 0.79, 0.03)) == ["mean_wait_s", "service_level", "abandonment"]
    assert missed(strict, row(np.nan)) is None


def test_what_tiers_get_is_said(world, report):
    text = tier_sentences(world.folder, report)
    assert len(text) == 4
    assert text[0].startswith("Tier vip waits ")
    assert text[0].endswith("its targets are met.")
    assert "for contacts of no tier" in text[0]
    assert text[1].startswith("Tier vip: one agent on duty for every 10")
    assert text[2].endswith("; its target of abandonment is missed.")
    assert text[3] == ONE_LINE
    plain = world_of()
    assert tier_sentences(plain.folder, report_of(plain, 2)) == ()


def test_priority_costs_the_others_little_and_people_set_apart_more(compared):
    by_name = {result.policy: result for result in compared}
    assert list(by_name) == [NO_TIERS, PRIORITY, APART]
    wait = {name: {r.tier: r.simulated("mean_wait_s")[0] for r in result.rows} for name, result in by_name.items()}
    assert wait[NO_TIERS]["vip"] == pytest.approx(wait[NO_TIERS][REST], rel=0.4)
    assert wait[PRIORITY]["vip"] < 0.5 * wait[NO_TIERS]["vip"]
    assert wait[PRIORITY][REST] > wait[NO_TIERS][REST]
    assert wait[APART][REST] > wait[PRIORITY][REST]
    came = {name: [r.simulated("offered")[0] for r in result.rows] for name, result in by_name.items()}
    assert came[NO_TIERS] == came[PRIORITY] == came[APART]


def test_people_set_apart_are_counted_with_their_hours_and_pay(compared, world):
    team = compared[-1].teams["vip"]
    assert compared[0].teams == compared[1].teams == {}
    shifts = [s for a in ("a00", "a05") for s in world.roster.by_agent[a]]
    hours = sum((row.end - row.start).total_seconds() / 3600 for s in shifts for row in s.stretches if row.paid)
    assert (team.people, team.paid_h) == (2, pytest.approx(hours))
    assert team.cost == pytest.approx(20.0 * hours)
    assert 0.0 < team.occupancy < 0.9


def test_waits_are_weighed_by_what_contacts_are_worth(compared):
    for result in compared:
        weight = {"vip": 4.0, "gold": 1.0, REST: 1.0}
        came = np.array([weight[r.tier] * r.simulated("offered")[0] for r in result.rows])
        waits = np.array([r.simulated("mean_wait_s")[0] for r in result.rows])
        assert result.weighted_wait_s == pytest.approx(came @ waits / came.sum())
        assert waits.min() <= result.weighted_wait_s <= waits.max()


def test_without_a_team_two_ways_are_compared_and_without_tiers_none():
    alone = tiered(VIP.model_copy(update={"team": ""}))
    assert [r.policy for r in compare_tiers(alone, alone.people.recommended, replications=2)] == [NO_TIERS, PRIORITY]
    plain = world_of()
    assert compare_tiers(plain, plain.people.recommended, replications=2) == ()


def test_a_comparison_that_is_cancelled_hands_out_what_is_there(world):
    control = Control()
    control.cancel.set()
    assert len(compare_tiers(world, world.people.recommended, replications=2, control=control)) == 1


def read(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_the_tables_hold_every_tier(world, report, compared, tmp_path):
    rows = read(write_tiers(report, world.folder.centre, tmp_path))
    weeks = [(r["tier"], r["queue"]) for r in rows if r["scope"] == "week"]
    assert weeks == [
        ("vip", "phone"),
        ("vip", "chat"),
        ("vip", "all"),
        ("gold", "phone"),
        ("gold", "all"),
        (REST, "phone"),
        (REST, "chat"),
        (REST, "all"),
    ]
    assert len(rows) == 8 * len(weeks)
    met = {(r["tier"], r["queue"]): r["met"] for r in rows if r["scope"] == "week"}
    assert (met["vip", "all"], met["gold", "phone"], met[REST, "all"]) == ("true", "false", "")
    for r in rows:
        if r["mean_wait_s"]:
            assert float(r["mean_wait_s_low"]) <= float(r["mean_wait_s"]) <= float(r["mean_wait_s_high"])
    ways = read(write_tier_policies(compared, tmp_path))
    assert [(r["policy"], r["tier"]) for r in ways][-3:] == [(APART, "vip"), (APART, "gold"), (APART, REST)]
    assert [r["people"] for r in ways] == ["", "", "", "", "", "", "2", "", ""]
    plain = world_of()
    assert write_tiers(report_of(plain, 2), plain.folder.centre, tmp_path / "none") is None


def test_the_routing_plan_by_tier(world, tmp_path):
    routes = [
        Route(agent_id="a00", queue="phone", level=1, weight=1.1),
        Route(agent_id="a01", queue="phone", level=2),
        Route(agent_id="a01", queue="mail", level=1),
    ]
    parts = tier_routes(world.folder.centre, world.folder.agents, routes)
    assert [(p.agent_id, p.queue, p.tier, p.rank, p.level) for p in parts] == [
        ("a00", "phone", "vip", 1, 1),
        ("a01", "phone", "vip", 1, 4),
        ("a01", "phone", "gold", 2, 4),
        ("a01", "phone", REST, 3, 4),
        ("a01", "mail", REST, 3, 3),
    ]
    written = read(write_tier_routes(parts, tmp_path))
    assert list(written[0]) == ["agent_id", "queue", "tier", "rank", "level", "weight"]
    assert written[0]["weight"] == "1.1"
    assert tier_routes(world_of().folder.centre, world.folder.agents, routes) == ()
    assert write_tier_routes((), tmp_path / "none") is None
