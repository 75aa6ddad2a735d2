"""M/M/50+M in our simulator, SimPy and Ciw: how fast, and whether they agree."""

from __future__ import annotations

from functools import partial
from itertools import combinations

import numpy as np

from benchmarks.capacity.cases import TEAM
from benchmarks.capacity.section import Peers, Section, cpu_seconds, quantile, ratio
from benchmarks.capacity.team import DAY, EXPONENTIAL, Group, always_there, label
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.interval import interval_service
from capacity.simulation import simulate
from domain.history import Floats
from domain.queues import Queue, Target

TIMES_GOALS = {"SimPy": 100.0, "Ciw": 200.0}
LEVEL = 0.99
"""Of the intervals by which means are compared: of four simulators there are eighteen differences."""

OURS, FORMULA = "seatwise", "formula (Erlang A)"
MEASURES = ("service level", "mean wait, s", "abandonment")

Means = dict[str, tuple[float, float]]
"""By measure, its value and standard error."""


def one_team() -> tuple[float, Means]:
    """Return our speed on the peers' case, and our means: as many replications of as many hours."""
    target = Target(service_level=0.8, within_s=TEAM.within_s)
    queue = Queue(id="phone", patience_s=TEAM.patience_s, targets=(target,))
    intervals = round(TEAM.hours * DAY / 24)
    floor = always_there([queue], TEAM.rate_per_h / 2, TEAM.handle_s, [Group(TEAM.agents)], intervals)
    times = {queue.id: TEAM.handle_s * EXPONENTIAL}
    run = partial(simulate, *floor, seed=1, replications=TEAM.replications, handle_times=times)
    offered = TEAM.replications * run().simulated("day", label(0), queue.id, "offered")[0]
    speed = offered / cpu_seconds(run, 5)[0]
    # Only replications of scenarios are handed out one by one; the single scenario is the volume itself.
    daily = run(scenarios=floor[1].volume[None]).daily
    came = daily["offered"][:, 0, 0]
    parts = (came * daily[m][:, 0, 0] for m in ("service_level", "mean_wait_s", "abandonment"))
    return speed, means(np.array([came, *parts]).T)


def means(sums: Floats) -> Means:
    """Return the measures of replications, whose sums are offered, in time, seconds waited and abandoned."""
    return {measure: ratio(sums[:, k + 1], sums[:, 0]) for k, measure in enumerate(MEASURES)}


def exact_means() -> Means:
    """Return the steady state; beginning empty shifts a day's means by under .1 %."""
    found = interval_service(
        TEAM.rate_per_h, TEAM.handle_s, TEAM.agents, patience_s=TEAM.patience_s, within_s=TEAM.within_s
    )
    values = (found.service_level, found.mean_wait_s, found.abandonment)
    return {measure: (float(value), 0.0) for measure, value in zip(MEASURES, values, strict=True)}


def apart(found: dict[str, Means]) -> list[str]:
    """Name the differences whose interval does not hold 0."""
    widen = quantile(LEVEL, TEAM.replications)
    return [
        f"{one} and {other}: {measure}"
        for one, other in combinations(found, 2)
        for measure, (value, error) in found[one].items()
        if abs(value - found[other][measure][0]) > widen * np.hypot(error, found[other][measure][1])
    ]


def table(found: dict[str, Means], speeds: dict[str, float]) -> str:
    """Lay speeds and means beside each other."""
    widen = quantile(0.95, TEAM.replications)
    rows = []
    for name, values in (found | {FORMULA: exact_means()}).items():
        fast = [f"{speeds[name]:,.0f}", f"{speeds[OURS] / speeds[name]:,.0f}"] if name in speeds else ["", ""]
        told = [f"{value:.4g} ± {widen * error:.2g}" if error else f"{value:.4g}" for value, error in values.values()]
        rows.append([name, *fast, *told])
    return markdown(["M/M/50+M", "contacts a CPU s", "ours is times faster", *MEASURES], rows)


def section(peers: Peers) -> Section:
    """Compare speeds and means."""
    ours, our_means = one_team()
    found = {OURS: our_means} | {name: means(np.array(each["sums"])) for name, each in peers["simulators"].items()}
    speeds = {OURS: ours} | {name: max(each["speed"]) for name, each in peers["simulators"].items()}
    goals = []
    for library, times in TIMES_GOALS.items():
        each = {name: ours / speed for name, speed in speeds.items() if name.startswith(library)}
        told = "; ".join(f"{value:.0f} times {name}" for name, value in each.items())
        goals.append(goal(f"{times:.0f} times {library} on M/M/50+M", min(each.values()) >= times, told))
    different = apart(found)
    what = f"no two simulators' means on M/M/50+M differ beyond the {LEVEL:.0%} interval of the difference"
    count = len(MEASURES) * len(found) * (len(found) - 1) // 2
    goals.append(goal(what, not different, "; ".join(different) or f"none of {count} differences"))
    text = (
        f"{TEAM.rate_per_h:,.0f} contacts an hour of {TEAM.handle_s:.0f} s to {TEAM.agents} agents, patience "
        f"{TEAM.patience_s:.0f} s; {TEAM.replications} replications of {TEAM.hours:.0f} hours from empty, everybody "
        f"served to the end; service level within {TEAM.within_s:.0f} s. Speed is of the fastest replication; ours of "
        "the fastest of five calls, each with all replications, set-up and report; Ciw's without the reading of its "
        "records. Intervals are of 95 %. `SimPy, processes` is its documentation's bank with reneging; `callbacks "
        "alone` uses it as a calendar of events, no longer as it is meant to be used, and counts for the goal."
    )
    return Section("Simulators on M/M/50+M", (text, table(found, speeds)), tuple(goals))
