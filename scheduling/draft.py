"""The people of a planning model, gathered one by one: their legal shifts, week rules, teams and pins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, reduce
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from domain.grid import IntervalGrid
from domain.history import Ints
from domain.people import Agent
from domain.roster import Roster, Stretch
from scheduling.calendar import Calendar
from scheduling.desks import desk_site
from scheduling.leave import WEEK, LegalShifts, ShiftOption
from scheduling.overtime import OvertimeBook
from scheduling.patterns import Pattern, WeekDays, legal_patterns
from scheduling.person_row import NEVER_BEFORE, PersonRow, is_night, person_row, premium_row
from scheduling.pinned import pinned_pauses, pinned_queues, unpaid_minutes
from scheduling.pinned_days import Fits, PinnedDays, Span, holds, slots_of, worked_slots
from scheduling.pools import Kind, Pool, kinds_of, touched, while_certified
from scheduling.shapes import ShapeTable
from scheduling.soft import SoftCost, SoftPart

ANY = -1
"""Kind of a shift whose queues are free."""


class Option(NamedTuple):
    """One row of ``Options``."""

    start: int
    length: int
    minute: int
    paid: int
    shape: int
    night: int
    kind: int
    cost: float
    soft: float


@dataclass
class Draft:
    """Rows gathered person by person; ``add`` each in the order of the instance.

    Attributes
    ----------
    calendar, legal, grid, pools
        The week and what may be done in it.
    load : sequence of float
        Mean load of each pool, in seats.
    pinned : mapping of agent id to stretches
    past : Roster
        Shifts before the week.
    ahead : LegalShifts or None
        The weeks planned after this one.
    soft : sequence of SoftCost
        What the objective adds beside pay.
    """

    calendar: Calendar
    legal: LegalShifts
    grid: IntervalGrid
    day_first: Ints
    pools: Sequence[Pool]
    load: Sequence[float]
    pinned: dict[str, tuple[Stretch, ...]]
    past: Roster
    shapes: ShapeTable
    ahead: LegalShifts | None = None
    soft: Sequence[SoftCost] = ()
    options: list[Option] = field(default_factory=list)
    pointer: list[int] = field(default_factory=lambda: [0])
    people: list[PersonRow] = field(default_factory=list)
    graphs: dict[tuple[Pattern, ...], int] = field(default_factory=dict)
    kinds: dict[Kind, int] = field(default_factory=dict)
    team_kind: list[int] = field(default_factory=list)
    team_agent: list[int] = field(default_factory=list)
    pins: list[Ints] = field(default_factory=list)
    premiums: dict[tuple[float, ...], int] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)
    soft_options: list[list[float]] = field(default_factory=list)
    soft_base: list[list[float]] = field(default_factory=list)

    @cached_property
    def book(self) -> OvertimeBook:
        """Overtime that may be worked."""
        return OvertimeBook(self.calendar.folder)

    def add(self, number: int, agent: Agent, served: frozenset[int]) -> None:
        """Add a person who may serve some queues (by index)."""
        days = len(self.day_first) - 1
        shifts_before = self.past.by_agent.get(agent.id, ())
        mine, worked = self.pinned.get(agent.id, ()), worked_slots(shifts_before, self.grid)
        rest_h = self.calendar.contract(agent).rest_h
        pins = PinnedDays.of(mine, self.grid, self.day_first, self._fits(agent, self.grid), rest_h, worked)
        by_day = [self._options(agent, pins, d) for d in range(days)]
        limits = self.legal.away(agent).weeks[0]
        shifts = [o for chosen in by_day for o, _, _ in chosen]
        unit = reduce(math.gcd, {o.paid_minutes for o in shifts}, 0) or 60
        concerned = [each if each.concerns(agent) else None for each in self.soft]
        base = [0.0 for _ in self.soft]
        for d, chosen in enumerate(by_day):
            day = self.calendar.first + timedelta(days=d)
            idle = [each.cost(agent, day, None) if each else 0.0 for each in concerned]
            base = [total + cost for total, cost in zip(base, idle, strict=True)]
            for o, shape, kind in chosen:
                added = [
                    each.cost(agent, day, o) - cost if each else 0.0 for each, cost in zip(concerned, idle, strict=True)
                ]
                self.options.append(self._option(agent, o, shape, kind, unit, sum(added)))
                self.soft_options.append(added)
            self.pointer.append(len(self.options))
        self.soft_base.append(base)
        forced = [pins is not None and pins.spans[d] is not None for d in range(days)]
        later = self._later(agent, pins)
        patterns = self._patterns(agent, by_day, forced, (limits.days_min, limits.days_max), later)
        overtime = self.book.left(agent, self.calendar.first, shifts_before)
        more: tuple[Pattern, ...] = ()
        if shifts and overtime >= min(o.paid_minutes for o in shifts):
            more = self._patterns(agent, by_day, forced, (limits.days_max + 1, limits.days_max + 1), later)
        if not patterns and not more:
            self.stuck.append(agent.id)
            patterns = (tuple(False for _ in range(days)),)
        first_team = len(self.team_kind)
        own = {kind: None for _, _, kind in chain.from_iterable(by_day) if kind is not None}
        whole, ends, site = kinds_of(self.pools, served, self.load), self._ends(agent), self._site(agent)
        free = [replace(part, site=site) for kind in whole for part in while_certified(kind, self.pools, ends)]
        for kind in dict.fromkeys((*free, *own)):
            self.team_kind.append(self.kinds.setdefault(kind, len(self.kinds)))
            self.team_agent.append(number)
        # experts get a row of pins in any case: where the share of heads on duty is full they are kept off by it
        held = pins is not None or agent.pool == "expert"
        last = max((shift.end for shift in shifts_before), default=None)
        ended = NEVER_BEFORE if last is None else math.ceil(self.grid.minutes_at(last) / self.grid.step_minutes)
        premium = premium_row(self.calendar, agent, self.grid)
        self.people.append(
            person_row(
                self.calendar,
                agent,
                limits,
                graph=self.graphs.setdefault(patterns, len(self.graphs)),
                unit=unit,
                longest=max((o.paid_minutes for o in shifts), default=0),
                ended=ended,
                premium=self.premiums.setdefault(premium, len(self.premiums)),
                pin=len(self.pins) if held else -1,
                teams=(first_team, len(self.team_kind)),
                soft_base=sum(base),
                over_graph=self.graphs.setdefault(more, len(self.graphs)) if more else -1,
                overtime=overtime,
                surcharges=self.book.surcharges,
            )
        )
        if held:
            self.pins.append(pins.row if pins is not None else np.zeros(self.grid.size, dtype=np.int64))

    def _patterns(
        self,
        agent: Agent,
        by_day: Sequence[Sequence[object]],
        forced: Sequence[bool],
        days: tuple[int, int],
        later: tuple[WeekDays, ...],
    ) -> tuple[Pattern, ...]:
        """Return a person's legal patterns with so many days, from one number to another."""
        return legal_patterns(
            self.calendar.contract(agent),
            self.calendar.first,
            WeekDays(tuple(bool(chosen) for chosen in by_day), tuple(forced), *days),
            frozenset(self.calendar.day(shift.start) for shift in self.past.by_agent.get(agent.id, ())),
            min((self.calendar.day(stretch.start) for stretch in self.past.stretches), default=None),
            later,
        )

    def soft_parts(self) -> tuple[SoftPart, ...]:
        """Return each soft cost over the options gathered."""
        base = np.array(self.soft_base, dtype=np.float64).reshape(len(self.soft_base), len(self.soft))
        options = np.array(self.soft_options, dtype=np.float64).reshape(len(self.soft_options), len(self.soft))
        return tuple(
            SoftPart(each.part, float(base[:, k].sum()), options[:, k].copy()) for k, each in enumerate(self.soft)
        )

    def _later(self, agent: Agent, pins: PinnedDays | None) -> tuple[WeekDays, ...]:
        """Return what is known of a person's weeks planned after this one."""
        if self.ahead is None:
            return ()
        calendar, away = self.ahead.calendar, self.ahead.away(agent)
        grid = IntervalGrid.of_days(calendar.first, calendar.days, self.grid.zone, self.grid.step_minutes)
        begin = int(self.day_first[-1])
        ours = [] if pins is None else [(span[0] - begin, span[1] - begin) for span in pins.spans if span is not None]
        mine, first = self.pinned.get(agent.id, ()), np.searchsorted(grid.day_of, np.arange(calendar.days + 1))
        rest_h = self.calendar.contract(agent).rest_h
        next_pins = PinnedDays.of(mine, grid, first, self._fits(agent, grid), rest_h, ours)
        pinned = set() if next_pins is None else next_pins.days
        found = []
        for w, limits in enumerate(away.weeks):
            days = calendar.planned[WEEK * w : WEEK * (w + 1)]
            free = tuple(not gone for gone in away.away[WEEK * w : WEEK * (w + 1)])
            forced = tuple(WEEK * w + d in pinned for d in range(len(days)))
            found.append(WeekDays(free, forced, limits.days_min, limits.days_max))
        return tuple(found)

    def _fits(self, agent: Agent, grid: IntervalGrid) -> Fits:
        """Return what tells whether a legal shift of a day may hold a pinned span, both counted in a grid."""
        mine, last = self.pinned.get(agent.id, ()), self.calendar.planned[-1]

        def fits(day: int, span: Span) -> bool:
            on = grid.days[0] + timedelta(days=day)
            legal = self.legal if on <= last else self.ahead
            return legal is not None and holds(legal, self.shapes, agent, mine, grid, on, span)

        return fits

    def _options(self, agent: Agent, pins: PinnedDays | None, day: int) -> list[tuple[ShiftOption, int, Kind | None]]:
        """Return a day's legal shifts that keep the pins, with their break pattern and pinned queues."""
        span = None if pins is None else pins.spans[day]
        mine, contract = self.pinned.get(agent.id, ()), self.calendar.contract(agent)
        unpaid = 0 if span is None else unpaid_minutes(mine, contract, self.grid, span)
        kind = None
        if span is not None:
            ids = self.calendar.folder.centre.queue_ids
            queues = frozenset(ids.index(queue) for queue in pinned_queues(mine, self.grid, span))
            kind = self._pinned_kind(agent, queues) if queues else None
        found = []
        for o in self.legal.options(agent, self.calendar.first + timedelta(days=day), unpaid):
            if pins is not None and not pins.kept_by(o, self.grid, day):
                continue
            start, _ = slots_of(o, self.grid)
            fixed = () if span is None else pinned_pauses(mine, self.grid, start, span)
            shape = self.shapes.of(contract, o.paid_minutes, fixed, unpaid)
            if shape >= 0:
                found.append((o, shape, kind))
        return found

    def _ends(self, agent: Agent) -> dict[int, date | None]:
        """Return the last day of each certificate by queue; an end beyond the week is none."""
        ids, final = self.calendar.folder.centre.queue_ids, self.calendar.planned[-1]
        ends = self.calendar.skill_ends(agent)
        return {ids.index(queue): end if end is not None and end <= final else None for queue, end in ends.items()}

    def _pinned_kind(self, agent: Agent, queues: frozenset[int]) -> Kind:
        """Return the kind of pinned queues: any day's shift may be of it, while every certificate in it holds."""
        kind = Kind(tuple(sorted(queues)), touched(self.pools, queues))
        held = next(iter(while_certified(kind, self.pools, self._ends(agent))))
        return replace(held, site=self._site(agent))

    def _site(self, agent: Agent) -> str:
        return desk_site(self.calendar.folder.centre, agent)

    def _option(self, agent: Agent, o: ShiftOption, shape: int, kind: Kind | None, unit: int, soft: float) -> Option:
        local = o.start.astimezone(self.grid.local_starts[0].tzinfo)
        return Option(
            start=round(self.grid.minutes_at(o.start) / self.grid.step_minutes),
            length=o.elapsed_minutes // self.grid.step_minutes,
            minute=(local.hour * 60 + local.minute - self.calendar.contract(agent).start.from_minute) % 1440,
            paid=o.paid_minutes // unit,
            shape=shape,
            night=int(is_night(self.calendar.contract(agent), self.grid, o)),
            kind=ANY if kind is None else self.kinds.setdefault(kind, len(self.kinds)),
            cost=o.paid_minutes / 60 * agent.hourly_cost,
            soft=soft,
        )


def columns(rows: Sequence[tuple[float, ...]], kind: type, floats: int) -> list[Any]:
    """Turn rows into columns; the last ``floats`` of them are real."""
    names = kind._fields  # type: ignore[attr-defined]
    table = np.array(rows, dtype=np.float64).reshape(-1, len(names))
    return [table[:, k].copy() if k >= len(names) - floats else table[:, k].astype(np.int64) for k in range(len(names))]
