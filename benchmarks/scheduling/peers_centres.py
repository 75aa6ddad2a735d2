"""pyworkforce's problems as planning folders, rostered by us: minimum staff says who is needed, contracts who may.

Nothing is offered to the queues: what is asked is minimum staff, a hard rule, and pay is the same for everybody, so
that the cheapest roster is the one of the fewest hours.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.scheduling.peers_staffed import DAYS, SHIFT_H, Cover, Rota, Taken
from capacity.requirement import Requirement
from capacity.servers import make_servers
from domain.centre import Centre, MinimumStaff
from domain.contracts import Contract, Limits, StartWindow
from domain.errors import ConflictError
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import History
from domain.hours import WeeklyWindow
from domain.people import Agent, Skill
from domain.progress import Control
from domain.queues import Queue
from domain.roster import Roster
from planning.rounds import roster_weeks
from planning.steps import Options, People
from scheduling.result import Effort
from scheduling.rules.validator import validate

WEEK = date(2026, 11, 23)
EVERY_DAY = frozenset(range(DAYS))
ZONE = "Europe/Berlin"
FIRST_H = 6
"""Hour at which a rota's first shift starts."""

EFFORT = Effort(ascent=200, steps=200, chains=1, passes=1, moves=400_000, assembly=0.2)


def covered(cover: Cover, effort: Effort = EFFORT) -> tuple[dict[tuple[int, int], int], int]:
    """Return how many of our people start at each (day, hour), and the hard rules that the validator finds broken."""
    contract = Contract(
        id="any",
        weekly_hours=Limits(min=0, max=SHIFT_H * DAYS),
        days_per_week=Limits(min=0, max=DAYS),
        shift_hours=Limits(min=SHIFT_H, max=SHIFT_H),
        start=StartWindow(
            from_minute=60 * cover.starts[0],
            to_minute=60 * cover.starts[-1],
            step_minutes=60 * (cover.starts[1] - cover.starts[0]),
        ),
    )
    floors = tuple(
        MinimumStaff(queue="desk", window=WeeklyWindow(frozenset(days), 60 * low, 60 * high), agents=need)
        for days, line in _alike(cover.need)
        for low, high, need in _runs(line)
        if need
    )
    opened = WeeklyWindow(EVERY_DAY, 60 * cover.starts[0], 24 * 60)
    folder = _folder(cover.name, contract, floors, people_for(cover), opened)
    roster, faults = _rostered(folder, effort)
    taken: dict[tuple[int, int], int] = {}
    for _, day, hour in _starts(roster):
        taken[day, hour] = taken.get((day, hour), 0) + 1
    return taken, faults


def rostered(rota: Rota, people: int, effort: Effort = EFFORT) -> tuple[list[Taken], int] | None:
    """Return our rota for so many people as rows of (who, day, shift) and the hard rules broken; None where none is."""
    contract = Contract(
        id="any",
        weekly_hours=Limits(min=rota.min_hours, max=SHIFT_H * DAYS),
        days_per_week=Limits(min=DAYS - rota.max_resting, max=DAYS),
        shift_hours=Limits(min=SHIFT_H, max=SHIFT_H),
        start=StartWindow(
            from_minute=60 * FIRST_H,
            to_minute=60 * (FIRST_H + SHIFT_H * (len(rota.shifts) - 1)),
            step_minutes=60 * SHIFT_H,
        ),
        rest_h=rota.rest_h,
    )
    folder = _folder(rota.name, contract, tuple(_shift_floors(rota)), people, None)
    try:
        roster, faults = _rostered(folder, effort)
    except ConflictError:
        return None
    return [(int(who), day, (hour - FIRST_H) // SHIFT_H) for who, day, hour in _starts(roster)], faults


def fewest(rota: Rota, most: int) -> tuple[int, list[Taken], int] | None:
    """Return the fewest people that we find a rota for, with its rows and hard rules broken."""
    for people in range(rota.least, most + 1):
        found = rostered(rota, people)
        if found is not None:
            return people, *found
    return None


def people_for(cover: Cover) -> int:
    """Return people enough for the busiest day."""
    return max(least_shifts(cover, day) for day in range(DAYS))


def least_shifts(cover: Cover, day: int) -> int:
    """Return the fewest shifts that cover a day: each hour in turn is filled by the latest start that reaches it.

    Shifts are alike and cover hours in one piece, so no later hour could be better served by an earlier start.
    """
    taken = dict.fromkeys(cover.starts, 0)
    for hour, need in enumerate(cover.need[day]):
        lack = need - sum(n for s, n in taken.items() if s <= hour < s + SHIFT_H)
        if lack > 0:
            taken[max(s for s in cover.starts if s <= hour)] += lack
    return sum(taken.values())


def _shift_floors(rota: Rota) -> Iterable[MinimumStaff]:
    """Ask for a rota's people; Monday's small hours, in the last night of the week before, ask for none."""
    for shift, line in enumerate(rota.need):
        low = 60 * (FIRST_H + SHIFT_H * shift)
        high = low + 60 * SHIFT_H
        for need in sorted(set(line) - {0}):
            days = frozenset(day for day, there in enumerate(line) if there == need)
            yield MinimumStaff(queue="desk", window=WeeklyWindow(days, low, min(high, 1440)), agents=need)
            if high > 1440:
                after = frozenset(day + 1 for day in days if day + 1 < DAYS)
                yield MinimumStaff(queue="desk", window=WeeklyWindow(after, 0, high - 1440), agents=need)


def _alike(need: Sequence[tuple[int, ...]]) -> Iterable[tuple[list[int], tuple[int, ...]]]:
    """Yield the days that need the same, with what they need."""
    for line in dict.fromkeys(need):
        yield [day for day, other in enumerate(need) if other == line], line


def _runs(line: Sequence[int]) -> Iterable[tuple[int, int, int]]:
    """Yield first hour, end and need of hours in a row that need the same."""
    low = 0
    for need, run in itertools.groupby(line):
        size = len(list(run))
        yield low, low + size, need
        low += size


def _folder(
    name: str, contract: Contract, floors: tuple[MinimumStaff, ...], people: int, opened: WeeklyWindow | None
) -> PlanningFolder:
    queue = Queue(id="desk", aht_s=300.0, patience_s=600.0, open=(opened,) if opened else ())
    centre = Centre(
        name=name,
        timezone=ZONE,
        interval_minutes=60,
        schedule_minutes=60,
        queues=(queue,),
        contracts=(contract,),
        minimum_staff=floors,
    )
    empty = np.zeros(0)
    history = History(("desk",), np.zeros(0, "datetime64[s]"), np.zeros(0, np.int64), *(empty for _ in range(7)))
    agents = tuple(Agent(id=f"{k:03d}", contract="any", hourly_cost=1.0) for k in range(people))
    skills = tuple(Skill(agent_id=agent.id, queue="desk") for agent in agents)
    return PlanningFolder(centre=centre, history=history, agents=agents, skills=skills)


def _rostered(folder: PlanningFolder, effort: Effort) -> tuple[Roster, int]:
    """Roster a folder to which nothing is offered, and count the hard rules broken."""
    grid = IntervalGrid.of_days(WEEK, DAYS, ZONE, folder.centre.interval_minutes)
    zero = np.zeros((1, grid.size))
    requirement = Requirement(grid, ("desk",), zero, np.full_like(zero, 300.0), zero, zero, zero, zero, zero, zero)
    people = People((), (), (), make_servers(folder, (), (), WEEK, DAYS))
    roster, _ = roster_weeks(folder, requirement, people, Options(week=WEEK, effort=effort), Control())
    return roster, sum(each.hard for each in validate(folder, roster, WEEK, 1))


def _starts(roster: Roster) -> Iterable[tuple[str, int, int]]:
    """Yield who, day and hour of every shift's start."""
    for shift in roster.shifts:
        start = shift.start.astimezone(ZoneInfo(ZONE))
        yield shift.agent_id, (start.date() - WEEK).days, start.hour
