"""One replication: the event loop as machine code, from arrivals to what was counted."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.simulation import choices, customers, draws, floor, heap, idle, kernel, timesheet, world
from capacity.simulation.heap import UNCOUNTED
from capacity.simulation.kernel import run_events
from capacity.simulation.world import RULES, Floor, World, empty_floor
from domain.history import Floats, Ints


def _compiled(rules: int) -> Callable[..., None]:
    # The rules' fingerprint is in the closure, and so in the key under which numba keeps the machine code: by itself
    # it looks at this file alone, and would go on with old rules after a change in another.
    def run(
        w: World,
        f: Floor,
        times: Floats,
        first: Ints,
        upcoming: Ints,
        calls: Floats,
        absent: NDArray[np.bool_],
        freed: Ints,
    ) -> None:
        f.totals[RULES] = rules
        run_events(w, f, times, first, upcoming, calls, absent, freed)

    compiled: Callable[..., None] = njit(**UNCOUNTED, cache=True)(run)
    return compiled


_SOURCES = (draws, heap, world, idle, floor, choices, customers, timesheet, kernel)
_run = _compiled(zlib.crc32(b"".join(Path(str(module.__file__)).read_bytes() for module in _SOURCES)))


IN_ORDER: Ints = np.zeros(0, np.int64)


class Tally(NamedTuple):
    """What one replication has counted.

    Attributes
    ----------
    counts : float array, shape (COUNTS, queues, intervals)
        By interval of arrival.
    duty : float array, shape (SCOPES, 3, queues, intervals)
        Agent seconds busy, on duty, and under the occupancy, by window of each scope.
    handled : float array, shape (agents, queues)
        Contacts that each agent began, those of the backlog included.
    worked : float array, shape (2, agents)
        Each agent's seconds busy (over concurrency) and on duty, deferred work included.
    absent : bool array, shape (shifts,)
        Shifts that did not happen.
    by_stream : float array, shape (COUNTS, streams, intervals), or None
        ``counts`` before tiers were added up to queues; None where customers have none.
    """

    counts: Floats
    duty: Floats
    handled: Floats
    worked: Floats
    absent: NDArray[np.bool_]
    by_stream: Floats | None = None


def replicate(
    w: World, key: np.uint64, times: Floats, first: Ints, fixed_work: Floats, numbers: Ints = IN_ORDER
) -> Tally:
    """Run one replication.

    Parameters
    ----------
    w : World
    key : uint64
        Of the replication.
    times, first : float array, shape (contacts,); int array, shape (queues + 1,)
        Arrival seconds by queue, each queue's in order; negative for what is there at the start.
    fixed_work : float array, shape (contacts,) or (0,)
        Handle times by an average agent, NaN where they are to be drawn.
    numbers : int array, shape (contacts,) or (0,)
        Number of each contact within its source; by default its place in its queue.

    Returns
    -------
    Tally
    """
    f = empty_floor(w, key, times.size, fixed_work, numbers)
    upcoming = np.zeros(w.queues.size, dtype=np.int64)
    absent = np.zeros(w.shift_key.size, dtype=np.bool_)
    freed = np.zeros(w.loss.size + w.events.size, dtype=np.int64)
    _run(w, f, times, first, upcoming, np.zeros(w.queues.size), absent, freed)
    return Tally(f.counts, f.duty, f.handled, f.worked, absent)
