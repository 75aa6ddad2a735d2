"""The numbers behind the page's charts, rounded and packed as JSON that is safe inside HTML."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from capacity.service import MEASURES
from domain.grid import IntervalGrid
from domain.history import Floats
from forecasting.forecast import LEVELS
from planning.report.deferred_day import worked_hours
from planning.report.shorts import amount_of, name_of, queues_of
from planning.report.staffing import Staffing
from planning.report.wording import window_of
from planning.result import Plan

BANDS = {"95": (0.025, 0.975), "80": (0.10, 0.90), "50": (0.25, 0.75)}
"""Bands drawn, widest first, by the forecast's quantile levels."""

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def embed(data: Json) -> str:
    """Write JSON that cannot end its script element or be read as markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def rounded(value: float, digits: int = 2) -> Json:
    """Round one number; null where it is not finite, an integer where nothing follows the point."""
    if not np.isfinite(value):
        return None
    near = round(float(value), digits)
    return int(near) if near == int(near) else near


def packed(values: Floats, digits: int = 2) -> list[Json]:
    """Round an array of one or two dimensions to nested lists."""
    if values.ndim == 1:
        return [rounded(value, digits) for value in values]
    return [packed(row, digits) for row in values]


def page_data(plan: Plan, staffing: Staffing) -> Json:
    """Return everything the page's script draws from."""
    grid = staffing.grid
    centre = plan.folder.centre
    queues = centre.queue_ids
    deferred: list[Json] = [queue.deferred for queue in centre.queues]
    return {
        "zone": grid.zone,
        "currency": centre.currency,
        "step": grid.step_minutes,
        "size": grid.size,
        "offsets": _offsets(grid),
        "days": [day.isoformat() for day in grid.days],
        "queues": list(queues),
        "deferred": deferred,
        "open": _bits(worked_hours(plan)),
        "takes": _bits(plan.forecast.open),
        "demand": _demand(plan),
        "need": _need(plan),
        "staff": {
            "people": packed(staffing.people),
            "supply": packed(staffing.supply),
            "couldPeople": packed(staffing.could_people),
            "could": packed(staffing.could),
            "net": packed(staffing.net),
            "overall": packed(staffing.overall),
            "postponed": packed(staffing.postponed),
            "sets": [[gap.interval, list(gap.queues), rounded(gap.seats)] for gap in staffing.shortages],
        },
        "simulated": _simulated(plan, grid),
        "roster": _roster(plan, grid),
        "targets": _targets(plan),
        "shorts": [
            [
                [queues.index(queue) for queue in queues_of(short) if queue in queues],
                rounded(grid.minutes_at(short.start)),
                rounded(grid.minutes_at(short.end)),
                name_of(plan, short),
                amount_of(plan, short),
                short.why,
            ]
            for short in sorted(plan.short, key=lambda short: (short.start, short.queue, short.end))
        ],
    }


def _bits(mask: NDArray[np.bool_]) -> list[Json]:
    return ["".join("1" if flag else "0" for flag in row) for row in mask]


def _offsets(grid: IntervalGrid) -> list[Json]:
    """Return [minute of the grid, minutes ahead of UTC] wherever the clock's offset begins or changes.

    Days on either side are looked at too, for shifts that begin before the grid or end after it.
    """
    found: list[Json] = []
    held: int | None = None
    wide = IntervalGrid(grid.start - timedelta(days=1), 15, (grid.size * grid.step_minutes + 4 * 1440) // 15, grid.zone)
    for moment in wide.local_starts:
        offset = moment.utcoffset() or timedelta()
        minutes = round(offset / timedelta(minutes=1))
        if minutes != held:
            found.append([rounded(grid.minutes_at(moment)), minutes])
            held = minutes
    utc = round(grid.start.timestamp() / 60)
    return [utc, *found]


def _demand(plan: Plan) -> Json:
    forecast = plan.forecast
    digits = 2 if float(np.nanmax(forecast.mean, initial=0.0)) < 50 else 1
    bands: dict[str, Json] = {}
    if not forecast.known:
        for name, (low, high) in BANDS.items():
            pair = (LEVELS.index(low), LEVELS.index(high))
            bands[name] = [packed(forecast.bands[level], digits) for level in pair]
    return {"mean": packed(forecast.mean, digits), "bands": bands}


def _need(plan: Plan) -> Json:
    requirement = plan.requirement
    return {
        "volume": packed(requirement.volume, 1),
        "aht": packed(requirement.aht_s, 0),
        "agents": packed(requirement.agents),
        "pooled": packed(requirement.agents if plan.pooled_agents is None else plan.pooled_agents),
        "scheduled": packed(requirement.scheduled_agents),
        "wait": packed(requirement.mean_wait_s, 1),
        "level": packed(requirement.service_level, 3),
        "abandonment": packed(requirement.abandonment, 3),
        "occupancy": packed(requirement.occupancy, 3),
    }


def _simulated(plan: Plan, grid: IntervalGrid) -> Json:
    """Return simulated seats at work and waits per queue and interval; null where not reported."""
    index = {grid.label(t): t for t in range(grid.size)}
    row_of = {queue: q for q, queue in enumerate(plan.folder.centre.queue_ids)}
    seats = np.full((len(row_of), grid.size), np.nan)
    waits = np.full((len(row_of), grid.size), np.nan)
    for row in plan.service.rows:
        t = index.get(row.start)
        if row.scope == "interval" and t is not None and row.queue in row_of:
            seats[row_of[row.queue], t] = row.value[MEASURES.index("agents")]
            waits[row_of[row.queue], t] = row.value[MEASURES.index("mean_wait_s")]
    if not np.isfinite(seats).any() and not np.isfinite(waits).any():
        return None
    return {"seats": packed(seats), "wait": packed(waits, 1)}


def _roster(plan: Plan, grid: IntervalGrid) -> Json:
    """Return people, and stretches as [person, from, to, activity, queue set, paid] in the grid's minutes."""
    folder = plan.folder
    known = {agent.id: agent for agent in folder.agents}
    pools = {shift.agent_id: shift.pool for shift in plan.roster.shifts}
    extra = [agent_id for agent_id in pools if agent_id not in known]
    people: list[Json] = []
    number: dict[str, int] = {}
    for agent_id in [*known, *extra]:
        agent = known.get(agent_id)
        number[agent_id] = len(people)
        name, team, contract = (agent.name, agent.team, agent.contract) if agent else ("", "", "")
        pool = pools.get(agent_id, agent.pool if agent else "core")
        people.append([agent_id, name or agent_id, team, contract, pool])
    activities: dict[str, int] = {}
    sets: dict[tuple[str, ...], int] = {}
    bars: list[Json] = []
    for shift in plan.roster.shifts:
        for row in shift.stretches:
            activity = activities.setdefault(row.activity, len(activities))
            queues = sets.setdefault(row.queues, len(sets))
            low, high = rounded(grid.minutes_at(row.start)), rounded(grid.minutes_at(row.end))
            bars.append([number[shift.agent_id], low, high, activity, queues, int(row.paid)])
    leave: list[Json] = [
        [number[off.agent_id], *_clipped(off.start, off.end, grid), off.kind]
        for off in sorted(folder.time_off, key=lambda off: (off.agent_id, off.start, off.end, off.kind))
        if off.agent_id in number and off.start < grid.end and off.end > grid.start
    ]
    return {
        "people": people,
        "activities": list(activities),
        "sets": [list(queues) for queues in sets],
        "bars": bars,
        "leave": leave,
    }


def _clipped(start: datetime, end: datetime, grid: IntervalGrid) -> Iterable[Json]:
    low, high = grid.minutes_at(start), grid.minutes_at(end)
    return rounded(max(low, 0.0)), rounded(min(high, float(grid.size * grid.step_minutes)))


def _targets(plan: Plan) -> Json:
    """Return every promise as a row, in the order in which the page's script takes it apart."""
    rows: list[Json] = []
    for row in plan.targets:
        digits = 1 if row.measure == "mean_wait_s" else 4
        numbers = (row.target, row.promised, row.simulated, row.low, row.high)
        day = (row.day_p10, row.day_p90)
        rows.append(
            [
                row.queue,
                row.scope,
                row.start,
                row.measure,
                *(rounded(value, digits) for value in numbers),
                rounded(row.probability_met, 3),
                *(rounded(value, digits) for value in day),
                int(row.met),
                int(row.implied),
                rounded(row.contacts, 0),
                rounded(window_of(row, plan.folder.centre), 0),
                rounded(row.price),
            ]
        )
    return rows
