"""Tables of results as JSON: numbers as numbers, what is empty as null, filtered by what columns hold."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from api.kept import Kept
from api.problems import Refusal
from planning.files.cells import unescaped

Cell = str | float | int | bool | None
Row = dict[str, Cell]

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
TEXT = frozenset(
    {
        "agent_id",
        "queue",
        "queues",
        "shift_id",
        "text",
        "said",
        "name",
        "team",
        "activity",
        "why",
        "reason",
        "scenario",
        "contract",
        "tier",
        "policy",
        "option",
        "key",
        "what",
    }
)
"""Columns whose cells are names or words even where they look like numbers."""

MOST = 50_000_000
"""Bytes of files whose rows are kept read; in memory they take some ten times as much."""

_kept: Kept[tuple[Mapping[str, Cell], ...]] = Kept(MOST)


def rows_of(raw: bytes) -> tuple[Mapping[str, Cell], ...]:
    """Return the rows of one of our own CSV files, kept for whoever turns its pages."""
    return _kept.get(hashlib.sha256(raw).hexdigest(), lambda: (_read(raw), len(raw)))


def _read(raw: bytes) -> tuple[Mapping[str, Cell], ...]:
    reader = csv.reader(io.StringIO(raw.decode("utf-8"), newline=""))
    head = next(reader, [])
    return tuple({name: _cell(name, text) for name, text in zip(head, line, strict=True)} for line in reader)


def columns_of(raw: bytes) -> tuple[str, ...]:
    """Return the columns of one of our own CSV files."""
    return tuple(next(csv.reader(io.StringIO(raw.decode("utf-8"), newline="")), ()))


def rows_in(path: Path) -> list[Row]:
    """Return the rows of a file that was just written."""
    return [dict(row) for row in _read(path.read_bytes())]


def chosen(rows: Sequence[Mapping[str, Cell]], where: Iterable[str]) -> list[Row]:
    """Return the rows that hold what is asked for.

    Parameters
    ----------
    rows : sequence of mapping
    where : iterable of str
        ``column=value``; ``column>=value`` and ``column<=value`` compare texts (times of one offset) or numbers. A
        column ``queues`` holds a queue where it is one of its list.

    Raises
    ------
    Refusal
        422 where a condition cannot be read.
    """
    wanted = [_condition(text, rows) for text in where]
    return [dict(row) for row in rows if all(_holds(row.get(column), sign, value) for column, sign, value in wanted)]


def _condition(text: str, rows: Sequence[Mapping[str, Cell]]) -> tuple[str, str, str]:
    found = re.fullmatch(r"(\w+)(>=|<=|=)(.*)", text)
    if found is None or (rows and found[1] not in rows[0]):
        known = ", ".join(rows[0]) if rows else "those of the table"
        raise Refusal(422, f"`where` needs a column, =, >= or <=, and a value, not {text[:100]!r}; columns: {known}")
    return found[1], found[2], found[3]


def _holds(cell: Cell, sign: str, value: str) -> bool:
    if sign == "=":
        return _shown(cell) == value or (isinstance(cell, str) and value in cell.split(";"))
    if cell is None:
        return False
    if isinstance(cell, str):
        return cell >= value if sign == ">=" else cell <= value
    try:
        return cell >= float(value) if sign == ">=" else cell <= float(value)
    except ValueError:
        return False


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:.12g}" if isinstance(cell, float) else str(cell)


def _cell(name: str, text: str) -> Cell:
    if text == "":
        return None
    if name in TEXT:
        return unescaped(text)
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    if text in {"true", "false"}:
        return text == "true"
    return unescaped(text)
