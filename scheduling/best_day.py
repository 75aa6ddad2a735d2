"""A person's best shift of one day beside everybody else's: start, length, queues and breaks together.

Drawn at random, another start comes with breaks that do not fit it, and is refused however good it is. Here every shift
of the day is priced with its best breaks by what a seat would be worth in each interval, so that one try is worth very
many (a heat bath over one day; Creutz 1980).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from domain.history import Floats, Ints
from scheduling.instance import CLOSED, Instance
from scheduling.kernel import leaf
from scheduling.service_model import read_curve
from scheduling.shift_values import Room, place_breaks
from scheduling.standing import SAME, Standing, touch
from scheduling.week_rules import legal_week, open_shift


class DayRoom(NamedTuple):
    """Where a day is priced.

    Attributes
    ----------
    room : Room
    values : float array, shape (slots,)
        What working each slot is worth.
    lost : float array, shape (rows,)
        By how much rows change with the shift that is taken away; nothing between two tries.
    row : int array, shape (3 + most breaks,)
        The best shift so far.
    """

    room: Room
    values: Floats
    lost: Floats
    row: Ints


@leaf
def best_day(
    inst: Instance,
    now: Standing,
    place: DayRoom,
    agent: int,
    day: int,
    week: Ints,
    guide: Floats,
    ease: float,
    heat: float,
    rng: np.random.Generator,
) -> bool:
    """Give a day the shift worth most, noise of a temperature added; tell whether there is one.

    Parameters
    ----------
    inst : Instance
    now : Standing
        With the shift that is to go taken away, and not priced yet.
    place : DayRoom
    agent, day : int
    week : int array, shape (days, 3 + most breaks)
        The agent's, with the shift that is to go, which tells the start of a team's day and the queues of a week of
        one set; changed in place.
    guide : float array, shape (rows,)
        Prices of a relative miss of 1.
    ease : float
        Share of those prices at which rows count that are met.
    heat : float
    rng : numpy.random.Generator
    """
    low = inst.options.pointer[agent * inst.days + day]
    high = inst.options.pointer[agent * inst.days + day + 1]
    if low == high:
        return False
    first, last = inst.slots, 0
    for i in range(low, high):
        first = min(first, inst.options.start[i])
        last = max(last, inst.options.start[i] + inst.options.length[i])
    _lose(inst, now, place.lost)
    best = -np.inf
    room, row, old = place.room, place.row, week[day, 1]
    pay = inst.hourly[agent] * inst.slot_hours
    for team in range(inst.people.team_first[agent], inst.people.team_last[agent]):
        if inst.people.one_team[agent] == 1 and team != old:
            continue
        _value_day(inst, now, place, team, first, last, guide, ease)
        room.worked[first] = room.idle[first] = 0.0
        for s in range(first, last):
            extra = inst.premium[inst.people.premium[agent], s] * pay
            room.worked[s + 1] = room.worked[s] + place.values[s] - extra
            room.idle[s + 1] = room.idle[s] - extra
        kind = inst.teams.kind[team]
        for i in range(low, high):
            if inst.options.kind[i] >= 0 and inst.options.kind[i] != kind:
                continue
            start, length = inst.options.start[i], inst.options.length[i]
            whole = room.worked[start + length] - room.worked[start] - inst.options.cost[i] - inst.options.soft[i]
            loss, seq = place_breaks(inst, inst.options.shape[i], start, length, room)
            value = whole - loss - heat * math.log(-math.log(max(rng.random(), 1e-12)))
            if value <= best or value < 0.5 * CLOSED:
                continue
            week[day, 0] = i
            if not legal_week(inst, agent, week):
                continue
            best = value
            row[0], row[1], row[2] = i, team, seq
            for j in range(3, row.shape[0]):
                row[j] = -1
            if seq >= 0:
                for j in range(inst.shapes.pauses[seq]):
                    row[3 + j] = room.places[j]
    for k in range(now.touches[0]):
        place.lost[now.touched[k]] = 0.0
    if best == -np.inf:
        return False
    for j in range(row.shape[0]):
        week[day, j] = row[j]
    # dear enough misses outweigh any price on closed hours
    return bool(open_shift(inst, week[day]))


@leaf
def _lose(inst: Instance, now: Standing, lost: Floats) -> None:
    """Add up what the rows that read curves lose with the shift that is taken away."""
    for c in range(inst.service.curves.shape[0]):
        g = inst.service.curve_pool[c]
        if now.moved[g] == 0:
            continue
        for t in range(now.span[0], now.span[1] + 1):
            if abs(now.more_seats[g, t]) > SAME:
                rise = read_curve(inst, c, t, now.seats[g, t] + now.more_seats[g, t]) - now.height[c, t]
                cell = c * inst.intervals + t
                for k in range(now.first[cell], now.first[cell + 1]):
                    touch(now, now.row[k])
                    lost[now.row[k]] += now.weight[k] * rise


@leaf
def _value_day(
    inst: Instance,
    now: Standing,
    place: DayRoom,
    team: int,
    first: int,
    last: int,
    guide: Floats,
    ease: float,
) -> None:
    """Fill what working each slot of a day with a team is worth, beside all that is there."""
    kind, seat, gain = inst.teams.kind[team], inst.teams.seat[team], inst.teams.gain[team]
    values, per = place.values, inst.per_interval
    for s in range(first, last):
        values[s] = 0.0
    begin, end = first // per, min((last - 1) // per + 1, inst.intervals)
    for t in range(begin, end):
        worth = 0.0
        for g in range(seat.shape[0]):
            if seat[g] == 0.0:
                continue
            size = seat[g] * inst.kinds.share[kind, g, t]
            cell = g * inst.intervals + t
            for k in range(now.gain_first[cell], now.gain_first[cell + 1]):
                r = now.gain_row[k]
                worth -= _pull(inst, now, place.lost, r, guide, ease) * gain[r] * inst.kinds.share[kind, g, t]
            for c in range(inst.service.curves.shape[0]):
                if inst.service.curve_pool[c] != g:
                    continue
                cell = c * inst.intervals + t
                pull = 0.0
                for k in range(now.first[cell], now.first[cell + 1]):
                    pull += _pull(inst, now, place.lost, now.row[k], guide, ease) * now.weight[k]
                if pull != 0.0:
                    there = now.seats[g, t] + now.more_seats[g, t]
                    worth += pull * (read_curve(inst, c, t, there) - read_curve(inst, c, t, there + size))
        for s in range(max(t * per, first), min((t + 1) * per, last)):
            values[s] = worth / per
    for f in range(inst.kinds.floor.shape[1]):
        count = inst.kinds.floor[kind, f]
        if count == 0:
            continue
        for s in range(first, last):
            lack = inst.floors.need[f, s] - inst.floors.fixed[f, s] - now.heads[f, s] - now.more_heads[f, s]
            if lack > 0 or (inst.floors.need[f, s] < 0 and lack == 0):
                values[s] += count * inst.floors.price
    for s in range(first, last):
        if inst.kinds.open[kind, s] == 0:
            values[s] = CLOSED


@leaf
def _pull(inst: Instance, now: Standing, lost: Floats, r: int, guide: Floats, ease: float) -> float:
    """Return the money for one unit of a row's value: less where it is met without the shift that is gone."""
    sign, limit = inst.service.sign[r], inst.service.limit[r]
    missed = sign * (now.value[r] + now.more_value[r] + lost[r] - limit) > 0.0
    return float(sign * guide[r] / limit * (1.0 if missed else ease))
