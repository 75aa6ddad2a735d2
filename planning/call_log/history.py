"""Contacts of a log counted by queue and interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.grid import IntervalGrid
from domain.history import Floats
from domain.hours import WeeklyWindow, window_mask
from planning.call_log.calls import ABANDONED, Calls


@dataclass(frozen=True)
class Counted:
    """The history of a log.

    Attributes
    ----------
    table : DataFrame
        The columns of `history.csv`.
    outside : int
        Contacts that arrived outside opening hours, and are in no row.
    days : int
        Local days with any contact.
    """

    table: pd.DataFrame
    outside: int
    days: int


def history_of(
    calls: Calls,
    windows: dict[str, tuple[WeeklyWindow, ...]],
    *,
    interval_minutes: int,
    within_s: float,
    waits: bool = True,
    deferred: frozenset[str] = frozenset(),
) -> Counted:
    """Count contacts in the interval they arrive in.

    Parameters
    ----------
    calls : Calls
    windows : dict
        Opening hours by queue.
    interval_minutes : int
    within_s : float
        An answered contact that waited at most so long counts in ``answered_in_target``.
    waits : bool
        Whether the log tells waits; without them their columns stay empty.
    deferred : frozenset of str
        Queues whose contacts arrive at all hours.

    Notes
    -----
    Days on which no contact of any queue was logged have no rows: unknown, not zero. On logged days every
    open interval has a row for every queue, also with 0 offered. On the log's first and last day only the
    intervals from its first to its last contact have rows: the log may begin or end inside the day.
    """
    calls = calls.select(calls.contacts)
    days = np.unique(calls.local_days())
    first, last = days[0].item(), days[-1].item()
    grid = IntervalGrid.of_days(first, (last - first).days + 1, calls.zone, interval_minutes)
    step = np.timedelta64(60 * interval_minutes, "s")
    index = ((calls.arrival - grid.starts[0]) // step).astype(np.int64)
    shape = (len(calls.queues), grid.size)
    cell = calls.queue * grid.size + index

    def total(values: Floats | None = None) -> Floats:
        counts = np.bincount(cell, weights=values, minlength=shape[0] * shape[1])
        return counts.astype(np.float64).reshape(shape)

    answered = calls.answered
    timed = answered & ~calls.artefact & np.isfinite(calls.handle_s)
    waited = np.isfinite(calls.wait_s)
    offered = total()
    with np.errstate(invalid="ignore", divide="ignore"):
        aht = total(np.where(timed, calls.handle_s, 0.0)) / total(timed.astype(np.float64))
        mean_wait = total(np.where(waited, calls.wait_s, 0.0)) / total(waited.astype(np.float64))
    quick = total((answered & waited & (calls.wait_s <= within_s)).astype(np.float64))

    open_now = np.array(
        [
            np.ones(grid.size, dtype=np.bool_) if queue in deferred else window_mask(windows[queue], grid)
            for queue in calls.queues
        ]
    )
    outside = int((offered * ~open_now).sum())
    logged = np.isin(np.array(grid.days, dtype="datetime64[D]"), days)[grid.day_of]
    logged &= (np.arange(grid.size) >= index.min()) & (np.arange(grid.size) <= index.max())
    row, column = np.nonzero((open_now & logged).T)
    labels = np.array([grid.label(i) for i in range(grid.size)])
    table = pd.DataFrame(
        {
            "interval_start": labels[row],
            "queue": np.array(calls.queues)[column],
            "offered": offered.T[row, column].astype(np.int64),
            "handled": total(answered.astype(np.float64)).T[row, column].astype(np.int64),
            "abandoned": total((calls.outcome == ABANDONED).astype(np.float64)).T[row, column].astype(np.int64),
            "aht_s": np.round(aht.T[row, column], 1),
        }
    )
    if waits:
        table["mean_wait_s"] = np.round(mean_wait.T[row, column], 1)
        table["answered_in_target"] = quick.T[row, column].astype(np.int64)
    return Counted(table, outside, len(days))
