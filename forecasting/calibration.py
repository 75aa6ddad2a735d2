"""The errors a member made at a lead in the past, and the bands they call for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecasting.bands import HALF_LIFE_WEEKS, Calibration, PastErrors, assumed, calibrate
from forecasting.days import logged
from forecasting.study import QueueStudy

GROWTH = 0.25
"""Power of the lead with which errors grow: between one week and four by 1.1 to 1.3 times, as measured."""


def past_errors(study: QueueStudy, member: str, origins: Sequence[int], low: int, high: int) -> PastErrors:
    """Collect a member's errors on days ``low`` to ``high`` (exclusive) after past origins.

    Parameters
    ----------
    study : QueueStudy
    member : str
    origins : sequence of int
        Indices of the first day after what each forecast knew.
    low, high : int
    """
    expected, actual, weight, day = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)], [np.zeros(0, dtype=np.int64)]
    newest = max(origins, default=0)
    for origin in origins:
        path = study.paths(origin)[member][low:high]
        came = study.days.counts[origin + low : origin + low + len(path)]
        known = np.isfinite(came) & (path > 0)
        expected.append(path[known])
        actual.append(came[known])
        weight.append(np.full(int(known.sum()), 0.5 ** ((newest - origin) / (7 * HALF_LIFE_WEEKS))))
        day.append(np.broadcast_to((origin + low + np.arange(len(came)))[:, None], came.shape)[known])
    return PastErrors(np.concatenate(expected), np.concatenate(actual), np.concatenate(weight), np.concatenate(day))


def lead_calibration(study: QueueStudy, member: str, end: int, low: int, high: int) -> Calibration:
    """Return how a member errs on days ``low`` to ``high`` (exclusive) ahead, as known at ``end``.

    Where no past forecast reaches that far, the furthest lead that does is taken and widened with the
    fourth root of the lead; where history is too short for any, a wide guess.
    """
    width = high - low
    for reach in range(low, -1, -7):
        origins = [o for o in study.past_origins(end, reach + width) if member in study.paths(o)]
        found = calibrate(past_errors(study, member, origins, reach, reach + width))
        if found is not None:
            stretch = float(((low + width) / (reach + width)) ** GROWTH)
            return Calibration(found.variation * stretch, found.volume, found.quantiles, True)
    known = int(logged(study.days.counts[:end]).sum())
    return assumed(float(min(0.2 + 0.6 / np.sqrt(max(known, 1)), 0.8)))
