"""The activities of a week placed into its roster, and what the roster is worth with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from domain.history import Ints
from domain.roster import WORK, Roster, Stretch
from scheduling.ascent import added
from scheduling.handout import roster_of
from scheduling.leave import LegalShifts
from scheduling.missed import Missed
from scheduling.model import Model
from scheduling.pauses.allowance import allowance, desk_relief
from scheduling.pauses.desk import Desk
from scheduling.pauses.due import Due, due_of
from scheduling.pauses.duty import Duty
from scheduling.pauses.of_tours import duties_of, roll_with
from scheduling.pauses.placing import place_all
from scheduling.pauses.reasons import why_not
from scheduling.pauses.week import Week
from scheduling.result import Result
from scheduling.roll import Roll, measure
from scheduling.rules.activities import break_names
from scheduling.service_model import elastic_cost, floor_gap, row_values, shortfall_of

R = TypeVar("R", bound=Result)

OPTIMAL = 1e-6
"""A roster whose gap is no larger is optimal."""


def place_activities(model: Model, result: Result) -> Result:
    """Place the activities of a week where they lose the least service.

    Parameters
    ----------
    model : Model
    result : Result
        A roster without activities, pinned ones apart.

    Returns
    -------
    Result
        The same shifts, with breaks placed anew around the activities; seats, values and the objective count the duty
        that they cost, and what found no time at its price. Where nothing is due, the result itself.

    Notes
    -----
    The bound is that of rosters without activities, less what those may gain at most: see ``allowance``. The shifts
    given keep to the desks without activities, too: that who trains leaves a desk is room for breaks, not for shifts.
    """
    folder = model.folder
    roster, breaks, there, todo = _due(model, result.roll)
    if not todo:
        return result
    inst = model.instance
    seats, gains, heads, _ = measure(inst, result.roll)
    week = Week(
        folder=folder,
        grid=model.grid,
        agents=model.agents,
        desk=Desk(inst, seats, gains, heads),
        duties=duties_of(model, result.roll),
        there=there,
        bears_unpaid=lambda duty, minutes: False,
        top=inst.intervals * inst.per_interval,
    )
    if not all(folder.activities[due.item].paid for due in todo):
        week = replace(week, bears_unpaid=_unpaid_room(model, roster, result.roll.tours, week.duties))
    sound = [due for due in todo if folder.activities[due.item].activity not in breaks[model.agents[due.who].id]]
    done = place_all(week, sound)
    missed = tuple(_missed(model, week, due, done) for due in todo if done.get(due, 0) < due.times)
    lower = _lowered(model, result, todo)
    return _measured(model, lower, roll_with(model, result.roll, week.duties), missed)


def count_missed(model: Model, result: R, why: str) -> R:
    """Return a roster, to which no activities are added, with those that it lacks at their price.

    Parameters
    ----------
    model : Model
    result : Result
    why : str
        Why they have no time.
    """
    missed = tuple(_lacking(model, due, due.times, why) for due in _due(model, result.roll)[-1])
    return replace(result, missed=missed)


def _due(model: Model, roll: Roll) -> tuple[Roster, dict[str, set[str]], dict[str, list[Stretch]], list[Due]]:
    """Return a week's roster, names of breaks and activities of each person, and the activities that it lacks."""
    folder = model.folder
    if not folder.activities:
        return Roster.of(()), {}, {}, []
    roster = roster_of(model, roll)
    names = {contract.id: break_names(contract) for contract in folder.centre.contracts}
    breaks = {agent.id: names[agent.contract] for agent in model.agents}
    there = _activities(roster, breaks)
    return roster, breaks, there, due_of(folder, model.agents, there, model.intervals.start, model.intervals.end)


def _activities(roster: Roster, breaks: dict[str, set[str]]) -> dict[str, list[Stretch]]:
    """Return each person's rows that are neither work nor, by name, a break."""
    rows: dict[str, list[Stretch]] = {}
    for row in roster.stretches:
        if row.activity != WORK and row.activity not in breaks.get(row.agent_id, ()):
            rows.setdefault(row.agent_id, []).append(row)
    return rows


def _missed(model: Model, week: Week, due: Due, done: dict[Due, int]) -> Missed:
    together = week.folder.activities[due.item].together
    held = together and any(times for other, times in done.items() if other.item == due.item)
    return _lacking(model, due, due.times - done.get(due, 0), why_not(week, due, held=bool(held)))


def _lacking(model: Model, due: Due, times: int, why: str) -> Missed:
    item, agent = model.folder.activities[due.item], model.agents[due.who]
    price = times * item.minutes / 60 * agent.hourly_cost
    return Missed(item.activity, agent.id, model.first.isoformat(), times, item.times_per_week, why, price)


def _unpaid_room(model: Model, roster: Roster, tours: Ints, duties: Sequence[Duty]) -> Callable[[Duty, int], bool]:
    """Return what tells whether a contract bears some unpaid minutes more in a shift.

    The shift's and the week's paid hours stay at the contract's least or above, and the shift's breaks the same; there
    is no overtime in the week.
    """
    legal = LegalShifts.of(model.folder, model.first, model.instance.days)
    contracts = {contract.id: contract for contract in model.folder.centre.contracts}
    paid = {(shift.agent_id, shift.shift_id): shift.paid_minutes for shift in roster.shifts}
    least = [legal.away(agent).weeks[0].minutes_min for agent in model.agents]
    inst = model.instance
    units = [int(inst.options.paid[tour[:, 0][tour[:, 0] >= 0]].sum()) for tour in tours]
    # what overtime costs is the solver's to weigh
    beyond = (inst.people.over_units > 0) & (np.array(units) > inst.people.over_from)
    step = model.grid.step_minutes

    def unpaid(duty: Duty) -> int:
        return sum(pause.length for pause in duty.pauses if pause.item >= 0 and not pause.paid) * step

    def bears(duty: Duty, minutes: int) -> bool:
        agent = model.agents[duty.who]
        contract = contracts[agent.contract]
        mine = [other for other in duties if other.who == duty.who]
        before = paid[agent.id, duty.shift_id]
        after = before - unpaid(duty) - minutes
        week = sum(paid[agent.id, other.shift_id] - unpaid(other) for other in mine) - minutes
        same = contract.breaks_of(round(after)) == contract.breaks_of(round(before))
        return (
            not beyond[duty.who]
            and same
            and after >= contract.shift_hours.min * 60 - 1e-9
            and week >= least[duty.who] - 1e-9
        )

    return bears


def _lowered(model: Model, result: Result, todo: Sequence[Due]) -> Result:
    """Return a result whose bound holds for rosters with activities."""
    service, proven = model.instance.service, result.bound
    relief = desk_relief(model, result.prices.floors, todo)
    if relief is not None:
        # what is known of the desks' prices is those that the ascent has kept, so it is its bound that is lowered
        proven = min(proven, result.prices.bound + added(model.instance) - relief)
    # contracts' least hours are paid, and what nobody can avoid is missed, with activities as without
    bound = max(proven - allowance(model, todo), result.least + elastic_cost(model.instance, 0) + service.given)
    return replace(result, bound=min(bound, result.bound))


def _measured(model: Model, result: Result, roll: Roll, missed: tuple[Missed, ...]) -> Result:
    inst = model.instance
    seats, gains, heads, pay = measure(inst, roll)
    values = row_values(inst, seats, gains)
    bare = Roll(roll.tours, roll.blocks)
    without = measure(inst, bare)
    found = replace(
        result,
        roll=roll,
        pay=pay + float(inst.people.base_cost.sum()),
        shortfall=shortfall_of(inst, values),
        seats=seats,
        values=values,
        floor_gap=floor_gap(inst, heads),
        missed=missed,
    )
    lost = found.shortfall - shortfall_of(inst, row_values(inst, without[0], without[1]))
    status = "feasible" if found.status == "optimal" and found.gap > OPTIMAL else found.status
    return replace(found, status=status, lost_service=lost)
