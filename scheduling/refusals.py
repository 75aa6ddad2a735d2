"""What stopped a wish: the best week of that person that keeps it, beside everybody else's roster as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from domain.history import Floats, Ints
from domain.people import Preference
from scheduling.bound import price_person
from scheduling.desks import over_desks
from scheduling.handout import shift_span
from scheduling.instance import Instance
from scheduling.model import Model
from scheduling.result import Result
from scheduling.roll import Roll, measure, objective_of_roll, soft_of
from scheduling.search import floor_worth, marginal_prices, same_start
from scheduling.service_model import elastic_cost, floor_gap, row_values
from scheduling.shift_values import NEVER

FORCED = 5.0e6
"""Worth of keeping the wish; above every price, below that of working while all is closed."""

STAY = 5.0e5
"""Worth of keeping one of the present shifts, where as few as possible are to change."""

CENT = 0.01


class _Worth(NamedTuple):
    """What a roster costs: heads missing from minimum staff, beyond the desks, each row's miss, pay, soft costs."""

    heads: int
    crowd: int
    misses: Floats
    pay: float
    soft: float


def why_refused(model: Model, result: Result, wish: Preference, price: float) -> str:
    """Say what stopped a wish that a roster does not keep.

    Parameters
    ----------
    model : Model
    result : Result
    wish : Preference
        Of a person of the model.
    price : float
        What the roster pays for not keeping it.
    """
    inst = model.instance
    agent = next(a for a, person in enumerate(model.agents) if person.id == wish.agent_id)
    bias, days = _bias(model, agent, wish)
    if wish.wish == "work" and not days:
        return "no shift of the contract is legal then: availability, leave, opening hours or hiring leave none"
    mine = result.roll.activities[:, 0] == agent
    roll = replace(result.roll, activities=result.roll.activities[~mine])
    rolls = [_with(roll, agent, tour) for tour in _weeks(model, result, roll, agent, bias) if _keeps(tour, bias, days)]
    if not rolls:
        pinned = any(pin.agent_id == wish.agent_id for pin in model.folder.pins)
        return f"no legal week keeps it: the contract's hours, days and rest{', or pins,' if pinned else ''} forbid it"
    return _cause(model, _worth(inst, roll), _worth(inst, min(rolls, key=partial(objective_of_roll, inst))), price)


def _with(roll: Roll, agent: int, tour: Ints) -> Roll:
    tours = roll.tours.copy()
    tours[agent] = tour
    return replace(roll, tours=tours)


def _weeks(model: Model, result: Result, roll: Roll, agent: int, bias: Floats) -> Iterator[Ints]:
    """Yield weeks of a person in which the wish is forced, some as like the present one as can be.

    What a seat is worth depends on how dear the misses are taken to be: full prices send people after the worst
    misses, those of the bound leave the rest in balance. The weeks are compared by the exact objective afterwards.
    """
    inst, now = model.instance, roll.tours[agent]
    stay = np.zeros(len(bias))
    stay[now[now[:, 0] >= 0, 0]] = -STAY
    for rows in (inst.service.price, result.prices.rows):
        for like in (0.0, 1.0):
            # the program over the week subtracts soft costs, so it is through them that the wish is forced
            soft = inst.options.soft + bias + like * np.where(bias == 0, stay, 0.0)
            tour = _best_tour(inst._replace(options=inst.options._replace(soft=soft)), model, roll, agent, rows)
            if tour is None:
                return
            if like and inst.people.one_team[agent] == 0:
                same = tour[:, 0] == now[:, 0]
                tour[same] = now[same]
            yield tour


def _bias(model: Model, agent: int, wish: Preference) -> tuple[Floats, frozenset[int]]:
    """Return what to add to each option's soft cost, and the days on which a wish to work can be kept at all."""
    inst, zone = model.instance, ZoneInfo(model.folder.centre.timezone)
    bias = np.zeros(len(inst.options.soft))
    days = set[int]()
    for d in range(inst.days):
        for i in range(inst.options.pointer[agent * inst.days + d], inst.options.pointer[agent * inst.days + d + 1]):
            for start, end in wish.days(zone):
                if not _touches(model, i, start, end):
                    continue
                if wish.wish == "off":
                    bias[i] = FORCED
                elif _day(model, start, zone) == d:
                    bias[i] = -FORCED
                    days.add(d)
    return bias, frozenset(days)


def _touches(model: Model, option: int, start: datetime, end: datetime) -> bool:
    begins, ends = shift_span(model, option)
    return begins < end and start < ends


def _day(model: Model, moment: datetime, zone: ZoneInfo) -> int:
    day: date = moment.astimezone(zone).date()
    return (day - model.first).days


def _keeps(tour: Ints, bias: Floats, days: frozenset[int]) -> bool:
    """Tell whether a week keeps what was forced."""
    taken = tour[:, 0]
    if (bias[taken[taken >= 0]] > 0).any():
        return False
    return all(taken[d] >= 0 and bias[taken[d]] < 0 for d in days)


def _best_tour(inst: Instance, model: Model, roll: Roll, agent: int, rows: Floats) -> Ints | None:
    """Return somebody's best week at what seats are worth beside the others; None where none is legal."""
    tours = roll.tours.copy()
    tours[agent, :, 0] = -1
    seats, gains, heads, _ = measure(inst, replace(roll, tours=tours))
    values = row_values(inst, seats, gains)
    size = max(float(inst.teams.seat[inst.people.team_first[agent]].sum()), 0.1)
    prices, linear = marginal_prices(inst, seats - inst.service.fixed, values, rows, size, 0.0)
    allowed = np.full(inst.days, -1, dtype=np.int64)
    same_start(inst, agent, tours, model.crew, allowed)
    tour = tours[agent]
    found = price_person(inst, agent, prices, linear, floor_worth(inst, heads), allowed, tour)
    return tour if found > NEVER else None


def _worth(inst: Instance, roll: Roll) -> _Worth:
    seats, gains, heads, pay = measure(inst, roll)
    service = inst.service
    over = service.sign * (row_values(inst, seats, gains) - service.limit) / service.limit
    cost = pay + elastic_cost(inst, int(roll.blocks[:, 2].sum()))
    crowd = int(over_desks(inst.floors, heads).sum())
    return _Worth(
        floor_gap(inst, heads) - crowd, crowd, service.price * np.maximum(over, 0.0), cost, soft_of(inst, roll)
    )


def _cause(model: Model, now: _Worth, then: _Worth, price: float) -> str:
    """Say which part of the objective would grow by more than the wish is worth."""
    money = model.folder.centre.currency
    heads = then.heads - now.heads
    if heads > 0:
        hours = heads * model.instance.slot_hours
        return f"minimum staff would lack {hours:g} hours of a head"
    if then.crowd > now.crowd:
        hours = (then.crowd - now.crowd) * model.instance.slot_hours
        return f"the desks of the site would be {hours:g} hours of a head too few"
    misses = then.misses - now.misses
    short, pay = float(misses.sum()), then.pay - now.pay
    soft = then.soft - now.soft + price
    if short + pay + soft < price - CENT:
        return "nothing with everybody else's roster as it is; the search did not find the better roster"
    if short > CENT and short >= pay:
        target = model.targets[int(model.rows[int(np.argmax(misses))])]
        queue = model.folder.centre.queue_ids[target.queue]
        return (
            f"service would fall further short of its targets, most of all of {queue} on {target.start[:10]}: "
            f"priced at {money} {short:,.2f} more, against {money} {price:,.2f} for the wish"
        )
    if pay > CENT:
        return f"it would cost {money} {pay:,.2f} more, against {money} {price:,.2f} for the wish"
    return "other wishes of the same person, or fairness, weigh as much"
