"""Customer tiers from the settings to the result files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from planning.files import write_folder
from tests.e2e.test_command_line import WEEK, centre_keys, run, tables

TIERS = [
    {
        "id": "vip",
        "share": 0.05,
        "value": 5,
        "team": "red",
        "target": {"mean_wait_s": 600},
        "customers": 300,
        "customers_per_agent": 10,
    },
    {"id": "gold", "share": 0.2, "queues": ["phone"]},
]


def centre(path: Path, tiers: list[dict]) -> Path:
    more = tables()
    more["agents"]["team"] = ["red" if k == 3 else "blue" for k in range(len(more["agents"]))]
    write_folder(path, {**centre_keys(), "tiers": tiers} if tiers else centre_keys(), more)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return centre(tmp_path_factory.mktemp("in") / "centre", TIERS)


@pytest.fixture(scope="module")
def plan(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "plan"
    done = run("plan", folder, "--week", WEEK, "--replications", "16", "--seconds", "8", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_a_plan_tells_what_tiers_get(plan: Path) -> None:
    found = rows(plan / "tiers.csv")
    week = {(r["tier"], r["queue"]): r for r in found if r["scope"] == "week"}
    assert set(week) == {(t, q) for t in ("vip", "standard") for q in ("phone", "chat", "all")} | {
        ("gold", "phone"),
        ("gold", "all"),
    }
    assert float(week["vip", "phone"]["mean_wait_s"]) <= float(week["standard", "phone"]["mean_wait_s"])
    assert week["vip", "all"]["met"] in {"true", "false"}
    service = {r["queue"]: r for r in rows(plan / "service.csv") if r["scope"] == "week"}
    parts = sum(float(week[t, "phone"]["offered"]) for t in ("vip", "gold", "standard"))
    assert parts == pytest.approx(float(service["phone"]["offered"]), rel=1e-6)
    notes = json.loads((plan / "plan.json").read_text(encoding="utf-8"))["notes"]
    assert any(note.startswith("Tier vip waits ") for note in notes)
    assert any(note.startswith("Tier vip: one agent on duty for every 10 of 300 customers is 30") for note in notes)
    assert "Tier vip waits" in (plan / "report.html").read_text(encoding="utf-8")


def test_the_routing_plan_knows_tiers(plan: Path) -> None:
    by_tier = rows(plan / "routing_tiers.csv")
    own = {(r["queue"], r["tier"]) for r in by_tier if r["agent_id"] == "a03"}
    assert own == {("phone", "vip"), ("chat", "vip")}
    levels = {r["tier"]: int(r["level"]) for r in by_tier if (r["agent_id"], r["queue"]) == ("a00", "phone")}
    assert set(levels) == {"vip", "gold", "standard"}
    assert min(levels.values()) > max(int(r["level"]) for r in by_tier if r["agent_id"] == "a03")


def test_a_roster_is_simulated_and_ways_compared_by_tier(folder: Path, plan: Path, tmp_path: Path) -> None:
    need = ("--requirement", plan, "--roster", plan, "--replications", "8")
    for name in ("one", "two"):
        done = run("simulate", folder, *need, "--cores", "2" if name == "two" else "1", "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert "Tier vip waits" in done.stdout
    assert (tmp_path / "one" / "tiers.csv").read_bytes() == (tmp_path / "two" / "tiers.csv").read_bytes()
    done = run("route", folder, "--compare", "--plan", plan, "--out", tmp_path / "ways")
    assert done.returncode == 0, done.stderr
    assert "mean wait s by tier" in done.stdout
    assert "set apart for vip: 1 person, " in done.stdout
    ways = rows(tmp_path / "ways" / "tier_policies.csv")
    waits = {(r["policy"], r["tier"]): float(r["mean_wait_s"]) for r in ways}
    assert waits["tier priority", "vip"] < waits["no tiers", "vip"]
    assert waits["dedicated agents", "standard"] > waits["tier priority", "standard"]


def test_without_tiers_nothing_is_written_and_service_is_that_of_tiers_without_priority(
    plan: Path, tmp_path: Path
) -> None:
    need = ("--requirement", plan, "--roster", plan, "--replications", "8")
    alike = [{"id": "vip", "share": 0.05, "priority": False}]
    for name, tiers in (("none", []), ("alike", alike)):
        done = run("simulate", centre(tmp_path / name, tiers), *need, "--out", tmp_path / f"{name}-out")
        assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "none-out").glob("*.csv")) == ["service.csv"]
    pairs = zip(rows(tmp_path / "none-out" / "service.csv"), rows(tmp_path / "alike-out" / "service.csv"), strict=True)
    for one, other in pairs:
        for column in ("offered", "mean_wait_s", "service_level", "abandonment", "occupancy"):
            assert one[column] == other[column] or float(one[column]) == pytest.approx(float(other[column]), abs=1e-6)


def test_bad_tiers_are_said_all_at_once(tmp_path: Path) -> None:
    bad = [{"id": "vip", "share": 0.7, "team": "rad"}, {"id": "vip", "share": 0.7, "queues": ["fone"]}]
    done = run("score", centre(tmp_path / "bad", bad), "--out", tmp_path / "out")
    assert done.returncode == 2
    for part in ("a team of agents.csv: blue or red", "an id of its own", "a queue of [[queues]]"):
        assert part in done.stderr.replace("\n", " ")
    assert not (tmp_path / "out").exists()
