"""One way to both databases: reading sessions, and writing sessions that take their turn."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from domain.errors import InputError, Problem

log = structlog.get_logger()

BUSY_MS = 30_000
"""How long a writer waits for its turn on SQLite."""


class Database:
    """Sessions on SQLite or PostgreSQL.

    Parameters
    ----------
    url : str
        As SQLAlchemy writes it; ``postgresql://`` means psycopg.
    slow_ms : float
        Statements that take longer are logged, without their values.

    Raises
    ------
    InputError
        If the address is that of no database of a kind that we know, or its file cannot be made.
    """

    def __init__(self, url: str, slow_ms: float = 200.0) -> None:
        self.url = _read(url)
        if self.url.drivername in {"postgresql", "postgres"}:
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite and self.url.database:
            _make_own(Path(self.url.database))
        options: dict[str, Any] = {} if self.sqlite else {"pool_size": 20, "max_overflow": 20, "pool_pre_ping": True}
        self.engine = create_engine(self.url, hide_parameters=True, **options)
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)
            event.listen(self.engine, "before_cursor_execute", _refuse_nul)
        _watch(self.engine, slow_ms)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Hand out a session whose reads belong to one moment (on PostgreSQL: one statement each)."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Hand out a session that is committed at the end of the block, or undone by an exception.

        On SQLite it takes the one writer's turn at once, so that nobody who has read has to give up later.
        """
        bound = self.engine.execution_options(writes=True)
        with Session(bound, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def check(self) -> None:
        """See whether the database answers.

        Raises
        ------
        InputError
            If it does not.
        """
        try:
            with self.engine.connect():
                pass
        except DBAPIError as fault:
            expected = f"a database that answers; {str(fault.orig or fault).strip().splitlines()[0]}"
            raise _wrong(self.url.render_as_string(), expected) from None


def _read(url: str) -> URL:
    known = "sqlite:////path/file.db or postgresql://user:password@host/name"
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise _wrong("", f"an address such as {known}") from None
    if found.get_backend_name() not in {"sqlite", "postgresql", "postgres"}:
        raise _wrong(found.render_as_string(), known)
    return found


def _make_own(path: Path) -> None:
    """Make a database's file, where it is not there yet, such that its owner alone reads it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as fault:
        raise _wrong(str(path), f"a file that can be written; {fault.strerror}") from None


def _wrong(value: str, expected: str) -> InputError:
    return InputError([Problem("environment", column="SEATWISE_DATABASE_URL", value=value, expected=expected)])


def _prepare(connection: Any, record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class CannotKeepError(ValueError):
    """A text that no database keeps."""


def _refuse_nul(
    connection: Connection, cursor: object, statement: str, parameters: Any, context: object, many: bool
) -> None:
    """Refuse on SQLite what PostgreSQL refuses too, so that every backup can be restored into either."""
    for row in parameters if many else (parameters,):
        for value in row.values() if isinstance(row, dict) else row:
            if isinstance(value, str) and "\0" in value:
                raise CannotKeepError("a text with a NUL character")


def _watch(engine: Engine, slow_ms: float) -> None:
    """Log statements that take long."""

    def before(connection: Connection, *_: object) -> None:
        connection.info["asked_at"] = time.perf_counter()

    def after(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        took = 1000 * (time.perf_counter() - connection.info.get("asked_at", time.perf_counter()))
        if took > slow_ms:
            log.warning("slow query", statement=" ".join(statement.split())[:500], ms=round(took))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
