"""The scorecard: quality, satisfaction, resolution and teamwork weighed into a score and a grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from capacity.mixed_effects import Spreads, shrink
from capacity.record import Measurement, Record
from capacity.resolution import Resolution, outcomes
from domain.centre import Scorecard
from domain.history import Floats

TYPICAL = Spreads(queue=5.0, level=4.0, level_queue=2.0, agent=5.0, own=4.0)
"""Spreads of a KPI of 0..100 to expect where data are thin."""

NOISE = {"quality": 15.0**2, "csat": 25.0**2, "teamwork": 10.0**2}
"""Variance of one rating to expect where data are thin."""

TO_IMPROVE = "to_improve"


@dataclass(frozen=True)
class Kpi:
    """One KPI of the scorecard, on 0..100; float arrays of shape (agents, queues).

    Attributes
    ----------
    name : str
        As in the scorecard's weights.
    count, raw : float arrays
        Ratings (or contacts, or days) on that queue and their plain mean; teamwork is one figure for all
        queues.
    noise : float array
        Variance of the plain mean around the true figure; NaN without observations.
    value, variance : float arrays
        Shrunk, and what is left unknown of it; NaN where the agent has no rating on any queue.
    personal : bool
        Whether it is one figure for all of a person's queues.
    """

    name: str
    count: Floats
    raw: Floats
    noise: Floats
    value: Floats
    variance: Floats
    personal: bool = False


def scorecard_kpis(record: Record, found: Resolution) -> tuple[Kpi, ...]:
    """Return the KPIs the record knows of."""
    rows = record.rows
    if rows is None:
        return ()
    kpis: list[Kpi] = []
    for name, total, count in (
        ("quality", rows.quality_sum, rows.quality_count),
        ("csat", rows.csat_sum, rows.csat_count),
    ):
        kpis += _rated(name, record, record.measure(total, count))
    solved = outcomes(record)
    if solved is not None and solved.count.sum() > 0:
        seen = solved.count.sum(axis=1, keepdims=True) > 0
        value, variance = np.where(seen, 100 * found.fcr, np.nan), np.where(seen, 1e4 * found.variance, np.nan)
        kpis.append(Kpi("resolution", solved.count, 100 * solved.mean, 1e4 * found.noise, value, variance))
    together = replace(record, queues=("all",), row_queue=np.zeros_like(record.row_queue))
    days = np.where(np.isfinite(rows.teamwork), 1.0, np.nan)
    for kpi in _rated("teamwork", together, together.measure(rows.teamwork, days)):
        count, raw, noise, value, variance = (
            np.repeat(column, record.shape[1], axis=1)
            for column in (kpi.count, kpi.raw, kpi.noise, kpi.value, kpi.variance)
        )
        kpis.append(Kpi(kpi.name, count, raw, noise, value, variance, personal=True))
    return tuple(kpis)


def _rated(name: str, record: Record, measured: Measurement) -> list[Kpi]:
    """Shrink one rating toward the level's mean by its number of observations."""
    if not np.isfinite(measured.mean).any():
        return []
    noise = measured.noise(NOISE[name]) / np.where(measured.count > 0, measured.count, np.nan)
    shrunk = shrink(measured.mean, noise, record.level, len(record.levels), TYPICAL)
    seen = measured.count.sum(axis=1, keepdims=True) > 0
    value = np.where(seen, np.clip(shrunk.mean, 0, 100), np.nan)
    return [Kpi(name, measured.count, measured.mean, noise, value, np.where(seen, shrunk.variance, np.nan))]


def appraise(kpis: Sequence[Kpi], scorecard: Scorecard, shape: tuple[int, int]) -> Floats:
    """Return the weighted score of every agent on every queue, shape (agents, queues).

    A KPI that is missing drops out and the other weights are rescaled to 1; NaN where none is known.
    """
    values = {kpi.name: kpi.value for kpi in kpis}
    return weighed(values, rescaled(values, scorecard, shape), shape)


def score_variance(kpis: Sequence[Kpi], scorecard: Scorecard, shape: tuple[int, int]) -> Floats:
    """Return what is left unknown of each score, KPIs being taken as independent, shape (agents, queues)."""
    weights = rescaled({kpi.name: kpi.value for kpi in kpis}, scorecard, shape)
    return weighed({kpi.name: kpi.variance for kpi in kpis}, {name: w**2 for name, w in weights.items()}, shape)


def rescaled(values: Mapping[str, Floats], scorecard: Scorecard, shape: tuple[int, int]) -> dict[str, Floats]:
    """Return each KPI's weight in each cell, those of the known ones adding to 1; NaN where none is known."""
    given = {name: np.where(np.isfinite(v), scorecard.weights.get(name, 0.0), 0.0) for name, v in values.items()}
    total = sum(given.values(), np.zeros(shape))
    return {name: np.asarray(w / np.where(total > 0, total, np.nan)) for name, w in given.items()}


def weighed(values: Mapping[str, Floats], weights: Mapping[str, Floats], shape: tuple[int, int]) -> Floats:
    """Return the sum of values times weights, NaN without any; what has no weight need not be known."""
    if not values:
        return np.full(shape, np.nan)
    terms = (np.where(weights[name] == 0, 0.0, weights[name] * values[name]) for name in values)
    return np.asarray(sum(terms, np.zeros(shape)))


def grade(score: float, scorecard: Scorecard) -> str:
    """Return the highest band the score reaches; ``to_improve`` below ``qualified``; empty for no score."""
    if not np.isfinite(score):
        return ""
    reached = [(least, name) for name, least in scorecard.grades.items() if score >= least]
    if not reached or score < scorecard.grades.get("qualified", -np.inf):
        return TO_IMPROVE
    return max(reached)[1]
