"""A roster with its activities: solved for the duty that they will cost, and the activities placed off-peak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.progress import Control
from scheduling.model import Model
from scheduling.pauses.activities import place_activities
from scheduling.result import Effort, Result
from scheduling.roll import Roll, measure
from scheduling.solve import solve

LIGHT = 3
"""The search's own bound gets this part of the work: it only needs prices near those that are known."""


def solve_off_peak(
    model: Model,
    *,
    seed: int,
    effort: Effort,
    control: Control,
    start: Result | None = None,
    touch_up: bool = False,
) -> Result:
    """Roster one planning model, its activities included; parameters and errors as `scheduling.solve.solve`.

    Returns
    -------
    Result
        Seats, values and the objective count the duty that activities cost, and the bound what that may gain.

    Notes
    -----
    1. The search does not know where activities will lie. After a first round it plans with what they cost in the
    earlier roster: its service curves are moved by those seats, so that people are rostered for the duty that is left.
    2. That roster is measured by the model itself, and proven by its bound. 3. The activities are placed.
    """
    if not model.folder.activities:
        return solve(model, seed=seed, effort=effort, control=control, start=start, touch_up=touch_up)
    if start is None or not len(start.roll.activities):
        bare = None if start is None else replace(start, roll=without_activities(start.roll))
        found = solve(model, seed=seed, effort=effort, control=control, start=bare, touch_up=touch_up)
        return place_activities(model, found)
    bare = replace(start, roll=without_activities(start.roll))
    light = effort.model_copy(update={"ascent": max(effort.ascent // LIGHT, 1)})
    planned = with_lost_duty(model, start.roll)
    found = solve(planned, seed=seed, effort=light, control=control, start=bare, touch_up=touch_up)
    proof = effort.model_copy(update={"steps": 0, "passes": 0})
    known = replace(found, prices=start.prices)
    proven = solve(model, seed=seed, effort=proof, control=control, start=known, touch_up=True)
    return place_activities(model, proven)


def without_activities(roll: Roll) -> Roll:
    """Return a roster's tours and blocks alone."""
    return Roll(roll.tours, roll.blocks)


def with_lost_duty(model: Model, roll: Roll) -> Model:
    """Return a model in which the duty that a roster's activities cost is lost whatever the roster.

    Curves are read as if so many seats were missing, and what the seats would add to linear rows is taken off.
    """
    inst = model.instance
    seats, gains, _, _ = measure(inst, roll)
    full, all_gains, _, _ = measure(inst, without_activities(roll))
    service = inst.service
    lost = (full - seats) * service.efficiency / service.step
    knots = np.arange(service.curves.shape[2], dtype=np.float64)
    curves = service.curves.copy()
    for c, g in enumerate(service.curve_pool.tolist()):
        for t in np.flatnonzero(lost[g] > 0).tolist():
            curves[c, t] = np.interp(knots - lost[g, t], knots, service.curves[c, t])
    base = service.base - (all_gains - gains)
    return replace(model, instance=inst._replace(service=service._replace(curves=curves, base=base)))
