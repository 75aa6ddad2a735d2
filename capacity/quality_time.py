"""Quality-weighted time: what a contact that is resolved, and resolved well, takes.

Bare handle time praises whoever hangs up first. Here a contact counts only as far as it resolves its issue and as its
quality goes, so that more time which resolves more is no fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.handle_factors import NORMAL_95, factor_estimates, handle_times
from capacity.record import Record
from capacity.resolution import Resolution
from capacity.scorecard import Kpi
from domain.history import Floats

UNLIMITED = (0.01, 100.0)


@dataclass(frozen=True)
class QualityTime:
    """Seconds a quality-weighted resolved contact with its 95 % interval; shape (agents, queues), NaN where unknown."""

    seconds: Floats
    low: Floats
    high: Floats


def quality_time(record: Record, found: Resolution, kpis: Sequence[Kpi]) -> QualityTime:
    """Return the expected handle time over the share resolved times quality / 100.

    Parameters
    ----------
    record : Record
    found : Resolution
        The agents' own, not their level's.
    kpis : sequence of Kpi
        Quality is taken from here: the queue's mean for those without a check, 1 where nobody has one.

    Notes
    -----
    ``aht x aht_factor / (fcr x quality / 100)``, all shrunk, the factor without ``factor_limits``. An issue is resolved
    after 1 / FCR contacts on average where each attempt succeeds alike, so without quality this is the handle time of a
    resolved issue. The interval adds relative variances (delta method); errors of speed, FCR and quality are taken as
    independent.
    """
    times = handle_times(record)
    nothing = np.full(record.shape, np.nan)
    if times is None:
        return QualityTime(nothing, nothing, nothing)
    factors = factor_estimates(record, UNLIMITED)
    contacts = times.count.sum(axis=0)
    mean = np.nansum(times.mean * times.count, axis=0) / np.where(contacts > 0, contacts, np.nan)
    quality, quality_error = _quality(record, kpis, times.count)
    seconds = mean * factors.factor / (found.fcr * quality)
    speed_error = np.log(factors.high / factors.low) / (2 * NORMAL_95)
    error = np.sqrt(speed_error**2 + found.variance / found.fcr**2 + quality_error**2)
    return QualityTime(seconds, seconds * np.exp(-NORMAL_95 * error), seconds * np.exp(NORMAL_95 * error))


def _quality(record: Record, kpis: Sequence[Kpi], count: Floats) -> tuple[Floats, Floats]:
    """Return quality as a share and its relative error."""
    checked = next((kpi for kpi in kpis if kpi.name == "quality"), None)
    if checked is None:
        return np.ones(record.shape), np.zeros(record.shape)
    known = np.isfinite(checked.value)
    weight = np.where(known, count + 1e-9, 0.0)
    mean = (weight * np.where(known, checked.value, 0.0)).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-300)
    value = np.maximum(np.where(known, checked.value, mean), 1.0)
    spread = np.sqrt(np.where(known, checked.variance, np.nanmean(checked.variance)))
    return value / 100, spread / value
