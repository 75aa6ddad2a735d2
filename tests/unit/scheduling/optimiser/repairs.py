"""A small centre with a published roster, and what happens to it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import small

from capacity.requirement import Requirement
from capacity.servers import make_servers
from capacity.targets import target_rows
from domain.folder import PlanningFolder
from domain.people import TimeOff
from domain.progress import Control
from domain.roster import Roster
from planning.repair.handout import repaired_roster
from scheduling.build import build_model
from scheduling.change_price import ChangePrice
from scheduling.handout import roster_of
from scheduling.model import Model
from scheduling.published import Published, published_roll
from scheduling.repair import Repaired, repair
from scheduling.result import Effort
from scheduling.solve import solve

LITTLE = Effort(ascent=60, steps=60, chains=1, moves=150_000, assembly=0.1)


@dataclass(frozen=True)
class Case:
    """A published roster and the centre it was made for."""

    folder: PlanningFolder
    requirement: Requirement
    roster: Roster

    @classmethod
    def of(cls, folder: PlanningFolder, load: float = 3.0) -> Case:
        model = small.model(folder, load)
        result = solve(model, seed=2, effort=LITTLE, control=Control())
        return cls(folder, small.demand(folder, load), roster_of(model, result.roll))

    def model(self, folder: PlanningFolder, requirement: Requirement, price: float, waived: Sequence = ()) -> Model:
        servers = make_servers(folder, (), (), small.FIRST, 7)
        targets = target_rows(folder.centre, requirement.grid, requirement.volume > 0, requirement.volume)
        soft = (ChangePrice.of(self.roster, small.ZONE, price, waived),)
        return build_model(folder, requirement, targets, servers, small.FIRST, previous=folder.previous, soft=soft)

    def repaired(
        self, folder: PlanningFolder, requirement: Requirement | None = None, price: float = 20.0, **terms
    ) -> Outcome:
        model = self.model(folder, requirement or self.requirement, price)
        published = published_roll(model, self.roster)
        result = repair(model, published.roll, lost=published.lost, **terms)
        return Outcome(model, published, result, repaired_roster(model, result.roll, published, self.roster))

    def more(self, factor: float, day: int) -> Requirement:
        """Return the requirement with more contacts on one day."""
        volume = self.requirement.volume * np.where(self.requirement.grid.day_of == day, factor, 1.0)
        return replace(self.requirement, volume=volume)


@dataclass(frozen=True)
class Outcome:
    """What a repair came to."""

    model: Model
    published: Published
    result: Repaired
    roster: Roster

    @property
    def shifts_changed(self) -> int:
        """Agent-days whose shift is another one, lost ones left out."""
        other = self.result.roll.tours[:, :, 0] != self.published.roll.tours[:, :, 0]
        return int((other & ~self.published.lost).sum())


def sick(folder: PlanningFolder, who: str, day: int, days: int = 1) -> PlanningFolder:
    """Return the folder with somebody away on some days of the week."""
    grid = small.demand(folder).grid
    leave = TimeOff(agent_id=who, start=grid.at(day * 1440), end=grid.at((day + days) * 1440))
    return replace(folder, time_off=(*folder.time_off, leave))


def worker_of(roster: Roster, day: int) -> str:
    """Return somebody who works on a day."""
    wanted: date = small.FIRST + timedelta(days=day)
    return next(s.agent_id for s in roster.shifts if s.start.date() == wanted and s.pool == "core")
