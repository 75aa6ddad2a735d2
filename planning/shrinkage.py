"""Shrinkage in a plan: what was kept of earlier rosters, suggested or, where the planner asks for it, used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from domain.folder import PlanningFolder
from forecasting.shrinkage import LEAST_DAYS, LearnedShrinkage, Share, learn_shrinkage


def with_learned_shrinkage(folder: PlanningFolder, week: date) -> tuple[PlanningFolder, list[str]]:
    """Return the folder to plan with, and what there is to say.

    Parameters
    ----------
    folder : PlanningFolder
    week : date
        Only actuals before this day count.

    Returns
    -------
    PlanningFolder
        With learned shares where ``[shrinkage]`` has ``from_actuals = true`` and there are 14 days; else as it was.
    list of str
    """
    actuals, stated = folder.shrinkage_actuals, folder.centre.shrinkage
    if actuals is not None:
        actuals = actuals.select(actuals.date < np.datetime64(week, "D"))
    if actuals is None or not len(actuals):
        asked = ["Shrinkage: from_actuals is set and shrinkage.csv has no day before the week: planned as stated."]
        return folder, asked if stated.from_actuals else []
    learned = learn_shrinkage(actuals, stated)
    told = _told(learned)
    if not stated.from_actuals:
        now = f"{stated.absence:.1%} absence and {stated.in_shift:.1%} in shifts"
        return folder, [
            f"Shrinkage: shrinkage.csv tells {told}; planned as centre.toml says, {now}. from_actuals = true in "
            "[shrinkage] would plan with what it tells."
        ]
    if not learned.usable:
        return folder, [
            f"Shrinkage: {learned.days} days of shrinkage.csv are under {LEAST_DAYS} and tell {told}: planned as "
            "stated."
        ]
    centre = folder.centre.model_copy(update={"shrinkage": learned.over(stated)})
    return replace(folder, centre=centre), [f"Shrinkage is planned with what shrinkage.csv tells: {told}."]


def _told(learned: LearnedShrinkage) -> str:
    parts = [
        f"{share.value:.1%} {name} ({share.low:.1%} to {share.high:.1%})"
        for name, share in (("absence", learned.absence), ("lost in shifts", learned.in_shift))
        if _known(share)
    ]
    return f"{' and '.join(parts) or 'nothing'} over {learned.days} days, recent ones weighing more"


def _known(share: Share) -> bool:
    return share.value == share.value
