"""Records of agents whose true speed and FCR are known: drawn, or a real log in two halves."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from domain.centre import Centre, Scorecard
from domain.contracts import Contract, StartWindow
from domain.folder import PlanningFolder
from domain.history import Floats, History, Performance
from domain.people import Agent
from domain.queues import Queue

LEVELS = ("novice", "specialist", "senior", "expert")
LEVEL_SHARES = (0.20, 0.45, 0.25, 0.10)
LEVEL_FCR = np.array([0.58, 0.66, 0.74, 0.82])
AWAY_FCR, FCR_SD, SPEED_SD, QUEUE_SPEED_SD, TOGETHER = -0.185, 0.08, 0.20, 0.05, -0.3
HANDLE_CV = 0.95
WIDE = (0.3, 3.0)
"""Limits that nobody meets: what is measured is the estimate."""


@dataclass(frozen=True)
class Truth:
    """What a record was drawn from; arrays of shape (agents, queues)."""

    handle_s: Floats
    fcr: Floats


def drawn(seed: int, days: int, agents: int = 50, posts: int = 4, per_post: int = 3) -> tuple[PlanningFolder, Truth]:
    """Draw a centre as the reference case is: a home post each, levels by FCR, activity up to a hundredfold apart."""
    rng = np.random.default_rng([seed, days])
    queues = posts * per_post
    level = rng.choice(4, size=agents, p=LEVEL_SHARES)
    z = rng.multivariate_normal([0, 0], [[1, TOGETHER], [TOGETHER, 1]], size=agents)
    home = (np.arange(queues) // per_post) == rng.integers(posts, size=agents)[:, None]
    fcr = np.clip((LEVEL_FCR[level] + FCR_SD * z[:, 1])[:, None] + np.where(home, 0, AWAY_FCR), 0.05, 0.97)
    own = SPEED_SD * z[:, :1] + QUEUE_SPEED_SD * rng.standard_normal((agents, queues))
    handle_s = rng.uniform(240, 600, queues) * np.exp(own)
    rate = 70 * rng.dirichlet(np.full(queues, 3.0)) * rng.uniform(0.1, 1, (agents, 1)) ** 2
    handled = rng.poisson(np.broadcast_to(rate, (days, agents, queues)))
    day, agent, queue = np.nonzero(handled)
    n = handled[day, agent, queue].astype(np.float64)
    seconds = rng.gamma(n / HANDLE_CV**2, handle_s[agent, queue] * HANDLE_CV**2)
    resolved = rng.binomial(n.astype(np.int64), fcr[agent, queue]).astype(np.float64)
    names = [f"a{k}" for k in range(agents)], [f"q{k}" for k in range(queues)]
    record = _record(names, np.datetime64("2026-05-01") + day, agent, queue, (n, seconds, resolved))
    return _folder(record, [LEVELS[k] for k in level]), Truth(handle_s, fcr)


def call_centre_log(path: Path) -> PlanningFolder:
    """Read a month of cases: first calls by agent, product and reason; resolved where the case has no later event."""
    events = pd.read_csv(path)
    events["at"] = pd.to_datetime(events["start"])
    events = events.sort_values("at", kind="stable")
    length = events.groupby("service_id")["service_id"].transform("size")
    first = ~events.duplicated("service_id")
    calls = events[first & (events["operation"] == "Inbound Call") & (events["dur_min"] > 0)]
    kept = pd.DataFrame(
        {
            "day": calls["at"].dt.normalize(),
            "agent": calls["agent"],
            "queue": calls["product"] + " / " + calls["service_type"],
            "seconds": 60 * calls["dur_min"],
            "resolved": (length[calls.index] == 1).astype(float),
            "n": 1.0,
        }
    )
    daily = kept.groupby(["day", "agent", "queue"], as_index=False).sum()
    agents, queues = sorted(set(daily["agent"])), sorted(set(daily["queue"]))
    figures = tuple(daily[name].to_numpy(dtype=np.float64) for name in ("n", "seconds", "resolved"))
    agent, queue = (
        np.searchsorted(all_, daily[name].to_numpy(dtype=str)) for all_, name in ((agents, "agent"), (queues, "queue"))
    )
    record = _record((agents, queues), daily["day"].to_numpy(dtype="datetime64[D]"), agent, queue, figures)
    return _folder(record, [""] * len(agents))


def _record(names, date, agent, queue, figures) -> Performance:
    given = dict(zip(("handled", "handle_time_s", "resolved"), figures, strict=True))
    taken = {"agents", "queues", "date", "agent", "queue"}
    unknown = np.full(len(date), np.nan)
    rest = {f.name: given.get(f.name, unknown) for f in fields(Performance) if f.name not in taken}
    return Performance(
        tuple(names[0]),
        tuple(names[1]),
        date.astype("datetime64[D]"),
        agent.astype(np.int64),
        queue.astype(np.int64),
        **rest,
    )


def _folder(record: Performance, levels: list[str]) -> PlanningFolder:
    empty = np.empty(0)
    return PlanningFolder(
        centre=Centre(
            name="Measured",
            timezone="UTC",
            queues=tuple(Queue(id=name) for name in record.queues),
            contracts=(Contract(id="c", start=StartWindow(from_minute=0, to_minute=0)),),
            scorecard=Scorecard(factor_limits=WIDE),
        ),
        history=History(record.queues, np.empty(0, "datetime64[s]"), np.empty(0, np.int64), *[empty] * 7),
        agents=tuple(
            Agent(id=name, contract="c", hourly_cost=1, level=level)
            for name, level in zip(record.agents, levels, strict=True)
        ),
        performance=record,
    )
