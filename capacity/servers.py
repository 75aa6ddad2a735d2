"""Servers: people and elastic seats as the queues see them, from scores and routes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from capacity.newcomers import ramped
from capacity.scores import Score
from capacity.skill_table import may_serve, score_table
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.history import Floats, Ints
from domain.people import Route

SEAT = "elastic-"
"""Elastic seats are ``elastic-001`` and so on."""
ELASTIC_WEIGHT = 0.5
"""An elastic seat's weight, times the least of the core's on that queue: it is asked last of its level."""


def make_servers(
    folder: PlanningFolder,
    scores: Sequence[Score],
    routes: Sequence[Route],
    first: date,
    days: int,
    *,
    emergency: bool = False,
) -> tuple[Server, ...]:
    """Return every agent, in the folder's order, then the elastic seats: those of the cap, and any still on duty.

    People of a tier's team take its contacts alone.

    Parameters
    ----------
    folder : PlanningFolder
    scores, routes
        As recommended, or as the ACD routes today. Someone with routes is routed to those queues alone
        (level 0 on their other ones); someone without any takes all their queues at level 1.
    first : date
        The horizon's first local day; core agents hired by then are the heads of the elastic cap, and skills whose
        certificate ended before it are none.
    days : int
        Length of the horizon; people hired only after it are still listed (the roster's rules keep them off).
    emergency : bool
        Whether the emergency cap holds.
    """
    people = [agent.id for agent in folder.agents]
    factor, fcr = ramped(folder, *score_table(folder, scores), first)
    level, weight = _routed(folder, routes, people, first)
    set_apart = {tier.team: tier.id for tier in folder.centre.tiers if tier.team}
    named = tuple(
        Server(agent.id, agent.pool, factor[i], fcr[i], level[i], weight[i], set_apart.get(agent.team, ""))
        for i, agent in enumerate(folder.agents)
    )
    seats = [f"{SEAT}{k:03d}" for k in range(1, elastic_cap(folder, first, emergency=emergency) + 1)]
    start = local_midnight(first, folder.centre.timezone)
    carried = {row.agent_id for row in folder.previous if row.agent_id.startswith(SEAT) and row.end > start}
    return named + _elastic(folder, named, [*seats, *sorted(carried - set(seats))])


def with_seats(folder: PlanningFolder, servers: Sequence[Server], ids: Iterable[str]) -> tuple[Server, ...]:
    """Add the elastic seats that a roster names beyond the cap: it is illegal, but can be simulated."""
    known = {server.id for server in servers}
    more = sorted({name for name in ids if name not in known})
    return (*servers, *_elastic(folder, [server for server in servers if server.pool != "elastic"], more))


def elastic_cap(folder: PlanningFolder, first: date, *, emergency: bool = False) -> int:
    """Return the most elastic seats at once: the share of core agents hired by ``first``, rounded down."""
    pool = folder.centre.elastic
    if pool is None:
        return 0
    heads = sum(agent.pool == "core" and (agent.hired_on is None or agent.hired_on <= first) for agent in folder.agents)
    share = pool.share
    if emergency and pool.emergency_share is not None:
        share = pool.emergency_share
    return math.floor(share * heads + 1e-9)


def _routed(folder: PlanningFolder, routes: Sequence[Route], people: Sequence[str], first: date) -> tuple[Ints, Floats]:
    """Return level (0 where not served) and weight, shape (people, queues)."""
    row = {agent: i for i, agent in enumerate(people)}
    column = {queue: q for q, queue in enumerate(folder.centre.queue_ids)}
    routed = {route.agent_id for route in routes}
    level = np.zeros((len(row), len(column)), dtype=np.int64)
    weight = np.ones((len(row), len(column)))
    skilled = may_serve(folder, first)
    for agent, i in row.items():
        if agent not in routed:
            level[i] = skilled[i]
    for route in routes:
        if route.agent_id in row and route.queue in column:
            cell = row[route.agent_id], column[route.queue]
            if skilled[cell]:
                level[cell], weight[cell] = route.level, route.weight
    return level, weight


def _elastic(folder: PlanningFolder, named: Sequence[Server], seats: Sequence[str]) -> tuple[Server, ...]:
    """Return the elastic seats: all alike, first line on their queues, asked after the core."""
    pool = folder.centre.elastic
    if pool is None:
        return ()
    queues = folder.centre.queue_ids
    size = len(queues)
    level = np.array([int(queue in pool.queues) for queue in queues], dtype=np.int64)
    core = [server for server in named if server.pool == "core"]
    weight = np.array(
        [ELASTIC_WEIGHT * min((float(s.weight[q]) for s in core if s.level[q] > 0), default=1.0) for q in range(size)]
    )
    fcr = np.nan if pool.fcr is None else pool.fcr
    return tuple(
        Server(seat, "elastic", np.full(size, pool.aht_factor), np.full(size, fcr), level, weight) for seat in seats
    )
