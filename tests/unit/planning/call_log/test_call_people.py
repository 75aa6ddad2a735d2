"""Who worked, on what, and what their daily record says."""

import numpy as np
import pandas as pd
import pytest

from planning.call_log.calls import ABANDONED, ANSWERED, NOBODY
from planning.call_log.people import agents_table, performance_table, skills_of, skills_table
from planning.call_log.resolution import returns_of

HOUR = 3600


@pytest.fixture
def calls(make_calls):
    return make_calls(
        [
            (0, 0, ANSWERED, 0, 100, 0, 1),
            (60, 0, ANSWERED, 0, 200, 0, NOBODY),
            (120, 0, ANSWERED, 0, 60, 0, 2),
            (180, 1, ANSWERED, 0, 30, 1, 1),
            (240, 1, ABANDONED, 5, np.nan, NOBODY, 2),
            (300, 0, ANSWERED, 0, 50, NOBODY, 3),
            (90 * HOUR, 1, ANSWERED, 0, 40, 1, 4),
        ]
    )


def test_a_skill_is_a_queue_served_often_enough(calls):
    assert skills_of(calls, 2).tolist() == [[True, False], [False, True]]
    assert skills_of(calls, 3).tolist() == [[True, False], [False, False]]


def test_only_people_with_a_skill_are_agents(calls):
    skilled = skills_of(calls, 3)
    agents = agents_table(calls, skilled, "full-time", 31.5)
    assert agents.to_dict("records") == [
        {"agent_id": "ann", "name": "ann", "contract": "full-time", "hourly_cost": 31.5}
    ]
    assert skills_table(calls, skilled).to_numpy().tolist() == [["ann", "a"]]
    record = performance_table(calls, skilled, returns_of(calls, window_h=1))
    assert set(record["agent_id"]) == {"ann"}


def test_the_daily_record(calls):
    """Ann's customer 1 returns after three minutes, customer 2 too (and gives up), the third is unknown."""
    record = performance_table(calls, skills_of(calls, 1), returns_of(calls, window_h=1))
    rows = record.set_index(["date", "agent_id", "queue"])
    first = rows.loc[("2026-03-02", "ann", "a")]
    assert (first["handled"], first["handle_time_s"]) == (3, 360)
    assert first["resolved"] == 0
    assert rows.loc[("2026-03-02", "bob", "b"), "resolved"] == 1
    last = rows.loc[("2026-03-06", "bob", "b")]
    assert np.isnan(last["resolved"])


def test_resolved_over_handled_is_the_known_rate(make_calls):
    """Of three contacts two are known and one of these is resolved: half of three."""
    rows = [(0, 0, ANSWERED, 0, 60, 0, 1), (1, 0, ANSWERED, 0, 60, 0, 2), (2, 0, ANSWERED, 0, 60, 0, NOBODY)]
    calls = make_calls([*rows, (1800, 1, ABANDONED, 1, np.nan, NOBODY, 2), (9 * HOUR, 1, ANSWERED, 0, 1, 1, 9)])
    record = performance_table(calls, skills_of(calls, 1), returns_of(calls, window_h=1)).iloc[0]
    assert record["resolved"] / record["handled"] == pytest.approx(0.5)


def test_artefacts_and_strangers_stay_out(calls):
    calls.artefact[0] = True
    record = performance_table(calls, skills_of(calls, 1), returns_of(calls, window_h=1))
    assert record["handled"].sum() == 4
    assert record.columns.tolist() == [
        "date",
        "agent_id",
        "queue",
        "handled",
        "handle_time_s",
        "resolved",
    ]


def test_a_log_without_agents_has_no_record(make_calls):
    calls = make_calls([(0, 0, ANSWERED, 0, 60)], agents=())
    skilled = skills_of(calls, 1)
    assert performance_table(calls, skilled, returns_of(calls, window_h=1)).empty
    assert agents_table(calls, skilled, "x", 1.0).empty
    assert isinstance(skills_table(calls, skilled), pd.DataFrame)
