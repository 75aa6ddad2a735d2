"""Several worlds simulated with the same customers: here one after the other, or side by side on an executor."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from itertools import islice

import numpy as np

from capacity.service import ServiceReport
from domain.progress import Control
from planning.steps import simulate_roster
from planning.whatif.world import World

AHEAD = 64
"""Worlds sent ahead of the one whose answer is due."""


def simulate_worlds(
    worlds: Iterable[World], replications: int | None, control: Control
) -> Iterator[tuple[World, ServiceReport]]:
    """Simulate worlds, in their order, until a stop: what that cuts short has not met the same customers.

    Parameters
    ----------
    worlds : iterable of World
    replications : int, optional
        Of each.
    control : Control
        With ``control.executor`` the worlds are sent there, each with those records alone that its simulation reads.

    Yields
    ------
    World, ServiceReport
    """
    if control.executor is None:
        for world in worlds:
            report = _simulated(world, replications, control)
            if control.stopping:
                return
            yield world, report
        return
    source, sent = iter(worlds), deque[tuple[World, Future[ServiceReport]]]()
    try:
        while True:
            ahead = 0 if control.stopping else AHEAD - len(sent)
            for world in islice(source, ahead):
                sent.append((world, control.executor.submit(_simulated, _lean(world), replications)))
            if not sent or (control.stopping and not sent[0][1].done()):
                return
            world, job = sent.popleft()
            yield world, job.result()
    finally:
        for _, job in sent:
            job.cancel()


def _simulated(world: World, replications: int | None, control: Control | None = None) -> ServiceReport:
    return simulate_roster(
        world.folder,
        world.requirement,
        world.roster,
        world.people,
        world.options,
        control or Control(),
        replications=replications,
        seed=world.options.seed,
    )


def _lean(world: World) -> World:
    """Return the world without what people did, and of the past with the logs of backlogs alone: a thirtieth of it."""
    history = world.folder.history
    folder = replace(world.folder, history=history.select(np.isfinite(history.backlog)), performance=None)
    return replace(world, folder=folder)
