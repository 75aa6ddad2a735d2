"""A heap of numbered things by time, in which each can be moved or taken out.

``order`` holds the ids, four children a parent; ``place[id]`` is where an id stands, -1 outside;
``size[0]`` counts them; ``key[id]`` is its time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

from domain.history import Floats, Ints

Compiled = TypeVar("Compiled", bound=Callable[..., Any])

UNCOUNTED: dict[str, Any] = {"nogil": True, "_nrt": False}
"""Nothing is allocated in the loop, so counting references, which took five sixths of its time, is switched off."""


def part(function: Compiled) -> Compiled:
    """Compile a piece of a larger function; it is written into its caller, for its arguments are many."""
    compiled: Compiled = njit(**UNCOUNTED, forceinline=True)(function)
    return compiled


@part
def _fit(order: Ints, place: Ints, key: Floats, count: int, at: int) -> None:
    """Move the item that stands at ``at`` up or down to where its time belongs."""
    item = order[at]
    time = key[item]
    while at > 0:
        above = order[(at - 1) >> 2]
        if key[above] <= time:
            break
        order[at] = above
        place[above] = at
        at = (at - 1) >> 2
    while True:
        least = 4 * at + 1
        if least >= count:
            break
        for child in range(least + 1, min(least + 4, count)):
            if key[order[child]] < key[order[least]]:
                least = child
        below = order[least]
        if key[below] >= time:
            break
        order[at] = below
        place[below] = at
        at = least
    order[at] = item
    place[item] = at


@part
def put(order: Ints, place: Ints, key: Floats, size: Ints, item: int, time: float) -> None:
    """Put an item in at a time, or move it there."""
    at = place[item]
    if at < 0:
        at = size[0]
        size[0] += 1
        order[at] = item
    key[item] = time
    _fit(order, place, key, size[0], at)


@part
def take_out(order: Ints, place: Ints, key: Floats, size: Ints, item: int) -> None:
    """Take an item out, if it is in."""
    at = place[item]
    if at < 0:
        return
    place[item] = -1
    size[0] -= 1
    last = order[size[0]]
    if last != item:
        order[at] = last
        _fit(order, place, key, size[0], at)
