"""What a replication reads and what it writes: queues, agents, contacts and events as flat records.

Times are seconds from the horizon's start. An agent's attention is counted in whole units, ``full`` of them, of which
a contact takes ``full / concurrency``; a call takes them all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from capacity.simulation.heap import Ids, empty_heap
from domain.history import Floats, Ints

Records = NDArray[np.void]

QUEUE = np.dtype(
    [
        ("attention", "u4"), ("deferred", "?"), ("open", "?"), ("patience", "f8"), ("balking", "f8"),
        ("sigma", "f8"), ("sample", "i8"), ("samples", "i8"), ("mean", "f8"),
        ("redial", "f8"), ("redial_delay", "f8"), ("repeat", "f8"), ("repeat_delay", "f8"),
        ("head", "i8"), ("tail", "i8"), ("waiting", "i8"), ("key", "u8"),
        ("reserve", "i8"), ("unserved", "i8"), ("unreached", "i8"), ("source", "i8"), ("tier", "i8"),
    ],
    align=True,
)  # fmt: skip
AGENT = np.dtype(
    [
        ("on", "?"), ("stretch", "i8"), ("load", "u4"), ("used", "u4"), ("place", "i8"),
        ("last", "f8"), ("since", "f8"), ("left", "f8"), ("debt", "f8"), ("demand", "f8"), ("demands", "i8"),
        ("next", "i8"), ("slot", "u4"), ("cell", "i8"), ("before", "i8"), ("after", "i8"),
    ],
    align=True,
)  # fmt: skip
SLOT = np.dtype([("contact", "u4"), ("queue", "u4"), ("work", "f8"), ("rate", "f8")], align=True)
CONTACT = np.dtype(
    [
        ("arrival", "f8"), ("queue", "u4"), ("number", "i8"), ("attempt", "i8"), ("interval", "i8"),
        ("logged", "i8"), ("waiting", "?"), ("before", "i8"), ("after", "i8"),
    ],
    align=True,
)  # fmt: skip
EVENT = np.dtype([("time", "f8"), ("kind", "i8"), ("subject", "i8")], align=True)
# Kinds of events, in the order in which they come at one instant.
LEAVE, CLOSE, OPEN, COME, UNSERVED, SERVED, UNREACHED, REACHED = 0, 1, 2, 3, 4, 5, 6, 7
COMPLETION, DEMAND, PAID = 0, 1, 2

SCOPES = 3  # interval, day, week
OFFERED, WAIT, ABANDONED, KNOWN, FIXED, IN_TIME, DUE, DONE, DRAWN, COUNTS = 0, 1, 2, 3, 4, 5, 8, 11, 14, 15
BUSY, DUTY, BASE = 0, 1, 2


class World(NamedTuple):
    """What is the same in every replication (arrays as the kernel reads them).

    Where customers have tiers, ``queues`` are streams of one tier each: ``source`` is the centre's queue, by which
    customers are drawn, ``tier`` the rank, lower first.

    ``rank[stretch, queue]`` is the routing level, 0 where the stretch does not serve the queue; ``within`` and
    ``response`` have one column a scope; ``next_open[queue, interval]`` is the first open interval from there on;
    ``fcr`` is NaN where unknown, ``resolves`` is what the closed loop takes for it. From
    ``listed`` to ``alike_until`` see ``classes.Cells``.
    """

    step: float
    intervals: int
    full: int
    closed_loop: bool
    reserves: bool
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
    resolves: Floats
    events: Records
    listed: bool
    stretch_class: Ints
    position: Ints
    cell_at: Ints
    alike_until: Ints
    stretch_server: Ints
    stretch_shift: Ints
    shift_key: NDArray[np.uint64]
    shift_absence: Floats
    person_key: NDArray[np.uint64]
    loss: Floats


class Floor(NamedTuple):
    """What changes as time goes on.

    ``contacts`` holds those who are there or will come again, ``spare`` the places that others have left.
    ``numbers`` are those of the contacts within their source, where tiers part it; else their places tell them.
    ``handled`` counts contacts by agent and queue; ``worked`` holds each agent's seconds busy and on duty.
    """

    key: np.uint64
    queues: Any
    agents: Any
    slots: Any
    contacts: Any
    fixed_work: Floats
    numbers: Ints
    free: Ints
    heads: Ints
    tails: Ints
    bits: NDArray[np.uint64]
    tops: NDArray[np.uint64]
    spare: Ints
    totals: Ints
    counts: Floats
    spent: Floats
    present: Floats
    duty: Floats
    handled: Floats
    worked: Floats
    agent_order: Ids
    agent_place: Ints
    agent_time: Floats
    agent_size: Ints
    pending_order: Ids
    pending_place: Ints
    pending_time: Floats
    pending_size: Ints


FREE, WAITING, NOW, RULES, SPARE, TAKEN = 0, 1, 2, 3, 4, 5
# in ``totals``: agents with attention left, contacts waiting, the current interval, the rules' fingerprint,
# places that contacts have left, places ever taken


def empty_floor(w: World, key: np.uint64, contacts: int, fixed_work: Floats, numbers: Ints) -> Floor:
    """Return an empty floor."""
    queues, agents, n = w.queues.size, w.loss.size, contacts
    cells = w.position.shape[0]
    words = cells + 63 >> 6
    return Floor(
        key, w.queues.copy(), np.zeros(agents, AGENT), np.zeros((agents, w.slowdown.shape[1]), SLOT),
        np.empty(n, CONTACT), fixed_work, numbers, np.zeros(agents, np.int64),
        np.full(cells, -1, np.int64), np.full(cells, -1, np.int64), np.zeros((queues, words), np.uint64),
        np.zeros((queues, words + 63 >> 6), np.uint64), np.empty(n, np.int64), np.zeros(6, np.int64),
        np.zeros((COUNTS, queues, w.intervals)), np.zeros((SCOPES, agents, queues)), np.zeros((SCOPES, agents)),
        np.zeros((SCOPES, 3, queues, w.intervals)), np.zeros((agents, queues)), np.zeros((2, agents)),
        *empty_heap(agents), *empty_heap(n),
    )  # fmt: skip
