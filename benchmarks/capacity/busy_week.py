"""How long it takes to know a week's service to a point where days are busier or quieter than forecast."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from benchmarks.capacity.section import Peers, Section, quantile, ratio
from benchmarks.capacity.team import DAY, WEEK, Floor, by_interval, label
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.search import Limits, seats_for
from capacity.simulation import simulate
from domain.history import Floats
from domain.queues import Queue, Target

CONTACTS, CV = 100_000, 0.1
SEEDS = (1, 2, 3)
HALF_WIDTH, SECONDS = 0.01, 3.0
HANDLE_S, PATIENCE_S = 240.0, 180.0
QUEUE = Queue(id="phone", patience_s=PATIENCE_S, targets=(Target(service_level=0.8, within_s=20.0),))
SCENARIOS = 400
"""Handed over; only as many are played as the half-width asks for."""


@dataclass(frozen=True)
class Known:
    """A week's service level: its value, 95 % half-width, the replications and the CPU seconds behind it."""

    value: float
    half: float
    replications: int
    seconds: float


def week() -> tuple[Floor, Floats]:
    """Set up a week of two-humped days staffed by Erlang A for 80/20; return it and the volume, shape (intervals,)."""
    hour = np.arange(DAY) / 2
    day = 0.04 + np.exp(-(((hour - 10.5) / 2.6) ** 2)) + 0.8 * np.exp(-(((hour - 15.5) / 2.8) ** 2))
    volume = np.concatenate([factor * day for factor in (1.15, 1.1, 1.05, 1.0, 1.0, 0.6, 0.5)])
    volume *= CONTACTS / volume.sum()
    limits = Limits(service_levels=((20.0, 0.8),))
    agents = np.ceil(seats_for(2 * volume, HANDLE_S, limits, patience_s=PATIENCE_S)).astype(np.int64)
    return by_interval(QUEUE, volume, HANDLE_S, agents), volume


def busy(volume: Floats, count: int, seed: int) -> Floats:
    """Return scenarios whose days are multiplied by gamma factors, shape (scenarios, 1, intervals)."""
    factor = np.random.default_rng(seed).gamma(1 / CV**2, CV**2, (count, WEEK // DAY))
    return (np.repeat(factor, DAY, axis=1) * volume)[:, None]


def certify(floor: Floor, volume: Floats, seed: int) -> tuple[Known, Known]:
    """Simulate busy weeks until the mean over them is known to a point; return that, and the same runs' plain ratio.

    Notes
    -----
    The call also runs the 16 replications of the plain week that its report begins with. Their time is counted.
    """
    scenarios = busy(volume, SCENARIOS, seed)
    began = time.process_time()
    report = simulate(*floor, seed=seed, half_width=1.0, scenarios=scenarios, uncertain_half_width=HALF_WIDTH)
    spent = time.process_time() - began
    value, low, high = report.expected("week", label(0), QUEUE.id, "service_level")
    offered = report.daily["offered"][:, 0]
    in_time = offered * report.daily["service_level"][:, 0]
    plain, error = ratio(in_time.sum(axis=1), offered.sum(axis=1))
    count = len(offered)
    return (
        Known(value, (high - low) / 2, count, spent),
        Known(plain, quantile(0.95, count) * error, count, spent),
    )


def section(peers: Peers) -> Section:
    """Certify on several seeds; the slowest counts."""
    floor, volume = week()
    certify(floor, volume, 99)
    runs = [certify(floor, volume, seed) for seed in SEEDS]
    rows = [
        [
            str(seed),
            f"{k.replications}",
            *(f"{100 * x.value:.2f} ± {100 * x.half:.2f}" for x in (k, plain)),
            f"{k.seconds:.2f}",
        ]
        for seed, (k, plain) in zip(SEEDS, runs, strict=True)
    ]
    text = (
        f"A week of {CONTACTS:,} contacts of one queue, {len(floor[0].servers)} people at most, staffed half hour by "
        f"half hour with Erlang A for 80 % in 20 s; each day is multiplied by a gamma factor (cv {CV:.0%}). The week's "
        "share answered in 20 s, of all contacts, over such weeks. `simulate(uncertain_half_width=0.01)` stops by "
        "itself; its estimate uses the days' excess work and its square, drawn work and attendance as control "
        "variates. Beside it the plain ratio of the same replications."
    )
    slowest = max((k for k, _ in runs), key=lambda k: k.seconds)
    widest = max(k.half for k, _ in runs)
    told = (
        f"{slowest.seconds:.2f} s and {slowest.replications} replications at most, ± {100 * widest:.2f} points at most"
    )
    what = f"a week of {CONTACTS:,} contacts to ± 1 point at busyness cv {CV:.0%} in {SECONDS:.0f} CPU s"
    head = ["seed", "replications", "answered in 20 s, %", "plain ratio, %", "CPU s"]
    return Section(
        "A busy week",
        (text, markdown(head, rows)),
        (goal(what, slowest.seconds <= SECONDS and widest <= HALF_WIDTH, told),),
    )
