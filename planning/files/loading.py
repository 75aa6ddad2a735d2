"""Raw columns out of CSV or Parquet bytes: which delimiter, which rows, which line each stands in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from domain.history import Floats, Ints
from planning.files.columns import Layout, Number
from planning.files.csv_records import Header, find_header, mended, plain_lines, quoted_lines, unclosed
from planning.files.encoding import decode
from planning.files.faults import Faults
from planning.files.headers import match

_UNNAMED = "column"
"""Columns without a header go by their number: ``column 1``; no column of a table has a blank in its name."""


@dataclass(frozen=True)
class Distinct:
    """A column as its distinct texts and, for each row, the index of its own (-1: not given)."""

    texts: pa.Array
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Loaded:
    """The known columns of a file before their cells are read.

    Attributes
    ----------
    columns : dict
        By column name: distinct texts, or numbers where the file holds numbers.
    factor : dict of str to float
        Seconds of the unit in a header's brackets, where it is not 1.
    size : int
    line_of : callable
        Lines of row indices, the header being line 1.
    """

    columns: dict[str, Distinct | Floats]
    factor: dict[str, float]
    size: int
    line_of: Callable[[Ints], Ints] = field(repr=False)


def load_csv(name: str, raw: bytes, layout: Layout, faults: Faults) -> Loaded | None:
    """Take a CSV file apart; None where that cannot be done.

    Notes
    -----
    pyarrow reads a regular file at once. Only where it meets a ragged or blank-looking row is the file
    gone through row by row, mended, and read again.
    """
    try:
        decoded = decode(raw)
    except ValueError as fault:
        faults.error(name, str(fault))
        return None
    if decoded.remark:
        faults.notice(name, remark=decoded.remark)
    header = find_header(decoded.data, layout)
    if header is None:
        faults.error(name, f"a header line such as {','.join(c.name for c in layout.columns if c.required)}")
        return None
    found = match(name, header.cells, layout, faults, header.line)
    body = decoded.data[header.end :]
    if not found.position:
        return None
    if body.count(b'"') % 2:
        line = unclosed(body, header)
        faults.error(name, "a closing quotation mark; the one opened in this line has none", line=line)
        return None
    lines: Ints | None = None
    wanted = found.position | {f"{_UNNAMED} {k + 1}": k for k, cell in enumerate(header.cells) if not cell.strip()}
    try:
        columns = _arrow(body, header, wanted)
    except pa.ArrowInvalid:
        whole = mended(name, body, header, faults)
        if whole is None:
            return None
        columns, lines = _arrow(whole[0], header, wanted), whole[1]
    for unnamed in wanted.keys() - found.position.keys():
        if (columns.pop(unnamed).codes >= 0).any():
            faults.notice(name, remark=f"{unnamed}: it has no header and is not read", line=header.line)
    size = len(next(iter(columns.values())).codes) if columns else 0
    filled = np.zeros(size, dtype=np.bool_)
    for column in columns.values():
        filled |= column.codes >= 0
    if not filled.all():
        columns = {key: Distinct(c.texts, c.codes[filled]) for key, c in columns.items()}
    kept = np.flatnonzero(filled)
    quotes = b'"' in body

    def line_of(rows: Ints) -> Ints:
        if lines is not None:
            return lines[kept[rows]]
        physical = quoted_lines(body, header.delimiter) if quotes else plain_lines(body)
        return physical[kept[rows]] + header.lines

    return Loaded(dict(columns), found.factor, len(kept), line_of)


def _arrow(body: bytes, header: Header, position: dict[str, int]) -> dict[str, Distinct]:
    if not body.strip(b"\r\n"):
        nothing = Distinct(pa.array([], pa.string()), np.zeros(0, dtype=np.int32))
        return dict.fromkeys(position, nothing)
    names = [str(k) for k in range(len(header.cells))]
    text = pa.dictionary(pa.int32(), pa.string())
    wanted = {str(place): text for place in position.values()}
    table = pacsv.read_csv(
        pa.BufferReader(body),
        read_options=pacsv.ReadOptions(column_names=names, block_size=1 << 22),
        parse_options=pacsv.ParseOptions(delimiter=header.delimiter, newlines_in_values=b'"' in body),
        convert_options=pacsv.ConvertOptions(
            column_types=wanted,
            include_columns=list(wanted),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    ).unify_dictionaries()
    return {name: _trimmed(table.column(str(place))) for name, place in position.items()}


def _trimmed(column: pa.ChunkedArray) -> Distinct:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], column.type)
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    texts = pc.utf8_trim_whitespace(whole.dictionary)
    blank = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    if blank.any():
        codes = np.where(blank[codes] & (codes >= 0), np.int32(-1), codes)
    return Distinct(texts, codes)


def load_parquet(name: str, raw: bytes, layout: Layout, faults: Faults) -> Loaded | None:
    """Take a Parquet file apart; None where that cannot be done. Row i is called line i + 2."""
    try:
        table = pq.read_table(pa.BufferReader(raw))
    except (pa.ArrowException, OSError) as fault:
        faults.error(name, f"a Parquet file; it cannot be read: {str(fault).splitlines()[0]}")
        return None
    found = match(name, table.column_names, layout, faults)
    columns: dict[str, Distinct | Floats] = {}
    for key, place in found.position.items():
        column = table.column(place)
        kind = layout[key].kind
        if pa.types.is_nested(column.type):
            faults.error(name, f"a plain value in each cell, not {column.type}", line=1, column=key)
            return None
        if isinstance(kind, Number) and _numeric(column.type):
            values = pc.cast(column, pa.float64(), safe=False)
            columns[key] = values.to_numpy().astype(np.float64, copy=False)
        else:
            columns[key] = _texts(column)
    return Loaded(columns, found.factor, table.num_rows, lambda rows: rows + 2)


def _numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _texts(column: pa.ChunkedArray) -> Distinct:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = (
            encoded.unify_dictionaries().chunk(0) if encoded.num_chunks else pa.array([], kind).dictionary_encode()
        )
    texts = pa.array([_written(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return _trimmed(pa.chunked_array([pa.DictionaryArray.from_arrays(encoded.indices.cast(pa.int32()), texts)]))


def _written(value: object) -> str:
    """Write a typed value as the text a CSV file would hold."""
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() else str(value)
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if isoformat else str(value)
