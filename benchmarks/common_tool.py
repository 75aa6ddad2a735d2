"""What a common tool does: Erlang C by the interval, gross-up, whole shifts over the curve, names.

1. **Groups.** Queues that are handled alike are pooled, and groups are staffed apart, as in our own planning model:
   staffing the queues one by one would cost far more and would be a straw man. A text counts as a call of its handle
   time over the concurrency.
2. **Requirement.** Per half hour the fewest whole agents with an Erlang C mean wait of at most the group's limit and
   an occupancy of at most .90, grossed up for absence and for time lost in shift.
3. **Cover.** The cheapest whole shifts of the centre's contracts, in the centre's mix, that reach the requirement in
   every half hour, breaks in the middle of their windows, with the same elastic blocks under the same cap, counted at
   their own speed: integer programs over starts and blocks.
4. **Names.** Shifts are handed to people of their contract in turn, each the number of days owed.

In its favour, the rest between two shifts of a person is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from benchmarks.clones import DAYS, WEEK, Clones
from benchmarks.cover import Block, Cover
from benchmarks.whole_shifts import stretches
from capacity.search import Limits, seats_for
from domain.grid import local_midnight
from domain.history import Floats
from domain.roster import Roster, Stretch

OCCUPANCY = 0.90


def erlang_c_agents(world: Clones, wait_s: float | None = None, occupancy: float = OCCUPANCY) -> Floats:
    """Return the whole agents each group and half hour needs on duty, shape (groups, intervals).

    Parameters
    ----------
    world : Clones
    wait_s : float, optional
        Limit on the mean wait of Erlang C; each group's own where none is given.
    occupancy : float
        Limit on the load an agent.
    """
    requirement = world.requirement
    number = {queue: q for q, queue in enumerate(requirement.queues)}
    found = []
    for group in world.groups:
        rows = [number[q] for q in group.queues]
        volume = requirement.volume[rows].sum(axis=0)
        contacts = np.maximum(volume, 1e-12)
        aht = (requirement.volume[rows] * requirement.aht_s[rows]).sum(axis=0) / contacts
        aht = np.maximum(aht / world.centre.queues[rows[0]].concurrency, 1.0)
        rate = volume * 60.0 / requirement.grid.step_minutes
        found.append(
            np.ceil(seats_for(rate, aht, Limits(mean_wait_s=wait_s or group.wait_s, occupancy=occupancy)) - 1e-6)
        )
    return np.array(found)


def named(world: Clones, cover: Cover) -> Roster:
    """Hand shifts to people of their contract in turn; each gets the days owed, and never two a day."""
    turn = dict.fromkeys(world.mix, 0)
    people = world.contracts(cover.heads)
    first = dict(zip(people, np.cumsum([0, *people.values()]).tolist(), strict=False))
    rows: list[Stretch] = []
    for d, shifts in enumerate(cover.days):
        for shift in shifts:
            name = shift.shape.contract
            for _ in range(shift.people):
                person = f"A{first[name] + turn[name] % people[name] + 1:03d}"
                rows += stretches(world, shift.shape, person, d, world.groups[shift.group].queues)
                turn[name] += 1
    return Roster.of([*rows, *elastic_stretches(world, cover.blocks)])


def elastic_stretches(world: Clones, blocks: tuple[Block, ...]) -> Iterator[Stretch]:
    """Seat the blocks: each takes the first seat that is free."""
    for day in range(DAYS):
        midnight = local_midnight(WEEK + timedelta(days=day), world.centre.timezone)
        free_at: list[int] = []
        today = sorted((b for b in blocks if b.day == day), key=lambda b: (b.start, b.end, b.group))
        for block in today:
            for _ in range(block.seats):
                seat = next((k for k, end in enumerate(free_at) if end <= block.start), len(free_at))
                free_at[seat : seat + 1] = [block.end]
                yield Stretch(
                    f"elastic-{seat + 1:03d}",
                    midnight + timedelta(minutes=block.start),
                    midnight + timedelta(minutes=block.end),
                    "work",
                    world.groups[block.group].queues,
                    True,
                    "elastic",
                    f"elastic-{seat + 1:03d}-{day}-{block.start}",
                )
