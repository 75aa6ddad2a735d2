"""What somebody else decides: blocks under the cap of a declared emergency, and time off that saves no pay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planning.today.lever_hours import guaranteed_hours
from planning.today.lever_seats import blocks_to_book
from planning.today.ranking import ranked
from planning.today.steps import State, Step, Walk

BLOCKS = 3
"""Emergency blocks that are named."""

HOMEGOING = 10
"""People who could go that are named, each after those before."""

TRIES = 40
"""Ways to go that are looked at."""

NOTHING = 1e-6
"""Money that is none."""


def emergency_blocks(walk: Walk, state: State) -> list[Step]:
    """Return the blocks that would be booked beside the recommended actions, were an emergency declared."""
    situation = walk.situation
    pool = situation.folder.centre.elastic
    if pool is None or pool.emergency_share is None or situation.emergency or not situation.day.ahead.any():
        return []
    if situation.cap(emergency=True) <= situation.cap() or not walk.usual.seat_worth(state.usual).any():
        return []
    return ranked(walk, state, {"book_seat": blocks_to_book(situation, emergency=True)}, BLOCKS)


def homegoing(walk: Walk, state: State) -> list[Step]:
    """Return who of those with guaranteed hours could go early without any more misses, even on a busy day.

    The hours are paid all the same: nothing is saved unless somebody asks for unpaid leave, and that is said.
    """
    currency = walk.situation.folder.centre.currency
    names = walk.situation.folder.centre.queue_ids
    # whoever serves a queue that is short stays
    dear = {names[q] for q in np.flatnonzero(walk.usual.seat_worth(state.usual).any(axis=1)).tolist()}
    found: list[Step] = []
    tries = 0
    if not walk.situation.day.ahead.any() or state.usual.shortfall > NOTHING:
        return []
    order = sorted(guaranteed_hours(walk.situation, dear), key=lambda one: (one.pay, one.start, one.who))
    for proposal in order:
        if len(found) == HOMEGOING or tries == TRIES:
            break
        saved = -proposal.pay
        leave = f"as unpaid leave they would be {currency} {saved:,.0f}"
        said = f"{proposal.what}: guaranteed hours, paid all the same; {leave}"
        free = replace(proposal, pay=0.0, what=said)
        if walk.fits(state, free) is None:
            continue
        tries += 1
        step = walk.take(state, free)
        if step is not None and step.mended >= -NOTHING:
            found.append(step)
            state = step.after
    return found
