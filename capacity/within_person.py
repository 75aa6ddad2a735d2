"""A person's weeks against their own usual ones: satisfaction and the KPIs, queue by queue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capacity.record import Record
from domain.history import Floats, Ints

LEAST_SPREAD = 1e-6

FEWEST_DAYS = 30
"""Degrees of freedom that the noise of a check is found from."""


@dataclass(frozen=True)
class Weeks:
    """Deviations from the own mean on the queue, a row per person, queue and week.

    Attributes
    ----------
    person : int array
    outcome : float array
        Satisfaction, 0..100.
    weight : float array
        Ratings behind it.
    kpis : tuple of str
        Names of the columns of ``value``.
    value : float array, shape (rows, KPIs)
        Quality, resolution and teamwork on 0..100; times as log x 100, so in per cent.
    """

    person: Ints
    outcome: Floats
    weight: Floats
    kpis: tuple[str, ...]
    value: Floats


def within_weeks(record: Record) -> Weeks:
    """Return everyone's weeks with satisfaction and every KPI that most of them have.

    Quality is checked on a few other contacts, so its deviations are drawn to zero by their reliability: as far as the
    checks of one week differ among themselves from day to day. Where weeks have one row each, that cannot be told.
    """
    rows = record.rows
    nothing = Weeks(np.empty(0, np.int64), np.empty(0), np.empty(0), (), np.empty((0, 0)))
    if rows is None or not len(rows):
        return nothing
    week = (rows.date - rows.date.min()).astype("timedelta64[D]").astype(np.int64) // 7
    key = (record.row_agent * len(record.queues) + record.row_queue) * (int(week.max()) + 1) + week
    cells, cell = np.unique(key, return_inverse=True)
    pair = cells // (int(week.max()) + 1)

    def mean(total: Floats, count: Floats) -> tuple[Floats, Floats]:
        known = np.isfinite(total) & np.isfinite(count) & (np.nan_to_num(count) > 0)
        n = np.bincount(cell[known], count[known], minlength=len(cells))
        summed = np.bincount(cell[known], total[known], minlength=len(cells))
        return np.divide(summed, n, out=np.full(len(cells), np.nan), where=n > 0), n.astype(np.float64)

    outcome, ratings = mean(rows.csat_sum, rows.csat_count)
    days = np.where(np.isfinite(rows.teamwork), 1.0, np.nan)
    solved, _ = mean(np.minimum(rows.resolved, rows.handled), rows.handled)
    quality, checks = mean(rows.quality_sum, rows.quality_count)
    with np.errstate(divide="ignore", invalid="ignore"):
        handle, response = (100 * np.log(mean(t, rows.handled)[0]) for t in (rows.handle_time_s, rows.first_response_s))
    table = {
        "quality": quality,
        "resolution": 100 * solved,
        "teamwork": mean(rows.teamwork, days)[0],
        "handle_time": np.where(np.isfinite(handle), handle, np.nan),
        "first_response": np.where(np.isfinite(response), response, np.nan),
    }
    rated = ratings > 0
    kpis = [name for name, v in table.items() if (rated & np.isfinite(v)).sum() > 0.5 * rated.sum()]
    kept = rated & np.all([np.isfinite(table[name]) for name in kpis], axis=0) if kpis else rated
    _, group = np.unique(pair[kept], return_inverse=True)
    weight = ratings[kept]
    within = {name: _apart(table[name][kept], weight, group) for name in kpis}
    if "quality" in within:
        noise = _noise(rows.quality_sum, rows.quality_count, quality, cell)
        within["quality"] *= _reliability(within["quality"], noise / checks[kept], weight)
    kpis = [name for name in kpis if np.std(within[name]) > LEAST_SPREAD]
    value = np.stack([within[name] for name in kpis], axis=1) if kpis else np.empty((int(kept.sum()), 0))
    person = pair[kept] // len(record.queues)
    return Weeks(person, _apart(outcome[kept], weight, group), weight, tuple(kpis), value)


def _apart(value: Floats, weight: Floats, group: Ints) -> Floats:
    """Return deviations from the group's weighted mean."""
    mean = np.bincount(group, weight * value) / np.bincount(group, weight)
    return np.asarray(value - mean[group])


def _noise(total: Floats, count: Floats, mean: Floats, cell: Ints) -> float:
    """Return the variance of one check around its week's mean; 0 where too few weeks have several days."""
    known = np.isfinite(total) & np.isfinite(count) & (np.nan_to_num(count) > 0)
    freedom = int(known.sum()) - len(np.unique(cell[known]))
    if freedom < FEWEST_DAYS:
        return 0.0
    return float((count[known] * (total[known] / count[known] - mean[cell[known]]) ** 2).sum() / freedom)


def _reliability(deviation: Floats, noise: Floats, weight: Floats) -> Floats:
    """Return the share of each deviation's variance that is no sampling error, at least .05."""
    true = max(float(np.average(deviation**2 - noise, weights=weight)), 0.05 * float(np.average(noise, weights=weight)))
    return np.asarray(true / np.maximum(true + noise, 1e-12))
