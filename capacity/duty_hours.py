"""Duty hours: how much contact time the people of a horizon can give, before a roster says when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from domain.contracts import Contract
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.hours import DAY_MINUTES
from domain.people import Agent

FULL_TIME_H = 40.0
"""Weekly hours where a contract sets no limit at all."""


def weekly_hours(folder: PlanningFolder, agent: Agent) -> float:
    """Return the most paid hours a week an agent's contract (and the experts' limit) allows."""
    contract = folder.centre.contract(agent.contract)
    hours = min(contract.weekly_hours.max, contract.days_per_week.max * contract.shift_hours.max)
    if not np.isfinite(hours):
        hours = FULL_TIME_H
    if agent.pool == "expert" and folder.centre.experts is not None:
        hours = min(hours, folder.centre.experts.weekly_hours_max)
    return hours


def contact_hours(folder: PlanningFolder, servers: Sequence[Server], first: date, days: int) -> Floats:
    """Return the most hours each server can spend on contacts in the horizon, shape (servers,).

    Parameters
    ----------
    folder : PlanningFolder
    servers : sequence of Server
    first : date
        First local day.
    days : int
        Length of the horizon.

    Notes
    -----
    A person gives their contract's weekly maximum, less paid breaks and a share for days before hiring or
    on leave, thinned by shrinkage. An elastic seat may be there whenever one of its queues is open.
    """
    people = {agent.id: agent for agent in folder.agents}
    kept = folder.centre.shrinkage.kept
    away = _days_away(folder, first, days)
    hours = np.zeros(len(servers))
    for k, server in enumerate(servers):
        if server.id in people:
            agent = people[server.id]
            there = max(0, days - away.get(agent.id, 0)) / 7
            share = _worked_share(folder.centre.contract(agent.contract))
            hours[k] = weekly_hours(folder, agent) * there * share * kept
        else:
            hours[k] = _open_hours(folder, server) * days / 7
    return hours


def _worked_share(contract: Contract) -> float:
    """Return the share of a longest shift's paid time that is no break."""
    longest = contract.shift_hours.max
    if not np.isfinite(longest) or longest <= 0:
        return 1.0
    breaks = sum(rule.minutes for rule in contract.breaks_of(round(60 * longest)) if rule.paid)
    return max(0.0, 1 - breaks / (60 * longest))


def _days_away(folder: PlanningFolder, first: date, days: int) -> dict[str, int]:
    """Count the horizon's days before someone is hired or that leave touches."""
    zone = ZoneInfo(folder.centre.timezone)
    dates = [first + timedelta(days=k) for k in range(days)]
    away: dict[str, set[date]] = {
        agent.id: {day for day in dates if agent.hired_on is not None and day < agent.hired_on}
        for agent in folder.agents
    }
    for leave in folder.time_off:
        last = (leave.end - timedelta(microseconds=1)).astimezone(zone).date()
        start = leave.start.astimezone(zone).date()
        away.setdefault(leave.agent_id, set()).update(day for day in dates if start <= day <= last)
    return {agent: len(gone) for agent, gone in away.items()}


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
