"""What a person or an elastic seat adds to pools, FCR rows and floors while on duty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from capacity.requirement import Requirement
from capacity.targets import TargetRow
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.hours import window_mask
from domain.roster import WORK, Stretch
from scheduling.calendar import Calendar
from scheduling.curves import Learned
from scheduling.desks import desk_site, desks_asked, limited_sites, takes_desk
from scheduling.instance import Elastic, Kinds
from scheduling.pools import Kind, Pool
from scheduling.service_rows import SHORT_RESPONSE_H, due_window


def seat_of(kind: Kind, pools: Sequence[Pool], requirement: Requirement, server: Server, kept: float) -> Floats:
    """Return the effective seats that one person on duty is to each pool, shape (pools,).

    Speed is the load-weighted factor over the queues served. Someone who may serve only part of a pool counts in
    full as long as that part is half of its load.
    """
    seats = np.zeros(len(pools))
    work = (requirement.volume * np.nan_to_num(requirement.aht_s)).sum(axis=1) + 1e-9
    for g in kind.pools:
        mine = [q for q in pools[g].queues if q in kind.queues]
        share = work[mine].sum() / work[list(pools[g].queues)].sum()
        factor = np.average(server.aht_factor[mine], weights=work[mine])
        seats[g] = kept / factor * min(1.0, 2.0 * share)
    return seats


def gains_of(
    kind: Kind,
    pools: Sequence[Pool],
    seats: Floats,
    server: Server,
    targets: Sequence[TargetRow],
    rows: Ints,
    requirement: Requirement,
    learned: Learned,
) -> Floats:
    """Return what one interval of duty adds to the value of each linear row, shape (rows,).

    FCR: an agent's part of the window's duty times how far its FCR lies above that of the whole duty, which is the
    ratio of resolved to handled contacts to first order.
    Deferred work: the share of the day's contacts that the seat completes.
    """
    gains = np.zeros(len(rows))
    pool_of = {q: g for g in kind.pools for q in pools[g].queues}
    for r, i in enumerate(rows):
        target = targets[i]
        g = pool_of.get(target.queue)
        if g is None or target.queue not in kind.queues:
            continue
        if target.measure == "fcr":
            p = server.fcr[target.queue]
            duty = float(learned.duty[g, target.intervals].sum())
            if not math.isnan(p) and duty > 0:
                gains[r] = (p - learned.fcr[i]) * seats[g] / duty
        elif target.measure == "share" and target.response_h > SHORT_RESPONSE_H:
            _, contacts = due_window(target, requirement)
            volume = requirement.volume[:, target.intervals].sum(axis=1)
            work = volume[list(pools[g].queues)] * np.nan_to_num(
                requirement.aht_s[list(pools[g].queues)][:, target.intervals].mean(axis=1)
            )
            own = volume[target.queue] * float(np.nan_to_num(requirement.aht_s[target.queue, target.intervals]).mean())
            part = own / work.sum() if work.sum() > 0 else 0.0
            aht = float(np.nan_to_num(requirement.aht_s[target.queue, target.intervals], nan=300.0).mean())
            each = requirement.grid.step_minutes * 60.0 / max(aht, 1.0)
            gains[r] = seats[g] * part * each / contacts
    return gains


def kinds_arrays(
    folder: PlanningFolder,
    calendar: Calendar,
    grid: IntervalGrid,
    pools: Sequence[Pool],
    kinds: Sequence[Kind],
    loads: Floats,
    duty: Floats,
) -> Kinds:
    """Return when each kind may be worked, and how a seat is shared among its pools.

    Live pools share a seat; deferred ones beside them get what is left of it when nobody waits, at the seats
    (``duty``) of the last roster.
    """
    ids = folder.centre.queue_ids
    step = grid.step_minutes
    offset = calendar.minute(grid.start)
    intervals = loads.shape[1]
    opened = np.zeros((len(kinds), grid.size), dtype=np.int8)
    share = np.zeros((len(kinds), len(pools), intervals))
    rules = len(folder.centre.minimum_staff)
    floor = np.zeros((len(kinds), rules + len(limited_sites(folder.centre))), dtype=np.int8)
    numbers: dict[Kind, int] = {}
    alike = np.array([numbers.setdefault(replace(kind, site=""), len(numbers)) for kind in kinds], dtype=np.int64)
    for k, kind in enumerate(kinds):
        minutes = np.zeros(calendar.grid.size, dtype=np.bool_)
        for q in kind.queues:
            minutes |= calendar.opening(ids[q])
        inside = minutes[offset:]
        n = min(len(inside) // step, grid.size)
        opened[k, :n] = inside[: n * step].reshape(n, step).all(axis=1)
        if kind.until is not None:
            opened[k, grid.day_of > (kind.until - grid.days[0]).days] = 0
        live = [g for g in kind.pools if not pools[g].deferred]
        waiting = [g for g in kind.pools if pools[g].deferred]
        # square roots lie between the load itself and the spare seats that small pools need beside it
        weight = np.sqrt(loads[live]) + 1e-6
        share[k, live] = weight / weight.sum(axis=0)
        idle = np.ones(intervals)
        if live:
            busy = loads[live].sum(axis=0)
            idle = np.clip(1.0 - busy / np.maximum(duty[live].sum(axis=0), 1e-9), 0.0, 1.0)
            idle = np.where(busy > 0, idle, 1.0)
        weight = loads[waiting] + 1e-6
        share[k, waiting] = idle * weight / weight.sum(axis=0)
        for f, rule in enumerate(folder.centre.minimum_staff):
            floor[k, f] = ids.index(rule.queue) in kind.queues
        floor[k, rules:] = takes_desk(folder.centre, kind)
    shut = np.pad(np.cumsum(opened == 0, axis=1, dtype=np.int64), ((0, 0), (1, 0)))
    return Kinds(opened, shut, share, floor, alike)


def floors_of(folder: PlanningFolder, calendar: Calendar, grid: IntervalGrid, inner: IntervalGrid) -> Ints:
    """Return heads needed by each minimum-staff rule in each slot, none while its queue is closed; then by desks."""
    need = np.zeros((len(folder.centre.minimum_staff), grid.size), dtype=np.int64)
    offset = calendar.minute(grid.start)
    for f, rule in enumerate(folder.centre.minimum_staff):
        minutes = calendar.opening(rule.queue)[offset : offset + inner.size * inner.step_minutes]
        opened = minutes.reshape(inner.size, inner.step_minutes).any(axis=1)
        need[f, : inner.size] = np.where(window_mask([rule.window], inner) & opened, rule.agents, 0)
    return np.concatenate([need, desks_asked(folder.centre, grid)])


def carry_over(
    previous: Sequence[Stretch],
    grid: IntervalGrid,
    inner: IntervalGrid,
    pools: Sequence[Pool],
    folder: PlanningFolder,
    intervals: int,
) -> tuple[Floats, Ints]:
    """Return seats per pool and interval, and heads per floor and slot, of shifts begun before the horizon."""
    centre = folder.centre
    seats = np.zeros((len(pools), intervals))
    rules, limited = len(centre.minimum_staff), limited_sites(centre)
    heads = np.zeros((rules + len(limited), grid.size), dtype=np.int64)
    at = {agent.id: desk_site(centre, agent) for agent in folder.agents} if limited else {}
    row_of = {site.id: rules + i for i, site in enumerate(limited)}
    per = centre.interval_minutes // grid.step_minutes
    for row in previous:
        if row.activity != WORK or row.end <= grid.start or row.start >= inner.end:
            continue
        begin, end = (grid.minutes_at(moment) / grid.step_minutes for moment in (row.start, row.end))
        low, high = max(math.ceil(begin), 0), min(math.floor(end), inner.size)
        touched = [g for g, pool in enumerate(pools) if any(centre.queue_ids[q] in row.queues for q in pool.queues)]
        for s in range(low, high):
            for g in touched:
                seats[g, s // per] += centre.shrinkage.kept / per / len(touched)
            for f, rule in enumerate(centre.minimum_staff):
                heads[f, s] += rule.queue in row.queues
        if at.get(row.agent_id):
            # part of a slot takes the desk for all of it
            heads[row_of[at[row.agent_id]], max(math.floor(begin), 0) : min(math.ceil(end), inner.size)] -= 1
    return seats, heads


@dataclass(frozen=True)
class Block:
    """A pinned elastic block: seat, first slot, length in slots, queues."""

    seat: str
    start: int
    length: int
    queues: tuple[str, ...]


def pinned_blocks(folder: PlanningFolder, grid: IntervalGrid) -> tuple[Block, ...]:
    """Return the elastic blocks that pins ask for, each stretched to the shortest block length that holds it."""
    pool = folder.centre.elastic
    if pool is None:
        return ()
    step = grid.step_minutes
    lengths = sorted(round(hours * 60) // step for hours in pool.block_hours)
    blocks = []
    for pin in folder.pins:
        if pin.pool != "elastic" or pin.activity != WORK or not grid.start <= pin.start < grid.end:
            continue
        start = math.floor(grid.minutes_at(pin.start) / step)
        size = math.ceil(grid.minutes_at(pin.end) / step) - start
        length = next((n for n in lengths if n >= size), size)
        blocks.append(Block(pin.agent_id, start, length, pin.queues))
    return tuple(blocks)


def elastic_arrays(
    folder: PlanningFolder,
    seats: Sequence[Floats],
    gains: Sequence[Floats],
    kinds: Sequence[int],
    cap: int,
    grid: IntervalGrid,
    now: datetime | None,
    pools: int,
    rows: int,
    booked: Sequence[Block],
) -> Elastic:
    """Return the elastic seats on offer."""
    pool = folder.centre.elastic
    step = grid.step_minutes
    caps = np.zeros(grid.size, dtype=np.int64)
    if pool is None or cap <= 0 or not kinds:
        empty = np.zeros((0, pools)), np.zeros((0, rows))
        return Elastic(caps, np.zeros(0, np.int64), 0.0, 0.0, np.zeros(0, np.int64), *empty, 0)
    booked_at = now or grid.start - timedelta(days=7)
    notice = booked_at + timedelta(hours=pool.notice_h)
    for s in range(grid.size):
        caps[s] = cap if grid.start + s * grid.step >= notice else 0
    for block in booked:
        caps[block.start : block.start + block.length] = np.maximum(
            caps[block.start : block.start + block.length] - 1, 0
        )
    lengths = sorted({round(hours * 60) // step for hours in pool.block_hours if round(hours * 60) % step == 0})
    return Elastic(
        cap=caps,
        lengths=np.array(lengths, dtype=np.int64),
        slot_cost=pool.hourly_cost * step / 60,
        least_cost=pool.hourly_cost * pool.minimum_hours_per_week,
        kind=np.array(kinds, dtype=np.int64),
        seat=np.array(seats, dtype=np.float64).reshape(len(kinds), pools),
        gain=np.array(gains, dtype=np.float64).reshape(len(kinds), rows),
        booked=sum(block.length for block in booked),
    )
