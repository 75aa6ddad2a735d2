"""Queues that share people: what they need as one line, each alone, and with the skills there are, by simulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from capacity.requirement import Requirement
from capacity.search import seats_for
from capacity.shared_team import Cell, fewest_people
from capacity.targets import interval_limits
from domain.centre import Centre
from domain.errors import StoppedError
from domain.history import Floats
from domain.progress import Control
from domain.queues import Queue

CELLS = 8
"""Loads of a group, from its quietest to its busiest, at which teams are simulated."""

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
    load = np.asarray(Cell(queues, rate, aht).load.sum(axis=0))
    busy = np.flatnonzero(load > 0)
    if not len(busy):
        return Group(group, pooled, siloed, siloed.copy(), {})
    parts = np.array_split(busy[np.argsort(load[busy], kind="stable")], min(CELLS, len(busy)))
    at, ratio, team = [], [], {}
    for part in parts:
        cell = Cell(queues, rate[:, part].mean(axis=1), aht[:, part].mean(axis=1))
        people, number = fewest_people(cell, tuple(sorted(own, key=sorted)), seed)
        one = _pooled(queues, cell.rate[:, None], cell.aht_s[:, None])[0]
        at.append(float(load[part].mean()))
        ratio.append(number / max(one, 1e-9))
        team = people
        if control.stopping:
            raise StoppedError("stopped before the teams of shared queues were found; nothing was written")
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
