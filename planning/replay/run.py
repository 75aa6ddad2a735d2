"""A roster meets the contacts of days that have been."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from capacity.requirement import Requirement
from capacity.servers import make_servers, with_seats
from capacity.service import ServiceReport
from domain.coverage import Server
from domain.errors import InputError, Problem
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.progress import Control
from domain.roster import Roster
from forecasting.handle_time import forecast_handle_time
from planning.replay.comparison import Comparison, ReplayRow
from planning.replay.days import ActualDays
from planning.steps import WEEK, Options, people_of, simulate_roster

REPLICATIONS = 400
"""By default: enough for the ends of a range that holds 95 % of days."""


@dataclass(frozen=True)
class Replayed:
    """The service of the days as simulated, and its comparison with what was measured."""

    service: ServiceReport
    rows: list[ReplayRow]


def replay_days(
    folder: PlanningFolder,
    roster: Roster,
    actual: ActualDays,
    control: Control,
    *,
    seed: int = 1,
    replications: int = REPLICATIONS,
    emergency: bool = False,
    absence: bool = False,
) -> Replayed:
    """Let a roster meet the contacts of days that have been.

    Parameters
    ----------
    folder : PlanningFolder
        Scores, skills and routes are taken as they were known before the first day.
    roster : Roster
        Who was there.
    actual : ActualDays
    control : Control
    seed, replications : int
    emergency : bool
        Whether the emergency share of elastic seats held.
    absence : bool
        Whether shifts may fail to happen; by default each did, for a roster of a day gone by tells who was there.

    Raises
    ------
    InputError
        If contacts came to a queue and nothing tells their handle time.

    Notes
    -----
    Time lost within shifts is drawn in any case: no roster tells of it. On queues of which the day tells handle times
    nobody is faster or slower than those, since they are the times of the people who were there. Contacts are routed as
    the ACD does; where the folder does not tell how, to whoever is idle longest, not as we would recommend.
    """
    grid = actual.grid
    options = Options(grid.days[0], max(1, -(-len(grid.days) // WEEK)), seed=seed, emergency=emergency)
    if not absence:
        shrinkage = folder.centre.shrinkage.model_copy(update={"absence": 0.0})
        folder = replace(folder, centre=folder.centre.model_copy(update={"shrinkage": shrinkage}))
    people = people_of(folder, options)
    servers = people.servers
    if not folder.routing_current:
        servers = make_servers(folder, people.scores, (), options.week, WEEK * options.weeks, emergency=emergency)
    servers = with_seats(folder, servers, roster.by_agent)
    people = replace(people, servers=tuple(_as_observed(server, actual) for server in servers))
    unknown = np.full_like(actual.volume, np.nan)
    requirement = Requirement(
        grid, folder.centre.queue_ids, actual.volume, _handle_times(folder, actual), *(unknown for _ in range(6))
    )
    comparison = Comparison(actual, folder.centre)
    service = simulate_roster(
        folder,
        requirement,
        roster,
        people,
        options,
        control,
        replications=replications,
        exact=True,
        arrivals=actual.contacts,
        handle_times=actual.handle_times,
        look=comparison.add,
    )
    return Replayed(service, comparison.rows())


def _as_observed(server: Server, actual: ActualDays) -> Server:
    """Return somebody who is as fast as was measured, on queues of which that is known."""
    logged = np.array([len(actual.handle_times.get(queue, ())) > 0 for queue in actual.queues], dtype=np.bool_)
    told = np.isfinite(actual.aht_s).any(axis=1) | logged
    return replace(server, aht_factor=np.where(told, 1.0, server.aht_factor))


def _handle_times(folder: PlanningFolder, actual: ActualDays) -> Floats:
    """Return the mean handle time of each interval: as measured, else as was to be expected before the first day."""
    grid, centre = actual.grid, folder.centre
    ahead = forecast_handle_time(folder.history, centre, folder.events, grid, grid.days[0])
    found = np.where(np.isfinite(actual.aht_s), actual.aht_s, ahead)
    problems = []
    for q, queue in enumerate(centre.queues):
        samples = actual.handle_times.get(queue.id, ())
        usual = float(np.mean(samples)) if len(samples) else np.nan if queue.aht_s is None else queue.aht_s
        found[q] = np.where(np.isfinite(found[q]), found[q], usual)
        if actual.volume[q].any() and not np.isfinite(found[q]).any():
            expected = f"seconds a contact of queue {queue.id} takes, here, in history or in what is replayed"
            problems.append(Problem("centre.toml", column="queues.aht_s", expected=expected))
    if problems:
        raise InputError(problems)
    return found
