"""Net staffing counts nobody twice and hides no hole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest

from domain.centre import Scorecard
from domain.queues import Target
from domain.roster import Roster, Stretch
from planning.report.staffing import coverage_of, net_staffing


def with_roster(plan, rows, need):
    """Replace the roster by rows (agent, first interval, last, queues, pool), and the need of all intervals by 0."""
    grid = plan.requirement.grid
    stretches = [
        Stretch(
            agent,
            grid.at(a * grid.step_minutes),
            grid.at(b * grid.step_minutes),
            queues=queues,
            pool=pool,
            shift_id="s",
        )
        for agent, a, b, queues, pool in rows
    ]
    agents = np.zeros_like(plan.requirement.agents)
    for (q, t), seats in need.items():
        agents[q, t] = seats
    folder = replace(
        plan.folder, centre=plan.folder.centre.model_copy(update={"scorecard": Scorecard(use_in_staffing=False)})
    )
    requirement = replace(plan.requirement, agents=agents)
    return replace(plan, roster=Roster.of(stretches), requirement=requirement, folder=folder)


KEPT = 0.94 * 0.96


def test_someone_who_serves_two_queues_is_one_person(plan):
    made = with_roster(plan, [("a001", 20, 22, ("phone", "chat"), "core")], {(0, 20): 0.5, (1, 20): 0.5})
    staffing = net_staffing(made)
    assert staffing.people[20] == 1
    assert staffing.supply[20] == pytest.approx(KEPT)
    assert staffing.could_people[:, 20].tolist() == [1, 1, 0]
    assert staffing.short[20] == pytest.approx(1 - KEPT)
    (gap,) = staffing.shortages
    assert (gap.interval, gap.queues) == (20, (0, 1))
    assert gap.seats == pytest.approx(1 - KEPT)


def test_spare_people_of_one_queue_do_not_hide_a_hole_in_another(plan):
    rows = [(f"a00{i}", 20, 21, ("chat",), "core") for i in range(1, 6)]
    staffing = net_staffing(with_roster(plan, rows, {(0, 20): 2.0, (1, 20): 1.0}))
    assert staffing.supply[20] > 3  # in total there would be enough
    assert staffing.overall[20] == pytest.approx(-2.0)
    assert staffing.net[0, 20] == pytest.approx(-2.0)
    assert staffing.net[1, 20] == pytest.approx(5 * KEPT - 1.0)
    assert staffing.spare[20] == pytest.approx(5 * KEPT - 1.0)


def test_elastic_seats_lose_no_time_but_are_slower(plan):
    staffing = net_staffing(with_roster(plan, [("elastic-001", 20, 21, ("phone",), "elastic")], {}))
    assert staffing.supply[20] == pytest.approx(1 / 1.15)


def test_deferred_work_takes_what_live_queues_leave(plan):
    staffing = net_staffing(
        with_roster(plan, [("a001", 20, 21, ("phone", "email"), "core")], {(0, 20): 0.5, (2, 20): 1.0})
    )
    assert staffing.short[20] == 0
    assert staffing.late[20] == pytest.approx(1.5 - KEPT)
    assert staffing.net[2, 20] == pytest.approx(-(1.5 - KEPT))
    assert staffing.overall[20] == pytest.approx(-(1.5 - KEPT))
    (gap,) = staffing.shortages
    assert gap.queues == (2,)


def test_deferred_work_is_settled_within_its_day(plan):
    """What is not done at one hour is done at another of the same day, and nothing is lacking."""
    rows = [("a001", 20, 21, ("phone", "email"), "core"), ("a002", 30, 32, ("email",), "core")]
    staffing = net_staffing(with_roster(plan, rows, {(0, 20): 0.5, (2, 20): 1.0}))
    assert staffing.late.max() == pytest.approx(0, abs=0.05)
    assert staffing.postponed[20] == pytest.approx(1.5 - KEPT)
    assert staffing.spare.sum() == pytest.approx(2 * KEPT - (1.5 - KEPT))
    assert not staffing.shortages
    next_day = [rows[0], ("a002", 68, 70, ("email",), "core")]
    assert net_staffing(with_roster(plan, next_day, {(0, 20): 0.5, (2, 20): 1.0})).late[20] > 0.5


def test_deferred_work_does_not_outwait_its_response_time(plan):
    """An hour's response leaves no way to the afternoon."""
    centre = plan.folder.centre
    hasty = Target(response_h=1, share=0.95)
    queues = tuple(q.model_copy(update={"targets": (hasty,)}) if q.deferred else q for q in centre.queues)
    made = replace(plan, folder=replace(plan.folder, centre=centre.model_copy(update={"queues": queues})))
    need = {(2, 20): 1.0}
    late = net_staffing(with_roster(made, [("a002", 30, 32, ("email",), "core")], need)).late[20]
    soon = net_staffing(with_roster(made, [("a002", 21, 23, ("email",), "core")], need)).late[20]
    assert (late, soon) == (pytest.approx(1.0), pytest.approx(0, abs=0.05))


def test_a_deferred_queue_with_nobody_on_it_is_not_covered(plan):
    staffing = net_staffing(with_roster(plan, [("a001", 20, 21, ("phone",), "core")], {(2, 20): 1.0, (2, 21): 1.0}))
    assert staffing.seat_hours[:2] == (pytest.approx(1.0), pytest.approx(1.0))


def test_part_of_an_interval_counts_in_part(plan):
    made = with_roster(plan, [("a001", 20, 21, ("phone",), "core")], {})
    (stretch,) = made.roster.stretches
    made = replace(made, roster=Roster.of([replace(stretch, end=stretch.start + timedelta(minutes=10))]))
    assert net_staffing(made).people[20] == pytest.approx(1 / 3)


def test_where_nobody_is_and_nothing_is_needed_net_is_unknown(plan):
    staffing = net_staffing(with_roster(plan, [], {(0, 20): 1.0}))
    assert np.isnan(staffing.net[1, 20])
    assert staffing.net[0, 20] == -1.0
    assert staffing.seat_hours == pytest.approx((0.5, 0.5, 0.0))


def test_speed_counts_only_where_scores_are_let_into_staffing(plan):
    factor = {score.agent_id: score.aht_factor for score in plan.scores}
    coverage, worth = coverage_of(plan)
    k = next(
        k
        for k, s in enumerate(coverage.server)
        if coverage.servers[s].pool == "core" and coverage.serves[k].tolist() == [True, True, True]
    )
    agent = coverage.servers[coverage.server[k]].id
    assert worth[k] == pytest.approx(KEPT * (1 / factor[agent] + 2) / 3)
    centre = plan.folder.centre.model_copy(update={"scorecard": Scorecard(use_in_staffing=False)})
    _, plain = coverage_of(replace(plan, folder=replace(plan.folder, centre=centre)))
    assert plain[k] == pytest.approx(KEPT)


def test_a_whole_plan_agrees_with_trying_every_set_of_queues(plan):
    staffing = net_staffing(plan)
    coverage, worth = coverage_of(plan)
    grid = staffing.grid
    live = [0, 1]
    sets = [set(c) for n in (1, 2) for c in combinations(live, n)]
    for t in range(0, grid.size, 7):
        low, high = t * grid.step_minutes, (t + 1) * grid.step_minutes
        part = (
            np.clip(np.minimum(coverage.to_minute, high) - np.maximum(coverage.from_minute, low), 0, None)
            / grid.step_minutes
        )
        slow = max(
            [
                0.0,
                *(
                    staffing.need[sorted(s), t].sum() - (part * worth)[coverage.serves[:, sorted(s)].any(axis=1)].sum()
                    for s in sets
                ),
            ]
        )
        assert staffing.short[t] == pytest.approx(slow, abs=1e-6)
    assert len(staffing.shortages) > 0
    per_interval = np.zeros(grid.size)
    for gap in staffing.shortages:
        if gap.queues != (2,):
            per_interval[gap.interval] += gap.seats
    np.testing.assert_allclose(per_interval[staffing.short > 0.2], staffing.short[staffing.short > 0.2], atol=0.11)


def test_seats_agree_with_the_vocabulary_s_own_count(plan):
    coverage, _ = coverage_of(plan)
    np.testing.assert_allclose(net_staffing(plan).could_people, coverage.seats(), atol=1e-9)
