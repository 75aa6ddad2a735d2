"""What queues that share people need, between one line for all and each queue alone."""

from __future__ import annotations

import threading
from datetime import date

import numpy as np
import pytest

from capacity.requirement import Requirement, agents_for
from capacity.shared import shared_requirement
from domain.centre import Centre
from domain.errors import StoppedError
from domain.grid import IntervalGrid
from domain.progress import Control
from domain.queues import Channel, Queue, Target

GRID = IntervalGrid.of_days(date(2026, 11, 23), 1, "UTC", 60)
TARGET = (Target(service_level=0.8, within_s=20),)
A, B, BOTH = frozenset({0}), frozenset({1}), frozenset({0, 1})


def case(rates, *, channels=(Channel.VOICE, Channel.VOICE), patience=300.0, aht=300.0):
    queues = tuple(
        Queue(id=name, channel=channel, patience_s=patience, targets=TARGET)
        for name, channel in zip("ab", channels, strict=True)
    )
    centre = Centre(name="c", timezone="UTC", queues=queues, contracts=())
    volume = np.array([np.full(GRID.size, rate) for rate in rates])
    times = np.full_like(volume, aht)
    agents = np.array([agents_for(q, GRID, volume[k], times[k]) for k, q in enumerate(queues)])
    return centre, Requirement(GRID, ("a", "b"), volume, times, agents, agents, *(np.zeros_like(volume),) * 4)


def test_shared_people_need_less_than_silos_and_no_less_than_one_line():
    centre, need = case((60.0, 60.0))
    (group,) = shared_requirement(centre, need, {A: 5, B: 5, BOTH: 5}, seed=1)
    assert group.queues == (0, 1)
    assert group.siloed == pytest.approx(need.agents.sum(axis=0))
    assert (group.pooled - 0.35 <= group.simulated).all()
    assert (group.simulated < group.siloed).all()
    assert group.team[BOTH] > 0


def test_specialists_alone_are_groups_of_their_own():
    centre, need = case((60.0, 40.0))
    groups = shared_requirement(centre, need, {A: 5, B: 5}, seed=1)
    assert [group.queues for group in groups] == [(0,), (1,)]
    for group in groups:
        assert group.simulated == pytest.approx(group.siloed)
        assert group.pooled == pytest.approx(group.siloed)


def test_two_queues_that_need_five_and_three_are_not_served_by_five():
    """Someone with two skills cannot be counted in full for both, as a known tool does: it says five."""
    centre, need = case((33.0, 13.0), patience=None)
    assert np.ceil(need.agents[:, 0]).tolist() == [5.0, 3.0]
    (group,) = shared_requirement(centre, need, {A: 3, B: 3, BOTH: 5}, seed=1)
    assert 5.2 < group.simulated[0] < need.agents[:, 0].sum() + 0.5


@pytest.mark.parametrize("patience", [100.0, None])
def test_a_queue_without_targets_keeps_people_for_its_work(patience):
    centre, need = case((12.0, 40.0), patience=patience)
    first, second = centre.queues
    centre = centre.model_copy(update={"queues": (first, second.model_copy(update={"targets": ()}))})
    (group,) = shared_requirement(centre, need, {A: 1, BOTH: 1, B: 1}, seed=1)
    assert sum(count for mine, count in group.team.items() if 1 in mine) > 0
    assert (group.simulated > 40.0 * 300 / 3600).all()


def test_a_cancel_ends_it_without_half_an_answer():
    cancel = threading.Event()
    cancel.set()
    centre, need = case((60.0, 60.0))
    with pytest.raises(StoppedError, match="stopped before"):
        shared_requirement(centre, need, {A: 5, B: 5, BOTH: 5}, seed=1, control=Control(cancel=cancel))


def test_quiet_groups_and_deferred_work_need_nobody_here():
    centre, need = case((0.0, 0.0))
    (group,) = shared_requirement(centre, need, {BOTH: 4}, seed=1)
    assert group.simulated.sum() == 0.0
    centre, need = case((10.0, 10.0), channels=(Channel.VOICE, Channel.DEFERRED))
    assert [group.queues for group in shared_requirement(centre, need, {BOTH: 4}, seed=1)] == [(0,)]


def test_the_same_seed_gives_the_same_answer():
    centre, need = case((30.0, 20.0))
    one, two = (shared_requirement(centre, need, {A: 2, BOTH: 4}, seed=3)[0] for _ in range(2))
    assert np.array_equal(one.simulated, two.simulated)
    assert one.team == two.team
