"""Agents and queues between events: who has done what, who takes whom.

The rules are told in ``docs/background/simulation.md``.
"""

from __future__ import annotations

import math

import numpy as np

from capacity.simulation.draws import CUSTOMERS, WORK, derive, normal_quantile, uniform
from capacity.simulation.heap import part, put, take_out
from capacity.simulation.world import (
    COMPLETION,
    DEMAND,
    FIXED,
    FREE,
    IN_TIME,
    KNOWN,
    NOW,
    PAID,
    SCOPES,
    WAIT,
    WAITING,
    Floor,
    World,
)


@part
def customer(f: Floor, k: int) -> np.uint64:
    """Return the key of a customer's attempt."""
    contact = f.contacts[k]
    queue_key = derive(f.key, CUSTOMERS + contact.queue)
    return derive(derive(queue_key, contact.number), contact.attempt)


@part
def account(w: World, f: Floor, a: int, now: float) -> None:
    """Bring an agent's work, time and debt up to now."""
    agent = f.agents[a]
    dt = now - agent.last
    agent.last = now
    if dt <= 0.0:
        return
    inside = f.totals[NOW] < w.intervals
    for s in range(agent.load):
        slot = f.slots[a, s]
        slot.work -= dt * slot.rate
        if inside:
            f.spent[0, a, slot.queue] += dt * f.queues[slot.queue].attention / w.full
    share = agent.used / w.full
    there = 1.0
    if not agent.on:
        there = share
    else:
        agent.demand -= dt
        if agent.debt > 0.0:
            there = share
            agent.debt -= dt * (1.0 - share)
    if inside:
        f.present[0, a] += dt * there


@part
def reschedule(w: World, f: Floor, a: int, now: float) -> None:
    """Find what happens to an agent next, and whether a contact may go there."""
    agent = f.agents[a]
    best = math.inf
    for s in range(agent.load):
        slot = f.slots[a, s]
        pace = w.factor[a, slot.queue] * w.slowdown[slot.queue, agent.load - 1]
        slot.rate = 1.0 / pace
        time = now + max(slot.work, 0.0) * pace
        if time < best:
            best, agent.next, agent.slot = time, COMPLETION, s
    if agent.on:
        if agent.debt > 0.0 and agent.used < w.full:
            time = now + agent.debt / (1.0 - agent.used / w.full)
            if time < best:
                best, agent.next = time, PAID
        if now + agent.demand < best:
            best, agent.next = now + agent.demand, DEMAND
    if best < math.inf:
        put(f.agent_order, f.agent_place, f.agent_time, f.agent_size, a, best)
    else:
        take_out(f.agent_order, f.agent_place, f.agent_time, f.agent_size, a)
    able = agent.on and agent.debt <= 0.0 and agent.used < w.full
    if able and agent.place < 0:
        agent.place = f.totals[FREE]
        f.free[agent.place] = a
        f.totals[FREE] += 1
    elif not able and agent.place >= 0:
        f.totals[FREE] -= 1
        last = f.free[f.totals[FREE]]
        f.free[agent.place] = last
        f.agents[last].place = agent.place
        agent.place = -1


@part
def choose_agent(w: World, f: Floor, q: int) -> int:
    """Return the agent for a contact of a queue, -1 where none can take it.

    Lowest level, then least loaded, then highest weight, then longest idle (then the first listed).
    """
    found = -1
    attention = f.queues[q].attention
    for j in range(f.totals[FREE]):
        a = f.free[j]
        agent = f.agents[a]
        level = w.rank[agent.stretch, q]
        if level == 0 or agent.used + attention > w.full:
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
    """Return the waiting contact for an agent, -1 where there is none: live first, lowest level, longest wait."""
    agent = f.agents[a]
    found = -1
    if f.totals[WAITING] == 0 or not agent.on or agent.debt > 0.0:
        return found
    for q in range(f.queues.size):
        queue = f.queues[q]
        if queue.waiting == 0 or (queue.deferred and not queue.open):
            continue
        level = w.rank[agent.stretch, q]
        if level == 0 or agent.used + queue.attention > w.full:
            continue
        if found >= 0:
            rival = f.contacts[found]
            if queue.deferred != f.queues[rival.queue].deferred:
                if queue.deferred:
                    continue
            elif level != w.rank[agent.stretch, rival.queue]:
                if level > w.rank[agent.stretch, rival.queue]:
                    continue
            elif f.contacts[queue.head].arrival >= rival.arrival:
                continue
        found = queue.head
    return found


@part
def join(f: Floor, k: int) -> None:
    """Put a contact at the end of its queue."""
    contact = f.contacts[k]
    queue = f.queues[contact.queue]
    contact.waiting = True
    contact.before, contact.after = queue.tail, -1
    if queue.tail >= 0:
        f.contacts[queue.tail].after = k
    else:
        queue.head = k
    queue.tail = k
    queue.waiting += 1
    f.totals[WAITING] += 1


@part
def quit_queue(f: Floor, k: int) -> None:
    """Take a contact out of its queue."""
    contact = f.contacts[k]
    queue = f.queues[contact.queue]
    contact.waiting = False
    if contact.before >= 0:
        f.contacts[contact.before].after = contact.after
    else:
        queue.head = contact.after
    if contact.after >= 0:
        f.contacts[contact.after].before = contact.before
    else:
        queue.tail = contact.before
    queue.waiting -= 1
    f.totals[WAITING] -= 1
    take_out(f.pending_order, f.pending_place, f.pending_time, f.pending_size, k)


@part
def begin(w: World, f: Floor, a: int, k: int, now: float) -> None:
    """Let an agent begin a contact."""
    account(w, f, a, now)
    agent, contact = f.agents[a], f.contacts[k]
    q = contact.queue
    queue = f.queues[q]
    wait = now - contact.arrival
    i = contact.interval
    if i >= 0:
        f.counts[WAIT, q, i] += wait
        for scope in range(SCOPES):
            if wait <= w.within[q, scope]:
                f.counts[IN_TIME + scope, q, i] += 1.0
        if not math.isnan(w.fcr[a, q]):
            f.counts[KNOWN, q, i] += 1.0
            f.counts[FIXED, q, i] += w.fcr[a, q]
    work = math.nan
    if f.fixed_work.size > 0:
        work = f.fixed_work[k]
    if math.isnan(work):
        u = uniform(customer(f, k), WORK)
        if queue.samples > 0:
            work = w.samples[queue.sample + int(u * queue.samples)]
        else:
            work = w.aht[q, max(i, 0)]
            if queue.sigma > 0.0:
                work *= math.exp(queue.sigma * normal_quantile(u) - 0.5 * queue.sigma * queue.sigma)
    slot = f.slots[a, agent.load]
    slot.contact, slot.queue, slot.work = k, q, work
    agent.load += 1
    agent.used += queue.attention
    agent.since = now
    reschedule(w, f, a, now)
