"""Days logged with nothing but zeros where contacts are usual: an outage that nobody told, not a day to learn from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from domain.history import Ints
from forecasting.calendar import DayCalendar
from forecasting.days import QueueDays, logged_totals
from forecasting.lifts import neighbours_median

USUAL = 20.0
"""Contacts that the same weekday of the eight weeks before must have had: none at all is then no chance."""

MOST_NAMED = 3


def without_zero_days(days: QueueDays, calendar: DayCalendar) -> QueueDays:
    """Return a queue's days with such ones not learned from, and a note that says so.

    Only earlier weeks are looked at, so what is learned from a day never depends on later ones. Holidays and days near
    them are left alone: nothing at all may be what is usual there. Queues that stay silent: `forecasting.silence`.
    """
    found = _zero_days(days, calendar)
    if not len(found):
        return days
    learn = days.learn.copy()
    learn[found] = np.nan
    spans = np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
    named = [_span(days, int(span[0]), int(span[-1])) for span in reversed(spans)][:MOST_NAMED]
    more = f" and {len(spans) - len(named)} earlier" if len(spans) > len(named) else ""
    note = (
        f"{days.queue.id}: {', '.join(named)}{more}: nothing but zeros where contacts are usual; taken for an outage, "
        "not learned from (an event of kind outage in events.csv says so, one of kind closed says that it was shut)"
    )
    return replace(days, learn=learn, notes=(*days.notes, note))


def _zero_days(days: QueueDays, calendar: DayCalendar) -> Ints:
    totals = logged_totals(days.counts)
    learned = logged_totals(days.learn)
    usual_day = ~calendar.special & ~calendar.is_holiday
    found = []
    for day in np.flatnonzero((totals == 0.0) & np.isfinite(learned) & usual_day):
        usual = neighbours_median(learned, np.array([day]), [-7 * week for week in range(1, 9)])[0]
        if usual >= USUAL:
            found.append(int(day))
            learned[day] = np.nan
    return np.array(found, dtype=np.int64)


def _span(days: QueueDays, first: int, last: int) -> str:
    start, end = days.first + timedelta(days=first), days.first + timedelta(days=last)
    return f"{start}" if first == last else f"{start} to {end}"
