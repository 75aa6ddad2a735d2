from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from domain.grid import IntervalGrid, local_midnight, to_utc64
from domain.history import History
from forecasting.days import first_logged, queue_days, row_minutes, weekly_open
from forecasting.local_clock import LocalClock


def history_of(rows, queues=("phone",)):
    """Rows of (UTC instant, offered) for the first queue."""
    start = np.array([to_utc64(moment) for moment, _ in rows], dtype="datetime64[s]")
    offered = np.array([float(value) for _, value in rows])
    blank = np.full(len(rows), np.nan)
    zero = np.zeros(len(rows), dtype=np.int64)
    return History(queues, start, zero, offered, blank, blank, blank, blank, blank, blank)


def test_the_clock_reads_every_interval_as_the_grid_does_over_both_changes():
    for first in (date(2024, 3, 29), date(2024, 10, 25)):
        grid = IntervalGrid.of_days(first, 5, "Europe/Paris", 15)
        clock = LocalClock.over("Europe/Paris", first, 5)
        day, minute = clock.read(grid.starts.astype(np.int64))
        assert np.array_equal(day, grid.day_of)
        assert np.array_equal(minute, grid.minute_of_day)


def test_absent_rows_are_unknown_and_zeros_are_zero(make_centre):
    centre = make_centre(open=())
    at = local_midnight(date(2024, 5, 6), centre.timezone)
    history = history_of([(at, 0), (at + timedelta(minutes=60), 4)])
    (days,) = queue_days(history, centre, date(2024, 5, 6), 1, date(2024, 5, 7))
    assert days.counts[0, 0] == 0
    assert np.isnan(days.counts[0, 1])
    assert days.counts[0, 2] == 4


def test_nothing_from_the_last_midnight_on_is_read(make_centre):
    centre = make_centre(open=())
    midnight = local_midnight(date(2024, 5, 7), centre.timezone)
    history = history_of([(midnight - timedelta(minutes=30), 1), (midnight, 99)])
    (days,) = queue_days(history, centre, date(2024, 5, 6), 2, date(2024, 5, 7))
    assert np.nansum(days.counts) == 1


def test_finer_rows_are_added_up_and_a_lone_last_bin_stays_small(make_centre):
    centre = make_centre(open=())
    rows = []
    for k in range(14):
        start = local_midnight(date(2024, 5, 6) + timedelta(days=k), centre.timezone) + timedelta(hours=7)
        rows += [(start + timedelta(minutes=5 * i), 2) for i in range(13)]  # 7:00-8:05
    (days,) = queue_days(history_of(rows), centre, date(2024, 5, 6), 14, date(2024, 5, 20))
    assert np.allclose(days.counts[:, 14], 12)
    assert np.allclose(days.counts[:, 15], 12)
    assert np.allclose(days.counts[:, 16], 2)  # one row of five minutes is all that is ever logged there


def test_a_slot_with_fewer_rows_than_usual_is_scaled_up(make_centre):
    centre = make_centre(open=())
    rows = []
    for k in range(28):
        start = local_midnight(date(2024, 5, 6) + timedelta(days=k), centre.timezone) + timedelta(hours=7)
        rows += [(start + timedelta(minutes=5 * i), 2) for i in range(6) if k != 20 or i < 3]
    (days,) = queue_days(history_of(rows), centre, date(2024, 5, 6), 28, date(2024, 6, 3))
    assert np.allclose(days.counts[:, 14], 12)


def test_coarser_rows_are_spread_and_it_is_said(make_centre):
    centre = make_centre(open=())
    at = local_midnight(date(2024, 5, 6), centre.timezone)
    history = history_of([(at + timedelta(hours=h), 10) for h in range(24)])
    (days,) = queue_days(history, centre, date(2024, 5, 6), 1, date(2024, 5, 7))
    assert np.allclose(days.counts[0], 5)
    assert "60 minutes" in days.notes[0]


def test_of_rows_for_one_instant_the_last_one_stands(make_centre):
    centre = make_centre(open=())
    at = local_midnight(date(2024, 5, 6), centre.timezone)
    (days,) = queue_days(history_of([(at, 3), (at, 5)]), centre, date(2024, 5, 6), 1, date(2024, 5, 7))
    assert days.counts[0, 0] == 5


def test_the_repeated_hour_counts_by_its_mean_and_the_lost_hour_is_unknown(make_centre):
    centre = make_centre(open=())
    for first, slot_two in ((date(2024, 10, 20), 7.0), (date(2024, 3, 24), np.nan)):
        grid = IntervalGrid.of_days(first, 14, centre.timezone, 30)
        rows = [(moment, 7) for moment in grid.local_starts]
        (days,) = queue_days(history_of(rows), centre, first, 14, first + timedelta(days=14))
        change = days.counts[7]  # the Sunday of the change comes second
        assert np.array_equal(change[[4, 5]], [slot_two, slot_two], equal_nan=True)
        assert np.nanmax(days.counts) == 7


def test_opening_hours_hide_what_was_logged_outside_and_say_how_much(make_centre):
    centre = make_centre()
    at = datetime(2024, 5, 6, 7, 30, tzinfo=ZoneInfo(centre.timezone))
    history = history_of([(at, 4), (at + timedelta(minutes=30), 6)])
    (days,) = queue_days(history, centre, date(2024, 5, 6), 1, date(2024, 5, 7))
    assert np.isnan(days.counts[0, 15])
    assert days.counts[0, 16] == 6
    assert "40.0%" in days.notes[0]


def test_slots_the_log_never_names_are_closed_only_without_stated_hours(make_centre, make_history):
    for hours, wanted in (((), 24), (None, 24)):
        centre = make_centre(open=hours) if hours is not None else make_centre()
        history = make_history(centre, date(2024, 5, 6), 21)
        (days,) = queue_days(history, centre, date(2024, 5, 6), 21, date(2024, 5, 27))
        assert (days.live.sum(axis=1) == wanted).all()
    assert weekly_open(make_centre(open=()).queues[0], 30).all()


def test_rows_minutes_is_robust_to_gaps():
    seconds = np.arange(0, 86400, 900)
    seconds = np.delete(seconds, [3, 10, 11, 50])
    assert row_minutes(seconds, 30) == 15
    assert row_minutes(seconds[:2], 30) == 30


def test_the_first_logged_day_is_local_and_never_too_old(make_centre, make_history):
    centre = make_centre()
    history = make_history(centre, date(2024, 5, 6), 3)
    assert first_logged(history, centre.timezone, date(2024, 6, 1)) == date(2024, 5, 6)
    assert first_logged(history, centre.timezone, date(2024, 5, 6)) == date(2024, 5, 6)
    assert first_logged(history, centre.timezone, date(2034, 5, 6)) > date(2024, 5, 6)
