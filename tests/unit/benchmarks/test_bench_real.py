"""What the benchmark on a real log asks of its plan: scenarios, uncertain days, routing; and how it lays them out."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from benchmarks.real_risk import risk_lines
from benchmarks.real_routing import routing_lines
from benchmarks.real_whatif import ask, whatif_lines
from domain.progress import Control
from planning.call_log.observed import ALL
from planning.policy_comparison import PolicyResult
from planning.steps import simulate_roster
from tests.unit.planning.whatif_case import FIRST, world_of


@pytest.fixture(scope="module")
def world():
    return world_of()


@pytest.fixture(scope="module")
def plan(world):
    report = simulate_roster(
        world.folder, world.requirement, world.roster, world.people, world.options, Control(), replications=40
    )
    return SimpleNamespace(
        week=FIRST,
        seed=1,
        forecast=SimpleNamespace(mean=world.requirement.volume),
        requirement=world.requirement,
        roster=world.roster,
        service=report,
        folder=world.folder,
    )


def test_scenarios_and_the_outage_are_answered_by_formula_and_beside_it_simulated(plan, tmp_path):
    file = tmp_path / "made" / "scenarios.toml"
    asked = ask(plan, file)
    assert asked.count == 8
    assert "outage = {" in file.read_text()
    lines = whatif_lines(asked, file)
    rows = [line for line in lines if line.startswith("| ") and "---" not in line]
    names = [row.split("|")[1].strip() for row in rows[1:]]
    assert names == [
        "as planned",
        "10 % more contacts",
        "calls 10 % longer",
        "one shift in ten absent",
        "outage",
    ]
    assert all(row.count("|") == 10 for row in rows)
    assert any("All 8 by formula" in line for line in lines)


def made(world, plan, cost, chances, share):
    actual = pd.DataFrame(
        [[100.0, share, 30.0, 0.05]],
        index=[ALL],
        columns=["offered", "service_level", "mean_wait_s", "abandonment"],
    )
    targets = [SimpleNamespace(probability_met=chance) for chance in (*chances, float("nan"))]
    risk = SimpleNamespace(agent_hours={"expected": 500.0, "mean": 550.0, "share_of_days": 600.0})
    return SimpleNamespace(
        plan=SimpleNamespace(
            **{**vars(plan), "cost": SimpleNamespace(total=cost), "targets": targets, "risk": risk},
        ),
        actual=SimpleNamespace(table=actual, get=lambda day, measure: float(actual.loc[day, measure])),
        hours=pd.DataFrame({"paid": [84.0] * 7, "duty": [80.0] * 7}),
    )


def test_uncertain_days_are_told_in_hours_people_money_and_chance(world, plan):
    usual, safer = made(world, plan, 1000.0, (0.5, 0.6), 0.7), made(world, plan, 1200.0, (0.8, 0.9), 0.8)
    came = float(world.requirement.volume.sum())
    bank = SimpleNamespace(get=lambda day, measure: 1.1 * came)
    text = "\n".join(risk_lines(usual, safer, bank))
    first, mean, last = (line for line in text.splitlines() if line.startswith(("| the ", "| 80 %")))
    assert [cell.strip() for cell in first.split("|")[1:-1]] == [
        "the forecast itself",
        "500",
        "588.0",
        "12.0",
        "12",
        "1,000",
        "50 to 60 %",
        "70.0 %",
    ]
    assert "550" in mean
    assert "80 to 90 %" in last
    flat = " ".join(text.split())
    assert "+20 % agent-hours by formula, and for the roster +200" in flat
    assert "brought +10 % contacts" in flat
    assert "+10.0 points in 20 s" in flat


def test_policies_are_told_against_the_longest_idle():
    def result(name, fcr, level):
        figures = {"mean_wait_s": (30.0, 29.0, 31.0), "service_level": (level, level, level)}
        figures |= {"abandonment": (0.05, 0.05, 0.05), "fcr": (fcr, fcr - 0.002, fcr + 0.002)}
        return PolicyResult(name, (), figures, 0.1)

    lines = routing_lines([result("comparative advantage", 0.56, 0.75), result("longest idle", 0.55, 0.74)], 72.0)
    flat = " ".join(" ".join(lines).split())
    assert "+1.0 points FCR (each known to 0.20), +1.0 points in 20 s" in flat
    assert "within 72 h" in flat
    assert np.sum([line.startswith("| ") for line in lines]) == 4
