"""One named agent's best legal week for given prices, by an exact dynamic program.

Notes
-----
1. A slot worked by a team is worth its share of each pool's seat price, its FCR gains and its floors.
2. For each legal shift the breaks are placed at the least loss, in every order their windows allow.
3. Days are chained over (node of the day-pattern graph, rest and night counters, paid units, first slot at which
   the next shift may start); values are kept as running maxima over the last, so that a transition is one look-up.

All rules of one person live here. The decomposition into a daily and a weekly program follows Gérard, Clautiaux and
Sadykov (2016), "Column generation based approaches for a tour scheduling problem with a multi-skill heterogeneous
workforce".
"""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.instance import CLOSED, Instance

NEVER = -1.0e12
"""Value of a week that is not legal."""

MUST = 1.0e6
"""Loss for leaving a pin; a week worth less than minus half of it has broken one."""


@njit(cache=True, nogil=True)
def slot_values(
    inst: Instance,
    kind: int,
    seat: Floats,
    gain: Floats,
    prices: Floats,
    row_prices: Floats,
    floor_prices: Floats,
) -> Floats:
    """Return what working each slot is worth, shape (slots,); ``CLOSED`` where nothing may be worked.

    Parameters
    ----------
    kind : int
        Set of queues worked.
    seat, gain : float arrays, shapes (pools,), (rows,)
        What the person adds to pools and to FCR rows.
    prices : float array, shape (pools, intervals)
        Money per seat and interval.
    row_prices : float array, shape (rows,)
        Money per unit of an FCR row's value.
    floor_prices : float array, shape (floors, slots)
    """
    values = np.zeros(inst.slots)
    worth = np.zeros(inst.intervals)
    pools = prices.shape[0]
    for g in range(pools):
        if seat[g] != 0.0:
            for t in range(inst.intervals):
                worth[t] += seat[g] * inst.kinds.share[kind, g, t] * prices[g, t]
    service = inst.service
    for r in range(service.limit.shape[0]):
        if gain[r] != 0.0 and row_prices[r] != 0.0:
            each = gain[r] * row_prices[r]
            g = service.row_pool[r]
            for t in range(service.row_first[r], service.row_last[r]):
                if service.weight[r, t] != 0.0:
                    worth[t] += each * inst.kinds.share[kind, g, t]
    per = inst.per_interval
    for t in range(inst.intervals):
        for k in range(per):
            values[t * per + k] = worth[t] / per
    for f in range(inst.kinds.floor.shape[1]):
        if inst.kinds.floor[kind, f] == 1:
            for s in range(inst.slots):
                values[s] += floor_prices[f, s]
    for s in range(inst.slots):
        if inst.kinds.open[kind, s] == 0:
            values[s] = CLOSED
    return values


@njit(cache=True, nogil=True)
def place_breaks(
    inst: Instance, shape: int, start: int, length: int, worked: Floats, paid_idle: Floats, places: Ints
) -> tuple[float, int]:
    """Place the breaks of one shift where they lose least.

    Parameters
    ----------
    worked, paid_idle : float arrays, shape (slots + 1,)
        Running sums of a worked slot's net value, and of a paid break slot's.
    places : int array
        Filled with the break starts, in slots of the horizon, in the order of the sequence.

    Returns
    -------
    tuple of float and int
        The least loss against working the whole shift, and the sequence; the loss is infinite where the breaks do
        not fit.
    """
    best = np.inf
    best_seq = -1
    shapes = inst.shapes
    widest = shapes.length.shape[1]
    if shapes.first[shape] == shapes.last[shape]:
        return 0.0, -1
    span = length + 1
    table = np.empty((widest, span))
    back = np.empty((widest, span), np.int64)
    for seq in range(shapes.first[shape], shapes.last[shape]):
        n = shapes.pauses[seq]
        for j in range(n):
            size = shapes.length[seq, j]
            running = np.inf
            running_at = -1
            reached = 0
            for p in range(span):
                table[j, p] = np.inf
            low = max(shapes.after[seq, j], 1)
            high = min(shapes.before[seq, j], length - 1 - size)
            gap = shapes.length[seq, j - 1] + 1 if j > 0 else 0
            for p in range(low, high + 1):
                s = start + p
                loss = worked[s + size] - worked[s]
                if shapes.paid[seq, j] == 1:
                    loss -= paid_idle[s + size] - paid_idle[s]
                if j == 0:
                    table[0, p] = loss
                else:
                    while reached <= p - gap:
                        if table[j - 1, reached] < running:
                            running = table[j - 1, reached]
                            running_at = reached
                        reached += 1
                    table[j, p] = loss + running
                    back[j, p] = running_at
        last = -1
        least = np.inf
        for p in range(span):
            if table[n - 1, p] < least:
                least = table[n - 1, p]
                last = p
        if least < best:
            best = least
            best_seq = seq
            p = last
            for j in range(n - 1, -1, -1):
                places[j] = start + p
                p = back[j, p]
    return best, best_seq


@njit(cache=True, nogil=True)
def value_options(inst: Instance, agent: int, values: Floats, option_value: Floats, option_team: Ints) -> None:
    """Value every legal shift of an agent under its best team.

    Parameters
    ----------
    values : float array, shape (teams of the agent, slots)
    option_value, option_team : arrays over the agent's options (from its first pointer on)
        Filled; with ``one_team`` the caller hands one team at a time.
    """
    first_team = inst.people.team_first[agent]
    base = inst.options.pointer[agent * inst.days]
    end = inst.options.pointer[(agent + 1) * inst.days]
    places = np.empty(inst.shapes.length.shape[1], np.int64)
    pay = inst.hourly[agent] * inst.slot_hours
    pin = inst.people.pin[agent]
    for i in range(base, end):
        option_value[i - base] = NEVER
        option_team[i - base] = -1
    for k in range(values.shape[0]):
        if values[k, 0] == NEVER:
            continue
        worked = np.zeros(inst.slots + 1)
        idle = np.zeros(inst.slots + 1)
        for s in range(inst.slots):
            extra = inst.premium[inst.people.premium[agent], s] * pay
            value = values[k, s] - extra
            rest = -extra
            if pin >= 0:
                if inst.pins[pin, s] == 1:
                    value += MUST
                elif inst.pins[pin, s] == 2:
                    value -= MUST
                elif inst.pins[pin, s] == 3:
                    value = CLOSED
                    rest = CLOSED
            worked[s + 1] = worked[s] + value
            idle[s + 1] = idle[s] + rest
        for i in range(base, end):
            s = inst.options.start[i]
            length = inst.options.length[i]
            loss, _ = place_breaks(inst, inst.options.shape[i], s, length, worked, idle, places)
            if loss == np.inf:
                continue
            value = worked[s + length] - worked[s] - loss - inst.options.cost[i]
            if value > option_value[i - base]:
                option_value[i - base] = value
                option_team[i - base] = first_team + k


@njit(cache=True, nogil=True)
def chain_days(
    inst: Instance, agent: int, option_value: Floats, low_minute: int, high_minute: int, chosen: Ints
) -> float:
    """Chain one shift or free day after the other into the best legal week.

    Parameters
    ----------
    option_value : float array
        Value of each option of the agent; ``NEVER`` where it may not be taken.
    low_minute, high_minute : int
        Only starts inside this range are taken (rules on the spread of starts).
    chosen : int array, shape (days,)
        Filled with option indices, -1 on free days.

    Returns
    -------
    float
        Value of the week, ``NEVER`` where none is legal.
    """
    days = inst.days
    people = inst.people
    graph = people.graph[agent]
    base = inst.options.pointer[agent * days]
    nodes = inst.graphs.off.shape[2]
    resting = people.weekly_rest[agent]
    night_top = people.night_max[agent]
    counts_nights = night_top < 99 or people.night_min[agent] > 0
    nights = min(night_top, days) + 1 if counts_nights else 1
    flags = 3 if resting > 0 else 1
    codes = flags * nights
    hours = people.paid_max[agent] + 1
    reach = 1
    for d in range(days):
        for i in range(inst.options.pointer[agent * days + d], inst.options.pointer[agent * days + d + 1]):
            ahead = inst.options.start[i] + inst.options.length[i] + max(people.rest[agent], resting)
            reach = max(reach, ahead - inst.day_first[d + 1] + 1)
    reach = max(reach, people.ready[agent] - inst.day_first[0] + 1)
    reach = max(reach, people.rested[agent] - inst.day_first[0] + 1)
    # value, and the way back: option taken and the state before it
    value = np.full((days + 1, nodes, codes, hours, reach), NEVER)
    at = np.empty((days + 1, nodes, codes, hours, reach), np.int64)
    took = np.empty((days + 1, nodes, codes, hours, reach), np.int64)
    came = np.empty((days + 1, nodes, codes, hours, reach), np.int64)
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
                # a weekly rest still under way must be over when the week ends
                for r in range(1 if flag == 1 else reach):
                    if value[days, n, c, h, r] > best:
                        best = value[days, n, c, h, r]
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


@njit(cache=True, nogil=True)
def best_week(inst: Instance, agent: int, values: Floats, allowed: Ints, tour: Ints) -> float:
    """Find an agent's best legal week.

    Parameters
    ----------
    values : float array, shape (teams of the agent, slots)
        Worth of working each slot for each team.
    allowed : int array, shape (days,)
        Wall-clock minute at which the agent must start if it works that day (a team that starts together); -1 free.
    tour : int array, shape (days, 3 + most breaks)
        Filled: option (-1 on a free day), team, sequence of breaks, break starts.

    Returns
    -------
    float
        Worth of the week less its pay; at most ``NEVER`` where none is legal.
    """
    days = inst.days
    base = inst.options.pointer[agent * days]
    count = inst.options.pointer[(agent + 1) * days] - base
    option_value = np.empty(count)
    option_team = np.empty(count, np.int64)
    held_team = np.empty(count, np.int64)
    chosen = np.empty(days, np.int64)
    best_chosen = np.full(days, -1, np.int64)
    best = NEVER
    rounds = values.shape[0] if inst.people.one_team[agent] == 1 else 1
    spread = inst.people.spread[agent]
    for k in range(rounds):
        if inst.people.one_team[agent] == 1:
            single = np.full_like(values, NEVER)
            single[k] = values[k]
            value_options(inst, agent, single, option_value, option_team)
        else:
            value_options(inst, agent, values, option_value, option_team)
        for d in range(days):
            if allowed[d] >= 0:
                for i in range(inst.options.pointer[agent * days + d], inst.options.pointer[agent * days + d + 1]):
                    if inst.options.minute[i] != allowed[d]:
                        option_value[i - base] = NEVER
        if spread < 0:
            found = chain_days(inst, agent, option_value, 0, 1440, chosen)
            if found > best:
                best = found
                best_chosen[:] = chosen
                held_team[:] = option_team
        else:
            tried = np.zeros(1441, np.int8)
            for i in range(base, base + count):
                low = inst.options.minute[i]
                if tried[low] == 0:
                    tried[low] = 1
                    found = chain_days(inst, agent, option_value, low, low + spread, chosen)
                    if found > best:
                        best = found
                        best_chosen[:] = chosen
                        held_team[:] = option_team
    tour[:, :] = -1
    if best <= NEVER:
        return NEVER
    pay = inst.hourly[agent] * inst.slot_hours
    pin = inst.people.pin[agent]
    places = np.empty(inst.shapes.length.shape[1], np.int64)
    worked = np.zeros(inst.slots + 1)
    idle = np.zeros(inst.slots + 1)
    for d in range(days):
        i = best_chosen[d]
        if i < 0:
            continue
        team = held_team[i - base]
        k = team - inst.people.team_first[agent]
        low = inst.options.start[i]
        high = low + inst.options.length[i]
        for s in range(low, high):
            extra = inst.premium[inst.people.premium[agent], s] * pay
            value = values[k, s] - extra
            if pin >= 0:
                if inst.pins[pin, s] == 1:
                    value += MUST
                elif inst.pins[pin, s] == 2:
                    value -= MUST
            worked[s + 1] = worked[s] + value
            idle[s + 1] = idle[s] - extra
        _, seq = place_breaks(inst, inst.options.shape[i], low, high - low, worked, idle, places)
        tour[d, 0] = i
        tour[d, 1] = team
        tour[d, 2] = seq
        if seq >= 0:
            for j in range(inst.shapes.pauses[seq]):
                tour[d, 3 + j] = places[j]
    return best


@njit(cache=True, nogil=True)
def tour_cost(inst: Instance, agent: int, tour: Ints) -> float:
    """Pay of a week: shifts and premiums."""
    pay = inst.hourly[agent] * inst.slot_hours
    total = 0.0
    for d in range(inst.days):
        i = tour[d, 0]
        if i < 0:
            continue
        low = inst.options.start[i]
        total += inst.options.cost[i]
        for s in range(low, low + inst.options.length[i]):
            total += inst.premium[inst.people.premium[agent], s] * pay
        seq = tour[d, 2]
        if seq >= 0:
            for j in range(inst.shapes.pauses[seq]):
                if inst.shapes.paid[seq, j] == 0:
                    for s in range(tour[d, 3 + j], tour[d, 3 + j] + inst.shapes.length[seq, j]):
                        total -= inst.premium[inst.people.premium[agent], s] * pay
    return total


@njit(cache=True, nogil=True)
def duty_of(inst: Instance, tour: Ints, day: int, duty: Ints) -> tuple[int, int]:
    """Mark the slots worked on one day (breaks are 0) from ``duty[0]`` on; return first slot and length."""
    i = tour[day, 0]
    low = inst.options.start[i]
    length = inst.options.length[i]
    for s in range(length):
        duty[s] = 1
    seq = tour[day, 2]
    if seq >= 0:
        for j in range(inst.shapes.pauses[seq]):
            first = tour[day, 3 + j] - low
            for s in range(first, first + inst.shapes.length[seq, j]):
                duty[s] = 0
    return low, length
