"""What the days so far of one person's plan mean for those to come, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from domain.contracts import WeekendRule
from scheduling.leave import WEEK, WeekLimits
from scheduling.person_days import DayShift
from scheduling.rules.context import Context, Person
from scheduling.rules.week_rules import weekends

EPSILON = 1e-6


class Progress(NamedTuple):
    """What the days so far mean for those to come, paid minutes and the last end aside.

    Attributes
    ----------
    run : int
        Days worked in a row.
    days, nights : int
        Of the week so far.
    earliest, latest : int
        First and last start of the week, minutes from the start window's beginning; -1 before any.
    free : int
        Free days in a row in this week.
    together, rested : bool
        Whether the week already has its free days together, and its long rest.
    weekends : tuple of bool
        Whether each of the last weekends was worked.
    weekend : bool
        Whether the weekend under way has been worked.
    covered : frozenset of int
        Pinned runs of the next day that the last shift covers.
    """

    run: int = 0
    days: int = 0
    nights: int = 0
    earliest: int = -1
    latest: int = -1
    free: int = 0
    together: bool = False
    rested: bool = False
    weekends: tuple[bool, ...] = ()
    weekend: bool = False
    covered: frozenset[int] = frozenset()


class Choice(NamedTuple):
    """A shift as the rules of the week see it.

    Attributes
    ----------
    shift : DayShift
    night : bool
        Whether it counts as a night shift.
    offset : int
        Start in minutes after the start window's beginning; -1 where no rule compares starts.
    covers : frozenset of int
        Pinned runs that it covers.
    """

    shift: DayShift
    night: bool
    offset: int
    covers: frozenset[int]


@dataclass(frozen=True, eq=False)
class WeekTerms:
    """One person's rules from day to day, those set aside left out.

    Attributes
    ----------
    context : Context
    person : Person
    kept : frozenset of str
    due : tuple of frozenset of int
        Pinned runs that begin on each day.
    """

    context: Context
    person: Person
    kept: frozenset[str]
    due: tuple[frozenset[int], ...]

    def holds(self, family: str) -> bool:
        """Tell whether a rule is kept."""
        return family in self.kept

    @cached_property
    def rest(self) -> int:
        """Minutes between the end of a shift and the next start."""
        return round(self.person.contract.rest_h * 60) if self.holds("rest_h") else 0

    @cached_property
    def long_rest(self) -> int:
        """Minutes of the week's long rest; 0 where there is none."""
        hours = self.person.contract.weekly_rest_h if self.holds("weekly_rest_h") else None
        return round((hours or 0) * 60)

    @cached_property
    def limits(self) -> tuple[WeekLimits, ...]:
        """Limits of each week, days away taken off."""
        return self.context.away(self.person).weeks

    def paid_range(self, week: int) -> tuple[float, float]:
        """Return the least and most paid minutes of a week."""
        low, high = 0.0, float("inf")
        if self.holds("weekly_hours"):
            low = self.limits[week].minutes_min
            high = self.limits[week].minutes_max + self._offered
        experts = self.context.folder.centre.experts
        if experts is not None and self.person.agent.pool == "expert" and self.holds("experts_hours"):
            high = min(high, experts.weekly_hours_max * 60)
        return low - EPSILON, high + EPSILON

    @cached_property
    def _offered(self) -> float:
        """Minutes a week of overtime for which the person volunteers."""
        return self.context.overtime.volunteered(self.person.agent)

    @cached_property
    def weekends(self) -> list[tuple[date, ...]]:
        """Known weekends; none where neither free nor complete ones are asked for."""
        if not self._whole and self._free_weekends is None:
            return []
        return weekends(self.context, self.person.contract.weekend_days)

    @cached_property
    def _free_weekends(self) -> WeekendRule | None:
        return self.person.contract.weekends_off if self.holds("weekends_off") else None

    @cached_property
    def _whole(self) -> bool:
        return self.person.contract.complete_weekends and self.holds("complete_weekends")

    @cached_property
    def _history(self) -> int:
        return self._free_weekends.in_weeks - 1 if self._free_weekends else 0

    def free_from(self, last_end: int, k: int) -> int:
        """Return the minute since when the person is free, counted inside the k-th day's week."""
        return max(last_end, self._edges(k // WEEK * WEEK)[0])

    def _edges(self, k: int) -> tuple[int, int]:
        return self.context.calendar.bounds(self.context.calendar.planned[k])

    def start(self) -> tuple[Progress, int]:
        """Return what previous rosters leave: progress, and the last end (far back where there is none)."""
        context, person = self.context, self.person
        worked = {context.local(shift.start).date() for shift in person.before}
        run, day = 0, context.first - timedelta(days=1)
        while day in worked:
            run, day = run + 1, day - timedelta(days=1)
        past = [weekend for weekend in self.weekends if weekend[-1] < context.first]
        under_way = [weekend for weekend in self.weekends if weekend[0] < context.first <= weekend[-1]]
        history = [bool(worked.intersection(weekend)) for weekend in past]
        ends = [round(context.calendar.grid.minutes_at(shift.end)) for shift in person.before]
        progress = Progress(
            run=run if self.holds("max_consecutive_days") else 0,
            weekends=self._recent(history),
            weekend=any(worked.intersection(weekend) for weekend in under_way),
        )
        return progress, max(ends, default=-(10**6))

    def _recent(self, history: list[bool]) -> tuple[bool, ...]:
        return tuple(history[max(len(history) - self._history, 0) :])

    def start_fits(self, before: Progress, k: int, offset: int) -> bool:
        """Tell whether a start of the k-th day goes with those of its week."""
        if offset < 0 or before.earliest < 0 or k % WEEK == 0:
            return True
        spread = max(offset, before.latest) - min(offset, before.earliest)
        contract = self.person.contract
        if self.holds("rotation") and contract.rotation is not None and spread:
            return False
        most = contract.start_spread_minutes if self.holds("start_spread_minutes") else None
        return most is None or spread <= most

    def step(self, before: Progress, last_end: int, k: int, choice: Choice | None) -> Progress | None:
        """Return the progress after the k-th day with a shift or none, None where a rule is broken."""
        weekday = k % WEEK
        if weekday == 0:
            before = Progress(run=before.run, weekends=before.weekends, weekend=before.weekend, covered=before.covered)
        if not self.due[k] <= before.covered | (choice.covers if choice else frozenset()):
            return None
        now = self._worked(before, choice, self.due[k]) if choice else self._free(before)
        most = self.person.contract.max_consecutive_days
        if most is not None and self.holds("max_consecutive_days"):
            now = now._replace(run=before.run + 1 if choice else 0)
            if now.run > most:
                return None
        if self.long_rest and not now.rested:
            gap = self._longest_gap(last_end, k, choice.shift if choice else None)
            now = now._replace(rested=gap >= self.long_rest)
        ended = self._weekend_over(now, self.context.calendar.planned[k], choice is not None)
        return ended if ended is not None and self._within(ended, k // WEEK, WEEK - 1 - weekday) else None

    def _worked(self, before: Progress, choice: Choice, due: frozenset[int]) -> Progress:
        now = before._replace(
            days=before.days + self.holds("days_per_week"),
            nights=before.nights + choice.night,
            free=0,
            covered=choice.covers - due,
        )
        if choice.offset < 0:
            return now
        first = min(choice.offset, before.earliest) if before.earliest >= 0 else choice.offset
        return now._replace(earliest=first, latest=max(choice.offset, before.latest))

    def _free(self, before: Progress) -> Progress:
        now = before._replace(covered=frozenset())
        need = self.person.contract.days_off_together if self.holds("days_off_together") else None
        if not need or before.together:
            return now
        free = before.free + 1
        return now._replace(free=0 if free >= need else free, together=free >= need)

    def _longest_gap(self, last_end: int, k: int, shift: DayShift | None) -> int:
        """Return the longest free stretch that the k-th day ends, minutes."""
        free_from, midnight = self.free_from(last_end, k), self._edges(k)[1]
        last = k % WEEK == WEEK - 1
        if shift is None:
            return midnight - free_from if last else 0
        return max(shift.start - free_from, midnight - shift.end if last else 0)

    def _weekend_over(self, now: Progress, day: date, worked: bool) -> Progress | None:
        """Return the progress with the weekend's days counted; None where too few are free, or one not complete."""
        rule = self._free_weekends
        weekend = next((days for days in self.weekends if day in days), None)
        if weekend is None:
            return now
        if self._whole and day != weekend[0] and worked != now.weekend:
            return None
        now = now._replace(weekend=now.weekend or worked)
        if day != weekend[-1]:
            return now
        if rule is None:
            return now._replace(weekend=False)
        history = [*now.weekends, now.weekend]
        if len(history) >= rule.in_weeks and history[-rule.in_weeks :].count(False) < rule.at_least:
            return None
        return now._replace(weekends=self._recent(history), weekend=False)

    def _within(self, now: Progress, week: int, left: int) -> bool:
        """Tell whether the week's limits can still be kept with so many days of it left."""
        contract, limits = self.person.contract, self.limits[week]
        checks: list[tuple[str, bool]] = [
            ("days_per_week", now.days <= limits.days_max + (self._offered > 0) and now.days + left >= limits.days_min),
            ("days_off_together", bool(left or not contract.days_off_together or now.together)),
            ("weekly_rest_h", bool(left or not self.long_rest or now.rested)),
        ]
        if contract.nights_per_week is not None:
            low, high = contract.nights_per_week.min, contract.nights_per_week.max
            checks.append(("nights_per_week", now.nights <= high and now.nights + left >= low))
        return all(kept for family, kept in checks if self.holds(family))
