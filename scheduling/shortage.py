"""What is short and why: spans of intervals below their need, and what keeps those who could work them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from capacity.search import Limits, seats_for
from capacity.targets import TargetRow, interval_limits
from domain.history import Floats
from domain.people import Agent
from domain.roster import Roster
from scheduling.build import Model
from scheduling.leave import LegalShifts
from scheduling.solve import Result

LEAST_SEATS = 0.25
"""Shortages below this are noise of rounding to whole people."""


@dataclass(frozen=True)
class Shortage:
    """A span in which a pool's seats stay below their need."""

    queues: tuple[str, ...]
    start: datetime
    end: datetime
    agents: float
    why: str


def shortages(model: Model, result: Result, roster: Roster, missed: Sequence[TargetRow]) -> tuple[Shortage, ...]:
    """Explain each target of waiting that is missed by the spans that cause it.

    Parameters
    ----------
    model : Model
    result : Result
    roster : Roster
    missed : sequence of TargetRow
        Targets found missed by the simulation.
    """
    centre = model.folder.centre
    found: list[Shortage] = []
    legal = LegalShifts.of(model.folder, model.first, model.instance.days)
    grid = model.intervals
    needs = pooled_need(model)
    for g, pool in enumerate(model.pools):
        rows = [row for row in missed if row.queue in pool.queues and row.measure != "fcr"]
        if pool.deferred:
            found += [_late(model, result, roster, legal, g, row) for row in rows if len(row.intervals)]
            continue
        if not rows:
            continue
        inside = np.unique(np.concatenate([row.intervals for row in rows]))
        need = np.zeros(grid.size)
        need[inside] = needs[g, inside]
        lack = np.where(need > 0, need - result.seats[g] * model.learned.efficiency[g], 0.0)
        for low, high in _spans(lack, grid.day_of):
            start, end = grid.start + low * grid.step, grid.start + high * grid.step
            seats = float(lack[low:high].mean()) / max(centre.shrinkage.kept, 1e-9)
            why = _why(model, roster, legal, g, start, end)
            found.append(Shortage(tuple(centre.queue_ids[q] for q in pool.queues), start, end, seats, why))
    return tuple(found)


def _late(model: Model, result: Result, roster: Roster, legal: LegalShifts, g: int, row: TargetRow) -> Shortage:
    """Explain deferred work that is late: the seats it got on a day against the work that came."""
    centre, grid = model.folder.centre, model.intervals
    inside = row.intervals
    start = grid.start + int(inside[0]) * grid.step
    end = grid.start + (int(inside[-1]) + 1) * grid.step
    hours = grid.step_minutes / 60
    work = float((model.pool_volume[g, inside] * model.pool_aht[g, inside]).sum()) / 3600
    there = float(result.seats[g, inside].sum()) * hours
    short = max(work - there, 0.0) / (len(inside) * hours)
    why = f"{work:.1f} hours of work come in that day and {there:.1f} seat hours serve it; "
    return Shortage((centre.queue_ids[row.queue],), start, end, short, why + _why(model, roster, legal, g, start, end))


def pooled_need(model: Model) -> Floats:
    """Return the seats at which each live pool alone keeps its strictest targets, shape (pools, intervals).

    Queues that the same people serve are taken as one line of waiting contacts, as the roster is planned; deferred
    pools are left at 0.
    """
    centre = model.folder.centre
    need = np.zeros(model.pool_volume.shape)
    for g, pool in enumerate(model.pools):
        if pool.deferred:
            continue
        queue = centre.queues[pool.queues[0]]
        limits = [interval_limits(centre.queues[q]) for q in pool.queues]
        strictest = Limits(
            min(limit.mean_wait_s for limit in limits),
            min(limit.abandonment for limit in limits),
            min(limit.occupancy for limit in limits),
            tuple(dict.fromkeys(level for limit in limits for level in limit.service_levels)),
        )
        need[g] = seats_for(
            model.pool_volume[g] * 60.0 / model.intervals.step_minutes,
            model.pool_aht[g],
            strictest,
            patience_s=queue.patience_s,
            concurrency=queue.concurrency,
            slowdown=queue.slowdowns(),
        )
    return need


def _spans(lack: Floats, day_of: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = -1
    for t in range(len(lack) + 1):
        short = t < len(lack) and lack[t] > LEAST_SEATS
        broken = t < len(lack) and start >= 0 and day_of[t] != day_of[start]
        if start >= 0 and (not short or broken):
            spans.append((start, t))
            start = -1
        if short and start < 0:
            start = t
    return spans


def _why(model: Model, roster: Roster, legal: LegalShifts, g: int, start: datetime, end: datetime) -> str:
    """Say what keeps each person who could serve the pool, and whether elastic seats are left."""
    queues = {model.folder.centre.queue_ids[q] for q in model.pools[g].queues}
    reasons: Counter[str] = Counter()
    day = legal.calendar.day(start)
    for agent in model.agents:
        if not queues & set(legal.calendar.skill_ends(agent)):
            continue
        reasons[_reason(model, roster, legal, agent.id, queues, day, start, end)] += 1
    if not reasons:
        return "nobody has the skill"
    parts = [f"{count} {reason}" for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))]
    text = f"of {sum(reasons.values())} who could serve it, " + ", ".join(parts)
    return text + _elastic_left(model, roster, g, start, end)


def _reason(
    model: Model,
    roster: Roster,
    legal: LegalShifts,
    person: str,
    queues: set[str],
    day: date,
    start: datetime,
    end: datetime,
) -> str:
    shifts = roster.by_agent.get(person, ())
    agent = legal.calendar.agents[person]
    contract = legal.calendar.contract(agent)
    for shift in shifts:
        rows = [row for row in shift.stretches if row.start < end and row.end > start]
        if any(row.activity == "work" and queues & set(row.queues) for row in rows):
            return "already work on it"
        if any(row.activity == "work" for row in rows):
            return "work on other queues"
        if rows:
            return "are on a break"
    today = [shift for shift in shifts if legal.calendar.day(shift.start) == day]
    if today:
        return "have their shift at another time of the day"
    options = [o for o in legal.options(agent, day) if o.start < end and o.start + _minutes(o.elapsed_minutes) > start]
    if not options:
        return _absence(model, agent, day)
    limits = legal.away(agent).weeks[(day - model.first).days // 7]
    if len(shifts) >= limits.days_max:
        return f"have worked their {limits.days_max} days"
    paid = sum(shift.paid_minutes for shift in shifts)
    if paid + min(o.paid_minutes for o in options) > limits.minutes_max + 1e-9:
        return f"have their {limits.minutes_max / 60:g} hours"
    rest = contract.rest_h * 60
    for shift in shifts:
        for o in options:
            gap = min(abs((o.start - shift.end).total_seconds()), abs((shift.start - o.start).total_seconds())) / 60
            if gap < rest:
                return "are held by their rest between shifts"
    return "are free, but cost more than the shortage or are held by days in a row and weekends"


def _absence(model: Model, agent: Agent, day: date) -> str:
    """Say why somebody has no shift that reaches a span: their own absence, or the hours of contract and queues."""
    folder = model.folder
    if agent.hired_on is not None and agent.hired_on > day:
        return "are not hired yet"
    if any(row.agent_id == agent.id and row.start.date() <= day <= row.end.date() for row in folder.time_off):
        return "are on leave"
    if any(row.agent_id == agent.id for row in folder.availability):
        return "are not available"
    return "have no shift in their contract that fits the opening hours there"


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _elastic_left(model: Model, roster: Roster, g: int, start: datetime, end: datetime) -> str:
    pool = model.folder.centre.elastic
    cap = len(model.elastic_ids)
    if pool is None or cap == 0:
        return "; there are no elastic seats"
    if not any(model.folder.centre.queue_ids[q] in pool.queues for q in model.pools[g].queues):
        return "; elastic seats may not serve it"
    step = timedelta(minutes=model.folder.centre.schedule_minutes)
    most = 0
    moment = start
    while moment < end:
        most = max(most, sum(s.pool == "elastic" and s.start <= moment < s.end for s in roster.stretches))
        moment += step
    return f"; elastic seats are at their cap of {cap}" if most >= cap else f"; elastic seats left: {cap - most}"
