"""Legal shifts of a day, the days a person is away, and what those days take off the week's limits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise

import numpy as np

from domain.contracts import Contract
from domain.folder import PlanningFolder
from domain.history import Ints
from domain.people import Agent
from scheduling.break_placement import place_breaks
from scheduling.calendar import Calendar, Minutes

WEEK = 7
REACH = 3 * 24 * 60
"""Minutes after a day's first start within which its shifts end."""


@dataclass(frozen=True, order=True)
class ShiftOption:
    """One legal shift of a day, breaks not yet placed.

    Attributes
    ----------
    start : datetime
        UTC.
    paid_minutes, elapsed_minutes : int
        Paid, and from start to end.
    """

    start: datetime
    paid_minutes: int
    elapsed_minutes: int


@dataclass(frozen=True)
class WeekLimits:
    """What one person may and must work in one week, leave already taken off.

    Attributes
    ----------
    days_min, days_max : int
        Days with a shift.
    minutes_min, minutes_max : float
        Paid minutes of those shifts.
    credited_days : int
        Days of paid leave that count as worked; taken off the maxima, and paid.
    credited_minutes : float
        Their paid minutes, each at the contract's average day.
    """

    days_min: int
    days_max: int
    minutes_min: float
    minutes_max: float
    credited_days: int = 0
    credited_minutes: float = 0.0


@dataclass(frozen=True)
class AwayDays:
    """The days of a horizon on which a person has no legal shift, and the limits of each week.

    Attributes
    ----------
    first : date
    away, paid : tuple of bool, one a day
        Whether leave, availability, closure or hiring leaves no legal shift; whether paid leave alone does.
    weeks : tuple of WeekLimits
        One a seven-day block from ``first``.
    """

    first: date
    away: tuple[bool, ...]
    paid: tuple[bool, ...]
    weeks: tuple[WeekLimits, ...]

    @property
    def credited_minutes(self) -> float:
        """Paid minutes of leave over the horizon."""
        return sum(week.credited_minutes for week in self.weeks)


def shift_lengths(contract: Contract, interval_minutes: int, schedule_minutes: int) -> tuple[int, ...]:
    """Return the paid lengths a shift may be planned at: the shortest, the longest, whole intervals between.

    Lengths lie on the schedule's grid; where the contract's own limits do not, they are rounded inwards.
    """
    step = schedule_minutes
    low = max(math.ceil(contract.shift_hours.min * 60 / step - 1e-9) * step, step)
    high = math.floor(min(contract.shift_hours.max, 24.0) * 60 / step + 1e-9) * step
    if low > high:
        return ()
    return tuple(sorted({*range(low, high + 1, interval_minutes), high}))


def with_unpaid(contract: Contract, lengths: Iterable[int], unpaid: int) -> list[int]:
    """Return the paid lengths of shifts that hold so many minutes of unpaid activities.

    Those planned anyway, longer from start to end; and those as long as ever, the unpaid minutes taken off, where the
    contract still allows that and the same breaks are due.
    """
    lengths = list(lengths)
    least = contract.shift_hours.min * 60 - 1e-9
    less = [
        paid - unpaid
        for paid in lengths
        if least <= paid - unpaid > 0 and contract.breaks_of(paid - unpaid) == contract.breaks_of(paid)
    ]
    return sorted({*lengths, *less})


def working_days(contract: Contract) -> int:
    """Return the days a week that the contract guarantees.

    ``days_per_week.min``; where that is not given, the fewest days that hold ``weekly_hours.min``.
    """
    days = math.ceil(contract.days_per_week.min - 1e-9)
    if days == 0 and contract.weekly_hours.min > 0 and 0 < contract.shift_hours.max < math.inf:
        days = min(math.ceil(contract.weekly_hours.min / contract.shift_hours.max - 1e-9), WEEK)
    return days


def average_day(contract: Contract) -> float:
    """Return the paid minutes of the contract's average day.

    ``weekly_hours.min`` over the guaranteed days; the shortest shift where no weekly hours are guaranteed.
    """
    days = working_days(contract)
    if days and contract.weekly_hours.min > 0:
        return contract.weekly_hours.min * 60 / days
    return contract.shift_hours.min * 60


def week_limits(contract: Contract, away: int, paid: int, standing: int = 0) -> WeekLimits:
    """Return a week's limits with so many days away, some of them paid leave.

    Parameters
    ----------
    contract : Contract
    away, paid : int
        Days without a legal shift; those that are paid leave.
    standing : int
        Those that are so in every week, by opening hours and weekly availability.

    Notes
    -----
    1. Each day away lowers the least days by one and the least hours by one guaranteed day's share of them,
       not below zero. A standing one does so only where the days left are too few: five days of six still
       are a full week.
    2. Paid leave counts as worked up to the guaranteed days, at the average day: a full week of leave of
       someone who works five days is five days. It is taken off the maxima, so it is not made up later.
    """
    days = working_days(contract)
    credited = min(paid, days)
    minutes = credited * average_day(contract)
    gone = away - standing
    away = gone + max(days - gone - (WEEK - away), 0)
    share = max(1 - away / days, 0.0) if days else 1.0
    return WeekLimits(
        days_min=max(math.ceil(contract.days_per_week.min - 1e-9) - away, 0),
        days_max=math.floor(min(contract.days_per_week.max, WEEK) + 1e-9) - credited,
        minutes_min=contract.weekly_hours.min * 60 * share,
        minutes_max=max(contract.weekly_hours.max * 60 - minutes, 0.0),
        credited_days=credited,
        credited_minutes=minutes,
    )


@dataclass(frozen=True, eq=False)
class LegalShifts:
    """Every legal shift of every person over a horizon; build it once and ask often.

    Attributes
    ----------
    calendar : Calendar
    """

    calendar: Calendar
    _fits: dict[object, bool] = field(default_factory=dict, init=False, repr=False)
    _away: dict[str, AwayDays] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, folder: PlanningFolder, first: date, days: int) -> LegalShifts:
        """Prepare a horizon of local days."""
        return cls(Calendar(folder, first, days))

    @cached_property
    def _lengths(self) -> dict[str, tuple[int, ...]]:
        centre = self.calendar.folder.centre
        return {
            contract.id: shift_lengths(contract, centre.interval_minutes, centre.schedule_minutes)
            for contract in centre.contracts
        }

    def options(self, agent: Agent, day: date, unpaid: int = 0) -> tuple[ShiftOption, ...]:
        """Return the legal shifts that start on a local day, by start and length.

        The whole shift lies inside availability, outside leave and after hiring; each minute that is no break
        has an open queue that the person is certified for; the breaks have a legal placement.

        Parameters
        ----------
        agent : Agent
        day : date
        unpaid : int
            Minutes of unpaid activities in the shift: they lengthen it, or are taken off its paid hours.
        """
        calendar = self.calendar
        found = self._shifts(agent, day, calendar.present(agent), calendar.workable(agent), unpaid)
        return tuple(sorted(found))

    def usual(self, agent: Agent, day: date) -> Iterator[ShiftOption]:
        """Yield the shifts of a local day that weekly windows and hours allow, whatever leave and events take away."""
        return self._shifts(agent, day, self.calendar.weekly(agent), self.calendar.usual(agent))

    def but_for_site(self, agent: Agent, day: date) -> tuple[ShiftOption, ...]:
        """Return the shifts of a local day that would be legal if the person's site were always open."""
        anywhere = agent.model_copy(update={"site": ""})
        return tuple(self._shifts(agent, day, self.calendar.present(anywhere), self.calendar.workable(agent)))

    def away(self, agent: Agent) -> AwayDays:
        """Return the days of the horizon on which a person is away, and each week's limits.

        Notes
        -----
        A lapsed certificate or a missing skill does not make a day away: it leaves the minima as they are.
        A day is paid leave where a shift would be legal but for leave of kind ``paid``.
        """
        if agent.id not in self._away:
            self._away[agent.id] = self._find_away(agent)
        return self._away[agent.id]

    def _find_away(self, agent: Agent) -> AwayDays:
        calendar = self.calendar
        contract = calendar.contract(agent)
        served = calendar.workable(agent, certificates=False)
        away = [False] * calendar.days
        paid = [False] * calendar.days
        standing = [False] * calendar.days
        lengths = self._lengths[contract.id]
        if any(self._breaks_fit(contract, paid, 0, contract.elapsed_minutes(paid)) for paid in lengths):
            present, unpaid = calendar.present(agent), calendar.present(agent, ("unavailable",))
            available, usual = calendar.weekly(agent), calendar.usual(agent)
            for k, day in enumerate(calendar.planned):
                away[k] = not self._any(agent, day, present, served)
                paid[k] = away[k] and self._any(agent, day, unpaid, served)
                standing[k] = away[k] and not self._any(agent, day, available, usual)
        edges = range(0, calendar.days + 1, WEEK)
        days = [(sum(away[a:b]), sum(paid[a:b]), sum(standing[a:b])) for a, b in pairwise(edges)]
        weeks = tuple(week_limits(contract, *counts) for counts in days)
        return AwayDays(calendar.first, tuple(away), tuple(paid), weeks)

    def _any(self, agent: Agent, day: date, present: Minutes, served: Minutes) -> bool:
        return next(self._shifts(agent, day, present, served), None) is not None

    def _shifts(
        self, agent: Agent, day: date, present: Minutes, served: Minutes, unpaid: int = 0
    ) -> Iterator[ShiftOption]:
        calendar = self.calendar
        contract = calendar.contract(agent)
        starts = calendar.starts(contract, day)
        if not len(starts):
            return
        low = int(starts[0])
        ahead = slice(low, low + REACH)
        absent, closed = _counts(~present[ahead]), _counts(~served[ahead])
        for paid in with_unpaid(contract, self._lengths[contract.id], unpaid):
            elapsed = contract.elapsed_minutes(paid) + unpaid
            offsets = starts - low
            offsets = offsets[offsets + elapsed < len(absent)]
            there = absent[offsets + elapsed] == absent[offsets]
            for offset in offsets[there].tolist():
                shut = 0
                if closed[offset + elapsed] != closed[offset]:
                    shut = _bits(~served[low + offset : low + offset + elapsed])
                if self._breaks_fit(contract, paid, shut, elapsed):
                    yield ShiftOption(calendar.grid.at(low + offset), paid, elapsed)

    def _breaks_fit(self, contract: Contract, paid: int, shut: int, elapsed: int) -> bool:
        key = (contract.id, paid, shut, elapsed)
        if key not in self._fits:
            rules = contract.breaks_of(paid)
            step = self.calendar.folder.centre.schedule_minutes
            self._fits[key] = place_breaks(rules, elapsed, step, must=shut) is not None
        return self._fits[key]


def _counts(mask: Minutes) -> Ints:
    """Return how many minutes are set before each minute, shape (minutes + 1,)."""
    return np.concatenate(([0], np.cumsum(mask, dtype=np.int64)))


def _bits(mask: Minutes) -> int:
    """Return a mask as the bits of an integer, minute 0 lowest."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def shift_options(folder: PlanningFolder, agent: Agent, day: date) -> tuple[ShiftOption, ...]:
    """Return the legal shifts of one person on one local day (see :meth:`LegalShifts.options`)."""
    return LegalShifts.of(folder, day, 1).options(agent, day)


def away(folder: PlanningFolder, agent: Agent, first: date, days: int) -> AwayDays:
    """Return one person's days away over a horizon (see :meth:`LegalShifts.away`)."""
    return LegalShifts.of(folder, first, days).away(agent)
