"""One routing question answered: which waiting contact goes to which agent now, by the simulator's own rules."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.centre import Centre
from domain.people import Agent, Route
from domain.tiers import REST


@dataclass(frozen=True)
class Waiting:
    """A contact in queue: since when, on any clock that all contacts share, and its customer's tier, if of any."""

    queue: str
    since: float
    contact: str = ""
    tier: str = ""


@dataclass(frozen=True)
class Idle:
    """An agent with room: since when without a new contact, and the queues of the contacts carried."""

    agent_id: str
    since: float
    carrying: tuple[str, ...] = ()


class Standing(NamedTuple):
    """What a tier means on a queue: its id, its rank (lower first), and whether people not set apart serve it."""

    tier: str
    rank: int
    open_to_all: bool


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
    reserve : mapping of deferred queue to int
        People without contacts who also serve a live queue and stay free when its work is begun.
    standing : mapping of (queue, tier) to Standing
        What a customer's tier means on a queue; a tier that does not hold the queue means nothing there.
    apart : mapping of agent to tier
        Who is set apart for a tier's contacts.
    """

    rank: Mapping[str, Mapping[str, tuple[int, float]]]
    attention: Mapping[str, int]
    full: int
    deferred: frozenset[str]
    reserve: Mapping[str, int]
    standing: Mapping[tuple[str, str], Standing]
    apart: Mapping[str, str]

    @classmethod
    def of(cls, centre: Centre, routes: Sequence[Route], agents: Sequence[Agent] = ()) -> Router:
        """Prepare a routing plan.

        Parameters
        ----------
        centre : Centre
        routes : sequence of Route
            As `routing.csv` has them; who has no route to a queue never gets its contacts.
        agents : sequence of Agent
            Whose teams tell who is set apart for a tier.
        """
        rank: dict[str, dict[str, tuple[int, float]]] = {}
        for route in routes:
            rank.setdefault(route.agent_id, {})[route.queue] = (route.level, route.weight)
        full = math.lcm(*(queue.concurrency for queue in centre.queues)) if centre.queues else 1
        attention = {queue.id: full // queue.concurrency for queue in centre.queues}
        last = len(centre.tiers)
        standing: dict[tuple[str, str], Standing] = {}
        for queue in centre.queues:
            standing[queue.id, ""] = standing[queue.id, REST] = usual = Standing("", last, True)
            for k, tier in enumerate(centre.tiers):
                held = Standing(tier.id, k if tier.priority else last, tier.others_serve)
                standing[queue.id, tier.id] = held if tier.holds(queue) else usual
        team = {tier.team: tier.id for tier in centre.tiers if tier.team}
        apart = {agent.id: team[agent.team] for agent in agents if agent.team in team}
        deferred = frozenset(queue.id for queue in centre.queues if queue.deferred)
        reserve = {queue.id: queue.reserve for queue in centre.queues if queue.deferred and queue.reserve > 0}
        return cls(rank, attention, full, deferred, reserve, standing, apart)

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
            If a queue or a tier is not the centre's.
        ValueError
            If a time is not a number, or an agent is named twice.

        Notes
        -----
        Live contacts before deferred ones; the lowest level first, then the highest tier, then the longest wait; among
        agents then the least loaded, the highest weight, the longest idle. Who is set apart for a tier takes its
        contacts alone, and is asked before everybody else. Deferred work leaves its queue's ``reserve`` of people free,
        all live queues taken to be open: ``idle`` then has to hold all who are free. With one contact waiting that is
        the simulator's choice of an agent, with one agent idle its choice of a contact.
        """
        if any(map(math.isnan, [*(item.since for item in waiting), *(agent.since for agent in idle)])):
            raise ValueError("since: a number of seconds on one clock")
        if len({agent.agent_id for agent in idle}) < len(idle):
            raise ValueError("idle: each agent once, with all contacts carried")
        heads: dict[tuple[str, str], list[Waiting]] = {}
        earliest_last = sorted(waiting, key=lambda item: item.since)[::-1]
        for contact in earliest_last:
            heads.setdefault((contact.queue, contact.tier), []).append(contact)
        room = [(agent, sum(self.attention[queue] for queue in agent.carrying)) for agent in idle]
        chosen: list[tuple[Waiting, Idle]] = []
        best = {head: self._best(*head, room) for head in heads}
        while True:
            found: tuple[tuple[bool, bool, int, int, float], tuple[str, str], int] | None = None
            for (queue, tier), line in heads.items():
                at = best[queue, tier]
                if not line or at < 0:
                    continue
                agent_id = room[at][0].agent_id
                level = self.rank[agent_id][queue][0]
                key = (queue in self.deferred, agent_id not in self.apart, level, self.standing[queue, tier].rank)
                if found is None or (*key, line[-1].since) < found[0]:
                    found = ((*key, line[-1].since), (queue, tier), at)
            if found is None:
                return tuple(chosen)
            _, head, at = found
            agent = room[at][0]
            chosen.append((heads[head].pop(), agent))
            room[at] = (agent, self.full + 1)
            for name, place in best.items():
                if place == at or name[0] in self.reserve:
                    best[name] = self._best(*name, room)

    def _best(self, queue: str, tier: str, room: Sequence[tuple[Idle, int]]) -> int:
        """Return the agent for a contact of a queue, as a place in ``room``; -1 where none can take it."""
        attention = self.attention[queue]
        standing = self.standing[queue, tier]
        reserve = self.reserve.get(queue, 0)
        short = reserve > 0 and sum(used == 0 and self._live(agent) for agent, used in room) <= reserve
        best, found = (True, math.inf, 0, 0.0, 0.0), -1
        for place, (agent, used) in enumerate(room):
            if used + attention > self.full or (short and self._live(agent)):
                continue
            ranked = self.rank.get(agent.agent_id, {}).get(queue)
            if ranked is None:
                continue
            mine = self.apart.get(agent.agent_id)
            if not standing.open_to_all if mine is None else mine != standing.tier:
                continue
            key = (mine is None, ranked[0], used, -ranked[1], agent.since)
            if key < best:
                best, found = key, place
        return found

    def _live(self, agent: Idle) -> bool:
        """Tell whether an agent also serves a live queue."""
        return any(queue not in self.deferred for queue in self.rank.get(agent.agent_id, {}))
