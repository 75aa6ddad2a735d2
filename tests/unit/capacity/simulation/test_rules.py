"""One rule a test, on logs small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from capacity.service import ServiceReport
from capacity.simulation import FixedArrivals, simulate
from domain.centre import Shrinkage
from domain.coverage import Coverage
from domain.hours import WeeklyWindow
from domain.queues import Channel, Queue, Target

DAY = "2026-11-23"
Make = Callable[..., Any]
VOICE = Queue(id="phone")
OTHER = Queue(id="sales")
CHAT = Queue(id="chat", channel=Channel.CHAT, concurrency=3)


def play(case: Any, contacts: list[tuple[float, int, float]], **options: Any) -> ServiceReport:
    """Replay (minute, queue, handle minutes) once."""
    minute, queue, handle = (np.array(column) for column in zip(*contacts, strict=True))
    log = FixedArrivals(minute.astype(float), queue.astype(int), handle.astype(float) * 60.0)
    return simulate(*case, seed=1, replications=1, arrivals=log, **options)


def wait_minutes(report: ServiceReport, queue: str = "phone") -> float:
    """Total wait of a queue's contacts, in minutes."""
    row = report.row("week", DAY, queue)
    assert row is not None
    return row.get("mean_wait_s") * row.get("offered") / 60.0


def value(report: ServiceReport, measure: str, queue: str = "phone", scope: str = "week", start: str = DAY) -> float:
    return report.simulated(scope, start, queue, measure)[0]


def test_a_call_blocks_its_agent(case: Make) -> None:
    """Calls at 0, 1 and 2 of 5 minutes each wait 0, 4 and 8."""
    report = play(case([VOICE], [[9, 0]], [(0, 0, 60)]), [(0, 0, 5), (1, 0, 5), (2, 0, 5)])
    assert wait_minutes(report) == pytest.approx(12.0)
    assert value(report, "service_level") == pytest.approx(1 / 3)
    assert value(report, "occupancy", scope="interval", start="2026-11-23T00:00+00:00") == pytest.approx(0.5)


def test_an_answer_exactly_in_time_counts(case: Make) -> None:
    queue = Queue(id="phone", targets=(Target(service_level=0.8, within_s=60),))
    report = play(case([queue], [[2]], [(0, 0, 30)]), [(0, 0, 2), (1, 0, 1)])
    assert value(report, "service_level") == 1.0


def test_each_scope_has_its_own_threshold(case: Make) -> None:
    queue = Queue(
        id="phone",
        targets=(
            Target(scope="day", service_level=0.8, within_s=59),
            Target(scope="week", service_level=0.8, within_s=61),
        ),
    )
    report = play(case([queue], [[2]], [(0, 0, 30)]), [(0, 0, 2), (1, 0, 1)])
    assert value(report, "service_level", scope="day") == 0.5
    assert value(report, "service_level", scope="week") == 1.0
    assert value(report, "service_level", scope="interval", start="2026-11-23T00:00+00:00") == 0.5


def test_every_contact_counts_in_the_interval_it_arrives_in(case: Make) -> None:
    report = play(case([VOICE], [[1, 1]], [(0, 0, 60)]), [(10, 0, 25), (29, 0, 3)])
    assert value(report, "offered", scope="interval", start="2026-11-23T00:00+00:00") == 2
    assert value(report, "mean_wait_s", scope="interval", start="2026-11-23T00:00+00:00") == 180.0
    assert np.isnan(value(report, "mean_wait_s", scope="interval", start="2026-11-23T00:30+00:00"))


def test_a_contact_begun_is_finished_and_the_agent_then_goes(case: Make) -> None:
    """The call of minute 8 runs past the stretch's end at 10; the next waits for the return at 20."""
    report = play(case([VOICE], [[2]], [(0, 0, 10), (0, 20, 30)]), [(8, 0, 5), (9, 0, 1)])
    assert wait_minutes(report) == pytest.approx(11.0)
    assert value(report, "agents") == pytest.approx((10 + 3 + 10) / 30)
    assert value(report, "occupancy") == pytest.approx(6 / 23)


def test_a_contact_may_run_into_the_next_stretch(case: Make) -> None:
    report = play(case([VOICE], [[2]], [(0, 0, 10), (0, 12, 30)]), [(8, 0, 7), (9, 0, 1)])
    assert wait_minutes(report) == pytest.approx(6.0)
    assert value(report, "agents") == pytest.approx(1.0)


def test_chats_go_to_the_least_loaded(case: Make) -> None:
    """Slowdown makes it visible: two chats apart take 5 minutes each, together 10."""
    slow = Queue(id="chat", channel=Channel.CHAT, concurrency=2, slowdown=(1.0, 2.0))
    report = play(case([slow], [[2, 0]], [(0, 0, 60), (1, 0, 60)]), [(0, 0, 5), (1, 0, 5)])
    assert value(report, "occupancy", "chat") == pytest.approx((5 + 5) / 2 / 120)


def test_chats_slow_each_other_down_only_while_together(case: Make) -> None:
    """The first is alone until 2 and ends at 8 at half speed; the third then slows the second, until 10."""
    slow = Queue(id="chat", channel=Channel.CHAT, concurrency=2, slowdown=(1.0, 2.0))
    report = play(case([slow], [[3]], [(0, 0, 30)]), [(0, 0, 5), (2, 0, 5), (3, 0, 1)])
    assert wait_minutes(report, "chat") == pytest.approx(5.0)
    # carried: 2 min of one, 6 of two, then the second has 2 minutes of work left beside the third's 1 minute
    assert value(report, "occupancy", "chat") == pytest.approx((2 + 12 + 2 * 2 + 1) / 2 / 30)


def test_concurrency_counts_in_occupancy(case: Make) -> None:
    report = play(case([CHAT], [[3]], [(0, 0, 30)]), [(0, 0, 10), (0, 0, 10), (0, 0, 10), (1, 0, 10)])
    assert wait_minutes(report, "chat") == pytest.approx(9.0)
    assert value(report, "occupancy", "chat") == pytest.approx(40 / 3 / 30)


def test_a_call_needs_an_agent_without_chats_and_lets_none_in(case: Make) -> None:
    """The call waits for both chats to end, at 10, and the chat behind it for the call, at 15."""
    report = play(
        case([VOICE, CHAT], [[1], [3]], [(0, 0, 30)]),
        [(0, 1, 4), (0, 1, 10), (1, 0, 5), (11, 1, 1)],
    )
    assert wait_minutes(report, "phone") == pytest.approx(9.0)
    assert wait_minutes(report, "chat") == pytest.approx(4.0)


def test_contacts_of_different_concurrency_share_one_agents_attention(case: Make) -> None:
    """Beside a contact of two at once there is room for one of three at once, not for two."""
    pair = Queue(id="pair", channel=Channel.MESSAGING, concurrency=2)
    report = play(case([pair, CHAT], [[1], [2]], [(0, 0, 30)]), [(0, 0, 6), (1, 1, 9), (2, 1, 1)])
    assert wait_minutes(report, "chat") == pytest.approx(4.0)


def test_the_lowest_level_answers_first(case: Make) -> None:
    """Agent 1, of level 1, takes both; fcr tells who answered."""
    fcr, level = [[0.0, 0.0], [1.0, 1.0]], [[2, 2], [1, 1]]
    made = case([VOICE, OTHER], [[2], [0]], [(0, 0, 30), (1, 0, 30)], fcr=fcr, level=level)
    assert value(play(made, [(0, 0, 1), (2, 0, 1)]), "fcr") == 1.0


def test_among_equal_levels_the_higher_weight_answers(case: Make) -> None:
    made = case([VOICE], [[2]], [(0, 0, 30), (1, 0, 30)], fcr=[[0.0], [1.0]], weight=[[0.4], [0.5]])
    assert value(play(made, [(0, 0, 1), (2, 0, 1)]), "fcr") == 1.0


def test_among_equals_the_longest_idle_answers(case: Make) -> None:
    made = case([VOICE], [[2]], [(0, 0, 30), (1, 0, 30)], fcr=[[0.0], [1.0]])
    assert value(play(made, [(0, 0, 1), (2, 0, 1)]), "fcr") == 0.5
    assert value(play(made, [(0, 0, 3), (1, 0, 1), (4, 0, 1)]), "fcr") == pytest.approx(2 / 3)


def test_a_freed_agent_takes_the_lowest_level_then_the_longest_wait(case: Make) -> None:
    made = case([VOICE, OTHER], [[1], [2]], [(0, 0, 60)], level=[[2, 1]])
    report = play(made, [(0, 0, 10), (1, 0, 5), (2, 1, 5)])
    assert wait_minutes(report, "sales") == pytest.approx(8.0)
    assert wait_minutes(report, "phone") == pytest.approx(14.0)
    made = case([VOICE, OTHER], [[1], [2]], [(0, 0, 60)])
    report = play(made, [(0, 0, 10), (1, 0, 5), (2, 1, 5)])
    assert wait_minutes(report, "phone") == pytest.approx(9.0)


def test_a_stretch_serves_only_its_queues_and_only_with_a_level(case: Make) -> None:
    coverage, requirement, centre = case([VOICE, OTHER], [[1], [1]], [(0, 0, 15), (0, 15, 30)])
    serves = np.array([[True, False], [False, True]])
    split = Coverage(
        coverage.grid,
        coverage.queues,
        coverage.servers,
        coverage.server,
        coverage.shift,
        coverage.from_minute,
        coverage.to_minute,
        serves,
    )
    report = play((split, requirement, centre), [(1, 1, 1), (20, 0, 1)])
    assert wait_minutes(report, "sales") == pytest.approx(14.0)
    assert value(report, "abandonment", "phone") == 1.0
    none = play(case([VOICE], [[1]], [(0, 0, 30)], level=[[0]]), [(1, 0, 1)])
    assert value(none, "abandonment") == 1.0


def test_handle_times_follow_the_agent(case: Make) -> None:
    report = play(case([VOICE], [[2]], [(0, 0, 30)], factor=[[1.5]]), [(0, 0, 4), (1, 0, 1)])
    assert wait_minutes(report) == pytest.approx(5.0)


def test_live_queues_go_before_deferred_work_whatever_the_level(case: Make) -> None:
    mail = Queue(id="mail", channel=Channel.DEFERRED, targets=(Target(response_h=0.25, share=0.9),))
    made = case([VOICE, mail], [[1], [1]], [(0, 0, 60)], level=[[2, 1]])
    report = play(made, [(0, 0, 5), (1, 1, 5), (4, 0, 5)])
    assert wait_minutes(report, "phone") == pytest.approx(1.0)
    assert wait_minutes(report, "mail") == pytest.approx(9.0)
    assert value(report, "share", "mail") == 1.0
    assert wait_minutes(report, "all") == pytest.approx(wait_minutes(report, "phone") / 2 * 3)  # offered has 3


def test_deferred_work_is_done_in_time_when_completed_not_when_begun(case: Make) -> None:
    mail = Queue(id="mail", channel=Channel.DEFERRED, targets=(Target(response_h=0.1, share=0.9),))
    report = play(case([mail], [[1]], [(0, 0, 30)]), [(0, 0, 5), (1, 0, 5)])
    assert value(report, "share", "mail") == 0.5


def test_deferred_work_due_after_the_horizon_does_not_count(case: Make) -> None:
    mail = Queue(id="mail", channel=Channel.DEFERRED, targets=(Target(response_h=0.25, share=0.9),))
    report = play(case([mail], [[1]], [(0, 0, 10)]), [(1, 0, 5), (16, 0, 1)])
    assert value(report, "share", "mail") == 1.0
    assert value(report, "offered", "mail") == 2.0


def test_deferred_work_waits_for_its_opening_and_is_first_in_first_out(case: Make) -> None:
    hours = (WeeklyWindow(frozenset(range(7)), 30, 60),)
    mail = Queue(id="mail", channel=Channel.DEFERRED, open=hours, targets=(Target(response_h=0.9, share=0.9),))
    report = play(case([mail], [[1, 1]], [(0, 0, 60)]), [(1, 0, 10), (2, 0, 10)])
    assert wait_minutes(report, "mail") == pytest.approx(29 + 38)
    assert value(report, "share", "mail") == 1.0


def test_backlog_is_worked_off_first_and_belongs_to_no_interval(case: Make) -> None:
    mail = Queue(id="mail", channel=Channel.DEFERRED, aht_s=300, targets=(Target(response_h=0.5, share=0.9),))
    report = play(
        case([mail], [[1, 1]], [(0, 0, 60)], aht=300.0),
        [(0.5, 0, 1)],
        backlog={"mail": 2},
        handle_times={"mail": np.array([300.0])},
    )
    assert value(report, "offered", "mail") == 1.0
    log = wait_minutes(report, "mail")
    assert log == pytest.approx(0.0)  # a replay brings its own waiting work


def test_poisson_work_waits_behind_the_backlog(case: Make) -> None:
    mail = Queue(id="mail", channel=Channel.DEFERRED, aht_s=300, targets=(Target(response_h=0.5, share=0.9),))
    made = case([mail], [[2, 0]], [(0, 0, 60)], aht=300.0)
    options: dict[str, Any] = {"seed": 3, "replications": 300, "handle_times": {"mail": np.array([300.0])}}
    without = simulate(*made, **options)
    behind = simulate(*made, backlog={"mail": 3}, **options)
    assert value(behind, "offered", "mail") == value(without, "offered", "mail")
    assert value(behind, "mean_wait_s", "mail") > value(without, "mean_wait_s", "mail") + 60


def test_a_backlog_without_response_time_belongs_to_no_interval_either(case: Make) -> None:
    mail = Queue(id="mail", channel=Channel.DEFERRED)
    report = simulate(*case([mail], [[0, 0]], [(0, 0, 60)]), seed=1, replications=3, backlog={"mail": 20})
    assert value(report, "offered", "mail") == 0.0
    assert value(report, "occupancy", "mail") > 0.2


def test_without_patience_those_waiting_leave_at_closing(case: Make) -> None:
    hours = (WeeklyWindow(frozenset(range(7)), 0, 30),)
    made = case([Queue(id="phone", open=hours)], [[2, 0]], [(0, 0, 60)])
    report = play(made, [(20, 0, 20), (25, 0, 5)])
    assert value(report, "abandonment") == 0.5
    assert wait_minutes(report) == pytest.approx(5.0)


def test_with_patience_those_waiting_at_closing_stay(case: Make) -> None:
    hours = (WeeklyWindow(frozenset(range(7)), 0, 30),)
    made = case([Queue(id="phone", open=hours, patience_s=1e9)], [[2, 0]], [(0, 0, 60)])
    report = play(made, [(20, 0, 20), (25, 0, 5)])
    assert value(report, "abandonment") == 0.0
    assert wait_minutes(report) == pytest.approx(15.0)


def test_agents_on_duty_at_the_horizons_end_go_on_where_the_queue_does(case: Make) -> None:
    """Round the clock the last callers are served; where the queue closes with the horizon they leave."""
    late = [(20.0, 0, 20.0), (25.0, 0, 5.0)]
    report = play(case([VOICE], [[2]], [(0, 0, 30)]), late)
    assert value(report, "abandonment") == 0.0
    assert wait_minutes(report) == pytest.approx(15.0)
    hours = (WeeklyWindow(frozenset(range(7)), 0, 30),)
    report = play(case([Queue(id="phone", open=hours)], [[2]], [(0, 0, 30)]), late)
    assert value(report, "abandonment") == 0.5


def test_stretches_outside_the_horizon_or_without_length_change_nothing(case: Make) -> None:
    made = case([VOICE], [[2]], [(0, 0, 10), (0, 10, 10), (0, 30, 90), (0, 25, 99)], shrinkage=Shrinkage(in_shift=0.1))
    assert value(play(made, [(12, 0, 2)]), "mean_wait_s") == pytest.approx(13 * 60.0)


def test_a_closed_day_may_be_told_apart_from_the_weekly_hours(case: Make) -> None:
    made = case([VOICE], [[2, 1]], [(0, 0, 60)])
    shut = np.array([[True, False]])
    report = play(made, [(20, 0, 20), (25, 0, 5)], is_open=shut)
    assert value(report, "abandonment") == 0.5


def test_an_absent_shift_is_gone_as_a_whole(case: Make) -> None:
    """Two stretches of one shift are there together or not at all."""
    made = case([VOICE], [[0, 0]], [(0, 0, 30), (0, 30, 60)], shifts=[0, 0], shrinkage=Shrinkage(absence=0.3))
    report = simulate(*made, seed=1, replications=2000)
    first = value(report, "agents", scope="interval", start="2026-11-23T00:00+00:00")
    assert first == pytest.approx(0.7, abs=0.04)
    assert value(report, "agents", scope="interval", start="2026-11-23T00:30+00:00") == first


def test_a_shift_carried_over_midnight_is_missed_by_itself(case: Make) -> None:
    """Half of all shifts are missed: both of a person's on the first day in a quarter, not in a half, of all runs."""
    made = case(
        [VOICE], [[0] * 4], [(0, 0, 30), (0, 60, 90)], shifts=(0, 1), shrinkage=Shrinkage(absence=0.5)
    )  # fmt: skip
    hours = ["2026-11-23T00:00+00:00", "2026-11-23T01:00+00:00"]
    seen = []
    for seed in range(200):
        report = simulate(*made, seed=seed, replications=1)
        seen.append([value(report, "agents", scope="interval", start=start) for start in hours])
    night, day = np.array(seen).T
    assert np.mean(night) == pytest.approx(0.5, abs=0.12)
    assert np.mean(day) == pytest.approx(0.5, abs=0.12)
    assert np.mean(night == day) == pytest.approx(0.5, abs=0.12)


def test_who_is_ill_stays_so_whatever_was_carried_over(case: Make) -> None:
    lost = Shrinkage(absence=0.5)
    days = [(a, 60, 90) for a in range(8)]
    alone = case([VOICE], [[0] * 4], days, shrinkage=lost)
    both = case([VOICE], [[0] * 4], days + [(a, 0, 30) for a in range(8)], shrinkage=lost)
    day = "2026-11-23T01:00+00:00"
    for seed in range(20):
        one, two = (simulate(*made, seed=seed, replications=1) for made in (alone, both))
        assert value(one, "agents", scope="interval", start=day) == value(two, "agents", scope="interval", start=day)


def test_in_shift_losses_take_their_share_of_time_on_duty(case: Make) -> None:
    """Of calls (between contacts), of chats (open slots), and of idle time alike."""
    lost = Shrinkage(in_shift=0.1)
    for queues, volume in (([VOICE], 0.0), ([VOICE], 60.0), ([CHAT], 170.0)):
        made = case(queues, np.full((1, 32), volume), [(a, 0, 960) for a in range(3)], aht=90.0, shrinkage=lost)
        report = simulate(*made, seed=1, replications=200)
        assert value(report, "agents", queues[0].id) == pytest.approx(2.7, abs=0.02)


def test_elastic_seats_lose_nothing(case: Make) -> None:
    lost = Shrinkage(absence=0.5, in_shift=0.3)
    report = simulate(*case([VOICE], [[0]], [(0, 0, 30)], pool="elastic", shrinkage=lost), seed=1, replications=50)
    assert value(report, "agents") == 1.0


def test_a_shared_agents_time_is_divided_by_the_work_served(case: Make) -> None:
    report = play(case([VOICE, OTHER], [[1], [1]], [(0, 0, 30)]), [(0, 0, 9), (10, 1, 3)])
    assert value(report, "agents", "phone") == pytest.approx(0.75)
    assert value(report, "agents", "sales") == pytest.approx(0.25)
    assert value(report, "occupancy", "phone") == pytest.approx(12 / 30)
    assert value(report, "occupancy", "all") == pytest.approx(12 / 30)


def test_deferred_work_is_left_out_of_a_live_queues_occupancy(case: Make) -> None:
    mail = Queue(id="mail", channel=Channel.DEFERRED)
    report = play(case([VOICE, mail], [[1], [1]], [(0, 0, 30)]), [(0, 0, 9), (10, 1, 18)])
    assert value(report, "occupancy", "phone") == pytest.approx(9 / 30)
    assert value(report, "occupancy", "mail") == pytest.approx(27 / 30)
    assert value(report, "agents", "mail") == pytest.approx(2 / 3)


def test_an_idle_agents_time_is_divided_evenly(case: Make) -> None:
    report = play(case([VOICE, OTHER], [[1], [1]], [(0, 0, 30), (1, 0, 30)], level=[[1, 1], [0, 1]]), [(31, 0, 1)])
    assert value(report, "agents", "phone") == pytest.approx(0.5)
    assert value(report, "agents", "sales") == pytest.approx(1.5)
    assert value(report, "occupancy", "sales") == 0.0


def test_fcr_leaves_out_contacts_whose_outcome_is_unknown(case: Make) -> None:
    made = case([VOICE], [[2]], [(0, 0, 30), (1, 0, 30)], fcr=[[np.nan], [0.8]])
    assert value(play(made, [(0, 0, 5), (1, 0, 5)]), "fcr") == pytest.approx(0.8)
    made = case([VOICE], [[2]], [(0, 0, 30)], fcr=[[np.nan]])
    assert np.isnan(value(play(made, [(0, 0, 5)]), "fcr"))


def test_without_agents_everyone_leaves_after_their_patience(case: Make) -> None:
    made = case([Queue(id="phone", patience_s=120)], [[40] * 4], [], servers=1)
    report = simulate(*made, seed=2, replications=200)
    assert value(report, "abandonment") == 1.0
    assert value(report, "mean_wait_s") == pytest.approx(120.0, rel=0.02)
    assert np.isnan(value(report, "occupancy"))


def test_balking_customers_leave_at_once_only_when_they_would_wait(case: Make) -> None:
    made = case([VOICE], [[3]], [(0, 0, 30)])
    report = play(made, [(0, 0, 5), (1, 0, 5), (2, 0, 5)], balking={"phone": 1.0})
    assert value(report, "abandonment") == pytest.approx(2 / 3)
    assert wait_minutes(report) == 0.0


def test_the_open_loop_makes_no_redials_and_no_repeats(case: Make) -> None:
    """Every arrival comes from the volume, whatever the queue says of customers who try again."""
    queue = Queue(id="phone", patience_s=30, redial_probability=1.0, redial_delay_s=60, repeat_probability=1.0)
    made = case([queue], [[50] * 8], [(0, 0, 240)], fcr=[[0.0]])
    report = simulate(*made, seed=1, replications=100)
    assert value(report, "offered") == pytest.approx(400, abs=8)


def test_the_closed_loop_brings_back_the_unresolved(case: Make) -> None:
    """With short delays and no waits, volume is divided by 1 - r (1 - p)."""
    queue = Queue(id="phone", repeat_probability=0.8, repeat_delay_h=0.05)
    made = case([queue], [[10] * 48], [(a, 0, 1440) for a in range(9)], fcr=[[0.25]] * 9, aht=10.0)
    report = simulate(*made, seed=1, replications=100, closed_loop=True)
    assert value(report, "offered") == pytest.approx(480 / (1 - 0.8 * 0.75), rel=0.015)


@pytest.mark.parametrize(
    ("told", "rates", "resolved"),
    [
        ({"fcr": 0.5, "planned_fcr": 0.9}, [np.nan, np.nan], 0.5),
        ({"fcr": 0.5}, [0.1, np.nan], 0.3),
        ({"planned_fcr": 0.9}, [0.25, np.nan], 0.25),
        ({"planned_fcr": 0.5}, [np.nan, np.nan], 0.5),
        ({}, [np.nan, np.nan], 1.0),
    ],
)
def test_the_closed_loop_knows_what_to_take_for_an_unknown_fcr(
    case: Make, told: dict[str, float], rates: list[float], resolved: float
) -> None:
    """The queue's own, else the mean of the others, else the planned one; where nothing tells, nobody comes back.

    Two serve in turn, alike in number.
    """
    queue = Queue(id="phone", repeat_probability=0.8, repeat_delay_h=0.05, **told)
    made = case([queue], [[10] * 48], [(0, 0, 1440), (1, 0, 1440)], fcr=np.array(rates)[:, None], aht=5.0)
    report = simulate(*made, seed=1, replications=150, closed_loop=True)
    assert value(report, "offered") == pytest.approx(480 / (1 - 0.8 * (1 - resolved)), rel=0.02)
    assert np.isnan(value(report, "fcr")) == np.isnan(rates).all()


def test_the_closed_loop_lets_the_abandoned_redial(case: Make) -> None:
    queue = Queue(id="phone", patience_s=30, redial_probability=0.5, redial_delay_s=60)
    made = case([queue], [[50] * 48], [], servers=1)
    report = simulate(*made, seed=1, replications=50, closed_loop=True)
    assert value(report, "offered") == pytest.approx(4800, rel=0.01)


def test_repeats_land_at_the_next_opening(case: Make) -> None:
    hours = (WeeklyWindow(frozenset(range(7)), 0, 30), WeeklyWindow(frozenset(range(7)), 90, 120))
    queue = Queue(id="phone", repeat_probability=1.0, repeat_delay_h=0.4, open=hours)
    made = case([queue], [[10, 0, 0, 0]], [(a, 0, 120) for a in range(20)], fcr=[[0.0]] * 20)
    report = simulate(*made, seed=1, replications=50, closed_loop=True)
    shut = [value(report, "offered", scope="interval", start=f"2026-11-23T0{h}+00:00") for h in ("0:30", "1:00")]
    assert shut == [0.0, 0.0]
    assert value(report, "offered", scope="interval", start="2026-11-23T01:30+00:00") > 3
