"""Small centres for the optimiser's tests, given straight as arrays of demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np

from capacity.requirement import Requirement
from capacity.servers import make_servers
from capacity.targets import target_rows
from domain.centre import Centre, ElasticPool, Shrinkage
from domain.contracts import BreakRule, Contract, Limits, StartWindow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import History
from domain.hours import WeeklyWindow
from domain.people import Agent, Skill
from domain.queues import Channel, Queue, Target
from scheduling.build import build_model
from scheduling.model import Model
from scheduling.soft import SoftCost

FIRST = date(2026, 11, 23)
ZONE = "Europe/Berlin"
EVERY_DAY = frozenset(range(7))

FULL_TIME: dict[str, Any] = {
    "id": "full",
    "weekly_hours": Limits(min=40, max=40),
    "days_per_week": Limits(min=5, max=5),
    "shift_hours": Limits(min=8, max=8),
    "start": StartWindow(from_minute=8 * 60, to_minute=12 * 60, step_minutes=60),
    "rest_h": 11,
    "max_consecutive_days": 6,
    "breaks": (
        BreakRule(kind="meal", minutes=60, paid=False, after_minutes=180, before_minutes=300),
        BreakRule(kind="break", minutes=15, paid=True, after_minutes=60, before_minutes=180),
    ),
}


def contract(**changes: Any) -> Contract:
    """Return the full-time contract with some rules changed."""
    return Contract(**{**FULL_TIME, **changes})


def queue(name: str = "phone", **changes: Any) -> Queue:
    """Return a voice queue open 08:00-21:00 every day."""
    base: dict[str, Any] = {
        "id": name,
        "channel": Channel.VOICE,
        "aht_s": 300.0,
        "patience_s": 600.0,
        "fcr": 0.6,
        "open": (WeeklyWindow(EVERY_DAY, 8 * 60, 21 * 60),),
        "targets": (Target(scope="day", mean_wait_s=60.0),),
    }
    return Queue(**{**base, **changes})


def folder(
    agents: int = 6,
    queues: tuple[Queue, ...] = (),
    contracts: tuple[Contract, ...] = (),
    elastic: ElasticPool | None = None,
    **more: Any,
) -> PlanningFolder:
    """Return a planning folder of like agents who serve every queue."""
    queues = queues or (queue(),)
    contracts = contracts or (contract(),)
    centre_keys = {k: more.pop(k) for k in list(more) if k in Centre.model_fields}
    centre = Centre(
        name="small",
        timezone=ZONE,
        queues=queues,
        contracts=contracts,
        shrinkage=centre_keys.pop("shrinkage", Shrinkage(absence=0.05, in_shift=0.05)),
        elastic=elastic,
        **centre_keys,
    )
    empty = np.zeros(0)
    history = History(centre.queue_ids, np.zeros(0, "datetime64[s]"), np.zeros(0, np.int64), *(empty for _ in range(7)))
    people = tuple(
        Agent(id=f"a{k:02d}", contract=contracts[k % len(contracts)].id, hourly_cost=20.0 + k) for k in range(agents)
    )
    skills = tuple(Skill(agent_id=a.id, queue=q.id) for a in people for q in queues)
    return PlanningFolder(**{"centre": centre, "history": history, "agents": people, "skills": skills, **more})


def seated(planning: PlanningFolder, *sites: str) -> PlanningFolder:
    """Return a folder whose people sit at these sites, one each in their order; the rest at none."""
    where = [*sites, *[""] * (len(planning.agents) - len(sites))]
    people = tuple(a.model_copy(update={"site": site}) for a, site in zip(planning.agents, where, strict=True))
    return replace(planning, agents=people)


def demand(planning: PlanningFolder, load: float = 3.0) -> Requirement:
    """Return contacts whose load, in Erlang per queue, peaks at noon."""
    centre = planning.centre
    grid = IntervalGrid.of_days(FIRST, 7, centre.timezone, centre.interval_minutes)
    open_ = np.array(
        [
            [
                any(w.holds(int(d), int(m)) for w in q.open)
                for d, m in zip(grid.weekday, grid.minute_of_day, strict=True)
            ]
            for q in centre.queues
        ]
    )
    shape = 0.6 + 0.6 * np.exp(-(((grid.minute_of_day / 60 - 12.5) / 2.5) ** 2))
    aht = np.array([np.full(grid.size, q.aht_s) for q in centre.queues])
    volume = np.where(open_, load * shape * centre.interval_minutes * 60 / aht, 0.0)
    zero = np.zeros_like(volume)
    return Requirement(grid, centre.queue_ids, volume, aht, zero, zero, zero, zero, zero, zero)


def model(
    planning: PlanningFolder,
    load: float = 3.0,
    now: datetime | None = None,
    soft: Sequence[SoftCost] = (),
    quiet: Sequence[int] = (),
) -> Model:
    """Return the planning model of a folder; no contacts come on quiet days, counted from the first."""
    requirement = demand(planning, load)
    requirement.volume[:, np.isin(requirement.grid.day_of, quiet)] = 0.0
    targets = target_rows(planning.centre, requirement.grid, requirement.volume > 0, requirement.volume)
    servers = make_servers(planning, (), (), FIRST, 7)
    return build_model(planning, requirement, targets, servers, FIRST, previous=planning.previous, now=now, soft=soft)
