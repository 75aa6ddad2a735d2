"""What was counted in each interval of a grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.grid import IntervalGrid
from domain.history import Floats, History
from forecasting.days import latest_rows, row_minutes


def counted(history: History, queues: Sequence[str], grid: IntervalGrid) -> Floats:
    """Return the contacts counted in each interval, shape (queues, intervals); NaN where no row is.

    Parameters
    ----------
    history : History
        Of rows for the same instant the last one stands; rows with fewer than no contacts are not looked at.
    queues : sequence of str
    grid : IntervalGrid

    Notes
    -----
    Rows finer than the grid are added up, an interval with fewer of them than the fullest one being scaled up;
    coarser ones are spread evenly.
    """
    result = np.full((len(queues), grid.size), np.nan)
    index_of = {name: k for k, name in enumerate(history.queues)}
    seconds = history.start.astype("datetime64[s]").astype(np.int64) - int(grid.start.timestamp())
    for k, name in enumerate(queues):
        mine = (history.queue == index_of.get(name, -1)) & np.isfinite(history.offered) & (history.offered >= 0)
        rows = latest_rows(seconds, np.flatnonzero(mine))
        parts = max(row_minutes(seconds[rows], grid.step_minutes) // grid.step_minutes, 1)
        cell = np.repeat(seconds[rows] // (60 * grid.step_minutes), parts) + np.tile(np.arange(parts), len(rows))
        offered = np.repeat(history.offered[rows] / parts, parts)
        inside = (cell >= 0) & (cell < grid.size)
        times = np.bincount(cell[inside], minlength=grid.size)
        total = np.bincount(cell[inside], weights=offered[inside], minlength=grid.size)
        whole = max(int(times.max(initial=0)), 1)
        result[k] = np.where(times > 0, total * whole / np.maximum(times, 1), np.nan)
    return result
