"""What a roster with activities may cost less than one without: by so much a bound of the latter is lowered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.history import Floats
from scheduling.instance import Instance
from scheduling.model import Model
from scheduling.pauses.due import Due, window


def allowance(model: Model, todo: Sequence[Due]) -> float:
    """Return the most that activities can take off the objective, whatever the roster.

    Notes
    -----
    Duty that is lost never helps waits, service levels, abandonment, occupancy or deadlines. It can help a target of
    FCR, where somebody who resolves less than the mean is away; and unpaid activities save their pay. Each activity is
    taken where it would gain most.
    """
    inst = model.instance
    gains: dict[int, Floats] = {}
    total = 0.0
    for due in todo:
        item = model.folder.activities[due.item]
        slots = item.minutes // model.grid.step_minutes
        if due.who not in gains:
            gains[due.who] = _absence_gains(inst, due.who)
        first, last = window(item, model.grid)
        low, high = max(first, 0) // inst.per_interval, (last + slots) // inst.per_interval + 1
        best = float(gains[due.who][low:high].max(initial=0.0)) * slots / inst.per_interval
        if not item.paid:
            dearest = 1.0 + float(inst.premium[inst.people.premium[due.who]].max(initial=0.0))
            best += slots * inst.slot_hours * float(inst.hourly[due.who]) * dearest
        total += due.times * best
    return total


def desk_relief(model: Model, prices: Floats, todo: Sequence[Due]) -> float | None:
    """Return the most that activities can take off the priced desks, whatever the roster; None where they leave none.

    Parameters
    ----------
    model : Model
    prices : float array, shape (floors, slots)
        Of the floors, for which a bound was proven.
    todo : sequence of Due

    Notes
    -----
    Somebody in training has left a desk, so a roster whose people would be too many without their activities may be
    legal with them. Each activity is taken where desks are dearest.
    """
    inst = model.instance
    found = None
    for due in todo:
        mine = slice(int(inst.people.team_first[due.who]), int(inst.people.team_last[due.who]))
        desks = (inst.kinds.floor[inst.teams.kind[mine]] < 0).any(axis=0)
        if not desks.any():
            continue
        item = model.folder.activities[due.item]
        slots = item.minutes // model.grid.step_minutes
        first, last = window(item, model.grid)
        running = np.concatenate(([0.0], np.cumsum(prices[desks].sum(axis=0))))
        at = np.arange(max(first, 0), min(last, inst.slots - slots) + 1)
        best = float((running[at + slots] - running[at]).max(initial=0.0))
        found = (found or 0.0) + due.times * best
    return found


def _absence_gains(inst: Instance, who: int) -> Floats:
    """Return the most that misses can fall by while a person is away for an interval, shape (intervals,)."""
    service, teams = inst.service, inst.teams
    found = np.zeros(inst.intervals)
    linear = np.flatnonzero(service.row_curve < 0)
    for team in range(int(inst.people.team_first[who]), int(inst.people.team_last[who])):
        mine = np.zeros(inst.intervals)
        for r in linear.tolist():
            gain = max(float(service.sign[r] * teams.gain[team, r]), 0.0)
            if gain > 0:
                share = inst.kinds.share[teams.kind[team], service.row_pool[r]]
                mine += gain * service.price[r] / service.limit[r] * share * (service.weight[r] != 0)
        found = np.maximum(found, mine)
    return found
