"""The audit is sealed by the database itself: rows are added, never changed; only retention may take old ones out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, text
from sqlalchemy.orm import Session

from api.store.tables import Audit

SQLITE = (
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is sealed'); END",
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is sealed'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION audit_sealed() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit is sealed'; END $$",
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_sealed()",
    "CREATE TRIGGER audit_kept BEFORE DELETE OR TRUNCATE ON audit EXECUTE FUNCTION audit_sealed()",
)
OPENED = {
    "sqlite": ("DROP TRIGGER audit_unchanged", "DROP TRIGGER audit_kept"),
    "postgresql": (
        "DROP TRIGGER audit_unchanged ON audit",
        "DROP TRIGGER audit_kept ON audit",
        "DROP FUNCTION audit_sealed",
    ),
}


def seal_audit(connection: Connection) -> None:
    """Let the database refuse to change or delete rows of the audit."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.execute(text(statement))


def open_audit(connection: Connection) -> None:
    """Take the seal off."""
    for statement in OPENED[connection.dialect.name]:
        connection.execute(text(statement))


def forget_audit(session: Session, before: datetime) -> int:
    """Delete rows older than a moment, the seal off for that transaction alone; return how many."""
    connection = session.connection()
    open_audit(connection)
    gone = session.execute(delete(Audit).where(Audit.at < before)).rowcount  # type: ignore[attr-defined]
    seal_audit(connection)
    return int(gone)
