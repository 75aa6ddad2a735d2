"""All that is true at a moment of a day: the centre, its plan, who is there, and what the rules leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from capacity.servers import elastic_cap
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.history import Floats, Ints
from domain.people import Agent
from domain.roster import Roster, Shift
from planning.files.plan_in import PlanIn
from planning.steps import WEEK
from planning.today.day import Day
from planning.today.presence import Key, Presence
from planning.today.proposal import Proposal, Shifts
from scheduling.calendar import Calendar
from scheduling.cost import elastic_cost, minute_rates
from scheduling.overtime import OvertimeBook


@dataclass(frozen=True)
class Situation:
    """A moment of a planned day.

    Attributes
    ----------
    folder : PlanningFolder
        With the rosters before the plan's.
    plan : PlanIn
    day : Day
    shifts : Shifts
        The roster in force.
    servers : mapping of id to Server
        Everybody who may come to be on duty, elastic seats up to the emergency cap included.
    presence : tuple of Presence
        Empty where no log-ins are told.
    emergency : bool
        Whether the emergency share of elastic seats holds.
    """

    folder: PlanningFolder
    plan: PlanIn
    day: Day
    shifts: Shifts
    servers: Mapping[str, Server]
    presence: tuple[Presence, ...] = ()
    emergency: bool = False
    _rates: dict[str, Floats] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def agents(self) -> dict[str, Agent]:
        """People by id."""
        return {agent.id: agent for agent in self.folder.agents}

    @cached_property
    def calendar(self) -> Calendar:
        """Masks over the minutes of the plan's weeks."""
        return Calendar(self.folder, self.plan.week, WEEK * self.plan.weeks)

    @cached_property
    def overtime(self) -> OvertimeBook:
        """Who may work overtime, and how much."""
        return OvertimeBook(self.folder)

    @cached_property
    def earlier(self) -> dict[str, tuple[Shift, ...]]:
        """Shifts of each person before the plan."""
        return Roster.of(self.folder.previous).by_agent

    @cached_property
    def gone(self) -> frozenset[Key]:
        """Shifts that nobody works any more."""
        return frozenset((one.agent_id, one.shift_id) for one in self.presence if one.state in ("missing", "left"))

    @cached_property
    def soonest(self) -> datetime:
        """The first instant at which anything can change: on the schedule's grid."""
        return self.day.next_slot(self.folder.centre.schedule_minutes)

    def name(self, who: str) -> str:
        """Return a person as people know them."""
        agent = self.agents.get(who)
        return f"{agent.name} ({who})" if agent is not None and agent.name and agent.name != who else who

    def is_seat(self, shift: Shift) -> bool:
        """Tell whether a shift is a block of an elastic seat."""
        return shift.pool == "elastic" and shift.agent_id not in self.agents

    def ahead(self, shift: Shift) -> bool:
        """Tell whether something of a shift that somebody works can still change today."""
        key = (shift.agent_id, shift.shift_id)
        return key not in self.gone and shift.end > self.soonest and shift.start < self.day.grid.end

    def people_ahead(self) -> list[Shift]:
        """Return the people's shifts in which something can still change."""
        mine = sorted(self.shifts.of.items(), key=lambda item: item[0])
        return [shift for _, shift in mine if shift.agent_id in self.agents and self.ahead(shift)]

    def pinned(self, proposal: Proposal) -> bool:
        """Tell whether a pin holds some of the time that a proposal changes."""
        return any(
            pin.agent_id == proposal.who and pin.start < proposal.end and proposal.start < pin.end
            for pin in self.folder.pins
        )

    def pay(self, shift: Shift) -> float:
        """Return the plain pay and premiums of a shift."""
        agent = self.agents[shift.agent_id]
        if agent.id not in self._rates:
            self._rates[agent.id] = minute_rates(self.calendar, agent)
        rates = self._rates[agent.id]
        spans = [slice(self.calendar.minute(r.start), self.calendar.minute(r.end)) for r in shift.stretches if r.paid]
        return sum(float(rates[span].sum()) for span in spans)

    # Elastic seats

    def cap(self, *, emergency: bool | None = None) -> int:
        """Return the most elastic seats at once."""
        called = self.emergency if emergency is None else emergency
        return elastic_cap(self.folder, self.plan.week, emergency=called)

    def seats_booked(self, shifts: Shifts) -> Ints:
        """Return how many elastic seats are booked at each minute of the plan."""
        found = np.zeros(self.calendar.grid.size, dtype=np.int64)
        for shift in shifts.seats:
            if self.is_seat(shift):
                found[self.calendar.minute(shift.start) : self.calendar.minute(shift.end)] += 1
        return found

    def elastic_price(self, shifts: Shifts, more_h: float) -> float:
        """Return what more (or fewer) hours of elastic seats in today's week add to the price of the seats."""
        weeks = np.zeros(self.plan.weeks)
        for shift in shifts.seats:
            k = (self.calendar.day(shift.start) - self.plan.week).days // WEEK
            if self.is_seat(shift) and 0 <= k < self.plan.weeks:
                weeks[k] += (shift.end - shift.start) / timedelta(hours=1)
        now = elastic_cost(self.folder.centre, weeks)
        weeks[(self.day.date - self.plan.week).days // WEEK] += more_h
        return elastic_cost(self.folder.centre, weeks) - now
