"""Backup and restore: everything a database holds in one archive, from either kind of database into either.

Each table is a file of JSON lines, in an order in which references can be kept; a list of counts and digests closes it,
so that an archive that was cut short or changed is not restored. The moment of a backup is one moment for all tables.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import Date, LargeBinary

from api.store.columns import Instant
from api.store.database import Database
from api.store.migrate import current, migrate, revisions
from api.store.sealed import open_audit, seal_audit
from api.store.tables import Base
from domain.errors import InputError, Problem

LIST = "backup.json"
FORM = 1
AT_ONCE = 500
"""Rows written in one statement."""

PASSING = frozenset({"attempt", "repeat"})
"""Tables of what is over in minutes: not kept."""


def back_up(database: Database, path: Path) -> dict[str, int]:
    """Write everything into an archive, whole or not at all; return the rows of each table.

    The archive can be read by its owner alone. An earlier backup of that name is written over.

    Raises
    ------
    InputError
        If the file cannot be written, or is there and no backup.
    """
    if path.exists() and not _is_backup(path):
        expected = "a file that is not there yet, or an earlier backup to write over"
        raise InputError([Problem("command line", value=str(path), expected=expected)])
    path = path.resolve()
    told: dict[str, dict[str, Any]] = {}
    aside = ""
    try:
        descriptor, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with (
            os.fdopen(descriptor, "wb") as held,
            zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            with _one_moment(database) as connection:
                for table in _tables():
                    digest, count = hashlib.sha256(), 0
                    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
                        for line in _lines(connection, table):
                            file.write(line)
                            digest.update(line)
                            count += 1
                    told[table.name] = {"rows": count, "sha256": digest.hexdigest()}
                revision = current(connection)
            content = {"form": FORM, "revision": revision, "tables": told}
            archive.writestr(LIST, json.dumps(content, indent=1))
        Path(aside).replace(path)
    except OSError as fault:
        raise InputError(
            [Problem("command line", value=str(path), expected=f"a file that can be written; {fault.strerror}")]
        ) from None
    finally:
        if aside:
            Path(aside).unlink(missing_ok=True)
    return {name: int(each["rows"]) for name, each in told.items()}


def _is_backup(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            content = json.loads(archive.read(LIST))
            return "form" in content and "revision" in content
    except (OSError, LookupError, TypeError, ValueError, zipfile.BadZipFile, zlib.error):
        return False


def restore(database: Database, path: Path) -> dict[str, int]:
    """Fill an empty database from an archive, wholly or not at all; return the rows of each table.

    Raises
    ------
    InputError
        If the archive is none of ours, is not whole, or the database holds something.
    """
    try:
        return _restored(database, path)
    except (LookupError, TypeError, AttributeError, ValueError, zipfile.BadZipFile, zlib.error, DBAPIError) as fault:
        raise _no_backup(path, f"{type(fault).__name__}: {fault}"[:300]) from None


def _restored(database: Database, path: Path) -> dict[str, int]:
    try:
        archive = zipfile.ZipFile(path)
        content = json.loads(archive.read(LIST))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as fault:
        raise _no_backup(path, str(fault)) from None
    with archive:
        if content.get("form") != FORM:
            raise _no_backup(path, f"its form is {content.get('form')}, ours is {FORM}")
        if content.get("revision") not in revisions():
            raise _no_backup(path, f"its tables are of revision {content.get('revision')}, newer than this seatwise")
        migrate(database)
        with database.engine.execution_options(writes=True).begin() as connection:
            held = [table.name for table in _tables() if connection.scalar(select(func.count()).select_from(table))]
            if held:
                expected = f"an empty database; {', '.join(held)} hold something"
                raise InputError([Problem("SEATWISE_DATABASE_URL", expected=expected)])
            open_audit(connection)
            for table in _tables():
                _fill(connection, table, archive, content["tables"][table.name], path)
            seal_audit(connection)
            if not database.sqlite:
                _count_on(connection)
    return {name: int(each["rows"]) for name, each in content["tables"].items()}


@contextmanager
def _one_moment(database: Database) -> Iterator[Connection]:
    """Hand out a connection whose reads all see the same moment."""
    engine = database.engine
    with (engine if database.sqlite else engine.execution_options(isolation_level="REPEATABLE READ")).connect() as one:
        yield one
        one.rollback()


def _tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in PASSING]


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    rows = connection.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*table.primary_key.columns))
    for row in rows:
        cells = {name: _out(value) for name, value in row._mapping.items() if value is not None}
        yield json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _out(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _fill(connection: Connection, table: Table, archive: zipfile.ZipFile, told: Any, path: Path) -> None:
    """Write a table's rows; those that point at rows of the same table come in an order that allows it."""
    digest, count, batch = hashlib.sha256(), 0, []
    reads = {column.name: _reader(column.type) for column in table.columns}
    rows: Iterable[bytes] = archive.open(f"{table.name}.jsonl")
    for line in rows:
        digest.update(line)
        count += 1
        cells = json.loads(line)
        batch.append({name: reads[name](cells[name]) if name in cells else None for name in reads})
        if len(batch) == AT_ONCE:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    if digest.hexdigest() != told["sha256"] or count != told["rows"]:
        raise _no_backup(path, f"{table.name} is not what was written")


def _reader(kind: Any) -> Callable[[Any], Any]:
    if isinstance(kind, Instant):
        return datetime.fromisoformat
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    if isinstance(kind, Date):
        return date.fromisoformat
    return _same


def _same(value: Any) -> Any:
    return value


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL's counters go on after the rows that were restored."""
    for table in _tables():
        column = table.autoincrement_column
        if column is not None:
            most = f"(SELECT max({column.name}) FROM {table.name})"
            named = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
            connection.execute(text(f"SELECT setval({named}, coalesce({most}, 1), {most} IS NOT NULL)"))


def _no_backup(path: Path, why: str) -> InputError:
    return InputError([Problem("command line", value=str(path), expected=f"a backup of ours, whole; {why}")])
