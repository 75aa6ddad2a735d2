"""One live queue in many worlds at once: its days' waits, service levels and losses, people's time shared as before."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.interval import service
from domain.history import Floats, Ints


@njit(cache=True, nogil=True, error_model="numpy")
def days_of_line(
    factors: Floats,
    offered: Floats,
    rate: Floats,
    aht: Floats,
    seats: Floats,
    fewer: Floats,
    worths: Floats,
    places: NDArray[np.int64],
    day_of: Ints,
    days: int,
    patience: float,
    within: float,
    speeds: Floats,
) -> tuple[Floats, Floats]:
    """Add up each measure, times what is offered, by day; and what is offered where it is known.

    Parameters
    ----------
    factors : float array, shape (worlds, 3)
        On volume, handle time and patience.
    offered, rate, aht, seats, fewer : float arrays, shape (intervals,)
        Contacts; contacts an hour of the whole line, handle time in seconds, seats of the line and how many fewer of
        them chance absence may leave, as a share: see `capacity.live_lines.line_of`.
    worths : float array, shape (measures, intervals)
        What a seat is worth for each measure.
    places : int array, shape (measures,)
        Where `capacity.interval.service` tells them: 1 wait, 2 abandonment, 3 service level.
    day_of : int array, shape (intervals,)
    days : int
    patience, within : float
        Seconds.
    speeds : float array
        From `capacity.chat.agent_speeds`.

    Returns
    -------
    tuple of float arrays, shape (worlds, measures, days)
    """
    worlds, measures = factors.shape[0], worths.shape[0]
    above, below = np.zeros((worlds, measures, days)), np.zeros((worlds, measures, days))
    for w in range(worlds):
        for i in range(rate.size):
            arrivals = rate[i] * factors[w, 0]
            lasts = aht[i] * factors[w, 1]
            weight = offered[i] * factors[w, 0]
            if not (0.0 < arrivals < math.inf and 0.0 < lasts < math.inf and weight > 0.0):
                continue
            for m in range(measures):
                total = 0.0
                for end in (fewer[i], 2.0 - fewer[i]):
                    told = service(
                        arrivals / 3600.0,
                        lasts,
                        end * worths[m, i] * seats[i],
                        patience * factors[w, 2],
                        within,
                        speeds,
                        False,
                    )
                    total += told[1] if places[m] == 1 else (told[2] if places[m] == 2 else told[3])
                if total < math.inf:
                    above[w, m, day_of[i]] += 0.5 * total * weight
                    below[w, m, day_of[i]] += weight
    return above, below
