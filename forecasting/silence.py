"""Queues that fell silent: gone from the log, or logged with zeros, and what may have taken their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats
from domain.people import Event
from forecasting.days import QueueDays, logged, logged_totals
from forecasting.event_cells import concerns, touched_cells

ABSENT_DAYS = 28
"""Days without a row, while other queues have some, after which a queue counts as gone."""
ZERO_DAYS = 14
"""Days in a row of nothing but zeros after which a queue counts as gone, if contacts were to be expected."""
EXPECTED_CONTACTS = 20.0
"""Contacts that silence must have left out, judged by the eight weeks before, to be no chance."""
_BEFORE_DAYS = 56
_RENAME_DAYS = (-7, 14)  # a new queue that begins so near to where an old one ends may be the same one
_ALIKE = 2.0


@dataclass(frozen=True)
class Silence:
    """A queue from which nothing comes any more.

    Attributes
    ----------
    queue : str
    since : int
        Index of the first silent day.
    absent : bool
        Whether rows are missing; else they say zero.
    a_day : float
        Contacts on a usual day before.
    """

    queue: str
    since: int
    absent: bool
    a_day: float


def find_silence(
    days: QueueDays, end: int, others: NDArray[np.bool_], events: Sequence[Event], zone: str
) -> Silence | None:
    """Tell whether a queue has fallen silent before day ``end``.

    Parameters
    ----------
    days : QueueDays
    end : int
        Only days before this index are looked at.
    others : bool array, shape (days,)
        Days on which any other queue has a row: a hole in all of the log tells nothing of one queue.
    events : sequence of Event
        Days of closures and outages excuse a queue.
    zone : str

    Notes
    -----
    An absent row is unknown and never zero, so a gap alone is taken for a hole in the log. Only where a queue has
    no row on 28 days on which others do, it is taken for gone; so is one whose last 14 days or more say zero where
    the eight weeks before promised at least 20 contacts.
    """
    counts = days.counts[:end]
    known = logged(counts)
    if not known.any():
        return None
    last = int(np.flatnonzero(known)[-1])
    totals = np.nan_to_num(logged_totals(counts))
    gap = np.arange(last + 1, end)
    missed = others[gap] & ~_excused(days, events, zone)[gap]
    if missed.sum() >= ABSENT_DAYS:
        a_day = _a_day(totals, known, last + 1)
        return Silence(days.queue.id, last + 1, True, a_day) if a_day > 0 else None
    came = np.flatnonzero(totals > 0)
    if not len(came):
        return None
    since = int(came[-1]) + 1
    silent = int(known[since:].sum())
    a_day = _a_day(totals, known, since)
    if silent >= ZERO_DAYS and silent * a_day >= EXPECTED_CONTACTS:
        return Silence(days.queue.id, since, False, a_day)
    return None


def successor(silence: Silence, matrices: Sequence[QueueDays], end: int) -> str | None:
    """Return the queue that a silent one may have been renamed to: begun as it ended, of like volume and channel."""
    old = next(matrix for matrix in matrices if matrix.queue.id == silence.queue)
    found: list[tuple[float, str]] = []
    for matrix in matrices:
        known = logged(matrix.counts[:end])
        if matrix.queue.id == silence.queue or matrix.queue.channel is not old.queue.channel or not known.any():
            continue
        first = int(np.flatnonzero(known)[0])
        begun = first - silence.since
        if not _RENAME_DAYS[0] <= begun <= _RENAME_DAYS[1]:
            continue
        part = slice(first, first + _BEFORE_DAYS)
        a_day = float(np.nansum(matrix.counts[:end][part]) / max(known[part].sum(), 1))
        if a_day > 0 and 1 / _ALIKE <= a_day / silence.a_day <= _ALIKE:
            found.append((abs(float(np.log(a_day / silence.a_day))), matrix.queue.id))
    return min(found)[1] if found else None


def silence_notes(silence: Silence, days: QueueDays, renamed_to: str | None) -> list[str]:
    """Say that a queue is silent, since when, and what may help."""
    since = days.first + timedelta(days=silence.since)
    what = "has no row" if silence.absent else "has only zeros"
    notes = [
        f"{silence.queue}: NOTHING since {since} (the log {what} from there on, {silence.a_day:,.0f} contacts a day "
        "before): its forecast is zero; rows that are only missing would bring it back"
    ]
    if renamed_to is not None:
        notes.append(
            f"{silence.queue}: {renamed_to} begins where it ends, with a like volume; if it was renamed, write "
            f"{renamed_to} in its old rows of history, and the forecast has both"
        )
    return notes


def _a_day(totals: Floats, known: NDArray[np.bool_], end: int) -> float:
    part = slice(max(end - _BEFORE_DAYS, 0), end)
    return float(totals[part].sum() / max(int(known[part].sum()), 1))


def _excused(days: QueueDays, events: Sequence[Event], zone: str) -> NDArray[np.bool_]:
    """Return the days that a closure or an outage touches."""
    slots = days.counts.shape[1]
    excused = np.zeros(days.days * slots, dtype=np.bool_)
    for event in events:
        if event.kind in ("closed", "outage") and concerns(event, days.queue.id):
            item = touched_cells(event, days.first, days.days, days.step_minutes, zone)
            if item is not None:
                excused[item.cells] = True
    return np.asarray(excused.reshape(days.days, slots).any(axis=1))
