"""Work with a deadline in clock hours: a fluid that arrives at all hours and is worked while open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.arguments import check_amounts, check_share
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.queues import Queue

SURE = 0.999
"""Highest chance a single contact is planned for; a share of 1 would ask for endless seats."""

_PIECES = 12
"""Points at which an interval's contacts are asked whether they were done in time."""


@dataclass(frozen=True)
class DeferredWork:
    """One queue of deferred work over a horizon.

    Attributes
    ----------
    grid : IntervalGrid
    volume : float array, shape (intervals,)
        Contacts, at all hours.
    effort_s : float array, shape (intervals,)
        Agent seconds a contact takes: handle time x slowdown / concurrency, both at full concurrency.
    elapsed_s : float array, shape (intervals,)
        Time from its beginning to its completion.
    open : bool array, shape (intervals,)
        Intervals in which it is worked.
    response_h : float
        Clock hours from arrival to completion.
    backlog : float
        Contacts there at the start, their age spread evenly over the last ``response_h``.

    Raises
    ------
    ValueError
        If a volume, the response time or the backlog is negative, infinite or not a number.
    """

    grid: IntervalGrid
    volume: Floats
    effort_s: Floats
    elapsed_s: Floats
    open: NDArray[np.bool_]
    response_h: float
    backlog: float = 0.0

    def __post_init__(self) -> None:
        check_amounts(volume=self.volume, response_h=self.response_h, backlog=self.backlog)

    @classmethod
    def of_queue(
        cls,
        queue: Queue,
        grid: IntervalGrid,
        volume: Floats,
        aht_s: Floats,
        hours: NDArray[np.bool_],
        response_h: float,
        backlog: float,
    ) -> DeferredWork:
        """Describe a queue whose agents work at full concurrency.

        Parameters
        ----------
        queue : Queue
        grid : IntervalGrid
        volume, aht_s : float arrays, shape (intervals,)
        hours : bool array, shape (intervals,)
            When it is worked.
        response_h : float
        backlog : float
            Contacts at the start.
        """
        elapsed = np.where(np.isfinite(aht_s), aht_s, queue.aht_s or 0.0) * queue.slowdowns()[-1]
        return cls(grid, volume, elapsed / queue.concurrency, elapsed, hours, response_h, backlog)

    @property
    def step_s(self) -> float:
        """Length of an interval, seconds."""
        return 60.0 * self.grid.step_minutes

    @property
    def edges_s(self) -> Floats:
        """Seconds from the horizon's start to each interval's ends, shape (intervals + 1,)."""
        return np.arange(self.grid.size + 1, dtype=np.float64) * self.step_s

    @property
    def first_effort_s(self) -> float:
        """Effort of a contact of the backlog: that of the horizon's mean contact."""
        total = float(self.volume.sum())
        if total > 0:
            return float(self.volume @ self.effort_s) / total
        return float(self.effort_s.mean()) if self.grid.size else 0.0

    @property
    def arrived_s(self) -> Floats:
        """Agent seconds that arrived by each edge, the backlog included, shape (intervals + 1,)."""
        work = np.concatenate([[self.backlog * self.first_effort_s], self.volume * self.effort_s])
        return np.asarray(np.cumsum(work))

    @property
    def until_s(self) -> float:
        """Seconds from arrival until a contact must have been begun; at once where that is already too late."""
        longest = float(self.elapsed_s[self.volume > 0].max(initial=0.0))
        return max(self.response_h * 3600.0 - longest, 1.0)


def work_done(work: DeferredWork, seats: Floats) -> Floats:
    """Return the agent seconds of work done by each edge, first in first out, shape (intervals + 1,).

    Parameters
    ----------
    work : DeferredWork
    seats : float array, shape (intervals,)
        Average agents on this queue; those outside its opening do nothing.
    """
    check_amounts(seats=seats)
    arrived = work.arrived_s
    capacity = np.where(work.open, seats, 0.0) * work.step_s
    done = np.zeros(arrived.size)
    for i in range(capacity.size):
        done[i + 1] = min(done[i] + capacity[i], arrived[i + 1])
    return done


def in_time(work: DeferredWork, seats: Floats) -> Floats:
    """Return the share of each interval's contacts done in time, NaN where all fall due after the horizon.

    Parameters
    ----------
    work : DeferredWork
    seats : float array, shape (intervals,)
        Average agents on this queue.

    Notes
    -----
    A fluid has no beginning and end of a contact, so one counts as completed in time when its place in the
    line is reached its elapsed handle time before the deadline.
    """
    return _due_and_done(work, seats)[1]


def _due_and_done(work: DeferredWork, seats: Floats) -> tuple[Floats, Floats]:
    edges, done, arrived = work.edges_s, work_done(work, seats), work.arrived_s
    part = (np.arange(_PIECES) + 0.5) / _PIECES
    when = edges[:-1, None] + part * work.step_s
    place = arrived[:-1, None] + part * np.diff(arrived)[:, None]
    due = when + work.response_h * 3600.0
    counts = due <= edges[-1]
    reached = np.interp(due - work.elapsed_s[:, None], edges, done)
    ok = (reached >= place * (1 - 1e-9)) & (due - work.elapsed_s[:, None] >= when)
    asked = counts.sum(axis=1)
    share = np.where(asked > 0, (ok & counts).sum(axis=1) / np.maximum(asked, 1), np.nan)
    return np.asarray(asked / _PIECES), np.asarray(share)


def deferred_share(work: DeferredWork, seats: Floats) -> Floats:
    """Return the share done in time of the contacts that arrive on each local day, by fluid first in first out.

    Parameters
    ----------
    work : DeferredWork
    seats : float array, shape (intervals,)
        Average agents on this queue.

    Returns
    -------
    float array, shape (days of the grid,)
        Over contacts that fall due inside the horizon; NaN where there are none.
    """
    due, share = _due_and_done(work, seats)
    weight = work.volume * due
    days = len(work.grid.days)
    asked = np.bincount(work.grid.day_of, weight, minlength=days)
    done = np.bincount(work.grid.day_of, weight * np.nan_to_num(share), minlength=days)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(asked > 0, done / asked, np.nan))


@njit(cache=True, error_model="numpy")
def _taut_string(x: Floats, low: Floats, high: Floats) -> Floats:
    """Return the slopes of the shortest path from (x0, low0) to (xn, lown) between two rising curves."""
    n = x.size - 1
    slopes = np.zeros(n)
    anchor, level = 0, low[0]
    while anchor < n:
        steepest_low, at_low = -np.inf, anchor + 1
        least_high, at_high = np.inf, anchor + 1
        corner, target = n, low[n]
        for j in range(anchor + 1, n + 1):
            width = x[j] - x[anchor]
            rise_low = (low[j] - level) / width
            rise_high = (high[j] - level) / width if j < n else rise_low
            if rise_low > least_high:
                corner, target = at_high, high[at_high]
                break
            if rise_high < steepest_low:
                corner, target = at_low, low[at_low]
                break
            if rise_low >= steepest_low:
                steepest_low, at_low = rise_low, j
            if rise_high <= least_high:
                least_high, at_high = rise_high, j
        slope = (target - level) / (x[corner] - x[anchor])
        slopes[anchor:corner] = max(slope, 0.0)
        anchor, level = corner, target
    return slopes


@njit(cache=True, error_model="numpy")
def _lift(
    agents: Floats, step: float, needed: Floats, variance: Floats, deviations: Floats,
    arrived: Floats, spread: Floats, effort: Floats,
) -> None:  # fmt: skip
    """Raise ``agents`` in place until every stretch of opening can carry a bad stretch of arrivals.

    All arrays run over the opening's intervals. Of the stretch from k to m, the work to be done is what
    arrived after the opening before k ended and must be begun by the end of m: in the mean ``needed[m]`` -
    ``arrived[k]``, of variance ``variance[m]`` - ``spread[k]``. The lowest intervals are raised first.
    """
    for m in range(agents.size):
        while True:
            worst, start, room = 0.0, -1, 0.0
            for k in range(m, -1, -1):
                room += agents[k] * step
                mean = needed[m] - arrived[k]
                if mean <= 0.0:
                    continue
                bad = deviations[m] * math.sqrt(max(variance[m] - spread[k], 0.0))
                short = max(mean + bad, effort[m]) - room
                if short > worst:
                    worst, start = short, k
            if start < 0 or worst <= 1e-9 * needed[m]:
                break
            order = np.sort(agents[start : m + 1])
            level, left = order[0], worst / step
            for i in range(order.size):
                upto = order[i + 1] if i + 1 < order.size else np.inf
                gain = (upto - level) * (i + 1)
                if gain >= left:
                    level += left / (i + 1)
                    break
                left -= gain
                level = upto
            for k in range(start, m + 1):
                agents[k] = max(agents[k], level)


def _promised(work: DeferredWork, share: float, open_to: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Choose the intervals whose deadline is kept, and the chance that each contact there is planned for.

    Half of a day's slack may be spent on contacts with far less opening before their deadline than the day's
    others, whom only a peak could save; the rest goes to chance. Contacts that arrive on days without
    opening, that no seat can save, or that fall due after the horizon carry no promise.
    """
    grid, edges = work.grid, work.edges_s
    window = np.interp(edges[1:] + work.until_s, edges, open_to) - open_to[1:]
    asked = edges[1:] + work.response_h * 3600.0 <= edges[-1]
    kept = np.zeros(grid.size, dtype=np.bool_)
    chance = np.full(grid.size, share)
    for day in range(len(grid.days)):
        inside = np.flatnonzero((grid.day_of == day) & asked)
        total = float(work.volume[inside].sum())
        if total <= 0 or not work.open[grid.day_of == day].any():
            continue
        volume = work.volume[inside] / total
        hopeless = window[inside] <= 0
        slack = 1.0 - share - float(volume[hopeless].sum())
        order = np.argsort(window[inside], kind="stable")
        order = order[~hopeless[order]]
        cheap = np.cumsum(volume[order]) <= 0.5 * (slack if slack > 0 else 1.0 - share)
        cheap &= window[inside][order] < 0.5 * np.median(window[inside])
        kept[inside[order[~cheap]]] = True
        left = float(volume[order[~cheap]].sum())
        chance[inside] = share / left if left > share else share
    return kept, np.clip(chance, 0.5, SURE)


def _last_kept(work: DeferredWork, kept: NDArray[np.bool_], by: Floats) -> tuple[Floats, Ints]:
    """Return the latest kept arrival, seconds and interval, that must be begun by each instant (-1: none)."""
    moment = np.clip(by - work.until_s, 0.0, work.edges_s[-1])
    i = np.minimum(np.ceil(moment / work.step_s).astype(np.int64) - 1, work.grid.size - 1)
    latest = np.append(-1, np.maximum.accumulate(np.where(kept, np.arange(kept.size), -1)))
    at = latest[i + 1]
    return np.minimum(moment, (at + 1) * work.step_s), np.where(by > work.until_s, at, -1)


def deferred_requirement(work: DeferredWork, share: float, *, variation: float = 0.95) -> Floats:
    """Place deferred work so that it meets its deadlines with the lowest level of agents.

    Parameters
    ----------
    work : DeferredWork
    share : float
        Least share to be completed within the response time, by day of arrival.
    variation : float
        Coefficient of variation of handle times, for the reserve.

    Returns
    -------
    float array, shape (intervals,)
        Average agents, 0 outside opening.

    Raises
    ------
    ValueError
        If the share or the variation makes no sense.

    Notes
    -----
    1. Work done by t must not exceed what has arrived (U), and must reach what arrived by t less the
       response time and the handling itself (L). Deadlines that fall while closed count at the closing.
    2. Arrivals and handle times are random: L is raised by z standard deviations of the work it holds, so
       that a contact at its deadline is done with the chance that the target's share asks for.
    3. Between L and U, over opening time, the shortest path (a taut string) has the lowest peak, and the
       lowest variance, of all. It ends with what falls due inside the horizon.
    4. The backlog comes first in the line; its own deadlines are kept as far as the peak of the others allows.
    5. A reserve cannot be worked before it arrives. So every stretch of opening must be able to carry the
       mean and z standard deviations of the work that arrives and falls due in it, and at least one whole
       contact; where it cannot, its lowest intervals are raised.
    """
    check_share(share=share)
    check_amounts(variation=variation)
    slots = np.flatnonzero(work.open)
    agents = np.zeros(work.grid.size)
    arrived = work.arrived_s
    if not slots.size or arrived[-1] <= 0:
        return agents
    edges, ends = work.edges_s, slots + 1
    open_to = np.append(0.0, np.cumsum(np.where(work.open, work.step_s, 0.0)))
    # A deadline inside a closed stretch counts at its beginning.
    by = np.append(edges[slots[1:]], edges[-1])
    kept, chance = _promised(work, share, open_to)
    moment, last = _last_kept(work, kept, by)
    variance = np.append(0.0, np.cumsum(work.volume * work.effort_s**2)) * (1.0 + variation**2)
    needed = np.where(last >= 0, np.interp(moment, edges, arrived), 0.0)
    spread = np.where(last >= 0, np.interp(moment, edges, variance), 0.0)
    deviations = np.array([NormalDist().inv_cdf(chance[i]) if i >= 0 else 0.0 for i in last])
    x = np.append(0.0, open_to[ends])
    high = arrived[np.append(0, ends)]
    low = np.append(0.0, np.maximum.accumulate(needed + deviations * np.sqrt(spread)))
    slopes = _taut_string(x, np.minimum(low, high), high)
    if work.backlog > 0:
        response = work.response_h * 3600.0
        aged = arrived[0] * np.clip((by + response - work.until_s) / response, 0.0, 1.0)
        low[1:] = np.maximum(low[1:], np.minimum(aged, slopes.max() * x[1:]))
        slopes = _taut_string(x, np.minimum(low, high), high)
    before = np.append(0, ends[:-1])
    came = arrived[before]
    came[0] = 0.0
    effort = work.effort_s[np.maximum(last, 0)]
    _lift(slopes, work.step_s, needed, spread, deviations, came, variance[before], effort)
    agents[slots] = slopes
    return agents
