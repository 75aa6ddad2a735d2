"""Queueing formulas and the simulator: equal to published values, and how fast."""

from __future__ import annotations

import csv
import os
import runpy
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import timed
from benchmarks.table import Part, goal
from capacity.erlang import erlang_b
from capacity.requirement import Requirement
from capacity.search import Limits, seats_for
from capacity.service import ServiceReport
from capacity.simulation import simulate
from domain.centre import Centre
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.history import Floats
from domain.queues import Queue, Target

ROOT = Path(__file__).parents[1]
DATA = ROOT / os.environ.get("SEATWISE_DATA", "../shared/data")
CHECKS = ROOT / "tests" / "unit" / "capacity" / "test_published_formulas.py"
"""Holds how a published row is read; the benchmark measures how far off the same rows are."""

PUBLISHED = DATA / "simulation_reference" / "published.csv"
EXPONENTIAL = -np.log1p(-(np.arange(20_000) + 0.5) / 20_000)
DAY = "2026-11-23"
TABLE_TOLERANCE = 2e-5
YEAR_GOAL_S, CONTACTS_GOAL = 0.2, 3e6

Say = Callable[[str], None]


def published_errors() -> dict[str, list[float]]:
    """Return, by model, each published value's error over the tolerance it is printed with."""
    checks: dict[str, Any] = runpy.run_path(str(CHECKS))
    found: dict[str, list[float]] = defaultdict(list)
    for model, metric, _, row, value, tolerance in checks["rows"]():
        if metric in checks["MEASURES"]:
            found[model].append(abs(checks["MEASURES"][metric](row, model) - value) / tolerance)
        elif metric == "offered traffic, erlang":  # a table of the load that one per cent blocking allows
            found[model].append(abs(float(erlang_b(row["agents"], value)) / 0.01 - 1.0) / TABLE_TOLERANCE)
    return dict(found)


def one_queue(queue: Queue, volume: Floats, agents: list[int], aht_s: float) -> tuple[Coverage, Requirement, Centre]:
    """Set up one queue with so many identical people in each hour."""
    grid = IntervalGrid(datetime(2026, 11, 23, tzinfo=UTC), 60, len(volume), "UTC")
    one = np.ones(1)
    servers = tuple(Server(f"a{k}", "core", one, one, np.ones(1, np.int64), one) for k in range(max(agents)))
    rows = np.array(
        [(k, 60 * i, 60 * i + 60) for i, count in enumerate(agents) for k in range(count)], dtype=np.float64
    )
    who = rows[:, 0].astype(np.int64)
    coverage = Coverage(grid, (queue.id,), servers, who, who, rows[:, 1], rows[:, 2], np.ones((len(rows), 1), np.bool_))
    blank = np.zeros((1, len(volume)))
    requirement = Requirement(grid, (queue.id,), volume[None, :], np.full_like(blank, aht_s), *(blank,) * 6)
    return coverage, requirement, Centre(name="One queue", timezone="UTC", queues=(queue,), contracts=())


def contact_centers() -> dict[tuple[str, str], float]:
    """Simulate the published cases of the ContactCenters library; return measures by case and metric."""
    target = (Target(service_level=0.8, within_s=20),)
    found: dict[tuple[str, str], float] = {}

    def day(report: ServiceReport, measure: str) -> float:
        return report.simulated("day", DAY, "phone", measure)[0]

    for name, patience in (("MMC", None), ("MMCAb", 60.0)):
        queue = Queue(id="phone", patience_s=patience, targets=target)
        made = one_queue(queue, np.full(8, 252.0), [12] * 8, 120.0)
        report = simulate(*made, seed=1, replications=1000, handle_times={"phone": 120 * EXPONENTIAL})
        offered = day(report, "offered")
        found[name, "service_level"] = day(report, "service_level")
        found[name, "mean_wait_min"] = day(report, "mean_wait_s") / 60
        found[name, "answered_in_threshold_per_day"] = offered * day(report, "service_level")
        found[name, "abandoned_per_day"] = offered * day(report, "abandonment")
    calls = np.array([100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60], dtype=np.float64)
    queue = Queue(id="phone", patience_s=1000, targets=target)
    made = one_queue(queue, calls, [4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4], 100.0)
    busy = np.random.default_rng(11).gamma(10, 0.1, 2000)[:, None, None] * calls[None, None, :]
    report = simulate(
        *made,
        seed=1,
        replications=2000,
        scenarios=busy,
        handle_times={"phone": 100 * EXPONENTIAL},
        balking={"phone": 0.1},
    )
    offered_by_day = report.daily["offered"][:, 0, 0]

    def over_days(measure: str) -> float:
        return float(report.daily[measure][:, 0, 0] @ offered_by_day / offered_by_day.sum())

    wait, lost = over_days("mean_wait_s"), over_days("abandonment")
    found["CallCC", "mean_wait_s"], found["CallCC", "lost_share"] = wait, lost
    # The published share counts those who leave at once too: the lost beyond wait / patience.
    found["CallCC", "share_wait_under_20s"] = over_days("service_level") + lost - wait / 1000
    return found


def year_of_requirements() -> float:
    """Return the seconds that a year of half hours of ten queues takes by Erlang A."""
    rng = np.random.default_rng(1)
    hour = (np.arange(365 * 48) // 2) % 24
    shape = 0.15 + np.exp(-(((hour - 13) / 5.0) ** 2))
    rates = [shape * base * rng.gamma(100, 0.01, shape.size) for base in np.geomspace(5, 2000, 10)]
    limits = Limits(service_levels=((20.0, 0.8),), abandonment=0.05)
    seats_for(rates[0][:48], 240.0, limits, patience_s=180.0)
    with timed() as clock:
        for rate in rates:
            seats_for(rate, 240.0, limits, patience_s=180.0)
    return clock.cpu


def contacts_a_second() -> float:
    """Return simulated contacts a second of one core: 50 people, patient for two handle times, a week."""
    volume = np.full(168, 50 * 20.0)
    queue = Queue(id="phone", patience_s=360.0, targets=(Target(service_level=0.8, within_s=20),))
    made = one_queue(queue, volume, [50] * 168, 180.0)
    simulate(*made, seed=1, replications=1)
    with timed() as clock:
        simulate(*made, seed=1, replications=20)
    return 20 * float(volume.sum()) / clock.cpu


def run(cores: int, say: Say) -> Part:
    """Measure and return the table."""
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []
    if PUBLISHED.exists():
        errors = published_errors()
        total = [e for found in errors.values() for e in found]
        say(f"{len(total)} formula values compared")
        rows += [
            (
                model,
                f"{len(found)} values",
                f"{max(found):.2f} of the printed tolerance",
                "yes" if max(found) <= 1.02 else "no",
            )
            for model, found in errors.items()
        ]
        reached = max(total) <= 1.02
        notes.append(
            goal("every reliable published formula value", reached, f"{sum(e <= 1.02 for e in total)} of {len(total)}")
        )
        found = contact_centers()
        say("published simulations repeated")
        inside = []
        with PUBLISHED.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                value = found.get((row["case"], row["metric"]))
                if value is None:
                    continue
                low, high = float(row["ci_low"]), float(row["ci_high"])
                # Both are estimates: 99.9 % limits instead of the 95 % that are printed.
                middle, widen = float(row["published"]), 3.29 / 1.96
                inside.append(middle + widen * (low - middle) <= value <= middle + widen * (high - middle))
                told = f"{value:.4g}, published {middle:g} ({low:g} to {high:g})"
                rows.append((f"{row['case']} simulated", row["metric"], told, "yes" if inside[-1] else "no"))
        notes.append("Published runs and ours are both estimates, so their 95 % intervals are widened to 99.9 %.")
        notes.append(goal("published simulation intervals", all(inside), f"{sum(inside)} of {len(inside)}"))
    else:
        notes.append("Published values skipped: the reference data is not here (SEATWISE_DATA names its folder).")
    year = min(year_of_requirements() for _ in range(3))
    rows.append(("speed", "a year of half hours of ten queues, Erlang A", f"{year:.2f} CPU s", ""))
    notes.append(goal(f"{YEAR_GOAL_S} s for a year of ten queues", year <= YEAR_GOAL_S, f"{year:.2f} s"))
    speed = max(contacts_a_second() for _ in range(3))
    rows.append(("speed", "simulator, 50 people, impatient callers", f"{speed / 1e6:.2f} million contacts a CPU s", ""))
    notes.append(
        goal(f"{CONTACTS_GOAL / 1e6:g} million contacts a second", speed >= CONTACTS_GOAL, f"{speed / 1e6:.2f}")
    )
    return Part(
        "formulas",
        "Formulas and simulator against published values",
        ("model", "what", "found", "equal"),
        tuple(rows),
        tuple(notes),
    )
