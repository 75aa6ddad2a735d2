"""The legal shifts of one person's days when some families of rules are set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np

from domain.contracts import BreakRule
from domain.history import Ints
from domain.roster import OFF, WORK, Stretch
from scheduling.break_placement import minutes_bits, place_breaks
from scheduling.calendar import Minutes, runs
from scheduling.leave import shift_lengths, with_unpaid
from scheduling.rules.activities import is_break
from scheduling.rules.context import Context, Person

LONGEST = 12 * 60
"""Longest paid minutes tried when the contract's shift hours are set aside."""

COARSE = 60
"""Grid of the starts and lengths that are tried beside the contract's own when those are set aside."""


class DayShift(NamedTuple):
    """One shift of a day, in minutes of the calendar's masks.

    Attributes
    ----------
    start, end : int
    paid : int
    breaks : tuple of int
        Start of each break due, minutes from the shift's start; empty where breaks are set aside.
    """

    start: int
    end: int
    paid: int
    breaks: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class PersonDays:
    """What one person may do on each day while the rules of some families hold.

    Attributes
    ----------
    context : Context
        Folder and horizon; its roster is not read.
    person : Person
    kept : frozenset of str
        Ids of the rules that hold; the others are set aside.
    """

    context: Context
    person: Person
    kept: frozenset[str]
    _placed: dict[object, tuple[int, ...] | None] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def pins(self) -> tuple[Stretch, ...]:
        """The person's pins; none where pins are set aside."""
        if "pins" not in self.kept:
            return ()
        return tuple(pin for pin in self.context.folder.pins if pin.agent_id == self.person.agent.id)

    @cached_property
    def pins_agree(self) -> bool:
        """Whether no two pins ask for different things at one minute."""
        return not any(
            one.start < other.end
            and other.start < one.end
            and (one.activity, set(one.queues)) != (other.activity, set(other.queues))
            for k, one in enumerate(self.pins)
            for other in self.pins[:k]
        )

    @cached_property
    def pinned_runs(self) -> list[tuple[int, int]]:
        """Stretches without a gap in which something other than ``off`` is pinned."""
        return runs(self._mask(pin for pin in self.pins if pin.activity != OFF))

    @cached_property
    def due(self) -> tuple[frozenset[int], ...]:
        """Which pinned runs begin on each planned day, and on the day after the last."""
        calendar = self.context.calendar
        days = (calendar.bounds(calendar.first + timedelta(days=k)) for k in range(calendar.days + 1))
        return tuple(
            frozenset(i for i, (start, _) in enumerate(self.pinned_runs) if low <= start < high) for low, high in days
        )

    def covers(self, shift: DayShift, k: int) -> frozenset[int]:
        """Return the pinned runs of the k-th day and the next that a shift of the k-th day covers."""
        return frozenset(
            i
            for i in self.due[k] | self.due[k + 1]
            if shift.start <= self.pinned_runs[i][0] and self.pinned_runs[i][1] <= shift.end
        )

    def _mask(self, rows: Iterator[Stretch]) -> Minutes:
        mask = np.zeros(self.context.calendar.grid.size, np.bool_)
        for row in rows:
            mask[self.context.minutes(row)] = True
        return mask

    @cached_property
    def _absent(self) -> Ints:
        """Minutes before each at which the person cannot be at work, running total."""
        calendar, agent = self.context.calendar, self.person.agent
        absent = self._mask(pin for pin in self.pins if pin.activity == OFF)
        if "availability" in self.kept:
            absent |= ~calendar.available(agent)
        if "site_hours" in self.kept:
            absent |= ~calendar.site_hours(agent)
        if "time_off" in self.kept:
            absent |= calendar.off(agent)
        if "hired_on" in self.kept:
            absent |= ~calendar.hired(agent)
        return _totals(absent | self._barred)

    @cached_property
    def _barred(self) -> Minutes:
        """Minutes at which the pinned work itself is illegal: queue closed, or no skill for it."""
        calendar, agent = self.context.calendar, self.person.agent
        barred = np.zeros(calendar.grid.size, np.bool_)
        known = set(self.context.folder.centre.queue_ids)
        for pin in self.pins:
            if pin.activity != WORK or not pin.queues or not set(pin.queues) <= known:
                continue
            span = self.context.minutes(pin)
            if "opening" in self.kept:
                barred[span] |= ~np.logical_or.reduce([calendar.opening(q) for q in pin.queues])[span]
            if "skills" in self.kept:
                barred[span] |= ~np.logical_and.reduce([calendar.may_serve(agent, q) for q in pin.queues])[span]
        return barred

    @cached_property
    def _idle(self) -> Minutes:
        """Minutes at which there is no work to do; pinned activities need none."""
        calendar, agent = self.context.calendar, self.person.agent
        queues = self.context.folder.centre.queue_ids
        served = queues if "skills" not in self.kept else tuple(calendar.skill_ends(agent))
        work = np.zeros(calendar.grid.size, np.bool_)
        for queue in served:
            open_now = calendar.opening(queue) if "opening" in self.kept else ~work | True
            held = calendar.may_serve(agent, queue) if "skills" in self.kept else ~work | True
            work |= open_now & held
        return ~(work | self._mask(pin for pin in self.pins if pin.activity not in (WORK, OFF)))

    @cached_property
    def _idle_totals(self) -> Ints:
        return _totals(self._idle)

    @cached_property
    def _fixed(self) -> tuple[Minutes, dict[str, Minutes]]:
        """Pinned minutes that no break may take, and those that breaks of a kind have to."""
        breaks = {pin.activity for pin in self.pins if is_break(self.person, pin)}
        rest = self._mask(pin for pin in self.pins if pin.activity not in breaks | {OFF})
        return rest, {kind: self._mask(pin for pin in self.pins if pin.activity == kind) for kind in sorted(breaks)}

    def shifts(self, k: int) -> Iterator[DayShift]:
        """Yield the legal shifts of the k-th planned day, by length and start."""
        context, contract = self.context, self.person.contract
        centre = context.folder.centre
        day = context.calendar.planned[k]
        starts = context.calendar.starts(contract, day)
        if "start" not in self.kept:
            starts = np.union1d(starts, np.arange(*context.calendar.bounds(day), COARSE))
        lengths = set(shift_lengths(contract, centre.interval_minutes, centre.schedule_minutes))
        if "shift_hours" not in self.kept:
            lengths |= set(range(COARSE, LONGEST + 1, COARSE))
        for unpaid, paid in sorted(self._lengths(lengths, k)):
            elapsed = contract.elapsed_minutes(paid) + unpaid
            rules = contract.breaks_of(paid)
            for start in starts.tolist():
                end = start + elapsed
                if end >= len(self._absent) or self._absent[end] != self._absent[start] or self._cut(start, end):
                    continue
                if unpaid != self._unpaid_total[end] - self._unpaid_total[start]:
                    continue
                breaks = self._breaks(rules, start, end)
                if breaks is not None:
                    yield DayShift(start, end, paid, breaks)

    def _lengths(self, lengths: Iterable[int], k: int) -> set[tuple[int, int]]:
        """Return unpaid minutes of pinned activities, and paid ones, that a shift of the k-th day may have."""
        days = (frozenset[int](), self.due[k], self.due[k] | self.due[k + 1])
        runs_of = ([self.pinned_runs[i] for i in day] for day in days)
        before = self._unpaid_total
        totals = {sum(int(before[high] - before[low]) for low, high in held) for held in runs_of}
        return {(unpaid, paid) for unpaid in totals for paid in with_unpaid(self.person.contract, lengths, unpaid)}

    @cached_property
    def _unpaid_total(self) -> Ints:
        """Unpaid minutes of pinned activities before each minute."""
        activities = (pin for pin in self.pins if pin.activity not in (WORK, OFF) and not is_break(self.person, pin))
        return _totals(self._mask(pin for pin in activities if not pin.paid))

    def _cut(self, start: int, end: int) -> bool:
        """Tell whether a shift takes part of a pinned run and leaves the rest."""
        return any(low < end and start < high and not (start <= low and high <= end) for low, high in self.pinned_runs)

    def _breaks(self, rules: tuple[BreakRule, ...], start: int, end: int) -> tuple[int, ...] | None:
        idle = int(self._idle_totals[end] - self._idle_totals[start])
        if "breaks" not in self.kept:
            return () if idle <= sum(rule.minutes for rule in rules) else None
        span = slice(start, end)
        never, kinds = self._fixed
        must = _bits(self._idle[span]) if idle else 0
        barred = _bits(never[span]) if self.pins else 0
        pinned = {kind: _bits(mask[span]) for kind, mask in kinds.items() if mask[span].any()}
        key = (rules, end - start, must, barred, tuple(sorted(pinned.items())))
        if key not in self._placed:
            step = self.context.folder.centre.schedule_minutes
            self._placed[key] = place_breaks(rules, end - start, step, must=must, never=barred, pinned=pinned)
        return self._placed[key]


def _totals(mask: Minutes) -> Ints:
    return np.concatenate(([0], np.cumsum(mask, dtype=np.int64)))


def _bits(mask: Minutes) -> int:
    return sum(minutes_bits(low, high) for low, high in runs(mask))
