"""Sentences for people: what was assumed, what binds, what cannot be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from capacity.duty_hours import contact_hours
from capacity.reach import reachable_fcr
from capacity.requirement import Requirement, needs_by_measure
from domain.coverage import Server
from domain.folder import PlanningFolder
from planning.result import TargetResult
from scheduling.build import Model
from scheduling.solve import Result

OVER_POINTS = 0.02
"""Service above target by more than this is told, with what it is."""

WORDS = {
    "mean_wait_s": "mean wait",
    "service_level": "service level",
    "abandonment": "abandonment",
    "occupancy": "occupancy",
    "fcr": "FCR",
    "share": "share done in time",
}


def notes_of(
    folder: PlanningFolder,
    requirement: Requirement,
    servers: Sequence[Server],
    targets: Sequence[TargetResult],
    weeks: Sequence[tuple[Model, Result]],
    week: date,
    forecast_notes: Sequence[str],
) -> tuple[str, ...]:
    """Gather what a planner should know beside the figures."""
    centre = folder.centre
    notes: list[str] = []
    if not centre.country:
        notes.append("No country is named in centre.toml: public holidays are those of events.csv alone.")
    for queue in centre.queues:
        if queue.concurrency > 1 and not queue.slowdown:
            notes.append(
                f"{queue.id}: no slowdown is given for {queue.concurrency} contacts at once, so 1.0 is assumed; "
                "with real slowdown the same seats are busier than planned."
            )
    for implied in sorted({row.queue for row in targets if row.implied}):
        notes.append(
            f"{implied}: patience is at or below the wait target, so abandonment is held to 5 % as well (implied)."
        )
    if any(row.measure == "fcr" and not row.met for row in targets):
        volume = requirement.volume.sum(axis=1)
        work = (requirement.volume * np.nan_to_num(requirement.aht_s)).sum(axis=1)
        aht = np.where(volume > 0, work / np.maximum(volume, 1e-12), np.nan)
        days = 7 * len(weeks)
        reach = reachable_fcr(folder, servers, volume, aht, contact_hours(folder, servers, week, days))
        notes += reach.sentences()
    notes += _binding(folder, requirement)
    notes += _over_service(targets)
    notes.append(
        "The bound belongs to the planning model of the simulate-and-tighten round whose roster did best when "
        "simulated, and is the one handed out: queues that the same people serve are planned as one line, and seats "
        "count as the simulation of the round before found them."
    )
    return tuple(dict.fromkeys((*notes, *forecast_notes)))


def _binding(folder: PlanningFolder, requirement: Requirement) -> list[str]:
    """Name, for each queue, the target that asks for the most, and what each other would need alone."""
    found = []
    step = requirement.grid.step_minutes
    for q, queue in enumerate(folder.centre.queues):
        if queue.deferred:
            continue
        needs = needs_by_measure(queue, requirement.volume[q], requirement.aht_s[q], step)
        hours = {measure: float(np.nansum(value)) * step / 60 for measure, value in needs.items()}
        if len(hours) < 2:
            continue
        order = sorted(hours, key=lambda measure: -hours[measure])
        others = ", ".join(f"{WORDS[m]} {hours[m]:,.0f}" for m in order[1:])
        found.append(
            f"{queue.id}: {WORDS[order[0]]} binds (interval by interval it needs {hours[order[0]]:,.0f} agent-hours "
            f"on contact; alone: {others})."
        )
    return found


def _over_service(targets: Sequence[TargetResult]) -> list[str]:
    """Say where service is well above its target: the price of whole shifts, minimum hours or pooling."""
    found = []
    by_queue: dict[str, list[float]] = {}
    for row in targets:
        if row.measure in {"service_level", "share"} and np.isfinite(row.simulated):
            by_queue.setdefault(row.queue, []).append(row.simulated - row.target)
    for queue, excess in by_queue.items():
        mean = float(np.mean(excess))
        if mean > OVER_POINTS:
            found.append(f"{queue}: over-served by {100 * mean:.1f} points of its target on average.")
    return found
