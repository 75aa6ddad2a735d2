"""History as a matrix of local days and wall-clock slots, one for each queue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.centre import Centre
from domain.grid import IntervalGrid, local_midnight, to_utc64
from domain.history import Floats, History, Ints
from domain.hours import window_mask
from domain.queues import Queue
from forecasting.local_clock import LocalClock

DAY_MINUTES = 1440
READ_DAYS = 1300  # older days teach nothing


@dataclass(frozen=True)
class QueueDays:
    """One queue's history by local day and wall-clock slot.

    Attributes
    ----------
    queue : Queue
    first : date
        Day 0.
    step_minutes : int
    counts : float array, shape (days, slots)
        Offered contacts as logged; NaN where no row was logged or the queue was closed.
    learn : float array, shape (days, slots)
        ``counts`` without what must not be learned from: outages, campaigns.
    notes : tuple of str
        What was assumed of this queue's history, for people.
    """

    queue: Queue
    first: date
    step_minutes: int
    counts: Floats
    learn: Floats
    notes: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.counts)

    @property
    def weekday(self) -> Ints:
        """Weekday of each day, Monday 0, shape (days,)."""
        return (self.first.weekday() + np.arange(self.days)) % 7

    def index(self, day: date) -> int:
        """Return the index of a local day."""
        return (day - self.first).days

    @cached_property
    def live(self) -> NDArray[np.bool_]:
        """Slots of each weekday in which the queue takes contacts, as far as is known, shape (7, slots).

        Stated opening hours are believed. Where none are stated, and for deferred work, a slot of the week
        that the log does not name is taken as quiet: in its last eight weeks, or ever where those are empty.
        """
        opening = weekly_open(self.queue, self.step_minutes)
        known = np.isfinite(self.counts)
        rows = np.flatnonzero(logged(self.counts))
        if (self.queue.open and not self.queue.deferred) or not len(rows):
            return opening
        recent = np.arange(self.days) > rows[-1] - 57
        live = np.zeros_like(opening)
        for d in range(7):
            ever, lately = known[self.weekday == d], known[(self.weekday == d) & recent]
            live[d] = (lately if lately.any() else ever).any(axis=0)
        if rows[-1] - rows[0] + 1 < 7:  # some days of the week could not be seen yet
            seen = np.isin(np.arange(7), self.weekday[rows])
            live[~seen] = live[seen].any(axis=0)
        return live

    def before(self, day: int) -> QueueDays:
        """Return the same with nothing known from a day's index on."""
        hidden_counts, hidden_learn = self.counts.copy(), self.learn.copy()
        hidden_counts[day:] = np.nan
        hidden_learn[day:] = np.nan
        return replace(self, counts=hidden_counts, learn=hidden_learn)


def logged(counts: Floats) -> NDArray[np.bool_]:
    """Return the days of which any slot is known, shape (days,)."""
    return np.asarray(np.isfinite(counts).any(axis=1), dtype=np.bool_)


def logged_totals(counts: Floats) -> Floats:
    """Return the contacts of each day as logged, shape (days,); NaN where no slot is known."""
    return np.where(logged(counts), np.nansum(counts, axis=1), np.nan)


def weekly_open(queue: Queue, step_minutes: int) -> NDArray[np.bool_]:
    """Return the slots in which a queue's contacts arrive, shape (7, slots); deferred work arrives always."""
    slots = DAY_MINUTES // step_minutes
    if queue.deferred or not queue.open:
        return np.ones((7, slots), dtype=np.bool_)
    week = IntervalGrid.of_days(date(2024, 1, 1), 7, "UTC", step_minutes)  # a Monday
    return window_mask(queue.open, week).reshape(7, slots)


def first_logged(history: History, zone: str, before: date) -> date:
    """Return the first local day with a row before a day, going back 1,300 days at most.

    That day itself where there is no row before it.
    """
    known = history.start[history.start < to_utc64(local_midnight(before, zone))]
    if not len(known):
        return before
    oldest = int(known.min().astype("datetime64[s]").astype(np.int64))
    return max(datetime.fromtimestamp(oldest, ZoneInfo(zone)).date(), before - timedelta(days=READ_DAYS))


def queue_days(history: History, centre: Centre, first: date, days: int, ends: date) -> tuple[QueueDays, ...]:
    """Arrange history into one matrix a queue.

    Parameters
    ----------
    history : History
    centre : Centre
    first : date
        Day 0 of the matrices.
    days : int
        Number of days, those after ``ends`` being unknown.
    ends : date
        Only rows strictly before this local day's midnight are read.

    Returns
    -------
    tuple of QueueDays
        In the centre's order of queues; ``learn`` equals ``counts`` here.

    Notes
    -----
    Rows finer than the grid are added up, a slot with fewer rows than usual being scaled up; coarser rows
    are spread evenly. The hour that a clock repeats counts by its mean, so that the matrix holds rates of
    a usual day.
    """
    step = centre.interval_minutes
    clock = LocalClock.over(centre.timezone, first, days)
    seconds = history.start.astype("datetime64[s]").astype(np.int64)
    limit = int(local_midnight(ends, centre.timezone).timestamp())
    usable = (seconds < limit) & (seconds >= clock.midnights[0]) & np.isfinite(history.offered)
    day, minute = clock.read(seconds)
    odd = np.diff(clock.midnights) != 86400
    index_of = {name: k for k, name in enumerate(history.queues)}
    found = []
    for queue in centre.queues:
        mine = np.flatnonzero(usable & (history.queue == index_of.get(queue.id, -1)))
        mine = latest_rows(seconds, mine)
        found.append(_one_queue(queue, first, odd, step, seconds[mine], day[mine], minute[mine], history.offered[mine]))
    return tuple(found)


def latest_rows(seconds: Ints, rows: Ints) -> Ints:
    """Return some rows in the order of their instants; of rows for the same instant the last one stands."""
    _, last = np.unique(seconds[rows][::-1], return_index=True)
    return rows[::-1][last]


def row_minutes(seconds: Ints, step_minutes: int) -> int:
    """Return how many minutes a row covers, judged by the distances between ascending starts."""
    if len(seconds) < 3:
        return step_minutes
    distances, times = np.unique(np.diff(seconds) // 60, return_counts=True)
    usual = distances[(distances > 0) & (times >= 0.02 * len(seconds))]
    return int(usual.min()) if len(usual) and usual.min() <= 60 else step_minutes


def _one_queue(
    queue: Queue,
    first: date,
    odd: NDArray[np.bool_],
    step: int,
    seconds: Ints,
    day: Ints,
    minute: Ints,
    offered: Floats,
) -> QueueDays:
    days = len(odd)
    slots = DAY_MINUTES // step
    notes: list[str] = []
    each = row_minutes(seconds, step)
    if each > step:
        parts = each // step
        notes.append(f"{queue.id}: rows of {each} minutes were spread evenly over {step} minutes each")
        day = np.repeat(day, parts)
        minute = np.repeat(minute, parts) + np.tile(np.arange(parts) * step, len(offered))
        offered = np.repeat(offered / parts, parts)
        day, minute = day + minute // DAY_MINUTES, minute % DAY_MINUTES
    inside = day < days
    cell = day[inside] * slots + minute[inside] // step
    total = np.bincount(cell, weights=offered[inside], minlength=days * slots).reshape(days, slots)
    rows = np.bincount(cell, minlength=days * slots).reshape(days, slots)
    weekday = (first.weekday() + np.arange(days)) % 7
    # How many rows make a slot whole: the most that any day has there, days of a clock change apart.
    usual = np.ones((7, slots))
    for d in range(7):
        mine = rows[(weekday == d) & ~odd]
        if each < step and len(mine):
            usual[d] = np.maximum(mine.max(axis=0), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        counts = np.where(rows > 0, total * usual[weekday] / rows, np.nan)
    opening = weekly_open(queue, step)
    outside = ~opening[weekday] & np.isfinite(counts)
    lost, whole = float(counts[outside].sum()), float(np.nansum(counts))
    if lost > 0.005 * whole:
        notes.append(f"{queue.id}: {lost / whole:.1%} of contacts were logged outside opening hours: left out")
    counts[outside] = np.nan
    return QueueDays(queue, first, step, counts, counts.copy(), tuple(notes))
