"""About what many proposals are worth, all at once, by what one more seat saves in each queue and interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.history import Floats, Ints
from planning.today.duty import Duty
from planning.today.proposal import Proposal
from planning.today.steps import State, Walk


class Guesses:
    """Proposals of one lever, in the order found.

    Parameters
    ----------
    walk : Walk
    start : State
        A proposal changes its shift as it is here.
    proposals : sequence of Proposal
    """

    def __init__(self, walk: Walk, start: State, proposals: Sequence[Proposal]) -> None:
        self.proposals = tuple(proposals)
        parts: list[tuple[Duty, int, float]] = []
        count = len(walk.usual.live)
        for k, proposal in enumerate(self.proposals):
            come = walk.duty(proposal)
            old = walk.was(start, proposal)
            differ = (come.spread(count) != old.spread(count)).any(axis=0)
            parts += [(duty.select(differ[duty.on.interval]), k, sign) for duty, sign in ((come, 1.0), (old, -1.0))]
        self.of: Ints = np.repeat([k for _, k, _ in parts], [len(d.shift) for d, _, _ in parts]).astype(np.int64)
        sign = np.repeat([s for _, _, s in parts], [len(d.shift) for d, _, _ in parts])
        joined = [
            np.concatenate([getattr(duty.on, name) for duty, _, _ in parts]) if parts else np.zeros(0)
            for name in ("interval", "time", "serves", "factor")
        ]
        self.interval: Ints = joined[0].astype(np.int64)
        self.time: Floats = joined[1] * sign
        self.per_seat: Floats = np.where(joined[2], 1.0 / joined[3], 0.0) if parts else np.zeros((0, count))

    def worth(self, seat_worth: Floats) -> Floats:
        """Return what the change of duty of each proposal is worth, shape (proposals,); its price is not in it.

        Somebody who serves several queues is taken to do what is worth most.
        """
        if not len(self.of) or not seat_worth.any():
            return np.zeros(len(self.proposals))
        each = (seat_worth.T[self.interval] * self.per_seat).max(axis=1)
        return np.bincount(self.of, each * self.time, minlength=len(self.proposals)).astype(np.float64)
