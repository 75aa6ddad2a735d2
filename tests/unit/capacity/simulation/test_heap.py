"""The heap against a sorted list."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.simulation.heap import empty_heap, put, take_out

steps = st.lists(st.tuples(st.integers(0, 11), st.one_of(st.none(), st.integers(0, 50))), max_size=60)


@settings(max_examples=150, deadline=None)
@given(steps)
def test_the_earliest_is_always_first(moves: list[tuple[int, int | None]]) -> None:
    """None takes an item out; a number puts it in or moves it."""
    order, place, key, size = empty_heap(12)
    place[:] = -1
    held: dict[int, int] = {}
    for item, time in moves:
        if time is None:
            held.pop(item, None)
            take_out(order, place, key, size, item)
        else:
            held[item] = time
            put(order, place, key, size, item, float(time))
        assert size[0] == len(held)
        assert sorted(order[: size[0]].tolist()) == sorted(held)
        assert all(order[place[i]] == i for i in held)
        assert all(key[place[i]] == time for i, time in held.items())
        assert key[0] == min(held.values(), default=np.inf)
        assert np.all(key[size[0] : size[0] + 4] == np.inf)
