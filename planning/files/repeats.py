"""Rows that stand in a table twice: the same again is dropped and said, another value is a fault."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.history import Ints
from planning.files.table import Table


def codes_of(values: NDArray[np.generic]) -> Ints:
    """Return an integer for each value, equal where the values are (NaN equals NaN)."""
    if values.dtype == object:
        known: dict[object, int] = {}
        return np.array([known.setdefault(value, len(known)) for value in values.tolist()], dtype=np.int64)
    if values.dtype.kind in "iubM":
        return values.astype(np.int64)
    codes: Ints = np.unique(values, return_inverse=True, equal_nan=True)[1].astype(np.int64)
    return codes


def one_key(columns: Sequence[NDArray[np.generic]]) -> Ints:
    """Return one integer a row, equal where every column is."""
    key = codes_of(columns[0])
    for column in columns[1:]:
        key = np.unique(key, return_inverse=True)[1].astype(np.int64)
        other = np.unique(codes_of(column), return_inverse=True)[1].astype(np.int64)
        key = key * (int(other.max(initial=0)) + 1) + other
    return key


def same_as(key: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return the rows whose key an earlier row has, and for each the first row that has it."""
    order = np.argsort(key[rows], kind="stable")
    sorted_rows, sorted_key = rows[order], key[rows][order]
    new = np.ones(len(rows), dtype=np.bool_)
    new[1:] = sorted_key[1:] != sorted_key[:-1]
    first = sorted_rows[np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0))]
    return sorted_rows[~new], first[~new]


def settle_repeats(table: Table, by: Sequence[str], what: str, column: str = "") -> None:
    """Drop rows that repeat an earlier one; flag rows that contradict one.

    Parameters
    ----------
    by : sequence of str
        Columns that name a row.
    what : str
        What is one row, in words: ``agent and queue``.
    column : str
        The column named in the fault; the first of ``by`` where empty.
    """
    again, first = same_as(one_key([table[name] for name in by]), table.rows())
    settle_pairs(table, again, first, what, column or by[0], [name for name in table.names if name not in by])


def settle_pairs(table: Table, again: Ints, first: Ints, what: str, column: str, values: Sequence[str]) -> None:
    """Treat pairs of rows that name the same thing; ``values`` are the columns that may differ."""
    if not len(again):
        return
    equal = np.ones(len(again), dtype=np.bool_)
    for name in values:
        a, b = table[name][again], table[name][first]
        same = a == b
        if np.asarray(a).dtype.kind in "fM":
            same |= np.isnan(a) & np.isnan(b) if a.dtype.kind == "f" else np.isnat(a) & np.isnat(b)
        equal &= np.asarray(same, dtype=np.bool_)
    mask = np.zeros(table.size, dtype=np.bool_)
    mask[again[equal]] = True
    table.remark(mask, column, f"one row for each {what}; this repeats an earlier row and is read once")
    table.drop(mask)
    earlier = dict(zip(again[~equal].tolist(), first[~equal].tolist(), strict=True))
    clash = np.zeros(table.size, dtype=np.bool_)
    clash[list(earlier)] = True
    table.flag(clash, column, lambda row: _clash(table, what, earlier[row]))


def _clash(table: Table, what: str, first: int) -> str:
    line = int(table.line_of(np.array([first], dtype=np.int64))[0])
    return f"one row for each {what}; line {line} has another value for it"
