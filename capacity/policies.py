"""Routing policies to compare: what the common ways of routing make of the same people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from capacity.routing import make_routes
from capacity.scores import Score
from capacity.skill_table import may_serve, score_table
from domain.folder import PlanningFolder
from domain.history import Floats, Ints
from domain.people import Route

Policy = Callable[[PlanningFolder, Sequence[Score], date | None], tuple[Route, ...]]


def longest_idle(folder: PlanningFolder, scores: Sequence[Score], before: date | None) -> tuple[Route, ...]:
    """Route every contact to whoever has been idle longest, all queues alike: what most ACDs do by default."""
    able = may_serve(folder, before)
    return _routes(folder, able.astype(np.int64), np.ones(able.shape))


def skill_priority(folder: PlanningFolder, scores: Sequence[Score], before: date | None) -> tuple[Route, ...]:
    """Route to those whose first skill in `skills.csv` the queue is, then to the others."""
    able = may_serve(folder, before)
    column = {queue: q for q, queue in enumerate(folder.centre.queue_ids)}
    level: Ints = np.where(able, 2, 0)
    for i, agent in enumerate(folder.agents):
        mine = [column[s.queue] for s in folder.skills_of.get(agent.id, ()) if s.queue in column]
        first = next((q for q in mine if able[i, q]), None)
        if first is not None:
            level[i, first] = 1
    return _routes(folder, level, np.ones(able.shape))


def best_fcr(folder: PlanningFolder, scores: Sequence[Score], before: date | None) -> tuple[Route, ...]:
    """Route to the idle agent most likely to resolve the contact."""
    able = may_serve(folder, before)
    return _routes(folder, able.astype(np.int64), _fcr(folder, scores))


def p_mu(folder: PlanningFolder, scores: Sequence[Score], before: date | None) -> tuple[Route, ...]:
    """Route to the idle agent who resolves most issues an hour: FCR over the handle-time factor."""
    able = may_serve(folder, before)
    factor, _ = score_table(folder, scores)
    return _routes(folder, able.astype(np.int64), _fcr(folder, scores) / factor)


def value_first(folder: PlanningFolder, scores: Sequence[Score], before: date | None) -> tuple[Route, ...]:
    """Let a freed agent take the queue of the highest ``value`` first, and route to the best resolver."""
    able = may_serve(folder, before)
    values = sorted({queue.value for queue in folder.centre.queues}, reverse=True)
    rank = np.array([1 + values.index(queue.value) for queue in folder.centre.queues])
    return _routes(folder, np.where(able, rank, 0), _fcr(folder, scores))


def comparative_advantage(folder: PlanningFolder, scores: Sequence[Score], before: date | None) -> tuple[Route, ...]:
    """Route as we recommend: see `capacity.routing`."""
    return make_routes(folder, scores, before=before)


POLICIES: dict[str, Policy] = {
    "comparative advantage": comparative_advantage,
    "longest idle": longest_idle,
    "skill priority": skill_priority,
    "best FCR": best_fcr,
    "p-mu": p_mu,
    "value first": value_first,
}
"""By the name that people use."""


def _fcr(folder: PlanningFolder, scores: Sequence[Score]) -> Floats:
    """Return everybody's FCR by queue, the queue's mean where it is not known."""
    _, fcr = score_table(folder, scores)
    known = np.isfinite(fcr)
    heads = known.sum(axis=0)
    mean = np.where(heads > 0, np.where(known, fcr, 0.0).sum(axis=0) / np.maximum(heads, 1), 1.0)
    return np.where(known, fcr, mean)


def _routes(folder: PlanningFolder, level: Ints, weight: Floats) -> tuple[Route, ...]:
    return tuple(
        Route(
            agent_id=folder.agents[i].id,
            queue=folder.centre.queue_ids[q],
            level=int(level[i, q]),
            weight=round(float(weight[i, q]), 4),
        )
        for i, q in np.argwhere(level > 0)
    )
