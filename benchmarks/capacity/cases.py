"""What both sides are measured on: read by our own Python and by the peers', so NumPy and no more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

QUEUES, INTERVALS = 10, 365 * 48
INTERVAL_MIN = 30
WITHIN_S, SHARE, PATIENCE_S = 20.0, 0.8, 180.0
HANDLE_S = np.linspace(180.0, 420.0, QUEUES)
"""Mean handle time of each queue."""

LEAST, MOST = 0.2, 200.0
"""Erlang offered in the quietest and the busiest cell of a year."""


def year_of_loads() -> Floats:
    """Return a year of half hours in Erlang, shape (queues, intervals): a bell by day, a week, and gamma noise."""
    rng = np.random.default_rng(2026)
    slot = np.arange(INTERVALS)
    day = 0.05 + 0.95 * np.exp(-(((slot % 48 - 26) / 10.0) ** 2))
    week = np.array([1.0, 0.96, 0.92, 0.9, 0.9, 0.7, 0.6])[slot // 48 % 7]
    noise = rng.gamma(100.0, 0.01, (QUEUES, INTERVALS))
    peak = np.geomspace(4.0, MOST, QUEUES)
    return np.asarray(np.clip(peak[:, None] * day * week * noise, LEAST, MOST), np.float64)


def sampled_cells(each: int) -> list[tuple[int, float]]:
    """Return (queue, Erlang) of cells drawn from the year, the same number of every queue."""
    rng = np.random.default_rng(7)
    loads = year_of_loads()
    return [(q, float(load)) for q in range(QUEUES) for load in rng.choice(loads[q], each, replace=False)]


@dataclass(frozen=True)
class Team:
    """M/M/n+M on which the simulators are compared.

    Attributes
    ----------
    agents : int
    rate_per_h, handle_s, patience_s, within_s : float
    hours : float
        Of one replication, which begins empty; whoever came within them is served to the end.
    replications : int
    """

    agents: int = 50
    rate_per_h: float = 1000.0
    handle_s: float = 180.0
    patience_s: float = 360.0
    within_s: float = 20.0
    hours: float = 24.0
    replications: int = 20


TEAM = Team()


@dataclass(frozen=True)
class Question:
    """One question on which the nearest peer is known to be wrong, or to raise.

    Attributes
    ----------
    name : str
    model : {"ErlangA", "ErlangC"}
    ask : {"requirement", "service level"}
    load : float
        Erlang.
    handle_s, within_s : float
    patience_s : float or None
    agents : float
        Of a service level.
    """

    name: str
    model: str
    ask: str
    load: float
    handle_s: float
    within_s: float
    patience_s: float | None = None
    agents: float = 0.0


QUESTIONS = (
    Question("requirement below the load", "ErlangA", "requirement", 200.0, 300.0, 20.0, 150.0),
    Question("the same, 200 Erlang rounded up", "ErlangA", "requirement", 200.0, 180.0, 20.0, 150.0),
    Question("threshold of a quarter of an hour", "ErlangA", "service level", 300.0, 300.0, 900.0, 1800.0, 285.0),
    Question("one agent more than the load, rounded", "ErlangC", "requirement", 2.6, 180.0, 900.0),
    Question("part of an agent", "ErlangA", "service level", 4.0, 240.0, 20.0, 180.0, 4.5),
    Question("answered at once", "ErlangC", "service level", 4.0, 240.0, 0.0, None, 6.0),
    Question("load above the agents", "ErlangC", "service level", 5.0, 240.0, 20.0, None, 4.0),
    Question("nothing offered", "ErlangA", "requirement", 0.0, 240.0, 20.0, 180.0),
)

SKILL_LOADS = (2.9, 1.2)
"""Erlang of two queues that need 5 and 3 agents alone, by Erlang C for 80/20."""
SKILL_HANDLE_S = 240.0
