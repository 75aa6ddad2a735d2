"""Coverage: who is on which queue when, the data that takes a roster to its service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.roster import WORK, Pool, Roster


@dataclass(frozen=True)
class Server:
    """A person or seat as the queues see it.

    Attributes
    ----------
    id : str
    pool : {"core", "elastic", "expert"}
    aht_factor, fcr : float arrays, shape (queues,)
        Handle time against the queue's mean, and the chance that a contact resolves its issue.
    level : int array, shape (queues,)
        Routing level, 1 first; 0 where the server has no skill for the queue.
    weight : float array, shape (queues,)
        Among equal levels, higher first.
    tier : str
        Customer tier whose contacts alone the server takes; empty: everybody's.
    """

    id: str
    pool: Pool
    aht_factor: Floats
    fcr: Floats
    level: Ints
    weight: Floats
    tier: str = ""


@dataclass(frozen=True)
class Coverage:
    """Stretches of contact duty on a grid's time line.

    Attributes
    ----------
    grid : IntervalGrid
        Minutes below count from its start.
    queues : tuple of str
    servers : tuple of Server
    server, shift : int arrays, shape (stretches,)
        Index of the server, and of the shift (absence strikes whole shifts).
    from_minute, to_minute : float arrays, shape (stretches,)
    serves : bool array, shape (stretches, queues)
    """

    grid: IntervalGrid
    queues: tuple[str, ...]
    servers: tuple[Server, ...]
    server: Ints
    shift: Ints
    from_minute: Floats
    to_minute: Floats
    serves: NDArray[np.bool_]

    @classmethod
    def of_roster(
        cls, roster: Roster, servers: Sequence[Server], queues: Sequence[str], grid: IntervalGrid
    ) -> Coverage:
        """Take the work stretches of a roster; stretches outside the grid are clipped or left out.

        Raises
        ------
        ValueError
            If the roster names a person, seat or queue that is not given.
        """
        number = {server.id: i for i, server in enumerate(servers)}
        column = {queue: i for i, queue in enumerate(queues)}
        rows: list[tuple[int, int, float, float]] = []
        masks: list[NDArray[np.bool_]] = []
        span = grid.size * grid.step_minutes
        for k, shift in enumerate(roster.shifts):
            for stretch in shift.stretches:
                low = max(grid.minutes_at(stretch.start), 0.0)
                high = min(grid.minutes_at(stretch.end), float(span))
                if stretch.activity != WORK or high <= low:
                    continue
                if shift.agent_id not in number:
                    raise ValueError(f"the roster names {shift.agent_id}, who is not among the agents")
                mask = np.zeros(len(queues), dtype=np.bool_)
                for queue in stretch.queues:
                    if queue not in column:
                        raise ValueError(f"the roster names queue {queue}, which the centre does not have")
                    mask[column[queue]] = True
                rows.append((number[shift.agent_id], k, low, high))
                masks.append(mask)
        table = np.array(rows, dtype=np.float64).reshape(-1, 4)
        serves = np.array(masks, dtype=np.bool_).reshape(-1, len(queues))
        return cls(
            grid=grid,
            queues=tuple(queues),
            servers=tuple(servers),
            server=table[:, 0].astype(np.int64),
            shift=table[:, 1].astype(np.int64),
            from_minute=table[:, 2].copy(),
            to_minute=table[:, 3].copy(),
            serves=serves,
        )

    def seats(self) -> Floats:
        """Return people on duty per queue and interval, shape (queues, grid.size).

        Someone who serves several queues counts in each of them.
        """
        counts = np.zeros((len(self.queues), self.grid.size))
        step = self.grid.step_minutes
        for low, high, mask in zip(self.from_minute, self.to_minute, self.serves, strict=True):
            first, last = int(low // step), int(np.ceil(high / step))
            edges = np.arange(first, last + 1) * step
            part = (np.minimum(edges[1:], high) - np.maximum(edges[:-1], low)) / step
            counts[mask, first:last] += part
        return counts
