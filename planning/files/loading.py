"""Raw columns out of CSV or Parquet bytes: which delimiter, which rows, which line each stands in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from domain.history import Floats, Ints
from planning.files.columns import Layout, Number
from planning.files.encoding import decode
from planning.files.faults import SHOWN, Faults
from planning.files.headers import match, recognised

csv.field_size_limit(1 << 24)


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
        faults.notice(name, decoded.remark)
    header = _header(decoded.data, layout)
    if header is None:
        faults.error(name, f"a header line such as {','.join(c.name for c in layout.columns if c.required)}")
        return None
    found = match(name, header.cells, layout, faults, header.line)
    body = decoded.data[header.end :]
    if not found.position:
        return None
    if body.count(b'"') % 2:
        line = _unclosed(body, header)
        faults.error(name, "a closing quotation mark; the one opened in this line has none", line=line)
        return None
    lines: Ints | None = None
    try:
        columns = _arrow(body, header, found.position)
    except pa.ArrowInvalid:
        mended = _mended(name, body, header, faults)
        if mended is None:
            return None
        columns, lines = _arrow(mended[0], header, found.position), mended[1]
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
        physical = _quoted_lines(body, header.delimiter) if quotes else _plain_lines(body)
        return physical[kept[rows]] + header.lines

    return Loaded(dict(columns), found.factor, len(kept), line_of)


@dataclass(frozen=True)
class _Header:
    cells: list[str]
    delimiter: str
    end: int
    line: int
    lines: int


def _header(data: bytes, layout: Layout) -> _Header | None:
    """Find the header: the first line that is not blank; the delimiter is the one that names most columns."""
    offset = line = 0
    asked = ""
    while offset < len(data):
        text = data[offset : offset + 1_000_000].decode("utf-8", "ignore")
        first = text.split("\n", 1)[0].strip().strip('"')
        if first.lower().startswith("sep=") and len(first) == 5 and not asked:
            asked = first[4]
        elif first.strip(",;\t "):
            break
        offset = _after_lines(data, offset, 1)
        line += 1
    else:
        return None
    best: tuple[int, int, _Header] | None = None
    for delimiter in [asked] if asked else [",", ";", "\t"]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            cells = next(reader)
        except csv.Error:
            continue
        end = _after_lines(data, offset, reader.line_num)
        header = _Header(cells, delimiter, end, line + 1, line + reader.line_num)
        rank = (recognised(cells, layout), len(cells))
        if best is None or rank > best[:2]:
            best = (*rank, header)
    return best[2] if best else None


def _after_lines(data: bytes, offset: int, lines: int) -> int:
    for _ in range(lines):
        at = data.find(b"\n", offset)
        offset = len(data) if at < 0 else at + 1
    return offset


def _arrow(body: bytes, header: _Header, position: dict[str, int]) -> dict[str, Distinct]:
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


def _records(body: bytes, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield first line and cells of every record, the body's first line being 1."""
    reader = csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline=""), delimiter=delimiter)
    before = 0
    for cells in reader:
        yield before + 1, cells
        before = reader.line_num


def _unclosed(body: bytes, header: _Header) -> int:
    """Return the line of the first record that runs over lines, where quotation marks do not pair up."""
    before = line = 0
    for first, _ in _records(body, header.delimiter):
        if before and first > before + 1:
            return before + header.lines
        before = line = first
    return line + header.lines


def _mended(name: str, body: bytes, header: _Header, faults: Faults) -> tuple[bytes, Ints] | None:
    width = len(header.cells)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=header.delimiter, lineterminator="\n")
    lines: list[int] = []
    ragged: list[tuple[int, str, str]] = []
    short: list[tuple[int, str, str]] = []
    many = few = 0
    try:
        for first, cells in _records(body, header.delimiter):
            line = first + header.lines
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > width:
                many += 1
                hint = "; write decimals with a point, or quote the cell" if header.delimiter == "," else ""
                if len(ragged) <= SHOWN:
                    wanted = f"{width} cells as in the header, not {len(cells)}{hint}"
                    ragged.append((line, header.delimiter.join(cells)[:80], wanted))
                continue
            if len(cells) < width:
                few += 1
                if len(short) <= SHOWN:
                    wanted = f"{width} cells as in the header, not {len(cells)}; the missing ones are read as empty"
                    short.append((line, header.delimiter.join(cells)[:80], wanted))
                cells += [""] * (width - len(cells))
            writer.writerow(cells)
            lines.append(line)
    except csv.Error as fault:
        faults.error(name, f"CSV; it cannot be taken apart: {fault}")
        return None
    faults.lines(name, "", ragged, many)
    faults.lines(name, "", short, few, warn=True)
    return out.getvalue().encode("utf-8"), np.array(lines, dtype=np.int64)


def _quoted_lines(body: bytes, delimiter: str) -> Ints:
    return np.array([first for first, cells in _records(body, delimiter) if cells], dtype=np.int64)


def _plain_lines(body: bytes) -> Ints:
    ends = np.flatnonzero(np.frombuffer(body + b"\n", dtype=np.uint8) == 10)
    starts = np.concatenate([[0], ends[:-1] + 1])
    length = ends - starts
    # A lone carriage return is what is left of a blank line that ends in CRLF.
    data = np.frombuffer(body + b"\n\n", dtype=np.uint8)
    blank = (length == 0) | ((length == 1) & (data[starts] == 13))
    return np.flatnonzero(~blank) + 1


def load_parquet(name: str, raw: bytes, layout: Layout, faults: Faults) -> Loaded | None:
    """Take a Parquet file apart; None where that cannot be done. Row i is called line i + 2."""
    try:
        table = pq.read_table(pa.BufferReader(raw))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as fault:
        faults.error(name, f"a Parquet file; it cannot be read: {str(fault).splitlines()[0]}")
        return None
    found = match(name, table.column_names, layout, faults)
    columns: dict[str, Distinct | Floats] = {}
    for key, place in found.position.items():
        column = table.column(place)
        kind = layout[key].kind
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
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if isoformat else str(value)
