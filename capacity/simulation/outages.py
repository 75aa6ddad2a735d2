"""Times in which something is broken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Outage:
    """A queue that cannot be served, or cannot be reached, between two times.

    Attributes
    ----------
    queue : str
    from_minute, to_minute : float
        Minutes from the grid's start.
    unreached : bool
        False: customers come and wait, but nobody can begin a contact; those begun go on. True: those who try get
        no further; they are not offered, and with a closed loop they redial as if they had abandoned.
    """

    queue: str
    from_minute: float
    to_minute: float
    unreached: bool = False


def check_outages(outages: Sequence[Outage], queues: tuple[str, ...]) -> None:
    """Refuse outages of unknown queues, or that end before they begin.

    Raises
    ------
    ValueError
    """
    for outage in outages:
        if outage.queue not in queues:
            raise ValueError(f"an outage names {outage.queue}, which is no queue")
        times = (outage.from_minute, outage.to_minute)
        if not (math.isfinite(times[0]) and math.isfinite(times[1]) and times[1] >= 0.0 and times[0] <= times[1]):
            raise ValueError(f"an outage of {outage.queue} must begin before its end, from {times[0]} to {times[1]}")
