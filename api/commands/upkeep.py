"""The verbs that keep what a service holds: a backup, and a database from one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.terminal import out
from domain.errors import InputError, Problem

File = Annotated[Path, typer.Argument(help="The archive, such as seatwise.backup.", metavar="FILE")]


def backup(file: File) -> None:
    """Write all that the database of SEATWISE_DATABASE_URL holds into one archive, while it is in use."""
    from api.settings import Settings
    from api.store.backup import back_up
    from api.store.database import Database
    from api.store.migrate import migrate

    database = Database(Settings.of().database_url)
    name = database.url.database
    if database.sqlite and name and not Path(name).exists():
        expected = "the database of a service; there is none"
        raise InputError([Problem("environment", column="SEATWISE_DATABASE_URL", value=name, expected=expected)])
    migrate(database)
    told = back_up(database, file)
    out.print(f"{sum(told.values()):,} rows of {len(told)} tables: {file}")


def restore(file: File) -> None:
    """Fill the empty database of SEATWISE_DATABASE_URL from an archive, of either kind of database."""
    from api.settings import Settings
    from api.store.backup import restore as fill
    from api.store.database import Database

    told = fill(Database(Settings.of().database_url), file)
    out.print(f"{sum(told.values()):,} rows of {len(told)} tables restored from {file}")
