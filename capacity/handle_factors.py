"""Handle-time factors: how an agent's speed on a queue compares with the queue's contact-weighted mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.mixed_effects import Spreads, shrink
from capacity.record import Measurement, Record
from domain.history import Floats

CONTACT_CV = 0.95
"""Coefficient of variation of one handle time where the data do not tell."""

TYPICAL = Spreads(queue=1.0, level=0.10, level_queue=0.05, agent=0.15, own=0.10)
"""Spreads of log handle time to expect where data are thin."""

NORMAL_95 = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""


def handle_times(record: Record) -> Measurement | None:
    """Return mean handle time per agent and queue; None without any record."""
    if record.rows is None:
        return None
    return record.measure(record.rows.handle_time_s, record.rows.handled, relative=True)


@dataclass(frozen=True)
class Factors:
    """Handle-time factors with their 95 % intervals, shape (agents, queues) each, all within ``factor_limits``."""

    factor: Floats
    low: Floats
    high: Floats


def handle_factors(record: Record, limits: tuple[float, float], by_level: bool = False) -> Floats:
    """Return the factors of :func:`factor_estimates` alone, shape (agents, queues)."""
    return factor_estimates(record, limits, by_level).factor


def factor_estimates(record: Record, limits: tuple[float, float], by_level: bool = False) -> Factors:
    """Estimate every agent's handle-time factor on every queue.

    Parameters
    ----------
    record : Record
    limits : (low, high)
        Factors lie within, and so do the ends of their intervals.
    by_level : bool
        Every agent counts as the contact-weighted average of their level, 1 where a level has no record; intervals
        are as wide as the level's are on average.

    Notes
    -----
    1. A mean of ``n`` handle times with coefficient of variation ``cv`` has a log with variance ``log(1 +
       cv²/n)``, and a mean low by half of that (exact for lognormal times to the order of their first two
       moments).
    2. The log means are shrunk (:func:`capacity.mixed_effects.shrink`).
    3. Each queue's factors are scaled so that their mean over its handled contacts is 1, limits included: so
       they multiply the handle time of a forecast, which is the mean over the same contacts. A queue
       without contacts is scaled to a plain mean of 1 over the folder's agents.
    4. The interval is normal on the log scale, of the figure less its queue's mean (weighted by seconds, since a
       small change of the log of a mean is the mean of changes weighted so): what is unknown of the queue itself
       takes no part [1]_.

    References
    ----------
    .. [1] Robinson (1991), That BLUP is a good thing: the estimation of random effects, Statistical Science 6
       (prediction error variance).
    """
    measured = handle_times(record)
    if measured is None or not np.isfinite(measured.mean).any():
        one = np.ones(record.shape)
        return _within(one, one, float(np.sqrt(TYPICAL.level**2 + TYPICAL.agent**2 + TYPICAL.own**2)), limits)
    count = measured.count
    variance = np.log1p(measured.noise(CONTACT_CV**2) / np.where(count > 0, count, np.nan))
    everyone = (np.arange(len(count)) < record.staff)[:, None]
    weight = np.where(count.sum(axis=0) > 0, count, everyone)
    seconds = np.where(count.sum(axis=0) > 0, count * np.nan_to_num(measured.mean), everyone)
    value = np.log(measured.mean) + variance / 2
    shrunk = shrink(value, variance, record.level, len(record.levels), TYPICAL, seconds)
    assert shrunk.relative is not None
    spread = np.sqrt(shrunk.relative)
    factor = np.exp(shrunk.mean - shrunk.group.mean(axis=0))
    if by_level:
        factor = _level_average(factor, np.exp(shrunk.group - shrunk.group.mean(axis=0)), count, record)
        everybody = level_average(spread, np.ones_like(count), record)
        spread = _level_average(spread, everybody, count, record)
    free = factor * scale_to_mean_one(factor, weight, limits)
    found = np.clip(free, *limits)
    if by_level:
        unknown = ~_level_known(count, record)[record.level]
        found[unknown] = free[unknown] = 1.0
    return _within(found, free, spread, limits)


def _within(factor: Floats, free: Floats, spread: Floats | float, limits: tuple[float, float]) -> Factors:
    """Return factors with the interval around what they are before limits, itself held within them."""
    low, high = (np.clip(free * np.exp(z * spread), *limits) for z in (-NORMAL_95, NORMAL_95))
    return Factors(factor, np.minimum(low, factor), np.maximum(high, factor))


def scale_to_mean_one(factor: Floats, weight: Floats, limits: tuple[float, float]) -> Floats:
    """Return what makes each column's weighted mean 1 once clipped to the limits (or as near as they allow)."""
    total = np.maximum(weight.sum(axis=0), 1e-300)
    low, high = np.full(factor.shape[1], -7.0), np.full(factor.shape[1], 7.0)
    for _ in range(60):
        middle = (low + high) / 2
        mean = (np.clip(factor * np.exp(middle), *limits) * weight).sum(axis=0) / total
        low, high = np.where(mean < 1, middle, low), np.where(mean < 1, high, middle)
    return np.asarray(np.exp((low + high) / 2))


def _level_known(count: Floats, record: Record) -> NDArray[np.bool_]:
    handled = np.bincount(record.level, count.sum(axis=1), minlength=len(record.levels))
    return np.asarray(handled > 0)


def _level_average(factor: Floats, group: Floats, count: Floats, record: Record) -> Floats:
    """Give everyone their level's contact-weighted average; on a queue new to the level, the model's mean."""
    average = level_average(factor, count, record)
    return np.asarray(np.where(np.isfinite(average), average, group)[record.level])


def level_average(value: Floats, count: Floats, record: Record) -> Floats:
    """Return each level's contact-weighted mean, shape (levels, queues); NaN without contacts."""
    member = (record.level == np.arange(len(record.levels))[:, None]).astype(float)
    contacts = member @ count
    weighed = member @ (np.nan_to_num(value) * count)
    return np.asarray(weighed / np.where(contacts > 0, contacts, np.nan))
