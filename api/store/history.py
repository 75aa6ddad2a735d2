"""Histories of any length: each queue's months are files of their own, so that a day more rewrites one of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from api.store.blobs import fetch, keep
from api.store.tables import HistoryPart
from domain.history import History
from planning.files.cells import escaped
from planning.files.lines_out import numbers

FIGURES = tuple(f.name for f in fields(History) if f.name not in {"queues", "start", "queue"})
SCHEMA = pa.schema([("interval_start", pa.timestamp("ms", tz="UTC")), *((name, pa.float64()) for name in FIGURES)])
"""Of a part."""

Part = tuple[str, date]
"""A queue and the first day of a month, UTC."""


def table_of(history: History) -> pa.Table:
    """Return a history as a table with its queues' names."""
    columns = {
        "interval_start": pa.array(history.start.astype("datetime64[s]"), pa.timestamp("s")).cast(
            pa.timestamp("ms", tz="UTC")
        ),
        "queue": pa.DictionaryArray.from_arrays(
            pa.array(history.queue, pa.int32()), pa.array(history.queues, pa.string())
        ),
    }
    for name in FIGURES:
        columns[name] = pa.array(getattr(history, name), pa.float64(), from_pandas=True)
    return pa.table(columns)


def split(table: pa.Table) -> Iterator[tuple[Part, pa.Table]]:
    """Take a table apart by queue and month, rows in the order of time."""
    if not table.num_rows:
        return
    queue = table["queue"].unify_dictionaries().combine_chunks()
    start = table["interval_start"].to_numpy()
    order = np.lexsort((start, np.asarray(queue.indices)))
    table, queue = table.take(pa.array(order)), queue.take(pa.array(order))
    codes = np.asarray(queue.indices)
    months = start[order].astype("datetime64[M]").astype(np.int64)
    edges = np.flatnonzero(np.diff(codes) | np.diff(months)) + 1
    names = queue.dictionary.to_pylist()
    plain = table.select(SCHEMA.names).cast(SCHEMA)
    for low, high in zip([0, *edges.tolist()], [*edges.tolist(), table.num_rows], strict=True):
        month = np.datetime64(int(months[low]), "M").astype("datetime64[D]").astype(object)
        yield (names[int(codes[low])], month), plain.slice(low, high - low)


def store(session: Session, centre_id: str, version: int, table: pa.Table, *, whole: bool) -> int:
    """Keep a history's rows from a version on; return how many parts have changed.

    Parameters
    ----------
    session : Session
    centre_id : str
    version : int
    table : pyarrow.Table
        Of `table_of`.
    whole : bool
        It takes the place of all rows; else of those of the same queue and interval.
    """
    there = {(row.queue, row.month): row for row in session.scalars(parts_of(centre_id))}
    fresh = dict(split(table))
    if not whole:
        held = fetch(session, [there[part].sha for part in fresh if part in there])
        for part, rows in fresh.items():
            if part in there:
                fresh[part] = merged(_unpacked(held[there[part].sha]), rows)
    packed = {part: _packed(rows) for part, rows in fresh.items()}
    digests = dict(zip(packed, keep(session, packed.values()), strict=True))
    changed = [part for part, sha in digests.items() if part not in there or there[part].sha != sha]
    gone = [part for part in there if part not in digests] if whole else []
    for part in (*changed, *gone):
        if part in there:
            row = there[part]
            mine = (HistoryPart.centre_id == centre_id, HistoryPart.queue == row.queue, HistoryPart.month == row.month)
            session.execute(update(HistoryPart).where(*mine, HistoryPart.until.is_(None)).values(until=version))
    session.add_all(
        HistoryPart(
            centre_id=centre_id,
            queue=part[0],
            month=part[1],
            since=version,
            rows=fresh[part].num_rows,
            sha=digests[part],
        )
        for part in changed
    )
    session.flush()
    return len(changed) + len(gone)


def load(
    session: Session,
    centre_id: str,
    version: int | None = None,
    queue: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> pa.Table:
    """Return rows of a history, by queue and time.

    Parameters
    ----------
    session : Session
    centre_id : str
    version : int, optional
        The current one where it is absent.
    queue : str, optional
    first, last : date, optional
        Months outside are not read; their own rows are not cut.
    """
    asked = parts_of(centre_id, version)
    if queue is not None:
        asked = asked.where(HistoryPart.queue == queue)
    if first is not None:
        asked = asked.where(HistoryPart.month >= first.replace(day=1))
    if last is not None:
        asked = asked.where(HistoryPart.month <= last)
    rows = session.scalars(asked.order_by(HistoryPart.queue, HistoryPart.month)).all()
    held = fetch(session, [row.sha for row in rows])
    tables = []
    for row in rows:
        part = _unpacked(held[row.sha])
        name = pa.array([row.queue], pa.string())
        codes = pa.array(np.zeros(part.num_rows, np.int32))
        tables.append(part.add_column(1, "queue", pa.DictionaryArray.from_arrays(codes, name)))
    if not tables:
        empty = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.string()))
        return SCHEMA.empty_table().add_column(1, "queue", empty)
    return pa.concat_tables(tables).unify_dictionaries()


def parts_of(centre_id: str, version: int | None = None) -> Select[HistoryPart]:
    """Return the query of a version's parts (None: the current ones)."""
    asked = select(HistoryPart).where(HistoryPart.centre_id == centre_id)
    if version is None:
        return asked.where(HistoryPart.until.is_(None))
    return asked.where(HistoryPart.since <= version, or_(HistoryPart.until.is_(None), HistoryPart.until > version))


def merged(old: pa.Table, new: pa.Table) -> pa.Table:
    """Return both tables' rows in the order of time; where both have an interval, the new row."""
    kept = old.filter(pc.invert(pc.is_in(old["interval_start"], value_set=new["interval_start"].combine_chunks())))
    return pa.concat_tables([kept, new]).sort_by("interval_start")


def as_parquet(table: pa.Table) -> bytes:
    """Write a history as the Parquet file that planning folders may hold."""
    plain = table.set_column(1, "queue", table["queue"].cast(pa.string()))
    return _packed(plain)


def as_csv(table: pa.Table) -> bytes:
    """Write a history as the CSV file that planning folders may hold: exact times, short numbers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    names = ["interval_start", "queue", *FIGURES]
    kept = [name for name in names if table[name].null_count < table.num_rows or name == "offered"]
    writer.writerow(kept)
    columns: list[list[str]] = []
    for name in kept:
        if name == "interval_start":
            columns.append([f"{text}Z" for text in table[name].to_numpy().astype("datetime64[m]").astype(str).tolist()])
        elif name == "queue":
            columns.append([escaped(text) for text in table[name].to_pylist()])
        else:
            columns.append(numbers(table[name].to_numpy(zero_copy_only=False).tolist()))
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue().encode()


def _packed(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", write_statistics=False)
    return buffer.getvalue()


def _unpacked(raw: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(raw))
