"""The targets that a day still decides: what of each is settled, and what its miss is priced at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.service import ServiceReport
from capacity.targets import TargetRow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats
from planning.today.day import Day
from scheduling.service_rows import FCR_HOURS, SHORTFALL_HOURS
from scheduling.soft import mean_hour


@dataclass(frozen=True)
class Promises:
    """Targets with an interval that is not over.

    Attributes
    ----------
    rows : tuple of TargetRow
        Their intervals are the plan's.
    queue : int array, shape (rows,)
    inside : bool array, shape (rows, intervals of the day)
        The day's intervals that count, those over included.
    above, below : float arrays, shape (rows,)
        Weighted figure and weight of the other days, for targets of a week.
    price : float array, shape (rows,)
        Of a relative miss of one: the plan's own price of a contact that misses by 100 %, times the target's contacts.
    """

    rows: tuple[TargetRow, ...]
    queue: NDArray[np.int64]
    inside: NDArray[np.bool_]
    above: Floats
    below: Floats
    price: Floats

    def of_measure(self, measure: str) -> NDArray[np.int64]:
        """Return the rows of a measure."""
        return np.array([k for k, row in enumerate(self.rows) if row.measure == measure], dtype=np.int64)

    def misses(self, values: Floats) -> Floats:
        """Return the relative miss of each row, shape (rows,); 0 where nothing tells."""
        limit = np.array([row.limit for row in self.rows])
        sign = np.array([1.0 if row.upper else -1.0 for row in self.rows])
        return np.asarray(np.maximum(np.nan_to_num(sign * (values - limit) / limit), 0.0))

    def shortfall(self, values: Floats) -> float:
        """Return the price of all misses."""
        return float((self.price * self.misses(values)).sum())


def promises_of(
    folder: PlanningFolder,
    rows: Sequence[TargetRow],
    day: Day,
    grid: IntervalGrid,
    volume: Floats,
    report: ServiceReport,
) -> Promises:
    """Return the targets that the rest of a day can still move.

    Parameters
    ----------
    folder : PlanningFolder
    rows : sequence of TargetRow
        Of the plan's grid.
    day : Day
    grid : IntervalGrid
        The plan's.
    volume : float array, shape (queues, intervals of the plan)
        As it is seen now.
    report : ServiceReport
        The plan's simulated service: what other days of a week's target are taken to give.

    Notes
    -----
    Deferred work is judged by the day it arrives, and what is done today decides over earlier and later days too: its
    ``share`` is among the targets where contacts that arrive by tomorrow's end fall due after now.
    """
    ahead = np.flatnonzero(day.ahead) + day.first
    if not len(ahead):
        rows = ()
    kept = [row for row in rows if _open_still(row, ahead, grid)]
    inside = np.zeros((len(kept), day.grid.size), dtype=np.bool_)
    above, below = np.zeros(len(kept)), np.zeros(len(kept))
    price = np.zeros(len(kept))
    set_price, hour = folder.centre.priorities.shortfall_per_contact, mean_hour(folder.agents)
    for k, row in enumerate(kept):
        mine = row.intervals - day.first
        inside[k, mine[(mine >= 0) & (mine < day.grid.size)]] = True
        each = (FCR_HOURS if row.measure == "fcr" else SHORTFALL_HOURS) * hour if set_price is None else set_price
        price[k] = each * float(volume[row.queue, row.intervals].sum())
        others = row.intervals[(mine < 0) | (mine >= day.grid.size)]
        if len(others) and row.measure != "share":
            above[k], below[k] = _other_days(row, others, grid, volume, report)
    queue = np.array([row.queue for row in kept], dtype=np.int64)
    return Promises(tuple(kept), queue, inside, above, below, price)


def _open_still(row: TargetRow, ahead: NDArray[np.int64], grid: IntervalGrid) -> bool:
    """Tell whether the rest of the day can move a target."""
    if row.measure != "share":
        return bool(np.isin(row.intervals, ahead).any())
    tomorrow = int(grid.day_of[ahead[-1]]) + 1
    due = row.intervals + round(row.response_h * 60 / grid.step_minutes)
    return bool(((due > ahead[0]) & (grid.day_of[row.intervals] <= tomorrow)).any())


def _other_days(
    row: TargetRow, others: NDArray[np.int64], grid: IntervalGrid, volume: Floats, report: ServiceReport
) -> tuple[float, float]:
    """Return what the other days add to a week's figure and weight: contacts at their simulated figure."""
    above = below = 0.0
    name = report.queues[row.queue]
    for d in sorted(set(grid.day_of[others].tolist())):
        value = report.simulated("day", grid.days[d].isoformat(), name, row.measure)[0]
        weight = float(volume[row.queue, others[grid.day_of[others] == d]].sum())
        if np.isfinite(value):
            above += weight * value
            below += weight
    return above, below


def contact_weights(offered: Floats, figures: Mapping[str, Floats], seats: Floats, measure: str) -> Floats:
    """Return what a measure of each interval weighs, shape (queues, intervals), as in `capacity.roster_service`."""
    if measure == "occupancy":
        return seats
    if measure == "fcr":
        return np.asarray(offered * (1.0 - np.nan_to_num(figures["abandonment"])))
    return offered
