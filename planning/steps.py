"""The steps of a plan: people, requirement, targets and simulation of one centre."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import numpy as np

from capacity.requirement import Requirement, require
from capacity.resolution import today_fcr
from capacity.routing import make_routes
from capacity.scores import Score, score_agents
from capacity.servers import make_servers
from capacity.service import ServiceReport
from capacity.simulation import FixedArrivals, simulate
from capacity.simulation.replication import Tally
from capacity.targets import TargetRow, target_rows
from domain.coverage import Coverage, Server
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid, local_midnight, to_utc64
from domain.history import Floats
from domain.people import Route
from domain.progress import Control
from domain.roster import Roster
from forecasting.forecast import Forecast
from forecasting.scenarios import scenarios
from planning.files.interval_rows import open_intervals
from scheduling.result import Effort

WEEK = 7


HALF_WIDTH = 0.005
MOST_REPLICATIONS = 800
"""A roster is simulated until a day's service is known to half a point, or so often."""

SCENARIOS = 200
"""Scenario days behind ``probability_met``."""


@dataclass(frozen=True)
class Options:
    """How a plan is made.

    Attributes
    ----------
    week : date
        First day.
    weeks : int
    seed : int
    effort : Effort
    rounds : int
        Most simulate-and-tighten rounds.
    replications : int or None
        Of the final simulation; None: until it is precise.
    emergency : bool
        Whether the emergency share of elastic seats holds.
    now : datetime or None
        From which elastic notice counts.
    """

    week: date
    weeks: int = 1
    seed: int = 1
    effort: Effort = field(default_factory=Effort)
    rounds: int = 4
    replications: int | None = None
    emergency: bool = False
    now: datetime | None = None


@dataclass(frozen=True)
class People:
    """Scores, routes and servers of a horizon."""

    scores: tuple[Score, ...]
    routes: tuple[Route, ...]
    recommended: tuple[Route, ...]
    servers: tuple[Server, ...]


def effort_for(work: float, gap: float) -> Effort:
    """Return so many times the usual search of a roster, which ends early at a proven gap."""
    return Effort(gap=gap).times(work)


def people_of(folder: PlanningFolder, options: Options) -> People:
    """Score the people and say how contacts will reach them: as the ACD routes today, else as we recommend."""
    scores = score_agents(folder, before=options.week)
    recommended = make_routes(folder, scores, before=options.week)
    routes = folder.routing_current or recommended
    servers = make_servers(folder, scores, routes, options.week, WEEK * options.weeks, emergency=options.emergency)
    return People(scores, routes, recommended, servers)


def backlog_of(folder: PlanningFolder, week: date) -> dict[str, float]:
    """Return the last backlog logged of each deferred queue before the week."""
    history = folder.history
    before = history.start < to_utc64(local_midnight(week, folder.centre.timezone))
    found = {}
    for q, queue in enumerate(folder.centre.queues):
        rows = np.flatnonzero(before & (history.queue == q) & np.isfinite(history.backlog))
        if queue.deferred and len(rows):
            found[queue.id] = float(history.backlog[rows[np.argmax(history.start[rows])]])
    return found


def require_for(
    folder: PlanningFolder, forecast: Forecast, week: date, planned_fcr: dict[str, float] | None = None
) -> Requirement:
    """Turn a forecast into the requirement of a centre as it is today."""
    return require(
        folder.centre,
        forecast,
        today_fcr=today_fcr(folder, week),
        backlog=backlog_of(folder, week),
        planned_fcr=planned_fcr,
    )


def open_of(folder: PlanningFolder, grid: IntervalGrid) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return the intervals in which each queue takes contacts: its hours, less closed events."""
    return open_intervals(folder.centre, grid, folder.events)


def targets_of(folder: PlanningFolder, requirement: Requirement) -> tuple[TargetRow, ...]:
    """List the promises of the horizon; a day on which an event shuts deferred work carries none."""
    grid = requirement.grid
    worked = open_intervals(folder.centre, grid, folder.events, worked=True)
    return target_rows(folder.centre, grid, worked, requirement.volume)


def simulate_roster(
    folder: PlanningFolder,
    requirement: Requirement,
    roster: Roster,
    people: People,
    options: Options,
    control: Control,
    *,
    forecast: Forecast | None = None,
    replications: int | None = None,
    seed: int | None = None,
    closed_loop: bool = False,
    exact: bool = False,
    arrivals: FixedArrivals | None = None,
    handle_times: Mapping[str, Floats] | None = None,
    look: Callable[[Tally], None] | None = None,
) -> ServiceReport:
    """Simulate a roster; with a forecast, also the days that its uncertainty may bring.

    With ``closed_loop`` the requirement's volume is new issues, and their repeats and redials are drawn; with ``exact``
    it is counts. ``arrivals``, ``handle_times`` and ``look`` are those of `capacity.simulation.simulate`.
    """
    carried = [
        replace(row, shift_id=f"before/{row.shift_id}") for row in folder.previous if row.end > requirement.grid.start
    ]
    on_duty = Roster.of((*roster.stretches, *carried)) if carried else roster
    coverage = Coverage.of_roster(on_duty, people.servers, folder.centre.queue_ids, requirement.grid)
    volumes = None
    if forecast is not None:
        paths = scenarios(forecast, SCENARIOS, np.random.default_rng([options.seed, 7]))
        base = np.where(forecast.mean > 0, forecast.mean, 1.0)
        volumes = paths / base * requirement.volume
    return simulate(
        coverage,
        requirement,
        folder.centre,
        seed=options.seed if seed is None else seed,
        replications=replications,
        half_width=HALF_WIDTH,
        max_replications=MOST_REPLICATIONS,
        scenarios=volumes,
        backlog=backlog_of(folder, options.week),
        targets=targets_of(folder, requirement),
        control=control,
        is_open=open_intervals(folder.centre, requirement.grid, folder.events, worked=True),
        counted=open_of(folder, requirement.grid),
        closed_loop=closed_loop,
        exact=exact,
        arrivals=arrivals,
        handle_times=handle_times or {},
        look=look,
        reserve={queue.id: queue.reserve for queue in folder.centre.queues if queue.deferred and queue.reserve > 0},
    )
