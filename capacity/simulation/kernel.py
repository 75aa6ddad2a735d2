"""The event loop: what happens, in the order of time, in one replication.

The rules are told in ``docs/background/simulation.md``.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from capacity.simulation.choices import choose_contact
from capacity.simulation.customers import abandon, arrive, complete
from capacity.simulation.draws import (
    ABSENCE,
    AWAY,
    CUSTOMERS,
    derive,
    exponential,
    uniform,
)
from capacity.simulation.floor import (
    account,
    begin,
    newcomer,
    quit_queue,
    reschedule,
)
from capacity.simulation.heap import part, put, take_out
from capacity.simulation.timesheet import close_interval
from capacity.simulation.world import (
    ABANDONED,
    CLOSE,
    COMPLETION,
    DEMAND,
    FREE,
    LEAVE,
    NOW,
    OPEN,
    REACHED,
    SERVED,
    UNREACHED,
    UNSERVED,
    WAIT,
    WAITING,
    Floor,
    World,
)
from domain.history import Floats, Ints

AWAY_MEAN_S = 300.0
"""Mean length of one loss of in-shift time."""


@part
def settle(w: World, f: Floor, freed: Ints, count: int, now: float) -> None:
    """Let agents freed at one instant take what waits, the least loaded of them first each time."""
    while f.totals[WAITING] > 0:
        taker, contact = -1, -1
        for j in range(count):
            a = freed[j]
            if taker >= 0:
                agent, rival = f.agents[a], f.agents[taker]
                if agent.used > rival.used or (agent.used == rival.used and agent.since >= rival.since):
                    continue
            k = choose_contact(w, f, a)
            if k >= 0:
                taker, contact = a, k
        if taker < 0:
            return
        quit_queue(f, contact)
        begin(w, f, taker, contact, now)


@part
def carry_out(w: World, f: Floor, event: int, absent: NDArray[np.bool_], freed: Ints, count: int) -> int:
    """Carry out one planned event, and return how many agents this instant has freed."""
    now, kind, subject = w.events[event].time, w.events[event].kind, w.events[event].subject
    if kind in (UNREACHED, REACHED):
        f.queues[subject].unreached += 1 if kind == UNREACHED else -1
        return count
    if kind == UNSERVED:
        f.queues[subject].unserved += 1
        return count
    if kind in (OPEN, SERVED):
        if kind == OPEN:
            f.queues[subject].open = True
        else:
            f.queues[subject].unserved -= 1
        if f.queues[subject].waiting > 0:
            count = f.totals[FREE]
            for j in range(count):
                freed[j] = f.free[j]
        return count
    if kind == CLOSE:
        queue = f.queues[subject]
        queue.open = False
        if queue.patience == math.inf and not queue.deferred:
            k = queue.head
            while k >= 0:
                put(f.pending_order, f.pending_place, f.pending_time, f.pending_size, k, now)
                k = f.contacts[k].after
        return count
    a = w.stretch_server[subject]
    agent = f.agents[a]
    if absent[w.stretch_shift[subject]] or (kind == LEAVE and agent.stretch != subject):
        return count
    account(w, f, a, now)
    if kind == LEAVE:
        agent.on = False
        agent.left = now
    else:
        if not agent.on and agent.left != now:
            agent.since = now
        agent.on = True
        agent.stretch = subject
        freed[count] = a
        count += 1
    reschedule(w, f, a, now)
    return count


@part
def meet_agent(w: World, f: Floor, a: int, now: float) -> None:
    """Carry out what an agent was waiting for: a contact's end, a loss of time, or its end."""
    agent = f.agents[a]
    account(w, f, a, now)
    if agent.next == COMPLETION:
        complete(w, f, a, now)
    elif agent.next == DEMAND:
        key = derive(derive(f.key, AWAY), w.person_key[a])
        agent.debt = max(agent.debt, 0.0) + AWAY_MEAN_S * exponential(key, 2 * agent.demands)
        agent.demand = AWAY_MEAN_S / w.loss[a] * exponential(key, 2 * agent.demands + 1)
        agent.demands += 1
    else:
        agent.debt = 0.0
        agent.since = now
    reschedule(w, f, a, now)


@part
def prepare(
    w: World, f: Floor, times: Floats, first: Ints, upcoming: Ints, calls: Floats, absent: NDArray[np.bool_]
) -> None:
    """Write down when customers first come, who is ill today, and when agents first lose time."""
    for q in range(f.queues.size):
        f.queues[q].head = f.queues[q].tail = -1
        f.queues[q].key = derive(f.key, CUSTOMERS + f.queues[q].source)
        upcoming[q] = first[q]
        calls[q] = times[first[q]] if first[q] < first[q + 1] else math.inf
    for a in range(f.agents.size):
        agent = f.agents[a]
        agent.place, agent.stretch, agent.left, agent.demand = -1, -1, -1.0, math.inf
        agent.cell = f.agent_place[a] = -1
        if w.loss[a] > 0.0:
            away = derive(derive(derive(f.key, AWAY), w.person_key[a]), 0)
            agent.demand = AWAY_MEAN_S / w.loss[a] * exponential(away, 0)
    for shift in range(absent.size):
        key = derive(derive(f.key, ABSENCE), w.shift_key[shift])
        absent[shift] = uniform(key, 0) < w.shift_absence[shift]


@part
def conclude(w: World, f: Floor) -> None:
    """Send home whom nobody will serve any more; their wait counts up to the horizon's end."""
    horizon = w.step * w.intervals
    for q in range(f.queues.size):
        k = f.queues[q].head
        while k >= 0:
            contact = f.contacts[k]
            if contact.interval >= 0:
                f.counts[WAIT, q, contact.interval] += horizon - contact.arrival
                if not f.queues[q].deferred:
                    f.counts[ABANDONED, q, contact.interval] += 1.0
            k = contact.after


@part
def next_caller(calls: Floats) -> tuple[int, float]:
    """Return the queue of the next arrival and its time; what is there at the start comes at 0."""
    caller, time = -1, math.inf
    for q in range(calls.size):
        if calls[q] < time:
            caller, time = q, calls[q]
    return caller, max(time, 0.0)


@part
def run_events(
    w: World,
    f: Floor,
    times: Floats,
    first: Ints,
    upcoming: Ints,
    calls: Floats,
    absent: NDArray[np.bool_],
    freed: Ints,
) -> None:
    """Go from event to event; at one instant windows end first, then come plans, agents and customers."""
    prepare(w, f, times, first, upcoming, calls, absent)
    event = 0
    boundary = w.step
    caller, call_time = next_caller(calls)
    while True:
        planned = w.events[event].time if event < w.events.size else math.inf
        agent_time, pending = f.agent_time[0], f.pending_time[0]
        now = min(min(boundary, planned), min(min(agent_time, pending), call_time))
        if now == math.inf:
            break
        count = 0
        comer = -1
        if boundary == now:
            close_interval(w, f, now)
            boundary = (f.totals[NOW] + 1) * w.step if f.totals[NOW] < w.intervals else math.inf
        elif planned == now:
            while event < w.events.size and w.events[event].time == now:
                count = carry_out(w, f, event, absent, freed, count)
                event += 1
        elif agent_time == now:
            freed[0] = f.agent_order[0]
            count = 1
            meet_agent(w, f, freed[0], now)
        elif pending == now:
            k = f.pending_order[0]
            if f.contacts[k].waiting:
                abandon(w, f, k, now)
            else:
                take_out(f.pending_order, f.pending_place, f.pending_time, f.pending_size, k)
                f.contacts[k].arrival = now
                comer = k
        else:
            k = upcoming[caller]
            number = f.numbers[k] if f.numbers.size > 0 else k - first[caller]
            comer = newcomer(f, caller, number, k, times[k])
            upcoming[caller] = k + 1
            calls[caller] = times[k + 1] if k + 1 < first[caller + 1] else math.inf
            caller, call_time = next_caller(calls)
        if comer >= 0:
            arrive(w, f, comer, now)
        else:
            if count > 0:
                settle(w, f, freed, count, now)
            if w.reserves and f.totals[WAITING] > 0:
                # Whoever is idle may now leave the reserve to somebody else.
                for j in range(f.totals[FREE]):
                    freed[j] = f.free[j]
                settle(w, f, freed, f.totals[FREE], now)
    conclude(w, f)
