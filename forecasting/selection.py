"""The choice of a member for each queue, by rolling back-test at the lead that is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import numpy as np

from domain.centre import Centre
from domain.history import Floats
from domain.people import Event
from forecasting.calendar import DayCalendar, Design, calendar_design, day_calendar
from forecasting.days import QueueDays
from forecasting.events import EventEffects, apply_events, own_holidays
from forecasting.members import COMBINATION, FLOOR, MEANS, Paths, member_paths

ORIGINS = 8
"""Past origins, a week apart, on which members are compared."""

LEAST_ORIGINS = 3
"""With fewer of them at a lead, members are compared at a shorter one."""

HALF_LIFE_WEEKS = 4.0
"""After so many weeks an origin's errors count half, one week ahead; see ``_patience`` for more."""

PREFERENCE = 0.04
"""A member must beat the combination by this share of its error to be taken instead, more with few origins."""

PLAIN = frozenset({FLOOR, MEANS})
"""Members without a model; one must beat the model taken by twice the preference."""

SPARSE = 2.0
"""Below this many contacts an interval, members are judged on day totals: slot errors reward zeros."""


@dataclass(frozen=True)
class Choice:
    """Which member was chosen, and on what evidence.

    Attributes
    ----------
    member : str
    errors : dict of str to float
        Back-test error of every candidate: absolute error over contacts, recent origins weighing more;
        empty without a back-test.
    origins : int
        Past origins it rests on.
    by_day : bool
        Whether errors are those of day totals (sparse queues) and not of intervals.
    """

    member: str
    errors: dict[str, float]
    origins: int
    by_day: bool


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

    @property
    def first_known(self) -> int:
        """Index of the first day with a known row; the number of days where there is none."""
        logged = np.flatnonzero(np.isfinite(self.days.counts).any(axis=1))
        return int(logged[0]) if len(logged) else self.days.days

    def reaching(self, span: int) -> QueueStudy:
        """Return a study of the same history whose forecasts reach ``span`` days, in whole weeks."""
        return replace(self, span=-(-span // 7) * 7, _paths={})

    def data_end(self, day: int) -> int:
        """Return the day after the last known one before ``day``; ``day`` itself where there is none."""
        logged = np.flatnonzero(np.isfinite(self.days.counts[:day]).any(axis=1))
        return int(logged[-1]) + 1 if len(logged) else day

    def paths(self, end: int) -> Paths:
        """Return every member's forecast from day ``end`` on, made from the days before it alone."""
        if end not in self._paths:
            horizon = min(self.span, self.days.days - end)
            found = member_paths(self.days, self.calendar, self.design, end, horizon)
            lifts = self.effects.lifts(self.days, end)[end : end + horizon]
            self._paths[end] = {name: path * lifts for name, path in found.items()}
        return self._paths[end]

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

    def choose(self, end: int, low: int, high: int) -> Choice:
        """Choose the member for days ``low`` to ``high`` (exclusive) after ``end``, by data before ``end``.

        Notes
        -----
        The combination is preferred; another member is taken where its error is lower by a margin. Nothing
        is taken whose error is above that of the 8-week median. Only origins count at which history was long
        enough for what is preferred today; where there is none, that is taken unproven.
        """
        usual = self.days.counts[max(end - 56, 0) : end]
        open_cells = np.isfinite(usual) & self.days.before(end).live[self.days.weekday[max(end - 56, 0) : end]]
        mean = float(usual[open_cells].mean()) if np.any(open_cells) else 0.0
        by_day = mean < SPARSE
        today = set(self.paths(end))
        wanted = next(name for name in (COMBINATION, MEANS, FLOOR) if name in today)
        origins, reach = self._evidence(wanted, end, low, high)
        if not origins:
            return Choice(wanted, {}, 0, by_day)
        names = today.intersection(*(self.paths(origin) for origin in origins))
        errors = {}
        for name in sorted(names):
            miss = volume = 0.0
            for origin in origins:
                weight = 0.5 ** ((origins[0] - origin) / (7 * HALF_LIFE_WEEKS * _patience(low)))
                actual = self.days.counts[origin + reach : origin + reach + high - low]
                path = self.paths(origin)[name][reach : reach + high - low]
                miss += weight * absolute_error(actual, path, by_day)
                volume += weight * float(np.nansum(actual))
            errors[name] = miss / volume if volume > 0 else (np.inf if miss > 0 else 0.0)
        return Choice(preferred(errors, PREFERENCE * max(1.0, ORIGINS / len(origins))), errors, len(origins), by_day)

    def _evidence(self, wanted: str, end: int, low: int, high: int) -> tuple[list[int], int]:
        """Return past origins at which a member forecast, and the days ahead at which it is judged.

        Where too few reach days ``low`` on, the furthest lead with enough of them serves.
        """
        for reach in range(low, -1, -7):
            found = self.past_origins(end, reach + high - low, round(ORIGINS * _patience(low)))
            found = [origin for origin in found if wanted in self.paths(origin)]
            if len(found) >= LEAST_ORIGINS or (reach < 7 and found):
                return found, reach
        return [], low


def _patience(low: int) -> float:
    """Return how much longer a memory errors ``low`` days ahead need: neighbouring ones share most days."""
    return 1.0 + 2.25 * min(low, 21) / 21.0


def absolute_error(actual: Floats, path: Floats, by_day: bool) -> float:
    """Return the summed absolute error over known cells, of intervals or of day totals."""
    known = np.isfinite(actual)
    error = np.where(known, path - np.nan_to_num(actual), 0.0)
    return float(np.abs(error.sum(axis=1)).sum() if by_day else np.abs(error).sum())


def preferred(errors: dict[str, float], preference: float = PREFERENCE) -> str:
    """Return the member to take: never one with a greater error than the floor.

    Among those no worse than the floor the combination stands unless another is better by a margin, and a
    model stands against plain means and medians likewise: a few weeks of back-test tell small differences
    from chance badly.
    """
    allowed = {name: errors[name] for name in sorted(errors) if errors[name] <= errors[FLOOR]}
    models = {name: error for name, error in allowed.items() if name not in PLAIN}
    if not models:
        return min(allowed, key=lambda name: allowed[name])
    best = min(models, key=lambda name: models[name])
    if COMBINATION in models and models[best] > (1 - preference) * models[COMBINATION]:
        best = COMBINATION
    plain = [name for name in allowed if name in PLAIN and allowed[name] < (1 - 2 * preference) * models[best]]
    return min([best, *plain], key=lambda name: allowed[name])


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
    return QueueStudy(cleaned, effects, calendar, design, span)


@lru_cache(maxsize=8)
def _calendar(first: date, days: int, country: str, own: tuple[tuple[date, str], ...]) -> tuple[DayCalendar, Design]:
    """Return the calendar and its columns; queues of a centre mostly share them."""
    calendar = day_calendar(first, days, country, dict(own))
    return calendar, calendar_design(calendar)
