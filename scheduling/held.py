"""What a repair holds on to: the published week of everyone, and what it costs to leave it."""

from __future__ import annotations

from typing import NamedTuple

from domain.history import Ints
from scheduling.annealed import be_there, enough
from scheduling.instance import Bytes, Instance
from scheduling.kernel import leaf
from scheduling.pricing import tour_cost
from scheduling.standing import Standing, exchange_shift


class Held(NamedTuple):
    """What was published, and what of it may change.

    Attributes
    ----------
    tours : int array, shape (agents, days, 3 + most breaks)
        The published roster, a lost day empty.
    free : int8 array, shape (agents, days)
        1 where a day may change at all.
    cells : int array, shape (cells, 2)
        Agent and day of the days that the search begins its changes on.
    days : int array, shape (days that need it,)
        On which elastic blocks may change.
    small : float
        Price of a day whose breaks or queues alone change: it guides the search and is no part of the objective.
    """

    tours: Ints
    free: Bytes
    cells: Ints
    days: Ints
    small: float


@leaf
def small_price(held: Held, agent: int, week: Ints) -> float:
    """Return the price of the days of a week whose shift is the published one with other breaks or queues."""
    total = 0.0
    for d in range(week.shape[0]):
        if week[d, 0] >= 0 and week[d, 0] == held.tours[agent, d, 0]:
            for k in range(1, week.shape[1]):
                if week[d, k] != held.tours[agent, d, k]:
                    total += held.small
                    break
    return total


@leaf
def same_row(one: Ints, other: Ints) -> bool:
    """Tell whether two days are the same: shift, queues and breaks."""
    if one[0] < 0 and other[0] < 0:
        return True
    for k in range(one.shape[0]):  # noqa: SIM110 - compiled
        if one[k] != other[k]:
            return False
    return True


@leaf
def change_week(inst: Instance, now: Standing, held: Held, agent: int, old: Ints, new: Ints) -> float:
    """Write the change of a person's week into a standing; return what it costs in pay, soft costs and small prices."""
    for d in range(inst.days):
        if not same_row(old[d], new[d]):
            exchange_shift(inst, now, old[d], new[d])
    cost = tour_cost(inst, agent, new) - tour_cost(inst, agent, old)
    return float(cost + small_price(held, agent, new) - small_price(held, agent, old))


@leaf
def count_week(inst: Instance, there: Ints, old: Ints, new: Ints, sign: int) -> None:
    """Count the heads of a changed week in the place of the old one (with ``sign`` -1, the other way round)."""
    for d in range(inst.days):
        if old[d, 0] != new[d, 0]:
            be_there(inst, there, old[d, 0], -sign)
            be_there(inst, there, new[d, 0], sign)


@leaf
def enough_left(inst: Instance, there: Ints, least: Ints, old: Ints, new: Ints) -> bool:
    """Tell whether enough heads are left wherever a changed week has left a shift."""
    for d in range(inst.days):
        if old[d, 0] != new[d, 0] and old[d, 0] >= 0 and not enough(inst, there, least, old[d, 0]):
            return False
    return True
