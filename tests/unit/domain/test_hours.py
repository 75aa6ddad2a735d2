"""Weekly windows and spans on a grid."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.grid import IntervalGrid
from domain.hours import Span, WeeklyWindow, clock, parse_clock, parse_days, span_mask, window_mask

GRID = IntervalGrid.of_days(date(2026, 11, 23), 7, "Asia/Shanghai", 30)


def test_clock_times() -> None:
    """Times of day from 00:00 to 24:00, and nothing else."""
    assert parse_clock("08:30") == 510 and parse_clock("24:00") == 1440 and clock(510) == "08:30"
    for wrong in ("8", "25:00", "10:75", "ten", "24:01", "-1:00"):
        with pytest.raises(ValueError, match="time of day"):
            parse_clock(wrong)


def test_days() -> None:
    """Ranges, lists, and ranges round the week's end."""
    assert parse_days("Mon-Fri") == frozenset(range(5))
    assert parse_days("Fri-Mon") == frozenset({4, 5, 6, 0})
    assert parse_days("sat, sun") == parse_days("Sat;Sun") == frozenset({5, 6})
    with pytest.raises(ValueError, match="weekdays"):
        parse_days("Mon-Holiday")


@given(st.sets(st.integers(0, 6), min_size=1), st.integers(0, 47), st.integers(0, 47))
def test_mask_equals_asking_each_interval(days: set[int], low: int, high: int) -> None:
    """The vectorised mask says what the window itself says, past midnight too."""
    window = WeeklyWindow(frozenset(days), 30 * low, 30 * high)
    mask = window_mask([window], GRID)
    asked = [window.holds(int(d), int(m)) for d, m in zip(GRID.weekday, GRID.minute_of_day, strict=True)]
    assert mask.tolist() == asked


def test_spans_touch_whole_intervals() -> None:
    """An interval touched in part is touched; what lies outside the grid is cut off."""
    start = GRID.start + timedelta(minutes=40)
    mask = span_mask([Span(start, start + timedelta(minutes=30))], GRID)
    assert np.flatnonzero(mask).tolist() == [1, 2]
    assert not span_mask([Span(GRID.end, GRID.end + timedelta(hours=1))], GRID).any()
    assert span_mask([Span(GRID.start - timedelta(days=1), GRID.end + timedelta(days=1))], GRID).all()
