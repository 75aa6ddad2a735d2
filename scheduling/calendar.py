"""Minute by minute: when queues are open, and when a person may be there and serve them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.contracts import Contract
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Ints
from domain.hours import WeeklyWindow, window_mask
from domain.people import Agent, Availability, TimeOff

Minutes = NDArray[np.bool_]

LEAVE_KINDS = ("paid", "unavailable")


def runs(mask: Minutes) -> list[tuple[int, int]]:
    """Return the half-open stretches in which a mask holds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(low), int(high)) for low, high in edges.reshape(-1, 2)]


@dataclass(frozen=True, eq=False)
class Calendar:
    """Masks over the minutes of a horizon, one day before it and two after it included.

    A mask says of each real minute whether something holds, so daylight saving needs no special case:
    wall-clock windows are read off the clock of each minute.

    Attributes
    ----------
    folder : PlanningFolder
    first : date
        First planned local day.
    days : int
        Number of planned local days.
    """

    folder: PlanningFolder
    first: date
    days: int
    _kept: dict[object, Minutes] = field(default_factory=dict, init=False, repr=False)
    _starts: dict[tuple[str, date], Ints] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def grid(self) -> IntervalGrid:
        """Single minutes from the day before the horizon to two days after it."""
        zone = self.folder.centre.timezone
        return IntervalGrid.of_days(self.first - timedelta(days=1), self.days + 3, zone, 1)

    @cached_property
    def planned(self) -> tuple[date, ...]:
        """The planned local days."""
        return tuple(self.first + timedelta(days=k) for k in range(self.days))

    @cached_property
    def agents(self) -> dict[str, Agent]:
        """People by id."""
        return {agent.id: agent for agent in self.folder.agents}

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """Contracts by id."""
        return {contract.id: contract for contract in self.folder.centre.contracts}

    def contract(self, agent: Agent) -> Contract:
        """Return the contract of a person."""
        return self.contracts[agent.contract]

    def minute(self, moment: datetime) -> int:
        """Return the index of the minute that holds an instant, held inside the masks."""
        return min(max(self.grid.index_at(moment), 0), self.grid.size)

    def day(self, moment: datetime) -> date:
        """Return the local day of an instant."""
        return moment.astimezone(self._zone).date()

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.folder.centre.timezone)

    def starts(self, contract: Contract, day: date) -> Ints:
        """Return the minutes at which a shift may start on a local day by its contract's window.

        A wall-clock time that the day has twice is two starts; one it skips is none.
        """
        key = (contract.id, day)
        if key not in self._starts:
            low, high = self.bounds(day)
            clock = self.grid.minute_of_day[low:high]
            on_grid = clock % self.folder.centre.schedule_minutes == 0
            self._starts[key] = np.flatnonzero(np.isin(clock, contract.start.minutes()) & on_grid) + low
        return self._starts[key]

    def bounds(self, day: date) -> tuple[int, int]:
        """Return the first minute of a local day and the first after it."""
        k = (day - self.grid.days[0]).days
        low, high = np.searchsorted(self.grid.day_of, [k, k + 1])
        return int(low), int(high)

    def hours(self, queue_id: str) -> Minutes:
        """Return a queue's weekly hours, whatever the events, shape (minutes,)."""
        key = ("hours", queue_id)
        if key not in self._kept:
            queue = self.folder.centre.queue(queue_id)
            self._kept[key] = window_mask(queue.open, self.grid) if queue.open else np.ones(self.grid.size, np.bool_)
        return self._kept[key]

    def opening(self, queue_id: str) -> Minutes:
        """Return when a queue is open: its hours less the events that close it, shape (minutes,)."""
        key = ("open", queue_id)
        if key not in self._kept:
            mask = self.hours(queue_id).copy()
            for event in self.folder.events:
                if event.kind == "closed" and event.queue in ("", queue_id):
                    mask[self.minute(event.start) : self.minute(event.end)] = False
            self._kept[key] = mask
        return self._kept[key]

    def skill_ends(self, agent: Agent) -> dict[str, date | None]:
        """Return the queues a person may serve, each with the last day of its certificate (None: no end).

        Someone dedicated to a queue serves no other.
        """
        skills = self.folder.skills_of.get(agent.id, ())
        if any(skill.dedicated for skill in skills):
            skills = tuple(skill for skill in skills if skill.dedicated)
        return {skill.queue: skill.certified_until for skill in skills}

    def may_serve(self, agent: Agent, queue: str) -> Minutes:
        """Return when a person holds the skill for a queue, shape (minutes,)."""
        ends = self.skill_ends(agent)
        if queue not in ends:
            return np.zeros(self.grid.size, np.bool_)
        last = ends[queue]
        return self._until(last) if last is not None else np.ones(self.grid.size, np.bool_)

    def _until(self, last: date) -> Minutes:
        mask: Minutes = self.grid.day_of <= (last - self.grid.days[0]).days
        return mask

    def workable(self, agent: Agent, *, certificates: bool = True) -> Minutes:
        """Return when a queue that a person may serve is open, shape (minutes,).

        Parameters
        ----------
        certificates : bool
            Whether a certificate's last day counts. Without it, someone with no skill at all is taken to
            serve every queue, so that what is left is closure alone.
        """
        ends = self.skill_ends(agent)
        if not certificates:
            ends = dict.fromkeys(ends or self.folder.centre.queue_ids)
        key = ("work", *sorted(ends.items(), key=lambda item: item[0]))
        if key not in self._kept:
            mask = np.zeros(self.grid.size, np.bool_)
            for queue, last in ends.items():
                mask |= self.opening(queue) & self._until(last) if last else self.opening(queue)
            self._kept[key] = mask
        return self._kept[key]

    def usual(self, agent: Agent) -> Minutes:
        """Return when some queue of a person is open by its weekly hours, shape (minutes,)."""
        queues = self.skill_ends(agent) or self.folder.centre.queue_ids
        return np.asarray(np.logical_or.reduce([self.hours(queue) for queue in queues]), dtype=np.bool_)

    def available(self, agent: Agent) -> Minutes:
        """Return when a person's weekly windows hold; always, where there is none."""
        windows = tuple(row.window for row in self._availability.get(agent.id, ()))
        return self.within(windows) if windows else np.ones(self.grid.size, np.bool_)

    def site_hours(self, agent: Agent) -> Minutes:
        """Return when the building is open that a person sits in; always, where there is no such limit."""
        site = self.folder.centre.site(agent.site)
        return self.within(site.open) if site is not None and site.open else np.ones(self.grid.size, np.bool_)

    def weekly(self, agent: Agent) -> Minutes:
        """Return when a person may be at work in any week: their windows hold, and their site is open."""
        return self.available(agent) & self.site_hours(agent)

    def within(self, windows: tuple[WeeklyWindow, ...]) -> Minutes:
        """Return which minutes lie in any of the weekly windows, shape (minutes,)."""
        key = ("windows", windows)
        if key not in self._kept:
            self._kept[key] = window_mask(windows, self.grid)
        return self._kept[key]

    def off(self, agent: Agent, kinds: Collection[str] = LEAVE_KINDS) -> Minutes:
        """Return when a person is on leave of the kinds given, shape (minutes,)."""
        mask = np.zeros(self.grid.size, np.bool_)
        for leave in self._time_off.get(agent.id, ()):
            if leave.kind in kinds:
                mask[self.minute(leave.start) : self.minute(leave.end)] = True
        return mask

    def hired(self, agent: Agent) -> Minutes:
        """Return when a person is employed, shape (minutes,)."""
        if agent.hired_on is None:
            return np.ones(self.grid.size, np.bool_)
        mask: Minutes = self.grid.day_of >= (agent.hired_on - self.grid.days[0]).days
        return mask

    def present(self, agent: Agent, kinds: Collection[str] = LEAVE_KINDS) -> Minutes:
        """Return when a person may be at work: available, the site open, hired, and not on leave of the kinds given."""
        return self.weekly(agent) & self.hired(agent) & ~self.off(agent, kinds)

    @cached_property
    def _availability(self) -> dict[str, list[Availability]]:
        found: dict[str, list[Availability]] = {}
        for row in self.folder.availability:
            found.setdefault(row.agent_id, []).append(row)
        return found

    @cached_property
    def _time_off(self) -> dict[str, list[TimeOff]]:
        found: dict[str, list[TimeOff]] = {}
        for row in self.folder.time_off:
            found.setdefault(row.agent_id, []).append(row)
        return found
