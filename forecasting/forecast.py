"""The forecast: expected contacts with bands, and handle time, per queue and interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.grid import IntervalGrid
from domain.history import Floats

LEVELS: tuple[float, ...] = (0.025, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.975)
"""Probabilities of the bands, in the order of ``Forecast.bands``."""

BANDS: tuple[str, ...] = ("p025", "p05", "p10", "p25", "p50", "p75", "p90", "p95", "p975")
"""Their names, as columns."""


@dataclass(frozen=True)
class Forecast:
    """Expected offered contacts as they would be observed, repeats included, at today's FCR.

    Attributes
    ----------
    grid : IntervalGrid
        The horizon, in the centre's ``interval_minutes``.
    queues : tuple of str
        The centre's queues, in its order.
    mean : float array, shape (queues, intervals)
    bands : float array, shape (levels, queues, intervals)
        Quantiles at ``LEVELS``; all equal to the mean where the volume is known.
    aht_s : float array, shape (queues, intervals)
        Handle time of one contact, elapsed; NaN where nothing tells.
    open : bool array, shape (queues, intervals)
        Intervals in which the queue takes contacts (deferred work arrives at all hours).
    """

    grid: IntervalGrid
    queues: tuple[str, ...]
    mean: Floats
    bands: Floats
    aht_s: Floats
    open: NDArray[np.bool_]

    def __post_init__(self) -> None:
        shape = (len(self.queues), self.grid.size)
        for name in ("mean", "aht_s", "open"):
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, not {shape}")
        if self.bands.shape != (len(LEVELS), *shape):
            raise ValueError(f"bands have shape {self.bands.shape}, not {(len(LEVELS), *shape)}")

    @property
    def known(self) -> bool:
        """Whether every band equals the mean, so that no uncertainty is added."""
        return bool(np.all(self.bands == self.mean[None]))
