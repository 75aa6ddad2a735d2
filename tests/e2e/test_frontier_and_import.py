"""The elastic frontier and the way back of an edited workbook, as a planner meets them."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from planning.files import read_folder, read_roster, write_folder
from planning.frontier.trace import with_share
from scheduling.rules import validate
from tests.e2e.test_command_line import WEEK, centre_keys, run, tables


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("in") / "centre", centre_keys(), tables(6))


@pytest.fixture(scope="module")
def plan(folder: Path) -> Path:
    out = folder.parent / "plan"
    done = run("plan", folder, "--week", WEEK, "--seconds", "25", "--replications", "30", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "prices    " in done.stdout
    return out


def test_a_plan_says_up_to_which_price_a_seat_pays(plan: Path) -> None:
    found = pd.read_csv(plan / "seat_prices.csv")
    assert {"phone", "chat", "phone;chat"} <= set(found["queues"])
    assert (found["price_per_hour"] == 32).all()
    assert (found["left"] >= 0).all()
    roster = pd.read_csv(plan / "roster.csv")
    assert (found["booked"].max() > 0) == (roster["pool"] == "elastic").any()
    assert "elastic seat" in (plan / "report.html").read_text(encoding="utf-8")


def test_the_frontier_never_rises_and_its_rosters_are_legal(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "frontier"
    words = ("--week", WEEK, "--shares", "0,0.2,0.4", "--seconds", "20", "--replications", "20", "--out", out)
    done = run("frontier", folder, *words)
    assert done.returncode == 0, done.stderr
    found = pd.read_csv(out / "frontier.csv")
    assert found["seats"].tolist() == [0, 1, 2]
    assert found["objective"].is_monotonic_decreasing
    assert (found["bound"] <= found["objective"] + 1e-6).all()
    assert "saves" in done.stdout.splitlines()[-2]
    planning = read_folder(folder, before=WEEK)
    for row in found.to_dict("records"):
        roster = read_roster(out / row["roster"], planning.centre, planning.agents)
        capped = with_share(planning, float(row["share"]))
        assert [v.text for v in validate(capped, roster, WEEK, 1) if v.hard] == []
    assert (out / "frontier.html").read_text(encoding="utf-8").count("<svg") == 2


def test_shares_that_are_none_write_nothing(folder: Path, tmp_path: Path) -> None:
    done = run("frontier", folder, "--week", WEEK, "--shares", "a fifth", "--out", tmp_path / "f")
    assert done.returncode == 2 and "--shares" in done.stderr
    assert not (tmp_path / "f").exists()


def test_an_unedited_workbook_changes_nothing(plan: Path, tmp_path: Path) -> None:
    """The planning folder need not be named: the plan knows where it is."""
    done = run("import", "roster", plan / "roster.xlsx", "--plan", plan, "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    assert "nothing was changed" in done.stdout
    assert len(pd.read_csv(tmp_path / "o" / "changes.csv")) == 0
    assert (tmp_path / "o" / "roster.csv").read_bytes() == (plan / "roster.csv").read_bytes()


def test_an_edited_workbook_is_told_with_what_it_breaks(folder: Path, plan: Path, tmp_path: Path) -> None:
    book = load_workbook(plan / "roster.xlsx")
    sheet = book["Shifts"]
    sheet["E2"] = time(5, 0)
    sheet.delete_rows(4)
    book.save(tmp_path / "edited.xlsx")
    words = ("--plan", plan, "--centre", folder, "--replications", "10", "--out", tmp_path / "o")
    done = run("import", "roster", tmp_path / "edited.xlsx", *words)
    assert done.returncode == 0, done.stderr
    changes = pd.read_csv(tmp_path / "o" / "changes.csv")
    assert changes["change"].tolist() == ["changed", "removed"]
    broken = pd.read_csv(tmp_path / "o" / "violations.csv")
    assert {"start", "shift_hours"} <= set(broken[broken["new"] & broken["hard"]]["rule"])
    assert "violation: " in done.stderr
    assert "against the plan" in done.stdout and "service   " in done.stdout
    again = run(
        "simulate",
        folder,
        "--requirement",
        plan,
        "--roster",
        tmp_path / "o",
        "--replications",
        "10",
        "--out",
        tmp_path / "s",
    )
    assert again.returncode == 0, again.stderr


def test_faults_of_a_workbook_are_told_and_nothing_is_written(plan: Path, tmp_path: Path) -> None:
    book = load_workbook(plan / "roster.xlsx")
    book["Shifts"]["E2"] = "early"
    book["Shifts"]["A3"] = "nobody"
    book.save(tmp_path / "edited.xlsx")
    done = run("import", "roster", tmp_path / "edited.xlsx", "--plan", plan, "--out", tmp_path / "o")
    assert done.returncode == 2
    assert "edited.xlsx, sheet Shifts:2, column start: expected a time of day such as 08:30" in done.stderr
    assert "edited.xlsx, sheet Shifts:3, column agent_id" in done.stderr and "2 faults in the input" in done.stderr
    assert not (tmp_path / "o").exists()
