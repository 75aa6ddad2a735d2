"""Contacts that nobody is there for: queues without anyone, hours without anyone, days without opening."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from capacity.requirement import Requirement
from capacity.targets import TargetRow
from domain.centre import Centre
from domain.roster import WORK, Stretch


def unassigned(rows: Iterable[Stretch], requirement: Requirement) -> dict[str, float]:
    """Return the queues that no work of a roster names, with the contacts expected there.

    Parameters
    ----------
    rows : iterable of Stretch
    requirement : Requirement
        Of the whole horizon.
    """
    named = {queue for row in rows if row.activity == WORK for queue in row.queues}
    volume = requirement.volume.sum(axis=1)
    return {
        queue: float(contacts)
        for queue, contacts in zip(requirement.queues, volume, strict=True)
        if contacts > 0.5 and queue not in named
    }


def uncovered(
    rows: Iterable[Stretch], requirement: Requirement, centre: Centre
) -> list[tuple[str, list[tuple[datetime, datetime]], float]]:
    """Return the live queues that expect contacts at times when no work names them: when, and how many contacts.

    Queues to which nobody is assigned at all are left to `unassigned`; under half a contact is not told.
    """
    rows, grid = [row for row in rows if row.activity == WORK], requirement.grid
    bare = unassigned(rows, requirement)
    found = []
    for q, queue in enumerate(centre.queues):
        if queue.deferred or queue.id in bare:
            continue
        there = np.zeros(grid.size, dtype=np.bool_)
        for row in rows:
            if queue.id in row.queues and row.end > grid.start and row.start < grid.end:
                low = max(grid.index_at(row.start), 0)
                high = -(-grid.minutes_at(min(row.end, grid.end)) // grid.step_minutes)
                there[low : int(high)] = True
        alone = (requirement.volume[q] > 0) & ~there
        contacts = float(requirement.volume[q, alone].sum())
        if contacts >= 0.5:
            edges = np.flatnonzero(np.diff(np.concatenate(([0], alone.astype(np.int8), [0])))).reshape(-1, 2)
            spans = [(grid.start + int(a) * grid.step, grid.start + int(b) * grid.step) for a, b in edges]
            found.append((queue.id, spans, contacts))
    return found


def unpromised(targets: Sequence[TargetRow], requirement: Requirement, centre: Centre) -> dict[str, float]:
    """Return the deferred queues with targets of which contacts arrive outside every target's days, and how many."""
    found = {}
    for q, queue in enumerate(centre.queues):
        mine = [row.intervals for row in targets if row.queue == q]
        if queue.deferred and mine:
            held = np.zeros(requirement.grid.size, dtype=np.bool_)
            held[np.concatenate(mine)] = True
            contacts = float(requirement.volume[q, ~held].sum())
            if contacts >= 0.5:
                found[queue.id] = contacts
    return found
