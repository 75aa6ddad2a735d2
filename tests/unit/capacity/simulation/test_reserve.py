"""People kept idle for live queues, and outages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from capacity.service import ServiceReport
from capacity.simulation import FixedArrivals, Outage, simulate
from domain.hours import WeeklyWindow
from domain.queues import Channel, Queue, Target

DAY = "2026-11-23"
Make = Callable[..., Any]
PHONE = Queue(id="phone", patience_s=300, targets=(Target(service_level=0.8, within_s=20),))
MAIL = Queue(id="mail", channel=Channel.DEFERRED, targets=(Target(response_h=24, share=0.9),))
CALLS = Queue(id="phone")


def play(case: Any, contacts: list[tuple[float, int, float]], **options: Any) -> ServiceReport:
    minute, queue, handle = (np.array(column) for column in zip(*contacts, strict=True))
    log = FixedArrivals(minute.astype(float), queue.astype(int), handle.astype(float) * 60.0)
    return simulate(*case, seed=1, replications=1, arrivals=log, **options)


def waits(report: ServiceReport, queue: str) -> float:
    """Total wait of a queue's contacts, in minutes."""
    row = report.row("week", DAY, queue)
    assert row is not None
    return row.get("mean_wait_s") * row.get("offered") / 60.0


def test_deferred_work_leaves_so_many_idle(case: Make) -> None:
    """Three people and three mails at 0 of 10 minutes: with one in reserve, the third is begun at 10."""
    made = case([CALLS, MAIL], [[0, 0], [3, 0]], [(a, 0, 60) for a in range(3)])
    mails = [(0, 1, 10), (0, 1, 10), (0, 1, 10)]
    assert [waits(play(made, mails, reserve={"mail": r}), "mail") for r in (0, 1, 2, 3)] == [0, 10, 30, 180]


def test_people_of_deferred_queues_alone_are_not_held_back(case: Make) -> None:
    made = case([CALLS, MAIL], [[0, 0], [3, 0]], [(0, 0, 60), (1, 0, 60)], level=[[1, 1], [0, 1]])
    report = play(made, [(0, 1, 10), (0, 1, 10)], reserve={"mail": 1})
    assert waits(report, "mail") == 10
    assert [row.get("handled") for row in report.agents] == [0, 2]


def test_the_reserve_may_be_kept_by_somebody_else(case: Make) -> None:
    """A call ends at 5 with somebody who does not serve mail: the other may then begin the mail."""
    made = case([CALLS, MAIL], [[1, 0], [1, 0]], [(0, 0, 60), (1, 0, 60)], level=[[1, 0], [2, 1]])
    report = play(made, [(0, 0, 5), (1, 1, 10)], reserve={"mail": 1})
    assert waits(report, "mail") == 4
    assert report.agents[1].get("handled") == 1


def test_nobody_is_kept_for_a_queue_that_is_shut(case: Make) -> None:
    shut = Queue(id="phone", open=(WeeklyWindow(frozenset(range(7)), 0, 30),))
    made = case([shut, MAIL], [[0, 0], [1, 0]], [(0, 0, 60)])
    assert waits(play(made, [(10, 1, 5)], reserve={"mail": 1}), "mail") == 20


def test_a_reserve_keeps_live_service_and_still_does_the_mail(case: Make) -> None:
    """Fourteen people, calls of 10 Erlang, six mails of 10 minutes a half hour (2 Erlang)."""
    volume = np.array([[75.0], [6.0]]) * np.ones(96)
    made = case([PHONE, MAIL], volume, [(a, 0, 2880) for a in range(14)], aht=[240.0, 600.0])
    found = [simulate(*made, seed=1, replications=20, reserve={"mail": r}) for r in (0, 3, 6)]
    level = [report.simulated("week", DAY, "phone", "service_level")[0] for report in found]
    assert level[0] < level[1] < level[2]
    assert level[0] < 0.78
    assert level[2] > 0.82
    assert found[2].simulated("week", DAY, "mail", "share")[0] > 0.99


def test_a_queue_that_cannot_be_served_waits_and_is_then_served(case: Make) -> None:
    """The call of 5 goes on; those of 12 and 14 wait until 20; the other queue is served meanwhile."""
    made = case([CALLS, Queue(id="sales")], [[3, 0], [1, 0]], [(0, 0, 60), (1, 0, 60)])
    contacts = [(5.0, 0, 10), (12.0, 0, 1), (14.0, 0, 1), (15.5, 1, 1)]
    report = play(made, contacts, outages=[Outage("phone", 10, 20)])
    assert waits(report, "phone") == pytest.approx(8 + 6)
    assert waits(report, "sales") == 0
    twice = play(made, contacts, outages=[Outage("phone", 10, 20), Outage("phone", 15, 30)])
    assert waits(twice, "phone") == pytest.approx(18 + 16)


def test_who_cannot_reach_a_queue_is_not_offered_and_redials(case: Make) -> None:
    queue = Queue(id="phone", redial_probability=1.0, redial_delay_s=60)
    made = case([queue], [[3, 0]], [(0, 0, 60)])
    contacts = [(5.0, 0, 1), (12.0, 0, 1), (14.0, 0, 1)]
    outage = [Outage("phone", 10, 20, unreached=True)]
    gone, back = (play(made, contacts, outages=outage, closed_loop=loop) for loop in (False, True))
    assert gone.simulated("week", DAY, "phone", "offered")[0] == 1
    assert back.simulated("week", DAY, "phone", "offered")[0] == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"reserve": {"mail": -1}}, "reserve of mail"),
        ({"outages": [Outage("fax", 0, 1)]}, "names fax, which is no queue"),
        ({"outages": [Outage("mail", 5, 1)]}, "must begin before its end"),
        ({"outages": [Outage("mail", float("nan"), 1)]}, "must begin before its end"),
    ],
)
def test_what_cannot_be_is_refused(case: Make, options: dict[str, Any], message: str) -> None:
    made = case([CALLS, MAIL], [[1], [1]], [(0, 0, 30)])
    with pytest.raises(ValueError, match=message):
        simulate(*made, seed=1, replications=1, **options)
