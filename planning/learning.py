"""What a simulated roster teaches the planning model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from capacity.service import ServiceReport
from domain.history import Floats, Ints
from scheduling.curves import Learned
from scheduling.model import Model
from scheduling.result import Result

LEAST, MOST = 0.55, 1.15
"""Bounds on the efficiency of seats; beyond them the planning model is no guide."""

STRIDE = 0.12
"""Most that efficiency changes in one round: short waits tell little about it."""

MARGIN = 0.05
"""Share of a limit by which waits are planned to be better than asked for: what simulations of one roster differ by."""

LENIENT = 0.3
"""Share of better service than planned that the next round plans with: another roster may not have it."""

APART = 0.5
"""Most that a queue's offset from its pool may be, as a share of the limit."""


def learn(model: Model, result: Result, report: ServiceReport, before: Learned) -> Learned:
    """Correct the planning model by a simulation of its roster.

    Parameters
    ----------
    model : Model
    result : Result
        The roster's seats and planned values.
    report : ServiceReport
        The same roster, simulated.
    before : Learned
        What the model was built with.

    Returns
    -------
    Learned
        Seats' efficiency by pool and day, so that the service curves give the pool's simulated service at the
        roster's seats; what each target row differs from that by; the roster's duty.

    Notes
    -----
    Queues that share people, absence drawn by chance, load carried over from one interval to the next and routing are
    all in the simulation and not in the curves; the efficiency is their sum. Routing serves some queues of a pool
    better than others: their rows get offsets.
    """
    efficiency = before.efficiency.copy()
    grid = report.grid
    for g, pool in enumerate(model.pools):
        if pool.deferred:
            continue
        for d, day in enumerate(grid.days):
            inside = np.flatnonzero(grid.day_of == d)
            wanted, read, sign = _observed(model, report, g, day.isoformat(), inside)
            if not read or np.isnan(wanted):
                continue
            efficiency[g, inside] = _matching(
                partial(_planned, model, result.seats, g, read, inside),
                float(before.efficiency[g, inside].mean()),
                wanted,
                sign,
            )
    offset, fcr = before.offset.copy(), before.fcr.copy()
    for r, i in enumerate(model.rows.tolist()):
        target = model.targets[i]
        if target.measure == "occupancy":
            continue
        if target.measure == "fcr":
            fcr[i] = _ratio(model, result, r, before)
        queue = model.folder.centre.queue_ids[target.queue]
        seen = report.simulated(target.scope, target.start, queue, target.measure)[0]
        if not np.isfinite(seen):
            continue
        if target.measure == "fcr":
            offset[i] = seen - fcr[i]
        elif target.measure == "share":
            offset[i] = seen - (result.values[r] - before.offset[i]) if seen < 0.999 else 0.0
        else:
            apart = seen - _planned_row(model, result, r, efficiency)
            safe = MARGIN * target.limit * (1.0 if target.upper else -1.0)
            if safe * apart < 0:
                apart *= LENIENT
            offset[i] = np.clip(apart, -APART * target.limit, APART * target.limit) + safe
    return Learned(efficiency, offset, np.maximum(result.seats, 1e-9), fcr)


def _ratio(model: Model, result: Result, r: int, before: Learned) -> float:
    """Return the FCR of a roster's duty for one row: the ratio that the planning model has made linear."""
    i = int(model.rows[r])
    g = int(model.instance.service.row_pool[r])
    inside = model.targets[i].intervals
    duty, scale = float(result.seats[g, inside].sum()), float(before.duty[g, inside].sum())
    if duty <= 0:
        return float(before.fcr[i])
    excess = (float(result.values[r]) - float(before.offset[i]) - float(before.fcr[i])) * scale
    return float(before.fcr[i]) + excess / duty


def _observed(
    model: Model, report: ServiceReport, g: int, day: str, inside: Ints
) -> tuple[float, list[tuple[int, Floats]], float]:
    """Return a pool's simulated service on a day, the curves that plan it, and their direction.

    Each curve comes with the contacts that are read from it, shape (inside,). Queues of one pool may have other
    service-level thresholds: each is read from its own curve, at which it is simulated, and those without a service
    level are left out. A pool without any is compared by its mean wait.
    """
    service = model.instance.service
    mine = [r for r in range(len(model.rows)) if service.row_pool[r] == g]
    level_of: dict[int, int] = {}
    for r in mine:
        target = model.targets[int(model.rows[r])]
        if target.measure == "service_level":
            level_of.setdefault(target.queue, r)
    measure, sign = ("service_level", -1.0) if level_of else ("mean_wait_s", 1.0)
    waits = [c for c, name in enumerate(model.curve_measures) if name == measure and service.curve_pool[c] == g]
    total = weight = 0.0
    read: list[tuple[int, Floats]] = []
    for q in level_of or model.pools[g].queues:
        row = report.row("day", day, model.folder.centre.queue_ids[q])
        if row is None or not np.isfinite(row.get(measure)):
            continue
        if level_of:
            curve = int(service.row_curve[level_of[q]])
            own = [r for r in mine if service.row_curve[r] == curve and model.targets[int(model.rows[r])].queue == q]
            when = service.weight[own][:, inside].sum(axis=0)
            if when.sum() <= 0:
                continue
            read.append((curve, row.get("offered") * when / when.sum()))
        total += row.get("offered") * row.get(measure)
        weight += row.get("offered")
    if not level_of and waits and weight > 0:
        read = [(waits[0], model.pool_volume[g, inside])]
    return (total / weight if weight > 0 else np.nan), read, sign


def _planned_row(model: Model, result: Result, r: int, efficiency: Floats) -> float:
    """Return what the curves alone plan for a row at a roster's seats."""
    service = model.instance.service
    c, g = int(service.row_curve[r]), int(service.row_pool[r])
    knots = np.arange(service.curves.shape[2]) * service.step
    used = np.flatnonzero(service.weight[r]).tolist()
    read = [np.interp(result.seats[g, t] * efficiency[g, t], knots, service.curves[c, t]) for t in used]
    return float(service.weight[r, used] @ np.array(read))


def _planned(
    model: Model, seats: Floats, g: int, read: list[tuple[int, Floats]], inside: Ints, efficiency: float
) -> float:
    """Return a pool's planned service over some intervals at an efficiency."""
    service = model.instance.service
    knots = np.arange(service.curves.shape[2]) * service.step
    total = contacts = 0.0
    for curve, volume in read:
        values = [np.interp(seats[g, t] * efficiency, knots, service.curves[curve, t]) for t in inside.tolist()]
        total += float(volume @ np.array(values))
        contacts += float(volume.sum())
    return total / contacts if contacts > 0 else 0.0


def _matching(planned: Callable[[float], float], now: float, wanted: float, sign: float) -> float:
    """Return the efficiency at which the plan gives the wanted value, most of the way from now to there."""
    low, high = LEAST, MOST
    for _ in range(40):
        middle = (low + high) / 2
        if sign * (planned(middle) - wanted) > 0:
            low = middle
        else:
            high = middle
    found = (low + high) / 2
    if found > now:
        found = now + LENIENT * (found - now)
    return float(np.clip(np.clip(found, now - STRIDE, now + STRIDE), LEAST, MOST))
