"""Long runs of one queue in its steady state, and how far formulas are from them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.capacity.team import EXPONENTIAL, WEEK, Group, always_there, label
from capacity.interval import IntervalService
from capacity.simulation import simulate
from domain.queues import Queue

MEASURES = ("service_level", "abandonment", "occupancy")
LEAST_REPLICATIONS = 20


@dataclass(frozen=True)
class Steady:
    """A queue that goes on.

    Attributes
    ----------
    value, half : dict of str to float
        Simulated measures as shares, and the half-widths of their 95 % intervals in points.
    rate_per_h : float
        Contacts that came, with those that came again.
    """

    value: dict[str, float]
    half: dict[str, float]
    rate_per_h: float

    def points(self, formula: IntervalService) -> dict[str, float]:
        """Return how far a formula is from the simulation, in points."""
        return {m: 100.0 * (float(getattr(formula, m)) - self.value[m]) for m in MEASURES}


def steady(
    queue: Queue, rate_per_h: float, handle_s: float, team: Group, seed: int, contacts: float, weeks: int = 1
) -> Steady:
    """Simulate the last of some weeks, with exponential handle times.

    Parameters
    ----------
    queue : Queue
    rate_per_h : float
        Contacts; new issues where the queue's customers return.
    handle_s : float
    team : Group
    seed : int
    contacts : float
        Of new issues, at least, in all replications of the last week.
    weeks : int
        The first begins empty: in a single one the beginning is in the figures (under .1 % of the time).
    """
    floor = always_there([queue], rate_per_h / 2, handle_s, [team], weeks * WEEK)
    report = simulate(
        *floor,
        seed=seed,
        replications=max(LEAST_REPLICATIONS, math.ceil(contacts / (rate_per_h * WEEK / 2))),
        handle_times={queue.id: handle_s * EXPONENTIAL},
        closed_loop=queue.redial_probability > 0 or queue.repeat_probability > 0,
    )
    last = label(7 * (weeks - 1))
    found = {measure: report.simulated("week", last, queue.id, measure) for measure in MEASURES}
    came = report.simulated("week", last, queue.id, "offered")[0] / (WEEK / 2)
    half = {measure: 50.0 * (high - low) for measure, (_, low, high) in found.items()}
    return Steady({measure: value for measure, (value, _, _) in found.items()}, half, came)


def worst(points: Iterable[dict[str, float]]) -> dict[str, float]:
    """Return the largest difference of each measure, whatever its sign."""
    each = list(points)
    return {m: float(np.max(np.abs([one[m] for one in each]))) for m in MEASURES}


def told(points: dict[str, float]) -> str:
    """Say the differences of each measure."""
    return ", ".join(f"{measure.replace('_', ' ')} {value:.2f}" for measure, value in points.items())
