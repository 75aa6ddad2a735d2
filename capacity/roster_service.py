"""The service of a roster by formula: an answer in milliseconds, to be corrected by a simulation of the same roster."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from capacity.deferred import DeferredWork, in_time
from capacity.interval import IntervalService, interval_service
from capacity.live_lines import line_of
from capacity.targets import UNSTATED_WITHIN_S, interval_limits
from capacity.team_seats import OnDuty, TeamSeats, team_seats
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.queues import Queue

FULL = 0.97
"""Where customers never leave, a line busier than this is taken to be as busy as this, and its growth as a fluid."""

PIECES = 10
"""Parts of an interval in which a line that outgrows its service is followed."""

LIVE_RATES = ("mean_wait_s", "service_level", "abandonment", "occupancy")
"""Measures of queues whose customers wait, by their line."""

NO_FIT: Mapping[str, Floats] = MappingProxyType({})

RATES: tuple[str, ...] = ("mean_wait_s", "service_level", "abandonment", "fcr", "occupancy", "share")


@dataclass(frozen=True)
class Need:
    """What comes to the queues; arrays have shape (queues, intervals).

    Attributes
    ----------
    grid : IntervalGrid
    volume, aht_s : float arrays
    worked : bool array
        Intervals in which each queue is served.
    backlog : mapping of queue to float
        Deferred contacts that are there at the start.
    """

    grid: IntervalGrid
    volume: Floats
    aht_s: Floats
    worked: NDArray[np.bool_]
    backlog: Mapping[str, float]

    def load(self, queues: Sequence[Queue]) -> Floats:
        """Return the agents' work that arrives, average agents at full concurrency, shape (queues, intervals)."""
        effort = np.array([q.slowdowns()[-1] / q.concurrency for q in queues])
        work = self.volume * np.nan_to_num(self.aht_s) * effort[:, None]
        return np.asarray(work / (60.0 * self.grid.step_minutes))

    def only(self, q: int) -> Need:
        """Return what comes to one queue."""
        one = slice(q, q + 1)
        return replace(self, volume=self.volume[one], aht_s=self.aht_s[one], worked=self.worked[one])


@dataclass(frozen=True)
class RosterService:
    """Expected service by queue and interval; arrays have shape (queues, intervals), NaN where nothing tells.

    Attributes
    ----------
    offered : float array
    seats : float array
        Average agents that each queue has of the people on duty.
    mean_wait_s, service_level, abandonment, fcr, occupancy, share : float arrays
    """

    offered: Floats
    seats: Floats
    mean_wait_s: Floats
    service_level: Floats
    abandonment: Floats
    fcr: Floats
    occupancy: Floats
    share: Floats

    def value(self, measure: str, queues: Ints, intervals: Ints) -> float:
        """Return a measure over some queues and intervals as the ratio of sums; NaN where it does not apply."""
        cells = np.ix_(queues, intervals)
        if measure == "offered":
            return float(self.offered[cells].sum())
        figures = getattr(self, measure)[cells]
        if measure == "occupancy":
            weight = self.seats[cells]
        elif measure == "fcr":
            weight = self.offered[cells] * (1.0 - np.nan_to_num(self.abandonment[cells]))
        else:
            weight = self.offered[cells]
        known = np.isfinite(figures) & (weight > 0)
        total = float(weight[known].sum())
        return float((figures[known] * weight[known]).sum() / total) if total > 0 else float("nan")


def roster_service(
    centre: Centre,
    duty: OnDuty,
    need: Need,
    efficiency: Mapping[str, Floats] = NO_FIT,
    *,
    wanted: Collection[str] = RATES,
    team: TeamSeats | None = None,
) -> RosterService:
    """Return the service that people on duty give, interval by interval.

    Parameters
    ----------
    centre : Centre
    duty : OnDuty
    need : Need
    efficiency : mapping of measure to float array, shape (queues, intervals), optional
        What seats are worth in each queue against the formula, by the measure that is asked; see `planning.whatif`.
    wanted : collection of str
        Measures that are worked out; the others are NaN.
    team : TeamSeats, optional
        How the people share their time among live queues, where that is known.

    Returns
    -------
    RosterService

    Notes
    -----
    Live queues first (`team_seats`; M/M/n+M or M/M/n of `capacity.interval`, in a line as large as the people shared
    make it); deferred work gets the time that they leave, first in first out. FCR is that of the people's time.
    """
    queues = centre.queues
    live = np.array([not queue.deferred for queue in queues], dtype=np.bool_)
    load = need.load(queues)
    if team is None:
        team = live_seats(duty, load, live)
    later = bool((~live).any()) and ("share" in wanted or "fcr" in wanted or "occupancy" in wanted)
    lines = [rate for rate in LIVE_RATES if rate in wanted or (rate == "abandonment" and (later or "fcr" in wanted))]
    found = live_lines(centre, need, team, efficiency, lines)
    share = np.full_like(load, np.nan)
    seats, fcr = np.where(live[:, None], team.seats, 0.0), np.where(live[:, None], team.fcr, np.nan)
    if later:
        served = load * (1.0 - np.nan_to_num(found["abandonment"]))
        busy = np.minimum(np.divide(served, team.seats, out=np.zeros_like(load), where=team.seats > 0), 1.0)
        left = duty.time * (1.0 - (team.part * busy.T[duty.interval]).sum(axis=1))
        spread = np.where(live[:, None], 0.0, np.repeat(load.mean(axis=1, keepdims=True), need.grid.size, axis=1))
        rest = team_seats(duty, spread, ~live, np.maximum(left, 0.0))
        for q in np.flatnonzero(~live).tolist():
            share[q] = _deferred(queues[q], need, q, rest.seats[q])
        seats, fcr = np.where(live[:, None], seats, rest.seats), np.where(live[:, None], fcr, rest.fcr)
    return RosterService(offered=need.volume, seats=seats, fcr=fcr, share=share, **found)


def live_seats(duty: OnDuty, load: Floats, live: NDArray[np.bool_]) -> TeamSeats:
    """Share out people's time among live queues."""
    return team_seats(duty, np.where(live[:, None], load, 0.0), live)


def live_lines(
    centre: Centre, need: Need, team: TeamSeats, worth: Mapping[str, Floats], wanted: Sequence[str] = LIVE_RATES
) -> dict[str, Floats]:
    """Return the measures wanted of live queues, shape (queues, intervals), as `live_line` gives each; else NaN."""
    found = {measure: np.full_like(need.volume, np.nan) for measure in LIVE_RATES}
    for q, queue in enumerate(centre.queues):
        if queue.deferred:
            continue
        if queue.patience_s is None:
            part = centre.model_copy(update={"queues": (queue,)})
            one, alone = need.only(q), team.only(q)
            told = {
                measure: live_line(part, one, alone, measure, worth[measure][q : q + 1] if measure in worth else None)[
                    0
                ]
                for measure in wanted
            }
        else:
            rate = need.volume[q] * (60.0 / need.grid.step_minutes) * team.pooling[q]
            seats = np.where(need.worked[q], team.seats[q], 0.0) * team.pooling[q]
            told = line_of(queue, q, rate, need.aht_s[q], team, seats, threshold(queue), worth, wanted)
            # who waits for contacts that never come is on duty all the same
            if "occupancy" in told:
                told["occupancy"][(need.volume[q] <= 0) & (team.seats[q] > 0)] = 0.0
        for measure, figures in told.items():
            found[measure][q] = figures
    return found


def live_line(centre: Centre, need: Need, team: TeamSeats, measure: str, worth: Floats | None) -> Floats:
    """Return one measure of every live queue, shape (queues, intervals); NaN for deferred work."""
    found = np.full_like(need.volume, np.nan)
    for q, queue in enumerate(centre.queues):
        if not queue.deferred:
            usual = 1.0 if worth is None else worth[q]
            fewer = np.maximum(1.0 - team.spread[q], 0.0)
            ends = [getattr(_line(queue, need, q, team, usual * seats), measure) for seats in (fewer, 2.0 - fewer)]
            found[q] = 0.5 * (ends[0] + ends[1])
            if measure == "occupancy":  # who waits for contacts that never come is on duty all the same
                found[q][(need.volume[q] <= 0) & (team.seats[q] > 0)] = 0.0
    return found


def _line(queue: Queue, need: Need, q: int, team: TeamSeats, worth: Floats | float) -> IntervalService:
    """Return the service of one live queue in the line that its people make."""
    rate = need.volume[q] * (60.0 / need.grid.step_minutes) * team.pooling[q]
    seats = np.where(need.worked[q], team.seats[q], 0.0) * worth * team.pooling[q]
    within = threshold(queue)
    served = partial(interval_service, within_s=within, concurrency=queue.concurrency, slowdown=queue.slowdowns())
    if queue.patience_s is not None:
        return served(rate, need.aht_s[q], seats, patience_s=queue.patience_s)
    most = FULL * seats * 3600.0 * queue.concurrency / (np.nan_to_num(need.aht_s[q], nan=1.0) * queue.slowdowns()[-1])
    found = served(np.minimum(rate, np.maximum(most, 1e-9)), need.aht_s[q], seats)
    late = fluid_wait(rate, most, 60.0 * need.grid.step_minutes)
    asked = need.volume[q] > 0
    wait = np.where(asked, np.nan_to_num(found.mean_wait_s, posinf=0.0) + late, np.nan)
    level = np.where(late > within, 0.0, found.service_level)
    return IntervalService(wait, level, found.abandonment, found.occupancy, found.wait_probability)


def threshold(queue: Queue) -> float:
    """Return the seconds at which a queue's service level is told."""
    limits = interval_limits(queue)
    return limits.service_levels[0][0] if limits.service_levels else UNSTATED_WITHIN_S


def fluid_wait(rate_per_h: Floats, capacity_per_h: Floats, step_s: float) -> Floats:
    """Return how long contacts of each interval wait because earlier ones were more than could be served, seconds.

    Parameters
    ----------
    rate_per_h, capacity_per_h : float arrays, shape (intervals,)
    step_s : float

    Notes
    -----
    First in first out, as a fluid: a contact that comes in the middle of an interval waits until as much has been
    served as had come by then; what is never served waits until the horizon ends.
    """
    rate, can = (np.repeat(values, PIECES) * step_s / PIECES / 3600.0 for values in (rate_per_h, capacity_per_h))
    edges = np.arange(len(rate) + 1) * step_s / PIECES
    arrived = np.concatenate([[0.0], np.cumsum(rate)])
    served = np.zeros_like(arrived)
    for i in range(len(can)):
        served[i + 1] = min(served[i] + can[i], arrived[i + 1])
    middle, place = 0.5 * (edges[1:] + edges[:-1]), 0.5 * (arrived[1:] + arrived[:-1])
    rising = np.concatenate([[True], np.diff(served) > 0])
    begun = np.interp(place, served[rising], edges[rising], right=edges[-1])
    behind = arrived - served
    queued = (behind[1:] > 1e-9) & (behind[:-1] + rate > 1e-9)
    waits = np.where(queued, np.maximum(begun - middle, 0.0), 0.0)
    return np.asarray(waits.reshape(-1, PIECES).mean(axis=1))


def _deferred(queue: Queue, need: Need, q: int, seats: Floats) -> Floats:
    """Return the share of each interval's contacts done in time."""
    hours = [target.response_h for target in queue.targets if target.response_h is not None]
    if not hours:
        return np.full(need.grid.size, np.nan)
    backlog = need.backlog.get(queue.id, 0.0)
    work = DeferredWork.of_queue(queue, need.grid, need.volume[q], need.aht_s[q], need.worked[q], hours[0], backlog)
    return in_time(work, seats)
