"""The simulation against queueing formulas and against published runs of another simulator."""

from __future__ import annotations

import csv
import math
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from capacity.requirement import Requirement
from capacity.service import ServiceReport
from capacity.simulation import simulate
from domain.centre import Centre
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.queues import Channel, Queue, Target

DATA = Path(os.environ.get("SEATWISE_DATA", Path(__file__).parents[2] / "../shared/data"))
PUBLISHED = DATA / "simulation_reference" / "published.csv"
needs_data = pytest.mark.skipif(not PUBLISHED.exists(), reason="the reference data is not here (SEATWISE_DATA)")
EXPONENTIAL = -np.log1p(-(np.arange(20_000) + 0.5) / 20_000)
DAY = "2026-11-23"


def centre_of(queue: Queue, volume: list[float], agents: list[int], step: int, aht: float):  # type: ignore[no-untyped-def]
    """One queue; ``agents[i]`` identical people in interval i, each interval a stretch."""
    size, people = len(volume), max(agents)
    grid = IntervalGrid(datetime(2026, 11, 23, tzinfo=UTC), step, size, "UTC")
    one = np.ones(1)
    servers = tuple(Server(f"a{a}", "core", one, 0.5 * one, np.ones(1, dtype=np.int64), one) for a in range(people))
    rows = np.array([(a, i * step, (i + 1) * step) for i in range(size) for a in range(agents[i])], dtype=float)
    coverage = Coverage(grid, (queue.id,), servers, rows[:, 0].astype(np.int64), rows[:, 0].astype(np.int64),
                        rows[:, 1], rows[:, 2], np.ones((len(rows), 1), dtype=bool))  # fmt: skip
    nothing = np.zeros((1, size))
    requirement = Requirement(
        grid, (queue.id,), np.array([volume], dtype=float), np.full((1, size), aht), *(nothing,) * 6
    )
    return coverage, requirement, Centre(name="One", timezone="UTC", queues=(queue,), contracts=())


def palm(load: float, agents: int, patience: float) -> tuple[float, float, float]:
    """Return (P(wait), abandonment, mean wait) of M/M/n+M in units of the mean handle time, by balance equations."""
    states = agents + 4000
    log = np.zeros(states)
    for k in range(1, states):
        log[k] = log[k - 1] + math.log(load) - math.log(min(k, agents) + max(k - agents, 0) / patience)
    p = np.exp(log - log.max())
    p /= p.sum()
    queue = np.maximum(np.arange(states) - agents, 0) @ p
    return float(p[agents:].sum()), float(queue / patience / load), float(queue / load)


def long_run(queue: Queue, load: float, agents: int, days: int) -> ServiceReport:
    """Handle times are exponential of mean one minute; the empty start is far away."""
    size = 48 * days
    made = centre_of(queue, [load * 30] * size, [agents] * size, 30, 60.0)
    return simulate(*made, seed=1, replications=8, handle_times={queue.id: 60 * EXPONENTIAL})


def weeks(report: ServiceReport, measure: str) -> tuple[float, float]:
    """Mean and standard error over the weeks after the first, weighted alike."""
    rows = [row for row in report.rows if row.scope == "week" and row.queue == "all"][1:]
    values = np.array([row.get(measure) for row in rows])
    return float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values)))


@pytest.mark.parametrize(
    ("load", "agents", "patience"), [(0.8, 2, 3.0), (9.5, 10, 2.0), (48.0, 50, 1.5), (21.0, 20, 5.0)]
)
def test_impatient_callers_as_in_palms_formula(load: float, agents: int, patience: float) -> None:
    queue = Queue(id="phone", patience_s=60 * patience, targets=(Target(service_level=0.8, within_s=0),))
    report = long_run(queue, load, agents, days=60 if load < 20 else 25)
    delayed, lost, wait = palm(load, agents, patience)
    for measure, expected in (
        ("service_level", 1 - delayed),
        ("abandonment", lost),
        ("mean_wait_s", 60 * wait),
        ("occupancy", load * (1 - lost) / agents),
    ):
        found, error = weeks(report, measure)
        assert abs(found - expected) < 4.5 * error, (measure, found, expected, error)


@pytest.mark.parametrize(("load", "agents"), [(0.5, 1), (8.0, 10)])
def test_patient_callers_as_in_erlangs_formula(load: float, agents: int) -> None:
    """Mean wait C / (n - a), in handle times."""
    blocking = 1.0
    for n in range(1, agents + 1):
        blocking = load * blocking / (n + load * blocking)
    delayed = blocking / (1 - load / agents * (1 - blocking))
    report = long_run(Queue(id="phone"), load, agents, days=60)
    found, error = weeks(report, "mean_wait_s")
    assert abs(found - 60 * delayed / (agents - load)) < 4.5 * error


def test_lognormal_handle_times_as_in_pollaczek_and_khinchine() -> None:
    """One agent: mean wait a (1 + cv^2) / (2 (1 - a)) handle times."""
    size = 48 * 100
    report = simulate(*centre_of(Queue(id="phone"), [18] * size, [1] * size, 30, 60.0), seed=1, replications=40)
    found, error = weeks(report, "mean_wait_s")
    assert abs(found - 60 * 0.6 * (1 + 0.95**2) / (2 * 0.4)) < 4.5 * error


def test_chats_as_in_a_birth_death_chain() -> None:
    """One agent of three chats: with k at once each is served at rate 1 / slowdown[k], the rest wait impatiently."""
    slowdown, load, patience = (0.6, 0.8, 1.0), 2.2, 4.0
    queue = Queue(id="chat", channel=Channel.CHAT, concurrency=3, slowdown=slowdown, patience_s=60 * patience,
                  targets=(Target(service_level=0.8, within_s=0),))  # fmt: skip
    report = long_run(queue, load, 1, days=100)
    rate = [0.0] + [k / slowdown[k - 1] for k in (1, 2, 3)]
    weight = [1.0]
    for k in range(1, 400):
        weight.append(weight[-1] * load / (rate[min(k, 3)] + max(k - 3, 0) / patience))
    p = np.array(weight) / sum(weight)
    waiting = np.maximum(np.arange(400) - 3, 0) @ p
    for measure, expected in (
        ("service_level", 1 - p[3:].sum()),
        ("mean_wait_s", 60 * waiting / load),
        ("abandonment", waiting / patience / load),
        ("occupancy", np.minimum(np.arange(400), 3) @ p / 3),
    ):
        found, error = weeks(report, measure)
        assert abs(found - expected) < 4.5 * error, (measure, found, expected, error)


def published(case: str) -> dict[str, tuple[float, float]]:
    """Return the 95 % intervals printed for a case, widened to 99.9 % for they are estimates too."""
    with PUBLISHED.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["case"] == case]
    widen = 3.29 / 1.96
    return {
        row["metric"]: (
            float(row["published"]) + widen * (float(row["ci_low"]) - float(row["published"])),
            float(row["published"]) + widen * (float(row["ci_high"]) - float(row["published"])),
        )
        for row in rows
    }


@needs_data
@pytest.mark.parametrize("patience", [None, 60.0])
def test_contactcenters_stationary_days(patience: float | None) -> None:
    """Twelve agents, 4.2 calls a minute of 2 minutes, eight hours from empty (ContactCenters, MMC and MMCAb)."""
    queue = Queue(id="phone", patience_s=patience, targets=(Target(service_level=0.8, within_s=20),))
    made = centre_of(queue, [4.2 * 60] * 8, [12] * 8, 60, 120.0)
    report = simulate(*made, seed=1, replications=1000, handle_times={"phone": 120 * EXPONENTIAL})
    offered = report.simulated("day", DAY, "phone", "offered")[0]
    level = report.simulated("day", DAY, "phone", "service_level")[0]
    limits = published("MMC" if patience is None else "MMCAb")
    found = {"answered_in_threshold_per_day": level * offered}
    if patience is None:
        found["service_level"] = level
        found["mean_wait_min"] = report.simulated("day", DAY, "phone", "mean_wait_s")[0] / 60
    else:
        found["abandoned_per_day"] = offered * report.simulated("day", DAY, "phone", "abandonment")[0]
    assert set(found) == set(limits)
    for metric, (low, high) in limits.items():
        assert low <= found[metric] <= high, (metric, found[metric], low, high)


@needs_data
def test_contactcenters_busy_and_quiet_days() -> None:
    """Thirteen hours with a gamma(10) factor a day; a tenth of those who would wait leave at once (CallCC)."""
    agents = [4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4]
    calls = np.array([100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60], dtype=float)
    queue = Queue(id="phone", patience_s=1000, targets=(Target(service_level=0.8, within_s=20),))
    made = centre_of(queue, calls.tolist(), agents, 60, 100.0)
    days = np.random.default_rng(11).gamma(10, 0.1, 2000)
    report = simulate(*made, seed=1, replications=2000, scenarios=days[:, None, None] * calls[None, None, :],
                      handle_times={"phone": 100 * EXPONENTIAL}, balking={"phone": 0.1})  # fmt: skip
    offered = report.daily["offered"][:, 0, 0]

    def over_days(measure: str) -> float:
        return float((report.daily[measure][:, 0, 0] * offered).sum() / offered.sum())

    limits = published("CallCC")
    found = {
        "mean_wait_s": over_days("mean_wait_s"),
        "lost_share": over_days("abandonment"),
    }
    # The published share takes in those who leave within 20 seconds: those who balk, who are all the lost beyond
    # wait / patience, and at most 20 / 1000 of those who wait.
    balked = found["lost_share"] - found["mean_wait_s"] / 1000
    found["share_wait_under_20s"] = over_days("service_level") + balked
    assert found["share_wait_under_20s"] + 0.02 * balked / 0.1 <= limits["share_wait_under_20s"][1]
    for metric, (low, high) in limits.items():
        assert low <= found[metric] <= high, (metric, found[metric], low, high)
