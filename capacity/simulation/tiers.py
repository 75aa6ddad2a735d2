"""Customer tiers in the event loop: each queue's contacts parted into streams, and added up again.

A stream holds one tier's contacts of one queue. The queue's customers are drawn as ever, and each is given a tier by a
number of its own: so all ways to treat tiers meet the same customers as a centre without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.simulation.classes import cells_of
from capacity.simulation.draws import CUSTOMERS, TIER, derive, uniform
from capacity.simulation.replication import Tally, replicate
from capacity.simulation.world import COME, LEAVE, Records, World
from domain.centre import Centre
from domain.coverage import Server
from domain.history import Floats, Ints
from domain.tiers import Tier

EVERYBODY = -1
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True)
class Streams:
    """The parts of the queues, queue by queue, the highest tier first and contacts of no tier last.

    Attributes
    ----------
    queue, tier : int arrays, shape (streams,)
        Index of the queue, and of the tier; the number of tiers for contacts of none.
    first : int array, shape (queues + 1,)
        Where each queue's begin.
    upto : float array, shape (streams,)
        A contact of the queue whose draw lies below is of this stream or one before it.
    """

    queue: Ints
    tier: Ints
    first: Ints
    upto: Floats

    @classmethod
    def of(cls, centre: Centre) -> Streams:
        """Part the queues of a centre."""
        rows: list[tuple[int, int, float]] = []
        first = [0]
        for q, queue in enumerate(centre.queues):
            upto = 0.0
            for t, tier in enumerate(centre.tiers):
                if tier.holds(queue):
                    upto += tier.share
                    rows.append((q, t, upto))
            rows.append((q, len(centre.tiers), np.inf))
            first.append(len(rows))
        table = np.array(rows, dtype=np.float64).reshape(-1, 3)
        numbers = table[:, :2].astype(np.int64)
        return cls(numbers[:, 0].copy(), numbers[:, 1].copy(), np.array(first, dtype=np.int64), table[:, 2].copy())


@dataclass(frozen=True)
class Tiered:
    """A world whose queues are parted into streams."""

    world: World
    streams: Streams

    @classmethod
    def of(cls, world: World, centre: Centre, servers: Sequence[Server]) -> Tiered:
        """Part a world's queues by the centre's tiers.

        Raises
        ------
        ValueError
            If a server is set apart for a tier that is not there.
        """
        streams = Streams.of(centre)
        rank = _rank(world, centre.tiers, streams, servers)
        records = world.queues[streams.queue].copy()
        # tiers without priority wait in one line with contacts of no tier
        last = len(centre.tiers)
        order = np.array([t if tier.priority else last for t, tier in enumerate(centre.tiers)] + [last], dtype=np.int64)
        records["tier"] = order[streams.tier]

        def by_queue(table: NDArray[Number]) -> NDArray[Number]:
            return np.ascontiguousarray(table[streams.queue])

        def by_server(table: Floats) -> Floats:
            return np.ascontiguousarray(table[:, streams.queue])

        weight = by_server(world.weight)
        parted = world._replace(
            queues=records,
            within=by_queue(world.within),
            response=by_queue(world.response),
            slowdown=by_queue(world.slowdown),
            aht=by_queue(world.aht),
            next_open=by_queue(world.next_open),
            rank=rank,
            weight=weight,
            factor=by_server(world.factor),
            fcr=by_server(world.fcr),
            resolves=by_server(world.resolves),
            events=_events(world.events, streams),
            **cells_of(rank, weight[world.stretch_server], records["attention"], world.full)._asdict(),
        )
        return cls(parted, streams)

    def replicate(self, key: np.uint64, times: Floats, first: Ints, fixed_work: Floats) -> Tally:
        """Run one replication; parameters as `capacity.simulation.replication.replicate`, by queue as its result."""
        parts = self.streams
        stream = stream_of(key, first, parts.first, parts.upto)
        order = np.argsort(stream, kind="stable")
        begins = np.searchsorted(stream[order], np.arange(parts.queue.size + 1)).astype(np.int64)
        number = np.arange(times.size, dtype=np.int64) - np.repeat(first[:-1], np.diff(first))
        work = fixed_work[order] if fixed_work.size else fixed_work
        found = replicate(self.world, key, times[order], begins, work, number[order])
        edges = parts.first[:-1]
        return Tally(
            counts=np.add.reduceat(found.counts, edges, axis=1),
            duty=np.add.reduceat(found.duty, edges, axis=2),
            handled=np.add.reduceat(found.handled, edges, axis=1),
            worked=found.worked,
            absent=found.absent,
            by_stream=found.counts,
        )


@njit(cache=True, nogil=True)
def stream_of(key: np.uint64, first: Ints, part: Ints, upto: Floats) -> Ints:
    """Return each contact's stream, by the replication's key, the queue and the contact's number alone.

    Parameters
    ----------
    key : uint64
        Of the replication.
    first : int array, shape (queues + 1,)
        Where each queue's contacts begin.
    part, upto
        As ``Streams.first`` and ``Streams.upto``.
    """
    found = np.empty(first[-1], np.int64)
    for q in range(first.size - 1):
        source = derive(key, CUSTOMERS + q)
        for k in range(first[q], first[q + 1]):
            s = part[q]
            if part[q + 1] > s + 1:
                u = uniform(derive(derive(source, k - first[q]), 0), TIER)
                while u >= upto[s]:
                    s += 1
            found[k] = s
    return found


def _rank(world: World, tiers: Sequence[Tier], streams: Streams, servers: Sequence[Server]) -> Ints:
    """Return routing levels of stretches by stream.

    People set apart serve their tier alone, and its contacts look for them first: everybody else's levels are moved
    beyond theirs, all by as much, so that a freed agent's choice stays the same.
    """
    known = {tier.id: t for t, tier in enumerate(tiers)}
    strange = {server.tier for server in servers} - {"", *known}
    if strange:
        raise ValueError(f"a server is set apart for {min(strange)}, which is no tier of the centre")
    apart = np.array([known.get(server.tier, EVERYBODY) for server in servers], dtype=np.int64)
    mine = apart[world.stretch_server][:, None] if world.stretch_server.size else np.zeros((0, 1), np.int64)
    rank = world.rank[:, streams.queue]
    alone = np.array([not tier.others_serve for tier in tiers] + [False])[streams.tier]
    lift = int(rank.max(initial=0)) if (apart != EVERYBODY).any() else 0
    able = np.where(mine == EVERYBODY, ~alone, mine == streams.tier) & (rank > 0)
    return np.where(able, rank + np.where(mine == EVERYBODY, lift, 0), 0).astype(np.int64)


def _events(events: Records, streams: Streams) -> Records:
    """Let what happens to a queue happen to each of its streams, at the same time and in the same order."""
    copies = np.ones(events.size, dtype=np.int64)
    of_queue = ~np.isin(events["kind"], (LEAVE, COME))
    subject = events["subject"][of_queue]
    copies[of_queue] = np.diff(streams.first)[subject]
    found = np.repeat(events, copies)
    begin = np.cumsum(copies) - copies
    step = np.arange(found.size) - np.repeat(begin, copies)
    base = events["subject"].copy()
    base[of_queue] = streams.first[subject]
    found["subject"] = np.repeat(base, copies) + step
    return found
