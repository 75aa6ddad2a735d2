"""Cells and lines as we write them: exact times, short numbers, text no spreadsheet runs."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from planning.files.cells import escaped

DIGITS = 9
"""Significant digits of a number in a CSV file."""


def number(value: float, digits: int = DIGITS) -> str:
    """Write a number without exponent or needless zeros; empty where it is not finite."""
    if not math.isfinite(value):
        return ""
    text = f"{value:.{digits}g}"
    if "e" in text:
        text = np.format_float_positional(float(text), trim="-")
    return "0" if text == "-0" else text


def numbers(values: Iterable[float]) -> list[str]:
    """Write numbers, each distinct one once."""
    known: dict[float, str] = {}
    found = []
    for value in values:
        text = known.get(value)
        if text is None:
            text = number(value)
            known[value] = text
        found.append(text)
    return found


def text(value: str) -> str:
    """Write text that came from people so that a spreadsheet does not take it for a formula.

    Notes
    -----
    Text that begins with one of ``= + - @`` (or a tab) gets an apostrophe in front, which readers take off
    again. NUL cannot stand in a CSV file and is left out.
    """
    return escaped(value.replace("\0", ""))


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Write an instant as local time with its offset, seconds only where there are some."""
    local = value.astimezone(zone)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def flag(value: bool) -> str:
    """Write ``true`` or ``false``."""
    return "true" if value else "false"


def write_csv(path: Path, header: Sequence[str], columns: Sequence[Sequence[str]]) -> Path:
    """Write columns of ready cells: UTF-8, commas, quotes where RFC 4180 asks for them, LF."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(zip(*columns, strict=True))
    return path
