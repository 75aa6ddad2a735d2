"""Who could take a gap: everybody's best legal week that covers it, and what each would cost and mend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.history import Floats, Ints
from scheduling.ascent import mean_pay
from scheduling.bound import price_person
from scheduling.change_price import CHANGE_HOURS
from scheduling.desks import over_desks
from scheduling.held import Held, change_week
from scheduling.instance import Instance
from scheduling.model import Model
from scheduling.pricing import duty_of, tour_pay
from scheduling.replaced import USUAL, row_prices, standing, usual_prices
from scheduling.roll import Roll
from scheduling.search import floor_worth, marginal_prices, same_start
from scheduling.service_model import add_tour, row_values
from scheduling.shift_values import NEVER
from scheduling.standing import Standing, price_change, settle_change

LURE = 400.0
"""What a seat in the gap is made worth above its own, in hours of the mean pay: more than several shifts cost."""

HOLD_HOURS = 12.0
"""Price of a changed day while weeks are searched, in hours of the mean pay: above the pay of a shift, lest somebody
be sent home on another day to save it."""


@dataclass(frozen=True)
class StandIn:
    """One person in the gap.

    Attributes
    ----------
    agent : int
    week : int array, shape (days, 3 + most breaks)
        The person's best legal week that covers the gap.
    covered : int
        Slots of the gap on the queue, beyond those covered already.
    pay, shortfall, soft : float
        What changes of the objective: pay, priced misses (minimum staff included), and what is priced beside pay.
    days : tuple of int
        Days whose shift is another one.
    values : dict of row to (before, after)
        Planned values of the target rows that change.
    """

    agent: int
    week: Ints
    covered: int
    pay: float
    shortfall: float
    soft: float
    days: tuple[int, ...]
    values: dict[int, tuple[float, float]]

    @property
    def total(self) -> float:
        """Change of the objective."""
        return self.pay + self.shortfall + self.soft


def stand_ins(model: Model, roll: Roll, queue: int, low: int, high: int) -> list[StandIn]:
    """Return everybody of the core who may legally cover some of a gap, the best first.

    Parameters
    ----------
    model : Model
        Its soft costs price a changed agent-day with ``HOLD_HOURS``, so that no more of a week changes than must.
    roll : Roll
        The roster with the gap.
    queue : int
        Index in the centre's queues.
    low, high : int
        Slots of the gap, half open.

    Notes
    -----
    Seats in the gap are made dearer than any shift costs, those of other days are worth nothing, and the exact program
    over a person's week takes the best week at those prices: if any legal week covers the gap it covers it, with the
    fewest changes beside. Breaks and queues of days whose shift stays are left alone. Those who cover most come first,
    then those who cost least once the misses they mend are counted, a changed day at ``change_price.CHANGE_HOURS``.
    """
    inst = model.instance
    now = standing(inst, roll)
    prices = row_prices(inst, now, usual_prices(inst, USUAL))
    serving = [k for k, kind in enumerate(model.kinds) if queue in kind.queues]
    nobody = np.zeros((0, 2), dtype=np.int64)
    held = Held(roll.tours, np.ones(roll.tours.shape[:2], dtype=np.int8), nobody, nobody[:, 0].copy(), 0.0)
    found: list[StandIn] = []
    for a, agent in enumerate(model.agents):
        teams = inst.teams.kind[int(inst.people.team_first[a]) : int(inst.people.team_last[a])]
        if agent.pool != "core" or not np.isin(teams, serving).any():
            continue
        old = roll.tours[a]
        week = np.full_like(old, -1)
        if _lured(model, now, roll.tours, a, prices, queue, low, high, week) <= NEVER / 2:
            continue
        for d in range(inst.days):
            apart = high <= inst.day_first[d] or inst.day_first[d + 1] <= low
            if apart and week[d, 0] == old[d, 0] and (inst.people.one_team[a] == 0 or week[d, 1] == old[d, 1]):
                week[d] = old[d]
        covered = _covers(inst, week, serving, low, high) - _covers(inst, old, serving, low, high)
        one = _weighed(inst, now, held, old, a, week, covered) if covered > 0 else None
        found += [one] if one is not None else []
    return sorted(found, key=lambda one: (-one.covered, round(one.total, 6), one.agent))


def _lured(
    model: Model, now: Standing, tours: Ints, a: int, row_worth: Floats, queue: int, low: int, high: int, week: Ints
) -> float:
    """Fill in a person's best week while seats in the gap are dear."""
    inst = model.instance
    seats, heads, gains = now.seats.copy(), now.heads.copy(), np.zeros_like(now.value)
    add_tour(inst, tours[a], -1.0, seats, gains, heads)
    values = row_values(inst, seats, gains)
    linear_rows = inst.service.row_curve < 0
    values[linear_rows] = now.value[linear_rows] + gains[linear_rows]
    size = max(float(inst.teams.seat[inst.people.team_first[a]].sum()), 0.1)
    prices, linear = marginal_prices(inst, seats - inst.service.fixed, values, row_worth, size, 0.0)
    pool = next(g for g, pool in enumerate(model.pools) if queue in pool.queues)
    per = inst.per_interval
    starts = inst.day_first // per
    for d in range(inst.days):
        if high <= inst.day_first[d] or inst.day_first[d + 1] <= low:
            prices[:, starts[d] : starts[d + 1]] = 0.0
    linear[:] = 0.0
    for t in range(low // per, -(-high // per)):
        part = min((t + 1) * per, high) - max(t * per, low)
        prices[pool, t] += LURE * mean_pay(inst) * part * inst.slot_hours
    allowed = np.full(inst.days, -1, dtype=np.int64)
    same_start(inst, a, tours, model.crew, allowed)
    return float(price_person(inst, a, prices, linear, floor_worth(inst, heads), allowed, week))


def _covers(inst: Instance, week: Ints, serving: list[int], low: int, high: int) -> int:
    """Return the slots of a gap in which a week serves its queue."""
    duty = np.zeros(inst.slots, dtype=np.int64)
    total = 0
    for d in range(inst.days):
        if week[d, 0] >= 0 and inst.teams.kind[week[d, 1]] in serving:
            start, length = duty_of(inst, week, d, duty)
            begin, end = max(low, start), min(high, start + length)
            if end > begin:
                total += int(duty[begin - start : end - start].sum())
    return total


def _weighed(inst: Instance, now: Standing, held: Held, old: Ints, a: int, week: Ints, covered: int) -> StandIn | None:
    """Price a person's other week by the exact planning model; None where their site has no desk for it."""
    cost = change_week(inst, now, held, a, old, week)
    before, after = (over_desks(inst.floors, heads) for heads in (now.heads, now.heads + now.more_heads))
    if (after > before).any():
        settle_change(inst, now, False)
        return None
    misses, _ = price_change(inst, now, inst.service.price)
    touched = now.touched[: int(now.touches[0])].tolist()
    values = {r: (float(now.value[r]), float(now.value[r] + now.more_value[r])) for r in touched}
    settle_change(inst, now, False)
    pay = float(tour_pay(inst, a, week) - tour_pay(inst, a, old))
    days = tuple(np.flatnonzero(old[:, 0] != week[:, 0]).tolist())
    # holding people to their weeks was for the search; what a change is worth is less
    soft = cost - pay - (HOLD_HOURS - CHANGE_HOURS) * mean_pay(inst) * len(days)
    return StandIn(a, week, covered, pay, float(misses), soft, days, values)
