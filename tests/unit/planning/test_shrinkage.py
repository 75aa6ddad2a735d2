"""`shrinkage.csv`: read with every fault, suggested, and used where the planner asks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planning.shrinkage import with_learned_shrinkage
from tests.unit.planning.files.conftest import CENTRE, Folder

HEADER = "date,agent_id,scheduled_minutes,absent_minutes,in_shift_lost_minutes\n"
WEEK = date(2026, 11, 23)


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path)


def rows(days: int) -> str:
    start = WEEK - timedelta(days=days)
    return HEADER + "".join(f"{start + timedelta(days=k)},,10000,1000,450\n" for k in range(days))


def asking(folder: Folder) -> Folder:
    folder.write("centre.toml", CENTRE + "\n[shrinkage]\nabsence = 0.06\nin_shift = 0.04\nfrom_actuals = true\n")
    return folder


def test_without_the_file_nothing_is_said_or_changed(folder):
    read = folder.read()
    assert with_learned_shrinkage(read, WEEK) == (read, [])
    assert "has no day before the week" in with_learned_shrinkage(asking(folder).read(), WEEK)[1][0]


def test_actuals_are_a_suggestion_unless_asked_for(folder):
    folder.write("shrinkage.csv", rows(28))
    read = folder.read()
    same, (said,) = with_learned_shrinkage(read, WEEK)
    assert same.centre == read.centre
    assert "from_actuals = true" in said
    assert "% absence" in said
    used, (said,) = with_learned_shrinkage(asking(folder).read(), WEEK)
    assert used.centre.shrinkage.absence == pytest.approx(0.10, abs=0.01)
    assert used.centre.shrinkage.in_shift == pytest.approx(0.05, abs=0.005)
    assert "is planned with" in said


def test_days_from_the_week_on_do_not_count_and_few_days_are_not_used(folder):
    folder.write("shrinkage.csv", rows(28))
    same, (said,) = with_learned_shrinkage(asking(folder).read(), WEEK - timedelta(days=20))
    assert same.centre.shrinkage.absence == 0.06
    assert "8 days" in said


def test_every_fault_is_told(folder):
    folder.write(
        "shrinkage.csv",
        HEADER
        + "2026-11-01,A1,480,500,\n"
        + "2026-11-02,A1,480,100,400\n"
        + "2026-11-03,A1,4800,0,0\n"
        + "soon,A1,480,0,0\n"
        + "2026-11-05,A1,-5,0,0\n"
        + "2026-11-06,A1,480,1,0\n2026-11-06,A1,480,2,0\n",
    )
    found = {(p.line, p.column) for p in folder.problems()}
    assert {
        (2, "absent_minutes"),
        (3, "in_shift_lost_minutes"),
        (4, "scheduled_minutes"),
        (5, "date"),
        (6, "scheduled_minutes"),
    } <= found
    assert any(line == 8 for line, _ in found)


def test_hours_are_noticed(folder):
    folder.write("shrinkage.csv", HEADER + "2026-11-01,A1,8,0,0.4\n2026-11-02,A1,8,8,0\n")
    assert any("look like hours" in notice for notice in folder.notices())
