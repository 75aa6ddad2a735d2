"""What the plan asks of each person: hours against the contract, weekends, nights, leave and wishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.contracts import Contract, NightWindow
from domain.people import Agent, Preference
from domain.roster import WORK, Roster, Shift, Stretch
from planning.result import Plan
from scheduling.leave import LegalShifts


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
        return "above" if self.hours + self.credited_h > self.most + 1e-6 else "within"


def is_night(shift: Shift, night: NightWindow, zone: ZoneInfo) -> bool:
    """Tell whether a shift touches the night hours."""
    start, end = shift.start.astimezone(zone), shift.end.astimezone(zone)
    length = (night.to_minute - night.from_minute) % 1440 or 1440
    day = start.date() - timedelta(days=1)
    while day <= end.date():
        low = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=night.from_minute)
        if start < low + timedelta(minutes=length) and low < end:
            return True
        day += timedelta(days=1)
    return False


def weekends_worked(shifts: tuple[Shift, ...], contract: Contract, zone: ZoneInfo) -> int:
    """Count the weekends on which a shift starts; days of one weekend lie in one ISO week."""
    starts = (shift.start.astimezone(zone).date() for shift in shifts)
    return len({day.isocalendar()[:2] for day in starts if day.weekday() in contract.weekend_days})


def wish_kept(wish: Preference, worked: tuple[Stretch, ...]) -> bool:
    """Tell whether a wish came true: off means no work inside it, work means some."""
    touched = any(row.start < wish.end and wish.start < row.end for row in worked)
    return touched if wish.wish == "work" else not touched


def people_of(plan: Plan) -> tuple[PersonWeek, ...]:
    """Return every named person's share, in the order of the agents."""
    folder = plan.folder
    zone = ZoneInfo(folder.centre.timezone)
    grid = plan.forecast.grid
    weeks = max(len(grid.days) / 7, 1.0)
    before = Roster.of(folder.previous).by_agent
    credited = credited_hours(plan)
    found = []
    for agent in folder.agents:
        contract = folder.centre.contract(agent.contract)
        shifts = plan.roster.by_agent.get(agent.id, ())
        started = {shift.start.astimezone(zone).date() for shift in shifts}
        worked = tuple(row for shift in shifts for row in shift.stretches if row.activity == WORK)
        wishes = [wish for wish in folder.preferences if wish.agent_id == agent.id and wish.weight > 0]
        wishes = [wish for wish in wishes if wish.start < grid.end and wish.end > grid.start]
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
                wishes_kept=sum(wish_kept(wish, worked) for wish in wishes),
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
