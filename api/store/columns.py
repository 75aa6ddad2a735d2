"""Columns that both databases keep alike: instants in UTC, and identifiers that sort by age."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

ID_LENGTH = 20


class Instant(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both sides; SQLite forgets zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write UTC.

        Raises
        ------
        ValueError
            If the moment has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """Return a fresh identifier of 20 hexadecimal digits; later ones sort later."""
    return f"{time.time_ns() // 1000:014x}"[-14:] + secrets.token_hex(3)


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


def insert_new(session: Session, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    """Return the database's own insert, which can leave alone what is there."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
