"""Queues that expect contacts and to which nobody is assigned."""

from __future__ import annotations

from collections.abc import Iterable

from capacity.requirement import Requirement
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
