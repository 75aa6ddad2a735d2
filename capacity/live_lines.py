"""Every measure of a live queue, interval by interval, in one pass over its line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.chat import agent_speeds
from capacity.interval import patience_of, service
from capacity.team_seats import TeamSeats
from domain.history import Floats
from domain.queues import Queue

PLACES = {"mean_wait_s": 1, "abandonment": 2, "service_level": 3, "occupancy": 4}
"""Measures, and where `capacity.interval.service` tells them."""


def line_of(
    queue: Queue,
    q: int,
    rate_per_h: Floats,
    aht_s: Floats,
    team: TeamSeats,
    seats: Floats,
    within_s: float,
    worth: Mapping[str, Floats],
    wanted: Sequence[str],
) -> dict[str, Floats]:
    """Return measures of a queue whose customers leave at last, shape (intervals,) each.

    Parameters
    ----------
    queue : Queue
        With a patience.
    q : int
        Its place in the team's arrays.
    rate_per_h : float array, shape (intervals,)
        Of the line that the queue is part of.
    aht_s : float array, shape (intervals,)
    team : TeamSeats
    seats : float array, shape (intervals,)
        Of that line, 0 where the queue is not worked.
    within_s : float
    worth : mapping of measure to float array, shape (queues, intervals)
        What a seat is worth against the formula; 1 where it is absent.
    wanted : sequence of str
        Measures, of ``PLACES``.

    Notes
    -----
    The mean of a line with fewer and one with more seats, by what chance absence spreads them; NaN where nothing comes.
    """
    if not wanted:
        return {}
    ones = np.ones(len(rate_per_h))
    worths = np.stack([worth[measure][q] if measure in worth else ones for measure in wanted])
    fewer = np.maximum(1.0 - team.spread[q], 0.0)
    speeds = agent_speeds(queue.concurrency, queue.slowdowns())
    found = _lines(
        rate_per_h,
        aht_s,
        seats,
        fewer,
        worths,
        np.array([PLACES[measure] for measure in wanted]),
        patience_of(queue.patience_s),
        within_s,
        speeds,
    )
    return dict(zip(wanted, found, strict=True))


@njit(cache=True, nogil=True, error_model="numpy")
def _lines(
    rate: Floats,
    aht: Floats,
    seats: Floats,
    fewer: Floats,
    worths: Floats,
    places: NDArray[np.int64],
    patience: float,
    within: float,
    speeds: Floats,
) -> Floats:
    measures, size = worths.shape
    out = np.full((measures, size), math.nan)
    for i in range(size):
        if not (0.0 < rate[i] < math.inf and 0.0 < aht[i] < math.inf):
            continue
        for m in range(measures):
            total = 0.0
            for end in (fewer[i], 2.0 - fewer[i]):
                told = service(rate[i] / 3600.0, aht[i], end * worths[m, i] * seats[i], patience, within, speeds, False)
                # a tuple of unlike places cannot be indexed by a variable
                if places[m] == 1:
                    total += told[1]
                elif places[m] == 2:
                    total += told[2]
                elif places[m] == 3:
                    total += told[3]
                else:
                    total += told[4]
            out[m, i] = 0.5 * total
    return out
