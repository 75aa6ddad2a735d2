"""Pins that no roster can hold beside other hard rules: told by person, day, rule and line; nothing is written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from api.commands.cli import app
from planning.files import write_folder
from tests.integration.repair_case import WEEK, centre_keys, tables

COLUMNS = ["agent_id", "pool", "shift_id", "start", "end", "activity", "queues", "paid"]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        pytest.param(
            [("a00", "", "", "2026-03-03T08:00", "2026-03-03T12:30", "work", "phone", "")],
            "Breaks",
            id="work over the whole window of a break",
        ),
        pytest.param(
            [
                ("elastic-001", "", "", "2026-03-07T09:00", "2026-03-07T12:00", "work", "phone", ""),
                ("elastic-001", "", "", "2026-03-07T13:00", "2026-03-07T14:00", "work", "phone", ""),
            ],
            "Opening hours",
            id="a block that would outlast the day",
        ),
    ],
)
def test_pins_at_odds_with_other_rules_are_an_answer(tmp_path: Path, rows: list[tuple[str, ...]], rule: str) -> None:
    centre, out = tmp_path / "centre", tmp_path / "out"
    write_folder(centre, centre_keys(), {**tables(), "pins": pd.DataFrame(rows, columns=COLUMNS)})
    words = ["plan", centre, "--week", WEEK.isoformat(), "--work", "0.05", "--replications", "8", "--out", out]
    found = CliRunner().invoke(app, [str(word) for word in words])
    assert found.exit_code == 3, found.output
    assert rows[0][0] in found.stderr and "Pins + " in found.stderr and rule in found.stderr
    assert "pins.csv, line" in found.stderr and not out.exists()


def test_pins_that_keep_everybody_from_a_minimum_are_named(tmp_path: Path) -> None:
    centre, out = tmp_path / "centre", tmp_path / "out"
    noon = {"days": "Tue", "from": "12:00", "to": "13:00"}
    keys = {**centre_keys(), "minimum_staff": [{"queue": "phone", "agents": 4, **noon}]}
    rows = [(f"a{k:02d}", "", "", "2026-03-03T00:00", "2026-03-04T00:00", "off", "", "") for k in range(8)]
    write_folder(centre, keys, {**tables(), "pins": pd.DataFrame(rows, columns=COLUMNS)})
    words = ["plan", centre, "--week", WEEK.isoformat(), "--work", "0.05", "--replications", "8", "--out", out]
    found = CliRunner().invoke(app, [str(word) for word in words])
    assert found.exit_code == 3, found.output
    assert "Pins" in found.stderr and "pins.csv, lines 2, 3" in found.stderr and not out.exists()
