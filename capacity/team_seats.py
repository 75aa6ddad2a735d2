"""Seats by formula: what the people on duty give each queue while they share their time among several."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
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

    def only(self, q: int) -> TeamSeats:
        """Return the seats of one queue."""
        one = slice(q, q + 1)
        return TeamSeats(self.seats[one], self.pooling[one], self.spread[one], self.fcr[one], self.part[:, one])


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
    part, seats = _shared_out(duty.interval, hours, may, duty.factor, load, BALANCING)
    whole, squares, told, resolved = _summed(
        duty.interval, hours, may, duty.factor, duty.fcr, duty.odds, part, load.shape[1]
    )
    return TeamSeats(
        seats=seats,
        pooling=np.maximum(np.divide(whole, seats, out=np.ones_like(seats), where=seats > 1e-9), 1.0),
        spread=np.divide(np.sqrt(squares), whole, out=np.zeros_like(whole), where=whole > 1e-9),
        fcr=np.divide(resolved, told, out=np.full_like(told, np.nan), where=told > 0),
        part=part,
    )


@njit(cache=True, nogil=True)
def _shared_out(
    at: Ints, hours: Floats, may: NDArray[np.bool_], factor: Floats, load: Floats, rounds: int
) -> tuple[Floats, Floats]:
    """Divide each row's time among the queues it may serve; return the parts, and the seats that they come to."""
    rows, queues = may.shape
    size = load.shape[1]
    part = np.zeros((rows, queues))
    pull = np.ones((queues, size))
    seats = np.zeros((queues, size))
    for turn in range(rounds + 1):
        seats[:] = 0.0
        for r in range(rows):
            i = at[r]
            total = 0.0
            count = 0
            for q in range(queues):
                if may[r, q]:
                    part[r, q] = load[q, i] * pull[q, i]
                    total += part[r, q]
                    count += 1
            for q in range(queues):
                if may[r, q]:
                    # by what is wanted; evenly where nothing is
                    part[r, q] = part[r, q] / total if total > 0.0 else 1.0 / count
                    seats[q, i] += hours[r] * part[r, q] / factor[r, q]
        if turn < rounds:
            _pull(load, seats, pull)
    return part, seats


@njit(cache=True, nogil=True)
def _pull(load: Floats, seats: Floats, pull: Floats) -> None:
    """Turn people towards the queues that are busier than the others."""
    for i in range(load.shape[1]):
        above = whole = 0.0
        for q in range(load.shape[0]):
            whole += load[q, i]
            if seats[q, i] > 0.0:
                above += load[q, i] * load[q, i] / seats[q, i]
        mean = above / whole if whole > 0.0 else 1.0
        for q in range(load.shape[0]):
            busy = load[q, i] / seats[q, i] if seats[q, i] > 0.0 else 0.0
            if mean > 0.0 and busy > 0.0:
                pull[q, i] *= math.sqrt(min(max(busy / mean, 0.5), 2.0))


@njit(cache=True, nogil=True)
def _summed(
    at: Ints,
    hours: Floats,
    may: NDArray[np.bool_],
    factor: Floats,
    fcr: Floats,
    odds: Floats,
    part: Floats,
    size: int,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Add up by queue and interval: time, its squares times the odds, time whose FCR is known, and what it solves."""
    rows, queues = may.shape
    whole, squares = np.zeros((queues, size)), np.zeros((queues, size))
    told, resolved = np.zeros((queues, size)), np.zeros((queues, size))
    for r in range(rows):
        i = at[r]
        for q in range(queues):
            if may[r, q]:
                time = hours[r] / factor[r, q]
                whole[q, i] += time
                squares[q, i] += odds[r] * time * time
                if not math.isnan(fcr[r, q]):
                    told[q, i] += time * part[r, q]
                    resolved[q, i] += time * part[r, q] * fcr[r, q]
    return whole, squares, told, resolved
