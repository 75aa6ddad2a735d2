"""What was logged: contacts per queue and interval, and handled work per agent and day."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from domain.grid import Instants

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _same_length(record: object, names: tuple[str, ...]) -> None:
    lengths = {name: len(getattr(record, name)) for name in names}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns differ in length: {lengths}")


@dataclass(frozen=True)
class History:
    """Columns of ``history.csv``; row i of every array is one queue and interval.

    Attributes
    ----------
    queues : tuple of str
        Names that ``queue`` indexes: the centre's queues, in its order.
    start : datetime64[s] array
        UTC interval starts.
    queue : int array
    offered, handled, abandoned, aht_s, mean_wait_s, answered_in_target, backlog : float arrays
        NaN where not given. A row with 0 offered is an interval without contacts; an absent row is unknown.
    """

    queues: tuple[str, ...]
    start: Instants
    queue: Ints
    offered: Floats
    handled: Floats
    abandoned: Floats
    aht_s: Floats
    mean_wait_s: Floats
    answered_in_target: Floats
    backlog: Floats

    def __post_init__(self) -> None:
        _same_length(self, tuple(f.name for f in fields(self) if f.name != "queues"))

    def __len__(self) -> int:
        return len(self.start)

    def select(self, keep: NDArray[np.bool_]) -> History:
        """Return the rows a mask keeps."""
        columns = {f.name: getattr(self, f.name)[keep] for f in fields(self) if f.name != "queues"}
        return History(queues=self.queues, **columns)


@dataclass(frozen=True)
class Performance:
    """Columns of ``performance.csv``; row i is one agent, queue and local date.

    Attributes
    ----------
    agents, queues : tuple of str
        Names that ``agent`` and ``queue`` index.
    date : datetime64[D] array
    agent, queue : int arrays
    handled, handle_time_s, resolved, csat_sum, csat_count, quality_sum, quality_count : float arrays
    first_response_s, complaints, violations, teamwork : float arrays
        NaN where not given.
    """

    agents: tuple[str, ...]
    queues: tuple[str, ...]
    date: NDArray[np.datetime64]
    agent: Ints
    queue: Ints
    handled: Floats
    handle_time_s: Floats
    resolved: Floats
    csat_sum: Floats
    csat_count: Floats
    quality_sum: Floats
    quality_count: Floats
    first_response_s: Floats
    complaints: Floats
    violations: Floats
    teamwork: Floats

    def __post_init__(self) -> None:
        _same_length(self, tuple(f.name for f in fields(self) if f.name not in {"agents", "queues"}))

    def __len__(self) -> int:
        return len(self.date)

    def select(self, keep: NDArray[np.bool_]) -> Performance:
        """Return the rows a mask keeps."""
        names = [f.name for f in fields(self) if f.name not in {"agents", "queues"}]
        columns = {name: getattr(self, name)[keep] for name in names}
        return Performance(agents=self.agents, queues=self.queues, **columns)
