"""The grid for people: it cannot be read back without doubt, so a change made there is told and not lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from domain.folder import PlanningFolder
from domain.roster import Roster
from planning.files.faults import SHOWN, Faults
from planning.report.wording import day_text
from planning.report.workbook import shift_text
from planning.roster_import.sheets import Book, Cell
from planning.roster_import.shift_rows import SHEET

GRID = "Roster"

NOBODY = frozenset({"", "leave", "off", "-", "–"})
"""What a day without a shift may hold."""

Days = Mapping[tuple[str, date], str]


def check_grid(
    book: Book, folder: PlanningFolder, days: Sequence[date], before: Roster, after: Roster, faults: Faults
) -> None:
    """Refuse changes of the grid that no other sheet holds.

    Parameters
    ----------
    book : Book
        One without the grid, or without its heading, has nothing to check.
    folder : PlanningFolder
    days : sequence of date
        Planned days.
    before, after : Roster
        The plan's, and what the sheets made for editing hold: a cell may show either.
    faults : Faults
        Receives each cell that shows something else.
    """
    if book.found(GRID) is None:
        return
    try:
        rows = book.rows(GRID, Faults())
    except Exception:  # a broken sheet that is not read for its roster
        return
    top = next((r for r, row in enumerate(rows[:20]) if _text(row[0] if row else None) == "agent_id"), None)
    if top is None:
        return
    heading = {_text(cell): c for c, cell in enumerate(rows[top])}
    columns = {day: heading[day_text(day)] for day in days if day_text(day) in heading}
    texts, new = _texts(before, folder), _texts(after, folder)
    people = {*(agent for agent, _ in texts), *(agent.id for agent in folder.agents)}
    seen: set[str] = set()
    said: list[tuple[int, str, str]] = []
    for r, row in enumerate(rows[top + 1 :], start=top + 2):
        agent = _text(row[0])
        if not agent or agent not in people:
            continue
        seen.add(agent)
        for day, column in columns.items():
            shown = _text(row[column]) if column < len(row) else ""
            if shown not in (texts.get((agent, day), ""), new.get((agent, day), "")):
                said.append((r, day_text(day), shown.replace("\n", " | ") or "nothing"))
    expected = f"the plan's text: this sheet is for reading; make the change in the sheet {SHEET}, or delete this sheet"
    for line, name, value in said[:SHOWN]:
        faults.error(book.label(GRID), expected, line=line, column=name, value=value)
    if len(said) > SHOWN:
        faults.error(book.label(GRID), f"{len(said) - SHOWN} more cells as the plan wrote them")
    gone = sorted({agent for agent, _ in texts} & {agent for agent, _ in new} - seen)
    if gone and len(columns) == len(days):
        named = ", ".join(gone[:5]) + (f" and {len(gone) - 5} more" if len(gone) > 5 else "")
        faults.error(
            book.label(GRID), f"a row for everybody on the roster; take shifts off in the sheet {SHEET}", value=named
        )


def _texts(roster: Roster, folder: PlanningFolder) -> Days:
    """Return the cell of each person and day, as the workbook writes it."""
    zone = ZoneInfo(folder.centre.timezone)
    found: dict[tuple[str, date], list[str]] = {}
    for shift in roster.shifts:
        place = (shift.agent_id, shift.start.astimezone(zone).date())
        found.setdefault(place, []).append(shift_text(shift, zone))
    return {place: _plain("\n".join(texts)) for place, texts in found.items()}


def _text(cell: Cell | None) -> str:
    return _plain(str(cell.value)) if cell is not None else ""


def _plain(value: Any) -> str:
    """Take spreadsheet programs' own ways with line ends and blanks out of a text."""
    lines = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = "\n".join(stripped for line in lines if (stripped := re.sub(r"[ \t]+", " ", line).strip()))
    return "" if text.casefold() in NOBODY else text
