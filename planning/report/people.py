"""What the plan asks of each person: hours against the contract, weekends, nights, leave and wishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.contracts import Contract, NightWindow
from domain.people import Agent
from domain.roster import Roster, Shift
from planning.result import Plan
from scheduling.leave import LegalShifts
from scheduling.ledger import touches_night
from scheduling.rules.context import Context
from scheduling.rules.wishes import outcomes


@dataclass(frozen=True)
class PersonWeek:
    """One person's share of the plan.

    Attributes
    ----------
    agent : Agent
    hours, least, most : float
        Paid hours rostered, and the contract's range over the planned weeks.
    days : int
        Days with a shift.
    leave_days : int
        Local days touched by time off and without a shift.
    credited_h : float
        Hours of paid leave that count against the contract beside those rostered.
    weekends, weekends_before : int
        Weekends with a shift, in the plan and in the previous rosters given.
    nights : int
        Shifts that touch the contract's night hours.
    wishes_kept, wishes : int
    """

    agent: Agent
    hours: float
    least: float
    most: float
    days: int
    leave_days: int
    credited_h: float
    weekends: int
    weekends_before: int
    nights: int
    wishes_kept: int
    wishes: int

    @property
    def standing(self) -> str:
        """Say where the hours lie against the contract's range."""
        if self.hours + self.credited_h < self.least - 1e-6:
            return "below, on leave" if self.leave_days else "below"
        if self.hours + self.credited_h <= self.most + 1e-6:
            return "within"
        return "overtime" if self.agent.overtime_h > 0 else "above"


def is_night(shift: Shift, night: NightWindow, zone: ZoneInfo) -> bool:
    """Tell whether a shift touches the night hours."""
    return touches_night(shift.start, shift.end, night, zone)


def weekends_worked(shifts: tuple[Shift, ...], contract: Contract, zone: ZoneInfo) -> int:
    """Count the weekends on which a shift starts; days of one weekend lie in one ISO week."""
    starts = (shift.start.astimezone(zone).date() for shift in shifts)
    return len({day.isocalendar()[:2] for day in starts if day.weekday() in contract.weekend_days})


def people_of(plan: Plan) -> tuple[PersonWeek, ...]:
    """Return every named person's share, in the order of the agents."""
    folder = plan.folder
    zone = ZoneInfo(folder.centre.timezone)
    grid = plan.forecast.grid
    weeks = max(len(grid.days) / 7, 1.0)
    before = Roster.of(folder.previous).by_agent
    credited = credited_hours(plan)
    context = Context(folder, plan.roster, plan.week, round(weeks))
    judged = [found for found in outcomes(context) if found.asked > 0] if folder.preferences else []
    found = []
    for agent in folder.agents:
        contract = folder.centre.contract(agent.contract)
        shifts = plan.roster.by_agent.get(agent.id, ())
        started = {shift.start.astimezone(zone).date() for shift in shifts}
        wishes = [found for found in judged if found.wish.agent_id == agent.id]
        found.append(
            PersonWeek(
                agent=agent,
                hours=sum(shift.paid_minutes for shift in shifts) / 60,
                least=contract.weekly_hours.min * weeks,
                most=contract.weekly_hours.max * weeks,
                days=len(started),
                leave_days=len(leave_days(plan, agent.id) - started),
                credited_h=credited.get(agent.id, 0.0),
                weekends=weekends_worked(shifts, contract, zone),
                weekends_before=weekends_worked(before.get(agent.id, ()), contract, zone),
                nights=sum(is_night(shift, contract.night, zone) for shift in shifts),
                wishes_kept=sum(found.kept for found in wishes),
                wishes=len(wishes),
            )
        )
    return tuple(found)


def credited_hours(plan: Plan) -> dict[str, float]:
    """Return the hours of paid leave that each person's contract is credited with; those without leave are left out."""
    away = {leave.agent_id for leave in plan.folder.time_off if leave.kind == "paid"}
    days = plan.forecast.grid.days
    if not away or not days:
        return {}
    legal = LegalShifts.of(plan.folder, days[0], len(days) // 7 * 7)
    agents = [agent for agent in plan.folder.agents if agent.id in away]
    return {agent.id: sum(week.credited_minutes for week in legal.away(agent).weeks) / 60 for agent in agents}


def leave_days(plan: Plan, agent_id: str) -> set[date]:
    """Return the planned local days that a person's time off touches."""
    zone = ZoneInfo(plan.folder.centre.timezone)
    days: set[date] = set()
    for leave in plan.folder.time_off:
        if leave.agent_id != agent_id:
            continue
        first = leave.start.astimezone(zone).date()
        last = (leave.end - timedelta(seconds=1)).astimezone(zone).date()
        days |= {day for day in plan.forecast.grid.days if first <= day <= last}
    return days
