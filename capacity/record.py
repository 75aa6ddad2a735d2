"""The record: performance rows added up into one table of agents by queues, before a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.folder import PlanningFolder
from domain.history import Floats, Ints, Performance

LARGEST_LEVELS = 20
"""Levels kept apart; the people of any further, smaller ones are one group."""


@dataclass(frozen=True)
class Measurement:
    """One figure per agent and queue: how many observations, their mean, and how noisy one of them is.

    Attributes
    ----------
    count : float array, shape (agents, queues)
        Contacts (or ratings) behind the mean.
    mean : float array, shape (agents, queues)
        NaN where there are none.
    spread : float array, shape (queues,)
        Sum of count x squared deviation of a day's mean from the agent's own mean, over all days.
    freedom : float array, shape (queues,)
        Degrees of freedom of ``spread``: days less agents.
    """

    count: Floats
    mean: Floats
    spread: Floats
    freedom: Floats

    def noise(self, typical: float, weight: float = 20.0) -> Floats:
        """Return the variance of one observation per queue, shape (queues,).

        It comes from how an agent's days differ among themselves, so that a queue's good and bad days
        count as noise; ``typical`` stands in for it with a weight of so many days.
        """
        return (self.spread + weight * typical) / (self.freedom + weight)


@dataclass(frozen=True)
class Record:
    """Everybody's record before a date.

    Attributes
    ----------
    agents, queues : tuple of str
        The folder's agents in its order, then people of the record who have left; the centre's queues.
    staff : int
        How many of ``agents`` are the folder's.
    levels : tuple of str
        Names of the groups that ``level`` indexes.
    level : int array, shape (agents,)
    row_agent, row_queue : int arrays
        Of every performance row that counts.
    rows : Performance or None
    """

    agents: tuple[str, ...]
    queues: tuple[str, ...]
    staff: int
    levels: tuple[str, ...]
    level: Ints
    row_agent: Ints
    row_queue: Ints
    rows: Performance | None

    @property
    def shape(self) -> tuple[int, int]:
        """(agents, queues)."""
        return len(self.agents), len(self.queues)

    def total(self, values: Floats, keep: NDArray[np.bool_]) -> Floats:
        """Add up one column's kept rows, shape (agents, queues)."""
        cell = self.row_agent[keep] * len(self.queues) + self.row_queue[keep]
        size = len(self.agents) * len(self.queues)
        summed = np.bincount(cell, values[keep], minlength=size).astype(np.float64)
        return summed.reshape(self.shape)

    def measure(self, total: Floats, count: Floats, relative: bool = False) -> Measurement:
        """Add up a column of totals over a column of counts.

        Parameters
        ----------
        total, count : float arrays, one entry a row
            Rows with either missing, or without observations, don't count.
        relative : bool
            Deviations are taken relative to the agent's own mean; totals then have to be positive.
        """
        keep = np.isfinite(total) & np.isfinite(count) & (np.nan_to_num(count) > 0)
        if relative:
            keep &= np.nan_to_num(total) > 0
        observations, summed = self.total(count, keep), self.total(total, keep)
        mean = np.divide(summed, observations, out=np.full(self.shape, np.nan), where=observations > 0)
        agent, queue = self.row_agent[keep], self.row_queue[keep]
        own = mean[agent, queue]
        off = total[keep] / count[keep] - own
        if relative:
            off = off / own
        width = len(self.queues)
        spread = np.bincount(queue, count[keep] * off**2, minlength=width).astype(np.float64)
        days = np.bincount(queue, minlength=width).astype(np.float64)
        freedom = np.asarray(days - (observations > 0).sum(axis=0), dtype=np.float64)
        return Measurement(observations, mean, spread, freedom)


def performance_record(folder: PlanningFolder, before: date, since: date | None = None) -> Record:
    """Return the record of rows dated before ``before``, and not before ``since`` where it is given.

    People are grouped by level; experts without one form a group, and so do core agents.
    """
    queues = folder.centre.queue_ids
    staff = tuple(agent.id for agent in folder.agents)
    names = {agent.id: agent.level or ("expert" if agent.pool == "expert" else "") for agent in folder.agents}
    rows = folder.performance
    left: tuple[str, ...] = ()
    agent_of, queue_of = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if rows is not None:
        column = {queue: k for k, queue in enumerate(queues)}
        to_queue = np.array([column.get(queue, -1) for queue in rows.queues], dtype=np.int64)
        early = rows.date < np.datetime64(before, "D")
        if since is not None:
            early &= rows.date >= np.datetime64(since, "D")
        rows = rows.select(early & (to_queue[rows.queue] >= 0) & np.isfinite(rows.handled))
        present = np.bincount(rows.agent, minlength=len(rows.agents)) > 0
        left = tuple(sorted(a for a, there in zip(rows.agents, present, strict=True) if there and a not in names))
        number = {agent: i for i, agent in enumerate(staff + left)}
        to_agent = np.array([number.get(agent, -1) for agent in rows.agents], dtype=np.int64)
        agent_of, queue_of = to_agent[rows.agent], to_queue[rows.queue]
    people = staff + left
    levels, level = _grouped([names.get(agent, "(left)") for agent in people])
    return Record(people, queues, len(staff), levels, level, agent_of, queue_of, rows)


def _grouped(names: list[str]) -> tuple[tuple[str, ...], Ints]:
    """Return level names and who is in which; beyond the largest ones, the small are one group."""
    size = {name: names.count(name) for name in sorted(set(names))}
    kept = sorted(sorted(size, key=lambda name: (-size[name], name))[:LARGEST_LEVELS])
    groups = kept if len(kept) == len(size) else [*kept, "(other)"]
    place = {name: k for k, name in enumerate(groups)}
    return tuple(groups), np.array([place.get(name, len(groups) - 1) for name in names], dtype=np.int64)
