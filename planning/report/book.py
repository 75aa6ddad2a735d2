"""A workbook with the few formats all sheets share; every text is written as text, never as a formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

_MOST_CHARACTERS = 32_000
"""A cell holds 32,767."""

_FILLS = {"early": "#FFF4D6", "day": "#E3F0F4", "late": "#E7E3F4", "night": "#CFD6E6"}
"""Colour of a shift by when it starts."""


class Book:
    """A workbook with the few formats all sheets share; every text is written as text, never as a formula."""

    def __init__(self, path: Path, created: date) -> None:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(str(path), options)
        self.book.set_properties({"title": "Roster", "created": datetime(created.year, created.month, created.day)})
        plain = {"valign": "top", "font_name": "Calibri", "font_size": 10}
        head = {**plain, "bold": True, "bg_color": "#1F4E63", "font_color": "#FFFFFF", "text_wrap": True}
        self.head = self.book.add_format(head)
        self.text = self.book.add_format(plain)
        self.wrap = self.book.add_format({**plain, "text_wrap": True})
        self.hours = self.book.add_format({**plain, "num_format": "0.00"})
        self.bold = self.book.add_format({**plain, "bold": True})
        self.bad = self.book.add_format({**plain, "bg_color": "#F6D5D1", "font_color": "#7A1712"})
        self.short = self.book.add_format({**plain, "bg_color": "#F6D5D1", "num_format": "0.00"})
        self.leave = self.book.add_format({**plain, "italic": True, "font_color": "#5B6570", "bg_color": "#ECEDEF"})
        cell = {**plain, "text_wrap": True, "border": 1, "border_color": "#FFFFFF"}
        self.shift = {name: self.book.add_format({**cell, "bg_color": fill}) for name, fill in _FILLS.items()}
        self.elastic = self.book.add_format({**cell, "bg_color": "#FBE3CF", "italic": True})

    def sheet(self, name: str, header: Sequence[str], widths: Sequence[float], freeze: tuple[int, int]) -> Sheet:
        """Add a sheet with a heading, widths in characters, and rows and columns that stay in view."""
        sheet = Sheet(self, name)
        sheet.row(header, self.head)
        for column, width in enumerate(widths):
            sheet.page.set_column(column, column, width)
        sheet.page.freeze_panes(*freeze)
        return sheet


class Sheet:
    """One sheet written row by row."""

    def __init__(self, book: Book, name: str) -> None:
        self.book = book
        self.page = book.book.add_worksheet(name)
        self.at = 0

    def put(self, column: int, value: str | float, form: object) -> None:
        """Write one cell; what is empty or not finite stays blank."""
        if isinstance(value, str) and value:
            self.page.write_string(self.at, column, value[:_MOST_CHARACTERS], form)
        elif not isinstance(value, str) and math.isfinite(value):
            self.page.write_number(self.at, column, value, form)
        else:
            self.page.write_blank(self.at, column, None, form)

    def row(self, values: Sequence[str | float], form: object = None) -> None:
        """Write a row, numbers to two places where no format is given."""
        for column, value in enumerate(values):
            own = form or (self.book.text if isinstance(value, str) else self.book.hours)
            self.put(column, value, own)
        self.at += 1
