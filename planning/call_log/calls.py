"""The contacts of a log as columns, in the order they arrived."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.grid import Instants
from domain.history import Floats, Ints

ANSWERED, ABANDONED, FOLLOW_UP = 0, 1, 2
NOBODY = -1


@dataclass(frozen=True)
class Calls:
    """Contacts sorted by arrival; row i of every array is one contact (or one piece of follow-up work).

    Attributes
    ----------
    zone : str
        IANA name of the centre's zone.
    queues, agents : tuple of str
        Names that ``queue`` and ``agent`` index, sorted.
    arrival : datetime64[s] array
        UTC.
    queue : int array
    outcome : int array
        ``ANSWERED``, ``ABANDONED`` or ``FOLLOW_UP``.
    wait_s, handle_s : float arrays
        NaN where not known.
    agent, customer : int arrays
        ``NOBODY`` where not known; customers are numbered in the order they first appear.
    artefact : bool array
        Handle times that cannot be one.
    """

    zone: str
    queues: tuple[str, ...]
    agents: tuple[str, ...]
    arrival: Instants
    queue: Ints
    outcome: Ints
    wait_s: Floats
    handle_s: Floats
    agent: Ints
    customer: Ints
    artefact: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.arrival)

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Which rows are answered contacts."""
        return np.asarray(self.outcome == ANSWERED)

    @property
    def contacts(self) -> NDArray[np.bool_]:
        """Which rows were offered: answered or abandoned."""
        return np.asarray(self.outcome != FOLLOW_UP)

    @property
    def seconds(self) -> Ints:
        """Arrivals as seconds since 1970, UTC."""
        return self.arrival.astype(np.int64)

    def local(self) -> pd.DatetimeIndex:
        """Return arrivals as aware local times."""
        return pd.DatetimeIndex(self.arrival).tz_localize("UTC").tz_convert(self.zone)

    def local_days(self) -> NDArray[np.datetime64]:
        """Return the local date of each arrival, ``datetime64[D]``."""
        return self.local().tz_localize(None).to_numpy().astype("datetime64[D]")

    def select(self, keep: NDArray[np.bool_]) -> Calls:
        """Return the rows a mask keeps."""
        names = [f.name for f in fields(self) if f.name not in {"zone", "queues", "agents"}]
        columns = {name: getattr(self, name)[keep] for name in names}
        return Calls(zone=self.zone, queues=self.queues, agents=self.agents, **columns)
