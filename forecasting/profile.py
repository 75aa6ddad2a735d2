"""The intraday profile: which share of a day's contacts falls into each slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats, Ints

Bools = NDArray[np.bool_]

HALF_LIFE_DAYS = 40.0
RANK = 5


@dataclass(frozen=True)
class Profile:
    """Shares of a day by slot, and the day totals they imply.

    Attributes
    ----------
    shares : float array, shape (7, slots)
        Of each weekday; rows sum to 1, or are zero where the queue is closed all day.
    holiday : float array, shape (7, slots)
        Of holidays on each weekday.
    totals : float array, shape (days,)
        Contacts of each day of history, missing slots filled; NaN where under half of the day is known.
    """

    shares: Floats
    holiday: Floats
    totals: Floats

    def of(self, weekday: Ints, is_holiday: Bools) -> Floats:
        """Return the shares of some days, shape (days, slots)."""
        return np.where(is_holiday[:, None], self.holiday[weekday], self.shares[weekday])


def recency(days: int, half_life: float) -> Floats:
    """Return weights that halve every ``half_life`` days, 1 for the newest, shape (days,)."""
    return np.asarray(0.5 ** (np.arange(days)[::-1] / half_life), dtype=np.float64)


def day_totals(counts: Floats, shares: Floats) -> Floats:
    """Return each day's contacts, missing slots filled by its shares; NaN where under half is known.

    Where no day is known to half, any known part serves.

    Parameters
    ----------
    counts, shares : float arrays, shape (days, slots)
        Unknown counts are NaN.
    """
    known = np.isfinite(counts)
    seen = np.where(known, shares, 0.0).sum(axis=1)
    sums = np.where(known & (shares > 0), counts, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        totals = np.where(seen > 0, sums / seen, np.nan)
    enough = seen >= 0.5
    return np.where(enough, totals, np.nan) if np.any(enough) else totals


def fit_profile(counts: Floats, weekday: Ints, special: Bools, holiday: Bools, live: Bools) -> Profile:
    """Learn the profile of each weekday from daily counts.

    Parameters
    ----------
    counts : float array, shape (days, slots)
        Newest last; NaN where unknown.
    weekday : int array, shape (days,)
    special, holiday : bool arrays, shape (days,)
        Days near holidays, whose shape is not learned, and holidays themselves.
    live : bool array, shape (7, slots)

    Notes
    -----
    1. Recent days weigh more (half-life 40 days, up to four times that at low volume). Slots beyond what their
       share and count noise explain are clipped.
    2. A weekday's shares are shrunk towards the shares over all days by as many contacts as make the
       difference knowable; those over all days are smoothed over neighbouring slots at very low volume.
    3. Where volume allows, the result is the mean of these shares and a rank-5 approximation of the days
       on the square-root scale (Shen and Huang 2008).
    4. A holiday's profile is learned from holidays and shrunk to its weekday's.
    """
    on = live[weekday]
    counts = np.where(on, counts, np.nan)
    known = np.isfinite(counts)
    days = len(counts)
    pooled = _ratio(np.where(known, counts, 0.0).sum(axis=0), known.sum(axis=0))
    seen = np.flatnonzero(known.any(axis=0))
    if len(seen):  # a slot that is open but was never logged is taken for its nearest neighbours
        pooled = np.interp(np.arange(counts.shape[1]), seen, pooled[seen])
    shares = _normalised(np.where(live, pooled, 0.0))
    shares = np.where(shares.sum(axis=1, keepdims=True) > 0, shares, _normalised(live.astype(np.float64)))
    totals = day_totals(counts, shares[weekday])
    typical = float(np.nanmean(totals)) if np.any(np.isfinite(totals)) else 0.0
    half_life = HALF_LIFE_DAYS * float(np.clip(np.sqrt(400.0 / max(typical, 1.0)), 1.0, 4.0))
    weights = recency(days, half_life) * ~special
    if not np.any(weights[np.isfinite(totals)] > 0):
        weights = recency(days, half_life)
    for _ in range(2):
        clipped, sizes = _clipped(counts, shares[weekday])
        shares = _weekday_shares(clipped, sizes, weights, weekday, live, shares)
    totals = day_totals(counts, shares[weekday])
    if typical >= 100.0 and np.isfinite(totals).sum() >= 28:
        low_rank = _low_rank_shares(clipped, sizes, weights, weekday, shares)
        shares = _normalised(np.where(live, 0.5 * shares + 0.5 * low_rank, 0.0))
        totals = day_totals(counts, shares[weekday])
    return Profile(shares, _holiday_shares(counts, totals, weekday, holiday, shares, live), totals)


def _ratio(top: Floats, bottom: NDArray[Any]) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom > 0, top / bottom, 0.0)


def _normalised(shares: Floats) -> Floats:
    """Scale rows to sum 1; empty rows stay empty."""
    return _ratio(shares, shares.sum(axis=-1, keepdims=True))


def _clipped(counts: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Return counts held to what their day explains, and the size of each day without its wild slots."""
    expected = _robust_totals(counts, day_totals(counts, shares), shares)[:, None] * shares
    room = 0.5 * expected + 3 * np.sqrt(expected + 1)
    clipped = np.clip(counts, np.maximum(expected - room, 0), expected + room)
    return clipped, day_totals(clipped, shares)


def _weekday_shares(
    clipped: Floats, sizes: Floats, weights: Floats, weekday: Ints, live: Bools, before: Floats
) -> Floats:
    """Return weighted shares a weekday, shrunk to those over all days."""
    use = np.isfinite(clipped) & (np.isfinite(sizes) & (weights > 0))[:, None]
    top, bottom = np.zeros(live.shape), np.zeros(live.shape)
    scaled = np.where(use, weights[:, None] * np.nan_to_num(clipped), 0.0)
    seen = np.where(use, (weights * np.nan_to_num(sizes))[:, None], 0.0)
    for d in range(7):
        mine = weekday == d
        top[d], bottom[d] = scaled[mine].sum(axis=0), seen[mine].sum(axis=0)
    seen_slot = np.flatnonzero(bottom.sum(axis=0) > 0)
    if not len(seen_slot):
        return before
    pooled = _ratio(top.sum(axis=0), bottom.sum(axis=0))
    pooled = np.interp(np.arange(live.shape[1]), seen_slot, pooled[seen_slot])
    overall = _smoothed(pooled, float(bottom.sum()) / live.shape[1])
    prior = _normalised(np.where(live, overall, 0.0))
    strength = 300.0  # contacts after which a weekday's own shares count for half
    own = _normalised(np.where(live, (top + strength * prior) / (bottom + strength), 0.0))
    return _normalised(np.where(live, _borrowed(own, bottom.max(axis=1), live), 0.0))


def _borrowed(shares: Floats, contacts: Floats, live: Bools) -> Floats:
    """Return each weekday's shares averaged with those of weekdays of like shape.

    Notes
    -----
    Square roots of shares that rest on ``n`` contacts each have the variance ``1 / 4n`` (Brown et al. 2005).
    What two weekdays differ by beyond that is a difference of shape; another weekday is then weighed by its
    noise and that difference, as in a random-effects mean. The six others may all differ in the same way,
    which a mean does not even out: so the difference counts six times.
    """
    roots = np.sqrt(shares)
    noise = np.maximum(live.sum(axis=1), 1) / (4 * np.maximum(contacts, 1e-9))
    apart = ((roots[:, None] - roots[None]) ** 2).sum(axis=2)
    beyond = np.maximum(apart - noise[:, None] - noise[None], 0.0)
    weight = 1.0 / (noise[None] + 6 * beyond)
    weight[:, contacts <= 0] = 0.0
    weight[contacts <= 0] = np.eye(7)[contacts <= 0]
    return np.asarray((weight / weight.sum(axis=1, keepdims=True)) @ shares)


def _robust_totals(counts: Floats, totals: Floats, shares: Floats) -> Floats:
    """Return day totals that one wild slot cannot move: weighted medians of count over share.

    Where volume is too low for a median of counts, the plain total.
    """
    plain = np.nan_to_num(totals)
    known = np.isfinite(counts) & (shares > 0)
    implied = np.where(known, np.divide(counts, shares, out=np.zeros_like(counts), where=known), np.inf)
    order = np.argsort(implied, axis=1)
    mass = np.cumsum(np.take_along_axis(np.where(known, shares, 0.0), order, axis=1), axis=1)
    at = np.argmax(mass >= 0.5 * mass[:, -1:], axis=1)
    ranked = np.take_along_axis(implied, order, axis=1)
    middle = ranked[np.arange(len(counts)), at]
    return np.where((plain >= 10.0 * shares.shape[1]) & np.isfinite(middle), middle, plain)


def _smoothed(shares: Floats, contacts: float) -> Floats:
    """Smooth shares over neighbouring slots, the more the fewer contacts they rest on."""
    padded = np.concatenate([shares[:1], shares, shares[-1:]])
    smooth = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    weight = 300.0 / (300.0 + contacts)
    return np.asarray(weight * smooth + (1 - weight) * shares)


def leading_shapes(days: Floats, weights: Floats) -> Floats:
    """Return the shapes that weighted days have most in common: leading right singular vectors, shape (RANK, slots).

    Parameters
    ----------
    days : float array, shape (days, slots)
    weights : float array, shape (days,)

    Notes
    -----
    Eigenvectors of the slots' cross products: many times quicker than a decomposition of all days.
    """
    _, vectors = np.linalg.eigh((weights[:, None] * days).T @ days)
    return np.asarray(vectors[:, ::-1].T[:RANK])


def _low_rank_shares(counts: Floats, totals: Floats, weights: Floats, weekday: Ints, shares: Floats) -> Floats:
    """Return each weekday's shares from the leading shapes of all days on the square-root scale."""
    use = np.isfinite(totals) & (totals > 0) & (weights > 1e-3)
    filled = np.where(np.isfinite(counts[use]), counts[use], totals[use, None] * shares[weekday[use]])
    shape = np.sqrt(np.maximum(filled, 0) / totals[use, None])
    force = weights[use] * totals[use]
    basis = leading_shapes(shape, force)
    result = shares.copy()
    for d in range(7):
        mine = weekday[use] == d
        if mine.sum() >= 2:
            mean = np.average(shape[mine], axis=0, weights=force[mine])
            result[d] = (mean @ basis.T @ basis) ** 2
    return _normalised(result)


def _holiday_shares(
    counts: Floats, totals: Floats, weekday: Ints, holiday: Bools, shares: Floats, live: Bools
) -> Floats:
    """Return the shares of holidays: theirs over the last years, shrunk to the weekday's."""
    days = np.flatnonzero(holiday & np.isfinite(totals) & (np.nan_to_num(totals) > 0))
    if not len(days):
        return shares
    weight = recency(len(counts), 500.0)[days]
    known = np.isfinite(counts[days])
    top = np.where(known, weight[:, None] * np.nan_to_num(counts[days]), 0.0).sum(axis=0)
    bottom = np.where(known, (weight * totals[days])[:, None], 0.0).sum(axis=0)
    strength = max(300.0, float(np.mean(totals[days])))
    return _normalised(np.where(live, (top + strength * shares) / (bottom + strength), 0.0))
