"""From a planning folder and its requirement to the arrays of the planning model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from capacity.requirement import Requirement
from capacity.servers import elastic_cap
from capacity.targets import TargetRow
from domain.contracts import Contract
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.hours import WeeklyWindow, window_mask
from domain.people import Agent
from domain.roster import WORK, Roster, Stretch
from scheduling.calendar import Calendar
from scheduling.cost import minute_rates
from scheduling.curves import Learned, build_service, load_of, pooled
from scheduling.instance import Floors, Graphs, Instance, Options, People, Teams
from scheduling.leave import LegalShifts, ShiftOption, WeekLimits
from scheduling.patterns import Pattern, legal_patterns, pattern_graph, stack_graphs
from scheduling.pinned import keeps_pins, pin_row, pinned_span
from scheduling.pools import Kind, Pool, kinds_of, pools_of
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
from scheduling.shapes import ShapeTable

OVERHANG_DAYS = 2
"""Days after the horizon into which its last shifts may reach."""

FLOOR_HOURS = 1000.0
"""Price of a head missing from minimum staff for one slot, in mean agent-hours: dearer than anything else."""

FREE_NIGHTS = 99


class Option(NamedTuple):
    """One row of ``Options``."""

    start: int
    length: int
    minute: int
    paid: int
    shape: int
    night: int
    cost: float


class PersonRow(NamedTuple):
    """One row of ``People``, in its order."""

    graph: int
    paid_min: int
    paid_max: int
    rest: int
    weekly_rest: int
    ready: int
    rested: int
    night_min: int
    night_max: int
    spread: int
    one_team: int
    pin: int
    premium: int
    team_first: int
    team_last: int
    base_cost: float
    least_cost: float


@dataclass(frozen=True)
class Model:
    """A planning model and what its indices mean.

    Attributes
    ----------
    instance : Instance
    folder : PlanningFolder
    first : date
    grid : IntervalGrid
        The schedule's slots, those after the horizon included.
    agents : tuple of Agent
        In the order of the instance; experts last.
    pools : tuple of Pool
    kinds : tuple of Kind
    targets : tuple of TargetRow
    rows : int array
        Target that each model row stands for.
    crew : int array
        Number of the team that starts together; -1 for none.
    stuck : tuple of str
        Agents without any legal day pattern.
    elastic_ids : tuple of str
    booked : tuple of Block
        Pinned elastic blocks.
    curve_measures : tuple of str
        What each curve of the service model measures.
    intervals : IntervalGrid
        The demand grid.
    pool_volume, pool_aht : float arrays, shape (pools, intervals)
        Contacts of each pool, and their handle time.
    contacts : float array, shape (rows,)
        Contacts of each model row: its price is theirs together.
    learned : Learned
        What the model was built with.
    """

    instance: Instance
    folder: PlanningFolder
    first: date
    grid: IntervalGrid
    agents: tuple[Agent, ...]
    pools: tuple[Pool, ...]
    kinds: tuple[Kind, ...]
    targets: tuple[TargetRow, ...]
    rows: Ints
    crew: Ints
    stuck: tuple[str, ...]
    elastic_ids: tuple[str, ...]
    booked: tuple[Block, ...]
    curve_measures: tuple[str, ...]
    intervals: IntervalGrid
    pool_volume: Floats
    pool_aht: Floats
    contacts: Floats
    learned: Learned


@dataclass
class _Draft:
    """Rows gathered person by person."""

    options: list[Option] = field(default_factory=list)
    pointer: list[int] = field(default_factory=lambda: [0])
    people: list[PersonRow] = field(default_factory=list)
    graphs: dict[tuple[Pattern, ...], int] = field(default_factory=dict)
    kinds: dict[Kind, int] = field(default_factory=dict)
    team_kind: list[int] = field(default_factory=list)
    team_agent: list[int] = field(default_factory=list)
    pins: list[Ints] = field(default_factory=list)
    premiums: dict[tuple[float, ...], int] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)


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
        duty = np.maximum(loads / 0.85, 1e-9)
        able = [
            [server.fcr[q] for server in servers if server.pool == "core" and server.level[q] > 0]
            for q in range(len(centre.queues))
        ]
        usual = [float(np.nanmean(row)) if np.isfinite(row).any() else math.nan for row in able]
        learned = Learned(
            np.ones(loads.shape), np.zeros(len(targets)), duty, np.array([usual[target.queue] for target in targets])
        )

    draft = _Draft()
    shapes = ShapeTable(step)
    past = Roster.of(previous).by_agent
    known_from = min((calendar.day(stretch.start) for stretch in previous), default=None)
    for a, agent in enumerate(agents):
        mine = tuple(pin for pin in folder.pins if pin.agent_id == agent.id)
        # experts get a row in any case: where the share of heads on duty is full they are kept off by it
        pins = pin_row(mine, grid)
        by_day = [
            [o for o in legal.options(agent, first + timedelta(days=d)) if keeps_pins(pins, o, grid, day_first, d)]
            for d in range(days)
        ]
        away = legal.away(agent)
        limits = away.weeks[0]
        unit = _add_options(draft, shapes, agent, calendar.contract(agent), by_day, grid)
        ended = [shift.end for shift in past.get(agent.id, ())]
        worked = frozenset(calendar.day(shift.start) for shift in past.get(agent.id, ()))
        patterns = legal_patterns(
            calendar.contract(agent),
            first,
            [bool(chosen) for chosen in by_day],
            [pins is not None and pinned_span(pins, day_first, d) is not None for d in range(days)],
            limits.days_min,
            limits.days_max,
            worked,
            known_from,
        )
        if not patterns:
            draft.stuck.append(agent.id)
            patterns = (tuple(False for _ in range(days)),)
        pinned_sets = sorted({pin.queues for pin in mine if pin.activity == WORK})
        kinds = kinds_of(pools, served[agent.id], mean_load)
        if pinned_sets:
            kinds = (*kinds, *(_exact(pools, frozenset(number[q] for q in queues)) for queues in pinned_sets))
        first_team = len(draft.team_kind)
        for kind in kinds:
            draft.team_kind.append(draft.kinds.setdefault(kind, len(draft.kinds)))
            draft.team_agent.append(a)
        longest = max((o.paid_minutes for chosen in by_day for o in chosen), default=0)
        draft.people.append(
            _person(
                calendar,
                agent,
                limits,
                graph=draft.graphs.setdefault(patterns, len(draft.graphs)),
                unit=unit,
                longest=longest,
                ended=math.ceil(grid.minutes_at(max(ended)) / step) if ended else -(10**6),
                premium=draft.premiums.setdefault(_premium(calendar, agent, grid), len(draft.premiums)),
                pin=len(draft.pins) if pins is not None or agent.pool == "expert" else -1,
                teams=(first_team, len(draft.team_kind)),
            )
        )
        if pins is not None or agent.pool == "expert":
            draft.pins.append(pins if pins is not None else np.zeros(grid.size, dtype=np.int64))

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
    mean_cost = float(np.mean([a.hourly_cost for a in agents])) if agents else 1.0
    service, rows, measures, contacts = build_service(
        centre, requirement, pools, targets, learned, fixed, float(best.sum()) + cap + 1.0, mean_cost
    )
    gains = [
        gains_of(kinds[k], pools, seat, by_id[agents[a].id], targets, rows, requirement, learned)
        for k, a, seat in zip(draft.team_kind, draft.team_agent, seats, strict=True)
    ]
    elastic_gains = [
        gains_of(kind, pools, seat, elastic_servers[0], targets, rows, requirement, learned)
        for kind, seat in zip(elastic_kinds, elastic_seats, strict=True)
    ]
    instance = Instance(
        days=days,
        slots=grid.size,
        intervals=requirement.grid.size,
        per_interval=centre.interval_minutes // step,
        day_first=day_first,
        premium=np.array(list(draft.premiums), dtype=np.float64).reshape(-1, grid.size),
        hourly=np.array([a.hourly_cost for a in agents], dtype=np.float64),
        slot_hours=step / 60,
        people=People(*_columns(draft.people, PersonRow, 2)),
        graphs=Graphs(*stack_graphs([pattern_graph(p, days) for p in draft.graphs], days)),
        options=Options(np.array(draft.pointer, dtype=np.int64), *_columns(draft.options, Option, 1)),
        shapes=shapes.arrays(),
        teams=Teams(
            np.array(draft.team_kind, dtype=np.int64),
            np.array(seats, dtype=np.float64).reshape(len(seats), len(pools)),
            np.array(gains, dtype=np.float64).reshape(len(gains), len(rows)),
        ),
        kinds=kinds_arrays(folder, calendar, grid, pools, kinds, loads),
        service=service,
        floors=Floors(floors_of(folder, calendar, grid, inner), floor_fixed, FLOOR_HOURS * mean_cost),
        elastic=elastic_arrays(
            folder, elastic_seats, elastic_gains, elastic_numbers, cap, grid, now, len(pools), len(rows), booked
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
        rows=rows,
        crew=_crews(calendar, agents),
        stuck=tuple(draft.stuck),
        elastic_ids=tuple(server.id for server in elastic_servers[:cap]),
        booked=booked,
        curve_measures=measures,
        intervals=requirement.grid,
        pool_volume=np.array([pooled(requirement, pool)[0] for pool in pools]).reshape(len(pools), -1),
        pool_aht=np.array([pooled(requirement, pool)[1] for pool in pools]).reshape(len(pools), -1),
        contacts=contacts,
        learned=learned,
    )


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
    kind = _exact(pools, queues)
    seat = seat_of(kind, pools, requirement, server, 1.0)
    for s in range(block.start, min(block.start + block.length, fixed.shape[1] * per)):
        for g in kind.pools:
            fixed[g, s // per] += seat[g] / per / len(kind.pools)
        for f, rule in enumerate(centre.minimum_staff):
            heads[f, s] += rule.queue in block.queues


def _columns(rows: Sequence[tuple[float, ...]], kind: type, floats: int) -> list[Any]:
    """Turn rows into columns; the last ``floats`` of them are real."""
    names = kind._fields  # type: ignore[attr-defined]
    table = np.array(rows, dtype=np.float64).reshape(-1, len(names))
    return [table[:, k].copy() if k >= len(names) - floats else table[:, k].astype(np.int64) for k in range(len(names))]


def _exact(pools: Sequence[Pool], queues: frozenset[int]) -> Kind:
    touched = tuple(g for g, pool in enumerate(pools) if queues & set(pool.queues))
    return Kind(tuple(sorted(queues)), touched)


def _add_options(
    draft: _Draft,
    shapes: ShapeTable,
    agent: Agent,
    contract: Contract,
    by_day: Sequence[Sequence[ShiftOption]],
    grid: IntervalGrid,
) -> int:
    """Add a person's options day by day; return the minutes of one paid unit."""
    zone = grid.local_starts[0].tzinfo
    unit = reduce(math.gcd, {o.paid_minutes for chosen in by_day for o in chosen}, 0) or 60
    for chosen in by_day:
        for o in chosen:
            local = o.start.astimezone(zone)
            draft.options.append(
                Option(
                    start=round(grid.minutes_at(o.start) / grid.step_minutes),
                    length=o.elapsed_minutes // grid.step_minutes,
                    minute=local.hour * 60 + local.minute,
                    paid=o.paid_minutes // unit,
                    shape=shapes.of(contract, o.paid_minutes),
                    night=int(is_night(contract, grid, o)),
                    cost=o.paid_minutes / 60 * agent.hourly_cost,
                )
            )
        draft.pointer.append(len(draft.options))
    return unit


def is_night(contract: Contract, grid: IntervalGrid, option: ShiftOption) -> bool:
    """Tell whether a shift touches the contract's night."""
    night = WeeklyWindow(frozenset(range(7)), contract.night.from_minute, contract.night.to_minute)
    span = IntervalGrid(option.start, 15, -(-option.elapsed_minutes // 15), grid.zone)
    return bool(window_mask([night], span).any())


def _person(
    calendar: Calendar,
    agent: Agent,
    limits: WeekLimits,
    *,
    graph: int,
    unit: int,
    longest: int,
    ended: int,
    pin: int,
    premium: int,
    teams: tuple[int, int],
) -> PersonRow:
    contract = calendar.contract(agent)
    centre = calendar.folder.centre
    step = centre.schedule_minutes
    top = min(limits.minutes_max, limits.days_max * longest)
    if agent.pool == "expert" and centre.experts is not None:
        top = min(top, centre.experts.weekly_hours_max * 60)
    rest = math.ceil(contract.rest_h * 60 / step)
    weekly_rest = math.ceil((contract.weekly_rest_h or 0) * 60 / step)
    nights = contract.nights_per_week
    spread = contract.start_spread_minutes if contract.start_spread_minutes is not None else -1
    return PersonRow(
        graph=graph,
        paid_min=math.ceil(limits.minutes_min / unit - 1e-9),
        paid_max=math.floor(top / unit + 1e-9),
        rest=rest,
        weekly_rest=weekly_rest,
        ready=max(ended + rest, 0),
        rested=max(ended, 0) + weekly_rest,
        night_min=int(nights.min) if nights else 0,
        night_max=int(min(nights.max, FREE_NIGHTS)) if nights else FREE_NIGHTS,
        spread=0 if contract.rotation == "weekly" else spread,
        one_team=int(centre.planning.queue_changes == "none"),
        pin=pin,
        premium=premium,
        team_first=teams[0],
        team_last=teams[1],
        base_cost=limits.credited_minutes / 60 * agent.hourly_cost,
        least_cost=(limits.minutes_min + limits.credited_minutes) / 60 * agent.hourly_cost,
    )


def _premium(calendar: Calendar, agent: Agent, grid: IntervalGrid) -> tuple[float, ...]:
    """Return the extra pay of each slot as a share of hourly cost."""
    share = minute_rates(calendar, agent.model_copy(update={"hourly_cost": 60.0})) - 1.0
    share = np.concatenate([share[calendar.minute(grid.start) :], np.zeros(grid.size * grid.step_minutes)])
    slots = share[: grid.size * grid.step_minutes].reshape(grid.size, grid.step_minutes).mean(axis=1)
    return tuple(slots.round(9).tolist())


def _crews(calendar: Calendar, agents: Sequence[Agent]) -> Ints:
    numbers: dict[tuple[str, str], int] = {}
    crews = []
    for agent in agents:
        together = calendar.contract(agent).team_same_shift and agent.team
        crews.append(numbers.setdefault((agent.contract, agent.team), len(numbers)) if together else -1)
    return np.array(crews, dtype=np.int64)
