"""Service above every target of a queue, and what the seats behind it cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from capacity.requirement import Requirement
from planning.result import OverService, TargetResult
from scheduling.curves import load_of
from scheduling.model import Model
from scheduling.result import Result
from scheduling.shortage import pooled_need


def over_service(
    targets: Sequence[TargetResult], weeks: Sequence[tuple[Model, Result]], requirement: Requirement
) -> tuple[OverService, ...]:
    """Return the queues served above every target, in the order of the requirement.

    A queue that misses any target is left out: what it exceeds elsewhere is no room to save.
    """
    missing = {row.queue for row in targets if not row.met and np.isfinite(row.simulated)}
    excess: dict[str, list[float]] = {}
    for row in targets:
        if row.measure in {"service_level", "share"} and np.isfinite(row.simulated) and row.queue not in missing:
            excess.setdefault(row.queue, []).append(row.simulated - row.target)
    spare = _spare_hours(weeks, requirement)
    hourly = float(np.mean([model.instance.hourly.mean() for model, _ in weeks if len(model.agents)] or [0.0]))
    return tuple(
        OverService(queue, float(np.mean(excess[queue])), spare.get(queue, 0.0), spare.get(queue, 0.0) * hourly)
        for queue in requirement.queues
        if queue in excess and np.mean(excess[queue]) > 0
    )


def _spare_hours(weeks: Sequence[tuple[Model, Result]], requirement: Requirement) -> dict[str, float]:
    """Return the paid hours of each queue beyond its pool's need, shrinkage put back."""
    hours: dict[str, float] = {}
    work = (requirement.volume * np.nan_to_num(requirement.aht_s)).sum(axis=1)
    for model, result in weeks:
        centre, step = model.folder.centre, model.intervals.step_minutes / 60
        needs = pooled_need(model)
        for g, pool in enumerate(model.pools):
            need = needs[g]
            if pool.deferred:
                low = requirement.grid.index_at(model.intervals.start)
                need = load_of(requirement, centre, pool)[low : low + model.intervals.size]
            left = result.seats[g] - need / model.learned.efficiency[g]
            day = np.bincount(model.intervals.day_of, left, minlength=len(model.intervals.days))
            spare = float(np.maximum(day, 0.0).sum()) * step / centre.shrinkage.kept
            part = work[list(pool.queues)] / max(float(work[list(pool.queues)].sum()), 1e-12)
            for q, share in zip(pool.queues, part.tolist(), strict=True):
                hours[centre.queue_ids[q]] = hours.get(centre.queue_ids[q], 0.0) + spare * share
    return hours
