"""Scores by month or quarter: against peers in the same period, and against one's own period before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from capacity.handle_factors import NORMAL_95, factor_estimates
from capacity.record import Record, performance_record
from capacity.resolution import resolution
from capacity.score_change import Change, score_change
from capacity.scorecard import Kpi, appraise, grade, score_variance, scorecard_kpis
from capacity.scores import handled_contacts, stated_fcr
from domain.folder import PlanningFolder
from domain.history import Floats

Period = Literal["all", "month", "quarter"]
PERIODS: tuple[Period, ...] = ("all", "month", "quarter")
MONTHS = {"month": 1, "quarter": 3}

FEWEST_PEERS = 4
"""Others of the level on the queue, at least, before it is compared with; fewer, and everyone on the queue counts."""


@dataclass(frozen=True)
class PeriodScore:
    """One row of ``score_periods.csv``.

    Attributes
    ----------
    period : {"all", "month", "quarter"}
    start, end : date
        Days counted, end exclusive: the calendar's, but not beyond the record.
    agent_id, queue : str
    handled : float
    aht_factor, aht_factor_low, aht_factor_high : float
        As in ``scores.csv``, of this period's contacts alone.
    fcr, fcr_low, fcr_high : float
    score, score_low, score_high : float
        0..100 with its 95 % interval.
    grade : str
    peers_of : {"level", "queue", ""}
        Whom they are compared with: others of their level on the queue, else everyone on it.
    peers : int
    peers_quantile : float
        Share of the peers with a lower score, ties by half; NaN where fewer than ``FEWEST_PEERS`` have one.
    change, change_low, change_high : float
        What the score has really moved by since the period before, with its 95 % interval; NaN where there is none.
    """

    period: Period
    start: date
    end: date
    agent_id: str
    queue: str
    handled: float
    aht_factor: float
    aht_factor_low: float
    aht_factor_high: float
    fcr: float
    fcr_low: float
    fcr_high: float
    score: float
    score_low: float
    score_high: float
    grade: str
    peers_of: str
    peers: int
    peers_quantile: float
    change: float
    change_low: float
    change_high: float


def period_scores(folder: PlanningFolder, *, before: date, period: Period) -> tuple[PeriodScore, ...]:
    """Score everybody on what they handled, period by period.

    Parameters
    ----------
    folder : PlanningFolder
    before : date
        Only performance dated before it counts.
    period : {"all", "month", "quarter"}

    Returns
    -------
    tuple of PeriodScore
        By period, agent and queue; only who handled something of a queue in a period. Figures are personal, whatever
        ``use_in_staffing`` says: they belong to the appraisal.

    Notes
    -----
    Each period is shrunk by itself, and so are the changes (:func:`capacity.score_change.score_change`): a change is
    not the difference of the two scores, most of which may be chance.
    """
    found: list[PeriodScore] = []
    earlier: tuple[Kpi, ...] = ()
    for start, end in spans(folder, before, period):
        record = performance_record(folder, end, since=start)
        kpis = scorecard_kpis(record, resolution(record, stated_fcr(folder)))
        moved = score_change(record, earlier, kpis, folder.centre.scorecard)
        found += _rows(folder, record, kpis, (period, start, end), moved)
        earlier = kpis
    return tuple(found)


def spans(folder: PlanningFolder, before: date, period: Period) -> list[tuple[date, date]]:
    """Return the periods with a record, first to last, cut to the days the record has."""
    rows = folder.performance
    known = rows.date[rows.date < np.datetime64(before, "D")] if rows is not None else np.empty(0, "datetime64[D]")
    if not len(known):
        return []
    first, last = known.min().item(), known.max().item() + timedelta(days=1)
    if period == "all":
        return [(first, last)]
    months = MONTHS[period]
    at = date(first.year, (first.month - 1) // months * months + 1, 1)
    found = []
    while at < last:
        total = at.year * 12 + at.month - 1 + months
        following = date(total // 12, total % 12 + 1, 1)
        start, end = max(at, first), min(following, last)
        if ((known >= np.datetime64(start)) & (known < np.datetime64(end))).any():
            found.append((start, end))
        at = following
    return found


def _rows(
    folder: PlanningFolder, record: Record, kpis: Sequence[Kpi], span: tuple[Period, date, date], moved: Change
) -> list[PeriodScore]:
    """Return one period's rows."""
    card = folder.centre.scorecard
    handled = handled_contacts(record)
    speed = factor_estimates(record, card.factor_limits)
    fcr = resolution(record, stated_fcr(folder))
    points = np.asarray(np.round(appraise(kpis, card, record.shape), 4), dtype=np.float64)
    half = NORMAL_95 * np.sqrt(score_variance(kpis, card, record.shape))
    scored = (handled > 0) & np.isfinite(points)
    scored[record.staff :] = False
    found = []
    for i, q in np.argwhere(handled[: record.staff] > 0):
        compared, peers, quantile = _peers(record, scored, points, int(i), int(q))
        found.append(
            PeriodScore(
                period=span[0],
                start=span[1],
                end=span[2],
                agent_id=record.agents[i],
                queue=record.queues[q],
                handled=float(handled[i, q]),
                aht_factor=round(float(speed.factor[i, q]), 6),
                aht_factor_low=round(float(speed.low[i, q]), 6),
                aht_factor_high=round(float(speed.high[i, q]), 6),
                fcr=round(float(fcr.fcr[i, q]), 6),
                fcr_low=round(float(fcr.low[i, q]), 6),
                fcr_high=round(float(fcr.high[i, q]), 6),
                score=float(points[i, q]),
                score_low=round(float(np.maximum(points[i, q] - half[i, q], 0.0)), 4),
                score_high=round(float(np.minimum(points[i, q] + half[i, q], 100.0)), 4),
                grade=grade(float(points[i, q]), card),
                peers_of=compared,
                peers=peers,
                peers_quantile=quantile,
                change=round(float(moved.change[i, q]), 4),
                change_low=round(float(moved.low[i, q]), 4),
                change_high=round(float(moved.high[i, q]), 4),
            )
        )
    return found


def _peers(record: Record, scored: NDArray[np.bool_], points: Floats, i: int, q: int) -> tuple[str, int, float]:
    """Return whom someone is compared with, how many they are, and the share that lies below."""
    if not scored[i, q]:
        return "", 0, math.nan
    alike = scored[:, q] & (record.level == record.level[i])
    for name, group in (("level", alike), ("queue", scored[:, q])):
        others = int(group.sum()) - 1
        if others >= FEWEST_PEERS:
            below = group & (points[:, q] < points[i, q])
            level = group & (points[:, q] == points[i, q])
            return name, others, round(float(below.sum() + 0.5 * (level.sum() - 1)) / others, 4)
    return "", others, math.nan
