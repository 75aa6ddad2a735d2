"""Net staffing: agents required, rostered and really there, by queue, by pool and interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from capacity.requirement import Requirement
from capacity.roster_service import Need, roster_service
from domain.centre import Shrinkage
from domain.history import Floats
from domain.roster import Roster
from planning.files.interval_rows import open_intervals
from planning.steps import backlog_of
from planning.today.day import days_cut
from planning.today.duty import Duty, DutyBook
from planning.today.presence import sure_shifts, without_missing
from planning.today.proposal import Shifts
from planning.today.situation import Situation


@dataclass(frozen=True)
class NetRow:
    """One queue, or queues that people share, in one interval; agents are average ones on contact duty.

    Attributes
    ----------
    start : str
        The interval's label.
    queue : str
        A queue; several with ``;`` between for a pool.
    volume : float
        Contacts.
    required, rostered, there, after : float
        Needed by the targets; by the roster in force; of those who are there; with the recommended actions.
    heads_rostered, heads_there : float
        People and seats on duty that serve it, breaks taken off.
    """

    start: str
    queue: str
    volume: float
    required: float
    rostered: float
    there: float
    after: float
    heads_rostered: float
    heads_there: float

    @property
    def net(self) -> float:
        """There less required."""
        return self.there - self.required

    @property
    def net_after(self) -> float:
        """With the recommended actions, less required."""
        return self.after - self.required


def net_staffing(situation: Situation, requirement: Requirement, after: Shifts) -> tuple[NetRow, ...]:
    """Return the rest of today and tomorrow, open intervals alone, in time order.

    Parameters
    ----------
    situation : Situation
    requirement : Requirement
        As it is seen now.
    after : Shifts
        The roster with the recommended actions.

    Notes
    -----
    Shared people are divided among their queues by load (`capacity.team_seats`); a pool's row is free of that: it adds
    the queues up that share people, directly or through others.
    """
    folder, day, presence = situation.folder, situation.day, situation.presence
    part = days_cut(requirement, day.date, day.date + timedelta(days=1))
    grid, names = part.grid, folder.centre.queue_ids
    worked = open_intervals(folder.centre, grid, folder.events, worked=True)
    need = Need(grid, part.volume, part.aht_s, worked, backlog_of(folder, situation.plan.week))
    sure = sure_shifts(presence)
    servers = tuple(situation.servers.values())
    plain = DutyBook(grid, names, servers, folder.centre.shrinkage)
    known = DutyBook(grid, names, servers, folder.centre.shrinkage, sure)
    carried = [row for row in folder.previous if row.end > grid.start]
    before, then = (Roster.of((*shifts.roster().stretches, *carried)) for shifts in (situation.shifts, after))
    there = without_missing(before, presence, day.now)
    duties = (
        plain.of_roster(before),
        known.of_roster(there),
        known.of_roster(without_missing(then, presence, day.now)),
    )
    seats = [roster_service(folder.centre, duty.on, need).seats for duty in duties]
    ahead = np.arange(grid.size) >= (int(np.argmax(day.ahead)) if day.ahead.any() else day.grid.size)
    groups: list[tuple[int, ...]] = [(q,) for q in range(len(names))]
    groups += [pool for pool in pools(duties[0], len(names)) if len(pool) > 1]
    raw = DutyBook(grid, names, servers, Shrinkage())
    heads = [_heads(raw.of_roster(roster), groups) for roster in (before, there)]
    rows = []
    for i in np.flatnonzero(ahead).tolist():
        for g, group in enumerate(groups):
            at = np.array(group)
            volume, required, rostered, present, acted = (
                float(values[at, i].sum()) for values in (part.volume, part.agents, *seats)
            )
            if not worked[at, i].any() and not max(required, rostered, present, acted) > 1e-9:
                continue
            label = ";".join(names[q] for q in group)
            on_shift, there_now = float(heads[0][g, i]), float(heads[1][g, i])
            rows.append(NetRow(grid.label(i), label, volume, required, rostered, present, acted, on_shift, there_now))
    return tuple(rows)


def pools(duty: Duty, queues: int) -> list[tuple[int, ...]]:
    """Return the queues that people on duty share, directly or through others."""
    group = list(range(queues))
    for mask in np.unique(duty.on.serves, axis=0):
        mine = np.flatnonzero(mask).tolist()
        for other in mine[1:]:
            old, new = group[other], group[mine[0]]
            group = [new if g == old else g for g in group]
    found: dict[int, list[int]] = {}
    for q, g in enumerate(group):
        found.setdefault(g, []).append(q)
    return [tuple(members) for members in found.values()]


def _heads(duty: Duty, groups: Sequence[tuple[int, ...]]) -> Floats:
    """Return the people on duty for each group of queues, shape (groups, intervals)."""
    on = duty.on
    found = np.zeros((len(groups), on.size))
    for g, group in enumerate(groups):
        mine = on.serves[:, list(group)].any(axis=1)
        found[g] = np.bincount(on.interval[mine], on.time[mine], minlength=on.size)
    return found
