"""Plans that are asked about again and again, read once: plans never change, so that what is read stays true."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from api.jobs.work import write_result
from api.problems import no_such
from api.store.centres import lay_out
from api.store.database import Database
from api.store.tables import Result

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from planning.files.plan_in import PlanIn
    from planning.whatif import World

MOST = 16
"""Plans kept read at a time."""


@dataclass(frozen=True)
class Planned:
    """A plan with its centre as it was, and the world to ask about."""

    folder: PlanningFolder
    plan: PlanIn
    world: World


class PlannedWeeks:
    """Keeps the plans asked about last."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._kept: OrderedDict[str, Planned] = OrderedDict()
        self._lock = threading.Lock()
        self._reading: dict[str, threading.Lock] = {}

    def get(self, centre_id: str, plan_id: str) -> Planned:
        """Return a plan, read at the first asking; others who ask meanwhile wait for it.

        Raises
        ------
        Refusal
            404.
        """
        with self.database.reading() as session:
            result = plan_of(session, centre_id, plan_id)
        with self._lock:
            if plan_id in self._kept:
                self._kept.move_to_end(plan_id)
                return self._kept[plan_id]
            mine = self._reading.setdefault(plan_id, threading.Lock())
        with mine:
            with self._lock:
                if plan_id in self._kept:
                    return self._kept[plan_id]
            found = self._read(result)
            with self._lock:
                self._kept[plan_id] = found
                self._reading.pop(plan_id, None)
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
        return found

    def _read(self, result: Result) -> Planned:
        from api.jobs.planning import planned

        with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
            centre, plan = Path(base) / "centre", Path(base) / "plan"
            centre.mkdir()
            plan.mkdir()
            with self.database.reading() as session:
                lay_out(session, result.centre_id, result.centre_version, centre)
                write_result(session, result.id, plan)
            return Planned(*planned(centre, plan))


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
