"""The routing plan by customer tier: who takes whose contacts, in which order."""

from __future__ import annotations

from collections.abc import Sequence

from domain.centre import Centre
from domain.entity import Entity
from domain.people import Agent, Route
from domain.tiers import REST


class TierRoute(Entity):
    """A route for one tier's contacts of a queue.

    Attributes
    ----------
    agent_id, queue : str
    tier : str
        ``standard`` for contacts of no tier.
    rank : int
        Among waiting contacts of one level a freed agent takes the lowest rank first, then the longest wait.
    level, weight
        As those of `domain.people.Route`.
    """

    agent_id: str
    queue: str
    tier: str
    rank: int
    level: int
    weight: float


def tier_routes(centre: Centre, agents: Sequence[Agent], routes: Sequence[Route]) -> tuple[TierRoute, ...]:
    """Part a routing plan by tier, as the simulator takes it.

    Parameters
    ----------
    centre : Centre
    agents : sequence of Agent
        Whose teams tell who is set apart for a tier.
    routes : sequence of Route

    Returns
    -------
    tuple of TierRoute
        In the order of the routes, the highest tier first; empty where the centre has no tiers.

    Notes
    -----
    Who is set apart serves one tier alone, and its contacts look for them first: the levels of everybody else are
    moved beyond theirs, all by as much, which leaves the order in which a freed agent takes contacts as it was.
    """
    if not centre.tiers:
        return ()
    team = {tier.team: tier.id for tier in centre.tiers if tier.team}
    apart = {agent.id: team[agent.team] for agent in agents if agent.team in team}
    lift = max((route.level for route in routes), default=0) if apart else 0
    queues = {queue.id: queue for queue in centre.queues}
    last = len(centre.tiers)
    found = []
    for route in routes:
        mine = apart.get(route.agent_id)
        parts = [
            (tier.id, k if tier.priority else last, tier.others_serve)
            for k, tier in enumerate(centre.tiers)
            if tier.holds(queues[route.queue])
        ]
        for tier_id, rank, open_to_all in (*parts, (REST, last, True)):
            if (mine is None and open_to_all) or mine == tier_id:
                level = route.level if mine is not None else route.level + lift
                found.append(
                    TierRoute(
                        agent_id=route.agent_id,
                        queue=route.queue,
                        tier=tier_id,
                        rank=rank + 1,
                        level=level,
                        weight=route.weight,
                    )
                )
    return tuple(found)
