"""Agents' time by queue and window: what was worked, and whose time it was."""

from __future__ import annotations

import math

from capacity.simulation.floor import account, reschedule
from capacity.simulation.heap import part
from capacity.simulation.world import BASE, BUSY, DUTY, NOW, SCOPES, Floor, World


@part
def _divide(total: float, mine: float, all_work: float, able: bool, others: int) -> float:
    """Return a queue's part of an agent's time: by work done, evenly over what is served without work."""
    if all_work > 0.0:
        return total * mine / all_work
    return total / others if able else 0.0


@part
def share_out(w: World, f: Floor, scope: int, window: int) -> None:
    """Divide each agent's time in a window over the queues by the work done, and start the next window.

    ``DUTY`` goes by all work; ``BASE``, under the occupancy of live queues, by live work alone, so that deferred work
    counts as time between contacts. Where there was no work, the live queues of the stretch share the time (its
    deferred ones where it has no other).
    """
    for a in range(f.agents.size):
        time = f.present[scope, a]
        if time <= 0.0:
            continue
        if scope == 2:
            f.worked[DUTY, a] += time
        stretch = f.agents[a].stretch
        work = live_work = 0.0
        serves = serves_live = 0
        counted = -1
        for q in range(f.queues.size):
            able = w.rank[stretch, q] > 0 and f.queues[q].source != counted
            counted = f.queues[q].source if able else counted
            work += f.spent[scope, a, q]
            serves += able
            if not f.queues[q].deferred:
                live_work += f.spent[scope, a, q]
                serves_live += able
        counted = -1
        for q in range(f.queues.size):
            spent = f.spent[scope, a, q]
            live = not f.queues[q].deferred
            able = w.rank[stretch, q] > 0 and f.queues[q].source != counted
            counted = f.queues[q].source if able else counted
            able = able and (live or serves_live == 0)
            others = serves_live if serves_live > 0 else serves
            f.duty[scope, BUSY, q, window] += spent
            if scope == 2:
                f.worked[BUSY, a] += spent
            f.duty[scope, DUTY, q, window] += _divide(time, spent, work, able, others)
            base = live_work if live else work
            f.duty[scope, BASE, q, window] += _divide(time, spent, base, able, others)
            if scope == 0:
                f.spent[1, a, q] += spent
                f.spent[2, a, q] += spent
            f.spent[scope, a, q] = 0.0
        if scope == 0:
            f.present[1, a] += time
            f.present[2, a] += time
        f.present[scope, a] = 0.0


@part
def close_interval(w: World, f: Floor, now: float) -> None:
    """Account for everyone at an interval's end, and share out the windows that end with it."""
    i = f.totals[NOW]
    last = i + 1 == w.intervals
    for a in range(f.agents.size):
        agent = f.agents[a]
        if agent.on or agent.load > 0:
            account(w, f, a, now)
    f.totals[NOW] += 1
    for scope in range(SCOPES):
        window, following = i, i + 1
        if scope == 1:
            window, following = w.day_of[i], -1 if last else w.day_of[i + 1]
        elif scope == 2:
            window, following = w.week_of[i], -1 if last else w.week_of[i + 1]
        if following != window:
            share_out(w, f, scope, window)
    if last:
        for a in range(f.agents.size):
            if f.agents[a].on:
                f.agents[a].demand = math.inf
                reschedule(w, f, a, now)
