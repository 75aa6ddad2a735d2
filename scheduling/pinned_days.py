"""Which day's shift has to hold what is pinned: rows of a night shift may begin on the day after it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from domain.grid import IntervalGrid
from domain.history import Ints
from domain.people import Agent
from domain.roster import Shift, Stretch
from scheduling.calendar import runs
from scheduling.leave import LegalShifts, ShiftOption
from scheduling.pinned import AWAY, FREE, PAUSES, WORKS, pin_row, pinned_pauses, unpaid_minutes
from scheduling.shapes import ShapeTable

Span = tuple[int, int]
"""First slot, and the first after the last."""

Fits = Callable[[int, Span], bool]
"""Tells whether a legal shift of a day (by number from the week's first) may hold a span."""


@dataclass(frozen=True, eq=False)
class PinnedDays:
    """The pins of one person in one week.

    Attributes
    ----------
    row : int array, shape (slots,)
        Codes of ``scheduling.pinned``. What belongs to a shift before the week is free, what belongs to one after it is
        away: no shift of this week may touch it.
    spans : tuple of Span or None, one a day
        What the shift that starts on that day has to hold.
    """

    row: Ints
    spans: tuple[Span | None, ...]

    @classmethod
    def of(
        cls,
        pins: Sequence[Stretch],
        grid: IntervalGrid,
        day_first: Ints,
        fits: Fits,
        rest_h: float = 0.0,
        worked: Iterable[Span] = (),
    ) -> PinnedDays | None:
        """Share pinned stretches out among the days; None where there are no pins.

        Parameters
        ----------
        pins : sequence of Stretch
            Of one person.
        grid : IntervalGrid
            Slots, those after the week included.
        day_first : int array, shape (days + 1,)
        fits : Fits
            Asked for days of the week, and for the first day after it.
        rest_h : float
            Hours between shifts.
        worked : iterable of Span
            Shifts before the week that run into it.

        Notes
        -----
        What lies nearer together than the rest between shifts belongs to one shift. It is that of the day on which it
        begins, or of the day before where no shift of its own day may hold it. Where both may, the day at the end of
        its ``shift_id`` tells, as in rows copied from a roster of ours; else it is its own day.
        """
        row = pin_row(pins, grid)
        if row is None:
            return None
        days, before = len(day_first) - 1, list(worked)
        spans: list[Span | None] = [None] * days
        held = (row == WORKS) | (row == PAUSES)
        for span in _together(runs(held), rest_h * 60 / grid.step_minutes):
            low, high = span
            owner = int(np.searchsorted(day_first, low, side="right")) - 1
            if any(start <= low and high <= end for start, end in before):
                row[low:high][held[low:high]] = FREE
                continue
            if owner > 0 and fits(owner - 1, span):
                named = _named(pins, grid, span, grid.days[owner - 1])
                owner -= named or not fits(owner, span)
            if owner >= days:
                row[low:high][held[low:high]] = AWAY
                continue
            known = spans[owner]
            spans[owner] = span if known is None else (known[0], high)
        return cls(row, tuple(spans))

    @property
    def days(self) -> set[int]:
        """Numbers of the days that have to be worked."""
        return {day for day, span in enumerate(self.spans) if span is not None}

    def kept_by(self, option: ShiftOption, grid: IntervalGrid, day: int) -> bool:
        """Tell whether a shift lies clear of pinned absence and covers what is pinned to the shift of its day."""
        low, high = slots_of(option, grid)
        if (self.row[low:high] == AWAY).any():
            return False
        span = self.spans[day]
        return span is None or (low <= span[0] and span[1] <= high)


def _together(spans: Iterable[Span], rest: float) -> list[Span]:
    """Join spans with less than the rest between them."""
    found: list[Span] = []
    for low, high in spans:
        if found and low - found[-1][1] < rest:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


def holds(
    legal: LegalShifts,
    shapes: ShapeTable,
    agent: Agent,
    pins: Sequence[Stretch],
    grid: IntervalGrid,
    day: date,
    span: Span,
) -> bool:
    """Tell whether a legal shift of a day covers a pinned span, with its breaks where it says."""
    contract = legal.calendar.contract(agent)
    unpaid = unpaid_minutes(pins, contract, grid, span)
    for option in legal.options(agent, day, unpaid):
        low, high = slots_of(option, grid)
        if low <= span[0] and span[1] <= high:
            fixed = pinned_pauses(pins, grid, low, span)
            if shapes.of(contract, option.paid_minutes, fixed, unpaid) >= 0:
                return True
    return False


def worked_slots(shifts: Iterable[Shift], grid: IntervalGrid) -> list[Span]:
    """Return the slots of shifts already worked; those before the grid count below 0."""
    ends = [(grid.minutes_at(shift.start), grid.minutes_at(shift.end)) for shift in shifts]
    return [(math.floor(low / grid.step_minutes), math.ceil(high / grid.step_minutes)) for low, high in ends]


def slots_of(option: ShiftOption, grid: IntervalGrid) -> Span:
    """Return the slots of a shift."""
    low = round(grid.minutes_at(option.start) / grid.step_minutes)
    return low, low + option.elapsed_minutes // grid.step_minutes


def _named(pins: Sequence[Stretch], grid: IntervalGrid, span: Span, day: date) -> bool:
    """Tell whether the shift of a pinned span is named after a day."""
    low, high = (grid.start + slot * grid.step for slot in span)
    mine = (pin for pin in pins if pin.start < high and low < pin.end)
    return any(pin.shift_id.endswith(day.isoformat()) for pin in mine)
