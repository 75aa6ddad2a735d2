"""Duty hours: how much contact time the people of a horizon can give, before a roster says when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.contracts import Contract
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats
from domain.hours import DAY_MINUTES, Span, span_mask, window_mask
from domain.people import Agent

FULL_TIME_H = 40.0
"""Weekly hours where a contract sets no limit at all."""

WEEK = 7
OVERHANG = 2
"""Days after the last one in which its shifts end."""


def weekly_hours(folder: PlanningFolder, agent: Agent) -> float:
    """Return the most paid hours a week an agent's contract (and the experts' limit) allows."""
    contract = folder.centre.contract(agent.contract)
    hours = min(contract.weekly_hours.max, contract.days_per_week.max * contract.shift_hours.max)
    if not np.isfinite(hours):
        hours = FULL_TIME_H
    if agent.pool == "expert" and folder.centre.experts is not None:
        hours = min(hours, folder.centre.experts.weekly_hours_max)
    return hours


def usual_contact_hours(folder: PlanningFolder, agent: Agent) -> float:
    """Return the most hours an agent's contract leaves for contacts in a week without leave, shrinkage taken off."""
    return folder.centre.shrinkage.kept * _week_hours(folder, agent, WEEK, 0)


def contact_hours(folder: PlanningFolder, servers: Sequence[Server], first: date, days: int) -> Floats:
    """Return the most hours each server can spend on contacts in the horizon, shape (servers,).

    Parameters
    ----------
    folder : PlanningFolder
    servers : sequence of Server
    first : date
        First local day.
    days : int
        Length of the horizon; weeks are blocks of seven from its first.

    Notes
    -----
    1. In each week a person gives at most the contract's weekly maximum, and at most the longest shift on as many days
       as the contract allows of those that leave a legal shift: one whose shortest length lies inside availability,
       after hiring and outside leave. So an hour off takes nothing from who can work around it.
    2. Days that paid leave alone takes count as worked, at the contract's average day, up to its guaranteed days.
    3. Paid breaks come off by the length of shift that has the fewest, shrinkage on average. A shift that was
       begun before the horizon adds what is left of its work. Opening hours, rest and the sequence of days are left
       aside: no roster gives more.
    4. An elastic seat may be there whenever one of its queues is open.
    """
    people = {agent.id: agent for agent in folder.agents}
    days_of = _Days.of(folder, first, days)
    hours = np.zeros(len(servers))
    for k, server in enumerate(servers):
        if server.id in people:
            agent = people[server.id]
            free, paid = days_of.legal(agent)
            for block in range(0, days, WEEK):
                week = slice(block, block + WEEK)
                hours[k] += _week_hours(folder, agent, int(free[week].sum()), int(paid[week].sum()))
            hours[k] = folder.centre.shrinkage.kept * (hours[k] + days_of.carried_h(agent))
        else:
            hours[k] = _open_hours(folder, server) * days / WEEK
    return hours


def _week_hours(folder: PlanningFolder, agent: Agent, free: int, paid: int) -> float:
    """Return a week's most hours on contacts with so many days free for a shift, and others on paid leave."""
    contract = folder.centre.contract(agent.contract)
    longest = min(contract.shift_hours.max, 24.0)
    days_max = math.floor(min(contract.days_per_week.max, WEEK) + 1e-9)
    hours_max = contract.weekly_hours.max
    if agent.pool == "expert" and folder.centre.experts is not None:
        hours_max = min(hours_max, folder.centre.experts.weekly_hours_max)
    guaranteed = math.ceil(contract.days_per_week.min - 1e-9)
    if guaranteed == 0 and contract.weekly_hours.min > 0:
        guaranteed = min(math.ceil(contract.weekly_hours.min / longest - 1e-9), WEEK)
    credited = min(paid, guaranteed)
    if credited:
        lasting = contract.weekly_hours.min > 0
        hours_max -= credited * (contract.weekly_hours.min / guaranteed if lasting else contract.shift_hours.min)
    worked_days = max(min(free, days_max - credited), 0)
    share, a_day = _without_breaks(contract, longest)
    return max(min(hours_max * share, worked_days * a_day), 0.0)


def _without_breaks(contract: Contract, longest: float) -> tuple[float, float]:
    """Return the largest share of a shift that is no paid break, and the most hours of one shift that are none."""
    if longest <= 0:
        return 1.0, 0.0
    paid = [rule for rule in contract.breaks if rule.paid]
    lengths = [(longest, [rule for rule in paid if rule.shift_at_least_h <= longest])]
    for begun in {
        rule.shift_at_least_h for rule in paid if contract.shift_hours.min < rule.shift_at_least_h <= longest
    }:
        # a shift just shorter than that has one break less
        lengths.append((begun, [rule for rule in paid if rule.shift_at_least_h < begun]))
    worked = [(max(length - sum(rule.minutes for rule in rules) / 60, 0.0), length) for length, rules in lengths]
    return max(hours / length for hours, length in worked), max(hours for hours, _ in worked)


@dataclass(frozen=True)
class _Days:
    """The schedule's grid over a horizon and its overhang, and the slots of each of its days."""

    folder: PlanningFolder
    grid: IntervalGrid
    slots: tuple[NDArray[np.int64], ...]

    @classmethod
    def of(cls, folder: PlanningFolder, first: date, days: int) -> _Days:
        grid = IntervalGrid.of_days(first, days + OVERHANG, folder.centre.timezone, folder.centre.schedule_minutes)
        return cls(folder, grid, tuple(np.flatnonzero(grid.day_of == d) for d in range(days)))

    def legal(self, agent: Agent) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return on which days some shift is legal, and on which but for paid leave, shape (days,) each."""
        there = np.ones(self.grid.size, dtype=np.bool_)
        windows = [row.window for row in self.folder.availability if row.agent_id == agent.id]
        if windows:
            there &= window_mask(windows, self.grid)
        site = self.folder.centre.site(agent.site)
        if site is not None and site.open:
            there &= window_mask(site.open, self.grid)
        if agent.hired_on is not None:
            there &= self.grid.day_of >= (agent.hired_on - self.grid.days[0]).days
        off = {
            kind: span_mask(
                [Span(t.start, t.end) for t in self.folder.time_off if t.agent_id == agent.id and t.kind == kind],
                self.grid,
            )
            for kind in ("paid", "unavailable")
        }
        unpaid = there & ~off["unavailable"]
        free, otherwise = self._some_shift(agent, unpaid & ~off["paid"]), self._some_shift(agent, unpaid)
        return free, otherwise & ~free

    def _some_shift(self, agent: Agent, there: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell on which days the shortest shift lies inside the slots someone is there."""
        contract = self.folder.centre.contract(agent.contract)
        shortest = contract.elapsed_minutes(round(60 * contract.shift_hours.min))
        length = max(math.ceil(shortest / self.grid.step_minutes), 1)
        absent = np.concatenate(([0], np.cumsum(~there)))
        allowed = np.isin(self.grid.minute_of_day, contract.start.minutes())
        found = np.zeros(len(self.slots), dtype=np.bool_)
        for d, inside in enumerate(self.slots):
            begin = inside[allowed[inside]]
            begin = begin[begin + length < absent.size]
            found[d] = bool((absent[begin + length] == absent[begin]).any())
        return found

    def carried_h(self, agent: Agent) -> float:
        """Return the hours of work inside the horizon that an earlier roster has already begun."""
        rows = [r for r in self.folder.previous if r.agent_id == agent.id and r.activity == "work"]
        start = self.grid.start
        return sum((r.end - max(r.start, start)).total_seconds() / 3600 for r in rows if r.end > start)


def _open_hours(folder: PlanningFolder, server: Server) -> float:
    """Return the weekly hours in which any queue of a server is open."""
    queues = [queue for queue, level in zip(folder.centre.queues, server.level, strict=True) if level > 0]
    if any(not queue.open for queue in queues):
        return 168.0
    minutes = np.zeros((7, DAY_MINUTES), dtype=bool)
    for queue in queues:
        for window in queue.open:
            for weekday in range(7):
                minutes[weekday] |= [window.holds(weekday, minute) for minute in range(DAY_MINUTES)]
    return float(minutes.sum()) / 60
