"""Shifts and free days chained into the best legal week: the exact program over a person's week rules."""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.overtime_units import may_be_overtime, overtime_cost, overtime_units
from scheduling.shift_values import NEVER


@njit(cache=True, nogil=True)
def chain_days(
    inst: Instance, agent: int, option_value: Floats, low_minute: int, high_minute: int, beyond: bool, chosen: Ints
) -> float:
    """Chain one shift or free day after the other into the best legal week.

    Parameters
    ----------
    option_value : float array
        Value of each option of the agent; ``NEVER`` where it may not be taken.
    low_minute, high_minute : int
        Only starts inside this range are taken (rules on the spread of starts).
    beyond : bool
        Whether the week is to have the one day more that a volunteer may work.
    chosen : int array, shape (days,)
        Filled with option indices, -1 on free days.

    Returns
    -------
    float
        Value of the week, ``NEVER`` where none is legal.
    """
    nodes = inst.graphs.off.shape[2]
    codes = (3 if inst.people.weekly_rest[agent] > 0 else 1) * _night_counts(inst, agent)
    shape = (inst.days + 1, nodes, codes, inst.people.paid_max[agent] + 1, _reach(inst, agent))
    # value, and the way back: the exact ready slot of the best, the option taken and the state before it
    value = np.full(shape, NEVER)
    at, took, came = np.empty(shape, np.int64), np.empty(shape, np.int64), np.empty(shape, np.int64)
    return float(_chain(inst, agent, option_value, low_minute, high_minute, beyond, chosen, value, at, took, came))


@leaf
def _counts_nights(inst: Instance, agent: int) -> bool:
    """Tell whether the nights of a week are limited."""
    return bool(inst.people.night_max[agent] < 99 or inst.people.night_min[agent] > 0)


@leaf
def _night_counts(inst: Instance, agent: int) -> int:
    """Return how many numbers of nights a week must tell apart."""
    return int(min(inst.people.night_max[agent], inst.days)) + 1 if _counts_nights(inst, agent) else 1


@leaf
def _reach(inst: Instance, agent: int) -> int:
    """Return how many slots of a day matter for when the next shift may start."""
    people, days = inst.people, inst.days
    reach = 1
    for d in range(days):
        for i in range(inst.options.pointer[agent * days + d], inst.options.pointer[agent * days + d + 1]):
            ahead = inst.options.start[i] + inst.options.length[i] + max(people.rest[agent], people.weekly_rest[agent])
            reach = max(reach, ahead - inst.day_first[d + 1] + 1)
    reach = max(reach, people.ready[agent] - inst.day_first[0] + 1)
    return int(max(reach, people.rested[agent] - inst.day_first[0] + 1))


@leaf
def _chain(
    inst: Instance,
    agent: int,
    option_value: Floats,
    low_minute: int,
    high_minute: int,
    beyond: bool,
    chosen: Ints,
    value: Floats,
    at: Ints,
    took: Ints,
    came: Ints,
) -> float:
    """Fill the tables and read the best week from them."""
    days = inst.days
    people = inst.people
    graph = people.over_graph[agent] if beyond else people.graph[agent]
    base = inst.options.pointer[agent * days]
    _, nodes, codes, hours, reach = value.shape
    resting = people.weekly_rest[agent]
    flags = 3 if resting > 0 else 1
    nights = codes // flags
    counts_nights = _counts_nights(inst, agent)
    first_ready = max(people.ready[agent] - inst.day_first[0], 0)
    value[0, 0, 0, 0, first_ready] = 0.0
    if flags == 3:
        value[0, 0, nights, 0, max(people.rested[agent] - inst.day_first[0], 0)] = 0.0
    for d in range(days):
        # running maxima over the ready slot; `at` is the exact ready slot of the best
        for n in range(nodes):
            for c in range(codes):
                for h in range(hours):
                    best = NEVER
                    where = -1
                    for r in range(reach):
                        if value[d, n, c, h, r] > best:
                            best = value[d, n, c, h, r]
                            where = r
                        at[d, n, c, h, r] = where
        width = inst.day_first[d + 1] - inst.day_first[d]
        low = inst.options.pointer[agent * days + d]
        high = inst.options.pointer[agent * days + d + 1]
        for n in range(nodes):
            on = inst.graphs.on[graph, d, n]
            off = inst.graphs.off[graph, d, n]
            if on < 0 and off < 0:
                continue
            for c in range(codes):
                flag = c // nights
                night = c % nights
                for h in range(hours):
                    if at[d, n, c, h, reach - 1] < 0:
                        continue
                    if off >= 0:
                        for r in range(reach):
                            v = value[d, n, c, h, r]
                            if v > NEVER:
                                r2 = max(r - width, 0)
                                if v > value[d + 1, off, c, h, r2]:
                                    value[d + 1, off, c, h, r2] = v
                                    took[d + 1, off, c, h, r2] = -1
                                    came[d + 1, off, c, h, r2] = ((n * codes + c) * hours + h) * reach + r
                    if on < 0:
                        continue
                    for i in range(low, high):
                        worth = option_value[i - base]
                        if worth <= NEVER:
                            continue
                        if inst.options.minute[i] < low_minute or inst.options.minute[i] > high_minute:
                            continue
                        h2 = h + inst.options.paid[i]
                        if h2 >= hours:
                            continue
                        s = min(inst.options.start[i] - inst.day_first[d], reach - 1)
                        r = at[d, n, c, h, s]
                        if r < 0:
                            continue
                        night2 = night
                        if counts_nights and inst.options.night[i] == 1:
                            night2 = night + 1
                            if night2 >= nights:
                                continue
                        v = value[d, n, c, h, r] + worth
                        state = ((n * codes + c) * hours + h) * reach + r
                        done = inst.options.start[i] + inst.options.length[i] - inst.day_first[d + 1]
                        after = 2 if flag > 0 else 0
                        r2 = max(done + people.rest[agent], 0)
                        c2 = after * nights + night2
                        if v > value[d + 1, on, c2, h2, r2]:
                            value[d + 1, on, c2, h2, r2] = v
                            took[d + 1, on, c2, h2, r2] = i
                            came[d + 1, on, c2, h2, r2] = state
                        if flags == 3 and flag == 0:
                            r2 = max(done + resting, 0)
                            c2 = nights + night2
                            if v > value[d + 1, on, c2, h2, r2]:
                                value[d + 1, on, c2, h2, r2] = v
                                took[d + 1, on, c2, h2, r2] = i
                                came[d + 1, on, c2, h2, r2] = state
    best = NEVER
    state = np.int64(-1)
    for n in range(nodes):
        for c in range(codes):
            flag = c // nights
            if flags == 3 and flag == 0:
                continue
            if c % nights < people.night_min[agent]:
                continue
            for h in range(people.paid_min[agent], hours):
                over = overtime_units(inst, agent, h, beyond)
                if not may_be_overtime(inst, agent, over):
                    continue
                extra = overtime_cost(inst, agent, over, beyond)
                # a weekly rest still under way must be over when the week ends
                for r in range(1 if flag == 1 else reach):
                    if value[days, n, c, h, r] - extra > best:
                        best = value[days, n, c, h, r] - extra
                        state = ((n * codes + c) * hours + h) * reach + r
    if state < 0:
        return NEVER
    for d in range(days, 0, -1):
        r = state % reach
        h = (state // reach) % hours
        c = (state // (reach * hours)) % codes
        n = state // (reach * hours * codes)
        chosen[d - 1] = took[d, n, c, h, r]
        state = came[d, n, c, h, r]
    return best
