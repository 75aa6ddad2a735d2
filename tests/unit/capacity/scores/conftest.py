"""Synthetic centres whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from domain.centre import Centre, Scorecard
from domain.contracts import Contract, StartWindow
from domain.folder import PlanningFolder
from domain.history import Floats, History, Ints, Performance
from domain.people import Agent, Skill
from domain.queues import Queue

LEVELS = ("novice", "specialist", "senior", "expert")
KPIS = [
    "resolved",
    "csat_sum",
    "csat_count",
    "quality_sum",
    "quality_count",
    "first_response_s",
    "complaints",
    "violations",
    "teamwork",
]


@dataclass(frozen=True)
class Truth:
    """What the records were drawn from; arrays of shape (agents, queues), level (agents,)."""

    aht_s: Floats
    fcr: Floats
    level: Ints


def performance(agents: int, queues: int, **columns: Floats) -> Performance:
    size = len(columns["date"])
    given = {name: columns.get(name, np.full(size, np.nan)) for name in KPIS}
    return Performance(
        agents=tuple(f"a{k}" for k in range(agents)),
        queues=tuple(f"q{k}" for k in range(queues)),
        date=np.datetime64("2026-05-01") + columns["date"].astype(int),
        agent=columns["agent"].astype(np.int64),
        queue=columns["queue"].astype(np.int64),
        handled=columns["handled"].astype(float),
        handle_time_s=columns["handle_time_s"].astype(float),
        **given,
    )


def folder_of(
    record: Performance | None,
    agents: int,
    queues: int,
    *,
    levels: list[str] | None = None,
    scorecard: Scorecard | None = None,
    fcr: float | None = None,
) -> PlanningFolder:
    names = tuple(f"q{k}" for k in range(queues))
    nothing = np.empty(0)
    columns = dict.fromkeys(
        ("offered", "handled", "abandoned", "aht_s", "mean_wait_s", "answered_in_target", "backlog"), nothing
    )
    centre = Centre(
        name="test",
        timezone="UTC",
        queues=tuple(Queue(id=name, aht_s=400.0, fcr=fcr) for name in names),
        contracts=(Contract(id="full", start=StartWindow(from_minute=480, to_minute=600)),),
        scorecard=scorecard or Scorecard(),
    )
    return PlanningFolder(
        centre=centre,
        history=History(names, np.empty(0, "datetime64[s]"), np.empty(0, np.int64), **columns),
        agents=tuple(
            Agent(id=f"a{k}", contract="full", hourly_cost=50, level=(levels or [""] * agents)[k])
            for k in range(agents)
        ),
        skills=tuple(Skill(agent_id=f"a{k}", queue=name) for k in range(agents) for name in names),
        performance=record,
    )


def draw(
    seed: int, agents: int = 50, posts: int = 4, per_post: int = 3, days: int = 60, limits=(0.4, 2.0)
) -> tuple[PlanningFolder, Truth]:
    """Draw a centre as the reference case is: speed sd 20 %, FCR by level with sd .08, correlated -.3.

    Agents' activity differs a hundredfold, so that raw means range from good to hopeless.
    """
    rng = np.random.default_rng(seed)
    queues = posts * per_post
    level = rng.choice(4, size=agents, p=[0.2, 0.45, 0.25, 0.1])
    z = rng.multivariate_normal([0, 0], [[1, -0.3], [-0.3, 1]], size=agents)
    matched = (np.arange(queues) // per_post) == rng.integers(posts, size=agents)[:, None]
    skill = np.array([0.58, 0.66, 0.74, 0.82])[level] + 0.08 * z[:, 1]
    fcr = np.clip(skill[:, None] - np.where(matched, 0, 0.185), 0.05, 0.97)
    aht = rng.uniform(240, 600, queues) * np.exp(0.2 * z[:, :1] + 0.05 * rng.standard_normal((agents, queues)))
    rate = 70 * rng.dirichlet(np.full(queues, 3.0)) * rng.uniform(0.1, 1, (agents, 1)) ** 2
    handled = rng.poisson(np.broadcast_to(rate, (days, agents, queues)))
    day, agent, queue = np.nonzero(handled)
    n = handled[day, agent, queue]
    record = performance(
        agents,
        queues,
        date=day,
        agent=agent,
        queue=queue,
        handled=n,
        handle_time_s=rng.gamma(n / 0.95**2, aht[agent, queue] * 0.95**2),
        resolved=rng.binomial(n, fcr[agent, queue]).astype(float),
    )
    names = [LEVELS[k] for k in level]
    card = Scorecard(factor_limits=limits)
    return folder_of(record, agents, queues, levels=names, scorecard=card), Truth(aht, fcr, level)


@pytest.fixture(scope="session")
def make_folder() -> Callable[..., PlanningFolder]:
    return folder_of


@pytest.fixture(scope="session")
def make_performance() -> Callable[..., Performance]:
    return performance


@pytest.fixture(scope="session")
def drawn() -> list[tuple[PlanningFolder, Truth]]:
    return [draw(seed) for seed in range(3)]
