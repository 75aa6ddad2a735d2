"""Planned changes in the settings: read with every fault, and said in the plan's notes."""

from __future__ import annotations

from datetime import date

import pytest

from planning.planned_changes import planned_change_notes
from tests.unit.planning.files.conftest import CENTRE, Folder


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path)


def with_keys(folder: Folder, keys: str) -> Folder:
    folder.write("centre.toml", CENTRE.replace("aht_s = 300\n", f"aht_s = 300\n{keys}\n"))
    return folder


def test_growth_and_a_bot_are_read_and_told(folder):
    read = with_keys(
        folder,
        "bot_coverage = 0.5\nbot_containment = 0.4\ndeflected_aht_factor = 1.2\n"
        'growth = [{ from = 2026-11-25, factor = 1.1 }, { from = "2027-02-01", factor = 2 }]',
    ).read()
    assert read.centre.queues[0].deflection == pytest.approx(0.2)
    notes = planned_change_notes(read, date(2026, 11, 23), 7)
    assert notes == [
        "phone: planned growth from 2026-11-25 on multiplies the forecast by 1.1",
        "phone: a bot takes 20.0% of contacts, repeats among them (50% meet it, it settles 40% of them), "
        "what is left takes 1.2 times as long",
    ]


def test_growth_that_history_shows_already_is_said_to_count_twice(folder):
    read = with_keys(folder, "growth = { from = 2026-11-10, factor = 1.1 }").read()
    notes = planned_change_notes(read, date(2026, 11, 23), 7)
    assert "counts twice" in notes[1]
    assert "counts twice" not in " ".join(planned_change_notes(read, date(2026, 11, 12), 7))


def test_nothing_planned_says_nothing(folder):
    assert planned_change_notes(folder.read(), date(2026, 11, 23), 7) == []


@pytest.mark.parametrize(
    ("keys", "column", "expected"),
    [
        ("growth = { from = 2026-13-40, factor = 1.1 }", "", "valid TOML"),
        ('growth = { from = "soon", factor = 1.1 }', "queues[0].growth.from", "a date such as"),
        ("growth = { from = 2026-11-25, factor = 0 }", "queues[0].growth.factor", "above 0"),
        ("growth = { from = 2026-11-25, factor = 110 }", "queues[0].growth.factor", "at most 20"),
        ("growth = { factor = 1.1 }", "queues[0].growth.from", "required"),
        ("bot_coverage = 0.5", "queues[0]", "given together"),
        ("deflection = 0.5\nbot_coverage = 0.5\nbot_containment = 0.5", "queues[0]", "one of the two"),
        ("bot_coverage = 50\nbot_containment = 0.5", "queues[0].bot_coverage", "at most 1"),
        ("expected_per_day = -3", "queues[0].expected_per_day", "at least 0"),
    ],
)
def test_faults_name_their_key(folder, keys, column, expected):
    problems = with_keys(folder, keys).problems()
    assert any(expected in p.expected and p.column.startswith(column) for p in problems), problems
