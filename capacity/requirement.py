"""The requirement: seats each interval needs, and what they would give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.deferred import DeferredWork, deferred_requirement
from capacity.interval import interval_service
from capacity.repeats import replanned_volume
from capacity.search import Limits, seats_for
from capacity.targets import UNSTATED_WITHIN_S, interval_limits
from domain.centre import Centre
from domain.errors import InputError, Problem
from domain.grid import IntervalGrid, local_midnight, to_utc64
from domain.history import Floats
from domain.hours import window_mask
from domain.queues import Measure, Queue
from forecasting.forecast import Forecast


@dataclass(frozen=True)
class Requirement:
    """Average-agent equivalents on contact duty per queue and interval.

    All arrays have shape (queues, intervals).

    Attributes
    ----------
    grid : IntervalGrid
    queues : tuple of str
    volume : float array
        Contacts, with planned repeats and deflection.
    aht_s : float array
    agents : float array
        The least real number at which the interval alone meets every wait, service-level, abandonment and
        occupancy target, whatever the scope; shrinkage not yet added.
    scheduled_agents : float array
        ``agents`` / ((1 - absence)(1 - in_shift)).
    mean_wait_s, service_level, abandonment, occupancy : float arrays
        What ``agents`` give; NaN where nothing is offered or the measure has no bound.
    """

    grid: IntervalGrid
    queues: tuple[str, ...]
    volume: Floats
    aht_s: Floats
    agents: Floats
    scheduled_agents: Floats
    mean_wait_s: Floats
    service_level: Floats
    abandonment: Floats
    occupancy: Floats


def planned_volume(
    centre: Centre,
    forecast: Forecast,
    *,
    today_fcr: Mapping[str, float | None],
    planned_fcr: Mapping[str, float] | None = None,
) -> tuple[Floats, Floats]:
    """Return the contacts and handle times to plan for: the forecast's, with planned repeats, growth and deflection.

    Parameters
    ----------
    centre : Centre
    forecast : Forecast
    today_fcr : mapping of queue to float or None
        FCR behind the forecast; a queue's own ``fcr`` stands in where it is None or absent.
    planned_fcr : mapping of queue to float, optional
        Takes the place of a queue's ``planned_fcr``, as when a roster's expected FCR is known.

    Returns
    -------
    volume, aht_s : float arrays, shape (queues, intervals)
        Volume stays the forecast's mean where no FCR is planned, or today's is not known.

    Raises
    ------
    InputError
        If contacts are expected where neither history nor the queue tells a handle time.
    """
    planned_fcr = planned_fcr or {}
    volume, aht = forecast.mean.copy(), forecast.aht_s.copy()
    problems = []
    for q, queue in enumerate(centre.queues):
        known = aht[q][np.isfinite(aht[q]) & (aht[q] > 0)]
        spare = queue.aht_s or (float(known.mean()) if known.size else np.nan)
        aht[q] = np.where(np.isfinite(aht[q]) & (aht[q] > 0), aht[q], spare)
        if np.any((volume[q] > 0) & ~np.isfinite(aht[q])):
            expected = f"seconds a contact of queue {queue.id} takes, here or as aht_s in history"
            problems.append(Problem("centre.toml", column="queues.aht_s", expected=expected))
        today = today_fcr.get(queue.id)
        today = queue.fcr if today is None else today
        planned = planned_fcr.get(queue.id, queue.planned_fcr)
        if planned is not None and today is not None and queue.repeat_probability > 0:
            takes = np.ones_like(forecast.open[q]) if queue.deferred else forecast.open[q]
            volume[q] = replanned_volume(
                volume[q],
                takes,
                today_fcr=today,
                planned_fcr=planned,
                repeat_probability=queue.repeat_probability,
                repeat_delay_h=queue.repeat_delay_h,
                step_minutes=forecast.grid.step_minutes,
            )
        volume[q] *= planned_growth(queue, forecast.grid)
        if queue.deflection > 0:
            volume[q] *= 1.0 - queue.deflection
            aht[q] *= queue.deflected_aht_factor
    if problems:
        raise InputError(problems)
    return volume, aht


def planned_growth(queue: Queue, grid: IntervalGrid) -> Floats:
    """Return the factor of planned growth on each interval, shape (grid.size,): those of all days past multiply."""
    factor = np.ones(grid.size)
    for change in queue.growth:
        factor[grid.starts >= to_utc64(local_midnight(change.start, grid.zone))] *= change.factor
    return factor


def require(
    centre: Centre,
    forecast: Forecast,
    *,
    today_fcr: Mapping[str, float | None],
    backlog: Mapping[str, float],
    planned_fcr: Mapping[str, float] | None = None,
    worked: NDArray[np.bool_] | None = None,
) -> Requirement:
    """Turn a forecast into the agents each interval needs, and the service they would give.

    Parameters
    ----------
    centre : Centre
    forecast : Forecast
    today_fcr, planned_fcr
        As in `planned_volume`.
    backlog : mapping of queue to float
        Contacts of deferred queues that are there when the horizon starts; none where absent.
    worked : bool array, shape (queues, intervals), optional
        When deferred queues are worked; by default the queue's opening hours, where the forecast is open.

    Returns
    -------
    Requirement
        For live queues the least agents at which each interval alone meets every wait, service-level,
        abandonment and occupancy target, whatever its scope (`capacity.search`); without such targets, the
        workload. For deferred queues the level placement of `capacity.deferred` for their strictest target;
        their wait measures are NaN.
    """
    grid = forecast.grid
    volume, aht = planned_volume(centre, forecast, today_fcr=today_fcr, planned_fcr=planned_fcr)
    agents = np.zeros_like(volume)
    wait, level, lost, busy = (np.full_like(volume, np.nan) for _ in range(4))
    for q, queue in enumerate(centre.queues):
        if queue.deferred:
            hours = forecast.open[q] & window_mask(queue.open, grid) if queue.open else forecast.open[q]
            hours = hours if worked is None else worked[q]
            agents[q] = deferred_agents(queue, grid, volume[q], aht[q], hours, backlog.get(queue.id, 0.0))
            continue
        rate = volume[q] * (60.0 / grid.step_minutes)
        limits = interval_limits(queue)
        agents[q] = _seats(queue, rate, aht[q], limits)
        service = interval_service(
            rate,
            aht[q],
            agents[q],
            patience_s=queue.patience_s,
            within_s=limits.service_levels[0][0] if limits.service_levels else UNSTATED_WITHIN_S,
            concurrency=queue.concurrency,
            slowdown=queue.slowdowns(),
        )
        wait[q] = np.where(np.isfinite(service.mean_wait_s), service.mean_wait_s, np.nan)
        level[q], lost[q], busy[q] = service.service_level, service.abandonment, service.occupancy
    scheduled = agents / centre.shrinkage.kept
    return Requirement(grid, forecast.queues, volume, aht, agents, scheduled, wait, level, lost, busy)


def agents_for(queue: Queue, grid: IntervalGrid, volume: Floats, aht_s: Floats) -> Floats:
    """Return the agents that a live queue needs, shape (intervals,); arguments of that shape too."""
    return _seats(queue, volume * (60.0 / grid.step_minutes), aht_s, interval_limits(queue))


def _seats(queue: Queue, rate_per_h: Floats, aht_s: Floats, limits: Limits) -> Floats:
    return seats_for(
        rate_per_h,
        aht_s,
        limits,
        patience_s=queue.patience_s,
        concurrency=queue.concurrency,
        slowdown=queue.slowdowns(),
    )


def deferred_agents(
    queue: Queue,
    grid: IntervalGrid,
    volume: Floats,
    aht_s: Floats,
    hours: NDArray[np.bool_],
    backlog: float,
) -> Floats:
    """Return the level agents that meet each deadline of a deferred queue, the most of them where it has several.

    Parameters
    ----------
    queue : Queue
    grid : IntervalGrid
    volume, aht_s : float arrays, shape (intervals,)
    hours : bool array, shape (intervals,)
        When it is worked.
    backlog : float
        Contacts there at the start.
    """
    agents = np.zeros_like(volume)
    asked = [(t.response_h, t.share) for t in queue.targets if t.response_h is not None and t.share is not None]
    if not asked:
        # No deadline: the horizon's work, level over its opening.
        work = DeferredWork.of_queue(queue, grid, volume, aht_s, hours, 0.0, backlog)
        open_s = float(hours.sum()) * work.step_s
        return np.where(hours, work.arrived_s[-1] / open_s, 0.0) if open_s else agents
    for response_h, share in asked:
        work = DeferredWork.of_queue(queue, grid, volume, aht_s, hours, response_h, backlog)
        agents = np.maximum(agents, deferred_requirement(work, share))
    return agents


def needs_by_measure(queue: Queue, volume: Floats, aht_s: Floats, step_minutes: float) -> dict[Measure, Floats]:
    """Return the agents that each measure of a live queue alone would need.

    Parameters
    ----------
    queue : Queue
    volume, aht_s : float arrays, shape (intervals,)
    step_minutes : float

    Returns
    -------
    dict of measure to float array, shape (intervals,)
        In the order mean wait, service level, abandonment (the implied one included), occupancy; measures
        without a target are left out. The largest binds: it equals the requirement.
    """
    limits = interval_limits(queue)
    alone: dict[Measure, Limits] = {
        "mean_wait_s": Limits(mean_wait_s=limits.mean_wait_s),
        "service_level": Limits(service_levels=limits.service_levels),
        "abandonment": Limits(abandonment=limits.abandonment),
        "occupancy": Limits(occupancy=limits.occupancy),
    }
    rate = volume * (60.0 / step_minutes)
    return {measure: _seats(queue, rate, aht_s, one) for measure, one in alone.items() if one.given}
