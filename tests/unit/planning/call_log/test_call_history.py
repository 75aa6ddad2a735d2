"""History counts each contact in the interval it arrives in, and tells unknown from nothing."""

from collections import Counter

import numpy as np
import pandas as pd

from domain.hours import WeeklyWindow
from planning.call_log.calls import ABANDONED, ANSWERED, FOLLOW_UP
from planning.call_log.history import history_of

ALWAYS = {queue: (WeeklyWindow(frozenset(range(7)), 480, 600),) for queue in ("a", "b")}


def count(calls, **options):
    return history_of(calls, ALWAYS, **({"interval_minutes": 30, "within_s": 20} | options))


def row(counted, start, queue):
    table = counted.table
    return table[(table["interval_start"] == start) & (table["queue"] == queue)].iloc[0].to_dict()


def test_one_interval_by_hand(make_calls):
    calls = make_calls(
        [
            (0, 0, ANSWERED, 10, 100),
            (60, 0, ANSWERED, 40, 300),
            (90, 0, ABANDONED, 70, np.nan),
            (1799, 0, ANSWERED, 20, 200),
            (1800, 0, ANSWERED, 0, 999),
        ]
    )
    found = row(count(calls), "2026-03-02T08:00+00:00", "a")
    assert (found["offered"], found["handled"], found["abandoned"]) == (4, 3, 1)
    assert found["aht_s"] == 200
    assert found["mean_wait_s"] == 35
    assert found["answered_in_target"] == 2


def test_open_intervals_of_logged_days_have_rows_and_others_none(make_calls):
    """Zero is an interval without contacts; a day without any was not logged."""
    calls = make_calls([(0, 0, ANSWERED, 0, 60), (7100, 0, ANSWERED, 0, 60), (2 * 86_400 + 7100, 1, ANSWERED, 0, 60)])
    counted = count(calls)
    days = counted.table["interval_start"].str[:10].value_counts().to_dict()
    assert days == {"2026-03-02": 8, "2026-03-04": 8}
    assert row(counted, "2026-03-02T08:30+00:00", "b")["offered"] == 0
    assert np.isnan(row(counted, "2026-03-02T08:30+00:00", "b")["aht_s"])
    assert counted.days == 2


def test_the_log_may_begin_and_end_inside_a_day(make_calls):
    calls = make_calls([(3700, 0, ANSWERED, 0, 60), (86_400, 0, ANSWERED, 0, 60)])
    starts = sorted(set(count(calls).table["interval_start"]))
    assert starts == ["2026-03-02T09:00+00:00", "2026-03-02T09:30+00:00", "2026-03-03T08:00+00:00"]


def test_contacts_outside_opening_hours_are_counted_apart(make_calls):
    calls = make_calls([(-3600, 0, ABANDONED, 0, np.nan), (0, 0, ANSWERED, 0, 60), (7200, 0, ANSWERED, 0, 60)])
    counted = count(calls)
    assert counted.outside == 2
    assert counted.table["offered"].sum() == 1


def test_deferred_work_arrives_at_all_hours(make_calls):
    calls = make_calls([(-3600, 0, ANSWERED, 0, 60), (0, 0, ANSWERED, 0, 60)])
    assert count(calls, deferred=frozenset({"a"})).table["offered"].sum() == 2


def test_follow_up_work_is_no_contact_and_artefacts_have_no_handle_time(make_calls):
    calls = make_calls([(0, 0, ANSWERED, 0, 60), (10, 0, ANSWERED, 0, 2), (20, 0, FOLLOW_UP, np.nan, np.nan)])
    calls.artefact[1] = True
    found = row(count(calls), "2026-03-02T08:00+00:00", "a")
    assert (found["offered"], found["handled"], found["aht_s"]) == (2, 2, 60)


def test_a_log_without_waits_has_no_such_columns(make_calls):
    calls = make_calls([(0, 0, ANSWERED, np.nan, 60)])
    assert "mean_wait_s" not in count(calls, waits=False).table


def test_local_hours_over_the_end_of_daylight_saving(make_calls):
    """The hour from 2 to 3 comes twice in Paris, and its intervals are told apart by their offsets."""
    windows = {queue: (WeeklyWindow(frozenset(range(7)), 0, 1440),) for queue in ("a", "b")}
    calls = make_calls(
        [(0, 0, ANSWERED, 0, 60), (3600, 0, ANSWERED, 0, 60), (7200, 0, ANSWERED, 0, 60)],
        zone="Europe/Paris",
        start="2026-10-24T23:30",
    )
    table = history_of(calls, windows, interval_minutes=30, within_s=20).table
    busy = table[table["offered"] > 0]["interval_start"].tolist()
    assert busy == ["2026-10-25T01:30+02:00", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"]


def test_against_a_slow_count(make_calls):
    rng = np.random.default_rng(1)
    moments = np.sort(rng.integers(0, 5 * 86_400, 3000))
    rows = [
        (int(t), int(rng.integers(2)), ANSWERED if rng.random() < 0.8 else ABANDONED, int(rng.integers(90)), 60)
        for t in moments
    ]
    calls = make_calls(rows, zone="Asia/Kolkata")
    slow, quick = Counter(), Counter()
    for t, queue, outcome, wait, _ in rows:
        local = (pd.Timestamp("2026-03-02T08:00Z") + pd.Timedelta(seconds=t)).tz_convert("Asia/Kolkata")
        if 8 <= local.hour < 10:
            key = (local.floor("30min").isoformat(timespec="minutes"), "ab"[queue])
            slow[key] += 1
            quick[key] += outcome == ANSWERED and wait <= 20
    table = count(calls).table.set_index(["interval_start", "queue"])
    assert {key: int(n) for key, n in table["offered"].items() if n} == dict(slow)
    assert table["answered_in_target"].sum() == sum(quick.values())
    assert count(calls).outside == 3000 - sum(slow.values())
