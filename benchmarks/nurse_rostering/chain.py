"""The kernel: one nurse's cheapest legal line of days, by an exact dynamic program.

Notes
-----
A layer holds the states that can be reached by a day's end. A state is a node (days off so far in the run, up to the
least run; or class of the last shift and days worked so far in the run), weekends worked, minutes in units, and counts
of the shift types that are tracked. Minutes are held within the band from which the least and most over the horizon
can be reached; weekends and counts start at the number that can no longer matter. Both keep long horizons small.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints

FAR = 1e17
"""Cost of what cannot be."""

PACE_WEEKENDS = 2
"""Weekends by which a line can be ahead of an even pace, where a pace is kept."""

FIRST_ROOM = 4096
"""States that storage is first made for."""


@njit(cache=True, nogil=True)
def busiest(days: int, most_run: int, least_off: int) -> int:
    """Return the most days that can be worked out of so many."""
    cycle = most_run + max(least_off, 1)
    return days // cycle * most_run + min(days % cycle, most_run)


@njit(cache=True, nogil=True)
def weekend_floors(days: int, most: int) -> Ints:
    """Return, before each day and after the last, the weekends at or below which the limit cannot be reached."""
    floors = np.zeros(days + 1, np.int64)
    later = 0
    for d in range(days, -1, -1):
        if d < days and d % 7 == 5:
            later += 1
        # before a Sunday the weekend under way may still be counted
        open_weekend = 1 if d < days and d % 7 == 6 else 0
        floors[d] = max(0, most - later - open_weekend)
    return floors


@njit(cache=True, nogil=True)
def cheapest(
    cost: Floats,
    free: Floats,
    classes: Ints,
    units: Ints,
    follows: Ints,
    after: Ints,
    floors: Ints,
    rules: Ints,
    line: Ints,
) -> float:
    """Find the cheapest legal line.

    Parameters
    ----------
    cost : float array, shape (days, groups)
        Cost of working a shift of each group; ``FAR`` where it must not be.
    free : float array, shape (days,)
        Cost of a free day; ``FAR`` where it must be worked.
    classes, units : int array, shape (groups,)
        Class of a group for what may follow it, and its length.
    follows : int array, shape (classes, groups)
        1 where the group may follow the class.
    after : int array, shape (groups, counts)
        Tracked counts after one more of the group; -1 where there is no room.
    floors : int array, shape (days + 1, counts)
        Counts with which a day is as well begun, at or above the least that matters.
    rules : int array
        Most run, least run, least off, most weekends, least and most units; and the units by which a line may be ahead
        of or behind an even pace, -1 for any: with a pace the line is legal, but a cheaper one may be left out.
    line : int array, shape (days,)
        Filled with groups, -1 on a free day.

    Returns
    -------
    float
        Its cost; ``FAR`` or more where there is none.
    """
    days, groups = cost.shape
    most_run, least_run, offs = rules[0], rules[1], max(rules[2], 1)
    most_weekends, least, most = rules[3], rules[4], rules[5]
    counts = after.shape[1]
    longest = units.max() if groups else 0
    low, high = np.zeros(days + 1, np.int64), np.zeros(days + 1, np.int64)
    wide = 1
    for d in range(days + 1):
        low[d] = max(least - busiest(days - d, most_run, offs) * longest, 0)
        high[d] = min(most, busiest(d, most_run, offs) * longest)
        if rules[6] >= 0:
            even = d * (least + most) // (2 * days)
            low[d], high[d] = max(low[d], min(even - rules[6], least)), min(high[d], even + rules[6])
        wide = max(wide, high[d] - low[d] + 1)
    if low[0] > 0 or most < 0 or most_weekends < 0:
        return FAR
    weekends = weekend_floors(days, most_weekends)
    if rules[6] >= 0:
        # counting more weekends than were worked is legal too
        for d in range(days + 1):
            weekends[d] = max(weekends[d], d * most_weekends // days - PACE_WEEKENDS)
    tall = most_weekends + 1
    nodes = offs + follows.shape[0] * most_run
    slot = np.full(nodes * tall * wide * counts, -1, np.int32)

    state, back = np.empty(FIRST_ROOM, np.int32), np.empty(FIRST_ROOM, np.int32)
    move, value = np.empty(FIRST_ROOM, np.int16), np.empty(FIRST_ROOM)
    start = np.zeros(days + 2, np.int64)
    state[0] = (((offs - 1) * tall + weekends[0]) * wide) * counts + floors[0, 0]
    value[0], back[0], move[0] = 0.0, -1, -1
    start[1] = 1
    used = 1
    for d in range(days):
        for at in range(start[d], start[d + 1]):
            rest_of, k = divmod(state[at], counts)
            rest_of, m = divmod(rest_of, wide)
            node, w = divmod(rest_of, tall)
            total = m + low[d]
            is_off = node < offs
            kind = 0 if is_off else (node - offs) // most_run
            run = node + 1 if is_off else (node - offs) % most_run + 1
            if used + groups + 1 > state.size:
                state, back = np.concatenate((state, state)), np.concatenate((back, back))
                move, value = np.concatenate((move, move)), np.concatenate((value, value))
            weekend = 1 if d % 7 == 5 or (d % 7 == 6 and is_off) else 0
            # group -1 is the free day
            for g in range(-1, groups):
                if g < 0:
                    # a run that began on the first day may be short: what came before is taken to suit
                    if free[d] >= FAR or not (is_off or run >= least_run or run == d):
                        continue
                    then, added, counted, worked = value[at] + free[d], total, k, w
                    to = min(run + 1, offs) - 1 if is_off else 0
                else:
                    if cost[d, g] >= FAR or w + weekend >= tall:
                        continue
                    if (is_off and run < offs) or (not is_off and (run >= most_run or follows[kind, g] == 0)):
                        continue
                    then, added, counted = value[at] + cost[d, g], total + units[g], after[g, k]
                    worked = w + weekend
                    to = offs + classes[g] * most_run + (0 if is_off else run)
                if counted < 0 or added < low[d + 1] or added > high[d + 1]:
                    continue
                counted = floors[d + 1, counted]
                worked = max(worked, weekends[d + 1])
                place = ((to * tall + worked) * wide + added - low[d + 1]) * counts + counted
                old = slot[place]
                if old < 0:
                    slot[place] = used
                    old = used
                    used += 1
                    state[old], value[old] = place, FAR
                if then < value[old]:
                    value[old], back[old], move[old] = then, at, g
        start[d + 2] = used
        for at in range(start[d + 1], used):
            slot[state[at]] = -1
    best, at = FAR, -1
    for end in range(start[days], used):
        if value[end] < best:
            best, at = value[end], end
    for d in range(days - 1, -1, -1):
        if at >= 0:
            line[d] = move[at]
            at = back[at]
    return best
