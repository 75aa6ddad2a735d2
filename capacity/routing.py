"""Routing: which queues are an agent's first line, and who is asked first, by comparative advantage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from capacity.duty_hours import weekly_hours
from capacity.matching import Matching, Work, hours_per_contact
from capacity.scores import Score
from capacity.skill_table import may_serve, score_table
from domain.folder import PlanningFolder
from domain.grid import from_utc64, local_midnight, to_utc64
from domain.history import Floats, Ints
from domain.people import Route

STRONG_SUIT = -0.02
"""Least advantage, in logs, that makes a queue first line: the agent's usual one, near equals included."""

WEIGHT_STEP = 0.05
"""Advantages are rounded to this, so that near equals are asked in turn (the longest idle first)."""


def make_routes(folder: PlanningFolder, scores: Sequence[Score], *, before: date | None = None) -> tuple[Route, ...]:
    """Recommend a level and a weight for every agent on every queue they may serve.

    Parameters
    ----------
    folder : PlanningFolder
    scores : sequence of Score
    before : date or None
        Volumes are taken from the four weeks of history before it, and skills whose certificate ended before it are
        left out; None takes the day after the last of history.

    Notes
    -----
    1. An agent's strength on a queue is the log of issues resolved an hour, ``log(fcr / aht_factor)``
       (speed alone where no FCR is known); their **comparative advantage** is strength less the agent's
       and the queue's usual one. Ranking by advantage, not by strength, keeps the best people from
       carrying the most work.
    2. Level 1 holds the queues that are an agent's strong suit, and those that the best matching of the
       usual volume to the core's hours gives them: so the first lines alone carry every queue's share of the
       work, and no queue waits longer because few excel at it. Other queues are level 2, and so is all
       that experts serve, unless nobody else serves the queue.
    3. The weight is the exponential of the advantage, in steps.

    References
    ----------
    Mehrotra, Ross, Ryder and Zhou (2012), Routing to manage resolution and waiting time in call centers with
    heterogeneous servers, Manufacturing and Service Operations Management 14.
    """
    able = may_serve(folder, before or _day_after_history(folder))
    strength = _strength(folder, scores, able)
    advantage = np.round(comparative_advantage(strength, able), 6)
    first = able & (advantage >= STRONG_SUIT)
    first |= _matched(folder, scores, able, advantage, before)
    first &= np.array([agent.pool == "core" for agent in folder.agents], dtype=bool)[:, None]
    first[:, ~first.any(axis=0)] = able[:, ~first.any(axis=0)]
    weight = np.exp(np.round(advantage / WEIGHT_STEP) * WEIGHT_STEP)
    queues = folder.centre.queue_ids
    return tuple(
        Route(
            agent_id=folder.agents[i].id,
            queue=queues[q],
            level=1 if first[i, q] else 2,
            weight=round(float(weight[i, q]), 4),
        )
        for i, q in np.argwhere(able)
    )


def _day_after_history(folder: PlanningFolder) -> date | None:
    """Return the local day after history's last, None where there is no history."""
    if folder.history.start.size == 0:
        return None
    last = from_utc64(folder.history.start.max()).astimezone(ZoneInfo(folder.centre.timezone))
    return last.date() + timedelta(days=1)


def comparative_advantage(strength: Floats, able: NDArray[np.bool_]) -> Floats:
    """Take an agent's and a queue's usual level out of a strength table, shape (agents, queues).

    It is the residual of a two-way fit over the cells that are able, so that someone who serves only hard
    queues isn't taken for weak.
    """
    left = np.where(able, strength, 0.0)
    per_agent, per_queue = np.maximum(able.sum(axis=1), 1)[:, None], np.maximum(able.sum(axis=0), 1)
    for _ in range(200):
        step = left.sum(axis=0) / per_queue
        left = np.where(able, left - step, 0.0)
        shift = left.sum(axis=1)[:, None] / per_agent
        left = np.where(able, left - shift, 0.0)
        if max(np.abs(step).max(initial=0.0), np.abs(shift).max(initial=0.0)) < 1e-10:
            break
    return left


def _strength(folder: PlanningFolder, scores: Sequence[Score], able: NDArray[np.bool_]) -> Floats:
    factor, fcr = score_table(folder, scores)
    known = able & np.isfinite(fcr)
    heads = known.sum(axis=0)
    mean = np.where(heads > 0, np.where(known, fcr, 0.0).sum(axis=0) / np.maximum(heads, 1), 1.0)
    return np.asarray(np.log(np.maximum(np.where(known, fcr, mean), 0.01)) - np.log(factor))


def _matched(
    folder: PlanningFolder,
    scores: Sequence[Score],
    able: NDArray[np.bool_],
    advantage: Floats,
    before: date | None,
) -> NDArray[np.bool_]:
    """Return which pairs the best matching uses, the usual volume being scaled to fill the core's hours."""
    volume, aht_s = usual_volume(folder, before)
    factor, _ = score_table(folder, scores)
    hours = np.array([weekly_hours(folder, a) if a.pool == "core" else 0.0 for a in folder.agents])
    duration = hours_per_contact(folder, factor, aht_s)
    work = float((volume * duration.mean(axis=0)).sum()) if len(duration) else 0.0
    full = volume * (hours.sum() / work) if work > 0 else volume
    matching = Matching(Work(able, duration, hours, full), limit=10.0)
    return np.asarray(matching.best(advantage * duration) > 1e-7)


def usual_volume(folder: PlanningFolder, before: date | None) -> tuple[Floats, Floats]:
    """Return a usual week's contacts and each queue's handle time; equal shares without history."""
    history, queues = folder.history, folder.centre.queues
    aht_s = np.array([queue.aht_s or np.nan for queue in queues])
    aht_s = np.where(np.isfinite(aht_s), aht_s, np.nanmean(aht_s) if np.isfinite(aht_s).any() else 300.0)
    keep = np.isfinite(history.offered)
    if before is not None:
        keep &= history.start < to_utc64(local_midnight(before, folder.centre.timezone))
    if keep.any():
        keep &= history.start >= history.start[keep].max() - np.timedelta64(28, "D")
    number: Ints = history.queue[keep]
    offered = history.offered[keep]
    volume = np.bincount(number, offered, minlength=len(queues)) / 4
    if volume.sum() <= 0:
        return np.ones(len(queues)), aht_s
    timed = np.isfinite(history.aht_s[keep])
    contacts = np.bincount(number[timed], offered[timed], minlength=len(queues))
    seconds = np.bincount(number[timed], (offered * history.aht_s[keep])[timed], minlength=len(queues))
    known = contacts > 0
    return volume, np.where(known, seconds / np.where(known, contacts, 1.0), aht_s)
