"""What each agent's record says of each queue: speed, resolution, score and grade."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from capacity.handle_factors import factor_estimates, handle_times
from capacity.quality_time import quality_time
from capacity.record import Record, performance_record
from capacity.resolution import by_level, resolution
from capacity.scorecard import appraise, grade, scorecard_kpis
from domain.folder import PlanningFolder
from domain.history import Floats, Ints


@dataclass(frozen=True)
class Score:
    """One row of ``scores.csv``.

    Attributes
    ----------
    agent_id, queue : str
    handled : float
    aht_s : float
        Observed mean handle time; NaN where nothing was handled.
    aht_factor : float
        Shrunk handle time over the queue's contact-weighted mean, within ``factor_limits``; above 1 is
        slower.
    fcr, fcr_low, fcr_high : float
        Shrunk share resolved with its 95 % interval; NaN where nothing tells.
    score : float
        0..100; NaN where no KPI is known.
    grade : str
    aht_factor_low, aht_factor_high : float
        95 % interval of the factor, within ``factor_limits`` too.
    quality_time_s : float
        Seconds a quality-weighted resolved contact; NaN where unknown. Personal, for the appraisal alone.
    """

    agent_id: str
    queue: str
    handled: float
    aht_s: float
    aht_factor: float
    fcr: float
    fcr_low: float
    fcr_high: float
    score: float
    grade: str
    aht_factor_low: float = math.nan
    aht_factor_high: float = math.nan
    quality_time_s: float = math.nan


def score_agents(folder: PlanningFolder, *, before: date) -> tuple[Score, ...]:
    """Score every agent on every queue they may serve or have served.

    Parameters
    ----------
    folder : PlanningFolder
    before : date
        Only performance dated before it counts.

    Returns
    -------
    tuple of Score
        Sorted by agent and queue, both in the folder's order. Figures are rounded to six decimals (the
        score to four), well below what any data can tell.

    Notes
    -----
    With ``use_in_staffing = false`` the factor and the FCR are the level's average; score and grade stay
    personal, for the appraisal they belong to.
    """
    centre = folder.centre
    record = performance_record(folder, before)
    stated = stated_fcr(folder)
    personal = resolution(record, stated)
    kpis = scorecard_kpis(record, personal)
    points = np.round(appraise(kpis, centre.scorecard, record.shape), 4)
    staffing = centre.scorecard.use_in_staffing
    fcr = personal if staffing else by_level(personal, record)
    speed = factor_estimates(record, centre.scorecard.factor_limits, by_level=not staffing)
    factor, least, most = (np.round(values, 6) for values in (speed.factor, speed.low, speed.high))
    seconds = np.round(quality_time(record, personal, kpis).seconds, 6)
    estimate, low, high = (np.round(values, 6) for values in (fcr.fcr, fcr.low, fcr.high))
    handled = handled_contacts(record)
    times = handle_times(record)
    aht = np.full(record.shape, np.nan) if times is None else np.round(times.mean, 6)
    return tuple(
        Score(
            agent_id=record.agents[i],
            queue=record.queues[q],
            handled=float(handled[i, q]),
            aht_s=float(aht[i, q]),
            aht_factor=float(factor[i, q]),
            fcr=float(estimate[i, q]),
            fcr_low=float(low[i, q]),
            fcr_high=float(high[i, q]),
            score=float(points[i, q]),
            grade=grade(float(points[i, q]), centre.scorecard),
            aht_factor_low=float(least[i, q]),
            aht_factor_high=float(most[i, q]),
            quality_time_s=float(seconds[i, q]),
        )
        for i, q in _listed(folder, record, handled)
    )


def stated_fcr(folder: PlanningFolder) -> Floats:
    """Return each queue's own ``fcr`` key, shape (queues,); NaN where there is none."""
    return np.array([np.nan if queue.fcr is None else queue.fcr for queue in folder.centre.queues])


def handled_contacts(record: Record) -> Floats:
    """Return contacts handled, shape (agents, queues)."""
    if record.rows is None:
        return np.zeros(record.shape)
    return record.total(record.rows.handled, np.isfinite(record.rows.handled))


def _listed(folder: PlanningFolder, record: Record, handled: Floats) -> Ints:
    """Return (agent, queue) pairs of the folder's people: skills, and what they have handled without."""
    shown = handled > 0
    shown[record.staff :] = False
    number = {agent: i for i, agent in enumerate(record.agents[: record.staff])}
    column = {queue: q for q, queue in enumerate(record.queues)}
    for skill in folder.skills:
        if skill.agent_id in number and skill.queue in column:
            shown[number[skill.agent_id], column[skill.queue]] = True
    return np.argwhere(shown)
