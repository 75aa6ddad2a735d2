"""A known customer's contact is resolved when no return follows within a window that lies inside the log."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.call_log.calls import ABANDONED, ANSWERED, FOLLOW_UP, NOBODY
from planning.call_log.resolution import returns_of

HOUR = 3600


def contact(second, customer, outcome=ANSWERED, queue=0):
    return (second, queue, outcome, 0, 60, 0, customer)


def test_returns_within_the_window_in_any_queue(make_calls):
    calls = make_calls(
        [
            contact(0, 1),
            contact(10, 2),
            contact(HOUR, 1, queue=1),
            contact(3 * HOUR, 2),
            contact(9 * HOUR, 3),
        ]
    )
    found = returns_of(calls, window_h=2)
    assert found.known.tolist() == [True, True, True, True, False]
    assert found.resolved.tolist() == [False, True, True, True, False]
    assert found.delay_s[0] == HOUR


def test_unknown_customers_are_never_known(make_calls):
    calls = make_calls([contact(0, NOBODY), contact(10, NOBODY), contact(9 * HOUR, 1)])
    assert not returns_of(calls, window_h=2).known.any()
    assert np.isnan(returns_of(calls, window_h=2).delay_s).all()


def test_a_return_that_is_abandoned_or_follow_up_is_one(make_calls):
    calls = make_calls(
        [contact(0, 1), contact(60, 1, ABANDONED), contact(70, 2), contact(80, 2, FOLLOW_UP), contact(9 * HOUR, 3)]
    )
    found = returns_of(calls, window_h=2)
    assert found.known.tolist() == [True, False, True, False, False]
    assert not found.resolved.any()


def test_a_window_over_the_end_of_the_log_leaves_the_outcome_unknown(make_calls):
    """Even where the return was seen: keeping only returns would understate resolution."""
    calls = make_calls([contact(0, 1), contact(HOUR, 2), contact(int(1.5 * HOUR), 2)])
    assert returns_of(calls, window_h=1.5).known.tolist() == [True, False, False]


def test_a_transfer_is_part_of_the_same_contact(make_calls):
    calls = make_calls([contact(0, 1), contact(30, 1), contact(HOUR, 1), contact(9 * HOUR, 2)])
    strict = returns_of(calls, window_h=2)
    lenient = returns_of(calls, window_h=2, same_contact_minutes=1)
    assert strict.delay_s[0] == 30
    assert lenient.delay_s[0] == HOUR
    assert returns_of(calls, window_h=0.5, same_contact_minutes=1).resolved[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(-1, 4), st.integers(0, 2)), min_size=1, max_size=40),
    st.integers(1, 200),
    st.integers(0, 3),
)
def test_against_a_slow_search(rows, window, grace):
    from planning.call_log.calls import Calls

    rows = sorted(rows, key=lambda row: row[0])
    second, customer, outcome = (np.array(column) for column in zip(*rows, strict=True))
    nothing = np.zeros(len(rows))
    calls = Calls(
        zone="UTC",
        queues=("a",),
        agents=(),
        arrival=np.datetime64("2026-03-02", "s") + (60 * second).astype("timedelta64[s]"),
        queue=nothing.astype(int),
        outcome=outcome,
        wait_s=nothing,
        handle_s=nothing,
        agent=nothing.astype(int) - 1,
        customer=customer,
        artefact=nothing.astype(bool),
    )
    found = returns_of(calls, window_h=window / 60, same_contact_minutes=grace)
    for i, (t, who, kind) in enumerate(rows):
        known = kind == ANSWERED and who >= 0 and t + window <= second[-1]
        assert found.known[i] == known
        later = [
            u - t
            for j, (u, other, _) in enumerate(rows)
            if j > i and other == who and who >= 0 and (u - t > grace or (grace == 0 and u >= t))
        ]
        assert found.resolved[i] == (known and not any(gap <= window for gap in later))
        if later:
            assert found.delay_s[i] == pytest.approx(60 * min(later))
        else:
            assert np.isnan(found.delay_s[i])
