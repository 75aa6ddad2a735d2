"""Two fixed shifts: the flat roster of centres that plan by habit.

Everybody works 08-16 or 16-24 on five days that go round the week, an unpaid meal of an hour in the middle of the
shift, taken in two sittings. Heads are split over shifts, and over phone and text, by workload; no elastic seats.
"""

from __future__ import annotations

import numpy as np

from benchmarks.clones import DAYS, Clones
from benchmarks.whole_shifts import Shape, stretches
from domain.history import Floats, Ints
from domain.roster import Roster, Stretch

SHIFT_STARTS = (8 * 60, 16 * 60)
SHIFT_MINUTES = 8 * 60
MEAL_MINUTES = 60
DAYS_WORKED = 5
CONTRACT = "full-time"


def shift_shapes() -> tuple[tuple[Shape, ...], ...]:
    """Return both shifts, each in two sittings of the meal."""
    return tuple(
        tuple(
            Shape(
                CONTRACT,
                start,
                start + SHIFT_MINUTES,
                DAYS_WORKED,
                (SHIFT_MINUTES - MEAL_MINUTES) / 60,
                ((start + meal, start + meal + MEAL_MINUTES, "meal", False),),
            )
            for meal in (180, 240)
        )
        for start in SHIFT_STARTS
    )


def workload(world: Clones) -> Floats:
    """Return the seats that contacts keep busy, summed over the week, shape (groups, shifts)."""
    requirement = world.requirement
    number = {queue: q for q, queue in enumerate(requirement.queues)}
    late = requirement.grid.minute_of_day >= SHIFT_STARTS[1]
    found = np.zeros((len(world.groups), len(SHIFT_STARTS)))
    for g, group in enumerate(world.groups):
        for q in (number[name] for name in group.queues):
            load = requirement.volume[q] * requirement.aht_s[q] / world.centre.queues[q].concurrency
            found[g] += [load[~late].sum(), load[late].sum()]
    return found


def fixed_roster(world: Clones, crews: Ints) -> Roster:
    """Roster so many people per group and shift, shape (groups, shifts); days off go round."""
    rows: list[Stretch] = []
    person = 0
    for g, group in enumerate(world.groups):
        for s, sittings in enumerate(shift_shapes()):
            for k in range(int(crews[g, s])):
                person += 1
                for j in range(DAYS_WORKED):
                    day = (DAYS_WORKED * k + j) % DAYS
                    rows += stretches(world, sittings[k % 2], f"A{person:03d}", day, group.queues)
    return Roster.of(rows)


def split(world: Clones, heads: int) -> Ints:
    """Split heads over groups and shifts by workload, by largest remainder."""
    share = workload(world)
    exact = heads * share / share.sum()
    whole: Ints = np.floor(exact).astype(np.int64)
    for cell in np.argsort((whole - exact).ravel(), kind="stable")[: heads - int(whole.sum())]:
        whole.ravel()[cell] += 1
    return whole
