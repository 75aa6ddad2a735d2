"""Why an agent-day was changed: what took the published shift away, or what the new one is for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from domain.folder import PlanningFolder
from domain.roster import Roster
from planning.repair.changes import SEATS
from scheduling.calendar import Calendar
from scheduling.model import Model
from scheduling.published import Published
from scheduling.repair import Repaired
from scheduling.repair_search import short_pools
from scheduling.rules.rule import Violation


def reasons_of(
    model: Model,
    result: Repaired,
    published: Published,
    roster: Roster,
    broken: Mapping[str, Sequence[Violation]],
) -> dict[tuple[str, date], str]:
    """Return what is to be said of each changed agent-day of a week.

    Parameters
    ----------
    model : Model
    result : Repaired
    published : Published
    roster : Roster
        As published.
    broken : mapping of agent id to violations
        What the published roster breaks today.
    """
    calendar = Calendar(model.folder, model.first, model.instance.days)
    short = short_pools(model, result.start)
    found: dict[tuple[str, date], str] = {}
    for d in range(model.instance.days):
        queues = _names(model, short.get(d, frozenset()))
        said = f"short of seats on {_joined(queues)}" if queues else "saves more than it costs"
        found[SEATS, model.first + timedelta(days=d)] = said
    tours, before = result.roll.tours, published.roll.tours
    for a, agent in enumerate(model.agents):
        changed = [d for d in range(model.instance.days) if published.lost[a, d] or (tours[a, d] != before[a, d]).any()]
        comes = [d for d in changed if tours[a, d, 0] >= 0 and before[a, d, 0] < 0 and not published.lost[a, d]]
        for d in changed:
            day = model.first + timedelta(days=d)
            key = (agent.id, day)
            if published.lost[a, d]:
                found[key] = _lost(model.folder, calendar, roster, agent.id, day)
            elif agent.id in broken:
                rules = dict.fromkeys(violation.label.lower() for violation in broken[agent.id])
                found[key] = f"the published week broke: {', '.join(rules)}"
            elif tours[a, d, 0] < 0 and comes:
                found[key] = f"works on {_day(model, comes[0])} instead"
            else:
                found[key] = _needed(model, short, int(tours[a, d, 1]), d)
    return found


def _lost(folder: PlanningFolder, calendar: Calendar, roster: Roster, who: str, day: date) -> str:
    """Say what has taken a published shift away."""
    for shift in roster.by_agent.get(who, ()):
        if calendar.day(shift.start) != day:
            continue
        for leave in folder.time_off:
            if leave.agent_id == who and leave.start < shift.end and shift.start < leave.end:
                return "on leave" if leave.kind == "paid" else "not available (time_off.csv)"
        for pin in folder.pins:
            if pin.agent_id == who and pin.start < shift.end and shift.start < pin.end:
                return "a pin says otherwise"
    return "no legal shift any more: availability, opening hours, skills or the contract have changed"


def _needed(model: Model, short: Mapping[int, frozenset[int]], team: int, d: int) -> str:
    """Name the queues that a changed shift is for: those short on its day, and on others where none is."""
    if team < 0:
        return "gives hours that are worth more on another day"
    pools = set(np.flatnonzero(model.instance.teams.seat[team] > 0).tolist())
    here = _names(model, pools & short.get(d, frozenset()))
    if here:
        return f"short of seats on {_joined(here)}"
    return "makes room for somebody who is needed elsewhere, or serves at less cost"


def _names(model: Model, pools: Collection[int]) -> list[str]:
    return [model.folder.centre.queue_ids[q] for g in sorted(pools) for q in model.pools[g].queues]


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _day(model: Model, d: int) -> str:
    return f"{model.first + timedelta(days=d):%a %Y-%m-%d}"
