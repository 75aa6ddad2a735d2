"""The service a finished roster gives, replication by replication until it is known well enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import numpy as np

from capacity.requirement import Requirement
from capacity.service import MEASURES, ServiceReport
from capacity.simulation.arrivals import FixedArrivals, backlog_ages, poisson_arrivals, replication_key
from capacity.simulation.inputs import Masks, build_world, opening, thresholds
from capacity.simulation.kernel import replicate
from capacity.simulation.statistics import Ratios, Windows, service_rows
from capacity.targets import TargetRow
from domain.centre import Centre
from domain.coverage import Coverage
from domain.history import Floats, Ints
from domain.progress import Control

Counts = tuple[Floats, Floats]
FIRST_BATCH = 16
BATCH = 8
SCENARIO_RUNS = 1 << 32
"""Replications of scenario days are numbered from here on, so that they are fresh."""

_NONE: Mapping[str, float] = MappingProxyType({})
_NO_SAMPLES: Mapping[str, Floats] = MappingProxyType({})


def simulate(
    coverage: Coverage,
    requirement: Requirement,
    centre: Centre,
    *,
    seed: int,
    replications: int | None = None,
    half_width: float = 0.01,
    max_replications: int = 400,
    scenarios: Floats | None = None,
    backlog: Mapping[str, float] | None = None,
    targets: tuple[TargetRow, ...] = (),
    control: Control | None = None,
    is_open: Masks | None = None,
    counted: Masks | None = None,
    arrivals: FixedArrivals | None = None,
    handle_times: Mapping[str, Floats] = _NO_SAMPLES,
    cv: Mapping[str, float] = _NONE,
    balking: Mapping[str, float] = _NONE,
    closed_loop: bool = False,
) -> ServiceReport:
    """Simulate the service that people on duty give.

    Parameters
    ----------
    coverage : Coverage
        Who is on which queue when.
    requirement : Requirement
        Contacts (``volume``) and handle times per queue and interval.
    centre : Centre
        Queues, shrinkage and opening hours.
    seed : int
        The same seed, input and replications give the same report, whatever the number of cores.
    replications : int, optional
        Exactly so many; by default as many as ``half_width`` asks for.
    half_width : float
        Replications go on until every day's 95 % interval of service level, abandonment and share is at most so wide
        on either side, and that of a wait with a target at most 5 % of it.
    max_replications : int
        But no further than this.
    scenarios : float array, shape (scenarios, queues, intervals), optional
        Volumes of possible weeks, one a replication in turn, in a second set of replications that fills ``daily``.
    backlog : mapping of queue to contacts, optional
        Deferred work there at the start, its age spread evenly over the last response time.
    targets : tuple of TargetRow
        Limits of waits, for the stopping rule.
    control : Control, optional
        Progress, cancellation and cores. When it stops, the replications so far are handed out.
    is_open : bool array, shape (queues, intervals), optional
        Where closed days and such make it differ from the queues' weekly hours; deferred work is done inside it.
    counted : bool array, shape (queues, intervals), optional
        Intervals whose days and weeks are reported; ``is_open`` where absent. Deferred work arrives at all hours.
    arrivals : FixedArrivals, optional
        Contacts of a log, replayed in place of Poisson arrivals.
    handle_times : mapping of queue to float array, optional
        Seconds by an average agent, drawn from in place of the lognormal.
    cv : mapping of queue to float, optional
        Coefficient of variation of handle times, 0.95 where not given.
    balking : mapping of queue to float, optional
        Share of customers who leave at once when they would have to wait.
    closed_loop : bool
        Take ``volume`` as new issues: customers who abandon redial and those unresolved come back.

    Returns
    -------
    ServiceReport

    Notes
    -----
    The rules are told in ``docs/background/simulation.md``.
    """
    control = control or Control()
    is_open = opening(centre, requirement.grid) if is_open is None else is_open
    world = build_world(
        coverage,
        requirement,
        centre,
        is_open=is_open,
        closed_loop=closed_loop,
        samples=handle_times,
        cv=cv,
        balking=balking,
    )
    waiting, first = _backlog(centre, backlog or {})
    grid = requirement.grid
    live = np.array([not queue.deferred for queue in centre.queues], dtype=np.bool_)
    reported = is_open if counted is None else counted
    windows = tuple(Windows.of(grid, scope, reported) for scope in range(3))
    limits = _wait_limits(centre, targets)
    replay = None if arrivals is None else arrivals.by_queue(len(centre.queues), world.step * grid.size)
    empty = np.zeros(0)

    def planned(r: int) -> Counts:
        key = replication_key(seed, r)
        if replay is not None:
            return replicate(world, key, replay[0], replay[2], replay[1])
        times, begins = poisson_arrivals(key, requirement.volume.astype(np.float64), world.step, waiting, first)
        return replicate(world, key, times, begins, empty)

    most = max_replications if replications is None else replications
    ratios = tuple(Ratios() for _ in windows)
    days = windows[1]
    for result in _in_order(planned, most, control, "simulate"):
        for window, ratio in zip(windows, ratios, strict=True):
            ratio.add(*window.fractions(*result, live))
        done = ratios[0].count
        checked = done >= FIRST_BATCH and (done - FIRST_BATCH) % BATCH == 0
        if replications is None and checked and _precise(ratios[1], half_width, limits):
            break
    rows = [row for w, ratio in zip(windows, ratios, strict=True) for row in service_rows(w, centre.queue_ids, ratio)]
    daily: dict[str, Floats] = {}
    if scenarios is not None and len(scenarios):
        runs = replications or min(max_replications, max(len(scenarios), ratios[0].count))

        def possible(r: int) -> Counts:
            key = replication_key(seed, SCENARIO_RUNS + r)
            volume = np.maximum(scenarios[r % len(scenarios)], 0.0).astype(np.float64)
            times, begins = poisson_arrivals(key, volume, world.step, waiting, first)
            return replicate(world, key, times, begins, empty)

        daily = _daily(days, live, _in_order(possible, runs, control, "scenario days"))
    return ServiceReport(grid, centre.queue_ids, tuple(rows), ratios[0].count, daily)


def _backlog(centre: Centre, backlog: Mapping[str, float]) -> tuple[Floats, Ints]:
    ages = [backlog_ages(backlog.get(queue.id, 0.0), float(thresholds(queue)[1][1])) for queue in centre.queues]
    first = np.concatenate([[0], np.cumsum([len(age) for age in ages])]).astype(np.int64)
    return np.concatenate(ages), first


def _wait_limits(centre: Centre, targets: tuple[TargetRow, ...]) -> Floats:
    """Return each queue's tightest daily wait target, infinite where there is none."""
    limits = np.full(len(centre.queues), np.inf)
    for row in targets:
        if row.measure == "mean_wait_s" and row.scope == "day":
            limits[row.queue] = min(limits[row.queue], row.limit)
    return limits


def _precise(ratios: Ratios, half_width: float, wait_limits: Floats) -> bool:
    """Tell whether every queue's every day is known well enough."""
    _, half = ratios.estimate()
    for measure in ("service_level", "abandonment", "share"):
        widths = half[MEASURES.index(measure), :-1]
        if (widths[np.isfinite(widths)] > half_width).any():
            return False
    waits = half[MEASURES.index("mean_wait_s"), :-1]
    return not (np.where(np.isfinite(waits), waits, 0.0) > 0.05 * wait_limits[:, None]).any()


def _in_order(run: Callable[[int], Counts], most: int, control: Control, step: str) -> Iterator[Counts]:
    """Run replications, some ahead of use where there are cores for it, and hand them out by number."""
    if control.cores <= 1:
        for r in range(most):
            if r and control.stopping:
                return
            yield run(r)
            control.report(step, (r + 1) / most, f"{r + 1} replications")
        return
    with ThreadPoolExecutor(control.cores) as pool:
        ahead = {r: pool.submit(run, r) for r in range(min(control.cores, most))}
        try:
            for r in range(most):
                if r and control.stopping:
                    return
                result = ahead.pop(r).result()
                if r + control.cores < most:
                    ahead[r + control.cores] = pool.submit(run, r + control.cores)
                yield result
                control.report(step, (r + 1) / most, f"{r + 1} replications")
        finally:
            for task in ahead.values():
                task.cancel()


def _daily(days: Windows, live: Masks, results: Iterator[Counts]) -> dict[str, Floats]:
    """Return each measure by replication, queue and day; NaN where nothing was offered."""
    found: list[Floats] = []
    for result in results:
        above, below = days.fractions(*result, live)
        with np.errstate(divide="ignore", invalid="ignore"):
            found.append(np.where(below > 0, above / below, np.nan)[:, :-1])
    return {measure: np.array([values[k] for values in found]) for k, measure in enumerate(MEASURES)}
