"""A workbook of ours as the roster it holds, whichever of its sheets was edited."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.errors import Problem
from domain.folder import PlanningFolder
from domain.roster import Roster, Stretch
from planning.files import result_layouts
from planning.files.cells import NO_SEATS, Context
from planning.files.faults import Faults, listed
from planning.files.plan_in import PlanIn
from planning.files.roster_file import flag_off_grid, read_stretches, seats_of
from planning.roster_import.diff import content_of
from planning.roster_import.grid import GRID, check_grid
from planning.roster_import.guard import check_workbook
from planning.roster_import.sheets import Book, open_book, table_of
from planning.roster_import.shift_reading import read_shifts
from planning.roster_import.shift_rows import SHEET, shift_rows

STRETCHES = "Stretches"
OURS = (GRID, SHEET, STRETCHES, "Coverage", "Targets", "Read me")


@dataclass(frozen=True)
class Imported:
    """The roster of a workbook, and the sheet that it was read from."""

    roster: Roster
    sheet: str


def read_roster_book(path: Path, folder: PlanningFolder, plan: PlanIn, *, notices: list[Problem]) -> Imported:
    """Read a hand-edited workbook.

    Parameters
    ----------
    path : Path
    folder : PlanningFolder
    plan : PlanIn
        That the workbook was written with.
    notices : list of Problem
        Receives what was accepted but is worth a look.

    Raises
    ------
    InputError
        With every fault, by sheet, row and column; or with why the file is not opened at all.

    Notes
    -----
    The roster stands in two sheets: one row a shift, made for editing, and one row a stretch, as in `roster.csv`. The
    one that differs from the plan is taken; where both do, they must hold the same.
    """
    faults = Faults()
    book = open_book(path, faults) if check_workbook(path, faults) else None
    faults.check()
    assert book is not None
    try:
        found = _rosters(book, folder, plan, faults)
        faults.check()
        if not found:
            there = listed(book.names, last="and")
            faults.error(book.name, f"a sheet called {SHEET} or {STRETCHES}; the sheets are {there}")
            faults.check()
        chosen = _chosen(book, found, plan.roster, faults)
        check_grid(book, folder, plan.requirement.grid.days, plan.roster, chosen.roster, faults)
        _provenance(book, plan, faults)
        strange = [name for name in book.names if name.strip().casefold() not in {sheet.casefold() for sheet in OURS}]
        for name in strange:
            faults.notice(f"{book.name}, sheet {name}", remark="not one of ours, not read")
        faults.check(notices)
    finally:
        book.close()
    return chosen


def _rosters(book: Book, folder: PlanningFolder, plan: PlanIn, faults: Faults) -> dict[str, Roster]:
    """Return the roster of each sheet that holds one."""
    found: dict[str, Roster] = {}
    if book.found(SHEET) is not None:
        rows = read_shifts(book, folder, shift_rows(plan.roster, folder), faults)
        found[SHEET] = Roster.of(rows)
    if book.found(STRETCHES) is not None:
        found[STRETCHES] = Roster.of(_stretches(book, folder, faults))
    return found


def _stretches(book: Book, folder: PlanningFolder, faults: Faults) -> tuple[Stretch, ...]:
    """Read the rows of `roster.csv` as they stand in the workbook."""
    centre, ids = folder.centre, tuple(agent.id for agent in folder.agents)
    context = Context(centre.timezone, centre.queue_ids, None, ids)
    table = table_of(book, STRETCHES, result_layouts.ROSTER, context, faults)
    if table is None or not table.complete:
        return ()
    if centre.elastic is None:
        table.flag(seats_of(table), "agent_id", NO_SEATS)
    flag_off_grid(table, centre, warn=True)
    return read_stretches(table, centre, folder.agents)


def _chosen(book: Book, found: dict[str, Roster], before: Roster, faults: Faults) -> Imported:
    """Return the sheet that was edited; the first where none was."""
    was = content_of(before)
    edited = {sheet: roster for sheet, roster in found.items() if content_of(roster) != was}
    if len(edited) == 2 and content_of(edited[SHEET]) != content_of(edited[STRETCHES]):
        for sheet, roster in edited.items():
            person = min(content_of(roster) ^ was)[0]
            expected = (
                f"changes in one of the sheets {SHEET} and {STRETCHES}; they hold different rosters, and neither is "
                "the plan's: undo the changes in one, or delete that sheet"
            )
            faults.error(book.label(sheet), expected, column="agent_id", value=person)
    sheet = next(iter(edited), next(iter(found)))
    return Imported(found[sheet], book.found(sheet) or sheet)


def _provenance(book: Book, plan: PlanIn, faults: Faults) -> None:
    """Notice a workbook that says of itself that it was written with other input."""
    if book.found("Read me") is None:
        return
    engine = plan.document.get("engine", {})
    for row in book.rows("Read me", Faults()):
        cells = [str(cell.value) for cell in row[:2] if cell is not None]
        written = f"seed {plan.seed}; input sha256 {engine.get('input_sha256')}"
        if len(cells) == 2 and cells[0] == "Provenance" and cells[1] != written:
            remark = "the workbook was written with another plan than the one given: changes are counted from this one"
            faults.notice(book.label("Read me"), remark=remark, grave=True)
