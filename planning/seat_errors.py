"""Errors of forecasts in seats: what the forecast would have staffed against what the contacts that came needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from capacity.search import Limits, seats_for
from capacity.targets import interval_limits
from domain.centre import Centre
from domain.history import Floats, History
from domain.queues import Queue
from forecasting.accuracy import ALL, Compared
from forecasting.backtest import CHOSEN, NAIVE, Judged
from forecasting.backtest_row import BacktestRow
from forecasting.members import FLOOR

SEATED = frozenset({CHOSEN, FLOOR, *NAIVE})
"""Members whose errors are told in seats too: what is taken, and what needs no model."""


@dataclass(frozen=True)
class SeatError:
    """How far forecasts lay off in agents on contact duty.

    Attributes
    ----------
    seats : float
        Agents that what came needed, on average over open intervals.
    off : float
        Mean absolute error in agents.
    wape : float
        ``off`` over ``seats``.
    bias : float
        Mean error in agents; positive is too many.
    short : float
        Mean of agents missing where too few were forecast.
    """

    seats: float
    off: float
    wape: float
    bias: float
    short: float


@dataclass
class _Sums:
    cells: int = 0
    needed: float = 0.0
    absolute: float = 0.0
    error: float = 0.0
    short: float = 0.0

    def add(self, planned: Floats, needed: Floats) -> None:
        miss = planned - needed
        self.cells += len(miss)
        self.needed += float(needed.sum())
        self.absolute += float(np.abs(miss).sum())
        self.error += float(miss.sum())
        self.short += float(np.maximum(-miss, 0.0).sum())

    def result(self) -> SeatError:
        cells = max(self.cells, 1)
        wape = self.absolute / self.needed if self.needed > 0 else float("nan")
        return SeatError(self.needed / cells, self.absolute / cells, wape, self.error / cells, self.short / cells)


def seats_needed(queue: Queue, contacts: Floats, aht_s: float | Floats, step_minutes: float) -> Floats:
    """Return the agents that contacts need at the queue's targets, each interval alone.

    Parameters
    ----------
    queue : Queue
        Deferred work, and a queue without targets, need their workload.
    contacts : float array, any shape
        In an interval.
    aht_s : float or float array
    step_minutes : float
    """
    flat = contacts.ravel() * (60.0 / step_minutes)
    limits = Limits() if queue.deferred else interval_limits(queue)
    aht = np.broadcast_to(np.asarray(aht_s, dtype=np.float64), contacts.shape).ravel()
    # Few values occur, and most of them often: counts of an interval are whole numbers.
    pairs, where = np.unique(np.round(np.stack([flat, aht]), 6), axis=1, return_inverse=True)
    found = seats_for(
        pairs[0],
        pairs[1],
        limits,
        patience_s=queue.patience_s,
        concurrency=queue.concurrency,
        slowdown=queue.slowdowns(),
    )
    return np.asarray(found)[where.ravel()].reshape(contacts.shape)


def usual_aht(centre: Centre, history: History) -> dict[str, float]:
    """Return each queue's mean handle time by contacts; its own where history has none, 300 s without either."""
    found = {}
    for q, queue in enumerate(centre.queues):
        weight = np.where(np.isfinite(history.handled), history.handled, history.offered)
        use = (history.queue == q) & np.isfinite(history.aht_s) & (history.aht_s > 0) & (weight > 0)
        told = queue.aht_s if queue.aht_s is not None else 300.0
        found[queue.id] = float(np.average(history.aht_s[use], weights=weight[use])) if use.any() else told
    return found


@dataclass
class SeatErrors:
    """Collects judged weeks of a back-test.

    Attributes
    ----------
    centre : Centre
    aht_s : mapping of queue to float
    """

    centre: Centre
    aht_s: Mapping[str, float]
    _sums: dict[tuple[str, str, int], _Sums] = field(default_factory=dict)

    def __call__(self, judged: Judged) -> None:
        """Take one judged week; members other than ``SEATED`` are passed over."""
        if judged.member not in SEATED:
            return
        known = np.isfinite(judged.actual)
        queue, step = self.centre.queue(judged.queue), self.centre.interval_minutes
        aht = self.aht_s[judged.queue]
        planned = seats_needed(queue, judged.expected[known], aht, step)
        needed = seats_needed(queue, judged.actual[known], aht, step)
        self._sums.setdefault((judged.queue, judged.member, judged.lead), _Sums()).add(planned, needed)

    def of(self, row: BacktestRow) -> SeatError:
        """Return the errors that go with a row of the back-test, NaN where they are not told in seats."""
        found = self._sums.get((row.queue, row.member, row.lead))
        return SeatError(*(np.nan for _ in fields(SeatError))) if found is None else found.result()


def seat_accuracy(centre: Centre, compared: Sequence[Compared]) -> dict[tuple[str, int], SeatError]:
    """Return earlier forecasts' errors in seats, by queue (and all) and lead, at the forecast's handle time."""
    sums: dict[tuple[str, int], _Sums] = {}
    for item in compared:
        queue = centre.queue(item.queue)
        spare = queue.aht_s if queue.aht_s is not None else 300.0
        aht = np.where(np.isfinite(item.aht_s) & (item.aht_s > 0), item.aht_s, spare)
        for lead in np.unique(item.lead[np.isfinite(item.actual)]).tolist():
            use = np.isfinite(item.actual) & (item.lead == lead)
            planned = seats_needed(queue, item.mean[use], aht[use], item.grid.step_minutes)
            needed = seats_needed(queue, item.actual[use], aht[use], item.grid.step_minutes)
            for name in (item.queue, ALL):
                sums.setdefault((name, lead), _Sums()).add(planned, needed)
    return {key: value.result() for key, value in sums.items()}
