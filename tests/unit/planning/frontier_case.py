"""A centre of six people with two peaks a day, and what is needed of it: short at noon without elastic seats."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from capacity.requirement import Requirement
from domain.centre import Centre, ElasticPool, Shrinkage
from domain.contracts import BreakRule, Contract, Limits, StartWindow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import History
from domain.hours import WeeklyWindow
from domain.people import Agent, Skill
from domain.queues import Queue, Target
from planning.steps import Options
from scheduling.result import Effort

FIRST = date(2026, 11, 23)
ZONE = "Europe/Berlin"
DAYTIME = (WeeklyWindow(frozenset(range(7)), 8 * 60, 20 * 60),)
QUICK = Effort(ascent=120, steps=60, chains=1, passes=1, moves=200_000, assembly=0.1)


def options(**changes: Any) -> Options:
    """Return a quick plan of the week, in two rounds and few replications."""
    return Options(**({"week": FIRST, "effort": QUICK, "rounds": 2, "replications": 40} | changes))


def folder(agents: int = 10, **elastic: Any) -> PlanningFolder:
    """Return the planning folder; ``elastic`` changes the seats' terms."""
    phone = Queue(
        id="phone", aht_s=300.0, patience_s=600.0, fcr=0.6, open=DAYTIME, targets=(Target(mean_wait_s=40.0, fcr=0.6),)
    )
    mail = Queue(id="chat", aht_s=400.0, patience_s=600.0, fcr=0.6, open=DAYTIME, targets=(Target(mean_wait_s=90.0),))
    contract = Contract(
        id="full",
        weekly_hours=Limits(min=40, max=40),
        days_per_week=Limits(min=5, max=5),
        shift_hours=Limits(min=8, max=8),
        start=StartWindow(from_minute=8 * 60, to_minute=11 * 60, step_minutes=60),
        breaks=(BreakRule(kind="meal", minutes=60, paid=False, after_minutes=180, before_minutes=300),),
    )
    terms = {"share": 0.2, "block_hours": (3.0, 4.0), "hourly_cost": 26.0, "queues": ("phone",), "fcr": 0.55}
    centre = Centre(
        name="small",
        timezone=ZONE,
        currency="EUR",
        queues=(phone, mail),
        contracts=(contract,),
        shrinkage=Shrinkage(absence=0.05, in_shift=0.05),
        elastic=ElasticPool(**(terms | elastic)),
    )
    none = np.zeros(0)
    history = History(centre.queue_ids, np.zeros(0, "datetime64[s]"), np.zeros(0, np.int64), *(none for _ in range(7)))
    people = tuple(Agent(id=f"a{k:02d}", contract="full", hourly_cost=20.0) for k in range(agents))
    skills = tuple(Skill(agent_id=agent.id, queue=name) for agent in people for name in centre.queue_ids)
    return PlanningFolder(centre, history, people, skills)


def requirement(planning: PlanningFolder, load: float = 3.0) -> Requirement:
    """Return contacts that peak at eleven and seventeen; ``load`` is Erlang on phone between the peaks."""
    grid = IntervalGrid.of_days(FIRST, 7, ZONE, planning.centre.interval_minutes)
    opened = (grid.minute_of_day >= 480) & (grid.minute_of_day < 1200)
    hour = grid.minute_of_day / 60
    shape = 0.7 + 1.3 * np.exp(-(((hour - 11) / 1.2) ** 2)) + 0.9 * np.exp(-(((hour - 17) / 1.2) ** 2))
    aht = np.array([np.full(grid.size, queue.aht_s) for queue in planning.centre.queues])
    part = np.array([[1.0], [0.3]])
    volume = np.where(opened, part * load * shape * grid.step_minutes * 60 / aht, 0.0)
    blank = np.full_like(volume, np.nan)
    agents = volume * aht / (grid.step_minutes * 60)
    return Requirement(grid, planning.centre.queue_ids, volume, aht, agents, agents / 0.9, blank, blank, blank, blank)
