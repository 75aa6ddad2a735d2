"""The long range beside the detailed forecast: one number for one day and for one month."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.forecast import LEVELS
from forecasting.totals import Total
from planning.long_range import joined, joined_note

FIRST = date(2026, 11, 23)
SHAPE = np.linspace(0.6, 1.5, len(LEVELS))


def total(period: str, start: date, mean: float, queue: str = "phone") -> Total:
    return Total(queue, period, start, mean, mean * SHAPE)  # type: ignore[arg-type]


def ahead(mean: float = 10.0, queue: str = "phone") -> list[Total]:
    """Days to the end of January, and December and January."""
    days = [FIRST + timedelta(days=k) for k in range((date(2027, 2, 1) - FIRST).days)]
    return [
        *(total("day", day, mean, queue) for day in days),
        *(total("month", start, 31 * mean, queue) for start in (date(2026, 12, 1), date(2027, 1, 1))),
    ]


def detailed(days: int, mean: float = 12.0, queue: str = "phone") -> list[Total]:
    return [total("day", FIRST + timedelta(days=k), mean, queue) for k in range(days)]


def by_place(totals: tuple[Total, ...]) -> dict[tuple[str, str, date], Total]:
    return {(t.queue, t.period, t.start): t for t in totals}


def test_days_of_the_detailed_forecast_are_its_own_and_later_ones_stay() -> None:
    found = joined(ahead(), detailed(14))
    days = [t for t in found if t.period == "day"]
    assert [t.mean for t in days[:15]] == [12.0] * 14 + [10.0]
    assert days[0].bands == pytest.approx(12 * SHAPE)
    assert [(t.queue, t.period, t.start) for t in found] == [(t.queue, t.period, t.start) for t in ahead()]


def test_a_month_covered_in_part_is_the_sum_of_its_days_with_bands_in_proportion() -> None:
    found = by_place(joined(ahead(), detailed(14)))  # six days of December are known in detail
    december = found["phone", "month", date(2026, 12, 1)]
    assert december.mean == pytest.approx(6 * 12 + 25 * 10)
    assert december.bands == pytest.approx(december.mean * SHAPE)
    january = found["phone", "month", date(2027, 1, 1)]
    assert january.mean == 310
    for start, month in ((date(2026, 12, 1), december), (date(2027, 1, 1), january)):
        days = [t.mean for t in found.values() if t.period == "day" and t.start.replace(day=1) == start]
        assert month.mean == pytest.approx(sum(days))


def test_a_month_covered_whole_is_the_detailed_forecasts_with_its_bands() -> None:
    whole = Total("phone", "month", date(2026, 12, 1), 372.0, 372 * np.linspace(0.9, 1.1, len(LEVELS)))
    found = by_place(joined(ahead(), [*detailed(56), whole]))
    assert found["phone", "month", date(2026, 12, 1)] is whole


def test_queues_do_not_touch_each_other_and_weeks_are_left_out() -> None:
    near = [*detailed(7, queue="chat"), total("week", FIRST, 84.0, "phone")]
    found = joined([*ahead(), *ahead(5.0, "chat")], near)
    assert all(t.mean == 10 for t in found if t.queue == "phone" and t.period == "day")
    assert {t.period for t in found} == {"day", "month"}


def test_a_queue_expected_to_be_silent_takes_what_the_detailed_forecast_knows() -> None:
    found = by_place(joined(ahead(0.0), detailed(14)))
    december = found["phone", "month", date(2026, 12, 1)]
    assert december.mean == 72
    assert (december.bands == 72).all()


def test_the_note_names_the_last_day_in_detail_and_the_next() -> None:
    assert "days up to 2026-12-06 are those" in joined_note(detailed(14))
    assert "from 2026-12-07 on" in joined_note(detailed(14))
