"""Seats shared among queues, and the service they give by formula."""

import numpy as np
import pytest

from capacity.interval import interval_service
from capacity.roster_service import Need, fluid_wait, roster_service
from capacity.team_seats import on_duty, team_seats
from domain.queues import Channel, Queue, Target
from tests.unit.capacity.simulation.conftest import small_case

EIGHT = 8 * 60.0


def duty_of(coverage, **shrinkage):
    return on_duty(coverage, absence=shrinkage.get("absence", 0.0), in_shift=shrinkage.get("in_shift", 0.0))


def need_of(requirement, centre, **backlog):
    worked = np.ones_like(requirement.volume, dtype=bool)
    return Need(requirement.grid, requirement.volume, requirement.aht_s, worked, backlog)


def test_one_queue_has_the_seats_of_its_people_and_the_formulas_service():
    phone = Queue(id="phone", patience_s=300.0, targets=(Target(service_level=0.8, within_s=20),))
    coverage, requirement, centre = small_case(
        [phone], np.full((1, 16), 40.0), [(k, 0, EIGHT) for k in range(10)], aht=300
    )
    found = roster_service(centre, duty_of(coverage), need_of(requirement, centre))
    alone = interval_service(80.0, 300.0, 10.0, patience_s=300.0, within_s=20.0)
    assert found.seats == pytest.approx(np.full((1, 16), 10.0))
    assert found.service_level == pytest.approx(np.full((1, 16), float(alone.service_level)))
    assert found.value("mean_wait_s", np.array([0]), np.arange(16)) == pytest.approx(float(alone.mean_wait_s))


def test_people_to_whom_nothing_comes_are_idle_and_not_left_out_of_the_occupancy():
    queues = [Queue(id="phone", patience_s=300.0), Queue(id="chat", patience_s=300.0)]
    volume = np.stack([np.full(4, 12.0), np.zeros(4)])
    level = np.array([[1, 0], [1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1], [0, 1]])
    coverage, requirement, centre = small_case(queues, volume, [(k, 0, 120.0) for k in range(8)], aht=300, level=level)
    found = roster_service(centre, duty_of(coverage), need_of(requirement, centre))
    phone, both = (found.value("occupancy", np.array(rows), np.arange(4)) for rows in ([0], [0, 1]))
    assert found.value("occupancy", np.array([1]), np.arange(4)) == 0.0
    assert 0.4 < phone < 0.5
    assert both == pytest.approx(phone / 2)
    empty = roster_service(centre, duty_of(coverage), need_of(requirement, centre))
    assert np.isnan(empty.value("mean_wait_s", np.array([1]), np.arange(4)))


def test_losses_shorten_the_peoples_time_but_not_that_of_elastic_seats():
    phone = Queue(id="phone")
    for pool, left in (("core", 0.9 * 0.8), ("elastic", 1.0)):
        coverage, _, _ = small_case([phone], np.full((1, 2), 4.0), [(0, 0, 45.0)], pool=pool)
        duty = duty_of(coverage, absence=0.1, in_shift=0.2)
        assert duty.interval.tolist() == [0, 1]
        assert duty.time == pytest.approx([left, left / 2])


def test_time_is_divided_and_none_of_it_lost():
    queues = [Queue(id="a"), Queue(id="b"), Queue(id="c")]
    rng = np.random.default_rng(4)
    level = rng.integers(0, 2, (12, 3))
    level[level.sum(axis=1) == 0, 0] = 1
    factor = rng.uniform(0.8, 1.3, 12)
    volume = rng.uniform(1, 20, (3, 4))
    coverage, _, _ = small_case(
        queues, volume, [(k, 0, 120.0) for k in range(12)], level=level, factor=np.repeat(factor[:, None], 3, axis=1)
    )
    duty = duty_of(coverage)
    team = team_seats(duty, volume, np.ones(3, dtype=bool))
    assert team.part.sum(axis=1) == pytest.approx(np.ones(len(duty.time)))
    assert team.seats.sum(axis=0) == pytest.approx(np.full(4, (1 / factor).sum()))
    assert (team.pooling >= 1 - 1e-12).all()


def test_people_of_two_equal_queues_make_one_line_of_twice_the_size():
    queues = [Queue(id=name, patience_s=400.0) for name in ("a", "b")]
    people = [(k, 0, EIGHT) for k in range(12)]
    coverage, requirement, centre = small_case(queues, np.full((2, 16), 25.0), people, aht=300)
    found = roster_service(centre, duty_of(coverage), need_of(requirement, centre))
    together = interval_service(100.0, 300.0, 12.0, patience_s=400.0, within_s=20.0)
    apart = interval_service(50.0, 300.0, 6.0, patience_s=400.0, within_s=20.0)
    assert found.mean_wait_s == pytest.approx(np.full((2, 16), float(together.mean_wait_s)))
    assert float(together.mean_wait_s) < 0.6 * float(apart.mean_wait_s)


def test_shared_people_turn_to_the_busier_queue():
    """Five for the first queue alone and five for both: the second, with as much work, gets what is shared."""
    queues = [Queue(id="a", patience_s=400.0), Queue(id="b", patience_s=400.0)]
    level = np.array([[1, 0]] * 5 + [[1, 1]] * 5)
    coverage, _, _ = small_case(queues, np.full((2, 2), 1.0), [(k, 0, 60.0) for k in range(10)], level=level)
    team = team_seats(duty_of(coverage), np.full((2, 2), 4.0), np.ones(2, dtype=bool))
    assert team.seats[1].min() > 4.0


def test_deferred_work_gets_the_time_that_live_queues_leave():
    queues = [
        Queue(id="phone", patience_s=300.0),
        Queue(id="mail", channel=Channel.DEFERRED, targets=(Target(response_h=4, share=0.9),)),
    ]
    people = [(k, 0, 24 * 60.0) for k in range(6)]
    for calls, in_time in ((6.0, 1.0), (60.0, 0.0)):
        volume = np.stack([np.full(48, calls), np.full(48, 4.0)])
        coverage, requirement, centre = small_case(queues, volume, people, aht=[300.0, 600.0])
        found = roster_service(centre, duty_of(coverage), need_of(requirement, centre))
        assert found.value("share", np.array([1]), np.arange(8, 40)) == pytest.approx(in_time, abs=0.02)
        assert np.isnan(found.value("mean_wait_s", np.array([1]), np.arange(48)))


def test_nobody_on_duty_is_an_answer():
    for patience, wait in ((200.0, 200.0), (None, None)):
        coverage, requirement, centre = small_case([Queue(id="a", patience_s=patience)], np.full((1, 4), 3.0), [])
        found = roster_service(centre, duty_of(coverage), need_of(requirement, centre))
        assert np.isfinite(found.mean_wait_s).all()
        assert (found.service_level == 0).all()
        if wait:
            assert found.mean_wait_s == pytest.approx(np.full((1, 4), wait))


def test_a_rush_waits_as_a_fluid_does():
    """Sixty come in the first hour, forty an hour can be served: the line is twenty long and lasts half an hour."""
    late = fluid_wait(np.array([60.0, 0.0, 0.0]), np.full(3, 40.0), 3600.0)
    assert late[0] == pytest.approx(0.25 * 3600)  # the thirtieth comes at .5 h and is served at .75 h
    assert late[1] == pytest.approx(0.125 * 3600, rel=0.1)  # whoever comes in the next half hour waits .25 h on average
    assert (fluid_wait(np.full(5, 10.0), np.full(5, 10.1), 1800.0) == 0).all()


def test_what_is_never_served_waits_to_the_end():
    assert fluid_wait(np.array([10.0, 0.0]), np.zeros(2), 3600.0)[0] == pytest.approx(1.5 * 3600)


def test_service_only_worsens_with_absence_up_to_nobody():
    phone = Queue(id="phone", patience_s=300.0, targets=(Target(service_level=0.8, within_s=20),))
    coverage, requirement, centre = small_case(
        [phone], np.full((1, 4), 20.0), [(k, 0, 120.0) for k in range(6)], aht=300
    )
    found = [
        roster_service(centre, duty_of(coverage, absence=a), need_of(requirement, centre)).service_level[0, 0]
        for a in (0.0, 0.2, 0.5, 0.75, 0.9, 0.95, 0.999)
    ]
    assert np.isfinite(found).all()
    assert found == sorted(found, reverse=True)
