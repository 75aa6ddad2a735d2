"""Run by the peers' own Python: M/M/n+M in SimPy and Ciw, each replication from empty, everybody served to the end."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Generator
from typing import Any

import ciw
import simpy

from benchmarks.capacity.cases import TEAM

SERVE, COME, LEAVE = 1.0 / TEAM.handle_s, TEAM.rate_per_h / 3600.0, 1.0 / TEAM.patience_s
HORIZON_S = TEAM.hours * 3600.0
AFTER_S = 3 * 3600.0
"""Ciw goes on so long, so that everybody who came within the horizon has left."""

Sums = list[float]
"""Offered, answered within the threshold, seconds waited, abandoned."""


def simpy_processes(seed: int) -> tuple[Sums, float, int]:
    """Simulate as SimPy's documentation does its bank with reneging; return sums, CPU seconds and contacts."""
    draw = random.Random(seed).expovariate
    world = simpy.Environment()
    desk = simpy.Resource(world, TEAM.agents)
    sums: Sums = [0.0, 0.0, 0.0, 0.0]

    def customer() -> Generator[Any, Any, None]:
        came = world.now
        with desk.request() as turn:
            found = yield turn | world.timeout(draw(LEAVE))
            waited = world.now - came
            sums[2] += waited
            if turn in found:
                sums[1] += waited <= TEAM.within_s
                yield world.timeout(draw(SERVE))
            else:
                sums[3] += 1

    def source() -> Generator[Any, Any, None]:
        while True:
            yield world.timeout(draw(COME))
            if world.now > HORIZON_S:
                return
            sums[0] += 1
            world.process(customer())

    began = time.process_time()
    world.process(source())
    world.run()
    return sums, time.process_time() - began, int(sums[0])


def simpy_callbacks(seed: int) -> tuple[Sums, float, int]:
    """Use SimPy as a calendar of events alone: no processes, no resources, a queue of one's own."""
    draw = random.Random(seed).expovariate
    world = simpy.Environment()
    sums: Sums = [0.0, 0.0, 0.0, 0.0]
    line: deque[list[Any]] = deque()
    free = TEAM.agents

    def after(rate: float, then: Any, value: Any = None) -> None:
        simpy.Timeout(world, draw(rate), value).callbacks.append(then)

    def done(_: Any) -> None:
        nonlocal free
        while line:
            caller = line.popleft()
            if caller[1]:
                caller[1] = False
                waited = world.now - caller[0]
                sums[2] += waited
                sums[1] += waited <= TEAM.within_s
                after(SERVE, done)
                return
        free += 1

    def leave(event: Any) -> None:
        caller = event.value
        if caller[1]:
            caller[1] = False
            sums[2] += world.now - caller[0]
            sums[3] += 1

    def arrive(_: Any) -> None:
        nonlocal free
        if world.now > HORIZON_S:
            return
        sums[0] += 1
        if free:
            free -= 1
            sums[1] += 1
            after(SERVE, done)
        else:
            line.append([world.now, True])
            after(LEAVE, leave, line[-1])
        after(COME, arrive)

    began = time.process_time()
    after(COME, arrive)
    world.run()
    return sums, time.process_time() - began, int(sums[0])


def ciw_network(seed: int) -> tuple[Sums, float, int]:
    """Simulate with Ciw; its time is that of the simulation alone, without reading its records."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(COME)],
        service_distributions=[ciw.dists.Exponential(SERVE)],
        reneging_time_distributions=[ciw.dists.Exponential(LEAVE)],
        number_of_servers=[TEAM.agents],
    )
    simulation = ciw.Simulation(network)
    began = time.process_time()
    simulation.simulate_until_max_time(HORIZON_S + AFTER_S)
    spent = time.process_time() - began
    records = simulation.get_all_records()
    inside = [record for record in records if record.arrival_date <= HORIZON_S]
    served = [record for record in inside if record.record_type == "service"]
    sums = [
        len(inside),
        sum(record.waiting_time <= TEAM.within_s for record in served),
        sum(record.waiting_time for record in inside),
        len(inside) - len(served),
    ]
    return sums, spent, len(records)


SIMULATORS = {
    "SimPy, processes": simpy_processes,
    "SimPy, callbacks alone": simpy_callbacks,
    "Ciw": ciw_network,
}


def measure() -> dict[str, Any]:
    """Return each simulator's sums and speed, replication by replication."""
    found: dict[str, Any] = {}
    for name, run in SIMULATORS.items():
        run(0)  # start-up is not counted
        runs = [run(seed) for seed in range(1, TEAM.replications + 1)]
        found[name] = {
            "sums": [sums for sums, _, _ in runs],
            "speed": [contacts / spent for _, spent, contacts in runs],
        }
    return found
