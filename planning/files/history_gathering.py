"""History finer than the centre's intervals, added up into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.centre import Centre
from domain.history import Floats, History, Ints
from planning.files.faults import listed
from planning.files.local_time import LocalTime, open_at
from planning.files.table import Table


def row_key(queue: Ints, start: NDArray[np.datetime64]) -> Ints:
    """Return one integer per queue and second."""
    return (queue << 40) + start.astype("datetime64[s]").astype(np.int64)


@dataclass(frozen=True)
class _Cells:
    """Rows gathered into intervals: ``member`` is each row's interval."""

    member: Ints
    size: int

    def total(self, values: Floats) -> Floats:
        """Sum per interval; NaN where any row does not tell."""
        return np.bincount(self.member, values, minlength=self.size).astype(np.float64)

    def mean(self, values: Floats, weight: Floats) -> Floats:
        """Weighted mean per interval over rows that give a value and a weight."""
        known = ~np.isnan(values) & (weight > 0)
        total = np.bincount(self.member[known], values[known] * weight[known], minlength=self.size)
        weights = np.bincount(self.member[known], weight[known], minlength=self.size)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(weights > 0, total / weights, np.nan))


def gathered(table: Table, history: History, local: LocalTime, step: dict[int, int], centre: Centre) -> History:
    """Add finer rows up into the centre's intervals."""
    interval = centre.interval_minutes
    into = local.minute % interval
    whole = history.start - (into * 60).astype("timedelta64[s]")
    key = row_key(history.queue, whole)
    distinct, head, member = np.unique(key, return_index=True, return_inverse=True)
    cells = _Cells(member.astype(np.int64), len(distinct))
    queue, start = history.queue[head], whole[head]
    live_row = np.ones(len(history), dtype=np.bool_)
    wanted = np.ones(len(distinct), dtype=np.int64)
    for k, width in step.items():
        mine = queue == k
        if width < interval and mine.any():
            parts = start[mine][:, None] + (np.arange(0, interval, width) * 60).astype("timedelta64[s]")
            live = open_at(centre.queues[k], parts.ravel(), centre.timezone).reshape(parts.shape)
            wanted[mine] = live.sum(axis=1)
            rows = history.queue == k
            live_row[rows] = open_at(centre.queues[k], history.start[rows], centre.timezone)
    present = np.bincount(member, live_row, minlength=len(distinct))
    whole_ones = present >= wanted
    names = listed(centre.queue_ids[k] for k, width in step.items() if width < interval)
    sentence = f"history of {names} is finer than interval_minutes ({interval}) and is added up"
    if not whole_ones.all():
        sentence += f"; {int((~whole_ones).sum())} intervals with rows missing are left out as unknown"
    table.faults.notice(table.file, remark=sentence, column="interval_start")
    served = np.where(np.isnan(history.handled), history.offered, history.handled)
    whole_history = History(
        queues=history.queues,
        start=start,
        queue=queue,
        offered=cells.total(history.offered),
        handled=cells.total(history.handled),
        abandoned=cells.total(history.abandoned),
        aht_s=cells.mean(history.aht_s, served),
        mean_wait_s=cells.mean(history.mean_wait_s, history.offered),
        answered_in_target=cells.total(history.answered_in_target),
        backlog=_last(history.backlog, history.start, cells),
    )
    order: Any = np.lexsort((queue, start))
    return whole_history.select(order[whole_ones[order]])


def _last(values: Floats, start: NDArray[np.datetime64], cells: _Cells) -> Floats:
    """Return the value of each interval's latest row: a backlog is a level, not a flow."""
    order = np.argsort(start, kind="stable")
    last = np.zeros(cells.size, dtype=np.int64)
    last[cells.member[order]] = order
    return values[last]
