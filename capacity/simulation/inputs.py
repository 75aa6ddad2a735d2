"""From a coverage, a requirement and a centre to the arrays the event loop reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from capacity.requirement import Requirement
from capacity.simulation.absence import person_key, shifts
from capacity.simulation.classes import cells_of
from capacity.simulation.outages import Outage
from capacity.simulation.world import (
    CLOSE,
    COME,
    EVENT,
    LEAVE,
    OPEN,
    QUEUE,
    REACHED,
    SCOPES,
    SERVED,
    UNREACHED,
    UNSERVED,
    Records,
    World,
)
from domain.centre import Centre
from domain.coverage import Coverage
from domain.grid import IntervalGrid
from domain.history import Floats
from domain.hours import window_mask
from domain.queues import Queue, Scope

DEFAULT_CV = 0.95
DEFAULT_WITHIN_S = 20.0
SCOPE_NAMES: tuple[Scope, ...] = ("interval", "day", "week")

Masks = NDArray[np.bool_]


def opening(centre: Centre, grid: IntervalGrid) -> Masks:
    """Return which intervals each queue is open in; a queue without hours is always open."""
    return np.array(
        [window_mask(q.open, grid) if q.open else np.ones(grid.size, dtype=np.bool_) for q in centre.queues],
        dtype=np.bool_,
    ).reshape(len(centre.queues), grid.size)


def thresholds(queue: Queue) -> tuple[Floats, Floats]:
    """Return (within_s, response_s) for interval, day and week: the scope's own target's, else the first given.

    Without any, 20 seconds; and no response time, which is infinite.
    """
    within = np.full(SCOPES, DEFAULT_WITHIN_S)
    response = np.full(SCOPES, np.inf)
    for values, name, unit in ((within, "within_s", 1.0), (response, "response_h", 3600.0)):
        given = [(t.scope, getattr(t, name) * unit) for t in queue.targets if getattr(t, name) is not None]
        if given:
            values[:] = given[0][1]
        for scope, value in reversed(given):
            values[SCOPE_NAMES.index(scope)] = value
    return within, response


def handle_times(requirement: Requirement, centre: Centre) -> Floats:
    """Return handle times without gaps: unknown ones take the queue's mean, or what the centre says.

    Raises
    ------
    ValueError
        If a queue has contacts and nothing tells their handle time.
    """
    filled = requirement.aht_s.astype(np.float64, copy=True)
    for q, queue in enumerate(centre.queues):
        known = np.isfinite(filled[q]) & (filled[q] > 0)
        if known.all():
            continue
        weight = np.where(known, requirement.volume[q], 0.0)
        if weight.sum() > 0:
            usual = float(np.average(np.where(known, filled[q], 0.0), weights=weight))
        elif known.any():
            usual = float(filled[q][known].mean())
        elif queue.aht_s is not None:
            usual = queue.aht_s
        elif requirement.volume[q].sum() > 0:
            raise ValueError(f"nothing tells the handle time of queue {queue.id}")
        else:
            usual = 1.0
        filled[q, ~known] = usual
    return filled


def resolving(fcr: Floats, centre: Centre) -> Floats:
    """Return the chance that each person's contacts resolve, for the closed loop: without gaps where anything tells.

    An unknown one is the queue's ``fcr``, else the mean of those known on the queue, else the queue's
    ``planned_fcr``; where there is none of these, nobody comes back.

    Parameters
    ----------
    fcr : float array, shape (servers, queues)
    centre : Centre
    """
    filled = fcr.copy()
    for q, queue in enumerate(centre.queues):
        known = fcr[np.isfinite(fcr[:, q]), q]
        mean = float(known.mean()) if known.size else None
        usual = next((each for each in (queue.fcr, mean, queue.planned_fcr) if each is not None), np.nan)
        filled[np.isnan(fcr[:, q]), q] = usual
    return filled


def _queue_records(
    centre: Centre,
    full: int,
    samples: Mapping[str, Floats],
    cv: Mapping[str, float],
    balking: Mapping[str, float],
    reserve: Mapping[str, int],
) -> tuple[Records, Floats]:
    records = np.zeros(len(centre.queues), QUEUE)
    pool: list[Floats] = []
    size = 0
    records["source"] = np.arange(len(centre.queues))
    for record, queue in zip(records, centre.queues, strict=True):
        record["attention"] = full // queue.concurrency
        record["deferred"] = queue.deferred
        patience = None if queue.deferred else queue.patience_s
        record["patience"] = math.inf if patience is None else patience
        record["balking"] = balking.get(queue.id, 0.0)
        record["reserve"] = reserve.get(queue.id, 0) if queue.deferred else 0
        record["sigma"] = math.sqrt(math.log1p(cv.get(queue.id, DEFAULT_CV) ** 2))
        drawn = np.sort(np.asarray(samples.get(queue.id, ()), dtype=np.float64))
        record["sample"], record["samples"] = size, drawn.size
        record["mean"] = drawn.mean() if drawn.size else 0.0
        pool.append(drawn)
        size += drawn.size
        record["redial"], record["redial_delay"] = queue.redial_probability, queue.redial_delay_s
        record["repeat"], record["repeat_delay"] = queue.repeat_probability, queue.repeat_delay_h * 3600.0
    return records, np.concatenate([*pool, np.zeros(1)])


def _goes_on(centre: Centre, grid: IntervalGrid, is_open: Masks) -> Masks:
    """Return which live queues stay open past the horizon, shape (queues,)."""
    after = IntervalGrid(grid.end, grid.step_minutes, 1, grid.zone)
    later = opening(centre, after)[:, 0]
    live = np.array([not queue.deferred for queue in centre.queues], dtype=np.bool_)
    return later & is_open[:, -1] & live


def _events(coverage: Coverage, is_open: Masks, goes_on: Masks, serves: Masks, outages: Sequence[Outage]) -> Records:
    """List comings, goings, openings and closings in time order.

    A stretch cut off by the horizon's end goes on for what came before it, where a queue it serves stays open.
    """
    step = coverage.grid.step_minutes * 60.0
    horizon = step * coverage.grid.size
    rows: list[tuple[float, int, int]] = []
    for s in range(coverage.server.size):
        low, high = coverage.from_minute[s] * 60.0, min(coverage.to_minute[s] * 60.0, horizon)
        if low >= high:
            continue
        rows.append((low, COME, s))
        if high < horizon or not (serves[s] & goes_on).any():
            rows.append((high, LEAVE, s))
    for q, row in enumerate(is_open):
        steps = np.diff(row.astype(np.int8), prepend=np.int8(0))
        rows += [(float(i) * step, OPEN if steps[i] > 0 else CLOSE, q) for i in np.flatnonzero(steps)]
        if row.size and row[-1] and not goes_on[q]:
            rows.append((horizon, CLOSE, q))
    for outage in outages:
        begin, end = (UNREACHED, REACHED) if outage.unreached else (UNSERVED, SERVED)
        q = coverage.queues.index(outage.queue)
        rows += [(max(outage.from_minute, 0.0) * 60.0, begin, q), (outage.to_minute * 60.0, end, q)]
    return np.array(sorted(rows), dtype=EVENT)


def build_world(
    coverage: Coverage,
    requirement: Requirement,
    centre: Centre,
    *,
    is_open: Masks,
    closed_loop: bool,
    samples: Mapping[str, Floats],
    cv: Mapping[str, float],
    balking: Mapping[str, float],
    reserve: Mapping[str, int] = MappingProxyType({}),
    outages: Sequence[Outage] = (),
) -> World:
    """Translate the domain's types into the event loop's arrays."""
    grid, queues = requirement.grid, centre.queues
    if coverage.queues != centre.queue_ids or requirement.queues != centre.queue_ids:
        raise ValueError("coverage, requirement and centre list different queues")
    if (coverage.grid.start, coverage.grid.end) != (grid.start, grid.end):
        raise ValueError("coverage and requirement span different time")
    full = math.lcm(*(queue.concurrency for queue in queues))
    records, pool = _queue_records(centre, full, samples, cv, balking, reserve)
    most = max(queue.concurrency for queue in queues)
    slowdown = np.array([[q.slowdowns()[min(j, q.concurrency - 1)] for j in range(most)] for q in queues])
    limits = [thresholds(queue) for queue in queues]
    number = len(queues)
    level = np.array([s.level for s in coverage.servers], dtype=np.int64).reshape(-1, number)
    rank = np.where(coverage.serves, level[coverage.server], 0).astype(np.int64)
    shift, shift_key, absence = shifts(coverage, centre)
    lost = centre.shrinkage.in_shift
    first_open = np.full((number, grid.size + 1), grid.size, dtype=np.int64)
    for i in reversed(range(grid.size)):
        first_open[:, i] = np.where(is_open[:, i], i, first_open[:, i + 1])

    def table(name: str) -> Floats:
        return np.array([getattr(s, name) for s in coverage.servers], dtype=np.float64).reshape(-1, number)

    return World(
        step=grid.step_minutes * 60.0,
        intervals=grid.size,
        full=full,
        closed_loop=closed_loop,
        reserves=bool((records["reserve"] > 0).any()),
        day_of=grid.day_of,
        week_of=grid.day_of // 7,
        queues=records,
        within=np.array([within for within, _ in limits]),
        response=np.array([response for _, response in limits]),
        slowdown=slowdown,
        aht=handle_times(requirement, centre),
        samples=pool,
        next_open=first_open,
        rank=rank,
        weight=table("weight"),
        factor=table("aht_factor"),
        fcr=table("fcr"),
        resolves=resolving(table("fcr"), centre),
        events=_events(coverage, is_open, _goes_on(centre, grid, is_open), rank > 0, outages),
        **cells_of(rank, table("weight")[coverage.server], records["attention"], full)._asdict(),
        stretch_server=coverage.server.astype(np.int64),
        stretch_shift=shift,
        shift_key=shift_key,
        shift_absence=absence,
        person_key=np.array([person_key(s.id) for s in coverage.servers], dtype=np.uint64),
        loss=np.array([0.0 if s.pool == "elastic" else lost for s in coverage.servers], dtype=np.float64),
    )
