"""Activities from their file to the roster, and breaks moved in a published roster, as a planner meets both."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from planning.files import read_folder, read_roster, write_folder
from planning.files.plan_in import read_plan
from scheduling.cost import roster_cost
from scheduling.rules import validate
from tests.e2e.test_command_line import WEEK, centre_keys, run, tables

ACTIVITIES = pd.DataFrame(
    {
        "activity": ["meeting", "coaching", "night class"],
        "minutes": [45, 30, 60],
        "earliest": ["2026-03-02T08:00", "2026-03-02T08:00", "2026-03-02T01:00"],
        "latest": ["2026-03-06T20:00", "2026-03-08T20:00", "2026-03-02T05:00"],
        "agent_id": ["", "", "a00"],
        "team": ["red", "blue", ""],
        "together": [True, False, False],
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "centre"
    more = tables()
    more["agents"]["team"] = ["red" if k % 2 else "blue" for k in range(len(more["agents"]))]
    write_folder(path, centre_keys(), {**more, "activities": ACTIVITIES})
    return path


@pytest.fixture(scope="module")
def plan(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "plan"
    done = run("plan", folder, "--week", WEEK, "--replications", "16", "--seconds", "10", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_activities_are_in_the_roster_and_the_roster_is_legal(folder: Path, plan: Path) -> None:
    read = read_folder(folder, before=WEEK)
    roster = read_roster(plan, read.centre, read.agents)
    assert [v.text for v in validate(read, roster, WEEK, 1) if v.hard] == []
    met = [row for row in roster.stretches if row.activity == "meeting"]
    assert len(met) >= 2 and len({row.start for row in met}) == 1
    blue = {agent.id for agent in read.agents if agent.team == "blue"}
    assert {row.agent_id for row in roster.stretches if row.activity == "coaching"} == blue


def test_the_plan_tells_what_activities_cost_and_why_one_has_no_time(folder: Path, plan: Path) -> None:
    document = json.loads((plan / "plan.json").read_text(encoding="utf-8"))
    solver, found = document["solver"], document["activities"]
    assert solver["objective"] == pytest.approx(sum(solver["parts"].values()))
    assert solver["bound"] <= solver["objective"]
    (missed,) = [row for row in found["missed"] if row["activity"] == "night class"]
    assert missed["agent_id"] == "a00" and missed["why"].startswith("no shift between 03-02 01:00")
    assert solver["parts"]["activities"] == pytest.approx(sum(row["price"] for row in found["missed"]))
    assert found["placed"] == sum(row["activity"] in ("meeting", "coaching") for row in rows(plan / "roster.csv"))
    read = read_folder(folder, before=WEEK)
    cost = roster_cost(read, read_roster(plan, read.centre, read.agents), WEEK, 1)
    assert document["cost"]["total"] == pytest.approx(cost.total) == solver["parts"]["cost"]
    assert any("night class has no time 1 of 1 times" in note for note in document["notes"])
    assert not any("not yet placed" in note for note in document["notes"])


def test_breaks_move_for_a_revised_requirement_and_the_morning_stays(folder: Path, plan: Path, tmp_path: Path) -> None:
    need = pd.read_csv(plan / "requirement.csv")
    noon = need["interval_start"].str.contains("2026-03-04T1[234]")
    need.loc[noon, "volume"] *= 1.6
    need.to_csv(tmp_path / "requirement.csv", index=False)
    out = tmp_path / "moved"
    options = ("--from", "2026-03-04T11:00", "--requirement", tmp_path / "requirement.csv")
    done = run("breaks", folder, "--plan", plan, *options, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "the price of missed targets falls by EUR" in done.stdout and "violation" not in done.stderr
    moves = rows(out / "moves.csv")
    moment = datetime.fromisoformat("2026-03-04T11:00+01:00")
    assert all(datetime.fromisoformat(m[end]) >= moment for m in moves for end in ("from_start", "to_start"))
    old, new = rows(plan / "roster.csv"), rows(out / "roster.csv")
    still = [row for row in old if datetime.fromisoformat(row["start"]) < moment and row["activity"] != "work"]
    assert all(row in new for row in still)
    read = read_folder(folder, before=WEEK)
    roster = read_roster(out, read.centre, read.agents)
    assert [v.text for v in validate(read, roster, WEEK, 1) if v.hard] == []
    assert sum(m["activity"] == "meal" for m in moves) <= sum(row["activity"] == "meal" for row in old)
    changed = rows(out / "service_change.csv")
    assert changed[0]["start"] == "2026-03-04T11:00+01:00" and {"mean_wait_s"} <= {row["measure"] for row in changed}
    assert read_plan(plan, read).roster.shifts[0].start == roster.shifts[0].start


def test_bad_options_are_answered(folder: Path, plan: Path, tmp_path: Path) -> None:
    for options, said in (
        (("--from", "noon"), "a time such as"),
        (("--from", "2027-01-01T00:00"), "before the end of the requirement"),
        (("--requirement", tmp_path / "none.csv"), "none.csv"),
    ):
        done = run("breaks", folder, "--plan", plan, *options, "--out", tmp_path / "out")
        assert done.returncode == 2 and said in done.stderr
        assert not (tmp_path / "out").exists()
