"""Activities of a week that have no time yet: whose they are, how often, and where they may not begin."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.people import Activity, Agent
from domain.roster import Stretch
from scheduling.rules.activities import fits, of_agent


@dataclass(frozen=True)
class Due:
    """One activity of one person that still needs a time.

    Attributes
    ----------
    item : int
        Number of the activity in the folder.
    who : int
        Number of the person.
    times : int
    """

    item: int
    who: int
    times: int


def due_of(
    folder: PlanningFolder,
    agents: Sequence[Agent],
    rows: Mapping[str, Sequence[Stretch]],
    start: datetime,
    end: datetime,
) -> list[Due]:
    """Return what is due in a week, activity by activity; occurrences that are there (pinned ones) are taken off.

    Parameters
    ----------
    agents : sequence of Agent
    rows : mapping of agent id to the rows of its shifts in the week
    start, end : datetime
        The week.
    """
    found = []
    for k, item in enumerate(folder.activities):
        if item.earliest >= end or item.latest <= start:
            continue
        for a, agent in enumerate(agents):
            if any(item is other for other in of_agent(folder, agent)):
                there = sum(fits(item, row) for row in rows.get(agent.id, ()))
                if there < item.times_per_week:
                    found.append(Due(k, a, item.times_per_week - there))
    return found


def window(item: Activity, grid: IntervalGrid) -> tuple[int, int]:
    """Return the first and the last slot in which an activity may begin; the last lies before where there is none."""
    first = math.ceil(grid.minutes_at(item.earliest) / grid.step_minutes)
    last = math.floor((grid.minutes_at(item.latest) - item.minutes) / grid.step_minutes)
    return first, last


def full_elsewhere(
    folder: PlanningFolder, agent: Agent, item: Activity, rows: Sequence[Stretch], grid: IntervalGrid
) -> frozenset[int]:
    """Return the starts at which an occurrence would also count as another activity that has its times already.

    Two rows of the folder may describe one activity with windows that overlap; a time in both counts for both.
    """
    barred: set[int] = set()
    for other in of_agent(folder, agent):
        same = other.activity == item.activity and other.minutes == item.minutes
        if other is not item and same and sum(fits(other, row) for row in rows) >= other.times_per_week:
            first, last = window(other, grid)
            barred.update(range(first, last + 1))
    return frozenset(barred)
