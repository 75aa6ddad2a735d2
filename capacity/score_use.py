"""The log of uses: which figure of which person a run was let use, for what, and within which limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from capacity.ramp import learned_ramp, tenure_days
from capacity.resolution import EDGE
from capacity.scores import Score
from domain.folder import PlanningFolder

Use = Literal["staffing", "routing"]
Figure = Literal["aht_factor", "fcr", "ramp", "score"]


@dataclass(frozen=True)
class ScoreUse:
    """One row of ``score_use.csv``.

    Attributes
    ----------
    run : str
        What was run, such as ``plan 2026-11-23 seed 1``.
    agent_id : str
    figure : {"aht_factor", "fcr", "ramp", "score"}
        The ramp is what a newcomer's factor and FCR are moved by.
    used_for : {"staffing", "routing", "none"}
        ``none``: it was known and stayed out.
    limit_low, limit_high : float
        What the figure was held within; NaN where it was not used.
    """

    run: str
    agent_id: str
    figure: Figure
    used_for: Use | Literal["none"]
    limit_low: float
    limit_high: float


def score_uses(
    folder: PlanningFolder,
    scores: Sequence[Score],
    *,
    run: str,
    used_for: Sequence[Use],
    ramp_on: date | None = None,
) -> tuple[ScoreUse, ...]:
    """List the uses of personal figures in one run.

    Parameters
    ----------
    folder : PlanningFolder
    scores : sequence of Score
        As the run was given them.
    run : str
    used_for : sequence of {"staffing", "routing"}
        What the run did with them: a roster whose contacts are routed as the ACD does today is staffing alone.
    ramp_on : date or None
        The day that newcomers' figures were moved to (:func:`capacity.newcomers.ramped`); None where they were not.

    Returns
    -------
    tuple of ScoreUse
        By person (in the folder's order) and figure. With ``use_in_staffing = false`` nobody's own figure is used,
        which is said. The score itself is never used.
    """
    known: dict[str, set[Figure]] = {}
    for score in scores:
        figures = known.setdefault(score.agent_id, set())
        figures |= {"aht_factor"} if np.isfinite(score.aht_factor) else set()
        figures |= {"fcr"} if np.isfinite(score.fcr) else set()
        figures |= {"score"} if np.isfinite(score.score) else set()
    card = folder.centre.scorecard
    limits: dict[Figure, tuple[float, float]] = {
        "aht_factor": card.factor_limits,
        "fcr": (EDGE, 1 - EDGE),
        "ramp": card.factor_limits,
        "score": (np.nan, np.nan),
    }
    if ramp_on is not None:
        left = learned_ramp(folder, ramp_on).left(tenure_days(folder, ramp_on))
        for agent, more in zip(folder.agents, left, strict=True):
            if more > 0:
                known.setdefault(agent.id, set()).add("ramp")
    found = []
    for agent in folder.agents:
        for figure in limits:
            if figure in known.get(agent.id, ()):
                if figure == "score" or not card.use_in_staffing:
                    found.append(ScoreUse(run, agent.id, figure, "none", np.nan, np.nan))
                else:
                    found += [ScoreUse(run, agent.id, figure, use, *limits[figure]) for use in used_for]
    return tuple(found)
