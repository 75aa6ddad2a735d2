"""Which target binds a queue: the agent-hours that each target alone would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.requirement import Requirement, needs_by_measure
from domain.centre import Centre

WORDS = {
    "mean_wait_s": "mean wait",
    "service_level": "service level",
    "abandonment": "abandonment",
    "occupancy": "occupancy",
}


@dataclass(frozen=True)
class Binding:
    """What each target of a live queue would take alone, interval by interval.

    Attributes
    ----------
    queue : str
    hours : dict of str to float
        Agent-hours on contact duty over the horizon by measure; the largest binds.
    """

    queue: str
    hours: dict[str, float]

    @property
    def binds(self) -> str:
        """The measure that asks for the most."""
        return max(self.hours, key=lambda measure: self.hours[measure])


@dataclass(frozen=True)
class DayBinding:
    """What each target of a live queue would take alone on one day, agent-hours on contact duty by measure."""

    queue: str
    day: str
    hours: dict[str, float]

    @property
    def binds(self) -> str:
        """The measure that asks for the most."""
        return max(self.hours, key=lambda measure: self.hours[measure])


def binding_by_day(centre: Centre, requirement: Requirement) -> list[DayBinding]:
    """Return the live queues that have such targets, day by day where contacts come."""
    grid = requirement.grid
    found = []
    for q, queue in enumerate(centre.queues):
        if queue.deferred:
            continue
        needs = needs_by_measure(queue, requirement.volume[q], requirement.aht_s[q], grid.step_minutes)
        came = np.bincount(grid.day_of, requirement.volume[q], minlength=len(grid.days))
        by_day = {
            str(measure): np.bincount(grid.day_of, np.nan_to_num(value), minlength=len(grid.days))
            * (grid.step_minutes / 60)
            for measure, value in needs.items()
        }
        found += [
            DayBinding(queue.id, day.isoformat(), {measure: float(hours[d]) for measure, hours in by_day.items()})
            for d, day in enumerate(grid.days)
            if by_day and came[d] > 0
        ]
    return found


def binding_of(centre: Centre, requirement: Requirement) -> list[Binding]:
    """Return the live queues that have such targets, in their order."""
    found = []
    step = requirement.grid.step_minutes
    for q, queue in enumerate(centre.queues):
        if queue.deferred:
            continue
        needs = needs_by_measure(queue, requirement.volume[q], requirement.aht_s[q], step)
        hours = {str(measure): float(np.nansum(value)) * step / 60 for measure, value in needs.items()}
        if hours:
            found.append(Binding(queue.id, hours))
    return found


def binding_note(rows: Sequence[Binding]) -> list[str]:
    """Say in one sentence which target binds how many queues, and what the others would have taken."""
    several = [row for row in rows if len(row.hours) > 1]
    notes = []
    for measure in WORDS:
        mine = [row for row in several if row.binds == measure]
        if not mine:
            continue
        others = {
            other: sum(row.hours.get(other, 0.0) for row in mine)
            for other in WORDS
            if other != measure and any(other in row.hours for row in mine)
        }
        alone = ", ".join(f"{WORDS[other]} {hours:,.0f}" for other, hours in others.items())
        who = mine[0].queue if len(mine) == 1 else f"{len(mine)} queues"
        total = sum(row.hours[measure] for row in mine)
        notes.append(
            f"{WORDS[measure].capitalize()} binds for {who}: taken interval by interval and queue by queue it takes "
            f"{total:,.0f} agent-hours on contact; the other targets alone would take fewer agent-hours ({alone})."
        )
    return notes
