"""Breaks moved in a published roster: what it takes from a planning folder, and what service comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from capacity.requirement import Requirement
from capacity.roster_service import RATES, roster_service
from capacity.servers import with_seats
from domain.coverage import Server
from domain.errors import InputError, Problem
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.roster import Roster
from planning.steps import WEEK, Options, people_of, targets_of
from planning.whatif.world import World
from scheduling.replace_breaks import MOVE_MINUTES, Move, Replaced, replace_breaks


@dataclass(frozen=True)
class ServiceChange:
    """One measure of one queue (or all) from a moment to the end of its day, or over a day, before and after."""

    queue: str
    start: str
    end: str
    measure: str
    before: float
    after: float


def move_breaks(
    folder: PlanningFolder,
    roster: Roster,
    requirement: Requirement,
    moment: datetime,
    *,
    servers: Sequence[Server] | None = None,
    fitted: Mapping[str, Floats] | None = None,
    move_minutes: float = MOVE_MINUTES,
) -> Replaced:
    """Place breaks and activities after a moment anew; shifts stay.

    Parameters
    ----------
    folder : PlanningFolder
    roster : Roster
        As published.
    requirement : Requirement
        As it is seen now; days before the one before the moment are not looked at.
    moment : datetime
        Aware.
    servers : sequence of Server, optional
        Everybody whom the roster names; from scores and routes where absent.
    fitted : mapping of measure to float array, shape (queues, intervals), optional
        What seats are worth, from `planning.whatif.fitting.fit`; 1 where absent.
    move_minutes : float
        What moving a break is priced at, in minutes of mean pay.

    Raises
    ------
    InputError
        If the requirement ends before the moment.
    """
    day = moment.astimezone(ZoneInfo(folder.centre.timezone)).date()
    if requirement.grid.end <= moment:
        said = f"a time before the end of the requirement, {requirement.grid.days[-1]}"
        raise InputError([Problem("command line", column="--from", value=moment.isoformat(), expected=said)])
    # shifts of the evening before may still run
    part = _from_day(requirement, max(requirement.grid.days[0], day - timedelta(days=1)))
    gone = requirement.grid.size - part.grid.size
    if servers is None:
        first = requirement.grid.days[0]
        servers = people_of(folder, Options(week=first, weeks=max(1, -(-len(requirement.grid.days) // WEEK)))).servers
    return replace_breaks(
        folder,
        roster,
        part,
        moment,
        targets=targets_of(folder, part),
        servers=with_seats(folder, servers, roster.by_agent),
        worth=None if fitted is None else _worth(folder, fitted)[:, gone:],
        move_minutes=move_minutes,
    )


def _worth(folder: PlanningFolder, fitted: Mapping[str, Floats]) -> Floats:
    """Return what a seat is worth in each queue by the measure that its targets name first."""
    rows = []
    for q, queue in enumerate(folder.centre.queues):
        level = any(target.service_level is not None for target in queue.targets)
        rows.append(fitted["service_level" if level else "mean_wait_s"][q])
    return np.array(rows)


def _from_day(requirement: Requirement, first: date) -> Requirement:
    """Return a requirement from one of its days on."""
    grid = requirement.grid
    low = int(np.flatnonzero(grid.day_of == grid.days.index(first))[0])
    rest = IntervalGrid(grid.start + low * grid.step, grid.step_minutes, grid.size - low, grid.zone)
    return replace(
        requirement, grid=rest, **{name: getattr(requirement, name)[:, low:] for name in _arrays(requirement)}
    )


def overlaid(planned: Requirement, revised: Requirement) -> Requirement:
    """Return a plan's requirement with what has been revised since in its place.

    Raises
    ------
    InputError
        If the revised one reaches beyond the plan's days.
    """
    low = planned.grid.index_at(revised.grid.start)
    high = low + revised.grid.size
    same = revised.grid.step_minutes == planned.grid.step_minutes
    if low < 0 or high > planned.grid.size or not same:
        said = f"days of the plan, {planned.grid.days[0]} to {planned.grid.days[-1]}"
        begins = revised.grid.days[0].isoformat()
        raise InputError([Problem("requirement", column="interval_start", value=begins, expected=said)])
    arrays = {name: getattr(planned, name).copy() for name in _arrays(planned)}
    for name, values in arrays.items():
        values[:, low:high] = getattr(revised, name)
    return replace(planned, **arrays)


def _arrays(requirement: Requirement) -> list[str]:
    return [f.name for f in fields(requirement) if isinstance(getattr(requirement, f.name), np.ndarray)]


def service_changes(
    world: World, roster: Roster, fitted: dict[str, Floats], moment: datetime
) -> tuple[ServiceChange, ...]:
    """Tell what service is expected of the rest of the day and of each later day, before and after.

    Parameters
    ----------
    world : World
        With the roster as it was, and the requirement as it is seen now.
    roster : Roster
        As it is now.
    fitted : dict of measure to array
        From `planning.whatif.fitting.fit`: what seats are worth, so that formulas give the plan's own simulation.
    moment : datetime
    """
    grid, centre = world.requirement.grid, world.folder.centre
    before, after = (
        roster_service(centre, found.duty, found.need, fitted) for found in (world, world.with_roster(roster))
    )
    sets: list[tuple[str, Ints]] = [(name, np.array([q])) for q, name in enumerate(centre.queue_ids)]
    sets.append(("all", np.array([q for q, queue in enumerate(centre.queues) if not queue.deferred], dtype=np.int64)))
    now = max(grid.index_at(moment), 0)
    found = []
    for d in range(int(grid.day_of[now]), len(grid.days)):
        inside = np.flatnonzero((grid.day_of == d) & (np.arange(grid.size) >= now)).astype(np.int64)
        end = grid.starts[inside[-1]] + np.timedelta64(60 * grid.step_minutes, "s")
        labels = grid.label(int(inside[0])), _label(grid, end)
        for name, queues in sets:
            for measure in RATES:
                was, now_is = (service.value(measure, queues, inside) for service in (before, after))
                if np.isfinite(was) and np.isfinite(now_is):
                    found.append(ServiceChange(name, *labels, measure, was, now_is))
    return tuple(found)


def _label(grid: IntervalGrid, end: np.datetime64) -> str:
    minutes = (end - grid.starts[0]) / np.timedelta64(60, "s")
    return grid.at(float(minutes)).astimezone(ZoneInfo(grid.zone)).isoformat(timespec="minutes")


def move_sentences(folder: PlanningFolder, moves: Sequence[Move]) -> list[str]:
    """Say what moves: person by person, in order of time."""
    here = ZoneInfo(folder.centre.timezone)
    names = {agent.id: f"{agent.name} ({agent.id})" if agent.name else agent.id for agent in folder.agents}
    return [
        f"{names[move.agent_id]}, {move.start.astimezone(here):%a %Y-%m-%d}: {move.activity} of {move.minutes:g} "
        f"minutes moves from {move.start.astimezone(here):%H:%M} to {move.to.astimezone(here):%H:%M}"
        for move in moves
    ]
