"""Elastic seats in a changed world: a lower cap gives blocks up, a higher one books them where people are short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

import numpy as np
from numpy.typing import NDArray

from capacity.roster_service import LIVE_RATES, RosterService, roster_service
from capacity.servers import SEAT, elastic_cap
from domain.history import Floats, Ints
from domain.roster import Roster, Shift, Stretch
from domain.scenario import ElasticChange
from planning.files.interval_rows import open_intervals
from planning.steps import targets_of
from planning.whatif.world import World

USEFUL = 0.5
"""Share of a block's time that must meet a shortage for it to be booked."""


def with_cap(world: World, change: ElasticChange, before: int, fitted: Mapping[str, Floats]) -> World:
    """Return the world with the seats that its cap allows, made anew from its centre, which holds the change already.

    Parameters
    ----------
    world : World
    change : ElasticChange
        Seats are booked or given up only where it changes the cap.
    before : int
        Seats that the cap allowed so far.
    fitted : mapping of measure to float array
        What seats are worth, by which it is told on which days a target is missed: see `planning.whatif.fitting`.
    """
    named = tuple(server for server in world.people.servers if server.pool != "elastic")
    made = replace(world, people=replace(world.people, servers=named)).with_roster(world.roster)
    if change.share is None:
        return made
    cap = elastic_cap(made.folder, made.options.week)
    if cap <= before:
        return made.with_roster(_within(made.roster, made, cap)) if cap < before else made
    return made.with_roster(_booked(made, cap, fitted))


def _within(roster: Roster, world: World, cap: int) -> Roster:
    """Give up whole blocks, those of the highest seat numbers first, until no moment has more seats than the cap."""
    grid = world.requirement.grid
    used: Ints = np.zeros(grid.size, dtype=np.int64)
    gone: set[tuple[str, str]] = set()
    for shift in roster.shifts:
        if shift.pool == "elastic":
            part = _part(shift, world)
            if (used[part] >= cap).any():
                gone.add((shift.agent_id, shift.shift_id))
            else:
                used[part] += 1
    return Roster.of(row for row in roster.stretches if (row.agent_id, row.shift_id) not in gone)


def _booked(world: World, cap: int, fitted: Mapping[str, Floats]) -> Roster:
    """Book blocks on days with a missed target, where the pool's queues are short, while half of each is useful."""
    pool, grid = world.folder.centre.elastic, world.requirement.grid
    assert pool is not None
    columns = [q for q, name in enumerate(world.folder.centre.queue_ids) if name in pool.queues]
    opened = open_intervals(world.folder.centre, grid, world.folder.events)[columns]
    service = roster_service(world.folder.centre, world.duty, world.need, fitted)
    missed = _missed(world, service, columns)
    lacking = np.maximum(np.nan_to_num(world.requirement.agents[columns]) - service.seats[columns], 0.0)
    short: Floats = np.where(opened & missed, lacking, 0.0).sum(axis=0)
    used: Ints = np.zeros(grid.size, dtype=np.int64)
    for shift in world.roster.shifts:
        if shift.pool == "elastic":
            used[_part(shift, world)] += 1
    lengths = sorted({round(hours * 60) // grid.step_minutes for hours in pool.block_hours}, reverse=True)
    roster = world.roster
    while True:
        start, size = _most_useful(short, (used >= cap) | ~opened.any(axis=0), lengths)
        if not size:
            return roster
        part = slice(start, start + size)
        used[part] += 1
        short[part] = np.maximum(short[part] - 1.0 / pool.aht_factor, 0.0)
        served = tuple(
            world.folder.centre.queue_ids[q] for q, row in zip(columns, opened, strict=True) if row[part].all()
        )
        begin, end = (grid.at(edge * grid.step_minutes) for edge in (start, start + size))
        seat = _free_seat(roster, begin, end)
        block = Stretch(seat, begin, end, queues=served, pool="elastic", shift_id=f"{seat}/{grid.label(start)}")
        roster = Roster.of((*roster.stretches, block)) if served else roster


def _missed(world: World, service: RosterService, columns: Sequence[int]) -> NDArray[np.bool_]:
    """Return the intervals of each queue that belong to a missed target of waiting, shape (columns, intervals)."""
    grid = world.requirement.grid
    found = np.zeros((len(columns), grid.size), dtype=np.bool_)
    for row in targets_of(world.folder, world.requirement):
        if row.queue in columns and row.measure in LIVE_RATES:
            value = service.value(row.measure, np.array([row.queue]), row.intervals)
            if np.isfinite(value) and row.miss(value) > 0:
                found[columns.index(row.queue), row.intervals] = True
    return found


def _most_useful(short: Floats, barred: NDArray[np.bool_], lengths: Sequence[int]) -> tuple[int, int]:
    """Return start and length of the block that meets most of a shortage; length 0 where none is useful."""
    useful = np.concatenate([[0.0], np.cumsum(np.minimum(short, 1.0))])
    bars = np.concatenate([[0], np.cumsum(barred)])
    best, start, size = 0.0, 0, 0
    for length in lengths:
        if length > len(short):
            continue
        met = np.where(bars[length:] == bars[:-length], useful[length:] - useful[:-length], 0.0)
        at = int(np.argmax(met))
        if met[at] >= USEFUL * length and met[at] > best + 1e-9:
            best, start, size = float(met[at]), at, length
    return start, size


def _free_seat(roster: Roster, start: datetime, end: datetime) -> str:
    """Return the first seat that has no block between two instants."""
    taken = {row.agent_id for row in roster.stretches if row.start < end and row.end > start}
    return next(name for name in (f"{SEAT}{k:03d}" for k in count(1)) if name not in taken)


def _part(shift: Shift, world: World) -> slice:
    """Return the intervals that a block touches."""
    grid = world.requirement.grid
    low = max(grid.index_at(shift.start), 0)
    return slice(low, max(min(-int(-grid.minutes_at(shift.end) // grid.step_minutes), grid.size), low))
