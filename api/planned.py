"""Plans and centres that are asked about again and again, read once: a version never changes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.orm import Session

from api.jobs.work import write_result
from api.kept import Kept
from api.problems import no_such
from api.store.centres import centre_of, lay_out
from api.store.database import Database
from api.store.tables import CentreVersion, Result

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from forecasting.intraday_model import IntradayModel
    from planning.files.plan_in import PlanIn
    from planning.whatif import Base, World

T = TypeVar("T")

MADE = 2_000_000
"""Bytes that scores, routes or a router are taken to weigh."""

MOST = 400_000_000
"""Bytes of files whose plans, and whose centres, are kept read at a time: in memory they take about as much."""


@dataclass(frozen=True)
class Planned:
    """A plan with its centre as it was, and the world to ask about."""

    folder: PlanningFolder
    plan: PlanIn
    world: World

    @cached_property
    def base(self) -> Base:
        """What all what-if questions about the plan share."""
        from planning.whatif import Base

        return Base(self.world, self.plan)

    @cached_property
    def intraday(self) -> tuple[IntradayModel, ...]:
        """What past days teach of revising a day."""
        from domain.progress import Control
        from planning.today.learned import models_for

        return models_for(self.folder, self.plan.week, Control())


class PlannedWeeks:
    """The plans asked about last."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._kept: Kept[Planned] = Kept(MOST)

    def get(self, centre_id: str, plan_id: str) -> Planned:
        """Return a plan, read at the first asking.

        Raises
        ------
        Refusal
            404.
        """
        with self.database.reading() as session:
            result = plan_of(session, centre_id, plan_id)
        return self._kept.get(plan_id, lambda: self._read(result))

    def _read(self, result: Result) -> tuple[Planned, int]:
        from api.jobs.planning import planned

        with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
            centre, plan = Path(base) / "centre", Path(base) / "plan"
            centre.mkdir()
            plan.mkdir()
            with self.database.reading() as session:
                lay_out(session, result.centre_id, result.centre_version, centre)
                write_result(session, result.id, plan)
            return Planned(*planned(centre, plan)), _weight(Path(base))


class CentresNow:
    """The current versions of centres asked about last, as planning folders."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._kept: Kept[PlanningFolder] = Kept(MOST)
        self._made: Kept[Any] = Kept(MOST)

    def get(self, centre_id: str) -> PlanningFolder:
        """Return a centre as it is, read at the first asking of a version.

        Raises
        ------
        Refusal
            404.
        """
        return self._at(centre_id)[1]

    def made(self, centre_id: str, what: str, make: Callable[[PlanningFolder], T]) -> T:
        """Return what is made of a centre as it is, made at the first asking under its name.

        Raises
        ------
        Refusal
            404.
        """
        key, folder = self._at(centre_id)
        found: T = self._made.get(f"{key}/{what}", lambda: (make(folder), MADE))
        return found

    def _at(self, centre_id: str) -> tuple[str, PlanningFolder]:
        with self.database.reading() as session:
            version = centre_of(session, centre_id).version
            made = session.get_one(CentreVersion, (centre_id, version)).at
        # a name may be given again to another centre
        key = f"{centre_id}/{version}/{made.isoformat()}"
        return key, self._kept.get(key, lambda: self._read(centre_id, version))

    def _read(self, centre_id: str, version: int) -> tuple[PlanningFolder, int]:
        from planning.files import read_folder

        with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
            with self.database.reading() as session:
                lay_out(session, centre_id, version, Path(base))
            return read_folder(Path(base)), _weight(Path(base))


def _weight(place: Path) -> int:
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


def plan_of(session: Session, centre_id: str, plan_id: str) -> Result:
    """Return a plan of a centre.

    Raises
    ------
    Refusal
        404.
    """
    found = session.get(Result, plan_id)
    if found is None or found.centre_id != centre_id or found.kind != "plan":
        raise no_such("plan", plan_id)
    return found
