"""Single changes of people in an annealing: a day of one or of two, a day's best shift, coming in, staying home."""

from __future__ import annotations

import numpy as np

from domain.history import Ints
from scheduling.annealed import Annealed, be_there, enough, take
from scheduling.best_day import best_day
from scheduling.held import same_row
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.moves import change_day, change_one, draw_option, stay_home, take_row, take_week, trade, usual_team
from scheduling.pricing import tour_cost
from scheduling.standing import Standing, change_shift, exchange_shift, price_change, settle_change
from scheduling.try_blocks import REFUSED, accepted, booked_less, drop_blocks, settle_blocks
from scheduling.week_rules import legal_week

ELSEWHERE = 0.2
"""Share of best shifts that work a free day in the place of a worked one."""

HOME = 0.02
"""Share of changed days that become free."""


@leaf
def try_day(
    inst: Instance,
    now: Standing,
    state: Annealed,
    a: int,
    crew: Ints,
    movable: Ints,
    draw: float,
    watched: bool,
    heat: float,
    rng: np.random.Generator,
) -> float:
    """Change a day of a week, perhaps with another person's or another day; return what it costs, or REFUSED."""
    tours, mine, theirs = state.tours, state.mine, state.theirs
    day = int(rng.random() * inst.days)
    if tours[a, day, 0] < 0 or inst.people.pin[a] >= 0:
        return REFUSED
    take_week(mine, tours[a])
    b, other = -1, -1
    if rng.random() < HOME:
        legal = crew[a] < 0 and stay_home(inst, a, day, mine)
    elif draw < 0.65:
        legal = change_one(inst, a, day, crew[a] >= 0, mine, rng)
    elif draw < 0.9:
        b = movable[int(rng.random() * movable.shape[0])]
        whole = rng.random() < 0.4
        if b == a or tours[b, day, 0] < 0 or inst.people.pin[b] >= 0:
            return REFUSED
        if whole and (crew[a] >= 0 or crew[b] >= 0):
            return REFUSED
        take_week(theirs, tours[b])
        legal = trade(inst, a, b, day, mine, theirs, whole)
    else:
        other = change_day(inst, a, day, mine, rng)
        legal = other >= 0 and crew[a] < 0
    if not legal:
        return REFUSED
    exchange_shift(inst, now, tours[a, day], mine[day])
    if other >= 0:
        change_shift(inst, now, mine[other], 1.0)
    paid = tour_cost(inst, a, mine) - tour_cost(inst, a, tours[a])
    gone, came = tours[a, day, 0], mine[other if other >= 0 else day, 0]
    if b >= 0:
        exchange_shift(inst, now, tours[b, day], theirs[day])
        paid += tour_cost(inst, b, theirs) - tour_cost(inst, b, tours[b])
        came = gone  # a trade of whole shifts leaves everywhere as many as before
    delta = _judge(inst, now, state, gone, came, 0, paid, watched, heat, rng)
    if delta != REFUSED:
        take(state, a, mine)
        if b >= 0:
            take(state, b, theirs)
    return delta


@leaf
def try_best(
    inst: Instance,
    now: Standing,
    state: Annealed,
    a: int,
    crew: Ints,
    watched: bool,
    heat: float,
    rng: np.random.Generator,
) -> float:
    """Give a day its best shift, a free one in the place of a worked one or of elastic seats; return what it costs.

    A worked day gets its best shift, or a free one gets it in its place; a free day gets one in addition, in the place
    of elastic seats where there are some.
    """
    tours, mine = state.tours, state.mine
    day = int(rng.random() * inst.days)
    if inst.people.pin[a] >= 0 or crew[a] >= 0:
        return REFUSED
    take_week(mine, tours[a])
    gone, other, dropped, paid = tours[a, day, 0], day, 0, 0.0
    if gone < 0:
        option = draw_option(inst, a, day, rng)
        if option < 0:
            return REFUSED
        mine[day, 1] = usual_team(inst, a, mine)
        # most weeks have no room for a day more, which one shift tells as well as all of them
        mine[day, 0] = option
        if not legal_week(inst, a, mine):
            return REFUSED
        first = inst.options.start[option]
        dropped = drop_blocks(inst, now, state, first, first + inst.options.length[option], rng)
        paid = booked_less(inst, state, dropped)
    else:
        if rng.random() < ELSEWHERE:
            other = int(rng.random() * inst.days)
            if mine[other, 0] >= 0:
                return REFUSED
            take_row(mine[other], mine[day])
            for k in range(mine.shape[1]):
                mine[day, k] = -1
        change_shift(inst, now, tours[a, day], -1.0)
    legal = best_day(inst, now, state.place, a, other, mine, state.guide, rng.random() ** 4, heat, rng)
    if not legal or (gone >= 0 and same_row(mine[day], tours[a, day])):
        settle_change(inst, now, False)
        settle_blocks(state, dropped, False)
        return REFUSED
    change_shift(inst, now, mine[other], 1.0)
    paid += tour_cost(inst, a, mine) - tour_cost(inst, a, tours[a])
    delta = _judge(inst, now, state, gone, mine[other, 0], dropped, paid, watched, heat, rng)
    if delta != REFUSED:
        take(state, a, mine)
    return delta


@leaf
def _judge(
    inst: Instance,
    now: Standing,
    state: Annealed,
    gone: int,
    came: int,
    dropped: int,
    paid: float,
    watched: bool,
    heat: float,
    rng: np.random.Generator,
) -> float:
    """Keep the change in hand or drop it, shift ``came`` in the place of ``gone``; return what it costs, or REFUSED.

    Either may be -1, a free day; ``dropped`` blocks go with it.
    """
    legal, moved = True, watched and gone != came
    if moved:
        be_there(inst, state.there, gone, -1)
        be_there(inst, state.there, came, 1)
        legal = gone < 0 or enough(inst, state.there, state.least, gone)
    true, guided = price_change(inst, now, state.guide)
    legal = legal and accepted(guided + paid, heat, rng)
    settle_change(inst, now, legal)
    settle_blocks(state, dropped, legal)
    if legal:
        return true + paid
    if moved:
        be_there(inst, state.there, gone, 1)
        be_there(inst, state.there, came, -1)
    return REFUSED
