"""What the events of one queue do to its volume, as known before a day."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domain.history import Floats
from domain.people import Event
from forecasting.days import QueueDays, logged_totals
from forecasting.event_cells import NEAR_DAYS, OFFSETS, EventCells, event_name, last_day, near_day
from forecasting.lifts import (
    AROUND_WEEKS,
    GIVEN_VARIATION,
    Lift,
    around_factors,
    day_noise,
    learned,
    measured,
    neighbours_median,
    stated,
    usual_days,
)

NEAR_VARIATION = 0.10
"""Coefficient of variation added to days near a campaign where they differ."""
LEAST_NEAR = 0.02
"""A factor of such a day that differs from 1 by less is none."""


@dataclass(frozen=True)
class EventEffects:
    """The events of one queue.

    Attributes
    ----------
    cells : tuple of EventCells
        Those that change volume: campaigns, holidays with a lift, outages with a lift.
    shape : tuple of int
        (days, slots).
    """

    cells: tuple[EventCells, ...]
    shape: tuple[int, int]

    def lifts(self, days: QueueDays, end: int) -> Floats:
        """Return the multiplier of every cell from day ``end`` on, as known before it, shape (days, slots)."""
        return self._known(days, end)[0]

    def variation(self, days: QueueDays, end: int) -> Floats:
        """Return the coefficient of variation that events add to cells from day ``end`` on, shape (days, slots)."""
        return self._known(days, end)[1]

    def _known(self, days: QueueDays, end: int) -> tuple[Floats, Floats]:
        """Return multipliers and variations together."""
        slots = self.shape[1]
        size = self.shape[0] * slots
        result, variance, own = np.ones(size), np.zeros(size), np.zeros(size, dtype=np.bool_)
        for item in self.cells:
            own[item.cells] = True
        for item in self.cells:
            if item.first + len(item.share) <= (end - NEAR_DAYS) * slots:
                continue
            lift = self.lift(item.event, days, end)
            result[item.cells] *= 1 + item.share * (lift.factor - 1)
            variance[item.cells] += (item.share * lift.variation) ** 2
            for offset, factor in self.around(item.event, days, end).items():
                day = near_day(item, offset, slots)
                if 0 <= day < self.shape[0] and abs(factor - 1) > LEAST_NEAR:
                    cells = slice(day * slots, (day + 1) * slots)
                    result[cells] *= np.where(own[cells], 1.0, factor)
                    variance[cells] += np.where(own[cells], 0.0, NEAR_VARIATION**2)
        result[: end * slots] = 1.0
        variance[: end * slots] = 0.0
        return result.reshape(self.shape), np.sqrt(variance).reshape(self.shape)

    def lift(self, event: Event, days: QueueDays, end: int) -> Lift:
        """Return an event's multiplier: the one given, else what earlier events before day ``end`` make likely.

        Notes
        -----
        An earlier event's own lift (and that of one under way, so far) is its contacts over what the same weekdays
        within four weeks on both sides (before ``end``) had; where history does not show it, the lift given for it.
        `forecasting.lifts.learned` weighs namesakes and other events of the kind.
        """
        if event.lift is not None:
            return Lift(event.lift, GIVEN_VARIATION, given=True)
        examples = []
        past = self._begun(event, end)
        noise = day_noise(days.learn[:end]) if past else 0.0
        for item in past:
            name = event_name(item.event)
            expected = _expected(days.learn[:end], item, self.shape[1])
            actual = days.counts.reshape(-1)[item.cells]
            use = np.isfinite(actual) & np.isfinite(expected) & (item.share > 0.5)
            if expected[use].sum() > 0:
                examples.append(measured(name, float(actual[use].sum()), float(expected[use].sum()), noise))
            elif item.event.lift is not None:
                examples.append(stated(name, item.event.lift))
        return learned(event_name(event), examples)

    def around(self, event: Event, days: QueueDays, end: int) -> dict[int, float]:
        """Return the factors of the days within two of a campaign, by offset, as its namesakes before day ``end`` had.

        Negative offsets count back from its first day, positive ones on from its last. Days that other events touch
        tell nothing.
        """
        past = [item for item in self._past(event, end) if event_name(item.event) == event_name(event)]
        if event.kind != "campaign" or not past:
            return {}
        slots = self.shape[1]
        totals = logged_totals(days.counts[:end])
        usual = usual_days(days.learn[:end])
        taken = {day for item in self.cells for day in range(item.first // slots, last_day(item, slots) + 1)}
        ratios = np.full((len(past), len(OFFSETS)), np.nan)
        noise = np.full_like(ratios, np.nan)
        spread = day_noise(days.learn[:end])
        for i, item in enumerate(past):
            for j, offset in enumerate(OFFSETS):
                day = near_day(item, offset, slots)
                if 0 <= day < end and day not in taken and totals[day] > 0 and usual[day] > 0:
                    ratios[i, j] = np.log(totals[day] / usual[day])
                    noise[i, j] = 1 / totals[day] + 1.3 * spread**2
        return dict(zip(OFFSETS, around_factors(ratios, noise).tolist(), strict=True))

    def _begun(self, event: Event, end: int) -> list[EventCells]:
        """Return the events of the same kind that began before day ``end``, as far as they lie before it."""
        limit = end * self.shape[1]
        return [
            replace(item, share=item.share[: limit - item.first])
            for item in self.cells
            if item.event.kind == event.kind and item.first < limit
        ]

    def _past(self, event: Event, end: int) -> list[EventCells]:
        """Return the events of the same kind that ended before day ``end``."""
        return [
            item
            for item in self.cells
            if item.event.kind == event.kind and item.first + len(item.share) <= end * self.shape[1]
        ]


def _expected(learn: Floats, item: EventCells, slots: int) -> Floats:
    """Return the median of the same slots on the same weekdays within four weeks, for an event's cells."""
    cells = np.arange(item.first, item.first + len(item.share))
    return neighbours_median(learn.reshape(-1), cells, [7 * slots * k for k in AROUND_WEEKS])
