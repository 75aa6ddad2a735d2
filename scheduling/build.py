"""From a planning folder and its requirement to the arrays of the planning model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from capacity.requirement import Requirement
from capacity.servers import elastic_cap
from capacity.targets import TargetRow
from domain.centre import Centre
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.roster import OFF, Roster, Stretch
from scheduling.curves import Learned, load_of, pooled
from scheduling.desks import floors_with
from scheduling.draft import Draft, Option, columns
from scheduling.instance import Graphs, Instance, Options, People, Teams
from scheduling.leave import LegalShifts
from scheduling.model import Model
from scheduling.patterns import pattern_graph, stack_graphs
from scheduling.person_row import PersonRow, crews_of
from scheduling.pools import Kind, Pool, kinds_of, pools_of, touched
from scheduling.seats import (
    Block,
    carry_over,
    elastic_arrays,
    floors_of,
    gains_of,
    kinds_arrays,
    pinned_blocks,
    seat_of,
)
from scheduling.service_rows import build_service
from scheduling.shapes import ShapeTable
from scheduling.soft import SoftCost, mean_hour

OVERHANG_DAYS = 2
"""Days after the horizon into which its last shifts may reach."""

USUAL_OCCUPANCY = 0.85
"""Assumed of seats whose need is not known."""

FLOOR_HOURS = 1000.0
"""Price of a head missing from minimum staff, or beyond the desks, for one slot, in mean agent-hours: dearer than
anything else."""


def build_model(
    folder: PlanningFolder,
    requirement: Requirement,
    targets: Sequence[TargetRow],
    servers: Sequence[Server],
    first: date,
    *,
    learned: Learned | None = None,
    previous: Sequence[Stretch] = (),
    emergency: bool = False,
    now: datetime | None = None,
    days: int = 7,
    weeks_after: int = 0,
    soft: Sequence[SoftCost] = (),
) -> Model:
    """Prepare one week.

    Parameters
    ----------
    folder, requirement, targets, servers
        The centre, what it must serve, what it promised, and how people do on each queue.
    first : date
        First day of the week; ``requirement.grid`` starts at its midnight.
    learned : Learned, optional
        What simulations of an earlier round taught.
    previous : sequence of Stretch
        Rosters before the week.
    emergency : bool
        Whether the emergency share of elastic seats holds.
    now : datetime, optional
        From which elastic notice counts; seven days before the week where absent.
    weeks_after : int
        Weeks that are planned after this one: what is worked in this one must leave them a legal pattern of days.
    soft : sequence of SoftCost
        What the objective adds beside pay and shortfall.
    """
    centre = folder.centre
    step = centre.schedule_minutes
    inner = IntervalGrid.of_days(first, days, centre.timezone, step)
    grid = IntervalGrid.of_days(first, days + OVERHANG_DAYS, centre.timezone, step)
    day_first = np.searchsorted(grid.day_of, np.arange(days + 1)).astype(np.int64)
    legal = LegalShifts.of(folder, first, days)
    calendar = legal.calendar
    agents = tuple(sorted(folder.agents, key=lambda agent: agent.pool == "expert"))
    by_id = {server.id: server for server in servers}
    elastic_servers = [server for server in servers if server.pool == "elastic"]
    number = {queue: q for q, queue in enumerate(centre.queue_ids)}
    served = {a.id: frozenset(number[q] for q in calendar.skill_ends(a)) for a in agents}
    for_elastic = frozenset(number[q] for q in centre.elastic.queues) if centre.elastic else frozenset()
    pools = pools_of(centre.queues, {a.id: served[a.id] for a in agents if a.pool == "core"}, for_elastic)
    loads = np.array([load_of(requirement, centre, pool) for pool in pools]).reshape(len(pools), -1)
    mean_load = [float(row[row > 0].mean()) if (row > 0).any() else 0.0 for row in loads]
    if learned is None:
        learned = untaught(centre, requirement, pools, loads, servers, targets)
    pinned: dict[str, tuple[Stretch, ...]] = {}
    for pin in folder.pins:
        # a pin belongs to the week it starts in; time off is kept by the shifts that reach into it as well
        if pin.activity != OFF and not inner.start <= pin.start < inner.end:
            continue
        pinned[pin.agent_id] = (*pinned.get(pin.agent_id, ()), pin)
    past, shapes = Roster.of(previous), ShapeTable(step)
    ahead = LegalShifts.of(folder, first + timedelta(days=days), 7 * weeks_after) if weeks_after else None
    draft = Draft(calendar, legal, grid, day_first, pools, mean_load, pinned, past, shapes, ahead, soft)
    for a, agent in enumerate(agents):
        draft.add(a, agent, served[agent.id])
    cap = min(elastic_cap(folder, first, emergency=emergency), len(elastic_servers))
    elastic_kinds = kinds_of(pools, for_elastic, mean_load) if cap > 0 else ()
    elastic_numbers = [draft.kinds.setdefault(kind, len(draft.kinds)) for kind in elastic_kinds]
    kinds = tuple(draft.kinds)
    kept = centre.shrinkage.kept
    seats = [
        seat_of(kinds[k], pools, requirement, by_id[agents[a].id], kept)
        for k, a in zip(draft.team_kind, draft.team_agent, strict=True)
    ]
    elastic_seats = [seat_of(kind, pools, requirement, elastic_servers[0], 1.0) for kind in elastic_kinds]
    best = np.zeros(len(agents))
    for seat, a in zip(seats, draft.team_agent, strict=True):
        best[a] = max(best[a], float(seat.max()))
    fixed, floor_fixed = carry_over(previous, grid, inner, pools, folder, requirement.grid.size)
    booked = pinned_blocks(folder, grid) if cap > 0 else ()
    for block in booked:
        _add_booked(block, fixed, floor_fixed, folder, pools, elastic_servers[0], requirement)
    mean_cost = mean_hour(agents)
    top = float(best.sum()) + cap + 1.0
    lines = build_service(calendar, requirement, pools, targets, learned, fixed, top, mean_cost)
    rows = len(lines.targets)
    gains = [
        gains_of(kinds[k], pools, seat, by_id[agents[a].id], targets, lines.targets, requirement, learned)
        for k, a, seat in zip(draft.team_kind, draft.team_agent, seats, strict=True)
    ]
    elastic_gains = [
        gains_of(kind, pools, seat, elastic_servers[0], targets, lines.targets, requirement, learned)
        for kind, seat in zip(elastic_kinds, elastic_seats, strict=True)
    ]
    premium = np.array(list(draft.premiums), dtype=np.float64).reshape(-1, grid.size)
    instance = Instance(
        days=days,
        slots=grid.size,
        intervals=requirement.grid.size,
        per_interval=centre.interval_minutes // step,
        day_first=day_first,
        premium=premium,
        premium_before=np.pad(np.cumsum(premium, axis=1), ((0, 0), (1, 0))),
        hourly=np.array([a.hourly_cost for a in agents], dtype=np.float64),
        slot_hours=step / 60,
        people=People(*columns(draft.people, PersonRow, 7)),
        graphs=Graphs(*stack_graphs([pattern_graph(p, days) for p in draft.graphs], days)),
        options=Options(np.array(draft.pointer, dtype=np.int64), *columns(draft.options, Option, 2)),
        shapes=draft.shapes.arrays(),
        teams=Teams(
            np.array(draft.team_kind, dtype=np.int64),
            np.array(seats, dtype=np.float64).reshape(len(seats), len(pools)),
            np.array(gains, dtype=np.float64).reshape(len(gains), rows),
        ),
        kinds=kinds_arrays(folder, calendar, grid, pools, kinds, loads, learned.duty),
        service=lines.service,
        floors=floors_with(floors_of(folder, calendar, grid, inner), floor_fixed, FLOOR_HOURS * mean_cost),
        elastic=elastic_arrays(
            folder,
            elastic_seats,
            elastic_gains,
            elastic_numbers,
            cap,
            grid,
            now,
            len(pools),
            len(lines.targets),
            booked,
        ),
        pins=np.array(draft.pins, dtype=np.int8).reshape(-1, grid.size),
    )
    return Model(
        instance=instance,
        folder=folder,
        first=first,
        grid=grid,
        agents=agents,
        pools=pools,
        kinds=kinds,
        targets=tuple(targets),
        rows=lines.targets,
        crew=crews_of(calendar, agents),
        stuck=tuple(draft.stuck),
        elastic_ids=tuple(server.id for server in elastic_servers[:cap]),
        booked=booked,
        curve_measures=lines.measures,
        intervals=requirement.grid,
        pool_volume=np.array([pooled(requirement, pool)[0] for pool in pools]).reshape(len(pools), -1),
        pool_aht=np.array([pooled(requirement, pool)[1] for pool in pools]).reshape(len(pools), -1),
        contacts=lines.contacts,
        reach=lines.reach,
        learned=learned,
        activities=tuple(draft.shapes.activities),
        soft=draft.soft_parts(),
    )


def untaught(
    centre: Centre,
    requirement: Requirement,
    pools: Sequence[Pool],
    loads: Floats,
    servers: Sequence[Server],
    targets: Sequence[TargetRow],
) -> Learned:
    """Return what is assumed before any roster was simulated: seats as the pools need, and everybody's mean FCR."""
    duty = np.maximum(loads / USUAL_OCCUPANCY, 1e-9)
    for g, pool in enumerate(pools):
        if not pool.deferred:
            # what each queue needs above its load falls with the root of how many share the seats
            spare = [requirement.agents[q] - load_of(requirement, centre, Pool((q,), pool.mode)) for q in pool.queues]
            need = loads[g] + np.sqrt((np.maximum(np.nan_to_num(spare), 0.0) ** 2).sum(axis=0))
            known = np.isfinite(requirement.agents[list(pool.queues)]).all(axis=0)
            duty[g] = np.where(known & (need > loads[g]), need, duty[g])
    able = [
        [server.fcr[q] for server in servers if server.pool == "core" and server.level[q] > 0]
        for q in range(len(centre.queues))
    ]
    usual = [float(np.nanmean(row)) if np.isfinite(row).any() else math.nan for row in able]
    fcr = np.array([usual[target.queue] for target in targets])
    return Learned(np.ones(loads.shape), np.zeros(len(targets)), np.maximum(duty, 1e-9), fcr)


def _add_booked(
    block: Block,
    fixed: Floats,
    heads: Ints,
    folder: PlanningFolder,
    pools: Sequence[Pool],
    server: Server,
    requirement: Requirement,
) -> None:
    """Add a pinned elastic block to the seats and heads that are there in any case."""
    centre = folder.centre
    per = centre.interval_minutes // centre.schedule_minutes
    queues = frozenset(centre.queue_ids.index(queue) for queue in block.queues)
    kind = Kind(tuple(sorted(queues)), touched(pools, queues))
    seat = seat_of(kind, pools, requirement, server, 1.0)
    for s in range(block.start, min(block.start + block.length, fixed.shape[1] * per)):
        for g in kind.pools:
            fixed[g, s // per] += seat[g] / per / len(kind.pools)
        for f, rule in enumerate(centre.minimum_staff):
            heads[f, s] += rule.queue in block.queues
