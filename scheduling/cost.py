"""What a roster costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from domain.centre import Centre, Premium
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.hours import WeeklyWindow
from domain.people import Agent
from domain.roster import Roster, Shift
from forecasting.holiday_names import public_holidays
from scheduling.calendar import Calendar, Minutes
from scheduling.leave import WEEK, LegalShifts
from scheduling.overtime import OvertimeBook

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class Cost:
    """Paid money of a horizon, in the centre's currency.

    Attributes
    ----------
    core, elastic, expert : float
        Shifts, premiums and paid leave of people; hours (at least the booked minimum) of elastic seats.
    overtime : float
        What overtime costs on top of its hours' plain pay; in ``core`` already.
    """

    core: float
    elastic: float
    expert: float
    overtime: float = 0.0

    @property
    def total(self) -> float:
        """Sum of the three pools."""
        return self.core + self.elastic + self.expert


def holiday_country(centre: Centre, agent: Agent) -> str:
    """Return the country whose public holidays a person is paid for: their site's, or else the centre's."""
    site = centre.site(agent.site)
    return site.country if site is not None and site.country else centre.country


def holiday_mask(calendar: Calendar, country: str) -> Minutes:
    """Return the minutes that are holiday: public ones of a country, and events of that kind for all."""
    days = calendar.grid.days
    public = public_holidays(country, range(days[0].year, days[-1].year + 1))
    names = public[0] if public else {}
    mask: Minutes = np.array([day in names for day in days])[calendar.grid.day_of]
    for event in calendar.folder.events:
        if event.kind == "holiday" and not event.queue:
            mask[calendar.minute(event.start) : calendar.minute(event.end)] = True
    return mask


def premium_mask(calendar: Calendar, premium: Premium, agent: Agent) -> Minutes:
    """Return the minutes to which a premium applies.

    A ``holiday`` premium holds on the holidays of the person's site, a ``weekend`` one on the contract's weekend
    days, and a window limits either to its hours; a ``night`` premium without a window takes the contract's night.
    """
    contract = calendar.contract(agent)
    mask: Minutes = np.ones(calendar.grid.size, np.bool_)
    low, high = premium.from_minute, premium.to_minute
    if premium.kind == "holiday":
        mask &= holiday_mask(calendar, holiday_country(calendar.folder.centre, agent))
    elif premium.kind == "weekend":
        mask &= np.isin(calendar.grid.weekday, sorted(contract.weekend_days))
    elif low is None or high is None:
        if premium.kind != "night":
            return np.zeros_like(mask)
        low, high = contract.night.from_minute, contract.night.to_minute
    if low is not None and high is not None:
        mask &= calendar.within((WeeklyWindow(EVERY_DAY, low, high),))
    return mask


def minute_rates(calendar: Calendar, agent: Agent) -> Floats:
    """Return the price of one paid minute of a person at each minute, shape (minutes,).

    Premiums come on top of the hourly cost, and add up where several apply.
    """
    rate = np.ones(calendar.grid.size)
    for premium in calendar.folder.centre.pay.premiums:
        rate += premium.rate * premium_mask(calendar, premium, agent)
    return rate * (agent.hourly_cost / 60)


def _pay(calendar: Calendar, shift: Shift, rates: Floats) -> float:
    paid = (row for row in shift.stretches if row.paid)
    return sum(float(rates[calendar.minute(row.start) : calendar.minute(row.end)].sum()) for row in paid)


def elastic_cost(centre: Centre, hours_by_week: Floats) -> float:
    """Return the price of elastic hours; a week that uses any pays at least the booked minimum.

    Parameters
    ----------
    hours_by_week : float array, shape (weeks,)
    """
    if centre.elastic is None:
        return 0.0
    least = centre.elastic.minimum_hours_per_week
    paid = np.where(hours_by_week > 0, np.maximum(hours_by_week, least), 0.0)
    return float(paid.sum()) * centre.elastic.hourly_cost


def roster_cost(folder: PlanningFolder, roster: Roster, first: date, weeks: int) -> Cost:
    """Return what a roster costs over its planned weeks.

    Parameters
    ----------
    folder : PlanningFolder
    roster : Roster
        Shifts count, whole, in the week they start in; those outside the planned weeks do not.
    first : date
    weeks : int

    Notes
    -----
    1. People: paid minutes x hourly cost, premiums by the clock of each minute on top.
    2. Paid leave: the credited minutes of :func:`scheduling.leave.week_limits` x hourly cost, no premiums.
    3. Overtime of volunteers: what its rate adds to the plain pay of its minutes, see :mod:`scheduling.overtime`.
    4. Elastic seats: hours x their price, at least the booked minimum in every week that uses any.
    """
    legal = LegalShifts.of(folder, first, weeks * WEEK)
    calendar = legal.calendar
    week_of = {day: k // WEEK for k, day in enumerate(calendar.planned)}
    pools = {"core": 0.0, "expert": 0.0}
    book, overtime = OvertimeBook(folder), 0.0
    rates: dict[tuple[str, float, str], Floats] = {}
    for agent in folder.agents:
        key = (agent.contract, agent.hourly_cost, holiday_country(folder.centre, agent))
        if key not in rates:
            rates[key] = minute_rates(calendar, agent)
        shifts = roster.by_agent.get(agent.id, ())
        for shift in shifts:
            if calendar.day(shift.start) in week_of:
                pools[agent.pool] += _pay(calendar, shift, rates[key])
        extra = sum(book.cost(agent, first + timedelta(days=WEEK * k), shifts) for k in range(weeks))
        pools[agent.pool] += extra
        overtime += extra
        pools[agent.pool] += legal.away(agent).credited_minutes * agent.hourly_cost / 60
    hours = np.zeros(weeks)
    for shift in roster.shifts:
        day = calendar.day(shift.start)
        if shift.pool == "elastic" and shift.agent_id not in calendar.agents and day in week_of:
            hours[week_of[day]] += (shift.end - shift.start).total_seconds() / 3600
    return Cost(
        core=pools["core"], elastic=elastic_cost(folder.centre, hours), expert=pools["expert"], overtime=overtime
    )
