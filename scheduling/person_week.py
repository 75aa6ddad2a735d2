"""Whether one person has a legal plan at all: a plain search over days, apart from the optimiser."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from domain.folder import PlanningFolder
from domain.hours import WeeklyWindow
from domain.roster import Roster
from scheduling.leave import WEEK
from scheduling.person_days import DayShift, PersonDays
from scheduling.person_progress import Choice, Progress, WeekTerms
from scheduling.rules.context import Context, Person
from scheduling.rules.week_rules import EVERY_DAY

FAMILIES: tuple[str, ...] = (
    "start_spread_minutes",
    "rotation",
    "days_off_together",
    "complete_weekends",
    "weekly_rest_h",
    "nights_per_week",
    "weekends_off",
    "max_consecutive_days",
    "breaks",
    "start",
    "site_hours",
    "opening",
    "skills",
    "hired_on",
    "availability",
    "experts_hours",
    "shift_hours",
    "days_per_week",
    "weekly_hours",
    "rest_h",
    "time_off",
    "pins",
)
"""Ids of the rules of one person; those named first are the first to be left out of an explanation."""

ALL = frozenset(FAMILIES)

State = tuple[Progress, int]
"""Progress and the last end, held back to what the next day's first start makes of it."""

Layer = dict[State, int]
"""States after a day, each with the paid minutes the week may have by then: bit m for m grid steps."""


@dataclass(frozen=True, eq=False)
class PersonWeeks:
    """The search for one person's legal plan while the rules of some families hold.

    Attributes
    ----------
    context : Context
    person : Person
    kept : frozenset of str
    """

    context: Context
    person: Person
    kept: frozenset[str]

    @cached_property
    def days(self) -> PersonDays:
        """The shifts of each day."""
        return PersonDays(self.context, self.person, self.kept)

    @cached_property
    def terms(self) -> WeekTerms:
        """The rules from day to day."""
        return WeekTerms(self.context, self.person, self.kept, self.days.due)

    def find(self) -> tuple[DayShift | None, ...] | None:
        """Return a legal shift or None for each planned day, or None where there is no legal plan.

        Notes
        -----
        Days are taken in order. Plans that agree in all that later days can feel are one state; the paid
        minutes it may have are kept together as the bits of an integer.
        """
        if not self.days.pins_agree:
            return None
        begin, last_end = self.terms.start()
        layers: list[Layer] = [{(begin, last_end): 1}]
        for k in range(self.context.weeks * WEEK):
            layer: Layer = {}
            for (progress, ended), bits in layers[-1].items():
                for choice in self._candidates(progress, ended, k):
                    state = self._after(progress, ended, k, choice)
                    paid = self._paid(1 if k % WEEK == 0 else bits, k, choice)
                    if state is not None and paid:
                        layer[state] = layer.get(state, 0) | paid
            layers.append(_undominated(layer))
        return self._trace(layers) if layers[-1] else None

    def _after(self, progress: Progress, last_end: int, k: int, choice: Choice | None) -> State | None:
        after = self.terms.step(progress, last_end, k, choice)
        if after is None:
            return None
        end = choice.shift.end if choice else last_end
        if not self.terms.long_rest and k + 1 < len(self._groups):
            starts = [group[0].shift.start for group in self._groups[k + 1]]
            end = max(end, min(starts) - self.terms.rest) if starts else end
        return after, end

    def _paid(self, bits: int, k: int, choice: Choice | None) -> int:
        """Return the paid minutes that the week may have after one more shift, as bits."""
        unit = self.context.folder.centre.schedule_minutes
        if choice:
            bits <<= choice.shift.paid // unit
        low, high = self.terms.paid_range(k // WEEK)
        if high < WEEK * 24 * 60:
            bits &= (1 << (math.floor(high / unit) + 1)) - 1
        if k % WEEK == WEEK - 1 and low > 0:
            least = math.ceil(low / unit)
            bits = bits >> least << least
        return bits

    def _trace(self, layers: list[Layer]) -> tuple[DayShift | None, ...]:
        """Return one plan through the layers, last day first."""
        state = min(layers[-1], key=lambda state: state[1])
        wanted = layers[-1][state]
        plan: list[DayShift | None] = []
        for k in range(len(layers) - 2, -1, -1):
            wanted &= -wanted
            state, wanted, shift = self._back(layers[k], k, state, wanted)
            plan.append(shift)
        return tuple(reversed(plan))

    def _back(self, layer: Layer, k: int, state: State, wanted: int) -> tuple[State, int, DayShift | None]:
        """Return a state of the day before, its paid minutes and the shift that lead to a state."""
        for before, bits in layer.items():
            for choice in self._candidates(*before, k):
                if self._after(*before, k, choice) != state:
                    continue
                begin = 1 if k % WEEK == 0 else bits
                steps = choice.shift.paid // self.context.folder.centre.schedule_minutes if choice else 0
                if begin << steps & wanted:
                    shift = choice.shift if choice else None
                    return before, bits if k % WEEK == 0 else wanted >> steps, shift
        raise AssertionError("a reached state has a way to it")

    @cached_property
    def _groups(self) -> list[list[list[Choice]]]:
        """Each day's shifts, those together that differ only in when they lie, earliest first."""
        days = (sorted(self._choices(k), key=_order) for k in range(self.context.weeks * WEEK))
        return [[list(group) for _, group in groupby(day, _alike)] for day in days]

    def _choices(self, k: int) -> Iterator[Choice]:
        contract, calendar = self.person.contract, self.context.calendar
        night = WeeklyWindow(EVERY_DAY, contract.night.from_minute, contract.night.to_minute)
        dark = calendar.within((night,))
        nights = contract.nights_per_week is not None and "nights_per_week" in self.kept
        spread = contract.start_spread_minutes is not None and "start_spread_minutes" in self.kept
        rotation = contract.rotation is not None and "rotation" in self.kept
        for shift in self.days.shifts(k):
            offset = (int(calendar.grid.minute_of_day[shift.start]) - contract.start.from_minute) % 1440
            yield Choice(
                shift,
                nights and bool(dark[shift.start : shift.end].any()),
                offset if spread or rotation else -1,
                self.days.covers(shift, k),
            )

    def _candidates(self, before: Progress, last_end: int, k: int) -> Iterator[Choice | None]:
        """Yield no shift, then of each group the earliest after the rest, and after the week's long rest."""
        yield None
        ready = last_end + self.terms.rest
        for group in self._groups[k]:
            if not self.terms.start_fits(before, k, group[0].offset):
                continue
            first = next((choice for choice in group if choice.shift.start >= ready), None)
            if first is None:
                continue
            yield first
            rested = max(self.terms.free_from(last_end, k) + self.terms.long_rest, ready)
            if self.terms.long_rest and first.shift.start < rested:
                yield from [choice for choice in group if choice.shift.start >= rested][:1]


def _undominated(layer: Layer) -> Layer:
    """Drop paid minutes that the same progress reaches with an earlier last end: that never rules out more."""
    reached: dict[Progress, int] = {}
    kept: Layer = {}
    for state in sorted(layer, key=lambda state: state[1]):
        new = layer[state] & ~reached.get(state[0], 0)
        if new:
            kept[state] = new
            reached[state[0]] = reached.get(state[0], 0) | new
    return kept


def _alike(choice: Choice) -> tuple[int, bool, int, tuple[int, ...]]:
    return choice.shift.paid, choice.night, choice.offset, tuple(sorted(choice.covers))


def _order(choice: Choice) -> tuple[tuple[int, bool, int, tuple[int, ...]], int]:
    return _alike(choice), choice.shift.start


def find_weeks(
    folder: PlanningFolder, agent_id: str, first: date, weeks: int, kept: frozenset[str] = ALL
) -> tuple[DayShift | None, ...] | None:
    """Return one legal plan of a person, a shift or None for each day; None where there is none.

    Parameters
    ----------
    folder : PlanningFolder
    agent_id : str
    first : date
    weeks : int
    kept : frozenset of str
        Ids of the rules that hold (see ``FAMILIES``). Limits lowered by days away stay as they are when
        leave or availability is set aside, so that fewer rules never allow less.
    """
    context = Context(folder, Roster(()), first, weeks)
    person = next(person for person in context.people if person.agent.id == agent_id)
    return PersonWeeks(context, person, kept).find()
