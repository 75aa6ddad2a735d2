"""Sheets of a workbook as tables: whatever a spreadsheet program made of a cell, as the text a CSV file would hold."""

from __future__ import annotations

import csv
import io
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel

from planning.files.cells import Context, escaped
from planning.files.columns import Clock, Day, Layout, Moment, fold
from planning.files.faults import Faults
from planning.files.headers import recognised
from planning.files.table import Table, read_table

MOST_ROWS = 300_000
MOST_COLUMNS = 200
LATEST_HEADER = 20
"""Rows in which the heading is looked for: people put titles above it."""


@dataclass(frozen=True)
class Cell:
    """One cell that holds something: its text, and whether it is a formula or an error."""

    value: Any
    kind: str


@dataclass
class Book:
    """The sheets of one workbook, read as they are asked for.

    Attributes
    ----------
    name : str
        Of the file.
    """

    name: str
    names: tuple[str, ...]
    _book: Any = field(repr=False)

    def label(self, sheet: str) -> str:
        """Return how a sheet is called in a fault."""
        return f"{self.name}, sheet {self.found(sheet) or sheet}"

    def found(self, sheet: str) -> str | None:
        """Return the name of a sheet as the workbook spells it; None where it has none."""
        return next((name for name in self.names if name.strip().casefold() == sheet.casefold()), None)

    def rows(self, sheet: str, faults: Faults) -> list[list[Cell | None]]:
        """Return the cells of a sheet, its rows counted from 0; nothing after recording that it has too many."""
        found: list[list[Cell | None]] = []
        page = self._book[self.found(sheet)]
        page.reset_dimensions()
        for row in page.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1):
            found.append([_cell(cell) for cell in row])
        while found and not any(found[-1]):
            found.pop()
        if len(found) > MOST_ROWS:
            faults.error(self.label(sheet), f"at most {MOST_ROWS:,} rows")
            return []
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()


def open_book(path: Path, faults: Faults) -> Book | None:
    """Open a workbook that `guard.check_workbook` let pass; None after recording that it cannot be read."""
    try:
        with warnings.catch_warnings():
            # of features that the library leaves out, none of which holds a roster
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=False, keep_links=False, rich_text=False)
        names = tuple(sheet.title for sheet in book.worksheets)
    except Exception as fault:  # whatever the library meets in a file that is none is the file's fault
        faults.error(path.name, f"a workbook that a spreadsheet program can open; {_first_line(fault)}")
        return None
    return Book(path.name, names, book)


def table_of(
    book: Book, sheet: str, layout: Layout, context: Context, faults: Faults, clocks: Sequence[str] = ()
) -> Table | None:
    """Read a sheet as a table, by its heading, whatever the order of its columns.

    Parameters
    ----------
    book : Book
    sheet : str
        One that the workbook has.
    layout : Layout
    context : Context
    faults : Faults
        Receives every fault, formulas among them, at the sheet's own rows.
    clocks : sequence of str
        Columns of text that hold times of day.

    Returns
    -------
    Table or None
        None where nothing of it can be used.
    """
    label = book.label(sheet)
    try:
        rows = book.rows(sheet, faults)
    except Exception as fault:  # as in `open_book`: a part of the file that is broken
        faults.error(label, f"a sheet that can be read; {_first_line(fault)}")
        return None
    top = _heading(rows, layout)
    if top is None:
        wanted = ", ".join(column.name for column in layout.columns if column.required)
        faults.error(label, f"a heading with {wanted}")
        return None
    headers = [str(cell.value).strip().replace("\n", " ") if cell else "" for cell in rows[top]]
    names = [layout.names.get(fold(header), "") for header in headers]
    kinds = [Clock() if name in clocks else layout[name].kind if name else None for name in names]
    own, read = Faults(), Faults()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for r, row in enumerate(rows):
        cells = [""]
        if r == top:
            cells = headers
        elif r > top:
            _flag_formulas(row, names, label, r + 1, own)
            cells = ["" if cell is None else as_text(cell.value, kind) for cell, kind in zip(row, kinds, strict=False)]
            cells = [
                _restored(cell, context) if name == "agent_id" else cell
                for cell, name in zip(cells, names, strict=False)
            ]
        if any(cells):
            writer.writerow(cells)
        else:
            # the table counts lines, so that its faults name the sheet's rows
            text.write("\n")
    table = read_table(label, text.getvalue().encode("utf-8"), layout, context, read)
    told = {(problem.line, problem.column) for problem in own.wrong}
    faults.wrong += [*own.wrong, *(problem for problem in read.wrong if (problem.line, problem.column) not in told)]
    faults.odd += read.odd
    faults.grave += read.grave
    if table is not None:
        # what is found wrong later belongs among all faults
        table.faults = faults
        if own.wrong:
            lines = table.line_of(np.arange(table.size, dtype=np.int64))
            table.drop(np.isin(lines, [problem.line for problem in own.wrong]))
    return table


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0][:120] if str(fault) else type(fault).__name__


def _flag_formulas(row: Sequence[Cell | None], names: Sequence[str], label: str, line: int, faults: Faults) -> None:
    """Refuse formulas and errors in columns that are read: what they come to is for the program to say, not for us."""
    for cell, name in zip(row, names, strict=False):
        # names stand there for people alone
        if cell is not None and name and name != "name" and cell.kind in {"f", "e"}:
            said = "an error" if cell.kind == "e" else "a formula"
            expected = f"a value; the cell holds {said}: put the value itself there"
            faults.error(label, expected, line=line, column=name, value=str(cell.value)[:80])


def _restored(text: str, context: Context) -> str:
    """Give an id back the leading zeros that a spreadsheet program took, where only one person can be meant."""
    if context.agents is None or text in context.agents or not text.isdecimal():
        return text
    same = [name for name in context.agents if name.isdecimal() and int(name) == int(text)]
    return same[0] if len(same) == 1 else text


def _cell(cell: Any) -> Cell | None:
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return Cell(value, str(cell.data_type))


def _heading(rows: Sequence[Sequence[Cell | None]], layout: Layout) -> int | None:
    """Return the row that names most columns, among the first."""
    best, at = 1, None
    for r, row in enumerate(rows[:LATEST_HEADER]):
        count = recognised([str(cell.value) if cell else "" for cell in row], layout)
        if count > best:
            best, at = count, r
    return at


def as_text(value: Any, kind: object = None) -> str:
    """Write a cell as text: times by what the column holds, numbers without needless zeros.

    Parameters
    ----------
    value : object
        As the spreadsheet library reads it: dates and times may have become numbers or the program's own types.
    kind : object, optional
        What the column holds; of a `Moment` and a `Day` a bare number is the program's count of days, of a `Clock` a
        part of a day.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if isinstance(kind, Moment | Day) and 20_000 < value < 120_000:
            value = from_excel(value)
        elif isinstance(kind, Clock) and 0 <= value < 3:
            value = timedelta(days=float(value))
        else:
            return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, datetime):
        value = _whole_minutes(value)
        if isinstance(kind, Clock):
            return f"{value:%H:%M}"
        if isinstance(kind, Day) and (value.hour, value.minute) == (0, 0):
            return str(value.date())
        return str(value.isoformat(timespec="minutes"))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{_whole_minutes(datetime.combine(date(2000, 1, 1), value)):%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    plain = str(value).replace("_x000D_", "").replace("\r", "").strip()
    # a line of a cell is one of several things in it
    return escaped("; ".join(part.strip() for part in plain.split("\n") if part.strip()))


def _whole_minutes(value: datetime) -> datetime:
    """Undo what a day's fraction in binary adds or takes: seconds that are nearly a minute."""
    near = (value + timedelta(seconds=1)).replace(second=0, microsecond=0)
    return near if abs(near - value) <= timedelta(seconds=1) else value
