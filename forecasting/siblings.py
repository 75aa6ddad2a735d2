"""Queues with little or no history: the course of a day and a week, and growth, borrowed from their siblings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.history import Floats, Ints
from domain.queues import Queue
from forecasting.bands import Calibration, assumed
from forecasting.days import logged
from forecasting.profile import Bools
from forecasting.simple import recent_weekdays

SHORT_DAYS = 35
"""Known days under which a queue leans on its siblings."""
OWN_DAYS = 7
"""Known days from which its own weekday means count as much as what is borrowed."""
LEAST_SIBLING_DAYS = 56
"""Known days a queue must have to be leant on."""
MEMORY_DAYS = 56
PLANNED_DAYS = 3.0
"""Days of its own that a queue's ``expected_per_day`` is worth."""
"""Days of both that are compared."""

BORROWED = "borrowed from siblings"
"""The member's name in notes."""

_SLOT_SPREAD = (0.30, 0.10, 1.0)  # how far a queue's share of a slot lies from its siblings': prior, least, most
_DAY_SPREAD = (0.15, 0.05, 0.6)  # the same of a weekday
_DAY_VARIATION = 0.12  # coefficient of variation of one day's volume against the siblings' on that day


@dataclass(frozen=True)
class Sibling:
    """A queue of the same channel with history enough to be leant on.

    Attributes
    ----------
    queue : str
    counts : float array, shape (days, slots)
        What was logged before the forecast; NaN where unknown.
    ahead : float array, shape (horizon, slots)
        Its own forecast.
    """

    queue: str
    counts: Floats
    ahead: Floats


@dataclass(frozen=True)
class Borrowed:
    """A forecast that rests on siblings.

    Attributes
    ----------
    path : float array, shape (horizon, slots)
    calibration : Calibration
        A guess of its error, wide where few days are known.
    days : int
        Days known of the queue and its siblings.
    siblings : tuple of str
        Those leant on.
    ratio : float
        The queue's volume over that of its siblings together.
    """

    path: Floats
    calibration: Calibration
    days: int
    siblings: tuple[str, ...]
    ratio: float


def siblings_of(queue: Queue, queues: Sequence[Queue], known_days: Sequence[int]) -> list[int]:
    """Return the places of the queues that a queue can lean on: same channel, eight weeks of history."""
    return [
        k
        for k, other in enumerate(queues)
        if other.id != queue.id and other.channel is queue.channel and known_days[k] >= LEAST_SIBLING_DAYS
    ]


def borrow(
    counts: Floats, weekday: Ints, siblings: Sequence[Sibling], planned_a_day: float | None, live: Bools
) -> Borrowed | None:
    """Forecast a queue from its siblings' forecasts and the few days it has.

    Parameters
    ----------
    counts : float array, shape (days, slots)
        The queue's own days before the forecast, the same days as the siblings'.
    weekday : int array, shape (days + horizon,)
    siblings : sequence of Sibling
    planned_a_day : float or None
        Contacts that the centre expects on a usual day: all there is for a queue without history, and worth three days
        beside its own.
    live : bool array, shape (7, slots)
        Slots of each weekday in which the queue takes contacts.

    Returns
    -------
    Borrowed or None
        None where the siblings expect nothing, where no day is known of both, or where nothing tells the level.

    Notes
    -----
    1. The siblings are added up, so that each counts by its volume; their forecasts bring weekday, time of day,
       holidays, events and growth.
    2. The level is the queue's contacts over the siblings' in the cells known of both, in the last eight weeks:
       what moved all of them on those days drops out.
    3. Each slot and each weekday is then moved towards the queue's own as far as count noise and usual
       differences between queues leave it credible (a linear Bayes rule).
    4. How far slots and weekdays usually differ is measured between the siblings: among queues that are unlike
       each other, a queue's own few days count for more.
    5. The error is a guess: 15 %, and 35 % over the root of the days known; 50 % where the level is only planned.
    """
    past = weekday[: len(counts)]
    pooled = np.sum([_filled(item.counts, past) for item in siblings], axis=0)
    ahead = np.sum([item.ahead for item in siblings], axis=0)
    both = np.isfinite(counts) & np.any([np.isfinite(item.counts) for item in siblings], axis=0)
    known_days = np.flatnonzero(both.any(axis=1))
    names = tuple(item.queue for item in siblings)
    if not ahead.sum() > 0:
        return None
    recent = slice(-MEMORY_DAYS, None)
    known = np.any([logged(item.counts[recent]) for item in siblings], axis=0) & live[past[recent]].any(axis=1)
    usual = np.where(live[past[recent]], pooled[recent], 0.0).sum(axis=1)
    usual_day = float(usual[known].mean()) if known.any() else 0.0
    if not len(known_days):
        if planned_a_day is None:
            return None
        ratio = planned_a_day / usual_day if usual_day > 0 else 0.0
        return Borrowed(ahead * ratio, assumed(0.5), 0, names, ratio) if ratio > 0 else None
    both[: max(int(known_days[-1]) + 1 - MEMORY_DAYS, 0)] = False
    own, theirs = np.where(both, np.nan_to_num(counts), 0.0), np.where(both, pooled, 0.0)
    if not theirs.sum() > 0:
        return None
    told = PLANNED_DAYS if planned_a_day is not None else 0.0
    ratio = float((own.sum() + told * (planned_a_day or 0.0)) / (theirs.sum() + told * usual_day))
    # The level is the planned one's too; the course over day and week is told by its own days alone.
    expected = theirs * (own.sum() / theirs.sum())
    days = len(counts)
    slot_spread, day_spread = _spreads(siblings, past)
    of_slot = _moved(own.sum(axis=0), expected.sum(axis=0), both.sum(axis=0), slot_spread)
    expected = expected * of_slot
    seen = np.bincount(past[both.any(axis=1)], minlength=7)
    of_day = _moved(_by_weekday(own, past), _by_weekday(expected, past), seen, day_spread)
    path = ratio * ahead * of_slot[None, :] * of_day[weekday[days:]][:, None]
    count = int(both.any(axis=1).sum())
    return Borrowed(path, assumed(float(0.15 + 0.35 / np.sqrt(count))), count, names, ratio)


def _filled(counts: Floats, weekday: Ints) -> Floats:
    """Return counts with what is unknown taken from the latest same weekdays, so that a sum of siblings stays whole."""
    usual = recent_weekdays(counts, weekday, 8, "median")[weekday]
    return np.asarray(np.nan_to_num(np.where(np.isfinite(counts), counts, usual)))


def _by_weekday(cells: Floats, weekday: Ints) -> Floats:
    return np.asarray(np.bincount(weekday, weights=cells.sum(axis=1), minlength=7), dtype=np.float64)


def _spreads(siblings: Sequence[Sibling], weekday: Ints) -> tuple[float, float]:
    """Return how far shares of a slot and of a weekday lie apart between siblings, relative.

    Each sibling is compared with the others together; a usual spread counts as two siblings more.
    """
    recent = [np.nan_to_num(item.counts[-MEMORY_DAYS:]) for item in siblings]
    total = np.sum(recent, axis=0)
    found = []
    for view, (prior, least, most) in (
        (lambda cells: cells.sum(axis=0), _SLOT_SPREAD),
        (lambda cells: _by_weekday(cells, weekday[-MEMORY_DAYS:]), _DAY_SPREAD),
    ):
        squares = [prior**2] * 2
        for own in recent:
            mine, others = view(own), view(total - own)
            if mine.sum() > 0 and others.sum() > 0:
                expected = others * mine.sum() / others.sum()
                use = expected > 0
                excess = np.sum((mine[use] - expected[use]) ** 2 / expected[use]) - use.sum()
                squares.append(float(np.clip(excess / expected[use].sum(), 0.0, most**2)))
        found.append(float(np.clip(np.sqrt(np.mean(squares)), least, most)))
    return found[0], found[1]


def _moved(own: Floats, expected: Floats, days: Ints, spread: float) -> Floats:
    """Return own over expected contacts, drawn towards 1 as far as noise explains the difference."""
    seen = expected > 0
    ratio = np.divide(own, expected, out=np.ones_like(expected), where=seen)
    noise = 1 / np.maximum(expected, 1e-9) + _DAY_VARIATION**2 / np.maximum(days, 1)
    trust = np.where(seen, spread**2 / (spread**2 + noise), 0.0)
    return np.asarray(1 + trust * (ratio - 1))
