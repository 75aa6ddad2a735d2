"""One shift as the placing of its breaks and activities sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats, Ints


@dataclass(frozen=True)
class Pause:
    """A stretch of a shift on which nobody is served.

    Attributes
    ----------
    length : int
        Slots.
    first, last : int
        Its start lies in these slots of the horizon, inclusive.
    paid : bool
    start : int
        Slot of the horizon; -1 while it has no place.
    rule : int
        Number of the break in its contract; -1 for an activity.
    item : int
        Number of the activity in the folder; -1 for a break.
    home : int
        Slot where it lay at first, from which a move is priced; -1 where there is none.
    barred : frozenset of int
        Starts that it may not have all the same.
    """

    length: int
    first: int
    last: int
    paid: bool = True
    start: int = -1
    rule: int = -1
    item: int = -1
    home: int = -1
    barred: frozenset[int] = frozenset()

    @property
    def end(self) -> int:
        """First slot after it."""
        return self.start + self.length

    @property
    def movable(self) -> bool:
        """Whether it has more than one place."""
        return self.first < self.last

    def at(self, start: int) -> Pause:
        """Return the pause held still in one slot."""
        return replace(self, first=start, last=start)


@dataclass
class Duty:
    """One shift: who works what from when to when, and its pauses.

    Attributes
    ----------
    who : int
        Number of the person.
    day : int
        Number of the local day it starts on.
    kind : int
        Set of queues worked.
    seat, gain : float arrays
        What the person adds to pools and to rows, as in ``scheduling.instance.Teams``.
    low, length : int
        First slot of the horizon, and slots.
    pauses : list of Pause
    premium : float array, shape (length,)
        Premium pay of each slot.
    slot_pay : float
        Pay of a slot without premiums.
    held : bool array, shape (length,)
        Slots on which a pause may not come to lie: pinned work, the past.
    shift_id : str
    """

    who: int
    day: int
    kind: int
    seat: Floats
    gain: Floats
    low: int
    length: int
    pauses: list[Pause]
    premium: Floats
    slot_pay: float
    held: NDArray[np.bool_]
    shift_id: str = ""

    @property
    def high(self) -> int:
        """First slot after the shift."""
        return self.low + self.length

    def costs(self, pauses: list[Pause], move_price: float = 0.0) -> Floats:
        """Return the money of every place of pauses, shape (pauses, slots); infinite where one may not start.

        Parameters
        ----------
        pauses : list of Pause
            Of this shift.
        move_price : float
            Of a pause that does not lie where it did at first.
        """
        cost = np.full((len(pauses), self.length), np.inf)
        held = np.concatenate(([0], np.cumsum(self.held)))
        saved = np.concatenate(([0.0], np.cumsum(self.premium)))
        for j, pause in enumerate(pauses):
            first = max(pause.first, self.low + 1) - self.low
            last = min(pause.last, self.high - 1 - pause.length) - self.low
            if last < first:
                continue
            at = np.arange(first, last + 1)
            money = np.zeros(len(at))
            if not pause.paid:
                # an unpaid break is not in the shift's pay to begin with, an unpaid activity is
                hours = pause.length * self.slot_pay if pause.item >= 0 else 0.0
                money -= saved[at + pause.length] - saved[at] + hours
            if pause.home >= 0 and move_price:
                money += np.where(at + self.low == pause.home, 0.0, move_price)
            stays = at + self.low == pause.start
            money[(held[at + pause.length] > held[at]) & ~stays] = np.inf
            for start in pause.barred:
                if first <= start - self.low <= last and start != pause.start:
                    money[start - self.low - first] = np.inf
            cost[j, first : last + 1] = money
        return cost

    def saved(self, pause: Pause) -> float:
        """Return as a cost, 0 or below, the pay that a pause saves where it lies."""
        if pause.paid:
            return 0.0
        hours = pause.length * self.slot_pay if pause.item >= 0 else 0.0
        return -float(self.premium[pause.start - self.low : pause.end - self.low].sum()) - hours

    def money(self, move_price: float = 0.0) -> float:
        """Return the money of all pauses where they lie."""
        moved = sum(0 <= pause.home != pause.start for pause in self.pauses)
        return sum(map(self.saved, self.pauses)) + moved * move_price

    def placed(self, pauses: list[Pause], starts: Ints) -> list[Pause]:
        """Return pauses at starts counted from the shift's."""
        return [replace(pause, start=self.low + int(s)) for pause, s in zip(pauses, starts, strict=True)]
