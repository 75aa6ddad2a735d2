"""Best responses: one after the other, people take their best week beside the rest, or what they had back."""

from __future__ import annotations

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.bound import price_person
from scheduling.held import Held, change_week, count_week, enough_left, same_row
from scheduling.instance import Instance
from scheduling.pin_check import fitting_week
from scheduling.search import floor_worth, marginal_prices, same_start
from scheduling.service_model import add_tour, row_values
from scheduling.shift_values import NEVER
from scheduling.standing import Standing, price_change, settle_change


@njit(cache=True, nogil=True)
def best_beside(
    inst: Instance, now: Standing, agent: int, tours: Ints, row_prices: Floats, crew: Ints, week: Ints
) -> float:
    """Fill in a person's best legal week beside everybody else's.

    Parameters
    ----------
    inst : Instance
    now : Standing
        Of the whole roster, the person's week in it.
    agent : int
    tours : int array, shape (agents, days, 3 + most breaks)
    row_prices : float array, shape (rows,)
        Prices of the target rows near which seats are valued.
    crew : int array, shape (agents,)
    week : int array, shape (days, 3 + most breaks)
        Filled.

    Returns
    -------
    float
        Worth of the week at those prices; at most ``NEVER`` where none is legal.
    """
    seats, heads = now.seats.copy(), now.heads.copy()
    gains = np.zeros(row_prices.shape[0])
    add_tour(inst, tours[agent], -1.0, seats, gains, heads)
    values = row_values(inst, seats, gains)
    for r in range(values.shape[0]):
        if inst.service.row_curve[r] < 0:
            values[r] = now.value[r] + gains[r]
    size = inst.teams.seat[inst.people.team_first[agent]].sum()
    prices, linear = marginal_prices(inst, seats - inst.service.fixed, values, row_prices, max(size, 0.1), 0.0)
    allowed = np.full(inst.days, -1, np.int64)
    same_start(inst, agent, tours, crew, allowed)
    return float(price_person(inst, agent, prices, linear, floor_worth(inst, heads), allowed, week))


@njit(cache=True, nogil=True)
def respond(
    inst: Instance,
    now: Standing,
    tours: Ints,
    held: Held,
    order: Ints,
    crew: Ints,
    there: Ints,
    least: Ints,
    row_prices: Floats,
) -> float:
    """Let people change to their best week in turn, wherever the exact objective falls by it.

    Parameters
    ----------
    inst : Instance
    now : Standing
        Of the roster; changed in place, as are ``tours`` and ``there``.
    tours : int array, shape (agents, days, 3 + most breaks)
    held : Held
        Days that are not free keep their rows.
    order : int array
        People who are asked.
    crew : int array, shape (agents,)
    there, least : int arrays, shape (slots,)
        Core heads in a shift and how many there must be.
    row_prices : float array, shape (rows,)

    Returns
    -------
    float
        How far the objective and the price of small changes fell, at most 0.
    """
    fell = 0.0
    week = tours[0].copy()
    guide = np.maximum(inst.service.price, 1e-9)
    for k in range(order.shape[0]):
        a = order[k]
        if best_beside(inst, now, a, tours, row_prices, crew, week) <= NEVER:
            continue
        legal, other = True, False
        for d in range(inst.days):
            if held.free[a, d] == 0:
                legal = legal and week[d, 0] == tours[a, d, 0]
                week[d] = tours[a, d]
            elif week[d, 0] == tours[a, d, 0] and not concerned(held, d) and same_team(inst, a, week[d], tours[a, d]):
                # breaks and queues of a day on which nothing has happened are left alone
                week[d] = tours[a, d]
            other = other or not same_row(week[d], tours[a, d])
        if not legal or not other:
            continue
        count_week(inst, there, tours[a], week, 1)
        legal = enough_left(inst, there, least, tours[a], week)
        delta = change_week(inst, now, held, a, tours[a], week)
        true, _ = price_change(inst, now, guide)
        delta += true
        legal = legal and delta < -1e-6
        settle_change(inst, now, legal)
        if legal:
            tours[a] = week
            fell += delta
        else:
            count_week(inst, there, tours[a], week, -1)
    return fell


@njit(cache=True, nogil=True)
def concerned(held: Held, day: int) -> bool:
    """Tell whether a repair is for a day."""
    for k in range(held.days.shape[0]):  # noqa: SIM110 - compiled
        if held.days[k] == day:
            return True
    return False


@njit(cache=True, nogil=True)
def same_team(inst: Instance, agent: int, one: Ints, other: Ints) -> bool:
    """Tell whether either of two rows may stand in the place of the other in a week of one set of queues."""
    return bool(inst.people.one_team[agent] == 0 or one[1] == other[1])


@njit(cache=True, nogil=True)
def restore(
    inst: Instance, now: Standing, tours: Ints, held: Held, order: Ints, crew: Ints, there: Ints, least: Ints
) -> int:
    """Take back whatever changes have become worth less than their price; return how many were.

    Notes
    -----
    A person's whole week is tried first, then every two days of it, then single ones: a day that was moved is two.
    The parameters are those of ``respond``.
    """
    back = 0
    days = inst.days
    week = tours[0].copy()
    for k in range(order.shape[0]):
        a = order[k]
        for d in range(-1, days):
            for e in range(-1, days):
                if (d < 0 and e >= 0) or e >= d >= 0:
                    continue
                week[:] = tours[a]
                for f in range(days):
                    if held.free[a, f] == 1 and (d < 0 or f in (d, e)):
                        week[f] = held.tours[a, f]
                back += put_back(inst, now, tours, held, a, week, crew, there, least)
    return back


@njit(cache=True, nogil=True)
def put_back(
    inst: Instance,
    now: Standing,
    tours: Ints,
    held: Held,
    agent: int,
    week: Ints,
    crew: Ints,
    there: Ints,
    least: Ints,
) -> int:
    """Give a person a week back where it is legal and costs no more; return 1 where that was done."""
    other = moved = False
    for d in range(inst.days):
        other = other or not same_row(week[d], tours[agent, d])
        moved = moved or week[d, 0] != tours[agent, d, 0]
    if not other or (moved and crew[agent] >= 0):
        return 0
    if not fitting_week(inst, agent, week):
        return 0
    count_week(inst, there, tours[agent], week, 1)
    legal = enough_left(inst, there, least, tours[agent], week)
    delta = change_week(inst, now, held, agent, tours[agent], week)
    true, _ = price_change(inst, now, np.maximum(inst.service.price, 1e-9))
    legal = legal and delta + true <= 1e-9
    settle_change(inst, now, legal)
    if not legal:
        count_week(inst, there, tours[agent], week, -1)
        return 0
    tours[agent] = week
    return 1
