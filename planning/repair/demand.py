"""More or fewer contacts than were planned for: by queue and day, by a scenario, or in a file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from capacity.requirement import Requirement
from domain.history import Floats
from domain.scenario import Scenario
from forecasting.forecast import Forecast
from planning.files.plan_in import PlanIn
from planning.whatif.change import changed, needed
from planning.whatif.world import World


@dataclass(frozen=True)
class VolumeChange:
    """A multiplier on contacts.

    Attributes
    ----------
    factor : float
    queue : str
        Empty for all.
    day : date or None
        None for all days of the plan.
    """

    factor: float
    queue: str = ""
    day: date | None = None


def changed_need(world: World, plan: PlanIn, changes: Sequence[VolumeChange], scenario: Scenario | None) -> World:
    """Return the world that a repair is for: the plan's with a scenario and other volumes.

    Parameters
    ----------
    world : World
        The plan's own, or with another requirement.
    plan : PlanIn
        Its simulated FCR is what a scenario's repeats are counted from.
    changes : sequence of VolumeChange
    scenario : Scenario or None
        All of it but outages, which change no roster.
    """
    if scenario is not None:
        names = world.folder.centre.queue_ids
        fcr = {name: plan.service.simulated("week", plan.week.isoformat(), name, "fcr")[0] for name in names}
        made = changed(world, scenario.model_copy(update={"outage": ()}), fcr)
        # elastic seats are for the repair to book: the published ones stay until then
        world = replace(made, roster=world.roster)
    if not changes:
        return world
    volume = world.requirement.volume.copy()
    for change in changes:
        rows = [q for q, name in enumerate(world.folder.centre.queue_ids) if change.queue in ("", name)]
        days = [k for k, day in enumerate(world.requirement.grid.days) if change.day in (None, day)]
        inside = np.isin(world.requirement.grid.day_of, days)
        volume[rows] *= np.where(inside, change.factor, 1.0)
    agents = needed(world, world.folder.centre, volume, world.requirement.aht_s)
    scheduled = agents / world.folder.centre.shrinkage.kept
    return replace(
        world, requirement=replace(world.requirement, volume=volume, agents=agents, scheduled_agents=scheduled)
    )


def moved_forecast(forecast: Forecast, before: Requirement, after: Requirement) -> Forecast:
    """Return a forecast moved as a requirement's contacts were, so that the files of a repair agree."""
    ratio: Floats = np.divide(after.volume, before.volume, out=np.ones_like(after.volume), where=before.volume > 0)
    return replace(forecast, mean=forecast.mean * ratio, bands=forecast.bands * ratio)


def changed_days(before: Requirement, after: Requirement, first: int, days: int) -> list[int]:
    """Return the days of a week, counted from its first, whose contacts or handle times are other ones."""
    other = ~np.isclose(before.volume, after.volume, rtol=1e-3, atol=1e-9).all(axis=0)
    known = np.nan_to_num(before.aht_s), np.nan_to_num(after.aht_s)
    other |= ~np.isclose(*known, rtol=1e-3, atol=1e-9).all(axis=0)
    found = set(before.grid.day_of[other].tolist())
    return [d for d in range(days) if first + d in found]


def factor_of(before: Requirement, after: Requirement) -> float:
    """Return the contacts of one requirement over those of another."""
    total = float(before.volume.sum())
    return float(after.volume.sum()) / total if total > 0 else math.nan
