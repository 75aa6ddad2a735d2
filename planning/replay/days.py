"""Days as they were: contacts, handle times and service by queue and interval, as a centre counted them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from capacity.simulation import FixedArrivals
from capacity.simulation.inputs import thresholds
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Floats, History
from planning.call_log.calls import ABANDONED, Calls
from planning.call_log.contacts import logged_contacts
from planning.files.table import Mask


@dataclass(frozen=True)
class ActualDays:
    """What came and what service it got. The arrays have shape (queues, intervals) and are NaN where unknown.

    Attributes
    ----------
    grid : IntervalGrid
    queues : tuple of str
    volume : float array
        Contacts to replay, known everywhere.
    offered : float array
        Contacts as counted.
    aht_s : float array
        Mean handle time; all unknown where ``contacts`` bring their own.
    wait_s : float array
        Time in queue of all offered contacts together.
    in_target, abandoned : float arrays
        Contacts.
    contacts : FixedArrivals or None
        Each contact by itself, where a log tells.
    handle_times : mapping of queue to float array
        Seconds to draw from for contacts whose own handle time is not known.
    """

    grid: IntervalGrid
    queues: tuple[str, ...]
    volume: Floats
    offered: Floats
    aht_s: Floats
    wait_s: Floats
    in_target: Floats
    abandoned: Floats
    contacts: FixedArrivals | None = None
    handle_times: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def of_history(cls, history: History, grid: IntervalGrid, is_open: Mask) -> ActualDays:
        """Put counts on the grid; an interval without a row stays unknown.

        In a gap between rows of a day, while the queue is open, as many contacts are replayed as lie between its ends:
        taken for empty it would leave those after it less work than they had.
        """
        place = (history.start - grid.starts[0]).astype(np.int64) // (60 * grid.step_minutes)

        def table(values: Floats) -> Floats:
            found = np.full((len(history.queues), grid.size), np.nan)
            found[history.queue, place] = values
            return found

        offered = table(history.offered)
        # Where nothing came nobody waited, whatever the exporting system leaves empty.
        nothing = offered == 0
        wait, quick, left = (
            np.where(nothing, 0.0, table(values))
            for values in (history.mean_wait_s * history.offered, history.answered_in_target, history.abandoned)
        )
        volume = _filled(offered, grid, is_open)
        return cls(grid, history.queues, volume, offered, table(history.aht_s), wait, quick, left)

    @classmethod
    def of_calls(cls, calls: Calls, centre: Centre, grid: IntervalGrid) -> ActualDays:
        """Take the contacts of a log whose queues are the centre's; answered in target is within the day's limit."""
        logged = logged_contacts(calls, grid)
        within = np.array([thresholds(queue)[0][1] for queue in centre.queues])
        inside = calls.select(logged.inside)
        place = (inside.queue, ((inside.arrival - grid.starts[0]).astype(np.int64) // (60 * grid.step_minutes)))

        def total(values: Mask | Floats) -> Floats:
            found = np.zeros(logged.volume.shape)
            np.add.at(found, place, values)
            return found

        waited = np.isfinite(inside.wait_s)
        known = total(waited)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total(np.where(waited, inside.wait_s, 0.0)) / known
        nothing = logged.volume == 0
        unknown = (known == 0) & ~nothing
        quick = total(inside.answered & (inside.wait_s <= within[inside.queue]))
        return cls(
            grid=grid,
            queues=centre.queue_ids,
            volume=logged.volume,
            offered=logged.volume,
            aht_s=np.full_like(logged.volume, np.nan),
            wait_s=np.where(nothing, 0.0, mean * logged.volume),
            in_target=np.where(unknown, np.nan, quick),
            abandoned=total(inside.outcome == ABANDONED),
            contacts=logged.arrivals,
            handle_times=logged.handle_times,
        )


def _filled(counted: Floats, grid: IntervalGrid, is_open: Mask) -> Floats:
    """Return whole contacts in every interval, shape (queues, intervals)."""
    found = np.nan_to_num(counted)
    for q, row in enumerate(counted):
        for day in range(len(grid.days)):
            mine = grid.day_of == day
            known = np.flatnonzero(mine & np.isfinite(row))
            gaps = np.flatnonzero(mine & is_open[q] & ~np.isfinite(row))
            if known.size:
                gaps = gaps[(gaps > known[0]) & (gaps < known[-1])]
                found[q, gaps] = np.rint(np.interp(gaps, known, row[known]))
    return found
