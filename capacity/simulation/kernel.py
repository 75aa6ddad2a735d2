"""The event loop: what happens, in the order of time, in one replication.

The rules are told in ``docs/background/simulation.md``.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.simulation import draws, floor, heap, timesheet, world
from capacity.simulation.draws import (
    ABSENCE,
    AWAY,
    BALK,
    DELAY,
    PATIENCE,
    RESOLVED,
    RETURN,
    derive,
    exponential,
    uniform,
)
from capacity.simulation.floor import (
    account,
    begin,
    choose_agent,
    choose_contact,
    customer,
    join,
    quit_queue,
    reschedule,
)
from capacity.simulation.heap import UNCOUNTED, part, put, take_out
from capacity.simulation.timesheet import close_interval
from capacity.simulation.world import (
    ABANDONED,
    CLOSE,
    COMPLETION,
    DEMAND,
    DONE,
    DUE,
    FREE,
    LEAVE,
    NOW,
    OFFERED,
    OPEN,
    RULES,
    SCOPES,
    WAIT,
    WAITING,
    Floor,
    World,
    empty_floor,
)
from domain.history import Floats, Ints

AWAY_MEAN_S = 300.0
"""Mean length of one loss of in-shift time."""


@part
def come_back(w: World, f: Floor, k: int, time: float) -> None:
    """Let a customer try again at a time, or at the queue's next opening; beyond the horizon is lost."""
    contact = f.contacts[k]
    i = int(time / w.step)
    if i < w.intervals and not f.queues[contact.queue].deferred and w.next_open[contact.queue, i] > i:
        i = w.next_open[contact.queue, i]
        time = i * w.step
    if i < w.intervals:
        contact.attempt += 1
        put(f.pending_order, f.pending_place, f.pending_time, f.pending_size, k, time)


@part
def abandon(w: World, f: Floor, k: int, now: float) -> None:
    """Let a waiting customer leave unserved."""
    quit_queue(f, k)
    contact = f.contacts[k]
    q, i = contact.queue, contact.interval
    f.counts[WAIT, q, i] += now - contact.arrival
    f.counts[ABANDONED, q, i] += 1.0
    if w.closed_loop and f.queues[q].redial > 0.0:
        key = customer(f, k)
        if uniform(key, RETURN) < f.queues[q].redial:
            come_back(w, f, k, now + f.queues[q].redial_delay * exponential(key, DELAY))


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
    if w.closed_loop and queue.repeat > 0.0 and not math.isnan(w.fcr[a, q]):
        key = customer(f, k)
        if uniform(key, RESOLVED) >= w.fcr[a, q] and uniform(key, RETURN) < queue.repeat:
            come_back(w, f, k, now + queue.repeat_delay * exponential(key, DELAY))


@part
def arrive(w: World, f: Floor, k: int, now: float) -> None:
    """Meet a customer: an agent now, or the queue, which some leave at once."""
    contact = f.contacts[k]
    q = contact.queue
    queue = f.queues[q]
    i = -1 if contact.arrival < 0.0 else min(f.totals[NOW], w.intervals - 1)
    contact.interval = i
    if i >= 0:
        f.counts[OFFERED, q, i] += 1.0
        if queue.deferred:
            for scope in range(SCOPES):
                if contact.arrival + w.response[q, scope] <= w.step * w.intervals:
                    f.counts[DUE + scope, q, i] += 1.0
    if f.totals[FREE] > 0 and (queue.open or not queue.deferred):
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
    if kind == OPEN:
        f.queues[subject].open = True
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
def prepare(w: World, f: Floor, times: Floats, first: Ints, upcoming: Ints, absent: NDArray[np.bool_]) -> None:
    """Write down the customers who will come, who is ill today, and when agents first lose time."""
    for q in range(f.queues.size):
        f.queues[q].head = f.queues[q].tail = -1
        upcoming[q] = first[q]
        for k in range(first[q], first[q + 1]):
            contact = f.contacts[k]
            contact.arrival, contact.queue, contact.number = times[k], q, k - first[q]
    for a in range(f.agents.size):
        agent = f.agents[a]
        agent.place, agent.stretch, agent.left, agent.demand = -1, -1, -1.0, math.inf
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
def next_caller(times: Floats, first: Ints, upcoming: Ints) -> tuple[int, float]:
    """Return the queue of the next arrival and its time; what is there at the start comes at 0."""
    caller, time = -1, math.inf
    for q in range(upcoming.size):
        if upcoming[q] < first[q + 1] and times[upcoming[q]] < time:
            caller, time = q, times[upcoming[q]]
    return caller, max(time, 0.0)


@part
def run_events(
    w: World, f: Floor, times: Floats, first: Ints, upcoming: Ints, absent: NDArray[np.bool_], freed: Ints
) -> None:
    """Go from event to event; at one instant windows end first, then come plans, agents and customers."""
    prepare(w, f, times, first, upcoming, absent)
    event = 0
    boundary = w.step
    caller, call_time = next_caller(times, first, upcoming)
    while True:
        planned = w.events[event].time if event < w.events.size else math.inf
        agent_time = f.agent_time[f.agent_order[0]] if f.agent_size[0] > 0 else math.inf
        pending = f.pending_time[f.pending_order[0]] if f.pending_size[0] > 0 else math.inf
        now = min(min(boundary, planned), min(min(agent_time, pending), call_time))
        if now == math.inf:
            break
        count = 0
        newcomer = -1
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
                newcomer = k
        else:
            newcomer = upcoming[caller]
            upcoming[caller] += 1
            caller, call_time = next_caller(times, first, upcoming)
        if newcomer >= 0:
            arrive(w, f, newcomer, now)
        elif count > 0:
            settle(w, f, freed, count, now)
    conclude(w, f)


def _compiled(rules: int) -> Callable[..., None]:
    # The rules' fingerprint is in the closure, and so in the key under which numba keeps the machine code: by itself
    # it looks at this file alone, and would go on with old rules after a change in another.
    def run(
        w: World, f: Floor, times: Floats, first: Ints, upcoming: Ints, absent: NDArray[np.bool_], freed: Ints
    ) -> None:
        f.totals[RULES] = rules
        run_events(w, f, times, first, upcoming, absent, freed)

    compiled: Callable[..., None] = njit(**UNCOUNTED, cache=True)(run)
    return compiled


_SOURCES = (draws, heap, world, floor, timesheet)
_run = _compiled(zlib.crc32(b"".join(Path(str(module.__file__)).read_bytes() for module in _SOURCES)))


def replicate(w: World, key: np.uint64, times: Floats, first: Ints, fixed_work: Floats) -> tuple[Floats, Floats]:
    """Run one replication.

    Parameters
    ----------
    w : World
    key : uint64
        Of the replication.
    times, first : float array, shape (contacts,); int array, shape (queues + 1,)
        Arrival seconds by queue, each queue's in order; negative for what is there at the start.
    fixed_work : float array, shape (contacts,) or (0,)
        Handle times by an average agent, NaN where they are to be drawn.

    Returns
    -------
    counts : float array, shape (COUNTS, queues, intervals)
        By interval of arrival.
    duty : float array, shape (SCOPES, 3, queues, intervals)
        Agent seconds busy, on duty, and under the occupancy, by window of each scope.
    """
    f = empty_floor(w, key, times.size, fixed_work)
    upcoming = np.zeros(w.queues.size, dtype=np.int64)
    absent = np.zeros(w.shift_key.size, dtype=np.bool_)
    freed = np.zeros(w.loss.size + w.events.size, dtype=np.int64)
    _run(w, f, times, first, upcoming, absent, freed)
    return f.counts, f.duty
