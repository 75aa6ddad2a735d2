"""A thousand scenarios of a week of half hours of ten queues: the service of given seats, and the seats of each."""

from __future__ import annotations

import numpy as np

from benchmarks.capacity.cases import HANDLE_S, PATIENCE_S, QUEUES, SHARE, WITHIN_S, year_of_loads
from benchmarks.capacity.section import Peers, Section, again, cpu_seconds
from benchmarks.capacity.team import WEEK
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.interval import interval_service
from capacity.search import Limits, seats_for
from domain.history import Floats

SCENARIOS = 1000
SECONDS = 0.5
LEVEL = Limits(service_levels=((WITHIN_S, SHARE),))


def rates() -> tuple[Floats, Floats]:
    """Return the contacts an hour of the year's first week, shape (queues, intervals), and of its scenarios.

    Every scenario multiplies each queue's days by gamma factors with a coefficient of variation of 10 %, shape
    (scenarios, queues, intervals).
    """
    rng = np.random.default_rng(1000)
    week = 3600.0 * year_of_loads()[:, :WEEK] / HANDLE_S[:, None]
    busy = rng.gamma(100.0, 0.01, (SCENARIOS, QUEUES, 7))
    return week, week * np.repeat(busy, WEEK // 7, axis=2)


def section(peers: Peers) -> Section:
    """Measure both questions, one call for all queues where the public functions allow it."""
    week, possible = rates()
    seats = np.array(
        [seats_for(rate, handle_s, LEVEL, patience_s=PATIENCE_S) for rate, handle_s in zip(week, HANDLE_S, strict=True)]
    )

    def service() -> object:
        return interval_service(possible, HANDLE_S[:, None], seats, patience_s=PATIENCE_S, within_s=WITHIN_S)

    def service_of_one() -> object:
        return interval_service(possible[:, 4], HANDLE_S[4], seats[4], patience_s=PATIENCE_S, within_s=WITHIN_S)

    def requirement() -> object:
        return seats_for(possible, HANDLE_S[:, None], LEVEL, patience_s=PATIENCE_S)

    def requirement_of_one() -> object:
        return seats_for(possible[:, 4], HANDLE_S[4], LEVEL, patience_s=PATIENCE_S)

    one = possible[:, 4].size
    measured = (
        ("service of the week's seats (`interval_service`), one queue", one, cpu_seconds(service_of_one, 5)[0]),
        ("seats of every scenario (`seats_for`), one queue", one, cpu_seconds(requirement_of_one, 3)[0]),
        ("service, ten queues", possible.size, cpu_seconds(service, 3)[0]),
        ("seats, ten queues", possible.size, again(requirement, 1)[0]),
    )
    rows = [[name, f"{cells:,}", f"{s:.2f}", f"{1e6 * s / cells:.2f}"] for name, cells, s in measured]
    text = (
        f"{SCENARIOS:,} scenarios of {WEEK} half hours of {QUEUES} queues by Erlang A, the year's first week with "
        "gamma factors by day and queue (cv 10 %). One CPU core; the fastest of three, of the last row a single run. "
        "Seats for the mean over scenarios, or for a share of days, come from `capacity.risk`, which needs far fewer "
        "cells; the last row answers each scenario by itself."
    )
    what = f"{SCENARIOS:,} scenarios of a week in {SECONDS} CPU s"
    (_, _, served), (_, _, required), (_, _, of_ten), _ = measured
    return Section(
        "Scenarios of a week",
        (text, markdown(["what", "cells", "CPU s", "µs a cell"], rows)),
        (
            goal(f"service of {what}", served <= SECONDS, f"{served:.2f} s for a queue, {of_ten:.2f} s for ten"),
            goal(f"requirement of {what}", required <= SECONDS, f"{required:.2f} s for a queue"),
        ),
    )
