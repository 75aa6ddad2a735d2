"""Priority among customers against its closed form."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest

from capacity.requirement import Requirement
from capacity.service import ServiceReport
from capacity.simulation import simulate
from domain.centre import Centre
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.queues import Queue
from domain.tiers import REST, Tier

EXPONENTIAL = 60 * -np.log1p(-(np.arange(20_000) + 0.5) / 20_000)
DAYS = 105


def run(load: float, agents: int, shares: tuple[float, ...]) -> ServiceReport:
    """M/M/c with handle times of a minute, whose customers have tiers."""
    size = 48 * DAYS
    grid = IntervalGrid(datetime(2026, 11, 23, tzinfo=UTC), 30, size, "UTC")
    one = np.ones(1)
    servers = tuple(Server(f"a{a}", "core", one, 0.5 * one, np.ones(1, dtype=np.int64), one) for a in range(agents))
    number = np.arange(agents)
    coverage = Coverage(grid, ("phone",), servers, number, number, np.zeros(agents), np.full(agents, 1440.0 * DAYS),
                        np.ones((agents, 1), dtype=bool))  # fmt: skip
    nothing = np.zeros((1, size))
    need = Requirement(grid, ("phone",), np.full((1, size), 30 * load), np.full((1, size), 60.0), *(nothing,) * 6)
    tiers = tuple(Tier(id=f"t{k}", share=share) for k, share in enumerate(shares))
    centre = Centre(name="One", timezone="UTC", queues=(Queue(id="phone"),), contracts=(), tiers=tiers)
    return simulate(coverage, need, centre, seed=4, replications=8, handle_times={"phone": EXPONENTIAL})


def weeks(report: ServiceReport, tier: str) -> tuple[float, float]:
    """Mean wait and its standard error over the weeks after the first."""
    rows = [row for row in report.tiers if (row.scope, row.tier, row.queue) == ("week", tier, "all")][1:]
    values = np.array([row.simulated("mean_wait_s")[0] for row in rows])
    return float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values)))


def erlang_c(load: float, agents: int) -> float:
    blocking = 1.0
    for n in range(1, agents + 1):
        blocking = load * blocking / (n + load * blocking)
    return blocking / (1 - load / agents * (1 - blocking))


@pytest.mark.parametrize(
    ("load", "agents", "shares"),
    [(0.7, 1, (0.3,)), (8.5, 10, (0.2,)), (8.5, 10, (0.1, 0.4))],
    ids=["one agent", "two classes", "three classes"],
)
def test_each_class_waits_as_the_formula_says(load: float, agents: int, shares: tuple[float, ...]) -> None:
    """Class k waits C / (c (1 - s(k-1)) (1 - s(k))) handle times, s(k) the load of classes 1..k an agent.

    Cobham (1954), Priority assignment in waiting line problems, Operations Research 2; Kella and Yechiali (1985),
    Waiting times in the non-preemptive priority M/M/c queue, Stochastic Models 1.
    """
    report = run(load, agents, shares)
    waits = erlang_c(load, agents)
    above = 0.0
    for name, share in (*((f"t{k}", share) for k, share in enumerate(shares)), (REST, 1 - sum(shares))):
        upto = above + share * load / agents
        expected = 60 * waits / (agents * (1 - above) * (1 - upto))
        found, error = weeks(report, name)
        assert abs(found - expected) < 4.5 * error, (name, found, expected, error)
        assert error < 0.06 * expected
        above = upto


def test_priority_moves_waiting_about_and_makes_none() -> None:
    """Over all customers the mean wait is Erlang C's, whoever goes first."""
    expected = 60 * erlang_c(8.5, 10) / (10 - 8.5)
    report = run(8.5, 10, (0.2, 0.3))
    values = np.array([row.get("mean_wait_s") for row in report.rows if row.scope == "week" and row.queue == "all"][1:])
    error = values.std(ddof=1) / math.sqrt(len(values))
    assert abs(values.mean() - expected) < 4.5 * error
