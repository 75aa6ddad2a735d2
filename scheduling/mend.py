"""A search that changes little: single agent-days and elastic blocks, only on days that need it, each change priced.

The moves and their pricing are those of ``anneal``; what differs is that only given days may change, that people with
pins take part, that somebody free may come in on a day that is short, and that breaks and queues which stay as they
were published cost nothing while others cost a little.
"""

from __future__ import annotations

import numpy as np

from domain.history import Ints
from scheduling.annealed import BEST_COUNT, Annealed, in_hand, keep_best, take
from scheduling.best_day import best_day
from scheduling.held import Held, change_week, count_week, enough_left, small_price
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.moves import change_one, come_in, draw_option, stay_home, take_week, trade, usual_team
from scheduling.pin_check import keeps_week_pins
from scheduling.pricing import tour_cost
from scheduling.standing import Standing, change_shift, price_change, settle_change
from scheduling.try_blocks import REFUSED, accepted, booked_less, drop_blocks, settle_blocks, try_block

SEATS, BEST = 0.15, 0.1
"""Shares of changes that are of elastic seats, and of the others, those that give a day its best shift."""

ELSEWHERE = 0.5
"""Share of best shifts on a free day for which another day of the person becomes free."""


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
        Core heads in a shift, and how many there must be (for the experts' share).
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
    elastic = len(inst.elastic.kind) > 0 and inst.elastic.cap.max() > 0 and len(held.days) > 0
    people = not seats_alone and len(held.cells) > 0
    state = in_hand(inst, tours, blocks, count, there, least, np.maximum(inst.service.price, 1e-9), held.days)
    fall = 0.0
    if elastic or people:
        share = 0.0 if not elastic else (SEATS if people else 1.0)
        fall = _cool(inst, now, state, crew, held, share, moves, warm, cold, rng)
    return state.best_tours, state.best_blocks, int(state.counts[BEST_COUNT]), fall


@leaf
def _cool(
    inst: Instance,
    now: Standing,
    state: Annealed,
    crew: Ints,
    held: Held,
    seats: float,
    moves: int,
    warm: float,
    cold: float,
    rng: np.random.Generator,
) -> float:
    """Try changes while it cools, a share of them of elastic seats; return how far the objective fell."""
    heat = warm
    gained = best = 0.0
    for step in range(moves):
        if step % 1000 == 0:
            heat = warm * (cold / warm) ** (step / moves)
        if rng.random() < seats:
            delta = try_block(inst, now, state, heat, rng)
        elif rng.random() < BEST:
            delta = _try_best(inst, now, state, held, crew, heat, rng)
        else:
            delta = _try_cell(inst, now, state, held, crew, heat, rng)
        if delta == REFUSED:
            continue
        gained += delta
        if gained < best - 1e-6:
            best = gained
            keep_best(state)
    return best


@leaf
def _try_cell(
    inst: Instance, now: Standing, state: Annealed, held: Held, crew: Ints, heat: float, rng: np.random.Generator
) -> float:
    """Change a day of a week, perhaps with another person's or another day; return what it costs, or REFUSED."""
    tours, mine, theirs = state.tours, state.mine, state.theirs
    cell = int(rng.random() * held.cells.shape[0])
    a, day = held.cells[cell, 0], held.cells[cell, 1]
    take_week(mine, tours[a])
    draw = rng.random()
    b = -1
    if tours[a, day, 0] < 0:
        legal = crew[a] < 0 and _come_in_for(inst, held, a, day, mine, rng)
    elif draw < 0.7:
        legal = change_one(inst, a, day, crew[a] >= 0, mine, rng)
    elif draw < 0.9:
        b = held.cells[int(rng.random() * held.cells.shape[0]), 0]
        whole = rng.random() < 0.4
        if b == a or tours[b, day, 0] < 0 or held.free[b, day] == 0 or (whole and (crew[a] >= 0 or crew[b] >= 0)):
            return REFUSED
        take_week(theirs, tours[b])
        legal = trade(inst, a, b, day, mine, theirs, whole) and keeps_week_pins(inst, b, theirs)
    elif draw < 0.97:
        # home today, in on another day
        other = int(rng.random() * inst.days)
        away = other != day and tours[a, other, 0] < 0 and held.free[a, other] == 1 and crew[a] < 0
        legal = away and come_in(inst, a, other, day, mine, rng)
    else:
        legal = crew[a] < 0 and stay_home(inst, a, day, mine)
    if not (legal and keeps_week_pins(inst, a, mine)):
        return REFUSED
    paid = change_week(inst, now, held, a, tours[a], mine)
    if b >= 0:
        paid += change_week(inst, now, held, b, tours[b], theirs)
    return _judge(inst, now, state, a, b, 0, paid, heat, rng)


@leaf
def _come_in_for(inst: Instance, held: Held, agent: int, day: int, new: Ints, rng: np.random.Generator) -> bool:
    """Work on a free day, mostly in the place of another that may change; tell whether that is legal."""
    other = -1
    if rng.random() < 0.8:
        other = int(rng.random() * inst.days)
        if new[other, 0] < 0 or held.free[agent, other] == 0:
            return False
    return bool(come_in(inst, agent, day, other, new, rng))


@leaf
def _try_best(
    inst: Instance, now: Standing, state: Annealed, held: Held, crew: Ints, heat: float, rng: np.random.Generator
) -> float:
    """Give a day its best shift, a free one in the place of elastic seats; return what it costs, or REFUSED."""
    tours, mine = state.tours, state.mine
    cell = int(rng.random() * held.cells.shape[0])
    a, day = held.cells[cell, 0], held.cells[cell, 1]
    if crew[a] >= 0:
        return REFUSED
    take_week(mine, tours[a])
    dropped = 0
    paid = 0.0
    if tours[a, day, 0] >= 0:
        change_shift(inst, now, tours[a, day], -1.0)
    else:
        option = draw_option(inst, a, day, rng)
        if option < 0 or not _make_room(inst, now, state, held, a, day, rng):
            return REFUSED
        first = inst.options.start[option]
        dropped = drop_blocks(inst, now, state, first, first + inst.options.length[option], rng)
        paid = booked_less(inst, state, dropped)
    legal = best_day(inst, now, state.place, a, day, mine, state.guide, rng.random() ** 4, heat, rng)
    if not (legal and keeps_week_pins(inst, a, mine)):
        settle_change(inst, now, False)
        settle_blocks(state, dropped, False)
        return REFUSED
    change_shift(inst, now, mine[day], 1.0)
    paid += tour_cost(inst, a, mine) - tour_cost(inst, a, tours[a])
    paid += small_price(held, a, mine) - small_price(held, a, tours[a])
    return _judge(inst, now, state, a, -1, dropped, paid, heat, rng)


@leaf
def _make_room(
    inst: Instance, now: Standing, state: Annealed, held: Held, agent: int, day: int, rng: np.random.Generator
) -> bool:
    """Free a person for a shift on a free day, at times by another day; tell whether one may come."""
    mine = state.mine
    mine[day, 1] = usual_team(inst, agent, mine)
    if rng.random() < ELSEWHERE:
        other = int(rng.random() * inst.days)
        if mine[other, 0] < 0 or held.free[agent, other] == 0:
            return False
        change_shift(inst, now, mine[other], -1.0)
        for k in range(mine.shape[1]):
            mine[other, k] = -1
    return True


@leaf
def _judge(
    inst: Instance,
    now: Standing,
    state: Annealed,
    a: int,
    b: int,
    dropped: int,
    paid: float,
    heat: float,
    rng: np.random.Generator,
) -> float:
    """Keep the changed week, or two, or drop them; return what that costs, or REFUSED."""
    tours, mine, theirs = state.tours, state.mine, state.theirs
    count_week(inst, state.there, tours[a], mine, 1)
    if b >= 0:
        count_week(inst, state.there, tours[b], theirs, 1)
    delta = price_change(inst, now, state.guide)[0] + paid
    legal = enough_left(inst, state.there, state.least, tours[a], mine) and accepted(delta, heat, rng)
    settle_change(inst, now, legal)
    settle_blocks(state, dropped, legal)
    if legal:
        take(state, a, mine)
        if b >= 0:
            take(state, b, theirs)
        return delta
    count_week(inst, state.there, tours[a], mine, -1)
    if b >= 0:
        count_week(inst, state.there, tours[b], theirs, -1)
    return REFUSED
