"""Wishes as money: what a shift, or a day without one, costs beside pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.folder import PlanningFolder
from domain.people import Agent
from scheduling.leave import ShiftOption
from scheduling.soft import wish_price


class DayWish(NamedTuple):
    """One day of a wish: its span, the local day on which that begins, and what it is worth."""

    start: datetime
    end: datetime
    day: date
    off: bool
    price: float

    def touches(self, shift: ShiftOption) -> bool:
        """Tell whether a shift has a minute in the span."""
        return shift.start < self.end and self.start < shift.start + timedelta(minutes=shift.elapsed_minutes)


@dataclass(frozen=True)
class WishCost:
    """What wishes that are not kept cost.

    Attributes
    ----------
    days : mapping of agent id to tuple of DayWish

    Notes
    -----
    A wish of several days shares its weight equally among them (`Preference.days`). A day off costs its share for each
    shift that touches it; a day of work costs its share unless the shift that starts on that local day touches it. Two
    shifts that touch one day off (a night that reaches into it, and another that begins in it) so count twice: only
    what adds up by shift can be proven.
    """

    days: Mapping[str, tuple[DayWish, ...]]

    @classmethod
    def of(cls, folder: PlanningFolder) -> WishCost:
        """Take the wishes of a folder, at the price of its priorities."""
        zone, each = ZoneInfo(folder.centre.timezone), wish_price(folder)
        found: dict[str, tuple[DayWish, ...]] = {}
        for wish in folder.preferences:
            spans = wish.days(zone)
            price = each * wish.weight / len(spans)
            if price > 0:
                found[wish.agent_id] = found.get(wish.agent_id, ()) + tuple(
                    DayWish(start, end, start.astimezone(zone).date(), wish.wish == "off", price)
                    for start, end in spans
                )
        return cls(found)

    @property
    def part(self) -> str:
        """Name of the part of the objective."""
        return "wishes"

    def concerns(self, agent: Agent) -> bool:
        """Tell whether somebody wished anything."""
        return agent.id in self.days

    def cost(self, agent: Agent, day: date, shift: ShiftOption | None) -> float:
        """Return the price of the wishes that a shift (or none) of a day goes against."""
        total = 0.0
        for wish in self.days[agent.id]:
            touched = shift is not None and wish.touches(shift)
            if touched if wish.off else wish.day == day and not touched:
                total += wish.price
        return total
