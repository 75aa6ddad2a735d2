"""A centre of two sites from its files to its plan: what is told of it, and the end where the desks are too few."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.commands.reading import folder_to_plan
from domain.errors import ConflictError
from domain.progress import Control
from planning.files import write_folder
from planning.files.plan_json import plan_document
from planning.plan import make_plan
from planning.steps import Options
from scheduling.rules import validate
from tests.integration import repair_case as case


def planned(place: Path, desks: int):
    """Plan five people at a site with some desks, and three at one that is closed on Saturdays."""
    keys, tables = case.centre_keys(), case.tables()
    keys["sites"] = [
        {"id": "hub", "desks": desks},
        {"id": "hill", "country": "DE", "open": {"days": "Mon-Fri", "from": "07:00", "to": "20:00"}},
    ]
    tables["agents"]["site"] = ["hub"] * 5 + ["hill"] * 3
    write_folder(place / "centre", keys, tables)
    folder = folder_to_plan(place / "centre", case.WEEK, 7)
    return make_plan(folder, Options(week=case.WEEK, effort=case.QUICK, rounds=1, replications=24), Control())


def test_a_plan_keeps_to_the_desks_and_tells_of_its_sites(tmp_path: Path) -> None:
    plan = planned(tmp_path, 4)
    assert not [v.text for v in validate(plan.folder, plan.roster, case.WEEK, 1) if v.hard]
    hub, hill = plan_document(plan, "test")["sites"]
    assert (hub["site"], hub["people"], hub["desks"], hub["peak"]) == ("hub", 5, 4, 4)
    assert (hill["site"], hill["people"], hill["desks"]) == ("hill", 3, None)
    assert hub["paid_hours"] >= 5 * 32 and hill["paid_hours"] >= 3 * 32
    (note,) = [note for note in plan.notes if note.startswith("Sites: ")]
    assert "hub has 5 people" in note and "at most 4 of its 4 desks taken" in note


def test_too_few_desks_end_the_plan_with_a_conflict(tmp_path: Path) -> None:
    with pytest.raises(ConflictError) as caught:
        planned(tmp_path, 2)
    assert caught.value.exit_status == 3
    text = str(caught.value)
    assert "desks 2 of site hub" in text and "raise the desks of hub from 2 to 4 (centre.toml)" in text
