"""A score in words: for each number its sample size, raw and shrunk value, and what it is used for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from capacity.handle_factors import handle_times
from capacity.quality_time import quality_time
from capacity.ramp import learned_ramp, tenure_days
from capacity.record import performance_record
from capacity.resolution import outcomes, resolution
from capacity.score_periods import Period, PeriodScore, period_scores
from capacity.scorecard import scorecard_kpis
from capacity.scores import Score, score_agents, stated_fcr
from domain.folder import PlanningFolder

LABELS = {"quality": "quality", "csat": "satisfaction", "resolution": "resolution", "teamwork": "teamwork"}
UNITS = {"quality": "ratings", "csat": "ratings", "resolution": "outcomes", "teamwork": "days, all queues"}


def explain_score(
    folder: PlanningFolder, agent_id: str, before: date, period: Period | None = None, queue_id: str | None = None
) -> list[str]:
    """Explain one agent's scores, a line each; everything on record counts where ``before`` is the last date.

    Parameters
    ----------
    folder : PlanningFolder
    agent_id : str
    before : date
    period : {"all", "month", "quarter"} or None
        Also tell each period's score against peers and against the period before.
    queue_id : str or None
        Tell of this queue alone.

    Raises
    ------
    KeyError
        If the folder has no such agent.
    """
    agent = {person.id: person for person in folder.agents}[agent_id]
    record = performance_record(folder, before)
    row = record.agents.index(agent_id)
    scores = {score.queue: score for score in score_agents(folder, before=before) if score.agent_id == agent_id}
    personal = resolution(record, stated_fcr(folder))
    kpis = scorecard_kpis(record, personal)
    times, solved = handle_times(record), outcomes(record)
    level = f", level {agent.level}" if agent.level else ""
    record_of = "the whole record" if before == date.max else f"the record before {before.isoformat()}"
    lines = [f"{agent.name or agent_id}{level}: what {record_of} says."]
    lines += _switch(folder)
    lines += _ramp(folder, agent_id, before)
    past = [] if period is None else period_scores(folder, before=before, period=period)
    time = quality_time(record, personal, kpis)
    in_staffing = folder.centre.scorecard.use_in_staffing
    for q, queue in enumerate(record.queues):
        if queue not in scores or queue_id not in (None, queue):
            continue
        score = scores[queue]
        lines.append(f"{queue}: {score.handled:.0f} contacts handled.")
        seconds = np.nan if times is None else float(np.nansum(times.mean[:, q] * times.count[:, q]))
        contacts = 0.0 if times is None else float(times.count[:, q].sum())
        lines.append(_speed(score, seconds / contacts if contacts else np.nan, in_staffing))
        count = 0.0 if solved is None else float(solved.count[row, q])
        solved_share = np.nan if solved is None else float(solved.mean[row, q])
        lines.append(_resolved(score, count, solved_share, in_staffing))
        for kpi in kpis:
            weight = folder.centre.scorecard.weights.get(kpi.name, 0.0)
            if weight > 0 and np.isfinite(kpi.value[row, q]):
                raw = f"plain mean {kpi.raw[row, q]:.1f}, " if kpi.count[row, q] > 0 else ""
                lines.append(
                    f"  {LABELS[kpi.name]}: {kpi.count[row, q]:.0f} {UNITS[kpi.name]}, {raw}"
                    f"counted as {kpi.value[row, q]:.1f} with weight {weight:g}; used for the score only."
                )
        lines.append(_graded(folder, score))
        lines += _timed(score, float(time.low[row, q]), float(time.high[row, q]))
        lines += _past([row for row in past if (row.agent_id, row.queue) == (agent_id, queue)])
    return lines


def _switch(folder: PlanningFolder) -> list[str]:
    low, high = folder.centre.scorecard.factor_limits
    if folder.centre.scorecard.use_in_staffing:
        return [
            f"Speed and FCR are used for staffing and routing; factors are held within {low:g} to {high:g}, "
            "and small samples are drawn toward the level's mean."
        ]
    return ["Personal figures are not used for staffing: everyone counts as the average of their level there."]


def _speed(score: Score, queue_mean: float, personal: bool) -> str:
    use = "used for staffing and routing"
    band = f" (95 %: {score.aht_factor_low:.3f} to {score.aht_factor_high:.3f})"
    counted = f"counted as factor {score.aht_factor:.3f}{band}" + ("" if personal else ", the level's average")
    if not np.isfinite(score.aht_s):
        source = " from the level and the agent's other queues" if personal else ""
        return f"  handle time: none on this queue; {counted}{source}; {use}."
    return (
        f"  handle time: {score.handled:.0f} contacts, plain mean {score.aht_s:.0f} s against "
        f"{queue_mean:.0f} s of the queue (ratio {score.aht_s / queue_mean:.3f}), {counted}; {use}."
    )


def _resolved(score: Score, count: float, raw: float, personal: bool) -> str:
    if not np.isfinite(score.fcr):
        return "  FCR: nothing tells; not used."
    band = f"counted as {score.fcr:.3f} (95 %: {score.fcr_low:.3f} to {score.fcr_high:.3f})"
    if not personal:
        band += ", the level's average"
    use = "used for routing and FCR targets"
    if count <= 0:
        return f"  FCR: no outcomes on this queue; {band}; {use}."
    return f"  FCR: {count:.0f} outcomes, plain share {raw:.3f}, {band}; {use}."


def _graded(folder: PlanningFolder, score: Score) -> str:
    if not np.isfinite(score.score):
        return "  score: none, no KPI is known."
    return (
        f"  score: {score.score:.1f} of 100, grade {score.grade}: the mean of the above by their weights, which count "
        "for more where another KPI is not known; used for the appraisal, never for the fairness of shifts."
    )


def _ramp(folder: PlanningFolder, agent_id: str, before: date) -> list[str]:
    """Say what a newcomer's figures are moved by, on the first day after the record."""
    if not folder.centre.scorecard.use_in_staffing:
        return []
    rows = folder.performance
    known = before != date.max or (rows is not None and len(rows) > 0)
    if not known:
        return []
    last = before
    if before == date.max and rows is not None:
        last = rows.date.max().item() + timedelta(days=1)
    ramp = learned_ramp(folder, before)
    row = [person.id for person in folder.agents].index(agent_id)
    left = float(ramp.left(tenure_days(folder, last))[row])
    if not left > 0:
        return []
    people = (
        f"learned from {ramp.people} new in the record" if ramp.people else "typical, nobody of the record being new"
    )
    return [
        f"New: on {last.isoformat()} {100 * left:.0f} % of the ramp is left ({people}). Without a record a contact "
        f"then takes {100 * np.expm1(ramp.slower * left):.0f} % longer than the level's mean, and "
        f"{100 * ramp.unresolved * left:.0f} points fewer are resolved; with one, what was left in it is counted off. "
        "Used for staffing."
    ]


def _timed(score: Score, low: float, high: float) -> list[str]:
    if not np.isfinite(score.quality_time_s):
        return []
    return [
        f"  quality-weighted time: {score.quality_time_s:.0f} s a resolved contact, quality counted (95 %: {low:.0f} "
        f"to {high:.0f}); told beside bare handle time, used for nothing."
    ]


def _past(rows: Sequence[PeriodScore]) -> list[str]:
    """Say each period's score, against peers and against the period before."""
    lines = []
    for row in rows:
        last = row.end - timedelta(days=1)
        line = f"  {row.start.isoformat()} to {last.isoformat()}: {row.handled:.0f} contacts, "
        if not np.isfinite(row.score):
            lines.append(line + "no score.")
            continue
        line += f"score {row.score:.1f} (95 %: {row.score_low:.1f} to {row.score_high:.1f}), {row.grade}"
        if np.isfinite(row.peers_quantile):
            others = "of their level" if row.peers_of == "level" else "on the queue"
            line += f"; above {100 * row.peers_quantile:.0f} % of {row.peers} others {others}"
        else:
            line += "; too few others to compare with"
        if np.isfinite(row.change):
            line += f"; against the period before, chance taken out, {row.change:+.1f} (95 %: {row.change_low:+.1f} to "
            line += f"{row.change_high:+.1f})"
        lines.append(line + ".")
    return lines
