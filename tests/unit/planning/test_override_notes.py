"""What planners changed is said in plain words: who, what, when, where it stands, why, and what it comes to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from domain.grid import IntervalGrid
from domain.overrides import Override
from forecasting.bands import assumed, bands
from forecasting.forecast import Forecast
from forecasting.overrides import apply_overrides
from planning.override_notes import override_notes

GRID = IntervalGrid.of_days(date(2026, 11, 23), 7, "Europe/Berlin", 30)


def model() -> Forecast:
    mean = np.where((GRID.minute_of_day >= 480) & (GRID.minute_of_day < 1200), 20.0, 0.0)
    means = np.stack([mean, 0.5 * mean])
    band = bands(means, assumed(0.2), np.zeros_like(means))
    return Forecast(GRID, ("phone", "chat"), means, band, np.full(means.shape, 300.0), means > 0)


def override(low: float, high: float, value: float, **more: Any) -> Override:
    start = GRID.start + timedelta(hours=low)
    return Override(start=start, end=GRID.start + timedelta(hours=high), value=value, **more)


def test_who_what_when_where_why_and_what_it_comes_to() -> None:
    row = override(24, 48, 1.5, queue="phone", reason="price letter", author="Ann", made_on=date(2026, 11, 20))
    assert override_notes(model(), [row], [4]) == [
        "phone: Ann raised the forecast by 50 % on 2026-11-24 (overrides.csv:4, made on 2026-11-20). "
        "Reason: price letter. 480 contacts become 720."
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"value": 0.8}, "Ann lowered the forecast by 20 % on 2026-11-24."),
        ({"value": 0.0}, "Ann set the forecast to nothing on 2026-11-24."),
        ({"value": 1.0}, "Ann kept the forecast as it was on 2026-11-24."),
        ({"value": 7.0, "kind": "interval"}, "Ann set the forecast to 7 contacts in each 30 minutes on 2026-11-24."),
        ({"value": 2.0, "kind": "event"}, "Ann raised the forecast by 100 % for an event, bands 15% wider, on"),
    ],
)
def test_each_kind_has_its_words(more: dict[str, Any], said: str) -> None:
    (note,) = override_notes(model(), [override(24, 48, queue="phone", author="Ann", **more)])
    assert said in note
    assert "No reason is given." in note


def test_a_time_that_the_clock_shows_twice_is_told_with_its_offset() -> None:
    grid = IntervalGrid.of_days(date(2026, 10, 19), 7, "Europe/Berlin", 30)
    means = np.full((1, grid.size), 4.0)
    band = bands(means, assumed(0.2), np.zeros_like(means))
    made = Forecast(grid, ("night",), means, band, np.full(means.shape, 300.0), means > 0)
    start = grid.start + timedelta(days=6, hours=2.5)
    row = Override(start=start, end=start + timedelta(hours=1), value=2.0, queue="night", author="Ann")
    (note,) = override_notes(made, [row])
    assert "from 2026-10-25 02:30+02:00 to 2026-10-25 02:30+01:00." in note


def test_spans_are_days_where_they_are_whole_and_times_where_they_are_not() -> None:
    rows = [override(0, 48, 1.1, author="Ann"), override(34, 36.5, 1.1, author="Ann")]
    first, second = override_notes(model(), rows)
    assert "from 2026-11-23 to 2026-11-24." in first
    assert "from 2026-11-24 10:00 to 2026-11-24 12:30." in second


def test_an_override_of_all_queues_is_one_sentence_over_all_of_them() -> None:
    (note,) = override_notes(model(), [override(24, 48, 2.0, author="Ann", reason="sale.")])
    assert note.startswith("All queues: Ann raised the forecast by 100 %")
    assert note.endswith("Reason: sale. 720 contacts become 1,440.")


def test_without_an_author_that_is_said() -> None:
    (note,) = override_notes(model(), [override(24, 48, 1.1, queue="chat")], [2])
    assert "chat: the forecast was raised by 10 % on 2026-11-24 (overrides.csv:2, no author is named)." in note


def test_each_sentence_begins_where_the_one_before_ended() -> None:
    """Factors first, contacts an interval last, as they are applied: the last figure is the forecast's."""
    rows = [
        override(34, 36, 5.0, queue="phone", kind="interval", author="Bo"),
        override(34, 36, 1.5, queue="phone", author="Ann"),
    ]
    first, second = override_notes(model(), rows)
    assert first.endswith("80 contacts become 120.")
    assert second.endswith("120 contacts become 20.")
    made = apply_overrides(model(), rows)
    assert made.forecast.mean[made.changed].sum() == pytest.approx(20)


def test_closed_hours_are_said_to_stay_closed_and_spans_outside_are_left_to_the_warning() -> None:
    (note,) = override_notes(model(), [override(0, 6, 2.0, author="Ann"), override(200, 220, 2.0, author="Ann")])
    assert note.endswith("It changes nothing: nothing is open then.")
