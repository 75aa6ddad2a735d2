"""Contacts of a log in the form in which a simulation meets them again, each at its own second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.simulation import FixedArrivals
from domain.grid import IntervalGrid
from domain.history import Floats
from planning.call_log.calls import Calls


@dataclass(frozen=True)
class LoggedContacts:
    """Contacts that arrived within a grid.

    Attributes
    ----------
    inside : bool array, shape (rows of the log,)
        Which rows they are.
    arrivals : FixedArrivals
        With the handle times of those who were answered.
    volume : float array, shape (queues, intervals)
    handle_times : dict of queue to float array
        Of all the log's answered contacts, for those who left.
    """

    inside: NDArray[np.bool_]
    arrivals: FixedArrivals
    volume: Floats
    handle_times: dict[str, Floats]


def logged_contacts(calls: Calls, grid: IntervalGrid) -> LoggedContacts:
    """Take the contacts of a log that arrived within a grid."""
    position = (calls.arrival - grid.starts[0]).astype(np.int64)
    inside = calls.contacts & (position >= 0) & (position < 60 * grid.step_minutes * grid.size)
    minute, queue = position[inside] / 60.0, calls.queue[inside]
    volume = np.zeros((len(calls.queues), grid.size))
    np.add.at(volume, (queue, (minute // grid.step_minutes).astype(np.int64)), 1.0)
    known = calls.answered & np.isfinite(calls.handle_s)
    return LoggedContacts(
        inside=inside,
        arrivals=FixedArrivals(minute, queue, np.where(known, calls.handle_s, np.nan)[inside]),
        volume=volume,
        handle_times={name: calls.handle_s[known & (calls.queue == q)] for q, name in enumerate(calls.queues)},
    )
