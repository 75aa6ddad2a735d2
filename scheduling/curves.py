"""Service curves of the pools, and the targets as rows over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.interval import interval_service
from capacity.requirement import Requirement
from capacity.targets import TargetRow
from domain.centre import Centre
from domain.history import Floats, Ints
from scheduling.instance import Service
from scheduling.pools import Pool

KNOTS = 320
SHORT_RESPONSE_H = 4.0
"""Deferred work due sooner is planned interval by interval, else by the day it falls due around."""

SHORTFALL_HOURS = 10.0
"""Price of a contact that misses its target by 100 %, in mean agent-hours, where no priority sets it:
so dear that shortfall comes before cost."""

FCR_HOURS = 1.0
"""The same for FCR: an unresolved contact comes back, and about ten times its handling is priced; but a week's roster
moves FCR little, and at the price of waiting it would buy any number of seats for a fraction of a point."""


@dataclass(frozen=True)
class Learned:
    """What the simulation taught the planning model.

    Attributes
    ----------
    efficiency : float array, shape (pools, intervals)
        Seats are multiplied by this before a service curve is read.
    offset : float array, shape (target rows,)
        Added to the planned value of a row; nothing is added to occupancy.
    duty : float array, shape (pools, intervals)
        Seats of the last roster: the scale on which FCR and occupancy are weighed.
    fcr : float array, shape (target rows,)
        FCR of the last roster's duty: the point around which the ratio of resolved to handled is made linear.
    """

    efficiency: Floats
    offset: Floats
    duty: Floats
    fcr: Floats


def pooled(requirement: Requirement, pool: Pool) -> tuple[Floats, Floats]:
    """Return a pool's contacts and its contact-weighted handle time per interval."""
    queues = list(pool.queues)
    volume = requirement.volume[queues]
    total = volume.sum(axis=0)
    aht = np.nan_to_num(requirement.aht_s[queues])
    plain = np.where(np.isfinite(requirement.aht_s[queues]), aht, 0).max(axis=0)
    mean = np.where(total > 0, (volume * aht).sum(axis=0) / np.maximum(total, 1e-12), plain)
    return total, np.maximum(mean, 1.0)


def load_of(requirement: Requirement, centre: Centre, pool: Pool) -> Floats:
    """Return the seats of an average agent that a pool's contacts keep busy, per interval."""
    volume, aht = pooled(requirement, pool)
    queue = centre.queues[pool.queues[0]]
    slow = queue.slowdowns()
    return volume * aht * slow[-1] / len(slow) / (60.0 * requirement.grid.step_minutes)


def _patience(centre: Centre, requirement: Requirement, pool: Pool) -> float | None:
    weights, rates = 0.0, 0.0
    for q in pool.queues:
        volume = float(requirement.volume[q].sum()) + 1e-9
        patience = centre.queues[q].patience_s
        weights += volume
        rates += volume / patience if patience else 0.0
    return weights / rates if rates > 0 else None


def _wait_without_patience(curve: Floats, seats: Floats, load: Floats) -> Floats:
    """Extend a wait that is unbounded below the load by its steepest known slope, so that it stays convex."""
    out = curve.copy()
    for t in range(out.shape[0]):
        good = np.isfinite(out[t]) & (seats > load[t] * 1.02)
        k = int(np.argmax(good)) if good.any() else len(seats) - 1
        if not good.any():
            out[t] = 1e5
            continue
        slope = (out[t, k] - out[t, min(k + 1, len(seats) - 1)]) if k + 1 < len(seats) else 0.0
        out[t, :k] = out[t, k] + slope * (k - np.arange(k))
    return out


def _with_absence(table: Floats, step: float, absence: float, in_shift: float) -> Floats:
    """Average a curve over who is absent: the people there are binomial, and service is worse than at their mean.

    Three points carry the mean and the variance of the seats that are there (Gauss-Hermite).
    """
    x = step * np.arange(table.shape[1])
    away = np.sqrt(3.0 * x * absence * (1.0 - in_shift))
    out = table * (2.0 / 3.0)
    for seats in (np.maximum(x - away, 0.0), x + away):
        at = np.minimum(seats / step, table.shape[1] - 1)
        k = np.minimum(at.astype(np.int64), table.shape[1] - 2)
        part = at - k
        out += (table[:, k] * (1.0 - part) + table[:, k + 1] * part) / 6.0
    return out


def build_service(
    centre: Centre,
    requirement: Requirement,
    pools: Sequence[Pool],
    targets: Sequence[TargetRow],
    learned: Learned,
    fixed: Floats,
    top_seats: float,
    mean_cost: float,
) -> tuple[Service, Ints, tuple[str, ...], Floats]:
    """Tabulate the curves and lay the targets over them.

    Returns
    -------
    tuple
        The service model, for each of its rows the index of the target it stands for, for each of its curves the
        measure, and the contacts of each row.
    """
    n = requirement.grid.size
    step = max(top_seats / (KNOTS - 1), 0.05)
    seats: Floats = step * np.arange(KNOTS, dtype=np.float64)
    price = centre.priorities.shortfall_per_contact
    each = SHORTFALL_HOURS * mean_cost if price is None else price
    each_fcr = FCR_HOURS * mean_cost if price is None else price
    pool_of = {q: g for g, pool in enumerate(pools) for q in pool.queues}
    tables: dict[tuple[int, str, float], int] = {}
    curves: list[Floats] = []
    services: dict[tuple[int, float], object] = {}
    hours = requirement.grid.step_minutes / 60.0

    def curve(g: int, measure: str, extra: float) -> int:
        key = (g, measure, extra)
        if key in tables:
            return tables[key]
        pool = pools[g]
        volume, aht = pooled(requirement, pool)
        queue = centre.queues[pool.queues[0]]
        within = extra if measure == "service_level" else 20.0
        if (g, within) not in services:
            services[g, within] = interval_service(
                (volume / hours)[:, None],
                aht[:, None],
                seats[None, :],
                patience_s=_patience(centre, requirement, pool),
                within_s=within,
                concurrency=queue.concurrency,
                slowdown=queue.slowdowns(),
            )
        result = services[g, within]
        if measure == "share":
            load = load_of(requirement, centre, pool)
            table = np.minimum(1.0, seats[None, :] / np.maximum(load, 1e-9)[:, None])
        elif measure == "occupancy":
            busy = np.nan_to_num(result.occupancy) * seats[None, :]  # type: ignore[attr-defined]
            table = busy - extra * seats[None, :]
        else:
            table = np.array(getattr(result, measure), dtype=np.float64)
            if measure == "mean_wait_s" and _patience(centre, requirement, pool) is None:
                table = _wait_without_patience(
                    np.asarray(table, dtype=np.float64), seats, load_of(requirement, centre, pool)
                )
            table = np.nan_to_num(table, nan=0.0)
        if measure != "share" and centre.shrinkage.absence > 0:
            table = _with_absence(table, step, centre.shrinkage.absence, centre.shrinkage.in_shift)
        table[volume <= 0] = 0.0
        tables[key] = len(curves)
        curves.append(table)
        return tables[key]

    rows: dict[str, list[float]] = {k: [] for k in ("curve", "pool", "sign", "limit", "price", "base", "lo", "hi")}
    weights: list[Floats] = []
    kept: list[int] = []
    counts: list[float] = []
    for i, target in enumerate(targets):
        g = pool_of[target.queue]
        weight = np.zeros(n)
        volume = requirement.volume[target.queue, target.intervals]
        contacts = float(volume.sum())
        base, c = 0.0, -1
        if contacts <= 0 or len(target.intervals) == 0:
            continue
        if target.measure == "fcr":
            if np.isnan(learned.fcr[i]):
                continue
            weight[target.intervals] = 1.0
            base = float(learned.fcr[i]) + float(learned.offset[i])
        elif target.measure == "share" and target.response_h > SHORT_RESPONSE_H:
            window, contacts = due_window(target, requirement)
            if contacts <= 0 or not len(window):
                continue
            weight[window] = 1.0
            base = learned.offset[i]
        elif target.measure == "occupancy":
            c = curve(g, "occupancy", target.limit)
            duty = float(learned.duty[g, target.intervals].sum())
            weight[target.intervals] = 1.0 / max(duty, 1e-9)
            base = target.limit
        else:
            c = curve(g, target.measure, target.within_s if target.measure == "service_level" else 0.0)
            weight[target.intervals] = volume / contacts
            base = float(learned.offset[i])
        used = np.flatnonzero(weight)
        rows["curve"].append(c)
        rows["pool"].append(g)
        rows["sign"].append(1.0 if target.upper else -1.0)
        rows["limit"].append(target.limit)
        rows["price"].append((each_fcr if target.measure == "fcr" else each) * contacts)
        rows["base"].append(base)
        rows["lo"].append(int(used[0]))
        rows["hi"].append(int(used[-1]) + 1)
        weights.append(weight)
        kept.append(i)
        counts.append(contacts)
    for g, pool in enumerate(pools):
        if not pool.deferred:
            curve(g, "mean_wait_s", 0.0)
    order = sorted(tables.items(), key=lambda item: item[1])
    service = Service(
        step=step,
        curves=np.array(curves, dtype=np.float64).reshape(len(curves), n, KNOTS),
        curve_pool=np.array([key[0] for key, _ in order], dtype=np.int64),
        row_curve=np.array(rows["curve"], dtype=np.int64),
        row_pool=np.array(rows["pool"], dtype=np.int64),
        sign=np.array(rows["sign"], dtype=np.float64),
        limit=np.array(rows["limit"], dtype=np.float64),
        price=np.array(rows["price"], dtype=np.float64),
        base=np.array(rows["base"], dtype=np.float64),
        weight=np.array(weights, dtype=np.float64).reshape(len(weights), n),
        row_first=np.array(rows["lo"], dtype=np.int64),
        row_last=np.array(rows["hi"], dtype=np.int64),
        efficiency=learned.efficiency,
        fixed=fixed,
    )
    return (
        service,
        np.array(kept, dtype=np.int64),
        tuple(key[1] for key, _ in order),
        np.array(counts, dtype=np.float64),
    )


def due_window(target: TargetRow, requirement: Requirement) -> tuple[Ints, float]:
    """Return the intervals in which a deferred day's work is planned, and the contacts due inside the horizon.

    Work arriving over a day is planned half a response time later, so that the days' windows tile the horizon.
    """
    grid = requirement.grid
    response = round(target.response_h * 60 / grid.step_minutes)
    shift = response // 2
    arrived = target.intervals
    due = arrived[arrived + response <= grid.size]
    contacts = float(requirement.volume[target.queue, due].sum())
    low = 0 if arrived[0] < shift else int(arrived[0]) + shift
    high = min(int(arrived[-1]) + 1 + shift, grid.size)
    return np.arange(low, high, dtype=np.int64), contacts
