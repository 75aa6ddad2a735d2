"""The bound stays a bound where activities gain: somebody below the mean is away, or is not paid meanwhile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small
from activity_case import QUICK, activity, at

from capacity.servers import make_servers
from domain.contracts import Limits
from domain.progress import Control
from domain.queues import Target
from domain.sites import Site
from scheduling.build import build_model
from scheduling.pauses.activities import place_activities
from scheduling.pauses.allowance import allowance, desk_relief
from scheduling.pauses.due import Due
from scheduling.solve import solve

ITEMS = tuple(activity(agent_id=f"a{k:02d}", minutes=60) for k in range(4))


@pytest.fixture(scope="module")
def weak():
    """Return a model in which everybody's duty lowers FCR, and a roster."""
    queue = small.queue(targets=(Target(scope="day", mean_wait_s=60.0, fcr=0.8),))
    folder = small.folder(4, queues=(queue,))
    bare = small.model(folder, load=1.0)
    learned = replace(bare.learned, fcr=np.full(len(bare.targets), 0.6))
    servers = make_servers(folder, (), (), small.FIRST, 7)
    model = build_model(folder, small.demand(folder, 1.0), bare.targets, servers, small.FIRST, learned=learned)
    linear = model.instance.service.row_curve < 0
    assert linear.any()
    gain = np.where(linear, -1e-3, model.instance.teams.gain)
    model = replace(model, instance=model.instance._replace(teams=model.instance.teams._replace(gain=gain)))
    return model, solve(model, seed=1, effort=QUICK, control=Control())


def test_absence_may_gain_and_the_bound_falls_by_more(weak):
    model, found = weak
    model = replace(model, folder=replace(model.folder, activities=ITEMS))
    result = place_activities(model, found)
    assert len(result.roll.activities) == 4
    room = allowance(model, [Due(k, k, 1) for k in range(4)])
    assert room > 0 and result.bound == pytest.approx(max(found.bound - room, result.bound))
    assert result.bound <= found.bound and found.objective - result.objective <= room + 1e-6


def test_waits_alone_allow_nothing(solved):
    model = solved.given(*ITEMS)
    assert allowance(model, [Due(k, k, 1) for k in range(4)]) == 0.0


def test_unpaid_hours_may_save_their_pay():
    loose = small.contract(shift_hours=Limits(min=7, max=8), weekly_hours=Limits(min=36, max=40))
    model = small.model(small.folder(4, contracts=(loose,)), load=1.0)
    items = (activity("talk", 60, paid=False),)
    model = replace(model, folder=replace(model.folder, activities=items))
    assert allowance(model, [Due(0, 0, 1)]) == pytest.approx(20.0)


def test_training_leaves_a_desk_where_desks_are_dearest():
    """One of two sits at a counted desk: an hour of theirs is worth the four dearest slots in a row of its window."""
    folder = small.seated(small.folder(2, sites=(Site(id="hub", desks=1),)), "hub")
    model = small.model(folder, load=1.0)
    prices = np.zeros(model.instance.floors.need.shape)
    prices[0, 40:48] = [1, 1, 5, 1, 5, 1, 1, 9]
    items = (activity(minutes=60, latest=at(0, 12)), activity(agent_id="a01", minutes=60))
    model = replace(model, folder=replace(model.folder, activities=items))
    assert desk_relief(model, prices, [Due(0, 0, 2)]) == pytest.approx(2 * (5 + 1 + 1 + 9))
    assert desk_relief(model, prices, [Due(1, 1, 2)]) is None
    assert desk_relief(model, prices * 0, [Due(0, 0, 2)]) == 0.0
