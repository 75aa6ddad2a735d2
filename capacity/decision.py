"""One routing question answered: which waiting contact goes to which agent now, by the simulator's own rules."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.centre import Centre
from domain.people import Route


@dataclass(frozen=True)
class Waiting:
    """A contact in queue: since when, on any clock that all contacts share."""

    queue: str
    since: float
    contact: str = ""


@dataclass(frozen=True)
class Idle:
    """An agent with room: since when without a new contact, and the queues of the contacts carried."""

    agent_id: str
    since: float
    carrying: tuple[str, ...] = ()


@dataclass(frozen=True)
class Router:
    """Levels and weights, ready to decide.

    Attributes
    ----------
    rank : mapping of agent to mapping of queue to (level, weight)
    attention : mapping of queue to int
        What a contact takes of an agent, of ``full``.
    full : int
    deferred : frozenset of str
        Queues whose contacts go last.
    """

    rank: Mapping[str, Mapping[str, tuple[int, float]]]
    attention: Mapping[str, int]
    full: int
    deferred: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, centre: Centre, routes: Sequence[Route]) -> Router:
        """Prepare a routing plan.

        Parameters
        ----------
        centre : Centre
        routes : sequence of Route
            As `routing.csv` has them; who has no route to a queue never gets its contacts.
        """
        rank: dict[str, dict[str, tuple[int, float]]] = {}
        for route in routes:
            rank.setdefault(route.agent_id, {})[route.queue] = (route.level, route.weight)
        full = math.lcm(*(queue.concurrency for queue in centre.queues)) if centre.queues else 1
        attention = {queue.id: full // queue.concurrency for queue in centre.queues}
        return cls(rank, attention, full, frozenset(queue.id for queue in centre.queues if queue.deferred))

    def decide(self, waiting: Sequence[Waiting], idle: Sequence[Idle]) -> tuple[tuple[Waiting, Idle], ...]:
        """Return who takes what, in the order of the decisions; contacts and agents that do not match stay.

        Parameters
        ----------
        waiting : sequence of Waiting
        idle : sequence of Idle
            Agents with room for more; each gets at most one contact an answer.

        Returns
        -------
        tuple of (Waiting, Idle)

        Raises
        ------
        KeyError
            If a queue is not the centre's.

        Notes
        -----
        Live contacts before deferred ones; the lowest level first, then the longest wait; among agents then the least
        loaded, the highest weight, the longest idle. With one contact waiting that is the simulator's choice of an
        agent, with one agent idle its choice of a contact.
        """
        heads: dict[str, list[Waiting]] = {}
        earliest_last = sorted(waiting, key=lambda item: item.since)[::-1]
        for contact in earliest_last:
            heads.setdefault(contact.queue, []).append(contact)
        room = [(agent, sum(self.attention[queue] for queue in agent.carrying)) for agent in idle]
        chosen: list[tuple[Waiting, Idle]] = []
        best = {queue: self._best(queue, room) for queue in heads}
        while True:
            found: tuple[tuple[bool, int, float], str, int] | None = None
            for queue, line in heads.items():
                at = best[queue]
                if not line or at < 0:
                    continue
                level = self.rank[room[at][0].agent_id][queue][0]
                key = (queue in self.deferred, level, line[-1].since)
                if found is None or key < found[0]:
                    found = (key, queue, at)
            if found is None:
                return tuple(chosen)
            _, queue, at = found
            agent = room[at][0]
            chosen.append((heads[queue].pop(), agent))
            room[at] = (agent, self.full + 1)
            for name, place in best.items():
                if place == at:
                    best[name] = self._best(name, room)

    def _best(self, queue: str, room: Sequence[tuple[Idle, int]]) -> int:
        """Return the agent for a contact of a queue, as a place in ``room``; -1 where none can take it."""
        attention = self.attention[queue]
        best, found = (math.inf, 0, 0.0, 0.0), -1
        for place, (agent, used) in enumerate(room):
            if used + attention > self.full:
                continue
            ranked = self.rank.get(agent.agent_id, {}).get(queue)
            if ranked is None:
                continue
            key = (ranked[0], used, -ranked[1], agent.since)
            if key < best:
                best, found = key, place
        return found
