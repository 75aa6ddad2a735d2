"""Records of a CSV file one by one: its header, ragged rows mended, and the line each stands in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domain.history import Ints
from planning.files.columns import Layout
from planning.files.faults import SHOWN, Faults
from planning.files.headers import recognised

csv.field_size_limit(1 << 24)

LONGEST_HEADER = 1_000_000
"""Bytes of a header that are looked at."""


@dataclass(frozen=True)
class Header:
    """The header of a file: its cells, where its bytes end, the line it is in and the lines up to its end."""

    cells: list[str]
    delimiter: str
    end: int
    line: int
    lines: int


def find_header(data: bytes, layout: Layout) -> Header | None:
    """Find the header: the first line that is not blank; the delimiter is the one that names most columns."""
    offset = line = 0
    asked = ""
    while offset < len(data):
        after = _after_lines(data, offset, 1)
        first = data[offset:after][:LONGEST_HEADER].decode("utf-8", "ignore").strip().strip('"')
        if first.lower().startswith("sep=") and len(first) == 5 and not asked:
            asked = first[4]
        elif first.strip(",;\t "):
            break
        offset = after
        line += 1
    else:
        return None
    text = data[offset : offset + LONGEST_HEADER].decode("utf-8", "ignore")
    best: tuple[int, int, Header] | None = None
    for delimiter in [asked] if asked else [",", ";", "\t"]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            cells = next(reader)
        except csv.Error:
            continue
        end = _after_lines(data, offset, reader.line_num)
        header = Header(cells, delimiter, end, line + 1, line + reader.line_num)
        rank = (recognised(cells, layout), len(cells))
        if best is None or rank > best[:2]:
            best = (*rank, header)
    return best[2] if best else None


def _after_lines(data: bytes, offset: int, lines: int) -> int:
    for _ in range(lines):
        at = data.find(b"\n", offset)
        offset = len(data) if at < 0 else at + 1
    return offset


def records(body: bytes, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield first line and cells of every record, the body's first line being 1."""
    reader = csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline=""), delimiter=delimiter)
    before = 0
    for cells in reader:
        yield before + 1, cells
        before = reader.line_num


def unclosed(body: bytes, header: Header) -> int:
    """Return the line of the first record that runs over lines, where quotation marks do not pair up."""
    before = line = 0
    for first, _ in records(body, header.delimiter):
        if before and first > before + 1:
            return before + header.lines
        before = line = first
    return line + header.lines


def mended(name: str, body: bytes, header: Header, faults: Faults) -> tuple[bytes, Ints] | None:
    """Write every record with the header's number of cells; return the text and the line of each record.

    Records with more cells are faults, those with fewer are filled up and noticed. None where the file is no CSV.
    """
    width = len(header.cells)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=header.delimiter, lineterminator="\n")
    lines: list[int] = []
    ragged: list[tuple[int, str, str]] = []
    short: list[tuple[int, str, str]] = []
    many = few = 0
    try:
        for first, cells in records(body, header.delimiter):
            line = first + header.lines
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > width:
                many += 1
                hint = "; write decimals with a point, or quote the cell" if header.delimiter == "," else ""
                if len(ragged) < SHOWN:
                    wanted = f"{width} cells as in the header, not {len(cells)}{hint}"
                    ragged.append((line, header.delimiter.join(cells)[:80], wanted))
                continue
            if len(cells) < width:
                few += 1
                if len(short) < SHOWN:
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


def quoted_lines(body: bytes, delimiter: str) -> Ints:
    """Return the first line of each record, where cells may run over lines; the body's first line is 1."""
    return np.array([first for first, cells in records(body, delimiter) if cells], dtype=np.int64)


def plain_lines(body: bytes) -> Ints:
    """Return the line of each record, where nothing is quoted; the body's first line is 1."""
    ends = np.flatnonzero(np.frombuffer(body + b"\n", dtype=np.uint8) == 10)
    starts = np.concatenate([[0], ends[:-1] + 1])
    length = ends - starts
    # A lone carriage return is what is left of a blank line that ends in CRLF.
    data = np.frombuffer(body + b"\n\n", dtype=np.uint8)
    blank = (length == 0) | ((length == 1) & (data[starts] == 13))
    return np.flatnonzero(~blank) + 1
