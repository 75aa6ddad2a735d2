"""Bring a database's tables to the version of the code, or back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from api.store.database import Database
from api.store.tables import Base

PLACE = Path(__file__).parent / "migrations"

LOCK = 7_326_981
"""Names our advisory lock on PostgreSQL: of several processes that start at once, one migrates."""


def migrate(database: Database, target: str = "head") -> None:
    """Bring the tables to a revision, forwards or backwards; nothing happens where they have it.

    Parameters
    ----------
    database : Database
    target : str
        A revision, ``head``, or ``base`` for no tables at all.
    """
    with database.engine.execution_options(writes=True).begin() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        known = current(connection)
        config = settings(connection)
        older = target == "base" or (known is not None and _is_before(target, known))
        (command.downgrade if older else command.upgrade)(config, target)


def current(connection: Connection) -> str | None:
    """Return the revision of a database's tables; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(database: Database) -> list[object]:
    """Return how the tables of a database differ from those of the code."""
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def settings(connection: Connection) -> Config:
    """Return Alembic's settings for one connection."""
    config = Config()
    config.set_main_option("script_location", str(PLACE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def revisions() -> list[str]:
    """Return the revisions that there are, the oldest first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(PLACE))


def _is_before(target: str, known: str) -> bool:
    order = revisions()
    return target in order and order.index(target) < order.index(known)
