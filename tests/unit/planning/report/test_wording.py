"""Figures read the same everywhere, whatever the locale."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from planning.report import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.04, "0.0 s"),
        (8.25, "8.2 s"),
        (85, "85 s"),
        (130, "2.2 min"),
        (86400, "24.0 h"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_waits_choose_their_unit(value, text):
    assert wording.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(1234.5, 0, "1,234"), (-0.2, 0, "0"), (-3.25, 1, "−3.2"), (float("nan"), 0, "–")]
)
def test_numbers_have_a_true_minus_and_no_negative_zero(value, digits, text):
    assert wording.number(value, digits) == text


def test_shares_are_in_per_cent():
    assert wording.percent(0.8125) == "81.2 %"
    assert wording.percent(float("nan")) == "–"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 11, 23), date(2026, 11, 29), "23–29 Nov 2026"),
        (date(2026, 11, 30), date(2026, 12, 6), "30 Nov – 6 Dec 2026"),
        (date(2026, 12, 28), date(2027, 1, 3), "28 Dec 2026 – 3 Jan 2027"),
    ],
)
def test_weeks_name_no_more_than_they_must(first, last, text):
    assert wording.week_text(first, last) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ((12, 14), "Mon 23 Nov 20:00–22:00"),
        ((12, 16), "Mon 23 Nov 20:00–24:00"),
        ((12, 18), "Mon 23 Nov 20:00–Tue 24 Nov 02:00"),
    ],
)
def test_spans_are_on_the_centre_s_clock(hours, text):
    start = datetime(2026, 11, 23, hours[0], tzinfo=UTC)
    end = datetime(2026, 11, 23 + hours[1] // 24, hours[1] % 24, tzinfo=UTC)
    assert wording.span_text(start, end, "Asia/Shanghai") == text


@pytest.mark.parametrize(
    ("measure", "low", "high", "text"),
    [
        ("fcr", 0.642, 0.651, "64.2 % – 65.1 %"),
        ("fcr", 0.6421, 0.6424, "64.21 % – 64.24 %"),
        ("fcr", 0.642, 0.642, ""),
        ("mean_wait_s", 42.1, 42.4, "42.1 s – 42.4 s"),
        ("mean_wait_s", 42.1, float("nan"), ""),
    ],
)
def test_the_ends_of_an_interval_read_apart(measure, low, high, text):
    assert wording.interval(measure, low, high) == text


def test_a_whole_day_is_named_without_its_hours():
    start = datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert wording.day_or_span(start, start.replace(day=23), "Asia/Shanghai") == "Mon 23 Nov"
    assert wording.day_or_span(start, start.replace(hour=18), "Asia/Shanghai") == "Mon 23 Nov 00:00–02:00"


def test_promises_know_their_window(plan):
    centre = plan.folder.centre
    windows = {(row.queue, row.measure): wording.window_of(row, centre) for row in plan.targets}
    assert windows["phone", "mean_wait_s"] == 0
    assert windows["phone", "service_level"] == 20
    assert windows["email", "share"] == 24 * 3600


def test_counts_agree_with_their_noun():
    assert wording.counted(1, "person", "people") == "1 person"
    assert wording.counted(2, "person", "people") == "2 people"
    assert wording.counted(1, "hour") == "1 hour"
