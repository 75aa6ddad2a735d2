"""People whose published week has become illegal get another one; everybody else keeps theirs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.errors import ConflictError
from domain.history import Floats, Ints
from scheduling.conflicts import team_conflict
from scheduling.instance import Instance
from scheduling.model import Model
from scheduling.pin_check import fitting_week
from scheduling.placing import place_experts
from scheduling.respond import best_beside
from scheduling.roll import Roll, measure, presence
from scheduling.search import same_start
from scheduling.shift_values import NEVER
from scheduling.solve import least_core
from scheduling.standing import Standing, standing_of

MISSED = 1e-6
"""Relative miss from which a target is missed."""

USUAL = 0.05
"""Price of a target row that is met, as a share of its full one, where people are asked for their best week."""


def all_legal(model: Model, published: Roll, lost: NDArray[np.bool_], illegal: Sequence[int]) -> tuple[Roll, Ints]:
    """Return the published roster with everybody legal, and who had to be re-placed."""
    inst = model.instance
    tours = published.tours.copy()
    out = [a for a in range(len(tours)) if a in set(illegal) or not _legal(model, tours, a)]
    core = [a for a in out if model.agents[a].pool == "core"]
    tours[out] = -1
    usual = usual_prices(inst, USUAL)
    for a in core:
        now = standing(inst, Roll(tours, published.blocks))
        week = np.full_like(tours[a], -1)
        if best_beside(inst, now, a, tours, row_prices(inst, now, usual), model.crew, week) <= NEVER / 2:
            raise ConflictError([team_conflict(model, a)])
        tours[a] = week
    roll = Roll(tours, published.blocks)
    if len(core) < len(out) or _experts_over(model, roll):
        roll = place_experts(model, _without_experts(model, roll), usual)
    touched = np.flatnonzero((roll.tours != published.tours).any(axis=(1, 2)) | lost.any(axis=1))
    return roll, touched.astype(np.int64)


def _legal(model: Model, tours: Ints, a: int) -> bool:
    """Tell whether a person's week keeps the rules, the start of the team among them."""
    inst = model.instance
    if not fitting_week(inst, a, tours[a]):
        return False
    if model.crew[a] < 0:
        return True
    allowed = np.full(inst.days, -1, dtype=np.int64)
    same_start(inst, a, tours, model.crew, allowed)
    worked = tours[a, :, 0] >= 0
    starts = np.where(worked, inst.options.minute[tours[a, :, 0]], -1)
    return bool((~worked | (allowed < 0) | (starts == allowed)).all())


def _experts_over(model: Model, roll: Roll) -> bool:
    """Tell whether there are more experts in a shift at some time than their share of the core allows."""
    core = np.zeros(model.instance.slots, dtype=np.int64)
    for a, agent in enumerate(model.agents):
        if agent.pool == "core":
            core += presence(model.instance, roll.tours[a])
    return bool((least_core(model, roll) > core).any())


def _without_experts(model: Model, roll: Roll) -> Roll:
    tours = roll.tours.copy()
    tours[[a for a, agent in enumerate(model.agents) if agent.pool == "expert"]] = -1
    return Roll(tours, roll.blocks)


def standing(inst: Instance, roll: Roll) -> Standing:
    """Lay a roster out for small changes."""
    seats, gains, heads, _ = measure(inst, roll)
    return standing_of(inst, seats, gains, heads)


def row_prices(inst: Instance, now: Standing, usual: Floats) -> Floats:
    """Return full prices for rows that are missed: a miss comes before all cost."""
    missed = inst.service.sign * (now.value - inst.service.limit) > MISSED * inst.service.limit
    return np.where(missed, inst.service.price, usual)


def usual_prices(inst: Instance, share: float) -> Floats:
    """Return prices of rows that are met: a share of the full one, half of it where rows are linear in people."""
    return np.asarray(np.where(inst.service.row_curve < 0, 0.5, share) * inst.service.price)
