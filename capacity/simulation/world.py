"""What a replication reads and what it writes: queues, agents, contacts and events as flat records.

Times are seconds from the horizon's start. An agent's attention is counted in whole units, ``full`` of them, of which
a contact takes ``full / concurrency``; a call takes them all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats, Ints

Records = NDArray[np.void]

QUEUE = np.dtype(
    [
        ("attention", "i8"), ("deferred", "?"), ("open", "?"), ("patience", "f8"), ("balking", "f8"),
        ("sigma", "f8"), ("sample", "i8"), ("samples", "i8"),
        ("redial", "f8"), ("redial_delay", "f8"), ("repeat", "f8"), ("repeat_delay", "f8"),
        ("head", "i8"), ("tail", "i8"), ("waiting", "i8"),
    ],
    align=True,
)  # fmt: skip
AGENT = np.dtype(
    [
        ("on", "?"), ("stretch", "i8"), ("load", "i8"), ("used", "i8"), ("place", "i8"),
        ("last", "f8"), ("since", "f8"), ("left", "f8"), ("debt", "f8"), ("demand", "f8"), ("demands", "i8"),
        ("next", "i8"), ("slot", "i8"),
    ],
    align=True,
)  # fmt: skip
SLOT = np.dtype([("contact", "i8"), ("queue", "i8"), ("work", "f8"), ("rate", "f8")], align=True)
CONTACT = np.dtype(
    [
        ("arrival", "f8"), ("queue", "i8"), ("number", "i8"), ("attempt", "i8"), ("interval", "i8"),
        ("waiting", "?"), ("before", "i8"), ("after", "i8"),
    ],
    align=True,
)  # fmt: skip
EVENT = np.dtype([("time", "f8"), ("kind", "i8"), ("subject", "i8")], align=True)
LEAVE, CLOSE, OPEN, COME = 0, 1, 2, 3  # also the order of events at one instant
COMPLETION, DEMAND, PAID = 0, 1, 2

SCOPES = 3  # interval, day, week
OFFERED, WAIT, ABANDONED, KNOWN, FIXED, IN_TIME, DUE, DONE, COUNTS = 0, 1, 2, 3, 4, 5, 8, 11, 14
BUSY, DUTY, BASE = 0, 1, 2


class World(NamedTuple):
    """What is the same in every replication (arrays as the kernel reads them).

    ``rank[stretch, queue]`` is the routing level, 0 where the stretch does not serve the queue; ``within`` and
    ``response`` have one column a scope; ``next_open[queue, interval]`` is the first open interval from there on.
    """

    step: float
    intervals: int
    full: int
    closed_loop: bool
    day_of: Ints
    week_of: Ints
    queues: Records
    within: Floats
    response: Floats
    slowdown: Floats
    aht: Floats
    samples: Floats
    next_open: Ints
    rank: Ints
    weight: Floats
    factor: Floats
    fcr: Floats
    events: Records
    stretch_server: Ints
    stretch_shift: Ints
    shift_key: NDArray[np.uint64]
    shift_absence: Floats
    person_key: NDArray[np.uint64]
    loss: Floats


class Floor(NamedTuple):
    """What changes as time goes on."""

    key: np.uint64
    queues: Any
    agents: Any
    slots: Any
    contacts: Any
    fixed_work: Floats
    free: Ints
    totals: Ints
    counts: Floats
    spent: Floats
    present: Floats
    duty: Floats
    agent_order: Ints
    agent_place: Ints
    agent_time: Floats
    agent_size: Ints
    pending_order: Ints
    pending_place: Ints
    pending_time: Floats
    pending_size: Ints


FREE, WAITING, NOW, RULES = 0, 1, 2, 3
# in ``totals``: agents with attention left, contacts waiting, the current interval, the rules' fingerprint


def empty_floor(w: World, key: np.uint64, contacts: int, fixed_work: Floats) -> Floor:
    """Return an empty floor."""
    queues, agents, n = w.queues.size, w.loss.size, contacts
    return Floor(
        key, w.queues.copy(), np.zeros(agents, AGENT), np.zeros((agents, w.slowdown.shape[1]), SLOT),
        np.zeros(n, CONTACT), fixed_work, np.zeros(agents, np.int64), np.zeros(4, np.int64),
        np.zeros((COUNTS, queues, w.intervals)), np.zeros((SCOPES, agents, queues)), np.zeros((SCOPES, agents)),
        np.zeros((SCOPES, 3, queues, w.intervals)),
        np.zeros(agents, np.int64), np.full(agents, -1, np.int64), np.zeros(agents), np.zeros(1, np.int64),
        np.zeros(n, np.int64), np.full(n, -1, np.int64), np.zeros(n), np.zeros(1, np.int64),
    )  # fmt: skip
