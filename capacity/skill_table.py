"""Skills and scores as tables of people by queues, in the folder's and the centre's order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from capacity.scores import Score
from domain.folder import PlanningFolder
from domain.history import Floats


def may_serve(folder: PlanningFolder, first: date | None = None) -> NDArray[np.bool_]:
    """Return who may serve which queue, shape (agents, queues); a dedicated skill shuts out the others.

    Parameters
    ----------
    folder : PlanningFolder
    first : date or None
        First local day that counts: a skill whose certificate ended before it is left out; one that ends later is
        held, on some days. None counts every skill, lapsed or not.
    """
    column = {queue: q for q, queue in enumerate(folder.centre.queue_ids)}
    able = np.zeros((len(folder.agents), len(column)), dtype=np.bool_)
    for i, agent in enumerate(folder.agents):
        skills = folder.skills_of.get(agent.id, ())
        dedicated = [skill for skill in skills if skill.dedicated]
        for skill in dedicated or skills:
            lapsed = first is not None and skill.certified_until is not None and skill.certified_until < first
            if skill.queue in column and not lapsed:
                able[i, column[skill.queue]] = True
    return able


def skill_sets(folder: PlanningFolder, first: date | None = None) -> dict[frozenset[int], int]:
    """Return how many core people may serve each set of queues (indices); parameters as `may_serve`."""
    able = may_serve(folder, first)
    found: dict[frozenset[int], int] = {}
    for i, agent in enumerate(folder.agents):
        mine = frozenset(np.flatnonzero(able[i]).tolist())
        if agent.pool == "core" and mine:
            found[mine] = found.get(mine, 0) + 1
    return found


def score_table(folder: PlanningFolder, scores: Sequence[Score]) -> tuple[Floats, Floats]:
    """Return agents' (aht_factor, fcr), shape (agents, queues) each; 1 and NaN where no score tells."""
    row = {agent.id: i for i, agent in enumerate(folder.agents)}
    column = {queue: q for q, queue in enumerate(folder.centre.queue_ids)}
    factor = np.ones((len(row), len(column)))
    fcr = np.full((len(row), len(column)), np.nan)
    for score in scores:
        if score.agent_id in row and score.queue in column:
            cell = row[score.agent_id], column[score.queue]
            factor[cell] = score.aht_factor if np.isfinite(score.aht_factor) else 1.0
            fcr[cell] = score.fcr
    return factor, fcr
