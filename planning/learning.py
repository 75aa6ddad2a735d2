"""What a simulated roster teaches the planning model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from capacity.service import ServiceReport
from capacity.targets import TargetRow
from domain.history import Floats, Ints
from scheduling.build import Model
from scheduling.curves import Learned
from scheduling.solve import Result

LEAST, MOST = 0.55, 1.15
"""Bounds on the efficiency of seats; beyond them the planning model is no guide."""

STRIDE = 0.12
"""Most that efficiency changes in one round: short waits tell little about it."""


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
        Seats' efficiency by pool and day, so that the service curves give the simulated service at the roster's
        seats; offsets of FCR and deferred shares; the roster's duty.

    Notes
    -----
    Queues that share people, absence drawn by chance, load carried over from one interval to the next and routing are
    all in the simulation and not in the curves; the efficiency is their sum.
    """
    inst = model.instance
    efficiency = before.efficiency.copy()
    grid = report.grid
    for g, pool in enumerate(model.pools):
        if pool.deferred:
            continue
        for d, day in enumerate(grid.days):
            inside = np.flatnonzero(grid.day_of == d)
            wanted, curve, sign = _observed(model, report, g, day.isoformat())
            if curve < 0 or np.isnan(wanted):
                continue
            efficiency[g, inside] = _matching(
                partial(_planned, model, result.seats, g, curve, inside),
                float(before.efficiency[g, inside].mean()),
                wanted,
                sign,
            )
    offset, fcr = before.offset.copy(), before.fcr.copy()
    for r, i in enumerate(model.rows.tolist()):
        target = model.targets[i]
        if inst.service.row_curve[r] >= 0 and target.measure != "share":
            continue
        if target.measure == "fcr":
            fcr[i] = _ratio(model, result, r, before)
        queue = model.folder.centre.queue_ids[target.queue]
        seen = report.simulated(target.scope, target.start, queue, target.measure)[0]
        if np.isfinite(seen):
            planned = fcr[i] if target.measure == "fcr" else result.values[r] - before.offset[i]
            offset[i] = seen - planned if target.measure == "fcr" or seen < 0.999 else 0.0
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


def _observed(model: Model, report: ServiceReport, g: int, day: str) -> tuple[float, int, float]:
    """Return a pool's simulated service on a day, the curve that plans it, and the curve's direction.

    Routing serves some queues of a pool better than others: where one of them misses a target, the pool is taken to
    serve as badly as that one.
    """
    service = model.instance.service
    curve, measure, sign = -1, "", 1.0
    for c in range(len(service.curve_pool)):
        if service.curve_pool[c] != g:
            continue
        name = model.curve_measures[c]
        if name == "service_level":
            curve, measure, sign = c, name, -1.0
        elif name == "mean_wait_s" and curve < 0:
            curve, measure, sign = c, name, 1.0
    total = weight = 0.0
    missing: list[float] = []
    for q in model.pools[g].queues:
        row = report.row("day", day, model.folder.centre.queue_ids[q])
        if row is None or not measure or not np.isfinite(row.get(measure)):
            continue
        total += row.get("offered") * row.get(measure)
        weight += row.get("offered")
        if any(t.queue == q and t.start == day and _waits(t) and t.miss(row.get(t.measure)) > 0 for t in model.targets):
            missing.append(row.get(measure))
    if missing:
        return (max(missing) if sign > 0 else min(missing)), curve, sign
    return (total / weight if weight > 0 else np.nan), curve, sign


def _waits(target: TargetRow) -> bool:
    return target.scope == "day" and target.measure in {"mean_wait_s", "service_level", "abandonment"}


def _planned(model: Model, seats: Floats, g: int, curve: int, inside: Ints, efficiency: float) -> float:
    """Return a pool's planned service over some intervals at an efficiency."""
    service = model.instance.service
    volume = model.pool_volume[g, inside]
    if volume.sum() <= 0:
        return 0.0
    knots = np.arange(service.curves.shape[2]) * service.step
    values = [np.interp(seats[g, t] * efficiency, knots, service.curves[curve, t]) for t in inside.tolist()]
    return float((volume * np.array(values)).sum() / volume.sum())


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
    return float(np.clip(np.clip(found, now - STRIDE, now + STRIDE), LEAST, MOST))
