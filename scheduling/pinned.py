"""Pins as masks: what one person must do in which slots."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from domain.contracts import Contract
from domain.grid import IntervalGrid
from domain.history import Ints
from domain.roster import OFF, WORK, Stretch
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
