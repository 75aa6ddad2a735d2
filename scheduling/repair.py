"""The least change that mends a published roster: elastic seats first, then single agent-days, then all near them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from domain.history import Ints
from domain.progress import Control
from scheduling.ascent import Prices, added, ascend
from scheduling.model import Model
from scheduling.repair_search import RepairEffort, RepairSearch
from scheduling.replaced import all_legal
from scheduling.result import Result
from scheduling.roll import Roll, objective_of_roll
from scheduling.service_model import elastic_cost
from scheduling.solve import measured

KEEP = 5e-4
"""A later, larger repair must lower the objective by more than this share of it, or the smaller one is kept."""

STAGES = {"kept": 0.0, "seats": 0.1, "responses": 0.3, "search": 0.5}
"""Stages of a repair, and how much of the work lies before each: nobody moved but those who had to be, elastic seats
re-booked, people in better weeks, the agent-days near them searched."""

EMPTY = Roll(np.zeros((0, 0, 3), dtype=np.int64), np.zeros((0, 3), dtype=np.int64))

PEOPLE_STAY = frozenset({"kept", "seats"})


@dataclass(frozen=True)
class Repaired(Result):
    """A repaired roster.

    Attributes
    ----------
    stage : str
        How far the repair went, a key of ``STAGES``.
    stages : tuple of (str, float)
        Objective after each stage that was tried.
    start : Roll
        The published roster with everybody legal, before anything else is changed.
    replaced : int array
        People whose published week was illegal.
    """

    stage: str = "kept"
    stages: tuple[tuple[str, float], ...] = ()
    start: Roll = EMPTY
    replaced: Ints | None = None


def repair(
    model: Model,
    published: Roll,
    *,
    lost: NDArray[np.bool_] | None = None,
    days: Sequence[int] | None = None,
    illegal: Sequence[int] = (),
    seed: int = 1,
    effort: RepairEffort | None = None,
    control: Control | None = None,
    keep_people: bool = False,
    prices: Prices | None = None,
) -> Repaired:
    """Mend a published roster for what is true now.

    Parameters
    ----------
    model : Model
        Of the week as it is now; its soft costs price changed agent-days (``change_price.ChangePrice``), and pins hold
        what may not change.
    published : Roll
        The published roster in the model's own terms, from ``published.published_roll``.
    lost : bool array, shape (agents, days), optional
        Days whose published shift can no longer be worked.
    days : sequence of int, optional
        Days on which something has changed; those of lost shifts always belong to them. Where it is absent, all days
        with a missed target do.
    illegal : sequence of int
        People who are to be re-placed whatever the model thinks of their week.
    seed : int
    effort : RepairEffort, optional
    control : Control, optional
        Cancelling keeps the best roster so far.
    keep_people : bool
        Re-book elastic seats only; those whose week is illegal are re-placed all the same.
    prices : Prices, optional
        Where the bound's ascent starts: those of an earlier result of the same shape.

    Raises
    ------
    ConflictError
        If somebody who must be re-placed has no legal week beside the team.

    Notes
    -----
    1. Whoever has an illegal week is re-placed: without the lost shifts where the rest of the week is legal, else by
    the best week at today's prices. 2. Elastic seats are re-booked on the days concerned. 3. People who may serve what
    is short take their best weeks in turn. 4. Those agent-days are searched by small changes; whatever has become worth
    less than its price is taken back. 5. Of these rosters the first is kept that no later one betters by more than
    ``KEEP``; objective and bound hold the price of the changes.
    """
    effort, control = effort or RepairEffort(), control or Control()
    inst = model.instance
    gone = np.zeros(published.tours.shape[:2], dtype=np.bool_) if lost is None else lost
    start, replaced = all_legal(model, published, gone, illegal)
    near = RepairSearch.around(model, published, start, gone, days, effort, seed)
    rolls = {"kept": start}
    for name, share in STAGES.items():
        if name == "kept" or control.stopping or not len(near.held.days) or (keep_people and name not in PEOPLE_STAY):
            continue
        control.report("repair", share, name)
        rolls[name] = getattr(near, name)(list(rolls.values())[-1])
    values = {name: objective_of_roll(inst, roll) for name, roll in rolls.items()}
    best = min(values.values())
    stage = next(name for name, value in values.items() if value <= best + KEEP * abs(best))
    roll = rolls[stage]
    control.report("repair", 0.9, f"{stage}, objective {values[stage]:,.0f}")
    least = float(inst.people.least_cost.sum())
    bound = least + elastic_cost(inst, 0) + inst.service.given
    found = prices or Prices(inst)
    result = measured(model, roll, bound, least, found)
    rounds = effort.priced // max(len(model.agents), 1)
    if rounds > 0:
        begin = prices or found.at(inst, result.seats, result.values)
        found = ascend(inst, begin, rounds, control)
        result = replace(result, bound=max(bound, found.bound + added(inst)), prices=found)
    measures = {each.name: getattr(result, each.name) for each in fields(result)}
    made = Repaired(**measures, stage=stage, stages=tuple(values.items()), start=start, replaced=replaced)
    if control.stopping:
        return replace(made, status="stopped")
    return replace(made, status="optimal") if made.gap <= 1e-6 else made
