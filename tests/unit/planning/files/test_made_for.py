"""A plan finds its planning folder: where it is said to be, where it was, or beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.errors import InputError
from planning.files import read_folder
from planning.files.folder_out import write_folder
from planning.files.made_for import centre_of
from planning.files.made_note import NOTE, digest_noted, note_centre
from planning.files.sources import Sources
from tests.e2e.test_command_line import centre_keys, tables


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "in" / "centre", centre_keys(), tables(3))


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "out" / "plan").mkdir(parents=True)
    (tmp_path / "out" / "plan" / "plan.json").write_text('{"week": "2026-03-02"}', encoding="utf-8")
    return tmp_path / "out" / "plan"


def test_what_is_said_comes_first(plan: Path) -> None:
    assert centre_of(plan, Path("there"), None) == Path("there")


def test_the_note_leads_from_the_plan_and_moves_with_both(centre: Path, plan: Path, tmp_path: Path) -> None:
    note_centre(centre, plan, plan)
    assert (plan / NOTE).read_text(encoding="utf-8") == "../../in/centre\n"
    assert centre_of(plan, None, None) == centre.resolve()
    assert centre_of(plan / "plan.json", None, None) == centre.resolve()
    (tmp_path / "moved").mkdir()
    for name in ("in", "out"):
        shutil.move(tmp_path / name, tmp_path / "moved" / name)
    assert centre_of(tmp_path / "moved/out/plan", None, None) == (tmp_path / "moved/in/centre").resolve()


def test_a_digest_may_stand_beside_the_way(centre: Path, plan: Path) -> None:
    assert digest_noted(plan) == ""
    digest = Sources.digest_of(centre)
    assert digest == read_folder(centre).sha256
    note_centre(centre, plan, plan, digest)
    assert digest_noted(plan) == digest_noted(plan / "plan.json") == digest
    assert centre_of(plan, None, None) == centre.resolve()


def test_a_folder_that_was_sent_is_known_when_both_moved(centre: Path, plan: Path, tmp_path: Path) -> None:
    note_centre(centre, plan, plan, Sources.digest_of(centre))
    shutil.move(centre, tmp_path / "out" / "renamed")
    shutil.move(plan, tmp_path / "out" / "week")
    assert centre_of(tmp_path / "out" / "week", None, "0" * 64) == (tmp_path / "out" / "renamed").resolve()


def test_a_folder_beside_the_plan_is_known_by_its_digest(centre: Path, plan: Path) -> None:
    from datetime import date

    beside = plan.parent / "centre"
    shutil.copytree(centre, beside)
    digest = read_folder(beside, before=date(2026, 3, 2)).sha256
    assert centre_of(plan, None, digest) == beside.resolve()
    with pytest.raises(InputError, match="--centre: expected the planning folder"):
        centre_of(plan, None, "another")


def test_a_note_that_leads_nowhere_is_told(plan: Path) -> None:
    (plan / NOTE).write_text("../../gone\n", encoding="utf-8")
    with pytest.raises(InputError, match="not where it was then, nor beside the plan"):
        centre_of(plan, None, None)
