"""Agents and queues between events: who has done what, who is where.

The rules are told in ``docs/background/simulation.md``.
"""

from __future__ import annotations

import math

import numpy as np

from capacity.simulation.draws import WORK, derive, normal_quantile, uniform
from capacity.simulation.heap import part, put, take_out
from capacity.simulation.idle import enter, leave
from capacity.simulation.world import (
    COMPLETION,
    DEMAND,
    DRAWN,
    FIXED,
    FREE,
    IN_TIME,
    KNOWN,
    NOW,
    PAID,
    SCOPES,
    SPARE,
    TAKEN,
    WAIT,
    WAITING,
    Floor,
    World,
)


@part
def customer(f: Floor, k: int) -> np.uint64:
    """Return the key of a customer's attempt."""
    contact = f.contacts[k]
    key: np.uint64 = derive(derive(f.queues[contact.queue].key, contact.number), contact.attempt)
    return key


@part
def newcomer(f: Floor, q: int, number: int, logged: int, now: float) -> int:
    """Give a customer who comes for the first time a place among the contacts."""
    k: int = f.totals[TAKEN]
    if f.totals[SPARE] > 0:
        f.totals[SPARE] -= 1
        k = f.spare[f.totals[SPARE]]
    else:
        f.totals[TAKEN] += 1
    contact = f.contacts[k]
    contact.arrival, contact.queue, contact.number, contact.logged = now, q, number, logged
    contact.attempt, contact.waiting = 0, False
    f.pending_place[k] = -1
    return k


@part
def forget(f: Floor, k: int) -> None:
    """Leave the place of a contact who will not come again."""
    f.spare[f.totals[SPARE]] = k
    f.totals[SPARE] += 1


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
    if w.listed:
        cell = w.stretch_class[agent.stretch] * w.full + agent.used if able else -1
        if cell != agent.cell:
            if agent.cell >= 0:
                leave(w, f, a)
            if cell >= 0:
                enter(w, f, a, cell)
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
    f.handled[a, q] += 1.0
    if i >= 0:
        f.counts[WAIT, q, i] += wait
        for scope in range(SCOPES):
            if wait <= w.within[q, scope]:
                f.counts[IN_TIME + scope, q, i] += 1.0
        if not math.isnan(w.fcr[a, q]):
            f.counts[KNOWN, q, i] += 1.0
            f.counts[FIXED, q, i] += w.fcr[a, q]
    work, drawn = math.nan, 0.0
    if f.fixed_work.size > 0:
        work = f.fixed_work[contact.logged]
    if math.isnan(work):
        u = uniform(customer(f, k), WORK)
        if queue.samples > 0:
            work = w.samples[queue.sample + int(u * queue.samples)]
            drawn = work - queue.mean
        else:
            work = usual = w.aht[q, max(i, 0)]
            if queue.sigma > 0.0:
                work *= math.exp(queue.sigma * normal_quantile(u) - 0.5 * queue.sigma * queue.sigma)
            drawn = work - usual
        if i >= 0:
            f.counts[DRAWN, q, i] += drawn
    slot = f.slots[a, agent.load]
    slot.contact, slot.queue, slot.work = k, q, work
    agent.load += 1
    agent.used += queue.attention
    agent.since = now
    reschedule(w, f, a, now)
