"""Rows of a published roster as shifts with pauses, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from domain.contracts import BreakRule
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.people import Activity, Agent
from domain.roster import OFF, WORK, Roster, Shift, Stretch
from scheduling.cost import holiday_country, minute_rates
from scheduling.pauses.due import window
from scheduling.pauses.duty import Duty, Pause
from scheduling.pauses.published import Published, slots_of
from scheduling.rules.activities import break_names, fits, of_agent


def duties_of(folder: PlanningFolder, published: Published, roster: Roster, moment: datetime) -> list[Duty]:
    """Return the people's shifts in which a pause may still move.

    Parameters
    ----------
    moment : datetime
        What began before it stays, and nothing is moved to before it.

    Notes
    -----
    Left out: elastic blocks, shifts off the grid, and those whose queues change within the shift. A row stays where it
    lies if it is pinned, lies outside its window, is held together with others, or is no break or activity that the
    folder knows.
    """
    number = {agent.id: a for a, agent in enumerate(folder.agents)}
    premiums = _premiums(folder, published)
    found = []
    for shift in roster.shifts:
        if shift.agent_id not in number or shift.end <= moment or not _on_grid(published, shift):
            continue
        sets = {frozenset(row.queues) for row in shift.stretches if row.activity == WORK}
        if len(sets) != 1:
            continue
        agent = folder.agents[number[shift.agent_id]]
        low, length = slots_of(shift.stretches[0], published.grid)[0], 0
        length = slots_of(shift.stretches[-1], published.grid)[1] - low
        kind = published.kinds[sets.pop(), published.sites[agent.id]]
        seat, gain = published.team[agent.id, kind]
        duty = Duty(
            who=number[agent.id],
            day=0,
            kind=kind,
            seat=seat,
            gain=gain,
            low=low,
            length=length,
            pauses=_pauses(folder, published, agent, shift, moment),
            premium=premiums(agent)[low : low + length],
            slot_pay=agent.hourly_cost * published.inst.slot_hours,
            held=_held(folder, published, agent, low, length, moment),
            shift_id=shift.shift_id,
        )
        if any(pause.movable for pause in duty.pauses):
            found.append(duty)
    return found


def _on_grid(published: Published, shift: Shift) -> bool:
    """Tell whether a shift lies on the grid, wholly inside it and without a gap."""
    grid, rows = published.grid, shift.stretches
    edges = [grid.minutes_at(moment) for row in rows for moment in (row.start, row.end)]
    whole = all(before.end == after.start for before, after in pairwise(rows))
    return (
        whole
        and edges[0] >= 0
        and edges[-1] <= grid.size * grid.step_minutes
        and not any(edge % grid.step_minutes for edge in edges)
    )


def _pauses(folder: PlanningFolder, published: Published, agent: Agent, shift: Shift, moment: datetime) -> list[Pause]:
    grid = published.grid
    contract = published.calendar.contract(agent)
    names = break_names(contract)
    rows = [row for row in shift.stretches if row.activity not in (WORK, OFF)]
    breaks = [row for row in rows if row.activity in names]
    rules = _rules(contract.breaks_of(round(shift.paid_minutes)), breaks, shift)
    now = math.ceil(grid.minutes_at(moment) / grid.step_minutes)
    begin = slots_of(shift.stretches[0], grid)[0]
    pinned = [pin for pin in folder.pins if pin.agent_id == agent.id]
    found = []
    for row in rows:
        low, high = slots_of(row, grid)
        pause = Pause(high - low, low, low, row.paid, start=low, rule=-1, home=low)
        rule, item = rules.get(row), _activity(folder, agent, row)
        if row.activity in names and rule is not None:
            step = grid.step_minutes
            first, last = begin + math.ceil(rule.after_minutes / step), begin + rule.before_minutes // step
            pause = replace(pause, first=first, last=last, rule=contract.breaks.index(rule))
        elif row.activity not in names and item is not None:
            first, last = window(folder.activities[item], grid)
            pause = replace(pause, first=first, last=last, item=item)
        held = any(pin.start < row.end and row.start < pin.end for pin in pinned)
        first = max(pause.first, now)
        if row.start < moment or held or not first <= low <= pause.last:
            found.append(pause.at(low))
        else:
            found.append(replace(pause, first=first))
    return found


def _rules(due: Sequence[BreakRule], rows: Sequence[Stretch], shift: Shift) -> dict[Stretch, BreakRule]:
    """Give each break of a shift the rule it was made by: of those of its kind and length, in the order of windows."""
    found = {}
    left = sorted(due, key=lambda rule: (rule.after_minutes, rule.before_minutes))
    for row in rows:
        offset = (row.start - shift.start).total_seconds() / 60
        fit = [
            rule
            for rule in left
            if (rule.kind, rule.minutes, rule.paid) == (row.activity, row.minutes, row.paid)
            and rule.after_minutes <= offset <= rule.before_minutes
        ]
        if fit:
            # the window that closes first, or a later break might be left without one
            found[row] = min(fit, key=lambda rule: rule.before_minutes)
            left.remove(found[row])
    return found


def _activity(folder: PlanningFolder, agent: Agent, row: Stretch) -> int | None:
    """Return the number of the activity that a row is an occurrence of; None where it must stay for its own reasons."""
    mine = of_agent(folder, agent)
    same = [k for k, item in enumerate(folder.activities) if _is_of(item, mine) and fits(item, row)]
    twins = [item for item in mine if (item.activity, item.minutes) == (row.activity, row.minutes)]
    if len(same) != 1 or len(twins) != 1 or folder.activities[same[0]].together:
        return None
    return same[0]


def _is_of(item: Activity, mine: Sequence[Activity]) -> bool:
    return any(item is other for other in mine)


def _held(
    folder: PlanningFolder, published: Published, agent: Agent, low: int, length: int, moment: datetime
) -> NDArray[np.bool_]:
    """Return the slots of a shift that no pause may move to: the past, and pinned work."""
    grid = published.grid
    held = np.zeros(length, dtype=np.bool_)
    held[: max(math.ceil(grid.minutes_at(moment) / grid.step_minutes) - low, 0)] = True
    for pin in folder.pins:
        if pin.agent_id == agent.id and pin.activity == WORK:
            first = math.floor(grid.minutes_at(pin.start) / grid.step_minutes) - low
            last = math.ceil(grid.minutes_at(pin.end) / grid.step_minutes) - low
            held[max(first, 0) : max(last, 0)] = True
    return held


def _premiums(folder: PlanningFolder, published: Published) -> Callable[[Agent], Floats]:
    """Return what tells a person's premium pay of each slot, shape (slots,)."""
    known: dict[tuple[str, float, str], Floats] = {}
    grid, calendar = published.grid, published.calendar
    first = calendar.minute(grid.start)

    def of(agent: Agent) -> Floats:
        premiums = folder.centre.pay.premiums
        country = holiday_country(folder.centre, agent)
        key = (agent.contract, agent.hourly_cost, country) if premiums else ("", 0.0, "")
        if key not in known:
            known[key] = np.zeros(grid.size)
            if key[0]:
                rates = minute_rates(calendar, agent) - agent.hourly_cost / 60
                known[key] = rates[first : first + grid.size * grid.step_minutes].reshape(grid.size, -1).sum(axis=1)
        return known[key]

    return of


def rows_of(published: Published, shift: Shift, duty: Duty) -> list[Stretch]:
    """Return a shift's rows with its pauses where they lie now."""
    grid = published.grid
    work = next(row for row in shift.stretches if row.activity == WORK)
    by_home = {slots_of(row, grid)[0]: row for row in shift.stretches if row.activity != WORK}
    rows, at = [], shift.start
    for pause in sorted(duty.pauses, key=lambda pause: pause.start):
        start, end = (grid.start + slot * grid.step for slot in (pause.start, pause.end))
        if start > at:
            rows.append(replace(work, start=at, end=start))
        rows.append(replace(by_home[pause.home], start=start, end=end))
        at = end
    if shift.end > at:
        rows.append(replace(work, start=at, end=shift.end))
    return rows
