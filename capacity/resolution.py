"""Resolution: the chance that a contact resolves its issue, by agent and queue, and each queue's FCR."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import betaincinv

from capacity.handle_factors import level_average
from capacity.mixed_effects import Spreads, shrink
from capacity.record import Measurement, Record, performance_record
from domain.folder import PlanningFolder
from domain.history import Floats

TYPICAL = Spreads(queue=0.15, level=0.08, level_queue=0.04, agent=0.06, own=0.06)
"""Spreads of FCR to expect where data are thin."""

EDGE = 0.005
"""Estimates stay this far from 0 and 1: nobody's record proves that they always, or never, resolve."""


@dataclass(frozen=True)
class Resolution:
    """FCR with its 95 % interval; arrays of shape (agents, queues), NaN where nothing tells.

    Attributes
    ----------
    fcr, low, high : float arrays
    variance : float array
        Of the true FCR given all the data.
    noise : float array
        Variance of the plain share around the true FCR; NaN without outcomes.
    """

    fcr: Floats
    low: Floats
    high: Floats
    variance: Floats
    noise: Floats


def outcomes(record: Record) -> Measurement | None:
    """Return the share resolved per agent and queue, of handled contacts whose outcome is given."""
    if record.rows is None:
        return None
    rows = record.rows
    return record.measure(np.minimum(rows.resolved, rows.handled), rows.handled)


def today_fcr(folder: PlanningFolder, before: date) -> dict[str, float | None]:
    """Return each queue's resolved / handled where outcomes are given, else its key, else None."""
    measured = outcomes(performance_record(folder, before))
    found: dict[str, float | None] = {}
    for k, queue in enumerate(folder.centre.queues):
        found[queue.id] = queue.fcr
        if measured is not None and measured.count[:, k].sum() > 0:
            count = measured.count[:, k]
            found[queue.id] = float(np.nansum(measured.mean[:, k] * count) / count.sum())
    return found


def resolution(record: Record, stated: Floats) -> Resolution:
    """Estimate everyone's FCR on every queue.

    Parameters
    ----------
    record : Record
    stated : float array, shape (queues,)
        The queue's own ``fcr`` key, for queues whose outcomes nobody logged; NaN where there is none.

    Notes
    -----
    1. A share of ``n`` outcomes around ``p`` has variance ``phi p (1 - p) / n``; ``phi`` >= 1 is what an
       agent's days differ beyond chance. ``p`` starts as the queue's share, then is the shrunk estimate
       itself.
    2. Shares are shrunk (:func:`capacity.mixed_effects.shrink`). With one level and queue this is the
       posterior mean of the beta-binomial model.
    3. Intervals are those of the beta distribution with the estimate's mean and variance.
    """
    measured = outcomes(record)
    known = np.zeros(record.shape[1], dtype=bool) if measured is None else measured.count.sum(axis=0) > 0
    if measured is None or not known.any():
        base = np.broadcast_to(stated, record.shape)
        variance = np.full(record.shape, TYPICAL.level**2 + TYPICAL.agent**2 + TYPICAL.own**2)
        return _with_interval(base, variance, np.full(record.shape, np.nan))
    count = np.where(measured.count > 0, measured.count, np.nan)
    pooled = (np.nansum(measured.mean * count, axis=0) + 1) / (np.nansum(count, axis=0) + 2)
    chance = np.broadcast_to(pooled, record.shape)
    phi = _overdispersion(measured, pooled)
    for _ in range(2):
        noise = phi * chance * (1 - chance) / count
        shrunk = shrink(measured.mean, noise, record.level, len(record.levels), TYPICAL)
        chance = np.clip(shrunk.mean, 0.05, 0.95)
    apart = shrunk.mean - shrunk.group.mean(axis=0) + stated
    return _with_interval(np.where(known, shrunk.mean, apart), shrunk.variance, noise)


def by_level(found: Resolution, record: Record) -> Resolution:
    """Give everyone their level's average: weighted by contacts, the plain one where there are none."""
    measured = outcomes(record)
    count = np.zeros(record.shape) if measured is None else measured.count
    everyone = np.isfinite(found.fcr).astype(float)

    def average(values: Floats) -> Floats:
        weighted = level_average(values, count, record)
        plain = level_average(values, everyone, record)
        return np.asarray(np.where(np.isfinite(weighted), weighted, plain)[record.level])

    return Resolution(average(found.fcr), average(found.low), average(found.high), average(found.variance), found.noise)


def _overdispersion(measured: Measurement, pooled: Floats) -> float:
    """Return how much more an agent's days differ than by chance, at least 1; 20 days' weight on 1."""
    chance = (measured.freedom * pooled * (1 - pooled)).sum()
    extra = 20 * float(np.mean(pooled * (1 - pooled)))
    return max(1.0, float((measured.spread.sum() + extra) / (chance + extra)))


def _with_interval(mean: Floats, variance: Floats, noise: Floats) -> Resolution:
    """Return estimates with the central 95 % of the beta distribution of that mean and variance."""
    fcr = np.clip(mean, EDGE, 1 - EDGE)
    strength = np.maximum(fcr * (1 - fcr) / np.maximum(variance, 1e-12) - 1, 2.0)
    alpha, beta = fcr * strength, (1 - fcr) * strength
    low, high = betaincinv(alpha, beta, 0.025), betaincinv(alpha, beta, 0.975)
    return Resolution(fcr, np.minimum(low, fcr), np.maximum(high, fcr), variance, noise)
