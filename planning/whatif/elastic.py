"""Elastic seats in a changed world: a lower cap gives blocks up, another one books them where people are short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from capacity.servers import elastic_cap
from domain.history import Floats, Ints
from domain.roster import Roster
from domain.scenario import ElasticChange
from planning.whatif.booking import Booker, bookable_from, touched
from planning.whatif.world import World


def with_cap(world: World, change: ElasticChange, before: int, fitted: Mapping[str, Floats]) -> World:
    """Return the world with the seats that its cap allows, made anew from its centre, which holds the change already.

    Parameters
    ----------
    world : World
    change : ElasticChange
        Seats are booked or given up only where it gives a share, be it today's.
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
    if cap < before:
        return made.with_roster(_within(made.roster, made, cap))
    return made.with_roster(Booker.of(made, cap).booked(fitted))


def _within(roster: Roster, world: World, cap: int) -> Roster:
    """Give up whole blocks, those of the highest seat numbers first, until no moment has more seats than the cap.

    Blocks within notice are paid whatever becomes of them, and stay.
    """
    grid = world.requirement.grid
    used: Ints = np.zeros(grid.size, dtype=np.int64)
    gone: set[tuple[str, str]] = set()
    blocks = [shift for shift in roster.shifts if shift.pool == "elastic"]
    earliest = bookable_from(world)
    for shift in sorted(blocks, key=lambda block: block.start >= earliest):  # stable: seats keep their order
        part = touched(shift, world)
        if shift.start >= earliest and (used[part] >= cap).any():
            gone.add((shift.agent_id, shift.shift_id))
        else:
            used[part] += 1
    return Roster.of(row for row in roster.stretches if (row.agent_id, row.shift_id) not in gone)
