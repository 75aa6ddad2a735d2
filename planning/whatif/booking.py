"""Elastic seats booked for a changed world: blocks where people are short, until the targets hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
from numpy.typing import NDArray

from capacity.roster_service import LIVE_RATES, RosterService, roster_service
from capacity.servers import SEAT
from domain.history import Floats, Ints
from domain.roster import Roster, Shift, Stretch
from planning.files.interval_rows import open_intervals
from planning.steps import WEEK, targets_of
from planning.whatif.world import World

USEFUL = 0.5
"""Share of a block's time that must meet a shortage for it to be booked."""

PORTIONS = 8
"""Parts of the cap that are booked on a day before the formulas are asked again."""

LESS = 1e-3
"""Relative miss by which the blocks of one portion must lessen what a day misses."""


@dataclass(frozen=True)
class Booker:
    """Books blocks of a world's elastic pool.

    Attributes
    ----------
    world : World
        Whose centre has an elastic pool.
    cap : int
        Seats at any one time.
    columns : tuple of int
        Queues of the pool.
    opened : bool array, shape (columns, intervals)
        Where the queues are open and a block may still be booked.
    lengths : tuple of int
        Of blocks, in intervals, longest first.
    aht_factor : float
    """

    world: World
    cap: int
    columns: tuple[int, ...]
    opened: NDArray[np.bool_]
    lengths: tuple[int, ...]
    aht_factor: float

    @classmethod
    def of(cls, world: World, cap: int) -> Booker:
        """Prepare a world's pool."""
        pool, grid = world.folder.centre.elastic, world.requirement.grid
        assert pool is not None
        columns = tuple(q for q, name in enumerate(world.folder.centre.queue_ids) if name in pool.queues)
        opened = open_intervals(world.folder.centre, grid, world.folder.events)[list(columns)]
        opened = opened & (grid.starts >= np.datetime64(bookable_from(world).astimezone(UTC).replace(tzinfo=None)))
        lengths = {round(hours * 60) // grid.step_minutes for hours in pool.block_hours}
        return cls(world, cap, columns, opened, tuple(sorted(lengths, reverse=True)), pool.aht_factor)

    def booked(self, fitted: Mapping[str, Floats]) -> Roster:
        """Return the roster with blocks on days with a missed target, where the pool's queues are short.

        Notes
        -----
        A few blocks a day, then the formulas are asked again: what a queue lacks is counted as if nobody shared people,
        so that booking all of it would buy far too much. A day whose misses those blocks do not lessen keeps none of
        them and gets no more.
        """
        world, grid = self.world, self.world.requirement.grid
        done = np.zeros(len(grid.days), dtype=np.bool_)
        before = np.full(len(grid.days), np.inf)
        tried: list[tuple[int, Stretch]] = []
        while True:
            service = roster_service(world.folder.centre, world.duty, world.need, fitted)
            missed, miss = missed_targets(world, service, self.columns)
            done = np.logical_or(done, miss > before - LESS)
            before = np.where(done, before, miss)
            useless = {block for day, block in tried if done[day]}
            kept = Roster.of(row for row in world.roster.stretches if row not in useless)
            wanted = np.nan_to_num(world.requirement.agents[list(self.columns)])
            lacking = np.maximum(wanted - service.seats[list(self.columns)], 0.0)
            short: Floats = np.where(self.opened & missed, lacking, 0.0).sum(axis=0)
            tried = []
            used = self._used(kept)
            for day in np.flatnonzero(~done).tolist():
                blocks = self._portion(np.where(grid.day_of == day, short, 0.0), used, kept)
                kept = Roster.of((*kept.stretches, *blocks))
                tried += [(day, block) for block in blocks]
            if not tried:
                return kept
            world = world.with_roster(kept)

    def _portion(self, short: Floats, used: Ints, roster: Roster) -> list[Stretch]:
        """Return the next few blocks for a day's shortage, which falls by what they give; ``used`` grows by them."""
        ids, grid = self.world.folder.centre.queue_ids, self.world.requirement.grid
        barred = ~self.opened.any(axis=0)
        found: list[Stretch] = []
        for _ in range(max(1, self.cap // PORTIONS)):
            start, size = _most_useful(short, (used >= self.cap) | barred, self.lengths)
            part = slice(start, start + size)
            served = tuple(ids[q] for q, row in zip(self.columns, self.opened, strict=True) if row[part].all())
            if not size or not served:
                break
            used[part] += 1
            short[part] = np.maximum(short[part] - 1.0 / self.aht_factor, 0.0)
            begin, end = (grid.at(edge * grid.step_minutes) for edge in (start, start + size))
            seat = _free_seat((*roster.stretches, *found), begin, end)
            name = f"{seat}/{grid.label(start)}"
            found.append(Stretch(seat, begin, end, queues=served, pool="elastic", shift_id=name))
        return found

    def _used(self, roster: Roster) -> Ints:
        """Return the elastic seats booked in every interval."""
        used: Ints = np.zeros(self.world.requirement.grid.size, dtype=np.int64)
        for shift in roster.shifts:
            if shift.pool == "elastic":
                used[touched(shift, self.world)] += 1
        return used


def bookable_from(world: World) -> datetime:
    """Return when the notice of elastic seats ends; without a moment of booking it counts from a week ahead."""
    pool = world.folder.centre.elastic
    called = world.options.now or world.requirement.grid.start - timedelta(days=WEEK)
    return called + timedelta(hours=pool.notice_h if pool is not None else 0.0)


def missed_targets(world: World, service: RosterService, columns: Sequence[int]) -> tuple[NDArray[np.bool_], Floats]:
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


def _free_seat(rows: Sequence[Stretch], start: datetime, end: datetime) -> str:
    """Return the first seat that has no block between two instants."""
    taken = {row.agent_id for row in rows if row.start < end and row.end > start}
    return next(name for name in (f"{SEAT}{k:03d}" for k in count(1)) if name not in taken)


def touched(shift: Shift, world: World) -> slice:
    """Return the intervals that a block touches."""
    grid = world.requirement.grid
    low = max(grid.index_at(shift.start), 0)
    return slice(low, max(min(-int(-grid.minutes_at(shift.end) // grid.step_minutes), grid.size), low))
