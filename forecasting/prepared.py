"""History before a day, made ready for the members: profile, day totals and the calendar of the days wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from domain.history import Floats, Ints
from forecasting.calendar import DayCalendar
from forecasting.day_series import DaySeries
from forecasting.days import QueueDays, logged
from forecasting.design import Design
from forecasting.evidence import with_month_strength
from forecasting.profile import Bools, Profile, fit_profile

MEMORY_DAYS = 1100  # about three years; older days teach nothing

LEAST_TYPICAL = 8.0
"""Contacts a day below which logarithms of day totals, and medians of them, tell little."""


@dataclass(frozen=True)
class Prepared:
    """What one queue's history before a day tells, for the days wanted from then on.

    Attributes
    ----------
    counts, learn : float arrays, shape (days, slots)
        Days of history up to the last known one; what of them may be learned from.
    weekday : int array, shape (days + gap + horizon,)
    ahead_holiday : bool array, shape (horizon,)
    profile : Profile
    series : DaySeries
    live : bool array, shape (7, slots)
    """

    counts: Floats
    learn: Floats
    weekday: Ints
    ahead_holiday: Bools
    profile: Profile
    series: DaySeries
    live: Bools

    @property
    def past_weekday(self) -> Ints:
        """Weekday of each day of history."""
        return self.weekday[: len(self.counts)]

    @property
    def ahead_weekday(self) -> Ints:
        """Weekday of each day wanted."""
        return self.weekday[self.series.ahead]

    @cached_property
    def shares(self) -> Floats:
        """Shares of the days wanted by slot, shape (horizon, slots)."""
        return self.profile.of(self.ahead_weekday, self.ahead_holiday)

    @property
    def known(self) -> int:
        """Days whose total is known."""
        return int(np.isfinite(self.series.totals).sum())

    @property
    def typical(self) -> float:
        """Contacts of a day, on average."""
        return float(np.nanmean(self.series.totals)) if self.known else 0.0

    @property
    def bears_logs(self) -> bool:
        """Whether history is long and busy enough for regressions of log totals."""
        return self.known >= 35 and self.typical >= LEAST_TYPICAL

    @cached_property
    def weighed(self) -> DaySeries:
        """The series with its month effects as strong as history bears out."""
        return with_month_strength(self.series)


def prepare(days: QueueDays, calendar: DayCalendar, design: Design, end: int, horizon: int) -> Prepared | None:
    """Make ready the days before ``end``; None where none of them is known.

    Parameters
    ----------
    days : QueueDays
    calendar, design
        Of the same days.
    end : int
        Only days before this index are looked at.
    horizon : int
        Days wanted, from ``end`` on.
    """
    past = days.before(end)
    rows = np.flatnonzero(logged(past.counts))
    if not len(rows):
        return None
    stop = int(rows[-1]) + 1
    start = max(int(rows[0]), stop - MEMORY_DAYS)
    weekday = (days.first.weekday() + np.arange(start, end + horizon)) % 7
    counts, learn = past.counts[start:stop], past.learn[start:stop]
    if not np.isfinite(learn).any():
        learn = counts
    special, holiday = calendar.special[start:stop], calendar.is_holiday
    profile = fit_profile(learn, weekday[: stop - start], special, holiday[start:stop], past.live)
    shifted = replace(design, matrix=design.matrix[start:])
    series = DaySeries(profile.totals, shifted, special, end - stop, horizon)
    return Prepared(counts, learn, weekday, holiday[end : end + horizon], profile, series, past.live)
