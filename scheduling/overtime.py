"""Overtime of volunteers: hours beyond the contract's week, how many are left to give, and what they are paid."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.folder import PlanningFolder
from domain.people import Agent
from domain.roster import Shift
from scheduling.leave import WEEK, LegalShifts, WeekLimits


def overtime_minutes(limits: WeekLimits, paid: float, days: int) -> float:
    """Return the paid minutes of a week that are overtime.

    Those beyond the most of the week; of a week with more days than the most, at least its mean shift for each day
    beyond.
    """
    beyond = max(days - limits.days_max, 0)
    return max(paid - limits.minutes_max, beyond * paid / days if beyond else 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class OvertimeBook:
    """Who volunteers for overtime, what is left of the month's most, and what a week's overtime costs on top of pay.

    Attributes
    ----------
    folder : PlanningFolder

    Notes
    -----
    Weeks are seven-day blocks, and belong to the month of their first day. Overtime of earlier weeks is counted as that
    of planned ones, from the rosters before.
    """

    folder: PlanningFolder
    _legal: dict[date, LegalShifts] = field(default_factory=dict, init=False, repr=False)

    def volunteered(self, agent: Agent) -> float:
        """Return the minutes a week for which a person volunteers; 0 where nobody may."""
        contract = self.folder.centre.contract(agent.contract)
        terms = self.folder.centre.pay.overtime
        if terms is None or agent.pool == "expert" or math.isinf(contract.weekly_hours.max):
            return 0.0
        return 60.0 * min(agent.overtime_h, terms.max_h_per_month)

    def limits(self, agent: Agent, week: date) -> WeekLimits:
        """Return the limits of the seven days from a date, leave taken off."""
        if week not in self._legal:
            self._legal[week] = LegalShifts.of(self.folder, week, WEEK)
        return self._legal[week].away(agent).weeks[0]

    def of_week(self, agent: Agent, week: date, shifts: Iterable[Shift]) -> float:
        """Return the minutes of overtime in the seven days from a date."""
        limits = self.limits(agent, week)
        day = self._legal[week].calendar.day
        mine = [shift for shift in shifts if 0 <= (day(shift.start) - week).days < WEEK]
        return overtime_minutes(limits, sum(s.paid_minutes for s in mine), len({day(s.start) for s in mine}))

    def used(self, agent: Agent, week: date, shifts: Iterable[Shift]) -> float:
        """Return the minutes of overtime in the weeks before one that begin in the same month."""
        shifts, total, before = list(shifts), 0.0, week - timedelta(days=WEEK)
        while shifts and (before.year, before.month) == (week.year, week.month):
            total += self.of_week(agent, before, shifts)
            before -= timedelta(days=WEEK)
        return total

    def left(self, agent: Agent, week: date, shifts: Iterable[Shift]) -> float:
        """Return the minutes of overtime that a week may hold, after the shifts of the weeks before."""
        most, terms = self.volunteered(agent), self.folder.centre.pay.overtime
        if most <= 0 or terms is None:
            return 0.0
        return max(min(most, 60.0 * terms.max_h_per_month - self.used(agent, week, shifts)), 0.0)

    @property
    def surcharges(self) -> tuple[float, float]:
        """What an hour of overtime costs on top of the hourly cost, as shares of it: on working days, on rest days."""
        terms = self.folder.centre.pay.overtime
        if terms is None:
            return 0.0, 0.0
        return terms.rates[0] - 1.0, terms.rates[min(1, len(terms.rates) - 1)] - 1.0

    def cost(self, agent: Agent, week: date, shifts: Iterable[Shift]) -> float:
        """Return what the overtime of a week costs on top of its hours' plain pay."""
        if self.volunteered(agent) <= 0:
            return 0.0
        shifts, (working, resting) = list(shifts), self.surcharges
        minutes = self.of_week(agent, week, shifts)
        day = self._legal[week].calendar.day
        days = {day(shift.start) for shift in shifts if 0 <= (day(shift.start) - week).days < WEEK}
        rate = resting if len(days) > self.limits(agent, week).days_max else working
        return minutes / 60 * agent.hourly_cost * rate
