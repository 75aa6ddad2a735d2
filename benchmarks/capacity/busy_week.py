"""How long it takes to know a week's service to a point where days are busier or quieter than forecast."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from benchmarks.capacity.section import Peers, Section, quantile, ratio
from benchmarks.capacity.team import DAY, WEEK, Floor, by_interval
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.search import Limits, seats_for
from capacity.service import ServiceReport
from capacity.simulation import simulate
from domain.history import Floats
from domain.queues import Queue, Target

CONTACTS, CV = 100_000, 0.1
HALF_WIDTH, SECONDS = 0.01, 3.0
HANDLE_S, PATIENCE_S = 240.0, 180.0
QUEUE = Queue(id="phone", patience_s=PATIENCE_S, targets=(Target(service_level=0.8, within_s=20.0),))
PILOT = 150
"""Replications from which it is reckoned how many are needed."""

LEAST = 32
"""Of replications: twice the controls and some."""


@dataclass(frozen=True)
class Known:
    """A week's service level: its value, 95 % half-width, the replications and the CPU seconds behind it."""

    value: float
    half: float
    replications: int
    seconds: float

    @property
    def needed(self) -> int:
        """Replications that would bring the half-width to a point, and 10 % more to be safe."""
        return int(np.ceil(1.1 * self.replications * (self.half / HALF_WIDTH) ** 2))


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


def certify(floor: Floor, volume: Floats, count: int, seed: int) -> tuple[Known, Known]:
    """Simulate so many busy weeks in one call; estimate plainly, and with the contacts of the days as controls.

    Notes
    -----
    The call also runs at least 16 replications of the plain week, which its report cannot do without. Their time is
    counted. Controls regress the contacts answered in time on those offered on each day, whose expectation is known,
    and on the squares of their deviations, whose expectation is that of the gamma factors and of Poisson counts.
    """
    scenarios = busy(volume, count, seed)
    began = time.process_time()
    report = simulate(*floor, seed=seed, half_width=1.0, max_replications=count, scenarios=scenarios)
    spent = time.process_time() - began
    return plain(report, spent), controlled(report, volume, spent)


def _days(report: ServiceReport) -> tuple[Floats, Floats]:
    """Return contacts offered, and answered in time, shape (replications, days)."""
    offered = report.daily["offered"][:, 0]
    return offered, offered * report.daily["service_level"][:, 0]


def plain(report: ServiceReport, seconds: float) -> Known:
    """Return the ratio of sums."""
    offered, in_time = (each.sum(axis=1) for each in _days(report))
    value, error = ratio(in_time, offered)
    return Known(value, quantile(0.95, len(offered)) * error, len(offered), seconds)


def controlled(report: ServiceReport, volume: Floats, seconds: float) -> Known:
    """Return the estimate with controls: the regression's intercept, with its residual error."""
    offered, in_time = _days(report)
    expected = volume.reshape(-1, DAY).sum(axis=1)
    off = offered - expected
    squares = off**2 - (expected + (CV * expected) ** 2)
    design = np.column_stack([np.ones(len(off)), off / expected, squares / expected**2])
    share = in_time.sum(axis=1) / expected.sum()
    coefficients, *_ = np.linalg.lstsq(design, share, rcond=None)
    rest = share - design @ coefficients
    free = len(off) - design.shape[1]
    error = np.sqrt(rest @ rest / free * np.linalg.inv(design.T @ design)[0, 0])
    return Known(float(coefficients[0]), quantile(0.95, free + 1) * float(error), len(off), seconds)


def enough(floor: Floor, volume: Floats, pilot: tuple[Known, Known], estimate: int) -> Known:
    """Return the first run, each on fresh seeds, that knows the service by one of the two estimates to a point."""
    found, seed = pilot[estimate], 1
    while seed == 1 or found.half > HALF_WIDTH:
        seed += 1
        found = certify(floor, volume, max(found.needed, LEAST), 10 * seed + estimate)[estimate]
    return found


def section(peers: Peers) -> Section:
    """Reckon how many replications are needed, then run and time just so many on fresh seeds."""
    floor, volume = week()
    pilot = certify(floor, volume, PILOT, seed=1)
    found, found_controlled = (enough(floor, volume, pilot, estimate) for estimate in (0, 1))
    named = {"as `simulate` gives it": found, "with the days' contacts as control variates": found_controlled}
    rows = [
        [name, f"{k.replications}", f"{100 * k.value:.2f} ± {100 * k.half:.2f}", f"{k.seconds:.2f}"]
        for name, k in named.items()
    ]
    text = (
        f"A week of {CONTACTS:,} contacts of one queue, {len(floor[0].servers)} people at most, staffed half hour by "
        f"half hour with Erlang A for 80 % in 20 s; each day is multiplied by a gamma factor (cv {CV:.0%}). The week's "
        "share answered in 20 s, of all contacts. `simulate` stops by itself only where volumes are certain: the "
        "number of replications of `scenarios` was reckoned from runs before, whose time is not counted. The control "
        "variates are worked out in this benchmark from the report's daily figures; `simulate` has none."
    )
    told = (
        f"{found.seconds:.2f} s and {found.replications} replications, ± {100 * found.half:.2f} points; with control "
        f"variates worked out here {found_controlled.seconds:.2f} s and {found_controlled.replications}, "
        f"± {100 * found_controlled.half:.2f}"
    )
    what = f"a week of {CONTACTS:,} contacts to ± 1 point at busyness cv {CV:.0%} in {SECONDS:.0f} CPU s"
    return Section(
        "A busy week",
        (text, markdown(["estimate", "replications", "answered in 20 s, %", "CPU s"], rows)),
        (goal(what, found.seconds <= SECONDS and found.half <= HALF_WIDTH, told),),
    )
