"""Deferred work over the days around today: done in time or not, by the seats that today's duty leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.deferred import DeferredWork, in_time
from capacity.roster_service import Need
from capacity.targets import TargetRow
from domain.centre import Centre
from domain.history import Floats


@dataclass(frozen=True)
class LaterWork:
    """Deferred queues over a horizon.

    Attributes
    ----------
    centre : Centre
    need : Need
        Of the plan's grid, from ``begin`` on.
    begin : int
        First interval of the plan that is reckoned: the plan's own first, or now where a backlog is counted.
    seats : float array, shape (queues, intervals of ``need``)
        That deferred queues have by the plan.
    today : slice
        The day's intervals among those of ``need``; it may begin before them.
    skip : int
        Intervals of the day that lie before ``begin``.
    """

    centre: Centre
    need: Need
    begin: int
    seats: Floats
    today: slice
    skip: int

    def values(self, rows: Sequence[TargetRow], seats: Floats) -> Floats:
        """Return the share done in time of each target, shape (rows,); NaN where none of its contacts is reckoned.

        Parameters
        ----------
        rows : sequence of TargetRow
            Of measure ``share``, on the plan's grid.
        seats : float array, shape (queues, intervals of the day)
        """
        whole = self.seats.copy()
        whole[:, self.today] = seats[:, self.skip :]
        known: dict[int, Floats] = {}
        found = np.full(len(rows), np.nan)
        for k, row in enumerate(rows):
            q = row.queue
            if q not in known:
                known[q] = self._share(q, row.response_h, whole[q])
            at = row.intervals - self.begin
            at = at[(at >= 0) & (at < self.need.grid.size)]
            share, weight = known[q][at], self.need.volume[q, at]
            told = np.isfinite(share) & (weight > 0)
            total = float(weight[told].sum())
            found[k] = float((share[told] * weight[told]).sum() / total) if total > 0 else np.nan
        return found

    def contacts(self, row: TargetRow) -> float:
        """Return the contacts of a target that are reckoned."""
        at = row.intervals - self.begin
        return float(self.need.volume[row.queue, at[(at >= 0) & (at < self.need.grid.size)]].sum())

    def _share(self, q: int, response_h: float, seats: Floats) -> Floats:
        queue, need = self.centre.queues[q], self.need
        backlog = need.backlog.get(queue.id, 0.0)
        work = DeferredWork.of_queue(
            queue, need.grid, need.volume[q], need.aht_s[q], need.worked[q], response_h, backlog
        )
        return in_time(work, np.where(need.worked[q], seats, 0.0))
