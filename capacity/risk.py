"""Uncertain volume: how much more than the forecast is planned for, so that targets hold on the mean or most days."""

from __future__ import annotations

from typing import Literal

import numpy as np

from capacity.interval import interval_service
from capacity.requirement import agents_for
from capacity.targets import UNSTATED_WITHIN_S, interval_limits
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.queues import Queue

Risk = Literal["mean"] | float

NODES = 9
"""Days of equal chance by which a distribution of busyness is stood for."""

LEAST, MOST = 0.7, 5.0
"""Bounds on the allowance."""

HALVINGS = 16

LONGEST_WAIT_S = 7200.0
"""A wait without bound, on a day on which more comes than can be served, counts as this long."""


def allowance(
    centre: Centre, grid: IntervalGrid, volume: Floats, aht_s: Floats, paths: Floats, mean: Floats, risk: Risk
) -> Floats:
    """Return by what volume is multiplied to plan for uncertain days, shape (queues, days).

    Parameters
    ----------
    centre : Centre
    grid : IntervalGrid
    volume, aht_s : float arrays, shape (queues, intervals)
        What is planned for.
    paths : float array, shape (scenarios, queues, intervals)
        Mean volumes of possible horizons, from `forecasting.scenarios`.
    mean : float array, shape (queues, intervals)
        The forecast's mean; where all paths equal it the volume is known, and the allowance is 1.
    risk : {"mean"} or float
        Keep the targets for the contact-weighted mean over scenarios, or on this share of days.

    Notes
    -----
    A share of days is a quantile of a day's busyness (its volume over the forecast's), since every measure worsens with
    volume; how busy intervals lie within the day is left aside, which makes it a little short. For the mean, seats that
    meet every target at the allowance times the volume are tried (halving) until the mean over nine equally likely
    volumes of every interval meets what the seats of the forecast alone would have met were it exact: an interval a
    fifth busier costs more service than one a fifth quieter gives back. Under ``"mean"`` deferred work is planned for
    its mean: its deadline evens days out.
    """
    if risk != "mean":
        found = np.quantile(day_factors(paths, mean, grid.day_of), float(risk), axis=0)
        return np.asarray(np.clip(np.where(volume.sum(axis=1)[:, None] > 0, found, 1.0), LEAST, MOST))
    result = np.ones((len(centre.queues), len(grid.days)))
    for q, queue in enumerate(centre.queues):
        nodes = _nodes(paths[:, q], mean[q])
        if not queue.deferred and interval_limits(queue).given and np.ptp(nodes) > 1e-9:
            result[q] = _mean_allowance(queue, grid, volume[q], aht_s[q], nodes)
    return result


def day_factors(paths: Floats, mean: Floats, day_of: Ints) -> Floats:
    """Return how busy each day is against its forecast, shape (scenarios, queues, days); arguments as `allowance`."""
    days = int(day_of.max()) + 1 if len(day_of) else 0
    member = (day_of[:, None] == np.arange(days)).astype(np.float64)
    came, usual = paths @ member, mean @ member
    return np.asarray(np.divide(came, usual[None], out=np.ones_like(came), where=usual[None] > 0))


def _nodes(paths: Floats, mean: Floats) -> Floats:
    """Return equally likely factors on each interval's volume, mean 1 and the paths' variance, shape (NODES, any)."""
    factor = np.divide(paths, mean[None], out=np.ones_like(paths), where=mean[None] > 0)
    nodes = np.quantile(factor, (np.arange(NODES) + 0.5) / NODES, axis=0) - 1.0
    nodes -= nodes.mean(axis=0)
    spread = np.sqrt((nodes**2).mean(axis=0))
    wider = np.divide(factor.std(axis=0), spread, out=np.ones_like(spread), where=spread > 1e-12)
    return np.asarray(np.maximum(1.0 + nodes * wider, 0.0))


def _mean_allowance(queue: Queue, grid: IntervalGrid, volume: Floats, aht_s: Floats, nodes: Floats) -> Floats:
    """Return the allowance of each day for one live queue."""
    days, day_of = len(grid.days), grid.day_of

    def seats(times: Floats) -> Floats:
        return agents_for(queue, grid, volume * times[day_of], aht_s)

    asked = _worst(queue, grid, volume, aht_s, seats(np.ones(days)), np.ones((1, grid.size)))
    low, high = np.full(days, LEAST), np.full(days, MOST)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        found = _worst(queue, grid, volume, aht_s, seats(middle), nodes)
        kept = np.all(found <= np.maximum(asked, 0.0) + 1e-9, axis=0)
        high, low = np.where(kept, middle, high), np.where(kept, low, middle)
    came = np.bincount(day_of, volume, minlength=days) > 0
    return np.where(came, np.maximum(high, 1.0), 1.0)


def _worst(queue: Queue, grid: IntervalGrid, volume: Floats, aht_s: Floats, seats: Floats, nodes: Floats) -> Floats:
    """Return what each target is exceeded by on each day, over days of equal chance, shape (targets, days)."""
    limits = interval_limits(queue)
    days, day_of = len(grid.days), grid.day_of
    withins = [within for within, _ in limits.service_levels] or [UNSTATED_WITHIN_S]
    sums = np.zeros((3 + len(withins), days))
    contacts = np.zeros(days)
    duty = np.zeros(days)
    for factor in nodes:
        came = volume * factor
        for k, within in enumerate(withins):
            found = interval_service(
                came * (60.0 / grid.step_minutes),
                aht_s,
                seats,
                patience_s=queue.patience_s,
                within_s=within,
                concurrency=queue.concurrency,
                slowdown=queue.slowdowns(),
            )
            sums[3 + k] += np.bincount(day_of, came * np.nan_to_num(found.service_level), minlength=days)
            if k == 0:
                wait = np.minimum(np.nan_to_num(found.mean_wait_s, posinf=LONGEST_WAIT_S), LONGEST_WAIT_S)
                sums[0] += np.bincount(day_of, came * wait, minlength=days)
                sums[1] += np.bincount(day_of, came * np.nan_to_num(found.abandonment), minlength=days)
                sums[2] += np.bincount(day_of, seats * np.nan_to_num(found.occupancy), minlength=days)
        contacts += np.bincount(day_of, came, minlength=days)
        duty += np.bincount(day_of, seats, minlength=days)
    weight = np.maximum(contacts, 1e-12)
    beyond = [
        sums[0] / weight / limits.mean_wait_s - 1.0,
        sums[1] / weight - limits.abandonment,
        sums[2] / np.maximum(duty, 1e-12) - limits.occupancy,
    ]
    beyond += [share - sums[3 + k] / weight for k, (_, share) in enumerate(limits.service_levels)]
    return np.array(beyond)
