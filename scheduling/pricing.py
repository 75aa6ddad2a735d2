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
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.overtime_units import overtime_cost, overtime_units
from scheduling.shift_values import MUST, NEVER, place_breaks, room_for, value_options
from scheduling.week_chain import chain_days


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
        Worth of the week less what it costs; at most ``NEVER`` where none is legal.
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
    room = room_for(inst)
    rounds = values.shape[0] if inst.people.one_team[agent] == 1 else 1
    spread = inst.people.spread[agent]
    # a week with one day more than usual is chained apart: its overtime is paid at another rate
    chains = 2 if inst.people.over_graph[agent] >= 0 else 1
    for k in range(rounds):
        only = k if inst.people.one_team[agent] == 1 else -1
        value_options(inst, agent, values, only, option_value, option_team, room)
        for d in range(days):
            if allowed[d] >= 0:
                for i in range(inst.options.pointer[agent * days + d], inst.options.pointer[agent * days + d + 1]):
                    if inst.options.minute[i] != allowed[d]:
                        option_value[i - base] = NEVER
        # nobody's starts differ in a week without any: it is free throughout
        if spread < 0 or count == 0:
            for beyond in range(chains):
                found = chain_days(inst, agent, option_value, 0, 1440, beyond == 1, chosen)
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
                    for beyond in range(chains):
                        found = chain_days(inst, agent, option_value, low, low + spread, beyond == 1, chosen)
                        if found > best:
                            best = found
                            best_chosen[:] = chosen
                            held_team[:] = option_team
    tour[:, :] = -1
    if best <= NEVER:
        return NEVER
    pay = inst.hourly[agent] * inst.slot_hours
    pin = inst.people.pin[agent]
    worked, idle = room.worked, room.idle
    for d in range(days):
        i = best_chosen[d]
        if i < 0:
            continue
        team = held_team[i - base]
        k = team - inst.people.team_first[agent]
        low = inst.options.start[i]
        high = low + inst.options.length[i]
        worked[low] = idle[low] = 0.0
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
        _, seq = place_breaks(inst, inst.options.shape[i], low, high - low, room)
        tour[d, 0] = i
        tour[d, 1] = team
        tour[d, 2] = seq
        if seq >= 0:
            for j in range(inst.shapes.pauses[seq]):
                tour[d, 3 + j] = room.places[j]
    return best


@leaf
def tour_cost(inst: Instance, agent: int, tour: Ints) -> float:
    """Return what a week costs: its pay, and what its shifts cost beside pay."""
    total = tour_pay(inst, agent, tour)
    for d in range(inst.days):
        if tour[d, 0] >= 0:
            total += inst.options.soft[tour[d, 0]]
    return total


@leaf
def tour_pay(inst: Instance, agent: int, tour: Ints) -> float:
    """Return the pay of a week: shifts, premiums and overtime."""
    pay = inst.hourly[agent] * inst.slot_hours
    before = inst.premium_before[inst.people.premium[agent]]
    total = 0.0
    worked = paid = 0
    for d in range(inst.days):
        i = tour[d, 0]
        if i < 0:
            continue
        low = inst.options.start[i]
        worked += 1
        paid += inst.options.paid[i]
        total += inst.options.cost[i]
        total += (before[low + inst.options.length[i]] - before[low]) * pay
        seq = tour[d, 2]
        if seq >= 0:
            for j in range(inst.shapes.pauses[seq]):
                if inst.shapes.paid[seq, j] == 0:
                    at = tour[d, 3 + j]
                    total -= (before[at + inst.shapes.length[seq, j]] - before[at]) * pay
    beyond = worked >= inst.people.over_days[agent]
    return total + overtime_cost(inst, agent, overtime_units(inst, agent, paid, beyond), beyond)


@leaf
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
