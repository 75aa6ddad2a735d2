"""A table read from CSV or Parquet: named columns of checked values, and the line of every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats, Ints
from planning.files.cells import Context, empty_value, parse_cells, unescaped
from planning.files.columns import Column, Day, Layout, Moment, Number, Text
from planning.files.faults import EXAMPLES, SHOWN, Faults
from planning.files.figures import Parsed, limited, odd_texts, parse_numbers, uses_decimal_comma
from planning.files.loading import Distinct, load_csv, load_parquet
from planning.files.year_last import Order

Mask = NDArray[np.bool_]


@dataclass
class Table:
    """Checked columns of one file.

    Attributes
    ----------
    file : str
    size : int
        Number of rows.
    coded : dict of str to (values, codes)
        Every column of the layout as its distinct values and each row's index into them; ``table[name]`` is
        the column itself, shape (size,). Cells not given hold the kind's empty value.
    given : dict of str to bool array
        Whether the cell holds something.
    complete : bool
        Whether every required column is there.
    good : bool array
        Rows without a fault so far.
    """

    file: str
    size: int
    faults: Faults
    line_of: Callable[[Ints], Ints]
    coded: dict[str, tuple[NDArray[Any], NDArray[Any]]] = field(default_factory=dict)
    given: dict[str, Mask] = field(default_factory=dict)
    complete: bool = True
    written: dict[str, Callable[[int], str]] = field(default_factory=dict)

    @cached_property
    def good(self) -> Mask:
        """Rows without a fault so far; `flag` clears them."""
        return np.ones(self.size, dtype=np.bool_)

    @cached_property
    def _columns(self) -> dict[str, NDArray[Any]]:
        return {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._columns:
            values, codes = self.coded[name]
            self._columns[name] = values[codes]
        return self._columns[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of the layout, in its order."""
        return tuple(self.coded)

    def numbered(self, name: str, known: Sequence[str]) -> Ints:
        """Return each cell's position in ``known``; 0 where it is not there."""
        values, codes = self.coded[name]
        place = {word: i for i, word in enumerate(known)}
        numbers: Ints = np.array([place.get(value, 0) for value in values.tolist()], dtype=np.int64)[codes]
        return numbers

    def value(self, name: str, row: int) -> str:
        """Return a cell as written."""
        return self.written[name](row) if name in self.written else ""

    def flag(self, rows: Mask, column: str, expected: str | Callable[[int], str], *, warn: bool = False) -> None:
        """Record a fault (or notice) of every row of a mask; ``expected`` may depend on the row."""
        found = np.flatnonzero(rows)
        if not found.size:
            return
        if not warn:
            self.good[found] = False
        first = found if found.size <= SHOWN else self._examples(found, column)
        said = [
            (
                int(line),
                self.value(column, int(row)),
                expected if isinstance(expected, str) else expected(int(row)),
            )
            for line, row in zip(self.line_of(first), first, strict=True)
        ]
        self.faults.lines(self.file, column, said, len(found), warn=warn)

    def _examples(self, rows: Ints, column: str) -> Ints:
        """Return a few of many rows: the first of each value, and where these are few the first rows."""
        codes = self.coded[column][1][rows] if column in self.coded else rows
        _, first = np.unique(codes, return_index=True)
        chosen = np.sort(first)[:EXAMPLES]
        rest = np.setdiff1d(np.arange(EXAMPLES), chosen)[: EXAMPLES - len(chosen)]
        examples: Ints = rows[np.sort(np.concatenate([chosen, rest]))]
        return examples

    def remark(self, rows: Mask, column: str, expected: str, *, grave: bool = False) -> None:
        """Notice many rows in one line: the first of them, and how many there are."""
        found = np.flatnonzero(rows)
        if found.size:
            self.faults.notice(
                self.file,
                expected,
                line=int(self.line_of(found[:1])[0]),
                column=column,
                value=self.value(column, int(found[0])),
                more=len(found) - 1,
                grave=grave,
            )

    def drop(self, rows: Mask) -> None:
        """Leave rows out without calling them faults."""
        self.good[rows] = False

    def rows(self) -> Ints:
        """Return the indices of rows without a fault."""
        return np.flatnonzero(self.good)


def read_table(name: str, raw: bytes, layout: Layout, context: Context, faults: Faults) -> Table | None:
    """Read one file; None where nothing of it can be used.

    Parameters
    ----------
    name : str
        The file's name; Parquet where it ends in ``.parquet``.
    raw : bytes
    layout : Layout
    context : Context
        What references are checked against.
    faults : Faults
        Receives every fault and notice.
    """
    load = load_parquet if name.lower().endswith(".parquet") else load_csv
    loaded = load(name, raw, layout, faults)
    if loaded is None:
        return None
    comma = _decimal_comma(loaded.columns, layout)
    context = replace(context, order=_order(loaded.columns, layout))
    table = Table(name, loaded.size, faults, loaded.line_of)
    for column in layout.columns:
        source = loaded.columns.pop(column.name, None)
        factor = loaded.factor.get(column.name, 1.0)
        if factor != 1.0:
            expected = f"seconds; the header names another unit, so values are multiplied by {factor:g}"
            faults.notice(name, expected, line=1, column=column.name)
        if isinstance(source, Distinct):
            _fill(table, column, source, _parsed(source, column.kind, context, comma, factor))
        elif source is not None:
            _fill_numbers(table, column, source, factor)
        else:
            blank = empty_value(column.kind)
            table.given[column.name] = np.zeros(table.size, dtype=np.bool_)
            table.coded[column.name] = (_blanks(blank, 1), np.zeros(table.size, dtype=np.int8))
            if column.required:
                table.complete = False
                table.drop(np.ones(table.size, dtype=np.bool_))
            continue
        if column.required:
            table.flag(~table.given[column.name], column.name, f"a value for {column.name}")
    return table


def _parsed(source: Distinct, kind: Any, context: Context, comma: bool, factor: float) -> Parsed:
    if isinstance(kind, Number):
        return parse_numbers(source.texts, kind, comma, factor)
    texts = source.texts.to_pylist()
    if isinstance(kind, Text):
        texts = [unescaped(text) for text in texts]
    return parse_cells(texts, kind, context)


def _blanks(blank: object, size: int, dtype: Any = None) -> NDArray[Any]:
    if dtype is None:
        dtype = object if isinstance(blank, str | frozenset) else np.asarray(blank).dtype
    values = np.empty(size, dtype=dtype)
    values[-1] = blank
    return values


def _fill(table: Table, column: Column, source: Distinct, parsed: Parsed) -> None:
    name, codes = column.name, source.codes
    # One entry more than there are texts, so that code -1 falls on the empty value.
    values = _blanks(empty_value(column.kind), len(parsed.values) + 1, parsed.values.dtype)
    values[:-1] = parsed.values
    table.coded[name] = (values, codes)
    table.given[name] = codes >= 0
    table.written[name] = lambda row: "" if codes[row] < 0 else str(source.texts[int(codes[row])])
    if not parsed.odd and not parsed.wrong:
        return
    mark = np.zeros(len(values), dtype=np.int8)
    mark[list(parsed.odd)] = 1
    mark[list(parsed.wrong)] = 2
    odd, wrong = mark[codes] == 1, mark[codes] == 2
    if odd.any():
        table.remark(odd, name, parsed.odd[int(codes[np.argmax(odd)])])
    table.flag(wrong, name, lambda row: parsed.wrong[int(codes[row])])


def _fill_numbers(table: Table, column: Column, source: Floats, factor: float) -> None:
    kind = column.kind if isinstance(column.kind, Number) else Number()
    table.given[column.name] = ~np.isnan(source)
    table.coded[column.name] = (source * factor, np.arange(table.size))
    table.written[column.name] = lambda row: f"{source[row]:g}"
    wrong = np.zeros(table.size, dtype=np.bool_)
    wrong[list(limited(source, kind).wrong)] = True
    table.flag(wrong, column.name, kind.expected)


def _order(columns: Mapping[str, Distinct | Floats], layout: Layout) -> Order:
    times = [columns.get(column.name) for column in layout.columns if isinstance(column.kind, Moment | Day)]
    return Order.of(chain.from_iterable(source.texts.to_pylist() for source in times if isinstance(source, Distinct)))


def _decimal_comma(columns: Mapping[str, Distinct | Floats], layout: Layout) -> bool:
    numbers = [columns.get(column.name) for column in layout.columns if isinstance(column.kind, Number)]
    return any(
        uses_decimal_comma(odd_texts(source.texts).to_pylist()) for source in numbers if isinstance(source, Distinct)
    )
