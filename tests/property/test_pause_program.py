"""The program that places pauses finds what trying everything finds."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scheduling.pauses.program import place_pauses


def by_trying(loss, sizes):
    """Return the least loss over every way to place pauses apart from each other and from both ends."""
    count, length = loss.shape
    best = np.inf
    for starts in product(range(1, length), repeat=count):
        spans = sorted(zip(starts, sizes, strict=True))
        inside = all(s + size <= length - 1 for s, size in spans)
        apart = all(a + size < b for (a, size), (b, _) in pairwise(spans))
        if inside and apart:
            best = min(best, sum(loss[j, s] for j, s in enumerate(starts)))
    return best


@st.composite
def shifts(draw):
    length = draw(st.integers(3, 11))
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    cells = st.one_of(st.integers(-20, 50).map(float), st.just(np.inf))
    loss = draw(st.lists(st.lists(cells, min_size=length, max_size=length), min_size=len(sizes), max_size=len(sizes)))
    return np.array(loss), np.array(sizes, dtype=np.int64)


@given(shifts())
def test_nothing_is_cheaper_and_the_places_cost_what_is_said(case):
    loss, sizes = case
    starts = np.full(len(sizes), -1, dtype=np.int64)
    found = place_pauses(loss, sizes, starts)
    assert found == by_trying(loss, sizes)
    if np.isfinite(found):
        assert sum(loss[j, s] for j, s in enumerate(starts.tolist())) == found
        spans = sorted(zip(starts.tolist(), sizes.tolist(), strict=True))
        assert spans[0][0] >= 1 and spans[-1][0] + spans[-1][1] <= loss.shape[1] - 1
        assert all(a + size < b for (a, size), (b, _) in pairwise(spans))
    else:
        assert (starts == -1).all()
