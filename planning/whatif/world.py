"""A world to ask about: a centre, what comes to it, and who is on duty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from capacity.requirement import Requirement
from capacity.roster_service import Need
from capacity.servers import with_seats
from capacity.team_seats import OnDuty, on_duty
from domain.coverage import Coverage
from domain.folder import PlanningFolder
from domain.roster import Roster, Stretch
from planning.files.interval_rows import open_intervals
from planning.files.plan_in import PlanIn
from planning.shrinkage import with_learned_shrinkage
from planning.steps import Options, People, backlog_of, people_of


@dataclass(frozen=True)
class World:
    """Everything that the service of a roster depends on.

    Attributes
    ----------
    folder : PlanningFolder
    requirement : Requirement
        Its volume and handle times are what comes; its agents are what the targets need.
    roster : Roster
    people : People
    options : Options
    """

    folder: PlanningFolder
    requirement: Requirement
    roster: Roster
    people: People
    options: Options

    @property
    def need(self) -> Need:
        """What comes to the queues, and when they are worked."""
        grid = self.requirement.grid
        worked = open_intervals(self.folder.centre, grid, self.folder.events, worked=True)
        backlog = backlog_of(self.folder, self.options.week)
        return Need(grid, self.requirement.volume, self.requirement.aht_s, worked, backlog)

    @property
    def duty(self) -> OnDuty:
        """Who is on contact duty, shifts that began before the horizon included."""
        grid = self.requirement.grid
        carried = [
            replace(row, shift_id=f"before/{row.shift_id}") for row in self.folder.previous if row.end > grid.start
        ]
        roster = Roster.of((*self.roster.stretches, *carried)) if carried else self.roster
        servers = with_seats(self.folder, self.people.servers, roster.by_agent)
        coverage = Coverage.of_roster(roster, servers, self.folder.centre.queue_ids, grid)
        shrinkage = self.folder.centre.shrinkage
        return on_duty(coverage, absence=shrinkage.absence, in_shift=shrinkage.in_shift)

    def with_roster(self, roster: Roster) -> World:
        """Return the same world with another roster, its seats among the servers."""
        servers = with_seats(self.folder, self.people.servers, roster.by_agent)
        return replace(self, roster=roster, people=replace(self.people, servers=servers))

    def with_points(self, points: dict[str, float]) -> World:
        """Return the same world with points added to everybody's FCR, by queue, within 0 and 1."""
        more = np.array([points.get(queue, 0.0) for queue in self.folder.centre.queue_ids])
        servers = tuple(replace(s, fcr=np.clip(s.fcr + more, 0.0, 1.0)) for s in self.people.servers)
        return replace(self, people=replace(self.people, servers=servers))


def base_world(folder: PlanningFolder, plan: PlanIn, now: datetime | None = None) -> World:
    """Return the world of a plan as it was made.

    Parameters
    ----------
    folder : PlanningFolder
        Read with records before the plan's week.
    plan : PlanIn
    now : datetime or None
    """
    folder, _ = with_learned_shrinkage(folder, plan.week)
    options = Options(week=plan.week, weeks=plan.weeks, seed=plan.seed, now=now)
    world = World(folder, plan.requirement, plan.roster, people_of(folder, options), options)
    return world.with_roster(plan.roster)


def without_queue(roster: Roster, queue: str, start: datetime, end: datetime) -> Roster:
    """Return a roster in which nobody serves a queue between two instants; who served no other stands by.

    Parameters
    ----------
    roster : Roster
    queue : str
    start, end : datetime
    """
    rows: list[Stretch] = []
    for row in roster.stretches:
        if queue not in row.queues or row.end <= start or row.start >= end:
            rows.append(row)
            continue
        low, high = max(row.start, start), min(row.end, end)
        left = tuple(name for name in row.queues if name != queue)
        inside = replace(row, start=low, end=high, queues=left, activity=row.activity if left else "standby")
        rows += [replace(row, end=low)] if row.start < low else []
        rows += [inside]
        rows += [replace(row, start=high)] if high < row.end else []
    return Roster.of(rows)
