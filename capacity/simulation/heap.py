"""A heap of numbered things by time, in which each can be moved or taken out.

``order`` holds the ids, four children a parent, ``time`` their times, in the same places, and is infinite for four
places behind the last; ``place[id]`` is where an id stands, -1 outside; ``size[0]`` counts them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from domain.history import Floats, Ints

Compiled = TypeVar("Compiled", bound=Callable[..., Any])

Ids = NDArray[np.uint32]
"""Without a sign, so that no look-up asks whether to count from the end."""

Heap = tuple[Ids, Ints, Floats, Ints]
"""``order``, ``place``, ``time`` and ``size``."""

UNCOUNTED: dict[str, Any] = {"nogil": True, "_nrt": False}
"""Nothing is allocated in the loop, so counting references, which took five sixths of its time, is switched off."""


def part(function: Compiled) -> Compiled:
    """Compile a piece of a larger function; it is written into its caller, for its arguments are many."""
    compiled: Compiled = njit(**UNCOUNTED, forceinline=True)(function)
    return compiled


@part
def _fit(order: Ids, place: Ints, time: Floats, count: int, at: int, item: int, when: float) -> None:
    """Move a gap up or down from ``at`` to where a time belongs, and put its item there."""
    while at > 0:
        above = (at - 1) >> 2
        if time[above] <= when:
            break
        other = order[above]
        order[at], time[at] = other, time[above]
        place[other] = at
        at = above
    child = 4 * at + 1
    while child < count:
        # Four steps without a branch: which child is first is the toss of a coin, which no processor guesses.
        least, first = child, time[child]
        least, first = (child + 1, time[child + 1]) if time[child + 1] < first else (least, first)
        least, first = (child + 2, time[child + 2]) if time[child + 2] < first else (least, first)
        least, first = (child + 3, time[child + 3]) if time[child + 3] < first else (least, first)
        if first >= when:
            break
        other = order[least]
        order[at], time[at] = other, first
        place[other] = at
        at = least
        child = 4 * at + 1
    order[at], time[at] = item, when
    place[item] = at


@part
def put(order: Ids, place: Ints, time: Floats, size: Ints, item: int, when: float) -> None:
    """Put an item in at a time, or move it there."""
    at = place[item]
    if at < 0:
        at = size[0]
        size[0] += 1
        time[size[0] + 3] = math.inf
    _fit(order, place, time, size[0], at, item, when)


@part
def take_out(order: Ids, place: Ints, time: Floats, size: Ints, item: int) -> None:
    """Take an item out, if it is in."""
    at = place[item]
    if at < 0:
        return
    place[item] = -1
    size[0] -= 1
    count = size[0]
    last, when = order[count], time[count]
    time[count] = math.inf
    if last != item:
        _fit(order, place, time, count, at, last, when)


def empty_heap(items: int) -> Heap:
    """Return a heap in which nothing is; ``place`` must be set to -1 for an item before it is put in."""
    time = np.empty(items + 4)
    time[:4] = np.inf
    return np.empty(items, np.uint32), np.empty(items, np.int64), time, np.zeros(1, np.int64)
