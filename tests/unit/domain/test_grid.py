"""The interval grid: real steps, local days, daylight saving."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.grid import IntervalGrid, from_utc64, local_midnight, to_utc64

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("day", "quarters"), [(date(2026, 3, 29), 92), (date(2026, 10, 25), 100), (date(2026, 6, 1), 96)]
)
def test_a_local_day_has_as_many_quarter_hours_as_it_lasts(day: date, quarters: int) -> None:
    """Days on which the clock moves are an hour shorter or longer."""
    grid = IntervalGrid.of_days(day, 1, BERLIN, 15)
    assert grid.size == quarters
    assert grid.days == (day,)
    assert (grid.day_of == 0).all()


def test_labels_of_the_repeated_hour_differ_by_their_offset() -> None:
    """02:00 comes twice on the day the clock goes back."""
    grid = IntervalGrid.of_days(date(2026, 10, 25), 1, BERLIN, 60)
    assert grid.label(2) == "2026-10-25T02:00+02:00"
    assert grid.label(3) == "2026-10-25T02:00+01:00"
    assert grid.minute_of_day[2] == grid.minute_of_day[3] == 120


def test_midnight_that_does_not_exist_is_the_jump() -> None:
    """Where the clock skips midnight, the day begins at the jump."""
    start = local_midnight(date(2018, 11, 4), "America/Sao_Paulo")
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)


@given(st.integers(0, 20), st.integers(0, 10_000))
def test_index_and_instant_are_inverse(day: int, minute: int) -> None:
    """The interval at an instant holds it."""
    grid = IntervalGrid.of_days(date(2026, 3, 20) + timedelta(days=day), 7, BERLIN, 30)
    moment = grid.at(minute)
    k = grid.index_at(moment)
    assert grid.start + k * grid.step <= moment < grid.start + (k + 1) * grid.step
    assert grid.minutes_at(moment) == minute


def test_conversion_to_numpy_and_back() -> None:
    """Instants survive the trip to datetime64 and back."""
    moment = datetime(2026, 7, 1, 12, 30, tzinfo=ZoneInfo(BERLIN))
    assert to_utc64(moment) == np.datetime64("2026-07-01T10:30")
    assert from_utc64(to_utc64(moment)) == moment


def test_a_grid_must_start_at_utc() -> None:
    """A local start would be ambiguous."""
    with pytest.raises(ValueError, match="UTC"):
        IntervalGrid(datetime(2026, 1, 1, tzinfo=ZoneInfo(BERLIN)), 30, 4, BERLIN)
    with pytest.raises(ValueError, match="positive step"):
        IntervalGrid(datetime(2026, 1, 1, tzinfo=UTC), 0, 4, BERLIN)
