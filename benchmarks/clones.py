"""The reference centre with its headcount free: identical people hired in any number, and one judge for all rosters.

Everybody is the average agent (handle-time factor 1, all skills, routing level 1), in the centre's mix of contracts;
the volume is the reference case's own expectation, known to all sides. What differs is the roster alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from capacity.requirement import Requirement, require
from capacity.simulation import simulate
from domain.centre import Centre
from domain.coverage import Coverage
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats, History
from domain.people import Agent, Skill
from domain.queues import Queue, Target
from domain.roster import Roster
from forecasting.forecast import LEVELS, Forecast
from planning.files.interval_rows import open_intervals
from planning.reference import parameters as case
from planning.steps import Options, People, people_of
from scheduling.cost import roster_cost
from scheduling.rules.validator import validate

WEEK = case.DEMO_WEEK
DAYS = 7
WAIT_S, ABANDONMENT = 90.0, 0.05
REPLICATIONS = 64
GROUPS = ("phone", "text")
"""Queues whose contacts are handled alike; inside a group everyone serves every queue."""


@dataclass(frozen=True)
class Judgement:
    """What a roster costs and gives.

    Attributes
    ----------
    cost, core, elastic : float
        Paid money of the week.
    heads : int
    wait_s, abandonment : float arrays, shape (groups, days)
        Simulated, contact-weighted.
    week_wait_s : float
        Of all contacts.
    """

    cost: float
    core: float
    elastic: float
    heads: int
    wait_s: Floats
    abandonment: Floats
    week_wait_s: float

    @cached_property
    def load(self) -> Floats:
        """Worst of wait and abandonment over its limit, shape (groups, days); at most 1 where both are kept."""
        return np.maximum(self.wait_s / WAIT_S, self.abandonment / ABANDONMENT)

    @property
    def meets(self) -> bool:
        """Whether every day keeps its limits in each group."""
        return bool(self.load.max() <= 1.0)


@dataclass(frozen=True)
class Clones:
    """The world both sides plan for.

    Attributes
    ----------
    centre : Centre
        Wait and abandonment targets a day, nothing else.
    seed : int
        Of the customers, the same for everybody.
    """

    centre: Centre
    seed: int = 1

    @classmethod
    def of(cls, centre: Centre, seed: int = 1) -> Clones:
        """Take what is compared from the reference centre: no experts, no FCR or occupancy target."""
        return cls(centre.model_copy(update={"experts": None, "queues": _promising(centre, 1.0)}), seed)

    @cached_property
    def requirement(self) -> Requirement:
        """Contacts and handle times of the week."""
        grid = IntervalGrid.of_days(WEEK, DAYS, self.centre.timezone, self.centre.interval_minutes)
        mean, aht = expected_volume(grid), np.empty((len(case.SHARES), grid.size))
        aht[:] = np.array([case.aht_s(channel) for _, channel in case.SHARES])[:, None]
        opened = open_intervals(self.centre, grid)
        forecast = Forecast(grid, self.centre.queue_ids, mean, np.repeat(mean[None], len(LEVELS), axis=0), aht, opened)
        return require(self.centre, forecast, today_fcr={}, backlog={})

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Queues of phone and of text."""
        voice = [queue.id for queue in self.centre.queues if queue.concurrency == 1]
        return tuple(voice), tuple(q for q in self.centre.queue_ids if q not in voice)

    def folder(self, heads: int, tightness: float = 1.0) -> PlanningFolder:
        """Return a planning folder with so many people.

        Parameters
        ----------
        heads : int
        tightness : float
            Factor on the limits that the planner is told; the judge keeps the true ones.
        """
        contracts = [name for name, count in mix(heads).items() for _ in range(count)]
        agents = tuple(
            Agent(id=f"A{k + 1:03d}", contract=name, hourly_cost=case.HOURLY_COST) for k, name in enumerate(contracts)
        )
        return PlanningFolder(
            centre=self.centre.model_copy(update={"queues": _promising(self.centre, tightness)}),
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
        wait, lost = np.zeros((2, len(GROUPS), DAYS))
        for d, day in enumerate(report.grid.days):
            for g, queues in enumerate(self.groups):
                rows = [row for q in queues if (row := report.row("day", day.isoformat(), q)) is not None]
                offered = np.array([row.get("offered") for row in rows])
                wait[g, d] = offered @ np.array([row.get("mean_wait_s") for row in rows]) / offered.sum()
                lost[g, d] = offered @ np.array([row.get("abandonment") for row in rows]) / offered.sum()
        cost = roster_cost(folder, roster, WEEK, 1)
        week = report.simulated("week", WEEK.isoformat(), "all", "mean_wait_s")[0]
        return Judgement(cost.total, cost.core, cost.elastic, len(folder.agents), wait, lost, week)


def people(folder: PlanningFolder) -> People:
    """Return scores, routes and servers of clones."""
    return people_of(folder, Options(week=WEEK))


def mix(heads: int) -> dict[str, int]:
    """Share heads out over contracts as in the reference centre, by largest remainder."""
    total = sum(case.CONTRACTS.values())
    exact = {name: heads * count / total for name, count in case.CONTRACTS.items()}
    found = {name: int(share) for name, share in exact.items()}
    for name in sorted(exact, key=lambda name: found[name] - exact[name])[: heads - sum(found.values())]:
        found[name] += 1
    return found


def expected_volume(grid: IntervalGrid) -> Floats:
    """Return the reference case's expected contacts per queue and interval."""
    hour = np.array(case.HOUR_PERCENT) / 100.0
    of_hour = np.zeros(24)
    of_hour[case.OPENS : case.CLOSES] = hour
    a_step = of_hour[grid.minute_of_day // 60] * grid.step_minutes / 60.0
    total = case.CONTACTS_A_DAY * np.array(case.WEEKDAY_FACTORS)[grid.weekday] * a_step
    shares = np.array(list(case.SHARES.values()))
    return np.asarray(shares[:, None] * total[None, :])


def _promising(centre: Centre, tightness: float) -> tuple[Queue, ...]:
    target = Target(scope="day", mean_wait_s=WAIT_S * tightness, abandonment=ABANDONMENT * tightness)
    return tuple(queue.model_copy(update={"targets": (target,)}) for queue in centre.queues)


def _no_history(centre: Centre) -> History:
    nothing = np.zeros(0)
    return History(centre.queue_ids, nothing.astype("datetime64[s]"), nothing.astype(np.int64), *([nothing] * 7))
