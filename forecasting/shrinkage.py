"""Unplanned shrinkage learned from what was kept of earlier rosters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from domain.actuals import ShrinkageActuals
from domain.centre import Shrinkage
from domain.history import Floats

HALF_LIFE_DAYS = 56.0
PRIOR_DAYS = 5.0
"""What a stated share counts for beside the days of actuals."""
LEAST_DAYS = 14
"""Days under which actuals only suggest and are never used."""


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval; NaN where nothing tells."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class LearnedShrinkage:
    """What actuals say of unplanned losses.

    Attributes
    ----------
    absence, in_shift : Share
        As in ``[shrinkage]``.
    days : int
        Days behind them.
    """

    absence: Share
    in_shift: Share
    days: int

    @property
    def usable(self) -> bool:
        """Whether there are days enough to plan by."""
        return self.days >= LEAST_DAYS

    def over(self, stated: Shrinkage) -> Shrinkage:
        """Return what to plan with: what was learned, the stated share where nothing tells."""
        if not self.usable:
            return stated
        found = {name: share.value for name, share in (("absence", self.absence), ("in_shift", self.in_shift))}
        return stated.model_copy(update={name: value for name, value in found.items() if np.isfinite(value)})


def learn_shrinkage(actuals: ShrinkageActuals, stated: Shrinkage) -> LearnedShrinkage:
    """Learn absence and losses within shifts.

    Parameters
    ----------
    actuals : ShrinkageActuals
        Rows before the planned week.
    stated : Shrinkage
        The settings', which count for five days.

    Returns
    -------
    LearnedShrinkage

    Notes
    -----
    1. Rows are added up by day: colleagues fall ill together, so days are what varies by chance.
    2. A share is a ratio of sums, recent days weighing more (half-life 8 weeks): absent over scheduled minutes, and
       lost over scheduled less absent ones.
    3. It is drawn towards the stated share as if that were five usual days.
    4. Its error is that of a ratio estimate over days (Cochran 1977, chapter 6).
    """
    if not len(actuals):
        nothing = Share(np.nan, np.nan, np.nan)
        return LearnedShrinkage(nothing, nothing, 0)
    days, where = np.unique(actuals.date, return_inverse=True)
    age = (days.max() - days).astype("timedelta64[D]").astype(np.float64)
    weight = 0.5 ** (age / HALF_LIFE_DAYS)
    scheduled, absent, lost = actuals.scheduled_minutes, actuals.absent_minutes, actuals.in_shift_lost_minutes
    absence = _share(absent, scheduled, where, weight, stated.absence)
    there = scheduled - np.nan_to_num(absent)
    in_shift = _share(lost, there, where, weight, stated.in_shift)
    return LearnedShrinkage(absence, in_shift, len(days))


def _share(part: Floats, whole: Floats, day: np.ndarray, weight: Floats, stated: float) -> Share:
    known = np.isfinite(part) & np.isfinite(whole)
    size = len(weight)
    top = np.bincount(day[known], weights=part[known], minlength=size)
    bottom = np.bincount(day[known], weights=whole[known], minlength=size)
    total = float((weight * bottom).sum())
    if total <= 0:
        return Share(np.nan, np.nan, np.nan)
    usual = total / float(weight[bottom > 0].sum())
    prior = PRIOR_DAYS * usual
    value = float(((weight * top).sum() + prior * stated) / (total + prior))
    plain = float((weight * top).sum() / total)
    seen = int((bottom > 0).sum())
    scatter = float(np.sum((weight * (top - plain * bottom)) ** 2)) * seen / max(seen - 1, 1)
    half = float(norm.ppf(0.975)) * float(np.sqrt(scatter)) / (total + prior)
    return Share(min(value, 0.95), max(value - half, 0.0), min(value + half, 1.0))
