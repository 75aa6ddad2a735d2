"""Rows of a planning folder's tables as people edit them: known columns, cells as text, a key to know each by."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite

from domain.errors import InputError, Problem
from planning.files.cells import escaped, unescaped
from planning.files.columns import Layout, Number
from planning.files.faults import Faults
from planning.files.layouts import INPUTS
from planning.files.lines_out import number
from planning.files.loading import Distinct, load_csv, load_parquet

Row = dict[str, str]

TABLES: Mapping[str, Layout] = {layout.file: layout for layout in INPUTS if layout.file != "history"}
"""Tables that are edited by rows; history has its own way."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "agents": ("agent_id",),
    "skills": ("agent_id", "queue"),
    "routing_current": ("agent_id", "queue"),
    "performance": ("date", "agent_id", "queue"),
    "time_off": ("agent_id", "start"),
    "availability": ("agent_id", "weekday", "from"),
    "preferences": ("agent_id", "start"),
    "events": ("start", "name", "queue"),
    "overrides": ("start", "end", "queue", "kind"),
    "activities": ("activity", "agent_id", "team", "earliest"),
    "pins": ("agent_id", "start"),
    "previous": ("agent_id", "start"),
    "shrinkage": ("date", "agent_id"),
}
"""Columns that tell one row of a table from another."""


@dataclass(frozen=True)
class Difference:
    """What changes in a table: whole rows, and of those that stay which cells (old, new)."""

    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    changed: list[dict[str, object]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.added or self.removed or self.changed)


def read_rows(name: str, raw: bytes) -> list[Row]:
    """Read a table's rows: known columns under the contract's names, empty cells left out.

    Raises
    ------
    InputError
        If the file is no table of that kind.
    """
    stem, _, ending = name.rpartition(".")
    faults = Faults()
    load = load_parquet if ending == "parquet" else load_csv
    loaded = load(name, raw, TABLES[stem], faults)
    faults.check()
    if loaded is None:
        raise InputError([Problem(name, expected="a table with the contract's columns")])
    rows: list[Row] = [{} for _ in range(loaded.size)]
    for column, source in loaded.columns.items():
        if isinstance(source, Distinct):
            texts = [unescaped(text) for text in source.texts.to_pylist()]
            cells = [texts[code] if code >= 0 else "" for code in source.codes.tolist()]
        else:
            cells = [number(value * loaded.factor.get(column, 1.0)) for value in source.tolist()]
        for row, cell in zip(rows, cells, strict=True):
            if cell:
                row[column] = cell
    return rows


def write_rows(stem: str, rows: Sequence[Row]) -> bytes:
    """Write a table as CSV: the required columns and those that hold something."""
    layout = TABLES[stem]
    used = {column for row in rows for column in row}
    names = [column.name for column in layout.columns if column.required or column.name in used]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([escaped(row.get(name, "")) for name in names] for row in rows)
    return text.getvalue().encode()


def with_numbers(stem: str, row: Mapping[str, object]) -> dict[str, object]:
    """Return a row with numbers as numbers; what cannot be read as one stays as it is."""
    numeric = {column.name for column in TABLES[stem].columns if isinstance(column.kind, Number)}
    found = dict(row)
    for name in numeric & row.keys():
        with suppress(ValueError):
            value = float(str(row[name]))
            found[name] = value if isfinite(value) else row[name]
    return found


def key_of(stem: str, row: Mapping[str, str]) -> tuple[str, ...]:
    """Return what tells a row from others."""
    return tuple(row.get(column, "") for column in KEYS[stem])


def compare(stem: str, old: Iterable[Row], new: Iterable[Row]) -> Difference:
    """Return what changes from one set of rows to another."""
    before, after = _by_key(stem, old), _by_key(stem, new)
    found = Difference()
    for key, row in after.items():
        was = before.get(key)
        if was is None:
            found.added.append(row)
        elif was != row:
            cells = {c: [was.get(c), row.get(c)] for c in {*was, *row} if was.get(c) != row.get(c)}
            found.changed.append({"key": dict(zip(KEYS[stem], key, strict=False)), "cells": cells})
    found.removed.extend(row for key, row in before.items() if key not in after)
    return found


def edited(stem: str, rows: Sequence[Row], upsert: Sequence[Row], delete: Sequence[Row]) -> list[Row]:
    """Return rows with some written over or added (an empty cell empties it) and others taken out.

    Raises
    ------
    InputError
        With every key that is to be deleted and is not there.
    """
    found = _by_key(stem, rows)
    problems = []
    for gone in delete:
        if found.pop((*key_of(stem, gone), "0"), None) is None:
            words = ", ".join(f"{name} {value!r}" for name, value in zip(KEYS[stem], key_of(stem, gone), strict=True))
            problems.append(Problem(f"{stem}.csv", value=words, expected="the key of a row that is there to delete"))
    if problems:
        raise InputError(problems)
    for row in upsert:
        key = (*key_of(stem, row), "0")
        found[key] = {name: cell for name, cell in {**found.get(key, {}), **row}.items() if cell}
    return list(found.values())


def _by_key(stem: str, rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    """Return rows by key; of equal keys each further one is counted up."""
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        again = 0
        while (key := (*key_of(stem, row), str(again))) in found:
            again += 1
        found[key] = row
    return found
