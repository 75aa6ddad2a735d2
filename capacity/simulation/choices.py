"""Who takes whom: the agent for a contact, and the contact for an agent.

The rules are told in ``docs/background/simulation.md``.
"""

from __future__ import annotations

from capacity.simulation.heap import part
from capacity.simulation.idle import first_listed
from capacity.simulation.world import FREE, WAITING, Floor, World


@part
def serves_live(w: World, f: Floor, a: int) -> bool:
    """Tell whether an agent also serves a live queue that is open."""
    for q in range(f.queues.size):
        if f.queues[q].open and not f.queues[q].deferred and w.rank[f.agents[a].stretch, q] > 0:
            return True
    return False


@part
def idle_for_live(w: World, f: Floor, enough: int) -> int:
    """Count agents without contacts who serve a live queue that is open, up to what is enough."""
    count = 0
    for j in range(f.totals[FREE]):
        if count >= enough:
            break
        if f.agents[f.free[j]].used == 0 and serves_live(w, f, f.free[j]):
            count += 1
    return count


@part
def choose_agent(w: World, f: Floor, q: int) -> int:
    """Return the agent for a contact of a queue, -1 where none can take it.

    Lowest level, then least loaded, then highest weight, then longest idle (then the first listed).
    """
    reserve = f.queues[q].reserve
    if w.listed and reserve == 0:
        return first_listed(w, f, q)
    found = -1
    attention = f.queues[q].attention
    short = reserve > 0 and idle_for_live(w, f, reserve + 1) <= reserve
    for j in range(f.totals[FREE]):
        a = f.free[j]
        agent = f.agents[a]
        level = w.rank[agent.stretch, q]
        if level == 0 or agent.used + attention > w.full:
            continue
        if short and serves_live(w, f, a):
            continue
        if found >= 0:
            rival = f.agents[found]
            best = w.rank[rival.stretch, q]
            if level != best:
                if level > best:
                    continue
            elif agent.used != rival.used:
                if agent.used > rival.used:
                    continue
            elif w.weight[a, q] != w.weight[found, q]:
                if w.weight[a, q] < w.weight[found, q]:
                    continue
            elif agent.since != rival.since:
                if agent.since > rival.since:
                    continue
            elif a > found:
                continue
        found = a
    return found


@part
def choose_contact(w: World, f: Floor, a: int) -> int:
    """Return the waiting contact for an agent, -1 where there is none: live, lowest level, tier, longest wait."""
    agent = f.agents[a]
    found = -1
    if f.totals[WAITING] == 0 or not agent.on or agent.debt > 0.0:
        return found
    for q in range(f.queues.size):
        queue = f.queues[q]
        if queue.waiting == 0 or queue.unserved > 0 or (queue.deferred and not queue.open):
            continue
        level = w.rank[agent.stretch, q]
        if level == 0 or agent.used + queue.attention > w.full:
            continue
        if queue.reserve > 0 and serves_live(w, f, a) and idle_for_live(w, f, queue.reserve + 1) <= queue.reserve:
            continue
        if found >= 0:
            rival = f.contacts[found]
            if queue.deferred != f.queues[rival.queue].deferred:
                if queue.deferred:
                    continue
            elif level != w.rank[agent.stretch, rival.queue]:
                if level > w.rank[agent.stretch, rival.queue]:
                    continue
            elif queue.tier != f.queues[rival.queue].tier:
                if queue.tier > f.queues[rival.queue].tier:
                    continue
            elif f.contacts[queue.head].arrival >= rival.arrival:
                continue
        found = queue.head
    return found
