"""One person's rules as numbers: hours, rest, nights, carry-over, premiums."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from domain.contracts import Contract
from domain.grid import IntervalGrid
from domain.history import Ints
from domain.hours import WeeklyWindow, window_mask
from domain.people import Agent
from scheduling.calendar import Calendar
from scheduling.cost import minute_rates
from scheduling.leave import ShiftOption, WeekLimits

FREE_NIGHTS = 99
NEVER_BEFORE = -(10**6)
"""Slot at which the last shift ended where none is known."""


class PersonRow(NamedTuple):
    """One row of ``People``, in its order."""

    graph: int
    paid_min: int
    paid_max: int
    rest: int
    weekly_rest: int
    ready: int
    rested: int
    night_min: int
    night_max: int
    spread: int
    one_team: int
    pin: int
    premium: int
    team_first: int
    team_last: int
    over_graph: int
    over_days: int
    base_cost: float
    least_cost: float
    soft_base: float
    over_from: float
    over_units: float
    over_rate: float
    rest_rate: float


def person_row(
    calendar: Calendar,
    agent: Agent,
    limits: WeekLimits,
    *,
    graph: int,
    unit: int,
    longest: int,
    ended: int,
    pin: int,
    premium: int,
    teams: tuple[int, int],
    soft_base: float,
    over_graph: int,
    overtime: float,
    surcharges: tuple[float, float],
) -> PersonRow:
    """Return the rules of one person's week, leave and carry-over taken in.

    Parameters
    ----------
    calendar, agent, limits
    graph, pin, premium : int
        Rows of the tables of day patterns, pins and premiums.
    unit : int
        Minutes of one paid unit.
    longest : int
        Paid minutes of the longest shift.
    ended : int
        Slot at which the last shift before the week ended.
    teams : tuple of int
        Range of the person's teams.
    soft_base : float
        What a week without shifts costs beside pay.
    over_graph : int
        Row of the table of day patterns with one day more than usual, -1 where there may be none.
    overtime : float
        Minutes of overtime that the week may hold.
    surcharges : tuple of float
        What overtime costs on top of pay, as shares of it: in a week of the usual days, and in one with a day more.
    """
    contract = calendar.contract(agent)
    centre = calendar.folder.centre
    step = centre.schedule_minutes
    days = limits.days_max + (over_graph >= 0)
    top = min(limits.minutes_max + overtime, days * longest)
    hourly = unit / 60 * agent.hourly_cost
    if agent.pool == "expert" and centre.experts is not None:
        top = min(top, centre.experts.weekly_hours_max * 60)
    rest = math.ceil(contract.rest_h * 60 / step)
    weekly_rest = math.ceil((contract.weekly_rest_h or 0) * 60 / step)
    nights = contract.nights_per_week
    spread = contract.start_spread_minutes if contract.start_spread_minutes is not None else -1
    return PersonRow(
        graph=graph,
        paid_min=math.ceil(limits.minutes_min / unit - 1e-9),
        paid_max=math.floor(top / unit + 1e-9),
        rest=rest,
        weekly_rest=weekly_rest,
        ready=max(ended + rest, 0),
        rested=max(ended, 0) + weekly_rest,
        night_min=int(nights.min) if nights else 0,
        night_max=int(min(nights.max, FREE_NIGHTS)) if nights else FREE_NIGHTS,
        spread=0 if contract.rotation == "weekly" else spread,
        one_team=int(centre.planning.queue_changes == "none"),
        pin=pin,
        premium=premium,
        team_first=teams[0],
        team_last=teams[1],
        over_graph=over_graph,
        over_days=limits.days_max + 1,
        base_cost=limits.credited_minutes / 60 * agent.hourly_cost,
        least_cost=(limits.minutes_min + limits.credited_minutes) / 60 * agent.hourly_cost,
        soft_base=soft_base,
        over_from=limits.minutes_max / unit,
        over_units=overtime / unit,
        over_rate=hourly * surcharges[0] if overtime > 0 else 0.0,
        rest_rate=hourly * surcharges[1] if overtime > 0 else 0.0,
    )


def is_night(contract: Contract, grid: IntervalGrid, option: ShiftOption) -> bool:
    """Tell whether a shift touches the contract's night."""
    night = WeeklyWindow(frozenset(range(7)), contract.night.from_minute, contract.night.to_minute)
    span = IntervalGrid(option.start, 15, -(-option.elapsed_minutes // 15), grid.zone)
    return bool(window_mask([night], span).any())


def premium_row(calendar: Calendar, agent: Agent, grid: IntervalGrid) -> tuple[float, ...]:
    """Return the extra pay of each slot as a share of hourly cost."""
    share = minute_rates(calendar, agent.model_copy(update={"hourly_cost": 60.0})) - 1.0
    share = np.concatenate([share[calendar.minute(grid.start) :], np.zeros(grid.size * grid.step_minutes)])
    slots = share[: grid.size * grid.step_minutes].reshape(grid.size, grid.step_minutes).mean(axis=1)
    return tuple(slots.round(9).tolist())


def crews_of(calendar: Calendar, agents: Sequence[Agent]) -> Ints:
    """Return the number of the team each person starts together with, -1 for none."""
    numbers: dict[tuple[str, str], int] = {}
    crews = []
    for agent in agents:
        together = calendar.contract(agent).team_same_shift and agent.team
        crews.append(numbers.setdefault((agent.contract, agent.team), len(numbers)) if together else -1)
    return np.array(crews, dtype=np.int64)
