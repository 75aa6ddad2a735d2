"""The fewest people, by their sets of skills, with whom queues that share them each meet their own targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from ortools.linear_solver.python import model_builder

from capacity.interval import interval_service
from capacity.limits import Limits
from capacity.requirement import Requirement
from capacity.service import ServiceRow
from capacity.simulation import simulate
from capacity.targets import interval_limits
from domain.centre import Centre
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.queues import Queue

REPLICATIONS = 12
MOST_STEPS = 60
"""Most people added or taken away one at a time."""

ENDURED_S = 3600.0
"""Mean wait of a queue without targets and of customers who wait for ever."""

LEAST_LOST = 0.001
"""Smallest share of customers that a queue without targets is held to."""

SAFETY = 0.3
"""Seats of the first team above its load, in square roots of it."""


@dataclass(frozen=True)
class Cell:
    """One load of a group: contacts an hour and seconds of each of its queues (or of several, shape (queues, any))."""

    queues: tuple[Queue, ...]
    rate: Floats
    aht_s: Floats

    @property
    def load(self) -> Floats:
        """Seats that the contacts keep busy at full concurrency, by queue."""
        pace = np.array([queue.slowdowns()[-1] / queue.concurrency for queue in self.queues])
        return np.asarray((self.rate.T * self.aht_s.T * pace).T / 3600.0)

    def limits(self, q: int) -> Limits:
        """Return what is asked of a queue; without targets, what people for its bare work alone would give."""
        queue = self.queues[q]
        asked = interval_limits(queue)
        if asked.given:
            return asked
        if queue.patience_s is None:
            return Limits(mean_wait_s=ENDURED_S)
        found = interval_service(
            self.rate[q],
            self.aht_s[q],
            self.load[q],
            patience_s=queue.patience_s,
            concurrency=queue.concurrency,
            slowdown=queue.slowdowns(),
        )
        return Limits(abandonment=max(float(found.abandonment), LEAST_LOST))


def fewest_people(cell: Cell, sets: tuple[frozenset[int], ...], seed: int) -> tuple[dict[frozenset[int], int], float]:
    """Return the fewest people of each set with whom every queue meets its targets, and their number as a real one."""
    count = _first_team(cell, sets)
    excess = _excess(cell, sets, count, seed)
    short: Floats | None = None
    for _ in range(MOST_STEPS):
        if excess.max() <= 0:
            break
        short = excess
        worst = int(np.argmax(excess))
        useful = [sum(excess[q] > 0 for q in mine) if worst in mine else -1 for mine in sets]
        if max(useful) < 0:
            return dict(zip(sets, count.tolist(), strict=True)), float("nan")  # nobody serves it
        count[int(np.argmax(useful))] += 1
        excess = _excess(cell, sets, count, seed)
    for k in np.argsort(-count):
        while count[k] > 0:
            fewer = count.copy()
            fewer[k] -= 1
            found = _excess(cell, sets, fewer, seed)
            if found.max() > 0:
                short = found
                break
            count, excess = fewer, found
    number = float(count.sum())
    if short is not None and short.max() > 0 >= excess.max():
        number -= float(-excess.max() / (short.max() - excess.max()))
    return dict(zip(sets, count.tolist(), strict=True)), number


def _first_team(cell: Cell, sets: tuple[frozenset[int], ...]) -> Ints:
    """Return the fewest people by a linear program: their time covers every queue's load and some safety."""
    need = cell.load + SAFETY * np.sqrt(cell.load)
    model: Any = model_builder.Model()  # type: ignore[no-untyped-call]
    people = [model.new_num_var(0.0, float("inf"), "") for _ in sets]
    spent: list[list[Any]] = [[] for _ in cell.queues]
    for k, mine in enumerate(sets):
        parts = {q: model.new_num_var(0.0, float("inf"), "") for q in sorted(mine)}
        model.add(sum(parts.values()) <= people[k])
        for q, part in parts.items():
            spent[q].append(part)
    for q, parts_of in enumerate(spent):
        if parts_of:
            model.add(sum(parts_of) >= float(need[q]))
    # fewest heads; among equals the narrowest skills
    model.minimize(sum((1.0 + 1e-3 * len(mine)) * head for mine, head in zip(sets, people, strict=True)))
    solver = model_builder.Solver("GLOP")
    if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
        return np.ones(len(sets), dtype=np.int64)
    return np.array([int(np.floor(solver.value(head) + 0.5)) for head in people], dtype=np.int64)


def _excess(cell: Cell, sets: tuple[frozenset[int], ...], count: Ints, seed: int) -> Floats:
    """Simulate a team, and return by how much each queue misses its targets, relative; negative where it has room."""
    grid = IntervalGrid(datetime(2024, 1, 1, tzinfo=UTC), 60, 48, "UTC")
    names = tuple(queue.id for queue in cell.queues)
    heads = np.repeat(np.arange(len(sets)), count)
    if not len(heads):
        return np.where(cell.rate > 0, 1.0, -1.0)
    ones = np.ones(len(names))
    servers = tuple(
        Server(
            str(a),
            "core",
            ones,
            np.full(len(names), np.nan),
            np.array([int(q in sets[k]) for q in range(len(names))], dtype=np.int64),
            ones / len(sets[k]),  # those who serve little else are asked first
        )
        for a, k in enumerate(heads.tolist())
    )
    who = np.arange(len(heads))
    serves = np.array([[q in sets[k] for q in range(len(names))] for k in heads.tolist()])
    span = np.full(len(heads), float(grid.size * grid.step_minutes))
    coverage = Coverage(grid, names, servers, who, who, np.zeros(len(heads)), span, serves)
    shape = (len(names), grid.size)
    volume, aht = (np.broadcast_to(values[:, None], shape).copy() for values in (cell.rate, cell.aht_s))
    need = Requirement(grid, names, volume, aht, *(np.zeros(shape),) * 6)
    always = tuple(queue.model_copy(update={"open": ()}) for queue in cell.queues)
    made = Centre(name="", timezone="UTC", interval_minutes=60, queues=always, contracts=())
    report = simulate(coverage, need, made, seed=seed, replications=REPLICATIONS)
    # the first day fills the lines
    found = [
        _miss(cell.limits(q), report.row("day", "2024-01-02", queue.id)) if cell.rate[q] > 0 else -1.0
        for q, queue in enumerate(cell.queues)
    ]
    return np.array(found)


def _miss(limits: Limits, row: ServiceRow | None) -> float:
    """Return the largest relative miss of a queue's limits; -1 where nothing comes."""
    if row is None or not row.get("offered") > 0:
        return -1.0
    found = [-1.0]
    for measure, limit in (
        ("mean_wait_s", limits.mean_wait_s),
        ("abandonment", limits.abandonment),
        ("occupancy", limits.occupancy),
    ):
        if np.isfinite(limit) and (measure == "mean_wait_s" or limit < 1):
            value = row.get(measure)
            found.append((value if np.isfinite(value) else 10.0 * limit) / limit - 1.0)
    found += [(share - row.get("service_level")) / share for _, share in limits.service_levels[:1]]
    return max(found)
