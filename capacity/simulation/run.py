"""The service a finished roster gives, replication by replication until it is known well enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from capacity.requirement import Requirement
from capacity.service import MEASURES, ServiceReport, ServiceRow
from capacity.simulation.arrivals import FixedArrivals, backlog_ages, poisson_arrivals, replication_key
from capacity.simulation.checks import check_amounts, check_customers, check_volumes
from capacity.simulation.controls import Controls
from capacity.simulation.exact import exact_arrivals
from capacity.simulation.inputs import Masks, build_world, opening, thresholds
from capacity.simulation.outages import Outage, check_outages
from capacity.simulation.replication import Tally, replicate
from capacity.simulation.scenario_days import ScenarioDays
from capacity.simulation.statistics import Ratios, Windows, agent_fractions, agent_rows, service_rows
from capacity.simulation.tier_rows import TierRows
from capacity.simulation.tiers import Tiered
from capacity.targets import TargetRow
from domain.centre import Centre
from domain.coverage import Coverage
from domain.history import Floats, Ints
from domain.progress import Control

Result = TypeVar("Result")
FIRST_BATCH = 16
BATCH = 8
SCENARIO_RUNS = 1 << 32
"""Replications of scenario days are numbered from here on, so that they are fresh."""

_NONE: Mapping[str, float] = MappingProxyType({})
_NO_RESERVE: Mapping[str, int] = MappingProxyType({})
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
    uncertain_half_width: float | None = None,
    backlog: Mapping[str, float] | None = None,
    targets: tuple[TargetRow, ...] = (),
    control: Control | None = None,
    is_open: Masks | None = None,
    counted: Masks | None = None,
    arrivals: FixedArrivals | None = None,
    exact: bool = False,
    handle_times: Mapping[str, Floats] = _NO_SAMPLES,
    cv: Mapping[str, float] = _NONE,
    balking: Mapping[str, float] = _NONE,
    closed_loop: bool = False,
    reserve: Mapping[str, int] = _NO_RESERVE,
    outages: Sequence[Outage] = (),
    look: Callable[[Tally], None] | None = None,
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
        Volumes of possible weeks, one a replication in turn, in a second set of replications that fills ``daily``
        and ``uncertain``; in an order that says nothing, for the first ones may be all that are needed.
    uncertain_half_width : float, optional
        The second set goes on until every week's 95 % interval of service level, abandonment and share over the
        scenarios is at most so wide on either side; by default until each scenario has been, and no fewer than in
        the first set.
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
    exact : bool
        Take ``volume`` as counts: so many come in each interval, at moments uniform within it.
    handle_times : mapping of queue to float array, optional
        Seconds by an average agent, drawn from in place of the lognormal.
    cv : mapping of queue to float, optional
        Coefficient of variation of handle times, 0.95 where not given.
    balking : mapping of queue to float, optional
        Share of customers who leave at once when they would have to wait.
    closed_loop : bool
        Take ``volume`` as new issues: customers who abandon redial and those unresolved come back.
    reserve : mapping of deferred queue to people, optional
        Its work is begun by somebody who also serves an open live queue only while so many such people stay idle.
    outages : sequence of Outage, optional
        Queues that cannot be served, or reached, for a time.
    look : callable, optional
        Is shown what each replication (but those of scenarios) counted, by number.

    Returns
    -------
    ServiceReport

    Raises
    ------
    ValueError
        If an argument is not a number, out of its bounds or of another shape; if coverage, requirement and centre do
        not belong together; if nothing tells a queue's handle time.

    Notes
    -----
    The rules are told in ``docs/background/simulation.md``.
    """
    control = control or Control()
    backlog = backlog or {}
    check_amounts(
        replications=replications,
        half_width=half_width,
        uncertain_half_width=uncertain_half_width,
        max_replications=max_replications,
        backlog=backlog,
    )
    check_volumes(requirement, scenarios)
    check_customers(
        len(centre.queues), arrivals=arrivals, handle_times=handle_times, cv=cv, balking=balking, reserve=reserve
    )
    check_outages(outages, centre.queue_ids)
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
        reserve=reserve,
        outages=outages,
    )
    waiting, first = _backlog(centre, backlog)
    grid = requirement.grid
    live = np.array([not queue.deferred for queue in centre.queues], dtype=np.bool_)
    reported = is_open if counted is None else counted
    windows = tuple(Windows.of(grid, scope, reported) for scope in range(3))
    limits = _wait_limits(centre, targets)
    replay = None if arrivals is None else arrivals.by_queue(len(centre.queues), world.step * grid.size)
    empty = np.zeros(0)
    draw = exact_arrivals if exact else poisson_arrivals
    play: Callable[[np.uint64, Floats, Ints, Floats], Tally] = partial(replicate, world)
    by_tier = None
    if centre.tiers:
        tiered = Tiered.of(world, centre, coverage.servers)
        play, by_tier = tiered.replicate, TierRows(centre, tiered.streams, windows[1:])

    def planned(r: int) -> Tally:
        key = replication_key(seed, r)
        if replay is not None:
            return play(key, replay[0], replay[2], replay[1])
        times, begins = draw(key, requirement.volume.astype(np.float64), world.step, waiting, first)
        return play(key, times, begins, empty)

    most = max_replications if replications is None else replications
    ratios, by_agent = tuple(Ratios() for _ in windows), Ratios()
    for result in _in_order(planned, most, control, "simulate"):
        for window, ratio in zip(windows, ratios, strict=True):
            ratio.add(*window.fractions(result.counts, result.duty, live))
        by_agent.add(*agent_fractions(result.handled, result.worked, world.fcr))
        if by_tier is not None:
            by_tier.add(result)
        if look is not None:
            look(result)
        if replications is None and _looked_at(ratios[0].count) and _precise(ratios[1], half_width, limits):
            break
    rows = [
        row
        for w, ratio in zip(windows, ratios, strict=True)
        for row in service_rows(w, centre.queue_ids, *ratio.estimate())
    ]
    daily: dict[str, Floats] = {}
    uncertain: tuple[ServiceRow, ...] = ()
    if scenarios is not None and len(scenarios):
        volumes = np.maximum(scenarios, 0.0).astype(np.float64)
        possible = ScenarioDays(windows[1:], live, Controls.of(world, coverage, volumes, windows[1].first))

        def uncertain_run(r: int) -> tuple[Tally, Floats]:
            key = replication_key(seed, SCENARIO_RUNS + r)
            times, begins = poisson_arrivals(key, volumes[r % len(volumes)], world.step, waiting, first)
            tally = play(key, times, begins, empty)
            return tally, possible.controls.measure(times, begins, tally)

        most = max_replications if uncertain_half_width else max(len(volumes), ratios[0].count)
        for found in _in_order(uncertain_run, replications or min(max_replications, most), control, "scenario days"):
            possible.add(*found)
            if replications is None and _looked_at(possible.count) and possible.precise(uncertain_half_width):
                break
        daily, uncertain = possible.daily(), possible.rows(centre.queue_ids)
    people = agent_rows(tuple(server.id for server in coverage.servers), by_agent)
    tiers = () if by_tier is None else by_tier.rows()
    return ServiceReport(grid, centre.queue_ids, tuple(rows), ratios[0].count, daily, people, uncertain, tiers)


def _looked_at(done: int) -> bool:
    """Tell whether it is looked at after so many replications whether they are enough."""
    return done >= FIRST_BATCH and (done - FIRST_BATCH) % BATCH == 0


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


def _in_order(run: Callable[[int], Result], most: int, control: Control, step: str) -> Iterator[Result]:
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
