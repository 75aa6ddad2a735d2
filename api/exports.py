"""Tables as files for spreadsheets: CSV and XLSX, in which no text ever runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import xlsxwriter

from api.problems import Refusal
from planning.files.cells import escaped

MOST_ROWS = 1_048_575
"""A sheet holds so many below its heading."""

MOST_CHARACTERS = 32_000
"""A cell holds 32,767."""


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    XLSX = "xlsx"


TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def exported(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]], kind: Format) -> bytes:
    """Return a table as a file.

    Parameters
    ----------
    title : str
        Of the sheet.
    columns : sequence of str
    rows : iterable of mapping
        Cells are texts, numbers, truths or None.
    kind : Format

    Raises
    ------
    Refusal
        422 where a sheet cannot hold it.
    """
    return _csv(columns, rows) if kind is Format.CSV else _xlsx(title, columns, rows)


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_text(row.get(column)) for column in columns] for row in rows)
    return text.getvalue().encode()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return escaped(cell.replace("\0", "")) if isinstance(cell, str) else f"{cell}"


def _xlsx(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    held = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        page = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True})
        page.freeze_panes(1, 0)
        page.set_column(0, max(len(columns) - 1, 0), 18)
        page.write_row(0, 0, columns, bold)
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                raise Refusal(422, f"a sheet holds {MOST_ROWS:,} rows; narrow it with `where`, or fetch it as csv")
            for place, column in enumerate(columns):
                _write(page, number, place, row.get(column))
    return held.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, number: int, place: int, cell: object) -> None:
    if isinstance(cell, str):
        page.write_string(number, place, cell.replace("\0", "")[:MOST_CHARACTERS])
    elif isinstance(cell, bool):
        page.write_boolean(number, place, cell)
    elif isinstance(cell, int | float):
        page.write_number(number, place, cell)
