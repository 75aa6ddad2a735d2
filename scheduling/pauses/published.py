"""A published roster as a planning model whose shifts are given: service, seats on duty, and what each shift adds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

import numpy as np

from capacity.requirement import Requirement
from capacity.targets import TargetRow
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.roster import WORK, Roster, Stretch
from scheduling.build import FLOOR_HOURS, OVERHANG_DAYS, untaught
from scheduling.calendar import Calendar
from scheduling.curves import load_of
from scheduling.desks import desk_site, floors_with
from scheduling.instance import Elastic, Floors, Graphs, Instance, Kinds, Options, People, Service, Shapes, Teams
from scheduling.pools import Kind, Pool, pools_of, touched
from scheduling.seats import carry_over, floors_of, gains_of, kinds_arrays, seat_of
from scheduling.service_model import add_stretch
from scheduling.service_rows import build_service
from scheduling.soft import mean_hour

SPARE = 3.0
"""Seats beyond those on duty that the service curves reach to."""

Served = tuple[frozenset[str], str]
"""Queues worked together, and the site at whose counted desks."""


@dataclass(frozen=True)
class Published:
    """The arrays of a roster that stays, and what their indices mean.

    Attributes
    ----------
    inst : Instance
        Without people and options: its service, kinds and floors alone are filled.
    grid : IntervalGrid
        Slots, those after the horizon included.
    calendar : Calendar
    targets : tuple of TargetRow
    rows : int array
        Target that each model row stands for.
    kinds : dict of (frozenset of queue ids, site whose desks are counted) to int
    sites : dict of agent id to that site
        Empty texts where no desks are counted.
    team : dict of (person or seat, kind) to (seats, gains)
    seats, gains, heads : arrays
        Of all duty.
    mean_cost : float
        Mean pay of an hour.
    """

    inst: Instance
    grid: IntervalGrid
    calendar: Calendar
    targets: tuple[TargetRow, ...]
    rows: Ints
    kinds: dict[Served, int]
    sites: dict[str, str]
    team: dict[tuple[str, int], tuple[Floats, Floats]]
    seats: Floats
    gains: Floats
    heads: Ints
    mean_cost: float


def publish(
    folder: PlanningFolder,
    roster: Roster,
    requirement: Requirement,
    targets: Sequence[TargetRow],
    servers: Sequence[Server],
    worth: Floats | None = None,
) -> Published:
    """Lay a roster over the service of a requirement's days.

    Parameters
    ----------
    folder, roster, requirement
        Rows outside the requirement's days are left out, or clipped.
    targets : sequence of TargetRow
        Of the requirement's grid.
    servers : sequence of Server
        Everybody whom the roster names.
    worth : float array, shape (queues, intervals), optional
        What a seat is worth in each queue against the formula, as simulations found it.
    """
    centre = folder.centre
    days, first = len(requirement.grid.days), requirement.grid.days[0]
    inner = IntervalGrid.of_days(first, days, centre.timezone, centre.schedule_minutes)
    grid = IntervalGrid.of_days(first, days + OVERHANG_DAYS, centre.timezone, centre.schedule_minutes)
    calendar = Calendar(folder, first, days)
    number = {queue: q for q, queue in enumerate(centre.queue_ids)}
    served = {a.id: frozenset(number[q] for q in calendar.skill_ends(a)) for a in folder.agents if a.pool == "core"}
    for_elastic = frozenset(number[q] for q in centre.elastic.queues) if centre.elastic else frozenset()
    pools = pools_of(centre.queues, served, for_elastic)
    loads = np.array([load_of(requirement, centre, pool) for pool in pools]).reshape(len(pools), -1)
    learned = untaught(centre, requirement, pools, loads, servers, targets)
    if worth is not None:
        learned = replace(learned, efficiency=_by_pool(worth, requirement, pools))
    work = [row for row in roster.stretches if row.activity == WORK and row.end > grid.start and row.start < grid.end]
    sites = {agent.id: desk_site(centre, agent) for agent in folder.agents}
    served_by = [(frozenset(row.queues), sites.get(row.agent_id, "")) for row in work]
    sets = {key: k for k, key in enumerate(dict.fromkeys(served_by))}
    kinds = [_kind(names, number, pools, site) for names, site in sets]
    by_id = {server.id: server for server in servers}
    used = dict.fromkeys((row.agent_id, sets[key]) for row, key in zip(work, served_by, strict=True))
    kept = {who: 1.0 if by_id[who].pool == "elastic" else centre.shrinkage.kept for who, _ in used}
    seat = {(who, k): seat_of(kinds[k], pools, requirement, by_id[who], kept[who]) for who, k in used}
    shares = kinds_arrays(folder, calendar, grid, pools, kinds, loads, learned.duty)
    fixed, floor_fixed = carry_over(folder.previous, grid, inner, pools, folder, requirement.grid.size)
    mean_cost = mean_hour(folder.agents)
    top = sum((float(s.max()) for (_, k), s in seat.items() if k >= 0), 0.0) + float(fixed.max(initial=0.0)) + SPARE
    lines = build_service(calendar, requirement, pools, targets, learned, fixed, top, mean_cost)
    gain = {
        (who, k): gains_of(kinds[k], pools, s, by_id[who], targets, lines.targets, requirement, learned)
        for (who, k), s in seat.items()
    }
    floors = floors_with(floors_of(folder, calendar, grid, inner), floor_fixed, FLOOR_HOURS * mean_cost)
    inst = _instance(requirement.grid, grid, shares, lines.service, floors)
    team = {key: (seat[key], gain[key]) for key in used}
    seats, gains, heads = _add_up(inst, grid, work, [sets[key] for key in served_by], team)
    return Published(
        inst=inst,
        grid=grid,
        calendar=calendar,
        targets=tuple(targets),
        rows=lines.targets,
        kinds=sets,
        sites=sites,
        team=team,
        seats=seats + fixed,
        gains=gains,
        heads=heads,
        mean_cost=mean_cost,
    )


def slots_of(row: Stretch, grid: IntervalGrid) -> tuple[int, int]:
    """Return the first whole slot of a row and the first after its last one; they may lie outside the grid."""
    return math.ceil(grid.minutes_at(row.start) / grid.step_minutes), math.floor(
        grid.minutes_at(row.end) / grid.step_minutes
    )


def _by_pool(worth: Floats, requirement: Requirement, pools: Sequence[Pool]) -> Floats:
    """Return the mean of what a seat is worth in the queues of each pool, by their work, shape (pools, intervals)."""
    work = requirement.volume * np.nan_to_num(requirement.aht_s) + 1e-9
    return np.array([np.average(worth[list(p.queues)], axis=0, weights=work[list(p.queues)]) for p in pools])


def _kind(names: frozenset[str], number: dict[str, int], pools: Sequence[Pool], site: str) -> Kind:
    queues = frozenset(number[name] for name in names)
    return Kind(tuple(sorted(queues)), touched(pools, queues), site=site)


def _add_up(
    inst: Instance,
    grid: IntervalGrid,
    work: Sequence[Stretch],
    kind_of: Sequence[int],
    team: dict[tuple[str, int], tuple[Floats, Floats]],
) -> tuple[Floats, Floats, Ints]:
    """Return seats, gains and heads of rows of work."""
    seats = np.zeros(inst.service.fixed.shape)
    gains = np.zeros(inst.service.limit.shape)
    heads = np.zeros(inst.floors.need.shape, dtype=np.int64)
    duty = np.ones(grid.size, dtype=np.int64)
    top = inst.intervals * inst.per_interval
    for row, k in zip(work, kind_of, strict=True):
        low, high = slots_of(row, grid)
        low, high = max(low, 0), min(high, top)
        if high > low:
            seat, gain = team[row.agent_id, k]
            add_stretch(inst, k, seat, gain, low, high - low, duty, 1.0, seats, gains, heads)
    return seats, gains, heads


def _instance(intervals: IntervalGrid, grid: IntervalGrid, kinds: Kinds, service: Service, floors: Floors) -> Instance:
    """Return an instance without people, of the arrays' usual types."""
    none, table = np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.int64)
    pools, rows, days = len(service.fixed), len(service.limit), len(intervals.days)
    return Instance(
        days=days,
        slots=grid.size,
        intervals=intervals.size,
        per_interval=intervals.step_minutes // grid.step_minutes,
        day_first=np.searchsorted(grid.day_of, np.arange(days + 1)).astype(np.int64),
        premium=np.zeros((0, grid.size)),
        premium_before=np.zeros((0, grid.size + 1)),
        hourly=np.zeros(0),
        slot_hours=grid.step_minutes / 60,
        people=People(**_columns(People)),
        graphs=Graphs(*(np.zeros((0, 0, 0), dtype=np.int64) for _ in Graphs._fields)),
        options=Options(**_columns(Options)),
        shapes=Shapes(none, none, none, table, table, table, table, table),
        teams=Teams(none, np.zeros((0, pools)), np.zeros((0, rows))),
        kinds=kinds,
        service=service,
        floors=floors,
        elastic=Elastic(none, none, 0.0, 0.0, none, np.zeros((0, pools)), np.zeros((0, rows)), 0),
        pins=np.zeros((0, grid.size), dtype=np.int8),
    )


def _columns(kind: type[People] | type[Options]) -> dict[str, Any]:
    """Return empty columns of people or options, each of its type."""
    real = {name for name, type_ in get_type_hints(kind).items() if type_ == Floats}
    return {name: np.zeros(0) if name in real else np.zeros(0, dtype=np.int64) for name in kind._fields}
