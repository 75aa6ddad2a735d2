"""Set up what the simulator reads: queues, people, and when they are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import ArrayLike

from capacity.requirement import Requirement
from domain.centre import Centre
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.queues import Queue

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
STEP_MIN = 30
DAY, WEEK = 48, 336
"""Intervals."""

EXPONENTIAL = -np.log1p(-(np.arange(20_000) + 0.5) / 20_000)
"""Quantiles of an exponential handle time of mean 1, for what formulas are compared with."""

Floor = tuple[Coverage, Requirement, Centre]
"""The first three arguments of `capacity.simulation.simulate`."""


@dataclass(frozen=True)
class Group:
    """Identical people who are always there.

    Attributes
    ----------
    count : int
    levels : sequence of int
        Routing level per queue, 0 where they do not serve it.
    fcr : float
        Chance that a contact resolves its issue; NaN where unknown.
    """

    count: int
    levels: Sequence[int] = (1,)
    fcr: float = float("nan")


def label(day: int) -> str:
    """Return the label of a day, or of the week that begins with it."""
    return (MONDAY + timedelta(days=day)).date().isoformat()


def always_there(
    queues: Sequence[Queue], volume: ArrayLike, handle_s: ArrayLike, groups: Sequence[Group], intervals: int = WEEK
) -> Floor:
    """Set up groups of people who serve from the first interval to the last.

    Parameters
    ----------
    queues : sequence of Queue
    volume, handle_s : array_like
        Contacts an interval and seconds, broadcast to (queues, intervals).
    groups : sequence of Group
    intervals : int
    """
    servers = [_server(f"{g}-{k}", each) for g, each in enumerate(groups) for k in range(each.count)]
    who = np.arange(len(servers))
    span = np.full(len(servers), float(intervals * STEP_MIN))
    return _floor(queues, volume, handle_s, servers, who, np.zeros(len(servers)), span, intervals)


def by_interval(queue: Queue, volume: ArrayLike, handle_s: ArrayLike, agents: Ints) -> Floor:
    """Set up one queue with so many identical people in each interval, each in stretches as long as may be."""
    there = np.zeros((int(agents.max()), agents.size + 2), dtype=np.int8)
    there[:, 1:-1] = agents > np.arange(int(agents.max()))[:, None]
    change = np.diff(there, axis=1)
    (who, begin), (_, end) = np.nonzero(change == 1), np.nonzero(change == -1)
    servers = [_server(str(k), Group(1)) for k in range(len(there))]
    minutes = np.array([begin, end], dtype=np.float64) * STEP_MIN
    return _floor([queue], volume, handle_s, servers, who, minutes[0], minutes[1], agents.size)


def _server(name: str, group: Group) -> Server:
    one = np.ones(len(group.levels))
    return Server(name, "core", one, group.fcr * one, np.array(group.levels, np.int64), one)


def _floor(
    queues: Sequence[Queue],
    volume: ArrayLike,
    handle_s: ArrayLike,
    servers: Sequence[Server],
    who: Ints,
    begin: Floats,
    end: Floats,
    intervals: int,
) -> Floor:
    grid = IntervalGrid(MONDAY, STEP_MIN, intervals, "UTC")
    names = tuple(queue.id for queue in queues)
    levels = np.array([server.level for server in servers])
    coverage = Coverage(grid, names, tuple(servers), who, np.arange(who.size), begin, end, levels[who] > 0)
    shape = (len(queues), intervals)
    contacts, seconds = (np.broadcast_to(np.asarray(each, np.float64), shape).copy() for each in (volume, handle_s))
    requirement = Requirement(grid, names, contacts, seconds, *(np.zeros(shape),) * 6)
    centre = Centre(name="Measured", timezone="UTC", queues=tuple(queues), contracts=())
    return coverage, requirement, centre
