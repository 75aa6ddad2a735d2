"""People who may serve several queues are shared so that as much need as possible is met."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.report.sharing import Sharing


def subsets(n):
    return [set(chosen) for size in range(n + 1) for chosen in combinations(range(n), size)]


def most_missing(supply, serves, need):
    """Hall's condition, every set of queues tried: the slow, obvious shortage."""
    return max(
        sum(need[q] for q in chosen)
        - sum(seats for seats, mine in zip(supply, serves, strict=True) if chosen & set(mine))
        for chosen in subsets(len(need))
    )


@st.composite
def instances(draw):
    queues = draw(st.integers(1, 4))
    groups = draw(st.integers(0, 5))
    seats = st.floats(0, 10).map(lambda value: round(value, 2))
    serves = [draw(st.lists(st.integers(0, queues - 1), min_size=1, unique=True).map(sorted)) for _ in range(groups)]
    supply = [draw(seats) for _ in range(groups)]
    return supply, serves, [draw(seats) for _ in range(queues)]


@given(instances())
@settings(max_examples=150, deadline=None)
def test_what_stays_missing_is_the_worst_set_of_queues(instance):
    supply, serves, need = instance
    sharing = Sharing(supply, serves, len(need))
    missing = sum(want - sharing.ask(q, want) for q, want in enumerate(need))
    assert missing == pytest.approx(most_missing(supply, serves, need), abs=1e-6)
    assert sum(sharing.left) == pytest.approx(sum(supply) - (sum(need) - missing), abs=1e-6)
    used = np.array(sharing.given).sum(axis=1) if supply else np.zeros(0)
    assert np.all(used <= np.array(supply) + 1e-6)
    for mine, row in zip(serves, sharing.given, strict=True):
        assert all(seats >= -1e-9 and (q in mine or seats <= 1e-9) for q, seats in enumerate(row))


@given(instances())
@settings(max_examples=80, deadline=None)
def test_what_was_handed_out_first_stays_met(instance):
    supply, serves, need = instance
    sharing = Sharing(supply, serves, len(need))
    before = sharing.ask(0, need[0])
    for q in range(1, len(need)):
        sharing.ask(q, need[q])
    assert sum(row[0] for row in sharing.given) == pytest.approx(before, abs=1e-6)


def test_a_person_is_moved_when_another_can_take_their_place():
    # Both-ways people first serve queue 0; when queue 1 asks, its only helpers are moved and 0 keeps its own.
    sharing = Sharing([2.0, 3.0], [[0, 1], [0]], 2)
    assert sharing.ask(0, 3.0) == pytest.approx(3.0)
    assert sharing.ask(1, 2.0) == pytest.approx(2.0)
    assert sharing.left == pytest.approx([0.0, 0.0])


def test_a_trial_leaves_the_sharing_as_it_was():
    sharing = Sharing([2.0], [[0, 1]], 2)
    sharing.ask(0, 1.0)
    assert sharing.copy().ask(1, 5.0) == pytest.approx(1.0)
    assert sharing.left == [1.0]
    assert sharing.given == [[1.0, 0.0]]


def test_rivals_are_the_queues_whose_people_could_be_moved():
    sharing = Sharing([1.0, 1.0, 4.0], [[0, 1], [1], [2]], 3)
    for queue, seats in enumerate((0.5, 2.5, 1.0)):
        sharing.ask(queue, seats)
    assert sharing.rivals(1) == {0, 1}
