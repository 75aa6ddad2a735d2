"""Queues that share people: what they need as one line, each alone, and with the skills there are, by simulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from ortools.linear_solver.python import model_builder

from capacity.requirement import Requirement
from capacity.search import seats_for
from capacity.simulation import simulate
from capacity.targets import interval_limits
from domain.centre import Centre
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.progress import Control
from domain.queues import Queue

CELLS = 8
"""Loads of a group, from its quietest to its busiest, at which teams are simulated."""

REPLICATIONS = 12
MOST_STEPS = 60
"""Most people added or taken away one at a time."""

SAFETY = 0.3
"""Seats of the first team above its load, in square roots of it."""

Skills = Mapping[frozenset[int], int]
"""How many people may serve each set of queues."""


@dataclass(frozen=True)
class Group:
    """Queues that people share, directly or through others; arrays have shape (intervals,), average agents.

    Attributes
    ----------
    queues : tuple of int
        Indices in the centre's queues.
    pooled : float array
        Were everybody able to serve every queue: one line for queues of a kind, the strictest target holding for all.
    siloed : float array
        Were nobody shared: the queues' own requirements added up.
    simulated : float array
        With the sets of skills that people have, until each queue meets its own targets.
    team : dict of frozenset of int to int
        People of each set of skills at the busiest load.
    """

    queues: tuple[int, ...]
    pooled: Floats
    siloed: Floats
    simulated: Floats
    team: dict[frozenset[int], int]


@dataclass(frozen=True)
class _Cell:
    """One load of a group: contacts an hour and seconds of each of its queues (or of several, shape (queues, any))."""

    queues: tuple[Queue, ...]
    rate: Floats
    aht_s: Floats

    @property
    def load(self) -> Floats:
        """Seats that the contacts keep busy at full concurrency, by queue."""
        pace = np.array([queue.slowdowns()[-1] / queue.concurrency for queue in self.queues])
        return np.asarray((self.rate.T * self.aht_s.T * pace).T / 3600.0)


def shared_requirement(
    centre: Centre, requirement: Requirement, skills: Skills, *, seed: int, control: Control | None = None
) -> tuple[Group, ...]:
    """Lay the requirement of queues that share people between its two bounds.

    Parameters
    ----------
    centre : Centre
    requirement : Requirement
    skills : mapping of set of queue indices to people
        Sets of skills that occur, and how often.
    seed : int
    control : Control, optional

    Returns
    -------
    tuple of Group
        Live queues alone; a queue that shares nobody is a group of its own.

    Notes
    -----
    Teams are found at eight loads of a group. The first is a linear program: the fewest people of each set of skills
    whose time covers every queue's load and a square-root safety. Then stationary days are simulated, and people who
    serve the queue furthest from its target are added one by one (the cut of Cezik and L'Ecuyer 2008 that counts those
    who may serve it) until every queue meets its own; whoever is not needed is taken away again. Between the last two
    teams the number is read off as a real one. Other intervals take the ratio to the pooled number at their load.
    """
    control = control or Control()
    live = [q for q, queue in enumerate(centre.queues) if not queue.deferred]
    groups = list(_groups(live, skills))
    found = []
    for k, group in enumerate(groups):
        control.report("shared skills", k / max(len(groups), 1), ", ".join(centre.queue_ids[q] for q in group[:3]))
        found.append(_group(centre, requirement, group, skills, seed, control))
    control.report("shared skills", 1.0, "")
    return tuple(found)


def _groups(live: Sequence[int], skills: Skills) -> Iterator[tuple[int, ...]]:
    """Yield the connected groups of queues."""
    left = list(live)
    while left:
        group = {left[0]}
        while True:
            wider = group | {q for mine in skills if mine & group for q in mine if q in live}
            if wider == group:
                break
            group = wider
        left = [q for q in left if q not in group]
        yield tuple(sorted(group))


def _group(
    centre: Centre, requirement: Requirement, group: tuple[int, ...], skills: Skills, seed: int, control: Control
) -> Group:
    rows = list(group)
    queues = tuple(centre.queues[q] for q in group)
    rate = requirement.volume[rows] * (60.0 / requirement.grid.step_minutes)
    aht = np.nan_to_num(requirement.aht_s[rows], nan=1.0)
    siloed = np.array([_alone(queue, rate[k], aht[k]) for k, queue in enumerate(queues)]).sum(axis=0)
    pooled = _pooled(queues, rate, aht)
    own = {frozenset(group.index(q) for q in mine & set(group)): 0 for mine in skills if mine & set(group)}
    if len(group) == 1 or not own:
        return Group(group, pooled, siloed, siloed.copy(), {})
    load = np.asarray(_Cell(queues, rate, aht).load.sum(axis=0))
    busy = np.flatnonzero(load > 0)
    if not len(busy):
        return Group(group, pooled, siloed, siloed.copy(), {})
    parts = np.array_split(busy[np.argsort(load[busy], kind="stable")], min(CELLS, len(busy)))
    at, ratio, team = [], [], {}
    for part in parts:
        cell = _Cell(queues, rate[:, part].mean(axis=1), aht[:, part].mean(axis=1))
        people, number = _fewest(cell, tuple(sorted(own, key=sorted)), seed)
        one = _pooled(queues, cell.rate[:, None], cell.aht_s[:, None])[0]
        at.append(float(load[part].mean()))
        ratio.append(number / max(one, 1e-9))
        team = people
        if control.stopping:
            break
    simulated = np.where(load > 0, pooled * np.interp(load, at, ratio), 0.0)
    named = {frozenset(group[k] for k in mine): count for mine, count in team.items()}
    return Group(group, pooled, siloed, simulated, named)


def _alone(queue: Queue, rate: Floats, aht_s: Floats) -> Floats:
    return seats_for(
        rate,
        aht_s,
        interval_limits(queue),
        patience_s=queue.patience_s,
        concurrency=queue.concurrency,
        slowdown=queue.slowdowns(),
    )


def _pooled(queues: Sequence[Queue], rate: Floats, aht_s: Floats) -> Floats:
    """Return the seats of one line for each kind of queue, added up, shape (intervals,)."""
    kinds: dict[tuple[int, tuple[float, ...]], list[int]] = {}
    for k, queue in enumerate(queues):
        kinds.setdefault((queue.concurrency, queue.slowdowns()), []).append(k)
    total = np.zeros(rate.shape[1])
    for mine in kinds.values():
        together = rate[mine].sum(axis=0)
        mean = (rate[mine] * aht_s[mine]).sum(axis=0) / np.maximum(together, 1e-12)
        patience = {"patience_s": _patience(queues, mine, rate)}
        seats = [_alone(queues[k].model_copy(update=patience), together, mean) for k in mine]
        total += np.where(together > 0, np.max(seats, axis=0), 0.0)
    return total


def _patience(queues: Sequence[Queue], mine: Sequence[int], rate: Floats) -> float | None:
    """Return the mean patience of the line: rates of leaving weighed by contacts."""
    weight = rate[list(mine)].sum(axis=1)
    leaving = sum(w / p for k, w in zip(mine, weight, strict=True) if (p := queues[k].patience_s))
    return float(weight.sum() / leaving) if leaving > 0 else None


def _fewest(cell: _Cell, sets: tuple[frozenset[int], ...], seed: int) -> tuple[dict[frozenset[int], int], float]:
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


def _first_team(cell: _Cell, sets: tuple[frozenset[int], ...]) -> Ints:
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


def _excess(cell: _Cell, sets: tuple[frozenset[int], ...], count: Ints, seed: int) -> Floats:
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
    return np.array([_miss(queue, report.row("day", "2024-01-02", queue.id)) for queue in cell.queues])


def _miss(queue: Queue, row: Any) -> float:
    """Return the largest relative miss of a queue's targets; -1 where nothing is asked or comes."""
    limits = interval_limits(queue)
    if row is None or not limits.given or not row.get("offered") > 0:
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
