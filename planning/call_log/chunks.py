"""A log file, plain or gzipped CSV or Parquet, read as frames of text a part at a time."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import pandas as pd

from domain.errors import InputError, Problem
from planning.call_log.log_rows import LogFile
from planning.files.encoding import decode
from planning.files.faults import listed, meant

ROWS = 200_000
"""Rows of a part of a Parquet file."""
BYTES = 1 << 24
"""Bytes of a part of a CSV file."""
_SAMPLE = 1_000_000

Refuse = Callable[[int, str, str], None]
"""``refuse(line, value, expected)`` is told of every row that does not have the header's cells."""


def chunks(path: Path, log: LogFile, wanted: Sequence[str], refuse: Refuse) -> Iterator[tuple[pd.DataFrame, float]]:
    """Yield the wanted columns as stripped texts, with the share of the file read so far.

    The frames' index is the line in the file, the header being line 1; rows that are empty throughout are
    left out. An empty cell is an empty text.

    Raises
    ------
    InputError
        If the file cannot be read, is no table, or lacks a column.
    """
    if not path.is_file():
        raise InputError([Problem(path.name, expected="a file that exists")])
    parquet = path.suffix.lower() == ".parquet"
    parts = _parquet(path, wanted) if parquet else _csv(path, log, wanted, refuse)
    for frame, share in parts:
        frame = frame.apply(lambda column: column.str.strip())
        yield frame[(frame != "").any(axis=1)], share


def _missing(name: str, columns: Sequence[str], wanted: Sequence[str]) -> None:
    problems = [
        Problem(name, 1, column, "", f"a column of this name; the log has {listed(columns)}{meant(column, columns)}")
        for column in wanted
        if column not in columns
    ]
    problems += [
        Problem(name, 1, column, "", f"one column of this name; the log has {list(columns).count(column)}")
        for column in wanted
        if list(columns).count(column) > 1
    ]
    if problems:
        raise InputError(problems)


def _csv(path: Path, log: LogFile, wanted: Sequence[str], refuse: Refuse) -> Iterator[tuple[pd.DataFrame, float]]:
    import pyarrow as pa

    size = max(path.stat().st_size, 1)
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        try:
            plain = gzip.open(raw).read(_SAMPLE) if zipped else raw.read(_SAMPLE)  # noqa: SIM115
        except (OSError, EOFError) as fault:
            raise InputError([Problem(path.name, expected=f"a whole gzip file ({fault})")]) from fault
        raw.seek(0)
        encoding = log.encoding or _encoding(plain)
        try:
            header = plain.decode(encoding, errors="replace").lstrip("\ufeff").split("\n", 1)[0].rstrip("\r")
        except LookupError as fault:
            raise InputError([Problem(path.name, 0, "log.encoding", encoding, "a known encoding")]) from fault
        delimiter = log.delimiter or max(",;\t|", key=header.count)
        names = [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter), [])]
        _missing(path.name, names, wanted)
        source = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if zipped else raw
        line = 2
        skipped: list[int] = []

        def skip(row: Any) -> str:
            skipped.append(row.number)
            expected = f"{row.expected_columns} cells as the header has, not {row.actual_columns}"
            refuse(row.number, row.text[:60], f"{expected}; quote cells that hold a {delimiter!r}")
            return "skip"

        try:
            for batch in _batches(source, encoding, delimiter, names, wanted, skip):
                lines = np.arange(line, line + batch.num_rows + len(skipped))
                lines = lines[~np.isin(lines, skipped)][: batch.num_rows]
                frame = pd.DataFrame(
                    {name: batch.column(name).to_pylist() for name in wanted}, index=lines, dtype="str"
                )
                line = int(lines[-1]) + 1 if len(lines) else line
                yield frame, min(raw.tell() / size, 1.0)
        except (pa.ArrowInvalid, UnicodeError, EOFError, OSError) as fault:
            raise InputError([Problem(path.name, expected=f"rows of {len(names)} cells; {fault}")]) from fault


def _batches(
    source: IO[bytes],
    encoding: str,
    delimiter: str,
    names: Sequence[str],
    wanted: Sequence[str],
    skip: Callable[[Any], str],
) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow import csv as table

    yield from table.open_csv(
        source,
        # One thread: only then do skipped rows know their line.
        read_options=table.ReadOptions(
            use_threads=False,
            block_size=BYTES,
            encoding="utf8" if encoding == "utf-8-sig" else encoding,
            column_names=names,
            skip_rows=1,
        ),
        parse_options=table.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        convert_options=table.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=list(wanted),
            strings_can_be_null=False,
        ),
    )


def _encoding(sample: bytes) -> str:
    """Recognise UTF-8 (with or without a mark), UTF-16 with a mark, GB18030 and Windows-1252."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252" if decode(whole).remark else "gb18030"
    return "utf-8-sig"


def _parquet(path: Path, wanted: Sequence[str]) -> Iterator[tuple[pd.DataFrame, float]]:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as fault:
        raise InputError([Problem(path.name, expected=f"a Parquet file; {fault}")]) from fault
    _missing(path.name, file.schema_arrow.names, wanted)
    rows = max(file.metadata.num_rows, 1)
    done = 0
    for batch in file.iter_batches(batch_size=ROWS, columns=list(wanted)):
        columns = {name: pc.fill_null(pc.cast(batch.column(name), pa.string()), "").to_pylist() for name in wanted}
        index = pd.RangeIndex(done + 2, done + 2 + batch.num_rows)
        done += batch.num_rows
        yield pd.DataFrame(columns, index=index, dtype="str"), done / rows
