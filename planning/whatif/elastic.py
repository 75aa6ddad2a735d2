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

PORTIONS = 8
"""Parts of the cap that are booked on a day before the formulas are asked again."""

LESS = 1e-3
"""Relative miss by which the blocks of one portion must lessen what a day misses."""


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
    """Book blocks on days with a missed target, where the pool's queues are short, until the targets hold.

    Notes
    -----
    A few blocks a day, then the formulas are asked again: what a queue lacks is counted as if nobody shared people, so
    that booking all of it would buy far too much. A day whose misses those blocks do not lessen keeps none of them and
    gets no more.
    """
    pool, grid = world.folder.centre.elastic, world.requirement.grid
    assert pool is not None
    columns = [q for q, name in enumerate(world.folder.centre.queue_ids) if name in pool.queues]
    opened = open_intervals(world.folder.centre, grid, world.folder.events)[columns]
    lengths = sorted({round(hours * 60) // grid.step_minutes for hours in pool.block_hours}, reverse=True)
    barred = np.logical_not(opened.any(axis=0))
    done = np.zeros(len(grid.days), dtype=np.bool_)
    tried: list[tuple[int, Stretch]] = []
    before = np.full(len(grid.days), np.inf)
    while True:
        service = roster_service(world.folder.centre, world.duty, world.need, fitted)
        missed, miss = _missed(world, service, columns)
        done = np.logical_or(done, miss > before - LESS)
        useless = {block for day, block in tried if done[day]}
        if useless:
            world = world.with_roster(Roster.of(row for row in world.roster.stretches if row not in useless))
        before = np.where(done, before, miss)
        lacking = np.maximum(np.nan_to_num(world.requirement.agents[columns]) - service.seats[columns], 0.0)
        short: Floats = np.where(opened & missed, lacking, 0.0).sum(axis=0)
        tried = []
        roster = world.roster
        used = _seats(world)
        for day in np.flatnonzero(~done).tolist():
            today = np.where(grid.day_of == day, short, 0.0)
            for _ in range(max(1, cap // PORTIONS)):
                start, size = _most_useful(today, (used >= cap) | barred, lengths)
                part = slice(start, start + size)
                served = tuple(
                    world.folder.centre.queue_ids[q] for q, row in zip(columns, opened, strict=True) if row[part].all()
                )
                if not size or not served:
                    break
                used[part] += 1
                today[part] = np.maximum(today[part] - 1.0 / pool.aht_factor, 0.0)
                begin, end = (grid.at(edge * grid.step_minutes) for edge in (start, start + size))
                seat = _free_seat(roster, begin, end)
                block = Stretch(seat, begin, end, queues=served, pool="elastic", shift_id=f"{seat}/{grid.label(start)}")
                roster = Roster.of((*roster.stretches, block))
                tried.append((day, block))
        if not tried:
            return world.roster
        world = world.with_roster(roster)


def _seats(world: World) -> Ints:
    """Return the elastic seats booked in every interval."""
    used: Ints = np.zeros(world.requirement.grid.size, dtype=np.int64)
    for shift in world.roster.shifts:
        if shift.pool == "elastic":
            used[_part(shift, world)] += 1
    return used


def _missed(world: World, service: RosterService, columns: Sequence[int]) -> tuple[NDArray[np.bool_], Floats]:
    """Return where targets of waiting are missed, shape (columns, intervals), and by how much in all, shape (days,)."""
    grid = world.requirement.grid
    found = np.zeros((len(columns), grid.size), dtype=np.bool_)
    much = np.zeros(len(grid.days))
    for row in targets_of(world.folder, world.requirement):
        if row.queue in columns and row.measure in LIVE_RATES:
            value = service.value(row.measure, np.array([row.queue]), row.intervals)
            if np.isfinite(value) and row.miss(value) > 0:
                found[columns.index(row.queue), row.intervals] = True
                much[np.unique(grid.day_of[row.intervals])] += row.miss(value)
    return found, much


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
