"""One queue's history with the forecasts that every member would have made from any past day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import numpy as np

from domain.centre import Centre
from domain.people import Event
from forecasting.boosting import RENEWED_DAYS, Trees, grow
from forecasting.calendar import DayCalendar, day_calendar
from forecasting.days import QueueDays, logged
from forecasting.design import Design, calendar_design
from forecasting.event_effects import EventEffects
from forecasting.events import apply_events, own_holidays
from forecasting.members import FLOOR, Paths, member_paths
from forecasting.prepared import prepare
from forecasting.zero_days import without_zero_days

ORIGINS = 8
"""Past origins, a week apart, from which members are judged."""


@dataclass
class QueueStudy:
    """One queue's history with forecasts made from any past day, each made once.

    Attributes
    ----------
    days : QueueDays
        History up to the last day that may be known and blank days beyond.
    effects : EventEffects
    calendar : DayCalendar
    design : Design
    span : int
        Days ahead that every forecast covers.
    """

    days: QueueDays
    effects: EventEffects
    calendar: DayCalendar
    design: Design
    span: int
    _paths: dict[int, Paths] = field(default_factory=dict)
    _trees: dict[int, Trees | None] = field(default_factory=dict)

    @property
    def first_known(self) -> int:
        """Index of the first day with a known row; the number of days where there is none."""
        known = np.flatnonzero(logged(self.days.counts))
        return int(known[0]) if len(known) else self.days.days

    def reaching(self, span: int) -> QueueStudy:
        """Return a study of the same history whose forecasts reach ``span`` days, in whole weeks."""
        return replace(self, span=-(-span // 7) * 7, _paths={})

    def data_end(self, day: int) -> int:
        """Return the day after the last known one before ``day``; ``day`` itself where there is none."""
        known = np.flatnonzero(logged(self.days.counts[:day]))
        return int(known[-1]) + 1 if len(known) else day

    def paths(self, end: int) -> Paths:
        """Return every member's forecast from day ``end`` on, made from the days before it alone."""
        if end not in self._paths:
            horizon = min(self.span, self.days.days - end)
            past = prepare(self.days, self.calendar, self.design, end, horizon)
            if past is None:
                found: Paths = {FLOOR: np.zeros((horizon, self.days.counts.shape[1]))}
            else:
                trees = self._trees_before(end) if past.bears_logs else None
                parts = None if trees is None else trees.parts_ahead(self.days, self.calendar, end, horizon)
                found = member_paths(past, parts)
            lifts = self.effects.lifts(self.days, end)[end : end + horizon]
            self._paths[end] = {name: path * lifts for name, path in found.items()}
        return self._paths[end]

    def _trees_before(self, end: int) -> Trees | None:
        """Return the trees that serve from day ``end`` on, grown on days before it."""
        grown = end - end % RENEWED_DAYS
        if grown not in self._trees:
            self._trees[grown] = grow(self.days, self.calendar, grown)
        return self._trees[grown]

    def past_origins(self, end: int, high: int, count: int = ORIGINS) -> list[int]:
        """Return past origins, newest first, whose next ``high`` days all lie before ``end``.

        Those with under a week of history, or without any known row in the time to be judged, are left out.
        """
        start = self.first_known + 7
        found: list[int] = []
        for k in range(4 * count):
            origin = end - high - 7 * k
            if origin < start or len(found) == count:
                break
            if np.isfinite(self.days.counts[origin : origin + high]).any():
                found.append(origin)
        return found


def queue_study(days: QueueDays, events: Sequence[Event], centre: Centre, span: int = 7) -> QueueStudy:
    """Prepare the study of one queue.

    Parameters
    ----------
    days : QueueDays
    events : sequence of Event
    centre : Centre
    span : int
        Days ahead of the data's end that are wanted.
    """
    cleaned, effects = apply_events(days, events, centre.timezone)
    own = own_holidays(events, days.queue.id, centre.timezone)
    calendar, design = _calendar(days.first, days.days, centre.country, tuple(sorted(own.items())))
    return QueueStudy(without_zero_days(cleaned, calendar), effects, calendar, design, span)


@lru_cache(maxsize=8)
def _calendar(first: date, days: int, country: str, own: tuple[tuple[date, str], ...]) -> tuple[DayCalendar, Design]:
    """Return the calendar and its columns; queues of a centre mostly share them."""
    calendar = day_calendar(first, days, country, dict(own))
    return calendar, calendar_design(calendar)
