"""Pins as masks: what one person must do in which slots."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from domain.contracts import Contract
from domain.grid import IntervalGrid
from domain.history import Ints
from domain.roster import OFF, WORK, Stretch
from scheduling.leave import ShiftOption
from scheduling.rules.activities import break_names
from scheduling.shapes import FixedPause

FREE, WORKS, PAUSES, AWAY = 0, 1, 2, 3


def pin_row(pins: Sequence[Stretch], grid: IntervalGrid) -> Ints | None:
    """Return one code a slot for the pins of a person, None where there are none."""
    if not pins:
        return None
    row = np.zeros(grid.size, dtype=np.int64)
    for pin in pins:
        low = max(math.floor(grid.minutes_at(pin.start) / grid.step_minutes), 0)
        # time off of an earlier week ends before the grid begins
        high = max(min(math.ceil(grid.minutes_at(pin.end) / grid.step_minutes), grid.size), low)
        row[low:high] = AWAY if pin.activity == OFF else WORKS if pin.activity == WORK else PAUSES
    return row


def keeps_pins(row: Ints | None, option: ShiftOption, grid: IntervalGrid, day_first: Ints, day: int) -> bool:
    """Tell whether a shift lies clear of pinned absence and covers what is pinned to the shift of its day.

    A pinned stretch belongs to the day it begins on; one that runs on past midnight still does.
    """
    if row is None:
        return True
    low = round(grid.minutes_at(option.start) / grid.step_minutes)
    high = low + option.elapsed_minutes // grid.step_minutes
    if (row[low:high] == AWAY).any():
        return False
    span = pinned_span(row, day_first, day)
    return span is None or (low <= span[0] and span[1] <= high)


def pinned_span(row: Ints, day_first: Ints, day: int) -> tuple[int, int] | None:
    """Return first slot and end of what is pinned to the shift of one day, None where nothing is."""
    held = (row == WORKS) | (row == PAUSES)
    start = int(day_first[day])
    # a stretch running in from the evening before belongs to that evening
    if day > 0 and held[start] and held[start - 1]:
        while start < day_first[day + 1] and held[start]:
            start += 1
    inside = np.flatnonzero(held[start : day_first[day + 1]])
    if not len(inside):
        return None
    end = start + int(inside[-1]) + 1
    while end < len(held) and end >= day_first[day + 1] and held[end]:
        end += 1
    return start + int(inside[0]), end


def pinned_pauses(
    pins: Sequence[Stretch], grid: IntervalGrid, start: int, span: tuple[int, int]
) -> tuple[FixedPause, ...]:
    """Return what is pinned in one day's shift and is no work, in slots from the shift's start."""
    found = []
    for pin in pins:
        if pin.activity in {OFF, WORK}:
            continue
        low = math.floor(grid.minutes_at(pin.start) / grid.step_minutes)
        high = math.ceil(grid.minutes_at(pin.end) / grid.step_minutes)
        if span[0] <= low < span[1]:
            found.append(FixedPause(low - start, high - low, pin.activity, pin.paid))
    return tuple(sorted(found))


def unpaid_minutes(pins: Sequence[Stretch], contract: Contract, grid: IntervalGrid, span: tuple[int, int]) -> int:
    """Return the minutes of unpaid activities pinned in one day's shift; breaks of the contract are not among them."""
    names = break_names(contract)
    return sum(
        pause.length * grid.step_minutes
        for pause in pinned_pauses(pins, grid, span[0], span)
        if not pause.paid and pause.activity not in names
    )


def pinned_queues(pins: Sequence[Stretch], grid: IntervalGrid, span: tuple[int, int]) -> frozenset[str]:
    """Return the queues pinned in one day's shift; none where its work pins leave them open."""
    low, high = grid.start + span[0] * grid.step, grid.start + span[1] * grid.step
    return frozenset(queue for pin in pins if pin.activity == WORK and low <= pin.start < high for queue in pin.queues)
