"""What it costs to change a published roster: a price for each agent-day whose shift is another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.folder import PlanningFolder
from domain.people import Agent
from domain.roster import Roster
from scheduling.leave import ShiftOption

CHANGE_HOURS = 1.0
"""Price of a changed agent-day where none is given, in hours of the people's mean pay."""

PART = "changes"
"""Name of this part of the objective."""


@dataclass(frozen=True)
class ChangePrice:
    """Money for each agent-day on which somebody starts or ends at another time than published, or works or not.

    Attributes
    ----------
    price : float
    shifts : mapping of (agent id, day) to (start, minutes from start to end)
        What was published.
    waived : frozenset of (agent id, day)
        Days whose published shift cannot be worked any more: whatever comes there is no choice of the repair.

    Notes
    -----
    Other breaks or other queues within the published shift cost nothing here; the search makes such a change only
    where it saves a tenth of the price (see ``scheduling.repair``).
    """

    price: float
    shifts: dict[tuple[str, date], tuple[datetime, int]]
    waived: frozenset[tuple[str, date]] = frozenset()

    @classmethod
    def of(cls, roster: Roster, zone: str, price: float, waived: Iterable[tuple[str, date]] = ()) -> ChangePrice:
        """Price the changes of a published roster; a shift belongs to the local day it starts on."""
        here = ZoneInfo(zone)
        shifts = {
            (shift.agent_id, shift.start.astimezone(here).date()): (
                shift.start,
                round((shift.end - shift.start).total_seconds() / 60),
            )
            for shift in roster.shifts
            if shift.pool != "elastic"
        }
        return cls(price, shifts, frozenset(waived))

    @property
    def part(self) -> str:
        """Name of the part of the objective."""
        return PART

    def concerns(self, agent: Agent) -> bool:
        """Tell whether changes of an agent's days cost something: everybody's do, unless they are free."""
        return self.price > 0

    def cost(self, agent: Agent, day: date, shift: ShiftOption | None) -> float:
        """Return the price where a day's shift is not the published one."""
        if (agent.id, day) in self.waived:
            return 0.0
        same = self.shifts.get((agent.id, day)) == (None if shift is None else (shift.start, shift.elapsed_minutes))
        return 0.0 if same else self.price


def usual_price(folder: PlanningFolder) -> float:
    """Return the price of a changed agent-day where none is given."""
    pay = [agent.hourly_cost for agent in folder.agents if agent.hourly_cost > 0]
    return CHANGE_HOURS * (sum(pay) / len(pay) if pay else 1.0)
