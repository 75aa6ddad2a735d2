"""A centre of calls, chats and mail with a roster, small enough to read."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from capacity.requirement import Requirement
from domain.centre import Centre, ElasticPool, Shrinkage
from domain.contracts import Contract, StartWindow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid, local_midnight
from domain.history import History
from domain.hours import WeeklyWindow
from domain.people import Agent, Skill
from domain.progress import Control
from domain.queues import Channel, Queue, Target
from domain.roster import Roster, Stretch
from planning.files.plan_in import PlanIn
from planning.steps import Options, people_of, simulate_roster
from planning.whatif import Base
from planning.whatif.world import World

ZONE = "Europe/Berlin"
FIRST = date(2026, 11, 23)
MONDAY = local_midnight(FIRST, ZONE)
DAYTIME = (WeeklyWindow(frozenset(range(7)), 8 * 60, 20 * 60),)


def empty_history() -> History:
    none = np.zeros(0)
    return History((), np.zeros(0, dtype="datetime64[s]"), np.zeros(0, dtype=np.int64), *(none for _ in range(7)))


def world_of() -> World:
    """Twelve people work from 8 to 20 on each of seven days; a third of them on mail too."""
    queues = (
        Queue(
            id="phone",
            patience_s=300.0,
            aht_s=300.0,
            fcr=0.6,
            repeat_probability=0.8,
            repeat_delay_h=12,
            open=DAYTIME,
            targets=(Target(mean_wait_s=60, service_level=0.7, within_s=30),),
        ),
        Queue(id="chat", channel=Channel.CHAT, patience_s=600.0, aht_s=480.0, concurrency=2, open=DAYTIME),
        Queue(
            id="mail",
            channel=Channel.DEFERRED,
            aht_s=420.0,
            open=DAYTIME,
            targets=(Target(response_h=24, share=0.9),),
        ),
    )
    contract = Contract(id="full", start=StartWindow(from_minute=420, to_minute=600))
    centre = Centre(
        name="c",
        timezone=ZONE,
        queues=queues,
        contracts=(contract,),
        shrinkage=Shrinkage(absence=0.05, in_shift=0.05),
        elastic=ElasticPool(share=0.2, block_hours=(3.0, 4.0), hourly_cost=30.0, queues=("phone", "chat"), fcr=0.5),
    )
    agents = tuple(Agent(id=f"a{k:02d}", contract="full", hourly_cost=20.0) for k in range(12))
    skills = tuple(
        Skill(agent_id=agent.id, queue=queue)
        for k, agent in enumerate(agents)
        for queue in (("phone", "chat", "mail") if k % 3 == 0 else ("phone", "chat"))
    )
    folder = PlanningFolder(centre, empty_history(), agents, skills)
    grid = IntervalGrid.of_days(FIRST, 7, ZONE, 30)
    opened = (grid.minute_of_day >= 480) & (grid.minute_of_day < 1200)
    volume = np.stack([np.where(opened, 36.0, 0.0), np.where(opened, 12.0, 0.0), np.full(grid.size, 2.0)])
    aht = np.repeat(np.array([[300.0], [480.0], [420.0]]), grid.size, axis=1)
    blank = np.full_like(volume, np.nan)
    agents_needed = np.stack([np.where(opened, 8.0, 0.0), np.where(opened, 2.5, 0.0), np.where(opened, 1.0, 0.0)])
    need = Requirement(grid, centre.queue_ids, volume, aht, agents_needed, agents_needed / 0.9025, *(blank,) * 4)
    may = {agent.id: tuple(s.queue for s in skills if s.agent_id == agent.id) for agent in agents}
    rows = [
        Stretch(
            agent.id,
            MONDAY + timedelta(days=d, hours=8),
            MONDAY + timedelta(days=d, hours=20),
            queues=may[agent.id],
            shift_id=str(d),
        )
        for agent in agents
        for d in range(7)
    ]
    options = Options(week=FIRST)
    return World(folder, need, Roster.of(rows), people_of(folder, options), options)


def base_of(replications: int) -> Base:
    """Return what questions about the world's plan share; its service is simulated."""
    world = world_of()
    report = simulate_roster(
        world.folder, world.requirement, world.roster, world.people, world.options, Control(), replications=replications
    )
    return Base(world, PlanIn(FIRST, 1, None, world.requirement, world.roster, report, {}))  # type: ignore[arg-type]
