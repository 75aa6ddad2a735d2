"""What a person's score has really moved by from one period to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.handle_factors import NORMAL_95
from capacity.mixed_effects import Spreads, shrink
from capacity.record import Record
from capacity.scorecard import Kpi, rescaled, weighed
from domain.centre import Scorecard
from domain.history import Floats

TYPICAL = Spreads(queue=4.0, level=2.0, level_queue=1.0, agent=3.0, own=2.0)
"""Spreads to expect of a KPI's change (0..100) where data are thin."""


@dataclass(frozen=True)
class Change:
    """Changes of the score with their 95 % intervals; shape (agents, queues), NaN where not known."""

    change: Floats
    low: Floats
    high: Floats


def score_change(record: Record, earlier: Sequence[Kpi], now: Sequence[Kpi], scorecard: Scorecard) -> Change:
    """Estimate the change of everybody's score.

    Parameters
    ----------
    record : Record
        Of the later period. In both, the folder's people come first and in its order.
    earlier, now : sequence of Kpi
        Those of both count, with the scorecard's weights rescaled; empty where there was no period before.
    scorecard : Scorecard

    Notes
    -----
    The difference of two shrunk scores is off in a known way: where a person is steady both lean toward the same side,
    where they moved each leans toward its own period's mean. So the differences of the plain KPIs are shrunk, by the
    model of :mod:`capacity.mixed_effects` with the noise of both periods: toward the change of the level, the more so
    the less there is. How much people usually move is found from the data.
    """
    staff, shape = record.staff, (record.staff, record.shape[1])
    before = {kpi.name: kpi for kpi in earlier}
    values: dict[str, Floats] = {}
    variances: dict[str, Floats] = {}
    for kpi in now:
        was = before.get(kpi.name)
        if was is None:
            continue
        width = slice(0, 1) if kpi.personal else slice(None)
        moved = kpi.raw[:staff, width] - was.raw[:staff, width]
        noise = kpi.noise[:staff, width] + was.noise[:staff, width]
        if not (np.isfinite(moved) & np.isfinite(noise)).any():
            continue
        shrunk = shrink(moved, noise, record.level[:staff], len(record.levels), TYPICAL)
        known = np.isfinite(kpi.value[:staff]) & np.isfinite(was.value[:staff])
        values[kpi.name] = np.where(known, shrunk.mean, np.nan)
        variances[kpi.name] = np.where(known, shrunk.variance, np.nan)
    weights = rescaled(values, scorecard, shape)
    change = weighed(values, weights, shape)
    half = NORMAL_95 * np.sqrt(weighed(variances, {name: w**2 for name, w in weights.items()}, shape))
    return Change(change, change - half, change + half)
