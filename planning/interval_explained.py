"""Where the numbers of one queue and interval of a plan come from, each with the one before it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from capacity.requirement import needs_by_measure, planned_growth
from capacity.resolution import today_fcr
from capacity.roster_service import roster_service
from capacity.targets import interval_limits
from capacity.team_seats import team_seats
from domain.history import Floats
from domain.queues import Queue
from forecasting.forecast import BANDS
from planning.binding import WORDS
from planning.expected_service import MEASURES
from planning.files.plan_in import PlanIn
from planning.whatif.fitting import fit
from planning.whatif.world import World


@dataclass(frozen=True)
class Figure:
    """One number: what it is called, its value (NaN where there is none), and how it came about."""

    name: str
    value: float
    how: str


def explain_interval(
    world: World,
    plan: PlanIn,
    queue: str,
    moment: datetime,
    fitted: Mapping[str, Floats] | None = None,
    *,
    people: bool = True,
) -> tuple[Figure, ...]:
    """Open every number of one queue and interval.

    Parameters
    ----------
    world : World
        The plan's own.
    plan : PlanIn
    queue : str
    moment : datetime
        Aware; any instant of the interval.
    fitted : mapping of measure to float array, optional
        What seats are worth, of `planning.whatif.fitting.fit`, where it is known already.
    people : bool
        Also who is on duty, with how fast each of them is.

    Returns
    -------
    tuple of Figure
        From the forecast to the simulated service, in the order in which they follow from each other.

    Raises
    ------
    ValueError
        If the instant lies outside the plan.
    """
    grid = plan.requirement.grid
    i = grid.index_at(moment)
    if not 0 <= i < grid.size:
        raise ValueError(f"a time from {grid.label(0)} to {grid.label(grid.size - 1)}")
    q = world.folder.centre.queue_ids.index(queue)
    item = world.folder.centre.queues[q]
    return (
        *_demand(world, plan, item, q, i),
        *_need(world, plan, item, q, i),
        *_duty(world, q, i, people),
        *_expected(world, q, i, fit(world, plan.service) if fitted is None else fitted),
        *_service(plan, item, i),
    )


def _demand(world: World, plan: PlanIn, queue: Queue, q: int, i: int) -> list[Figure]:
    forecast, requirement = plan.forecast, plan.requirement
    mean = float(forecast.mean[q, i])
    low, high = (float(forecast.bands[BANDS.index(name), q, i]) for name in ("p10", "p90"))
    known = bool(np.all(forecast.bands[:, q, i] == mean))
    said = "given as known, without bands" if known else f"80 % band {low:.1f} to {high:.1f}"
    if mean == 0 and not forecast.open[q, i]:
        said = "the queue is closed"
    found = [Figure("forecast contacts", mean, f"mean of forecast.csv; {said}")]
    growth = float(planned_growth(queue, plan.requirement.grid)[i])
    if growth != 1:
        found.append(Figure("planned growth", growth, "product of the growth factors of centre.toml that have begun"))
    if queue.deflection > 0:
        found.append(Figure("deflection", queue.deflection, "share that a bot takes, of centre.toml"))
    volume = float(requirement.volume[q, i])
    planned = mean * growth * (1 - queue.deflection)
    if planned > 0 and abs(volume / planned - 1) > 1e-6:
        now = today_fcr(world.folder, plan.week).get(queue.id)
        now = queue.fcr if now is None else now
        why = "an edited requirement.csv" if queue.planned_fcr is None else f"FCR of {now:.2f} today" if now else "FCR"
        said = f"repeats that come fewer or more, against {why}" if queue.planned_fcr is not None else why
        found.append(Figure("repeats", volume / planned, f"factor on contacts: {said}"))
    found.append(Figure("volume", volume, "contacts planned for: requirement.csv"))
    allowed = _allowance(plan, queue, i)
    if allowed != 1:
        said = (
            "factor on volume in the roster's rounds, for uncertain days (risk in [planning]); agents below are without"
        )
        found.append(Figure("allowance", allowed, said))
    aht = float(requirement.aht_s[q, i])
    told = float(forecast.aht_s[q, i])
    source = "handle time of forecast.csv, from history by weekday and time of day"
    if not math.isfinite(told):
        source = "aht_s of centre.toml: history tells none"
    elif abs(aht / told - 1) > 1e-6:
        source += f", times {aht / told:.3f} (deflected_aht_factor, or edited)"
    found.append(Figure("AHT s", aht, source))
    load = volume * aht / (60.0 * requirement.grid.step_minutes)
    found.append(Figure("offered load", load, "volume x AHT / interval, in Erlang"))
    return found


def _allowance(plan: PlanIn, queue: Queue, i: int) -> float:
    """Return what the volume was multiplied by for uncertain days; 1 where nothing tells."""
    risk = plan.document.get("risk") or {}
    day = plan.requirement.grid.local_starts[i].date().isoformat()
    return float(risk.get("factor", {}).get(queue.id, {}).get(day, 1.0))


def _need(world: World, plan: PlanIn, queue: Queue, q: int, i: int) -> list[Figure]:
    requirement, centre = plan.requirement, world.folder.centre
    agents = float(requirement.agents[q, i])
    found: list[Figure] = []
    if queue.deferred:
        hours = ", ".join(f"{t.share:.0%} in {t.response_h:g} h" for t in queue.targets if t.response_h and t.share)
        how = f"level placement of work with a deadline ({hours or 'no deadline'}), not of this interval alone"
        found.append(Figure("agents", agents, how))
    else:
        patience = "customers wait for ever" if queue.patience_s is None else "mean patience, of centre.toml"
        found.append(Figure("patience s", queue.patience_s or math.nan, patience))
        method = "Erlang C" if queue.patience_s is None else "Erlang A"
        if queue.concurrency > 1:
            method = f"birth-death of {queue.concurrency} contacts a head, then {method}"
        volume, aht = requirement.volume[q, i : i + 1], requirement.aht_s[q, i : i + 1]
        step = requirement.grid.step_minutes
        needs = needs_by_measure(queue, volume, aht, step) if float(volume[0]) > 0 else {}
        for measure, value in needs.items():
            limit = _limit_words(queue, measure)
            found.append(
                Figure(f"agents for {WORDS[measure]}", float(value[0]), f"{method}, {limit}, this target alone")
            )
        largest = max(needs, key=lambda measure: float(needs[measure][0]), default=None)
        binds = f"; {WORDS[largest]} binds" if largest is not None else "; the work alone, no target asks for more"
        found.append(Figure("agents", agents, f"average agents on contact duty, a real number, not rounded{binds}"))
    shrinkage = centre.shrinkage
    how = f"agents / ((1 - {shrinkage.absence:g} absence)(1 - {shrinkage.in_shift:g} lost in shifts))"
    found.append(Figure("scheduled agents", float(requirement.scheduled_agents[q, i]), how))
    return found


def _limit_words(queue: Queue, measure: str) -> str:
    limits = interval_limits(queue)
    if measure == "mean_wait_s":
        return f"mean wait at most {limits.mean_wait_s:g} s"
    if measure == "abandonment":
        return f"at most {limits.abandonment:.1%} abandon"
    if measure == "occupancy":
        return f"occupancy at most {limits.occupancy:.0%}"
    return " and ".join(f"{share:.0%} within {within:g} s" for within, share in limits.service_levels)


def _duty(world: World, q: int, i: int, people: bool) -> list[Figure]:
    """Return who is on duty for the queue, and the part of their time that is taken to be its."""
    duty, need, centre = world.duty, world.need, world.folder.centre
    live = np.array([not queue.deferred for queue in centre.queues], dtype=np.bool_)
    kind = live if live[q] else ~live
    load = np.where(kind[:, None], need.load(centre.queues), 0.0)
    team = team_seats(duty, load, kind)
    rows = np.flatnonzero((duty.interval == i) & duty.serves[:, q])
    servers = world.people.servers
    names = {agent.id: agent.name for agent in world.folder.agents}
    found = [
        Figure(
            "seats by formula",
            float(team.seats[q, i]),
            f"this queue's part of {len({int(duty.server[r]) for r in rows})} on duty, by the loads of all their "
            "queues, absence and losses taken off, faster people counting for more",
        )
    ]
    group = np.flatnonzero(duty.serves[rows].any(axis=0) & kind) if len(rows) else np.array([q])
    if len(group) > 1:
        wanted, there = (float(np.nansum(table[group, i])) for table in (world.requirement.agents, team.seats))
        names_of = ", ".join(centre.queue_ids[k] for k in group.tolist())
        how = f"people are shared by {names_of}: all their seats; staffed one by one they need {wanted:,.4g} agents"
        found.append(Figure("seats of the group", there, how))
    for row in sorted(rows.tolist() if people else [], key=lambda r: servers[int(duty.server[r])].id):
        server = servers[int(duty.server[row])]
        others = [name for k, name in enumerate(centre.queue_ids) if duty.serves[row, k] and k != q]
        who = f"{server.id} {names.get(server.id) or ''}".strip()
        shared = f"; also {', '.join(others)}" if others else "; this queue alone"
        factor = float(server.aht_factor[q])
        how = f"{server.pool}, part {team.part[row, q]:.0%} of the time, handle-time factor {factor:.2f}{shared}"
        found.append(Figure(who, float(duty.time[row] * team.part[row, q] / factor), how))
    return found


def _expected(world: World, q: int, i: int, fitted: Mapping[str, Floats]) -> list[Figure]:
    """Return what formulas expect of those seats, what a seat is worth being fitted to the simulated day."""
    service = roster_service(world.folder.centre, world.duty, world.need, fitted)
    found = []
    for measure in MEASURES:
        value = float(getattr(service, measure)[q, i])
        if math.isfinite(value):
            how = f"by formula, a seat counting {fitted[measure][q, i]:.2f}: so the day comes to what was simulated"
            found.append(Figure(f"expected {measure}", value, how))
    return found


def _service(plan: PlanIn, queue: Queue, i: int) -> list[Figure]:
    grid = plan.requirement.grid
    found: list[Figure] = []
    day = grid.local_starts[i].date().isoformat()
    measures = (
        ("share", "fcr") if queue.deferred else ("mean_wait_s", "service_level", "abandonment", "fcr", "occupancy")
    )
    for scope, start in (("interval", grid.label(i)), ("day", day)):
        for measure in measures:
            value, low, high = plan.service.simulated(scope, start, queue.id, measure)
            if math.isfinite(value):
                ends = f"95 % interval {low:.4g} to {high:.4g}" if math.isfinite(low) else "no interval"
                found.append(Figure(f"{measure} of the {scope}", value, f"simulated, {ends}"))
    first = (grid.local_starts[i].date() - grid.days[0]).days // 7 * 7
    week = grid.days[first].isoformat()
    targets = [
        t
        for t in plan.document.get("targets", [])
        if t["queue"] == queue.id
        and (t["start"] in (day, grid.label(i)) or (t["scope"] == "week" and t["start"] == week))
    ]
    for target in targets:
        state = {True: "met", False: "missed"}.get(target.get("met"), "not judged")
        said = f"target of the {target['scope']}, {state}"
        if target.get("probability_met") is not None:
            said += f"; holds on {target['probability_met']:.0%} of scenario days"
        found.append(Figure(f"target {target['measure']}", float(target["target"]), said))
    return found
