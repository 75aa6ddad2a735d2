"""One small centre with activities, rostered once for all tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import small

from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.people import Activity
from domain.progress import Control
from scheduling.model import Model
from scheduling.result import Effort, Result
from scheduling.solve import solve

QUICK = Effort(ascent=60, steps=60, chains=1, passes=1, moves=100_000, assembly=0.1)
MIDNIGHT = local_midnight(small.FIRST, small.ZONE)


def at(day: int, hour: float) -> datetime:
    """Return a wall-clock hour of the k-th day; no clock changes in that week."""
    return MIDNIGHT + timedelta(days=day, hours=hour)


def activity(name: str = "training", minutes: int = 60, **changes: Any) -> Activity:
    """Return an activity of somebody, any time of the week."""
    usual: dict[str, Any] = {"activity": name, "minutes": minutes, "earliest": at(0, 0), "latest": at(7, 0)}
    if not changes.get("team"):
        usual["agent_id"] = "a00"
    return Activity(**{**usual, **changes})


@dataclass(frozen=True)
class Solved:
    """A planning folder without activities, its model and a roster of it."""

    folder: PlanningFolder
    model: Model
    result: Result

    def given(self, *activities: Activity, **more: Any) -> Model:
        """Return the model as it is with activities, and with other things of the folder."""
        return replace(self.model, folder=replace(self.folder, activities=activities, **more))


def solve_small() -> Solved:
    """Eight people in two teams on one queue, with more of them than needed off-peak."""
    bare = small.folder(8)
    agents = tuple(a.model_copy(update={"team": "early" if k < 4 else "late"}) for k, a in enumerate(bare.agents))
    folder = replace(bare, agents=agents)
    model = small.model(folder, load=2.0)
    return Solved(folder, model, solve(model, seed=1, effort=QUICK, control=Control()))
