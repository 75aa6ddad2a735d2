"""What every request and every job of one process shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from fastapi import Request

from api.access.tokens import signing_key
from api.planned import CentresNow, PlannedWeeks
from api.settings import Settings
from api.store.database import Database
from api.store.migrate import migrate
from api.turns import Turns


@dataclass(frozen=True)
class Service:
    """One process of the service.

    Attributes
    ----------
    settings : Settings
    database : Database
    """

    settings: Settings
    database: Database

    @classmethod
    def start(cls, settings: Settings) -> Service:
        """Open the database and bring its tables to the version of the code.

        Raises
        ------
        InputError
            If there is no such database, or it does not answer.
        """
        database = Database(settings.database_url, settings.slow_ms)
        database.check()
        migrate(database)
        return cls(settings, database)

    @cached_property
    def plans(self) -> PlannedWeeks:
        """Plans that were asked about."""
        return PlannedWeeks(self.database)

    @cached_property
    def centres(self) -> CentresNow:
        """Centres that were asked about."""
        return CentresNow(self.database)

    @cached_property
    def turns(self) -> Turns:
        """Turns at what takes a core for a moment."""
        return Turns(self.settings.cores)

    @cached_property
    def long_turns(self) -> Turns:
        """Turns at what takes a core for seconds: one at a time, so that the short ones are not kept waiting."""
        return Turns(0)

    @cached_property
    def key(self) -> str:
        """What signs tokens; the same for all processes of one database."""
        with self.database.writing() as session:
            return signing_key(session)


async def service_of(request: Request) -> Service:
    """Return the service that a request came to; without a thread, which would take longer than the work."""
    found: Service = request.app.state.service
    return found
