"""Small centres whose people, skills and scores are written out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from capacity.scores import Score
from domain.centre import Centre, ElasticPool
from domain.contracts import BreakRule, Contract, Limits, StartWindow
from domain.folder import PlanningFolder
from domain.history import History
from domain.people import Agent, Skill
from domain.queues import Queue


def small(agents, skills, queues=("a", "b"), offered=None, elastic=None, queue_keys=None, **centre_keys):
    """Build a folder; ``skills`` maps an agent to queues, ``offered`` is one day's contacts per queue."""
    offered = np.asarray([] if offered is None else offered, dtype=float)
    size = len(offered)
    columns = {
        name: np.full(size, np.nan)
        for name in ("handled", "abandoned", "aht_s", "mean_wait_s", "answered_in_target", "backlog")
    }
    history = History(
        queues,
        np.full(size, np.datetime64("2026-11-01T09:00:00", "s")),
        np.arange(size, dtype=np.int64),
        offered,
        **columns,
    )
    keys = queue_keys or {}
    centre = Centre(
        name="small",
        timezone="UTC",
        queues=tuple(Queue(id=name, aht_s=300.0, **keys.get(name, {})) for name in queues),
        contracts=(
            Contract(
                id="full",
                weekly_hours=Limits(min=40, max=40),
                days_per_week=Limits(min=5, max=5),
                start=StartWindow(from_minute=480, to_minute=600),
                breaks=(BreakRule(minutes=48, paid=True, after_minutes=60, before_minutes=180),),
            ),
        ),
        elastic=elastic,
        **centre_keys,
    )
    return PlanningFolder(
        centre=centre,
        history=history,
        agents=tuple(
            agent if isinstance(agent, Agent) else Agent(id=agent, contract="full", hourly_cost=50) for agent in agents
        ),
        skills=tuple(
            queue if isinstance(queue, Skill) else Skill(agent_id=agent, queue=queue)
            for agent, served in skills.items()
            for queue in served
        ),
    )


def scored(agent, queue, fcr=np.nan, factor=1.0):
    return Score(agent, queue, 100.0, 300.0, factor, fcr, fcr, fcr, np.nan, "")


@pytest.fixture(scope="session")
def make_small() -> Callable[..., PlanningFolder]:
    return small


@pytest.fixture(scope="session")
def make_score() -> Callable[..., Score]:
    return scored


@pytest.fixture(scope="session")
def elastic_pool() -> ElasticPool:
    return ElasticPool(share=0.2, emergency_share=0.3, hourly_cost=75, queues=("a",), aht_factor=1.15, fcr=0.5)
