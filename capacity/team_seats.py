"""Seats by formula: what the people on duty give each queue while they share their time among several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.coverage import Coverage
from domain.history import Floats, Ints

BALANCING = 8
"""Rounds in which shared people turn towards the queues that are busier than their others."""


@dataclass(frozen=True)
class OnDuty:
    """Everyone on contact duty, a row for each stretch of duty in each interval.

    Attributes
    ----------
    server, interval : int arrays, shape (rows,)
        Who, as an index into the coverage's servers, and when.
    time : float array, shape (rows,)
        Share of the interval, what absence and losses in shifts leave.
    serves : bool array, shape (rows, queues)
    odds : float array, shape (rows,)
        Of absence: its chance over that of being there.
    factor, fcr : float arrays, shape (rows, queues)
        Handle time against the queue's mean, and chance to resolve.
    size : int
        Intervals of the grid.
    """

    server: Ints
    interval: Ints
    time: Floats
    odds: Floats
    serves: NDArray[np.bool_]
    factor: Floats
    fcr: Floats
    size: int


@dataclass(frozen=True)
class TeamSeats:
    """Seats of each queue, average agents, and what they are like; arrays have shape (queues, intervals) but the last.

    Attributes
    ----------
    seats : float array
        The queue's part of the people that serve it.
    pooling : float array
        How many times larger a line the queue is part of, at least 1: its people are shared with others.
    spread : float array
        Standard deviation of the seats, pooled, for shifts that chance to be absent, over the seats.
    fcr : float array
        Chance that a contact resolves its issue, by the time that each gives the queue; NaN where nobody tells.
    part : float array, shape (rows, queues)
        How each row of the duty divides its time.
    """

    seats: Floats
    pooling: Floats
    spread: Floats
    fcr: Floats
    part: Floats


def on_duty(coverage: Coverage, *, absence: float, in_shift: float) -> OnDuty:
    """Lay out a coverage by interval.

    Parameters
    ----------
    coverage : Coverage
    absence, in_shift : float
        Losses of core and expert time; elastic seats suffer neither.
    """
    step = coverage.grid.step_minutes
    first = (coverage.from_minute // step).astype(np.int64)
    last = np.ceil(coverage.to_minute / step).astype(np.int64)
    count = last - first
    stretch = np.repeat(np.arange(len(count)), count)
    interval = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[stretch]
    low = np.maximum(coverage.from_minute[stretch], interval * step)
    high = np.minimum(coverage.to_minute[stretch], (interval + 1) * step)
    inside = (interval >= 0) & (interval < coverage.grid.size)
    stretch, interval = stretch[inside], interval[inside]
    kept = np.array([1.0 if s.pool == "elastic" else (1 - absence) * (1 - in_shift) for s in coverage.servers])
    shape = (len(kept), len(coverage.queues))
    factor, fcr, level = (
        np.array([getattr(server, name) for server in coverage.servers], dtype=np.float64).reshape(shape)
        for name in ("aht_factor", "fcr", "level")
    )
    who = coverage.server[stretch]
    time = (high - low)[inside] / step * kept[who]
    serves = coverage.serves[stretch] & (level[who] > 0)
    away = np.array([0.0 if s.pool == "elastic" else absence / (1 - absence) for s in coverage.servers])
    return OnDuty(who, interval, time, away[who], serves, factor[who], fcr[who], coverage.grid.size)


def team_seats(duty: OnDuty, load: Floats, queues: NDArray[np.bool_], time: Floats | None = None) -> TeamSeats:
    """Share out the people's time among queues.

    Parameters
    ----------
    duty : OnDuty
    load : float array, shape (queues, intervals)
        Agents' work that arrives: contacts x handle time / concurrency, over the interval.
    queues : bool array, shape (queues,)
        Those that take part.
    time : float array, shape (rows,), optional
        Time that is left, in the place of ``duty.time``.

    Notes
    -----
    Someone who serves several queues is taken to divide the time by their loads, turned in a few rounds towards
    those that are busier than the others, as routing does that lets the longest wait go first. A queue whose people
    are shared is part of a larger line: ``pooling`` is the whole time of all who may serve it over its part.
    """
    hours = duty.time if time is None else time
    may = duty.serves & queues
    at = duty.interval
    wanted = load.T[at]
    pull = np.ones_like(load)
    whole_load = load.sum(axis=0)
    for _ in range(BALANCING):
        part = _shares(may, wanted * pull.T[at])
        seats = _summed(hours[:, None] * part / duty.factor, duty)
        busy = np.divide(load, seats, out=np.zeros_like(load), where=seats > 0)
        mean = np.divide((load * busy).sum(axis=0), whole_load, out=np.ones(duty.size), where=whole_load > 0)
        apart = np.divide(busy, mean, out=np.ones_like(busy), where=(mean > 0) & (busy > 0))
        pull *= np.sqrt(np.clip(apart, 0.5, 2.0))
    part = _shares(may, wanted * pull.T[at])
    given = hours[:, None] * part / duty.factor
    seats = _summed(given, duty)
    whole = _summed(hours[:, None] * may / duty.factor, duty)
    chance = np.sqrt(_summed(duty.odds[:, None] * (hours[:, None] * may / duty.factor) ** 2, duty))
    known = np.isfinite(duty.fcr)
    told = _summed(np.where(known, given, 0.0), duty)
    resolved = _summed(np.where(known, given * np.nan_to_num(duty.fcr), 0.0), duty)
    return TeamSeats(
        seats=seats,
        pooling=np.maximum(np.divide(whole, seats, out=np.ones_like(seats), where=seats > 1e-9), 1.0),
        spread=np.divide(chance, whole, out=np.zeros_like(whole), where=whole > 1e-9),
        fcr=np.divide(resolved, told, out=np.full_like(told, np.nan), where=told > 0),
        part=part,
    )


def _shares(may: NDArray[np.bool_], wanted: Floats) -> Floats:
    """Divide each row among the queues it may serve, by what is wanted; evenly where nothing is."""
    weight = np.where(may, wanted, 0.0)
    even = may / np.maximum(may.sum(axis=1, keepdims=True), 1)
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(np.where(total > 0, np.divide(weight, total, out=np.zeros_like(weight), where=total > 0), even))


def _summed(rows: Floats, duty: OnDuty) -> Floats:
    """Add rows up by interval, shape (queues, intervals)."""
    columns = [np.bincount(duty.interval, column, minlength=duty.size) for column in rows.T]
    return np.asarray(columns, dtype=np.float64).reshape(rows.shape[1], duty.size)
