"""The section on scores: what it draws and how it judges."""

import numpy as np
import pytest

from benchmarks.capacity import scores
from benchmarks.capacity.planted import call_centre_log, drawn


def test_equal_seeds_draw_equal_records_and_others_do_not():
    first, truth = drawn(1, 7, agents=6, posts=2, per_post=2)
    again, same = drawn(1, 7, agents=6, posts=2, per_post=2)
    other, _ = drawn(2, 7, agents=6, posts=2, per_post=2)
    np.testing.assert_array_equal(first.performance.handle_time_s, again.performance.handle_time_s)
    np.testing.assert_array_equal(truth.fcr, same.fcr)
    assert first.performance.handled.sum() != other.performance.handled.sum()


def test_a_log_is_read_as_first_calls_resolved_where_nothing_follows(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        "service_id,operation,start,end,dur_min,agent_position,customer_id,product,service_type,agent\n"
        "1,Inbound Call,2010-03-02 09:00,2010-03-02 09:05,5,FL,c1,P,T,Ann\n"
        "1,Handle Case,2010-03-03 09:00,2010-03-03 09:05,5,FL,c1,P,T,Bo\n"
        "2,Inbound Call,2010-03-02 10:00,2010-03-02 10:02,2,FL,c2,P,T,Ann\n"
        "3,Inbound Email,2010-03-02 11:00,2010-03-02 11:02,2,FL,c3,P,T,Ann\n"
    )
    rows = call_centre_log(path).performance
    assert rows.agents == ("Ann",)
    assert rows.handled.tolist() == [2.0]
    assert rows.handle_time_s.tolist() == [420.0]
    assert rows.resolved.tolist() == [1.0]


def test_the_section_says_reached_or_missed_for_each_goal(monkeypatch, tmp_path):
    monkeypatch.setattr(scores, "DRAWS", 1)
    monkeypatch.setattr(scores, "DAYS", (7,))
    monkeypatch.setattr(scores, "LOG", tmp_path / "absent.csv")
    found = scores.section({})
    assert len(found.goals) == 4
    assert all(": " in line and (". Reached: " in line or ". Missed: " in line) for line in found.goals)
    assert "is not here" in found.blocks[-1]


@pytest.mark.parametrize(("level", "expected"), [(0.95, "Reached"), (0.5, "Missed")])
def test_coverage_is_judged_by_the_stated_band(monkeypatch, tmp_path, level, expected):
    found = scores.Found((1.0, 1.0, 0.1), (1.0, 1.0, 0.9), 0.0, 0.0, level, level, 10.0)
    monkeypatch.setattr(scores, "_against_truth", lambda folder, truth: found)
    monkeypatch.setattr(scores, "drawn", lambda seed, days: (None, None))
    _, goals = scores._planted()
    assert expected in goals[2]
    assert "Reached" in goals[0]
    assert "Missed" in goals[1]
