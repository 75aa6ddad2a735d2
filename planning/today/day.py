"""One day of a plan as it is seen now: its intervals, what comes, what is over, and what still can change."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from capacity.requirement import Requirement
from domain.errors import InputError, Problem
from domain.grid import IntervalGrid


@dataclass(frozen=True)
class Day:
    """The local day of a moment in a plan's weeks.

    Attributes
    ----------
    now : datetime
        Aware.
    date : date
    grid : IntervalGrid
        The day's intervals.
    first : int
        Its first interval in the plan's grid.
    ahead : bool array, shape (intervals,)
        Intervals that are not over.
    """

    now: datetime
    date: date
    grid: IntervalGrid
    first: int
    ahead: NDArray[np.bool_]

    @property
    def part(self) -> slice:
        """The day's intervals in the plan's grid."""
        return slice(self.first, self.first + self.grid.size)

    def at(self, moment: datetime) -> int:
        """Return the day's interval that holds an instant; may lie outside."""
        return self.grid.index_at(moment)

    def clock(self, moment: datetime) -> str:
        """Return the wall-clock time of an instant; with its weekday where that is another one."""
        if moment == self.grid.end:
            return "24:00"
        local = moment.astimezone(ZoneInfo(self.grid.zone))
        return f"{local:%H:%M}" if local.date() == self.date else f"{local:%a %H:%M}"

    def next_slot(self, step_minutes: int) -> datetime:
        """Return the first instant from now on that lies on the schedule's grid."""
        slots = -(-self.grid.minutes_at(self.now) // step_minutes)
        return self.grid.at(slots * step_minutes)


def day_of_plan(grid: IntervalGrid, now: datetime) -> Day:
    """Return the day of a moment.

    Parameters
    ----------
    grid : IntervalGrid
        Of the plan's requirement.
    now : datetime
        Aware. The plan's very end is the end of its last day.

    Raises
    ------
    InputError
        If the moment lies outside the plan's days.
    """
    here = ZoneInfo(grid.zone)
    today = (now - timedelta(seconds=1) if now == grid.end else now).astimezone(here).date()
    if today not in grid.days or not grid.start <= now <= grid.end:
        expected = f"a moment in the days of the plan, {grid.days[0]} to {grid.days[-1]}"
        value = now.astimezone(here).isoformat(timespec="minutes")
        raise InputError([Problem("command line", column="--now", value=value, expected=expected)])
    mine = np.flatnonzero(grid.day_of == grid.days.index(today))
    first = int(mine[0])
    part = IntervalGrid(grid.start + first * grid.step, grid.step_minutes, len(mine), grid.zone)
    return Day(now, today, part, first, np.arange(len(mine)) >= part.minutes_at(now) // part.step_minutes)


def days_cut(requirement: Requirement, first: date, last: date) -> Requirement:
    """Return a requirement cut to the local days from one to another, as far as it has them."""
    grid = requirement.grid
    inside = [k for k, day in enumerate(grid.days) if first <= day <= last]
    mine = np.flatnonzero(np.isin(grid.day_of, inside))
    low, high = int(mine[0]), int(mine[-1]) + 1
    part = IntervalGrid(grid.start + low * grid.step, grid.step_minutes, high - low, grid.zone)
    names = [f.name for f in fields(requirement) if isinstance(getattr(requirement, f.name), np.ndarray)]
    return replace(requirement, grid=part, **{name: getattr(requirement, name)[:, low:high] for name in names})
