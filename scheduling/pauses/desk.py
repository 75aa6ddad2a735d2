"""All duty of a horizon at one desk: shifts answer each other with their breaks and activities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats, Ints
from scheduling.ascent import seat_worth
from scheduling.desks import over_desks
from scheduling.instance import Instance
from scheduling.pauses.duty import Duty, Pause
from scheduling.pauses.program import MOST_PAUSES
from scheduling.pauses.response import IMPROVE, NEAR, TRY, respond
from scheduling.standing import change_stretch, price_change, settle_change, standing_of

EASE = 1e-3
"""What service better than its target is worth against a miss: it only decides between places that cost the same."""

PASSES = 6
"""Times that every shift may answer the others at most."""


@dataclass(frozen=True)
class Answer:
    """What a change does to priced misses, to pay, and to targets that are kept or missed either way, as money."""

    short: float
    money: float
    eased: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.short + self.money + self.eased


@dataclass(frozen=True)
class Memory:
    """How a desk and some of its shifts stood once."""

    arrays: tuple[NDArray[Any], ...]
    pauses: list[list[Pause]]


class Desk:
    """Seats, rows and heads of all duty, changed by one shift after the other.

    Parameters
    ----------
    inst : Instance
        Its service, kinds and floors are read; people and options are not.
    seats, gains, heads : arrays
        Of all duty, fixed seats included, as ``scheduling.roll.measure`` returns them.
    move_price : float
        Money for each pause that does not lie at its home.
    ease : float
        What service better than its target is worth against a miss.
    """

    def __init__(
        self, inst: Instance, seats: Floats, gains: Floats, heads: Ints, move_price: float = 0.0, ease: float = EASE
    ) -> None:
        self.inst = inst
        self.now = standing_of(inst, seats, gains, heads)
        self.ease: Floats = ease * inst.service.price
        self.move_price = move_price

    def answer(self, duty: Duty, pauses: list[Pause] | None = None, use: int = IMPROVE) -> Answer | None:
        """Place the pauses of one shift against everybody else's duty.

        Parameters
        ----------
        duty : Duty
            Its pauses are changed where the answer is kept.
        pauses : list of Pause, optional
            Those it shall have, in the place of its own; those it has come first.
        use : int
            ``TRY``, ``PLACE`` or ``IMPROVE``, see ``scheduling.pauses.response``.

        Returns
        -------
        Answer or None
            None where the pauses do not fit, or where nothing is gained.
        """
        pauses = duty.pauses if pauses is None else pauses
        if len(pauses) > MOST_PAUSES:
            return None
        starts = np.array([pause.start - duty.low if pause.start >= 0 else -1 for pause in pauses], dtype=np.int64)
        sizes = np.array([pause.length for pause in pauses], dtype=np.int64)
        cost = duty.costs(pauses, self.move_price)
        done, *parts = respond(
            self.inst,
            self.now,
            self.ease,
            duty.kind,
            duty.seat,
            duty.gain,
            duty.low,
            duty.length,
            sizes,
            cost,
            starts,
            use,
        )
        if not done:
            return None
        if use != TRY:
            duty.pauses = duty.placed(pauses, starts)
        return Answer(*parts)

    def drop(self, duty: Duty, item: int) -> Answer:
        """Take one activity out of a shift."""
        k = next(k for k, pause in enumerate(duty.pauses) if pause.item == item)
        pause = duty.pauses.pop(k)
        change_stretch(self.inst, self.now, duty.kind, duty.seat, duty.gain, pause.start, pause.end, 1.0)
        short, _ = price_change(self.inst, self.now, self.ease)
        touched = self.now.touched[: self.now.touches[0]]
        service = self.inst.service
        eased = (self.ease * service.sign / service.limit * self.now.more_value)[touched].sum()
        settle_change(self.inst, self.now, True)
        return Answer(short, -duty.saved(pause), float(eased))

    def settle(self, duties: Sequence[Duty], passes: int = PASSES) -> int:
        """Let every shift answer the others until none gains; return how many answers were kept."""
        kept = 0
        for _ in range(passes):
            gained = sum(
                self.answer(duty) is not None for duty in duties if any(pause.movable for pause in duty.pauses)
            )
            kept += gained
            if not gained:
                break
        return kept

    def value(self, duties: Sequence[Duty]) -> float:
        """Return priced misses and service beyond targets of all duty, and the pay that the pauses of some save.

        People beyond their site's desks are priced as well.
        """
        service, floors = self.inst.service, self.inst.floors
        miss = service.sign * (self.now.value - service.limit) / service.limit
        total = float((service.price * np.maximum(miss, 0.0) + self.ease * miss).sum())
        total += floors.price * float(over_desks(floors, self.now.heads).sum())
        return total + sum(duty.money(self.move_price) for duty in duties)

    def slot_prices(self, duty: Duty) -> Floats:
        """Return about what is lost where this person leaves a slot of the horizon, shape (slots,)."""
        inst, service = self.inst, self.inst.service
        missed = service.sign * (self.now.value - service.limit) / service.limit > -NEAR
        worth = seat_worth(inst, self.now.seats, self.ease + np.where(missed, service.price, 0.0))
        each = (duty.seat[:, None] * inst.kinds.share[duty.kind] * worth).sum(axis=0) / inst.per_interval
        found = np.zeros(inst.slots)
        found[: inst.intervals * inst.per_interval] = np.repeat(each, inst.per_interval)
        return found

    def remember(self, duties: Sequence[Duty]) -> Memory:
        """Return how things stand, to go back to."""
        arrays = (self.now.seats, self.now.height, self.now.new_height, self.now.value, self.now.heads)
        return Memory(tuple(array.copy() for array in arrays), [list(duty.pauses) for duty in duties])

    def go_back(self, duties: Sequence[Duty], memory: Memory) -> None:
        """Undo what happened to some shifts since they were remembered, and to nothing else since."""
        arrays = (self.now.seats, self.now.height, self.now.new_height, self.now.value, self.now.heads)
        for array, old in zip(arrays, memory.arrays, strict=True):
            array[...] = old
        for duty, pauses in zip(duties, memory.pauses, strict=True):
            duty.pauses = list(pauses)
