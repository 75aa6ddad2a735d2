"""A search that changes little: single agent-days and elastic blocks, only on days that need it, each change priced.

The moves and their pricing are those of ``anneal``; what differs is that only given days may change, that people with
pins take part, that somebody free may come in on a day that is short, and that breaks and queues which stay as they
were published cost nothing while others cost a little.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from domain.history import Ints
from scheduling.blocks import change_block, draw_block, free_block
from scheduling.held import Held, change_week, count_week, enough_left
from scheduling.instance import Instance
from scheduling.moves import change_one, draw_option, take_option, trade
from scheduling.pin_check import keeps_week_pins
from scheduling.standing import Standing, elastic_change, price_change, settle_change
from scheduling.week_rules import legal_week, open_shift


@njit(cache=True, nogil=True)
def come_in(inst: Instance, agent: int, day: int, other: int, new: Ints, rng: np.random.Generator) -> bool:
    """Work on a free day, in the place of another one (or, -1, in addition); tell whether that is legal.

    Notes
    -----
    The shift is drawn among the day's; the queues are those of the other day, or drawn. Breaks lie at random.
    """
    option = draw_option(inst, agent, day, rng)
    if option < 0:
        return False
    if other >= 0:
        new[day] = new[other]
        new[other, :] = -1
        if not take_option(inst, new[day], option, rng):
            return False
    else:
        first = inst.people.team_first[agent]
        team = first + int(rng.random() * (inst.people.team_last[agent] - first))
        for d in range(inst.days):
            if inst.people.one_team[agent] == 1 and new[d, 0] >= 0:
                team = new[d, 1]
        new[day, 1] = team
        # no shift to take the breaks from
        new[day, 0] = -1
        if not take_option(inst, new[day], option, rng):
            return False
    return bool(open_shift(inst, new[day]) and legal_week(inst, agent, new))


@njit(cache=True, nogil=True)
def mend(
    inst: Instance,
    now: Standing,
    tours: Ints,
    blocks: Ints,
    count: int,
    crew: Ints,
    held: Held,
    there: Ints,
    least: Ints,
    moves: int,
    seats_alone: bool,
    warm: float,
    cold: float,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, int, float]:
    """Improve a published roster by few changes.

    Parameters
    ----------
    inst : Instance
        Its soft costs price the changed agent-days.
    now : Standing
        Of the roster given; changed in place.
    tours : int array, shape (agents, days, 3 + most breaks)
    blocks : int array, shape (most blocks, 3)
        The first ``count`` rows are used.
    count : int
    crew : int array, shape (agents,)
        Number of the team that starts together, -1 for none.
    held : Held
    there, least : int arrays, shape (slots,)
        Core heads in a shift, changed in place, and how many there must be (for the experts' share).
    moves : int
        Changes tried.
    seats_alone : bool
        Leave people as they are and re-book elastic seats.
    warm, cold : float
        First and last temperature, as money.
    rng : numpy.random.Generator

    Returns
    -------
    tuple
        Best tours, best blocks, their number, and how far the objective and the price of small changes fell.
    """
    tours, blocks = tours.copy(), blocks.copy()
    best_tours, best_blocks, best_count = tours.copy(), blocks.copy(), count
    used = np.zeros(inst.slots, np.int64)
    booked = 0
    for b in range(count):
        booked += blocks[b, 2]
        used[blocks[b, 1] : blocks[b, 1] + blocks[b, 2]] += 1
    elastic = inst.elastic.kind.shape[0] > 0 and inst.elastic.cap.max() > 0 and held.days.shape[0] > 0
    people = not seats_alone and held.cells.shape[0] > 0
    if not elastic and not people:
        return best_tours, best_blocks, best_count, 0.0
    mine, theirs = tours[0].copy(), tours[0].copy()
    gone, came = np.zeros(3, np.int64), np.zeros(3, np.int64)
    guide = np.maximum(inst.service.price, 1e-9)
    heat = warm
    gained = best = 0.0
    for step in range(moves):
        if step % 1000 == 0:
            heat = warm * (cold / warm) ** (step / moves)
        draw = rng.random()
        delta = 0.0
        if elastic and (not people or draw < 0.15):
            pick = int(rng.random() * count) if count > 0 and rng.random() < 0.6 else -1
            drop = pick >= 0 and rng.random() < 0.3
            gone[:] = -1
            if pick >= 0:
                gone[:] = blocks[pick]
                if not on_days(inst, held.days, gone):
                    continue
                change_block(inst, now, used, gone, -1)
            came[:] = gone
            more = -gone[2] if pick >= 0 else 0
            legal = pick >= 0 or count < blocks.shape[0]
            if legal and not drop:
                draw_block(inst, came, rng)
                if pick < 0:
                    day = held.days[int(rng.random() * held.days.shape[0])]
                    slots = inst.day_first[day + 1] - inst.day_first[day]
                    came[1] = inst.day_first[day] + int(rng.random() * slots)
                legal = free_block(inst, used, came) and on_days(inst, held.days, came)
                if legal:
                    change_block(inst, now, used, came, 1)
                    more += came[2]
            if legal:
                delta, _ = price_change(inst, now, guide)
                delta += elastic_change(inst, booked, more)
                legal = delta <= 0.0 or rng.random() < math.exp(-delta / heat)
                if not legal and not drop:
                    used[came[1] : came[1] + came[2]] -= 1
            settle_change(inst, now, legal)
            if not legal:
                if pick >= 0:
                    used[gone[1] : gone[1] + gone[2]] += 1
                continue
            booked += more
            if drop:
                count -= 1
                blocks[pick] = blocks[count]
            elif pick >= 0:
                blocks[pick] = came
            else:
                blocks[count] = came
                count += 1
        else:
            cell = int(rng.random() * held.cells.shape[0])
            a, day = held.cells[cell, 0], held.cells[cell, 1]
            mine[:] = tours[a]
            b, other = -1, -1
            if tours[a, day, 0] < 0:
                if crew[a] >= 0:
                    continue
                if rng.random() < 0.8:
                    other = int(rng.random() * inst.days)
                    if tours[a, other, 0] < 0 or held.free[a, other] == 0:
                        continue
                legal = come_in(inst, a, day, other, mine, rng)
            elif draw < 0.7:
                legal = change_one(inst, a, day, crew[a] >= 0, mine, rng)
            elif draw < 0.9:
                cell = int(rng.random() * held.cells.shape[0])
                b = held.cells[cell, 0]
                whole = rng.random() < 0.4
                if b == a or tours[b, day, 0] < 0 or held.free[b, day] == 0:
                    continue
                if whole and (crew[a] >= 0 or crew[b] >= 0):
                    continue
                theirs[:] = tours[b]
                legal = trade(inst, a, b, day, mine, theirs, whole)
                legal = legal and (inst.people.pin[b] < 0 or keeps_week_pins(inst, b, theirs))
            elif draw < 0.97:
                # home today, in on another day
                other = int(rng.random() * inst.days)
                if other == day or tours[a, other, 0] >= 0 or held.free[a, other] == 0 or crew[a] >= 0:
                    continue
                legal = come_in(inst, a, other, day, mine, rng)
            else:
                mine[day, :] = -1
                legal = crew[a] < 0 and legal_week(inst, a, mine)
            if not legal or (inst.people.pin[a] >= 0 and not keeps_week_pins(inst, a, mine)):
                continue
            count_week(inst, there, tours[a], mine, 1)
            if b >= 0:
                count_week(inst, there, tours[b], theirs, 1)
            legal = enough_left(inst, there, least, tours[a], mine)
            delta = change_week(inst, now, held, a, tours[a], mine)
            if b >= 0:
                delta += change_week(inst, now, held, b, tours[b], theirs)
            true, _ = price_change(inst, now, guide)
            delta += true
            legal = legal and (delta <= 0.0 or rng.random() < math.exp(-delta / heat))
            settle_change(inst, now, legal)
            if not legal:
                count_week(inst, there, tours[a], mine, -1)
                if b >= 0:
                    count_week(inst, there, tours[b], theirs, -1)
                continue
            tours[a] = mine
            if b >= 0:
                tours[b] = theirs
        gained += delta
        if gained < best - 1e-6:
            best = gained
            best_tours[:] = tours
            best_blocks[:] = blocks
            best_count = count
    return best_tours, best_blocks, best_count, best


@njit(cache=True, nogil=True)
def on_days(inst: Instance, days: Ints, block: Ints) -> bool:
    """Tell whether a block begins on one of some days."""
    for k in range(days.shape[0]):  # noqa: SIM110 - compiled
        if inst.day_first[days[k]] <= block[1] < inst.day_first[days[k] + 1]:
            return True
    return False
