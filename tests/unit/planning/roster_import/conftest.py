"""A plan as files know it, its workbook, and the means to edit that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from domain.errors import Problem
from domain.folder import PlanningFolder
from planning.report import write_workbook
from planning.result import Plan
from planning.roster_import.book import Imported, read_roster_book
from tests.unit.planning.report.conftest import make_plan
from tests.unit.planning.roster_import.import_case import Reader, plan_in


@pytest.fixture(scope="session")
def plan() -> Plan:
    return make_plan(ids=("007",), names=("Li Wei", "=Maria"))


@pytest.fixture(scope="session")
def path(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "roster.xlsx"
    write_workbook(plan, path)
    return path


@pytest.fixture
def edited(plan: Plan, path: Path, tmp_path: Path) -> Reader:
    """Edit the workbook by a function of the open book, save it, and read it back."""

    def read(
        change: Callable[[Workbook], None], notices: list[Problem] | None = None, folder: PlanningFolder | None = None
    ) -> Imported:
        book = load_workbook(path)
        change(book)
        book.save(tmp_path / "edited.xlsx")
        said: list[Problem] = [] if notices is None else notices
        return read_roster_book(tmp_path / "edited.xlsx", folder or plan.folder, plan_in(plan), notices=said)

    return read


@pytest.fixture(scope="session")
def build() -> Callable[..., Plan]:
    """The builder itself, for plans that differ."""
    return make_plan
