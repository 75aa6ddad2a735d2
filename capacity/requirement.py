"""The requirement: seats each interval needs, and what they would give."""

from __future__ import annotations

from dataclasses import dataclass

from domain.grid import IntervalGrid
from domain.history import Floats


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
