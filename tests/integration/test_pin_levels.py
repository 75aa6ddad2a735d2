"""Pins at every level, copied from a published roster: a person, a day, a shift, a break, an elastic block."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.cli import app
from domain.grid import IntervalGrid, local_midnight
from domain.roster import OFF, Stretch
from planning.files import read_folder, read_roster
from scheduling.pinned import pin_row
from scheduling.rules import validate
from tests.integration.repair_case import WEEK, published

Row = dict[str, str]
TUESDAY = "2026-03-03"

LEVELS: dict[str, Callable[[Row, Row], bool]] = {
    "person": lambda row, first: row["agent_id"] == first["agent_id"],
    "day": lambda row, first: row["start"].startswith(TUESDAY) and row["pool"] == "core",
    "shift": lambda row, first: (row["agent_id"], row["shift_id"]) == (first["agent_id"], first["shift_id"]),
    "break": lambda row, first: row["activity"] == "meal" and row["shift_id"] == first["shift_id"],
    "block": lambda row, first: row["pool"] == "elastic",
}


def test_time_off_pinned_in_one_week_leaves_the_next_alone() -> None:
    """Slots of a week after the pin are free, whatever the pin."""
    zone = "Europe/Berlin"
    weeks = [IntervalGrid.of_days(WEEK + timedelta(days=7 * w), 9, zone, 15) for w in range(3)]
    start = local_midnight(WEEK + timedelta(days=8), zone)
    pin = Stretch("a00", start, start + timedelta(hours=5), activity=OFF, paid=False)
    held = [int((pin_row((pin,), grid) != 0).sum()) for grid in weeks]
    assert held == [20, 20, 0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return published(tmp_path_factory.mktemp("published"))


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("level", LEVELS)
def test_pins_of_a_level_are_kept_while_all_else_may_change(
    level: str, made: tuple[Path, Path], tmp_path: Path
) -> None:
    """Half as many contacts again and changes for nothing: the pinned rows are in the new roster, minute by minute."""
    rows = rows_of(made[1] / "roster.csv")
    first = next(row for row in rows if row["start"].startswith(TUESDAY) and row["pool"] == "core")
    held = [row for row in rows if LEVELS[level](row, first)]
    if level == "block" and not held:
        held = [{**first, "agent_id": "elastic-002", "pool": "elastic", "shift_id": "b"}]
        held[0] |= {"start": f"{TUESDAY}T10:00", "end": f"{TUESDAY}T13:00", "queues": "phone", "paid": "true"}
    centre = tmp_path / "centre"
    shutil.copytree(made[0], centre)
    with (centre / "pins.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(held)
    new = tmp_path / "new"
    words = ("--volume", "1.5", "--change-price", "0", "--replications", "24", "--out", str(new))
    done = CliRunner().invoke(app, ["repair", str(centre), "--plan", str(made[1]), *words], prog_name="seatwise")
    assert done.exit_code == 0, done.output + str(done.exception)
    folder = read_folder(centre, before=WEEK)
    assert len(folder.pins) == len(held)
    roster = read_roster(new, folder.centre, folder.agents)
    assert [v.text for v in validate(folder, roster, WEEK, 1) if v.hard] == []
    assert rows_of(new / "roster.csv") != rows
