"""A day's duty changed action by action: what each adds to what stands above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planning.today.board import Board, Standing
from planning.today.duty import Duty, DutyBook
from planning.today.lever_seats import NEW, booked
from planning.today.proposal import Proposal, Shifts
from planning.today.situation import Situation


@dataclass(frozen=True)
class State:
    """The roster so far, and the service that it gives."""

    shifts: Shifts
    usual: Standing


@dataclass(frozen=True)
class Step:
    """An action taken.

    Attributes
    ----------
    proposal : Proposal
    price : float
        Money paid for it; negative where it saves.
    mended : float
        Price of the misses that it mends; negative where it adds some.
    before, after : State
    """

    proposal: Proposal
    price: float
    mended: float
    before: State
    after: State

    @property
    def worth(self) -> float:
        """Misses mended less what is paid."""
        return self.mended - self.price


class Walk:
    """Takes steps from a state.

    Parameters
    ----------
    situation : Situation
    usual, busy : Board
        The day as expected, and with as much as comes on one day in four.
    book : DutyBook
    """

    def __init__(self, situation: Situation, usual: Board, busy: Board, book: DutyBook) -> None:
        self.situation, self.usual, self.busy, self.book = situation, usual, busy, book
        self._busy: tuple[State, Standing] | None = None
        self._duties: dict[int, tuple[Proposal, Duty]] = {}

    def start(self, shifts: Shifts, duty: Duty) -> State:
        """Return the state in which nothing has been done."""
        return State(shifts, self.usual.standing(duty))

    def busy_of(self, state: State) -> Standing:
        """Return the service of a busy day: only who releases people asks for it."""
        if self._busy is None or self._busy[0] is not state:
            self._busy = (state, self.busy.standing(state.usual.duty))
        return self._busy[1]

    def duty(self, proposal: Proposal) -> Duty:
        """Return the duty of a proposal's shift."""
        kept = self._duties.get(id(proposal))
        if kept is None or kept[0] is not proposal:
            kept = (proposal, self.book.of_rows(proposal.rows))
            self._duties[id(proposal)] = kept
        return kept[1]

    def fits(self, state: State, proposal: Proposal) -> Proposal | None:
        """Return a proposal with its seat chosen; None where its shift is another one by now, or no seat is free."""
        if proposal.key[1] == NEW and proposal.lever == "book_seat":
            return booked(self.situation, state.shifts, proposal)
        standing = state.shifts.of.get(proposal.key)
        return proposal if standing is not None and standing == self.situation.shifts.of.get(proposal.key) else None

    def take(self, state: State, proposal: Proposal) -> Step | None:
        """Take a step; None where it cannot be taken, or is a release that does not pay on a busy day."""
        made = self.fits(state, proposal)
        if made is None:
            return None
        number, duty = self.book.number(made.key), self.duty(made)
        usual = self.usual.changed(state.usual, number, duty)
        price = self.price(state, made)
        if made.release:
            busy = self.busy_of(state)
            if busy.shortfall - self.busy.changed(busy, number, duty).shortfall < price:
                return None
        after = State(state.shifts.put(made.key, made.rows), usual)
        return Step(made, price, state.usual.shortfall - usual.shortfall, state, after)

    def without(self, state: State, proposal: Proposal) -> State:
        """Return a state without a step that was taken."""
        original = self.situation.shifts.of.get(proposal.key)
        rows = original.stretches if original is not None else ()
        usual = self.usual.changed(state.usual, self.book.number(proposal.key), self.book.of_rows(rows))
        return State(state.shifts.put(proposal.key, rows), usual)

    def again(self, state: State, proposals: Sequence[Proposal]) -> list[Step]:
        """Take steps one after the other, those left out that cannot be taken any more."""
        found = []
        for proposal in proposals:
            step = self.take(state, unbooked(proposal))
            if step is not None:
                found.append(step)
                state = step.after
        return found

    def was(self, state: State, proposal: Proposal) -> Duty:
        """Return the duty of a proposal's shift as it is in a state; nothing for a block that is still to be booked."""
        number = self.book.numbers.get(proposal.key, -1)
        return state.usual.duty.select(state.usual.duty.shift == number)

    def price(self, state: State, proposal: Proposal) -> float:
        """Return what a proposal costs in a state."""
        seats = self.situation.elastic_price(state.shifts, proposal.elastic_h) if proposal.elastic_h else 0.0
        return proposal.pay + seats


def unbooked(proposal: Proposal) -> Proposal:
    """Return a booked block as one whose seat is still to be chosen."""
    if proposal.lever != "book_seat":
        return proposal
    rows = tuple(replace(row, shift_id=NEW) for row in proposal.rows)
    what = proposal.what.replace(f"book {proposal.who}", "book a seat", 1) if proposal.who else proposal.what
    return replace(proposal, who="", key=(proposal.key[0], NEW), rows=rows, what=what)
