"""Contact duty is read from contacts taken, gaps between them, and who waited meanwhile."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from domain.grid import IntervalGrid
from planning.call_log.calls import ABANDONED, ANSWERED, NOBODY
from planning.call_log.duty import staff_spells, unavailable_share
from planning.call_log.mapping import Duty
from planning.call_log.observed import arrivals_of, observed_service

DUTY = Duty(longest_gap_minutes=30, idle_while_waiting_s=150)
BOTH = np.ones((2, 2), dtype=bool)


def spans(calls, skilled=BOTH, duty=DUTY):
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    return [
        (spell.agent, (spell.start - start).total_seconds(), (spell.end - start).total_seconds())
        for spell in staff_spells(calls, skilled, duty)
    ]


def taken(second, handle, agent=0, wait=0, queue=0):
    return (second - wait, queue, ANSWERED, wait, handle, agent, NOBODY)


def test_from_the_first_contact_to_when_the_last_was_taken(make_calls):
    """It is finished beyond the end, as a simulation finishes what was begun."""
    calls = make_calls([taken(0, 100), taken(400, 100), taken(900, 500)])
    assert spans(calls) == [("ann", 0, 901)]


def test_a_long_gap_ends_the_spell(make_calls):
    calls = make_calls([taken(0, 100), taken(100 + 1800, 60), taken(1960 + 1801, 60)])
    assert spans(calls) == [("ann", 0, 1901), ("ann", 3761, 3762)]


def test_idle_while_somebody_waits_is_no_duty(make_calls):
    """Free at 100, though a caller waits from 50 until Bob takes it at 400: not ready until then."""
    calls = make_calls(sorted([taken(0, 100), taken(400, 60, agent=1, wait=350), taken(600, 60)]))
    assert spans(calls) == [("ann", 0, 1), ("ann", 400, 601), ("bob", 400, 401)]


def test_a_short_wait_beside_an_idle_agent_changes_nothing(make_calls):
    calls = make_calls(sorted([taken(0, 100), taken(200, 60, agent=1, wait=100), taken(600, 60)]))
    assert spans(calls)[0] == ("ann", 0, 601)


def test_those_it_does_not_serve_may_wait(make_calls):
    rows = sorted([taken(0, 100), taken(400, 60, agent=1, wait=350, queue=1), taken(600, 60)])
    calls = make_calls(rows)
    one = np.array([[True, False], [True, True]])
    assert spans(calls, one)[0] == ("ann", 0, 601)
    assert staff_spells(calls, one, DUTY)[0].queues == ("a",)


def test_callers_who_gave_up_waited_too(make_calls):
    calls = make_calls(sorted([taken(0, 100), (50, 0, ABANDONED, 300, np.nan, NOBODY, NOBODY), taken(600, 60)]))
    assert spans(calls) == [("ann", 0, 1), ("ann", 350, 601)]


def test_overlapping_contacts_are_one_spell(make_calls):
    calls = make_calls([taken(0, 1000), taken(100, 50), taken(1200, 50)])
    assert spans(calls) == [("ann", 0, 1201)]


def test_people_without_skill_have_no_spells(make_calls):
    calls = make_calls([taken(0, 100), taken(10, 100, agent=1)])
    skilled = np.array([[False, False], [True, True]])
    assert [agent for agent, _, _ in spans(calls, skilled)] == ["bob"]


def test_unavailable_is_idle_time_while_somebody_waits(make_calls):
    """Waiting from 52 (two seconds of ringing) to 400: Ann serves 48 s of it and is idle 300 s; Bob serves none."""
    calls = make_calls(sorted([taken(0, 100), taken(400, 60, agent=1, wait=350), taken(600, 60)]))
    assert unavailable_share(calls, BOTH, 10) == pytest.approx(300 / 348)
    assert unavailable_share(calls, BOTH, 8) == pytest.approx(0.0)


def test_unavailable_is_unknown_where_nobody_waits(make_calls):
    assert np.isnan(unavailable_share(make_calls([taken(0, 100), taken(300, 10)]), BOTH, 10))


def test_unavailable_against_a_second_by_second_count(make_calls):
    rng = np.random.default_rng(5)
    rows, free = [], [0, 0]
    for t in np.cumsum(rng.integers(20, 90, 150)).tolist():
        agent = int(np.argmin(free))
        begin = max(t, free[agent] + int(rng.integers(0, 60)))
        handle = int(rng.integers(30, 200))
        free[agent] = begin + handle
        rows.append((t, int(rng.integers(2)), ANSWERED, begin - t, handle, agent, NOBODY))
    calls = make_calls(rows)
    size = max(free) + 1
    waits = np.zeros(size, dtype=bool)
    for t, _, _, wait, _, _, _ in rows:
        if wait > 2:
            waits[t + 2 : t + wait] = True
    serving = idle = 0
    for agent in (0, 1):
        mine = sorted((t + wait, t + wait + handle) for t, _, _, wait, handle, who, _ in rows if who == agent)
        serving += sum(waits[low:high].sum() for low, high in mine)
        idle += sum(waits[a[1] : b[0]].sum() for a, b in pairwise(mine) if b[0] - a[1] <= 600)
    assert unavailable_share(calls, BOTH, 10) == pytest.approx(idle / (idle + serving))


def test_observed_service_by_day_and_queue(make_calls):
    calls = make_calls(
        [
            taken(10, 100, wait=10),
            taken(90, 50, wait=60),
            (100, 1, ABANDONED, 20, np.nan, NOBODY, NOBODY),
            taken(86_400, 30, queue=1),
        ]
    )
    table = observed_service(calls, 20).set_index(["date", "queue"])
    first = table.loc[("2026-03-02", "all")]
    assert (first["offered"], first["mean_wait_s"], first["aht_s"]) == (3, 30, 75)
    assert first["service_level"] == pytest.approx(1 / 3)
    assert first["abandonment"] == pytest.approx(1 / 3)
    assert table.loc[("2026-03-02", "b"), "service_level"] == 0
    assert ("2026-03-03", "a") not in table.index


def test_arrivals_fill_in_what_the_log_cannot_tell(make_calls):
    calls = make_calls(
        [
            taken(30, 100, wait=30),
            (60, 0, ABANDONED, 45, np.nan, NOBODY, NOBODY),
            taken(5000, 70, queue=1),
        ]
    )
    grid = IntervalGrid(datetime(2026, 3, 2, 8, tzinfo=UTC), 30, 2, "UTC")
    found = arrivals_of(calls, grid, np.array([200.0, np.nan]), np.random.default_rng(1))
    assert found.minute.tolist() == [0, 1]
    assert found.queue.tolist() == [0, 0]
    assert found.handle_s.tolist() == [100, 100]
    assert found.patience_s[0] > 30
    assert found.patience_s[1] == 45
