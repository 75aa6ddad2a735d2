"""What becomes of customers: they come, are served or leave, and may come again.

The rules are told in ``docs/background/simulation.md``.
"""

from __future__ import annotations

import math

from capacity.simulation.choices import choose_agent
from capacity.simulation.draws import BALK, DELAY, PATIENCE, RESOLVED, RETURN, exponential, uniform
from capacity.simulation.floor import begin, customer, forget, join, quit_queue
from capacity.simulation.heap import part, put
from capacity.simulation.world import ABANDONED, DONE, DUE, FREE, NOW, OFFERED, SCOPES, WAIT, Floor, World


@part
def come_back(w: World, f: Floor, k: int, time: float) -> bool:
    """Let a customer try again at a time, or at the queue's next opening; beyond the horizon is lost.

    Return whether there will be another attempt.
    """
    contact = f.contacts[k]
    i = int(time / w.step)
    if i < w.intervals and not f.queues[contact.queue].deferred and w.next_open[contact.queue, i] > i:
        i = w.next_open[contact.queue, i]
        time = i * w.step
    if i < w.intervals:
        contact.attempt += 1
        put(f.pending_order, f.pending_place, f.pending_time, f.pending_size, k, time)
        return True
    return False


@part
def try_again(w: World, f: Floor, k: int, now: float) -> bool:
    """Let a customer who was not served redial, and return whether there will be another attempt."""
    queue = f.queues[f.contacts[k].queue]
    if w.closed_loop and queue.redial > 0.0:
        key = customer(f, k)
        if uniform(key, RETURN) < queue.redial:
            return come_back(w, f, k, now + queue.redial_delay * exponential(key, DELAY))
    return False


@part
def abandon(w: World, f: Floor, k: int, now: float) -> None:
    """Let a waiting customer leave unserved."""
    quit_queue(f, k)
    contact = f.contacts[k]
    q, i = contact.queue, contact.interval
    f.counts[WAIT, q, i] += now - contact.arrival
    f.counts[ABANDONED, q, i] += 1.0
    if not try_again(w, f, k, now):
        forget(f, k)


@part
def complete(w: World, f: Floor, a: int, now: float) -> None:
    """End the contact that an agent finishes first."""
    agent = f.agents[a]
    slot = f.slots[a, agent.slot]
    k = slot.contact
    last = f.slots[a, agent.load - 1]
    slot.contact, slot.queue, slot.work = last.contact, last.queue, last.work
    contact = f.contacts[k]
    q, i = contact.queue, contact.interval
    queue = f.queues[q]
    agent.load -= 1
    agent.used -= queue.attention
    agent.since = now
    if queue.deferred:
        for scope in range(SCOPES):
            due = contact.arrival + w.response[q, scope]
            if i >= 0 and now <= due <= w.step * w.intervals:
                f.counts[DONE + scope, q, i] += 1.0
    returns = False
    if w.closed_loop and queue.repeat > 0.0 and not math.isnan(w.resolves[a, q]):
        key = customer(f, k)
        if uniform(key, RESOLVED) >= w.resolves[a, q] and uniform(key, RETURN) < queue.repeat:
            returns = come_back(w, f, k, now + queue.repeat_delay * exponential(key, DELAY))
    if not returns:
        forget(f, k)


@part
def arrive(w: World, f: Floor, k: int, now: float) -> None:
    """Meet a customer: an agent now, or the queue, which some leave at once."""
    contact = f.contacts[k]
    q = contact.queue
    queue = f.queues[q]
    if queue.unreached > 0:
        if not try_again(w, f, k, now):
            forget(f, k)
        return
    i = -1 if contact.arrival < 0.0 else min(f.totals[NOW], w.intervals - 1)
    contact.interval = i
    if i >= 0:
        f.counts[OFFERED, q, i] += 1.0
        if queue.deferred:
            for scope in range(SCOPES):
                if contact.arrival + w.response[q, scope] <= w.step * w.intervals:
                    f.counts[DUE + scope, q, i] += 1.0
    if f.totals[FREE] > 0 and queue.unserved == 0 and (queue.open or not queue.deferred):
        a = choose_agent(w, f, q)
        if a >= 0:
            begin(w, f, a, k, now)
            return
    join(f, k)
    if queue.deferred:
        return
    patience = queue.patience
    if patience < math.inf:
        patience *= exponential(customer(f, k), PATIENCE)
    elif not queue.open:
        patience = 0.0
    if queue.balking > 0.0 and uniform(customer(f, k), BALK) < queue.balking:
        patience = 0.0
    if patience < math.inf:
        put(f.pending_order, f.pending_place, f.pending_time, f.pending_size, k, now + patience)
