"""Contingency drills: ready scenarios for a centre, to be run each quarter and edited by hand."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from planning.whatif.world import World

OUTAGE = timedelta(hours=2)


def drills_text(world: World) -> str:
    """Return a scenario file with five drills for a plan's world.

    Parameters
    ----------
    world : World

    Notes
    -----
    Outage: the busiest live queue cannot be served for two hours from its busiest interval of the week on
    at which somebody is there for it. Mass
    complaint: half as many contacts again, a tenth longer. Staff shortage: one shift in five does not happen. Bot
    down: what bots take comes to people; where none is planned, a quarter more contacts. Skills gap: ten points less
    FCR and contacts that take 15 % longer, as with people new to their queues.
    """
    centre, requirement = world.folder.centre, world.requirement
    grid = requirement.grid
    live = [q for q, queue in enumerate(centre.queues) if not queue.deferred]
    parts: list[str] = []
    if live:
        busiest = max(live, key=lambda q: float(requirement.volume[q].sum()))
        duty = world.duty
        staffed = np.bincount(duty.interval[duty.serves[:, busiest]], minlength=grid.size) > 0
        at = int(np.argmax(np.where(staffed | ~staffed.any(), requirement.volume[busiest], -1.0)))
        start = grid.local_starts[at]
        over = grid.at(grid.minutes_at(start) + OUTAGE.total_seconds() / 60).astimezone(start.tzinfo)
        what = f'queue = "{centre.queue_ids[busiest]}", start = {start.isoformat()}, end = {over.isoformat()}'
        parts.append(f'[[scenario]]\nname = "outage"\noutage = {{ {what} }}\n')
    bots = [queue.id for queue in centre.queues if queue.deflection > 0]
    bot_down = (
        "deflection = 0.0" if bots else "volume = 1.25    # no bot is planned: as if one that took a fifth failed"
    )
    parts += [
        '[[scenario]]\nname = "mass complaint"\nvolume = 1.5\naht = 1.1\n',
        f'[[scenario]]\nname = "staff shortage"\nabsence = {max(0.2, min(2 * centre.shrinkage.absence, 0.9)):g}\n',
        f'[[scenario]]\nname = "bot down"\n{bot_down}\n',
        '[[scenario]]\nname = "skills gap"\nfcr = -0.10\naht = 1.15\n',
    ]
    return "\n".join(parts)
