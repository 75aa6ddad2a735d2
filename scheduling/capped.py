"""One planning model under several caps on its elastic seats: rosters of a smaller cap are legal under a larger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domain.history import Ints
from scheduling.model import Model
from scheduling.result import Result
from scheduling.roll import Roll, measure, soft_of
from scheduling.service_model import elastic_cost, floor_gap, row_values, shortfall_of


def capped(model: Model, seats: int) -> Model:
    """Return the planning model with at most so many elastic seats at once; no more than it has.

    Parameters
    ----------
    model : Model
    seats : int
        Pinned seats are among them.
    """
    less = max(len(model.elastic_ids) - seats, 0)
    elastic = model.instance.elastic
    caps = np.maximum(elastic.cap - less, 0)
    instance = model.instance._replace(elastic=elastic._replace(cap=caps))
    return replace(model, instance=instance, elastic_ids=model.elastic_ids[: len(model.elastic_ids) - less])


def used_by(model: Model, roll: Roll) -> Ints:
    """Return the elastic seats that a roster books in each slot, pinned ones apart."""
    used = np.zeros(model.instance.slots, dtype=np.int64)
    for _, start, length in roll.blocks.tolist():
        used[start : start + length] += 1
    return used


def best_within(model: Model, results: Sequence[Result]) -> Result:
    """Return the best result whose roster stays under the model's cap: minimum staff first, then the objective.

    Parameters
    ----------
    model : Model
        Under one cap.
    results : sequence of Result
        Of the same model under any cap. Where none stays under this one, the first gives up the blocks that do not
        fit, and its parts are measured afresh.
    """
    cap = model.instance.elastic.cap
    legal = [result for result in results if (used_by(model, result.roll) <= cap).all()]
    if legal:
        return min(legal, key=lambda result: (result.floor_gap, result.objective, result.elastic))
    return _fewer(model, results[0])


def _fewer(model: Model, result: Result) -> Result:
    """Give up blocks, the last first, until the cap is kept."""
    inst = model.instance
    used = np.zeros(inst.slots, dtype=np.int64)
    kept = []
    for block in result.roll.blocks.tolist():
        span = slice(block[1], block[1] + block[2])
        if (used[span] < inst.elastic.cap[span]).all():
            used[span] += 1
            kept.append(block)
    blocks: Ints = np.array(kept, dtype=np.int64).reshape(-1, 3)
    roll = replace(result.roll, blocks=blocks)
    seats, gains, heads, pay = measure(inst, roll)
    values = row_values(inst, seats, gains)
    return replace(
        result,
        roll=roll,
        status="feasible",
        pay=pay + float(inst.people.base_cost.sum()),
        elastic=elastic_cost(inst, int(blocks[:, 2].sum())),
        shortfall=shortfall_of(inst, values),
        soft=soft_of(inst, roll),
        seats=seats,
        values=values,
        floor_gap=floor_gap(inst, heads),
    )
