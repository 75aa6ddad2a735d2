"""A centre with its headcount free: identical people hired in any number, and one judge for all rosters.

Everybody is the average agent (handle-time factor 1, all skills, routing level 1), in the centre's mix of contracts;
the volume is what the centre is drawn or described with, known to all sides. What differs is the roster alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from capacity.requirement import Requirement
from capacity.simulation import simulate
from domain.centre import Centre
from domain.coverage import Coverage
from domain.folder import PlanningFolder
from domain.history import Floats, History
from domain.people import Agent, Skill
from domain.queues import Queue, Target
from domain.roster import Roster
from planning.files.interval_rows import open_intervals
from planning.steps import Options, People, people_of
from scheduling.cost import roster_cost
from scheduling.rules.validator import validate

WEEK = date(2026, 11, 23)
DAYS = 7
REPLICATIONS = 64


@dataclass(frozen=True)
class Group:
    """Queues whose contacts are handled alike, pooled by everybody, and what a day of theirs is promised.

    Attributes
    ----------
    queues : tuple of str
    wait_s, abandonment : float
        Limits on a day's mean wait and abandonment.
    """

    queues: tuple[str, ...]
    wait_s: float
    abandonment: float


@dataclass(frozen=True)
class Judgement:
    """What a roster costs and gives.

    Attributes
    ----------
    cost, core, elastic : float
        Paid money of the week.
    heads : int
    wait_s : float array, shape (groups, days)
        Simulated, contact-weighted.
    load : float array, shape (groups, days)
        Worst of wait and abandonment over its limit; at most 1 where both are kept.
    abandonment : float array, shape (groups, days)
    week_wait_s : float
        Of all contacts.
    """

    cost: float
    core: float
    elastic: float
    heads: int
    wait_s: Floats
    abandonment: Floats
    load: Floats
    week_wait_s: float

    @property
    def meets(self) -> bool:
        """Whether every day keeps its limits in each group."""
        return bool(self.load.max() <= 1.0)


@dataclass(frozen=True)
class Clones:
    """The world that all sides plan for.

    Attributes
    ----------
    centre : Centre
        Wait and abandonment targets a day, nothing else; open at the same hours every day.
    requirement : Requirement
        Contacts and handle times of the week.
    groups : tuple of Group
    mix : mapping of str to float
        Share of heads of each contract.
    hourly_cost : float
    seed : int
        Of the customers, the same for everybody.
    """

    centre: Centre
    requirement: Requirement
    groups: tuple[Group, ...]
    mix: Mapping[str, float]
    hourly_cost: float
    seed: int = 1

    @cached_property
    def hours(self) -> tuple[int, int]:
        """First and last minute of a day that is open."""
        windows = [window for queue in self.centre.queues for window in queue.open]
        return min(w.from_minute for w in windows), max(w.to_minute for w in windows)

    def contracts(self, heads: int) -> dict[str, int]:
        """Share heads out over contracts, by largest remainder."""
        total = sum(self.mix.values())
        exact = {name: heads * share / total for name, share in self.mix.items()}
        found = {name: int(share) for name, share in exact.items()}
        for name in sorted(exact, key=lambda name: found[name] - exact[name])[: heads - sum(found.values())]:
            found[name] += 1
        return found

    def folder(self, heads: int, tightness: float = 1.0) -> PlanningFolder:
        """Return a planning folder with so many people.

        Parameters
        ----------
        heads : int
        tightness : float
            Factor on the limits that the planner is told; the judge keeps the true ones.
        """
        contracts = [name for name, count in self.contracts(heads).items() for _ in range(count)]
        agents = tuple(
            Agent(id=f"A{k + 1:03d}", contract=name, hourly_cost=self.hourly_cost) for k, name in enumerate(contracts)
        )
        return PlanningFolder(
            centre=self.centre.model_copy(update={"queues": promising(self.centre, self.groups, tightness)}),
            history=_no_history(self.centre),
            agents=agents,
            skills=tuple(Skill(agent_id=a.id, queue=q) for a in agents for q in self.centre.queue_ids),
        )

    def judge(self, folder: PlanningFolder, roster: Roster, *, lawful: bool = True) -> Judgement:
        """Price and simulate a roster.

        Parameters
        ----------
        folder : PlanningFolder
        roster : Roster
        lawful : bool
            Whether the roster must keep every hard rule.

        Raises
        ------
        ValueError
            If it must and does not.
        """
        broken = [v for v in validate(folder, roster, WEEK, 1) if v.hard] if lawful else []
        if broken:
            raise ValueError("; ".join(v.text for v in broken[:3]))
        servers = people(folder).servers
        assert all(set(server.level.tolist()) == {1} for server in servers), "everybody is first line everywhere"
        report = simulate(
            Coverage.of_roster(roster, servers, self.centre.queue_ids, self.requirement.grid),
            self.requirement,
            self.centre,
            seed=self.seed,
            replications=REPLICATIONS,
            is_open=open_intervals(self.centre, self.requirement.grid),
        )
        wait, lost, load = np.zeros((3, len(self.groups), DAYS))
        for d, day in enumerate(report.grid.days):
            for g, group in enumerate(self.groups):
                rows = [row for q in group.queues if (row := report.row("day", day.isoformat(), q)) is not None]
                offered = np.array([row.get("offered") for row in rows])
                wait[g, d] = offered @ np.array([row.get("mean_wait_s") for row in rows]) / offered.sum()
                lost[g, d] = offered @ np.array([row.get("abandonment") for row in rows]) / offered.sum()
                load[g, d] = max(wait[g, d] / group.wait_s, lost[g, d] / group.abandonment)
        cost = roster_cost(folder, roster, WEEK, 1)
        week = report.simulated("week", WEEK.isoformat(), "all", "mean_wait_s")[0]
        return Judgement(cost.total, cost.core, cost.elastic, len(folder.agents), wait, lost, load, week)


def people(folder: PlanningFolder) -> People:
    """Return scores, routes and servers of clones."""
    return people_of(folder, Options(week=WEEK))


def promising(centre: Centre, groups: tuple[Group, ...], tightness: float) -> tuple[Queue, ...]:
    """Return the centre's queues with their group's limits times a factor as their only targets."""
    of = {queue: group for group in groups for queue in group.queues}
    return tuple(
        queue.model_copy(
            update={
                "targets": (
                    Target(
                        scope="day",
                        mean_wait_s=of[queue.id].wait_s * tightness,
                        abandonment=of[queue.id].abandonment * tightness,
                    ),
                )
            }
        )
        for queue in centre.queues
    )


def _no_history(centre: Centre) -> History:
    nothing = np.zeros(0)
    return History(centre.queue_ids, nothing.astype("datetime64[s]"), nothing.astype(np.int64), *([nothing] * 7))
