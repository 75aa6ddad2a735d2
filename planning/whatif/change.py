"""What a scenario changes in a world: volume, people, targets, prices, seats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from capacity.repeats import replanned_volume
from capacity.requirement import agents_for, deferred_agents
from capacity.roster_service import NO_FIT
from capacity.servers import elastic_cap
from domain.centre import Centre, ElasticPool
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.queues import Queue, Target
from domain.roster import Roster
from domain.scenario import Prices, Scenario, TargetChange
from planning.files.interval_rows import open_intervals
from planning.whatif.elastic import with_cap
from planning.whatif.world import World, without_queue


def changed(
    world: World,
    scenario: Scenario,
    fcr: Mapping[str, float],
    fitted: Mapping[str, Floats] = NO_FIT,
    *,
    agents: bool = True,
) -> World:
    """Return the world of a scenario.

    Parameters
    ----------
    world : World
        The plan's own.
    scenario : Scenario
    fcr : mapping of queue to float
        FCR of the plan's roster, from which repeats are counted; NaN or absent where it is not known.
    fitted : mapping of measure to float array, optional
        What seats are worth, for elastic seats that are booked.
    agents : bool
        Also work out the agents that its targets need; elastic seats are booked by them.
    """
    points = {queue: scenario.of("fcr", queue, 0.0) for queue in world.folder.centre.queue_ids}
    centre = _centre(world.folder.centre, scenario)
    folder = _priced(replace(world.folder, centre=centre), scenario)
    requirement = world.requirement
    volume, aht = _arrivals(world, scenario, points, fcr)
    need = replace(requirement, volume=volume, aht_s=aht)
    if agents or scenario.elastic is not None:
        wanted = needed(world, centre, volume, aht)
        need = replace(need, agents=wanted, scheduled_agents=wanted / centre.shrinkage.kept)
    made = replace(world, folder=folder, requirement=need)
    if any(points.values()):
        made = made.with_points(points)
    if scenario.elastic is not None:
        before = elastic_cap(world.folder, world.options.week)
        made = with_cap(made, scenario.elastic, before, fitted)
    if not scenario.outage:
        return made
    # shifts that began before the plan reach into it
    roster, earlier = made.roster, Roster.of(made.folder.previous)
    for outage in scenario.outage:
        roster = without_queue(roster, outage.queue, outage.start, outage.end)
        earlier = without_queue(earlier, outage.queue, outage.start, outage.end)
    return replace(made, folder=replace(made.folder, previous=earlier.stretches)).with_roster(roster)


def needed(world: World, centre: Centre, volume: Floats, aht: Floats) -> Floats:
    """Return the agents that other arrivals need, shape (queues, intervals).

    Parameters
    ----------
    world : World
        As planned: what deferred queues need is moved by the difference, for their backlog is in the requirement.
    centre : Centre
        As it becomes.
    volume, aht : float arrays, shape (queues, intervals)
    """
    requirement = world.requirement
    agents = requirement.agents.copy()
    need_before = world.need
    for q, (queue, was) in enumerate(zip(centre.queues, world.folder.centre.queues, strict=True)):
        if not queue.deferred:
            agents[q] = agents_for(queue, requirement.grid, volume[q], aht[q])
            continue
        waiting = need_before.backlog.get(queue.id, 0.0)
        hours = need_before.worked[q]
        old = deferred_agents(was, requirement.grid, requirement.volume[q], requirement.aht_s[q], hours, waiting)
        new = deferred_agents(queue, requirement.grid, volume[q], aht[q], hours, waiting)
        agents[q] = np.maximum(agents[q] + new - old, 0.0)
    return agents


def _arrivals(
    world: World, scenario: Scenario, points: Mapping[str, float], fcr: Mapping[str, float]
) -> tuple[Floats, Floats]:
    """Return volume and handle times: multipliers, the mix, a bot, repeats at another FCR."""
    centre, requirement = world.folder.centre, world.requirement
    grid = requirement.grid
    asked = any(points.values()) or bool(scenario.mix)
    takes = open_intervals(centre, grid, world.folder.events) if asked else np.zeros((0, 0), dtype=np.bool_)
    volume, aht = requirement.volume.copy(), requirement.aht_s.copy()
    for q, queue in enumerate(centre.queues):
        volume[q] *= scenario.of("volume", queue.id, 1.0)
        aht[q] *= scenario.of("aht", queue.id, 1.0)
        deflection = scenario.of("deflection", queue.id, queue.deflection)
        volume[q] *= (1.0 - deflection) / (1.0 - queue.deflection)
        if (deflection > 0) != (queue.deflection > 0):
            aht[q] *= queue.deflected_aht_factor if deflection > 0 else 1.0 / queue.deflected_aht_factor
        today = fcr.get(queue.id, np.nan)
        if points[queue.id] and np.isfinite(today) and queue.repeat_probability > 0:
            volume[q] = replanned_volume(
                volume[q],
                np.ones_like(takes[q]) if queue.deferred else takes[q],
                today_fcr=today,
                planned_fcr=float(np.clip(today + points[queue.id], 0.0, 1.0)),
                repeat_probability=queue.repeat_probability,
                repeat_delay_h=queue.repeat_delay_h,
                step_minutes=grid.step_minutes,
            )
    for shift in scenario.mix:
        source, to = centre.queue_ids.index(shift.source), centre.queue_ids.index(shift.to)
        moved = shift.share * volume[source]
        # What comes while the other queue is closed stays where it is.
        moved = np.where(takes[to] | centre.queues[to].deferred, moved, 0.0)
        volume[source] -= moved
        volume[to] += moved
        aht[to] = np.where(np.isfinite(aht[to]) & (aht[to] > 0), aht[to], aht[source])
    return volume, aht


def _centre(centre: Centre, scenario: Scenario) -> Centre:
    """Return the centre with the scenario's patience, targets, absence and elastic seats."""
    queues = tuple(_queue(queue, scenario) for queue in centre.queues)
    shrinkage = centre.shrinkage
    if scenario.absence is not None:
        shrinkage = shrinkage.model_copy(update={"absence": scenario.absence})
    elastic = centre.elastic
    if elastic is not None and scenario.elastic is not None:
        given = {name: value for name, value in scenario.elastic.model_dump().items() if value is not None}
        elastic = elastic.model_copy(update=given)
    return centre.model_copy(update={"queues": queues, "shrinkage": shrinkage, "elastic": elastic})


def _queue(queue: Queue, scenario: Scenario) -> Queue:
    update: dict[str, object] = {}
    if queue.patience_s is not None:
        update["patience_s"] = queue.patience_s * scenario.of("patience", queue.id, 1.0)
    change = scenario.target.get(queue.id, scenario.target.get(""))
    if change is not None:
        update["targets"] = changed_targets(queue, change)
    return queue.model_copy(update=update) if update else queue


def changed_targets(queue: Queue, change: TargetChange) -> tuple[Target, ...]:
    """Return a queue's targets with some keys changed; a measure that none has joins the first.

    Keys that make no sense for the queue (a response time of a live one, a wait of a deferred one) are left out.
    """
    own = {"response_h", "share", "fcr"} if queue.deferred else {*TargetChange.model_fields} - {"response_h", "share"}
    given = {name: value for name, value in change.given().items() if name in own}
    targets = list(queue.targets)
    left = dict(given)
    for k, target in enumerate(targets):
        mine = {name: value for name, value in given.items() if getattr(target, name) is not None}
        targets[k] = target.model_copy(update=mine)
        left = {name: value for name, value in left.items() if name not in mine}
    pairs = (("service_level", "within_s"), ("response_h", "share"))
    for pair in pairs:  # half a pair that no target has means nothing
        if sum(name in left for name in pair) == 1:
            left = {name: value for name, value in left.items() if name not in pair}
    if left:
        first = targets[0] if targets else Target()
        targets[:1] = [first.model_copy(update=left)]
    return tuple(targets)


def _priced(folder: PlanningFolder, scenario: Scenario) -> PlanningFolder:
    """Return the folder with the scenario's prices of people and seats."""
    prices = scenario.prices
    if prices == Prices():
        return folder
    agents = tuple(
        agent.model_copy(
            update={"hourly_cost": agent.hourly_cost * (prices.expert if agent.pool == "expert" else prices.core)}
        )
        for agent in folder.agents
    )
    elastic: ElasticPool | None = folder.centre.elastic
    if elastic is not None:
        elastic = elastic.model_copy(update={"hourly_cost": elastic.hourly_cost * prices.elastic})
    return replace(folder, agents=agents, centre=folder.centre.model_copy(update={"elastic": elastic}))
