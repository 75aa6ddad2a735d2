"""Handle times of the reference centre."""

from __future__ import annotations

import numpy as np

from domain.history import Floats, Ints
from planning.reference import parameters as case

SHORTEST_S = 40.0
"""No contact of the reference centre takes less."""


def mean_handle_time(mean_s: Floats, contacts: Ints, rng: np.random.Generator) -> Floats:
    """Draw the mean of so many handle times.

    Parameters
    ----------
    mean_s : float array
        Expected handle time.
    contacts : int array
        How many each mean is over; 0 is taken for 1.
    rng : Generator

    Notes
    -----
    One handle time is lognormal; the mean of n is drawn from the lognormal with the same mean and variance
    (Fenton, 1960, for sums), which is exact for n = 1.
    """
    squared = np.log1p(case.HANDLE_CV**2 / np.maximum(contacts, 1))
    draw = np.exp(np.sqrt(squared) * rng.standard_normal(contacts.shape) - squared / 2)
    return np.asarray(np.maximum(mean_s * draw, SHORTEST_S), dtype=np.float64)
