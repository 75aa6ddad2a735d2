"""What is short and why: the spans that make a target miss, and what keeps those who could work them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from capacity.search import Limits, seats_for
from capacity.targets import TargetRow, interval_limits
from domain.history import Floats
from domain.roster import Roster
from scheduling.elastic_left import elastic_left
from scheduling.late_work import late_text, late_work
from scheduling.leave import LegalShifts
from scheduling.model import Model
from scheduling.result import Result
from scheduling.who_could import Gap, unpriced, who_could

LEAST_SEATS = 0.25
"""Shortages below this are noise of rounding to whole people."""


@dataclass(frozen=True)
class Shortage:
    """A span in which a pool's seats stay below their need, and a target over it is missed.

    Attributes
    ----------
    queues : tuple of str
        Those of the pool whose targets are missed.
    start, end : datetime
    agents : float
        Mean seats missing: average agents on contact duty, as in the requirement.
    why : str
    """

    queues: tuple[str, ...]
    start: datetime
    end: datetime
    agents: float
    why: str


def shortages(model: Model, result: Result, roster: Roster, missed: Sequence[TargetRow]) -> tuple[Shortage, ...]:
    """Explain each target of waiting or lateness that is missed by the spans that cause it.

    Parameters
    ----------
    model : Model
    result : Result
    roster : Roster
    missed : sequence of TargetRow
        Targets found missed by the simulation.
    """
    centre = model.folder.centre
    found: list[Shortage] = []
    legal = LegalShifts.of(model.folder, model.first, model.instance.days)
    needs = pooled_need(model)
    for g, pool in enumerate(model.pools):
        rows = [row for row in missed if row.queue in pool.queues and row.measure != "fcr" and len(row.intervals)]
        names = tuple(centre.queue_ids[q] for q in pool.queues if any(row.queue == q for row in rows))
        if pool.deferred:
            found += [_late(_gap(model, result, roster, legal, g, *_ends(row)), row) for row in rows]
            continue
        if not rows:
            continue
        inside = np.unique(np.concatenate([row.intervals for row in rows]))
        need = np.zeros(model.intervals.size)
        need[inside] = needs[g, inside]
        for low, high, seats, said in _lacking(model, result, g, need):
            gap = _gap(model, result, roster, legal, g, low, high)
            why = " ".join(part for part in (said, who_could(gap), elastic_left(gap), unpriced(gap)) if part)
            found.append(Shortage(names, gap.start, gap.end, seats, why))
    return tuple(found)


def _gap(model: Model, result: Result, roster: Roster, legal: LegalShifts, g: int, low: int, high: int) -> Gap:
    """Return the gap of some intervals, half open."""
    grid = model.intervals
    return Gap(model, result, roster, legal, g, grid.start + low * grid.step, grid.start + high * grid.step)


def _ends(row: TargetRow) -> tuple[int, int]:
    return int(row.intervals[0]), int(row.intervals[-1]) + 1


def _late(gap: Gap, row: TargetRow) -> Shortage:
    """Explain a deferred target that is missed."""
    late = late_work(gap, row)
    queue = gap.model.folder.centre.queue_ids[row.queue]
    return Shortage((queue,), gap.start, gap.end, late.seats, late_text(gap, row, late))


def _lacking(model: Model, result: Result, g: int, need: Floats) -> list[tuple[int, int, float, str]]:
    """Return the spans of a pool that lack seats, with the mean lack and what is to be said of it.

    Where the seats are enough by the formulas and a target is missed all the same, what the simulation found a seat
    to be worth is counted in; each day that even so lacks next to nothing is one span.
    """
    seats, day_of = result.seats[g], model.intervals.day_of
    efficiency = model.learned.efficiency[g]
    found: list[tuple[int, int, float, str]] = []
    for d in np.unique(day_of[need > 0]):
        wanted = np.where(day_of == d, need, 0.0)
        lack = np.where(wanted > 0, wanted - seats, 0.0)
        said = ""
        spans = _spans(lack)
        if not spans:
            lack = np.where(wanted > 0, wanted - seats * efficiency, 0.0)
            spans = _spans(lack)
            worth = float(np.average(efficiency, weights=wanted))
            said = (
                f"By the formulas the seats are enough; in the simulation a seat there was worth {worth:.2f} "
                "(routing, absence by chance, load carried over)."
            )
        if not spans:
            open_ = np.flatnonzero(wanted > 0)
            spans = [(int(open_[0]), int(open_[-1]) + 1)]
            said = "No interval lacks a quarter of a seat: the miss is small and spread over the day."
        found += [(low, high, max(float(lack[low:high].mean()), 0.0), said) for low, high in spans]
    return found


def pooled_need(model: Model) -> Floats:
    """Return the seats at which each live pool alone keeps its strictest targets, shape (pools, intervals).

    Queues that the same people serve are taken as one line of waiting contacts, as the roster is planned; deferred
    pools are left at 0.
    """
    centre = model.folder.centre
    need = np.zeros(model.pool_volume.shape)
    for g, pool in enumerate(model.pools):
        if pool.deferred:
            continue
        queue = centre.queues[pool.queues[0]]
        limits = [interval_limits(centre.queues[q]) for q in pool.queues]
        strictest = Limits(
            min(limit.mean_wait_s for limit in limits),
            min(limit.abandonment for limit in limits),
            min(limit.occupancy for limit in limits),
            tuple(dict.fromkeys(level for limit in limits for level in limit.service_levels)),
        )
        need[g] = seats_for(
            model.pool_volume[g] * 60.0 / model.intervals.step_minutes,
            model.pool_aht[g],
            strictest,
            patience_s=queue.patience_s,
            concurrency=queue.concurrency,
            slowdown=queue.slowdowns(),
        )
    return need


def _spans(lack: Floats) -> list[tuple[int, int]]:
    """Return the half-open runs of intervals in which the lack is more than noise."""
    short = np.concatenate(([0], (lack > LEAST_SEATS).astype(np.int8), [0]))
    return [(int(low), int(high)) for low, high in np.flatnonzero(np.diff(short)).reshape(-1, 2)]
