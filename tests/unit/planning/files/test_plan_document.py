"""`plan.json` and `service.csv` of an edited plan folder: what later steps cannot use is named, all at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InputError
from planning.files.plan_document import read_document
from planning.files.service_file import read_service
from tests.unit.planning.whatif_case import FIRST, world_of

TARGET = {"queue": "phone", "scope": "day", "start": "2026-11-23", "measure": "mean_wait_s", "target": 60, "met": True}


def write(folder: Path, document: object) -> Path:
    (folder / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def test_the_least_that_is_a_plan_is_read(tmp_path: Path) -> None:
    found = read_document(write(tmp_path, {"week": "2026-11-23", "targets": [TARGET], "risk": None, "more": 1}))
    assert found["week"] == "2026-11-23"
    assert found == read_document(tmp_path / "roster.csv")  # beside a file of the folder


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"week": 3}', '{"week": "2026-13-40"}', '{"week": "0001-01-01"}'])
def test_what_is_no_plan_is_told_in_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "plan.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="expected the plan of `seatwise plan`, with its week"):
        read_document(tmp_path)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    changed: dict[str, Any] = {
        "week": "2026-11-23",
        "engine": {"seed": "x"},
        "risk": {"factor": {"phone": {"2026-11-23": "much"}}},
        "targets": [TARGET, {**TARGET, "target": None, "simulated": float("nan")}, {"queue": "phone"}, 3],
    }
    with pytest.raises(InputError) as told:
        read_document(write(tmp_path, changed))
    columns = {problem.column for problem in told.value.problems}
    assert columns == {
        "engine.seed",
        "risk.factor",
        "targets[1].target",
        "targets[1].simulated",
        *(f"targets[2].{name}" for name in ("scope", "start", "measure", "target")),
        "targets[3]",
    }
    for key in ("engine", "risk", "targets"):
        with pytest.raises(InputError, match=f"plan.json, {key}"):
            read_document(write(tmp_path, {"week": "2026-11-23", key: 3}))


def test_a_service_that_cannot_be_is_refused(tmp_path: Path) -> None:
    world = world_of()
    file = tmp_path / "service.csv"
    rows = [f"day,{FIRST},phone,-5,1.7,1.2", f"day,{FIRST},chat,5,0.5,1.2"]
    file.write_text("\n".join(["scope,start,queue,offered,service_level,occupancy", *rows]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_service(tmp_path, world.folder.centre, world.requirement.grid)
    assert {(p.line, p.column, p.value) for p in told.value.problems} == {
        (2, "offered", "-5"),
        (2, "service_level", "1.7"),
    }
    file.write_text(f"scope,start,queue,offered\nday,{FIRST},phone,5\n", encoding="utf-8")
    with pytest.raises(InputError, match="values of at least one of mean_wait_s"):
        read_service(tmp_path, world.folder.centre, world.requirement.grid)
