"""A small planned day: calls and chats, early and late shifts, people who could stay or go, elastic seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from capacity.requirement import require
from domain.centre import Centre, ElasticPool, Overtime, Pay, Planning, Shrinkage
from domain.contracts import BreakRule, Contract, Limits, StartWindow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import History
from domain.people import Agent, Skill
from domain.progress import Control
from domain.queues import Channel, Queue, Target
from domain.roster import Roster, Stretch
from forecasting.forecast import LEVELS, Forecast
from forecasting.intraday_model import HOURS, IntradayModel
from planning.files.interval_rows import open_intervals
from planning.files.plan_in import PlanIn
from planning.steps import Options, people_of, simulate_roster
from planning.today.presence import Login
from planning.today.run import Today, make_today
from planning.whatif.world import World
from tests.scheduling_case import at, block, no_history, shift, window

WEEK = date(2026, 11, 23)
TUESDAY = 1
PAUSE = BreakRule(kind="break", minutes=15, paid=True, after_minutes=60, before_minutes=240)
CALLS, CHATS, MAIL = 17.0, 5.0, 3.0
EARLY, LATE = ("e0", "e1", "e2", "e3"), ("l0", "l1", "l2", "l3")
BOTH = ("e2", "e3", "l2", "l3")
"""Those who may take chats too."""


def centre_of(**changes: Any) -> Centre:
    hours = (window("Mon-Sun", "08:00", "20:00"),)
    queues = (
        Queue(id="phone", aht_s=300.0, patience_s=300.0, open=hours, targets=(Target(mean_wait_s=45.0),)),
        Queue(
            id="chat",
            channel=Channel.CHAT,
            aht_s=480.0,
            patience_s=600.0,
            concurrency=2,
            open=hours,
            targets=(Target(mean_wait_s=60.0),),
        ),
    )
    flexible = Contract(
        id="flex",
        weekly_hours=Limits(min=0, max=32),
        days_per_week=Limits(min=0, max=5),
        shift_hours=Limits(min=4, max=8),
        start=StartWindow(from_minute=8 * 60, to_minute=16 * 60, step_minutes=60),
        rest_h=11,
        breaks=(PAUSE,),
    )
    fixed = flexible.model_copy(
        update={"id": "fixed", "weekly_hours": Limits(min=30, max=30), "shift_hours": Limits(min=6, max=6)}
    )
    fields: dict[str, Any] = {
        "name": "Today",
        "timezone": "Europe/Paris",
        "queues": queues,
        "contracts": (flexible, fixed),
        "shrinkage": Shrinkage(absence=0.05, in_shift=0.02),
        "planning": Planning(queue_changes="stretch"),
        "pay": Pay(overtime=Overtime(max_h_per_month=20, rates=(1.5, 2.0))),
        "elastic": ElasticPool(
            share=0.25,
            emergency_share=0.5,
            block_hours=(3.0, 4.0),
            hourly_cost=25.0,
            queues=("phone", "chat"),
            notice_h=2.0,
        ),
    }
    return Centre(**(fields | changes))


def folder_of(contract: str = "flex", **changes: Any) -> PlanningFolder:
    agents = tuple(
        Agent(id=who, contract=contract, hourly_cost=20.0, name=who.upper(), overtime_h=3.0 if who == "e0" else 0.0)
        for who in (*EARLY, *LATE)
    )
    skills = [Skill(agent_id=agent.id, queue="phone") for agent in agents]
    skills += [Skill(agent_id=who, queue="chat") for who in BOTH]
    return PlanningFolder(centre_of(**changes), no_history(("phone", "chat")), agents, tuple(skills))


def rows_of() -> list[Stretch]:
    """Six hours each from Monday to Friday: two early and two late on calls alone, one of each half on chats alone."""
    rows: list[Stretch] = []
    for day in range(5):
        for who in (*EARLY, *LATE):
            queues = ("chat",) if who in ("e3", "l3") else ("phone",)
            start = at(day, "08:00" if who in EARLY else "14:00")
            rows += shift(who, start, queues=queues, elapsed=360, breaks=(("break", 120, 15, True),))
    return rows


def world_of(folder: PlanningFolder, roster: Roster) -> World:
    centre = folder.centre
    grid = IntervalGrid.of_days(WEEK, 7, centre.timezone, 30)
    opened = open_intervals(centre, grid)
    usual = {"phone": CALLS, "chat": CHATS, "mail": MAIL}
    weekday = grid.day_of < 5
    volume = np.array([np.where(opened[q] & weekday, usual[name], 0.0) for q, name in enumerate(centre.queue_ids)])
    bands = volume * np.linspace(0.8, 1.2, len(LEVELS))[:, None, None]
    aht = np.array([np.full(grid.size, queue.aht_s) for queue in centre.queues])
    need = require(centre, Forecast(grid, centre.queue_ids, volume, bands, aht, opened), today_fcr={}, backlog={})
    options = Options(week=WEEK)
    return World(folder, need, roster, people_of(folder, options), options).with_roster(roster)


def plan_of(world: World) -> PlanIn:
    """Return a world as a published plan."""
    need, folder = world.requirement, world.folder
    service = simulate_roster(folder, need, world.roster, world.people, world.options, Control(), replications=16)
    bands = need.volume * np.linspace(0.8, 1.2, len(LEVELS))[:, None, None]
    opened = open_intervals(folder.centre, need.grid)
    forecast = Forecast(need.grid, need.queues, need.volume.copy(), bands, need.aht_s, opened)
    return PlanIn(WEEK, 1, forecast, need, world.roster, service, {})


def models_of(world: World) -> tuple[IntradayModel, ...]:
    """Return models that carry the errors so far on to the whole rest of the day."""
    near = np.abs(np.subtract.outer(np.arange(48), np.arange(48)))
    return tuple(
        IntradayModel(name, 30, 0.3**2 * 0.995**near, np.ones(HOURS), 0.0, np.zeros(HOURS), 300)
        for name in world.requirement.queues
    )


def counts(world: World, now: datetime, factor: float = 1.0, day: int = TUESDAY, **measures: float) -> History:
    """Return what came on a day until a moment, so much more than planned; with waits and the like where given."""
    grid, names = world.requirement.grid, world.folder.centre.queue_ids
    inside = np.flatnonzero((grid.day_of == day) & (world.requirement.volume[0] > 0))
    inside = inside[[grid.at(30 * (i + 1)) <= now for i in inside.tolist()]]
    size = len(inside) * len(names)
    offered = np.concatenate([np.round(world.requirement.volume[q, inside] * factor) for q in range(len(names))])
    columns = {
        name: np.full(size, measures.get(name, np.nan))
        for name in ("handled", "abandoned", "aht_s", "mean_wait_s", "answered_in_target", "backlog")
    }
    return History(
        names,
        np.tile(grid.starts[inside], len(names)),
        np.repeat(np.arange(len(names)), len(inside)),
        offered,
        **columns,
    )


def today_of(
    factor: float = 1.0,
    clock: str = "11:00",
    *,
    folder: PlanningFolder | None = None,
    extra: tuple[Stretch, ...] = (),
    logins: tuple[Login, ...] | None = None,
    emergency: bool = False,
    **measures: float,
) -> Today:
    """Look at the rest of a Tuesday that came so much busier."""
    folder = folder or folder_of()
    world = world_of(folder, Roster.of((*rows_of(), *extra)))
    plan = plan_of(world)
    now = at(TUESDAY, clock)
    seen = counts(world, now, factor, **measures)
    if not len(seen):
        seen = counts(world, at(TUESDAY - 1, "20:00"), 1.0, TUESDAY - 1)
    return make_today(folder, plan, seen, now, models_of(world), logins=logins, emergency=emergency, world=world)


def seat(start: str = "16:00", hours: float = 3.0, number: int = 1) -> tuple[Stretch, ...]:
    """Return a booked block of Tuesday."""
    return block(f"elastic-{number:03d}", at(TUESDAY, start), hours)


def there(*missing: str) -> tuple[Login, ...]:
    """Return log-ins of the early people but some, since the opening."""
    return tuple(Login(who, at(TUESDAY, "08:00") - timedelta(minutes=5)) for who in EARLY if who not in missing)


def with_people(folder: PlanningFolder, **changes: Any) -> PlanningFolder:
    """Return a folder whose people have other fields."""
    return replace(folder, agents=tuple(agent.model_copy(update=changes) for agent in folder.agents))
