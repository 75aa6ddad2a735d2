"""Who was on contact duty when, read from the contacts they took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from domain.grid import from_utc64
from domain.history import Floats, Ints
from planning.call_log.calls import NOBODY, Calls
from planning.call_log.mapping import Duty

RING_S = 2.0
"""A shorter wait is a phone that rings, not a queue."""
_TAKEN_S = 1
"""A spell is open for so long after its last contact was taken, so that one of a single contact exists."""


@dataclass(frozen=True)
class StaffSpell:
    """A stretch in which an agent was ready to take contacts.

    Attributes
    ----------
    agent : str
    start, end : datetime
        UTC. ``end`` is when the last contact was taken, not when it was finished: in a simulation that lets a
        contact begun be finished, a later end would lend the agent's time twice.
    queues : tuple of str
        The queues the agent serves.
    """

    agent: str
    start: datetime
    end: datetime
    queues: tuple[str, ...]


@dataclass(frozen=True)
class _Served:
    """One agent's contacts, as seconds since 1970: taken, and finished (running maximum)."""

    agent: int
    taken: Floats
    finished: Floats


@dataclass(frozen=True)
class _Waiting:
    """Disjoint spans in which somebody waits, as seconds since 1970, with the time waited before each."""

    low: Floats
    high: Floats
    before: Floats

    def last_within(self, low: Floats, high: Floats) -> Floats:
        """Return the last moment before ``high`` at which somebody waits; ``low`` where nobody does since."""
        if not len(self.low):
            return low.copy()
        k = np.searchsorted(self.low, high, side="left") - 1
        last = np.where(k >= 0, np.minimum(self.high[k], high), low)
        return np.asarray(np.maximum(last, low))

    def time_until(self, moment: Floats) -> Floats:
        """Return how long somebody waited before a moment."""
        if not len(self.low):
            return np.zeros(len(moment))
        k = np.searchsorted(self.low, moment, side="right") - 1
        part = np.clip(np.minimum(self.high[k], moment) - self.low[k], 0.0, None)
        return np.asarray(np.where(k >= 0, self.before[k] + part, 0.0))


def staff_spells(calls: Calls, skilled: NDArray[np.bool_], duty: Duty) -> list[StaffSpell]:
    """Infer spells of contact duty of every agent with a skill, sorted by agent and time.

    Parameters
    ----------
    calls : Calls
    skilled : bool array, shape (agents, queues)
    duty : Duty

    Notes
    -----
    From its first contact on an agent is taken to be ready between contacts, with two exceptions. A gap longer
    than ``longest_gap_minutes`` is a break or the end of the duty. And whoever has been idle for more than
    ``idle_while_waiting_s`` while somebody it serves is still waiting was not ready in that gap (work done
    afterwards, a call out, a break): readiness begins again when nobody waits any more.
    """
    spells: list[StaffSpell] = []
    for served, waiting in _by_agent(calls, skilled):
        queues = tuple(calls.queues[q] for q in np.flatnonzero(skilled[served.agent]))
        for low, high in _spells(served, waiting, duty):
            start, end = (from_utc64(np.datetime64(round(t), "s")) for t in (low, high + _TAKEN_S))
            spells.append(StaffSpell(calls.agents[served.agent], start, end, queues))
    return spells


def unavailable_share(calls: Calls, skilled: NDArray[np.bool_], longest_gap_minutes: float) -> float:
    """Return the share of duty time, while somebody waited, in which agents were not serving.

    Parameters
    ----------
    longest_gap_minutes : float
        Longer gaps between contacts are breaks and left out.

    Notes
    -----
    While contacts wait, an agent on duty that serves none is not available; what share of its time that is
    can only be seen then, and is taken for its whole duty: the ``in_shift`` part of shrinkage. NaN where nobody
    waited.
    """
    serving = idle = 0.0
    for served, waiting in _by_agent(calls, skilled):
        begin = np.maximum(served.taken[1:], served.finished[:-1])
        gap = begin - served.finished[:-1]
        short = gap <= 60 * longest_gap_minutes
        at_end, at_next = waiting.time_until(served.finished[:-1]), waiting.time_until(begin)
        idle += float((at_next - at_end)[short].sum())
        starts = np.concatenate([served.taken[:1], begin])
        serving += float((waiting.time_until(served.finished) - waiting.time_until(starts)).sum())
    return idle / (idle + serving) if idle + serving > 0 else float("nan")


def _spells(served: _Served, waiting: _Waiting, duty: Duty) -> Iterator[tuple[float, float]]:
    free, taken = served.finished[:-1], served.taken[1:]
    gap = taken - free
    ready = waiting.last_within(free, np.maximum(taken, free))
    long = gap > 60 * duty.longest_gap_minutes
    away = (ready - free > duty.idle_while_waiting_s) & (gap > 0)
    cut = np.flatnonzero(long | away)
    begins = np.concatenate([served.taken[:1], np.where(long, taken, ready)[cut]])
    ends = np.concatenate([served.taken[:-1][cut], served.taken[-1:]])
    yield from zip(begins.tolist(), ends.tolist(), strict=True)


def _by_agent(calls: Calls, skilled: NDArray[np.bool_]) -> Iterator[tuple[_Served, _Waiting]]:
    """Yield each skilled agent's contacts with the time in which somebody it serves waits."""
    cache: dict[bytes, _Waiting] = {}
    mine = calls.answered & (calls.agent != NOBODY)
    taken = calls.seconds + np.nan_to_num(calls.wait_s)
    finished = taken + np.nan_to_num(calls.handle_s)
    order: Ints = np.lexsort((taken, calls.agent))
    order = order[mine[order]]
    edges = np.searchsorted(calls.agent[order], np.arange(len(calls.agents) + 1))
    for agent in range(len(calls.agents)):
        rows = order[edges[agent] : edges[agent + 1]]
        if not len(rows) or not skilled[agent].any():
            continue
        key = skilled[agent].tobytes()
        if key not in cache:
            cache[key] = _waiting(calls, skilled[agent])
        ends = np.asarray(np.maximum.accumulate(finished[rows]), dtype=np.float64)
        yield _Served(agent, np.asarray(taken[rows], dtype=np.float64), ends), cache[key]


def _waiting(calls: Calls, queues: NDArray[np.bool_]) -> _Waiting:
    """Merge the waits of some queues into disjoint spans."""
    rows = calls.contacts & queues[calls.queue] & (np.nan_to_num(calls.wait_s) > RING_S)
    if not rows.any():
        return _Waiting(np.zeros(0), np.zeros(0), np.zeros(0))
    joined: Floats = calls.seconds[rows].astype(np.float64)
    low: Floats = joined + RING_S
    high: Floats = np.asarray(np.maximum.accumulate(joined + calls.wait_s[rows]), dtype=np.float64)
    first = np.flatnonzero(np.concatenate([[True], low[1:] > high[:-1]]))
    last = np.concatenate([first[1:] - 1, [len(low) - 1]])
    before: Floats = np.zeros(len(first))
    before[1:] = np.cumsum(high[last] - low[first])[:-1]
    return _Waiting(low[first], high[last], before)
