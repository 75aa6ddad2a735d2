"""Events: what history must not teach, and what is to be expected of those ahead."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from domain.history import Floats
from domain.people import Event
from forecasting.days import DAY_MINUTES, QueueDays


@dataclass(frozen=True)
class EventCells:
    """One event as it touches the matrix of days and slots.

    Attributes
    ----------
    event : Event
    first : int
        Index of the first cell touched, counted over days times slots.
    share : float array
        Share of each touched cell that lies inside the event.
    """

    event: Event
    first: int
    share: Floats

    @property
    def cells(self) -> slice:
        """The touched cells of a flattened matrix."""
        return slice(self.first, self.first + len(self.share))


def event_name(event: Event) -> str:
    """Return the name by which an event is known again another year."""
    return re.sub(r"(19|20)\d\d\s*年?", "", event.name).strip().casefold() or event.name


def concerns(event: Event, queue_id: str) -> bool:
    """Tell whether an event touches a queue."""
    return event.queue in ("", queue_id)


def touched_cells(event: Event, first: date, days: int, step_minutes: int, zone: str) -> EventCells | None:
    """Place an event on a matrix of local days and slots; None where it lies outside."""
    slots = DAY_MINUTES // step_minutes

    def position(moment: datetime) -> float:
        wall = moment.astimezone(ZoneInfo(zone))
        return (wall.date() - first).days * slots + (wall.hour * 60 + wall.minute) / step_minutes

    start, end = max(position(event.start), 0.0), min(position(event.end), float(days * slots))
    if end <= start:
        return None
    low, high = int(np.floor(start)), int(np.ceil(end))
    edges = np.arange(low, high)
    share = np.minimum(edges + 1, end) - np.maximum(edges, start)
    return EventCells(event, low, share)


def own_holidays(events: Sequence[Event], queue_id: str, zone: str) -> dict[date, str]:
    """Return the holidays that events name for a queue, by local day.

    An event of kind ``holiday`` that covers at least half of a day names it. One with a lift is told
    rather than learned: its days count as usual ones (an empty name) and the lift is applied to them.
    """
    found: dict[date, str] = {}
    for event in sorted(events, key=lambda e: (e.start, e.name)):
        if event.kind != "holiday" or not concerns(event, queue_id):
            continue
        start, end = event.start.astimezone(ZoneInfo(zone)), event.end.astimezone(ZoneInfo(zone))
        day = start.date()
        while day <= end.date():
            opens = datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
            closes = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
            inside = min(end, closes) - max(start, opens)
            if inside >= (closes - opens) / 2:
                found[day] = "" if event.lift is not None else event.name
            day += timedelta(days=1)
    return found


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
        result = np.ones(self.shape[0] * self.shape[1])
        slots = self.shape[1]
        for item in self.cells:
            if item.first + len(item.share) <= end * slots:
                continue
            lift = self.lift(item.event, days, end)
            if lift is not None:
                result[item.cells] *= 1 + item.share * (lift - 1)
        result[: end * slots] = 1.0
        return result.reshape(self.shape)

    def lift(self, event: Event, days: QueueDays, end: int) -> float | None:
        """Return an event's multiplier: the one given, else the one of its namesakes before day ``end``.

        Notes
        -----
        A namesake's lift is its contacts over what the same weekdays within four weeks on both sides (before
        ``end``) had; several are weighed by volume.
        """
        if event.lift is not None:
            return event.lift
        top = bottom = 0.0
        for item in self.cells:
            last = item.first + len(item.share)
            if event_name(item.event) != event_name(event) or last > end * self.shape[1]:
                continue
            if item.event.kind != event.kind:
                continue
            expected = _expected(days.learn[:end], item, self.shape[1])
            actual = days.counts.reshape(-1)[item.cells]
            use = np.isfinite(actual) & np.isfinite(expected)
            top += float(actual[use].sum())
            bottom += float(expected[use].sum())
        return top / bottom if bottom > 0 else None


def _expected(learn: Floats, item: EventCells, slots: int) -> Floats:
    """Return the median of the same slots on the same weekdays within four weeks, for an event's cells."""
    flat = learn.reshape(-1)
    cells = np.arange(item.first, item.first + len(item.share))
    around = np.array([7 * slots * k for k in (-4, -3, -2, -1, 1, 2, 3, 4)])
    at = cells[None, :] + around[:, None]
    values = np.where((at >= 0) & (at < len(flat)), flat[np.clip(at, 0, len(flat) - 1)], np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # cells without neighbours stay unknown
        return np.asarray(np.nanmedian(values, axis=0))


def apply_events(days: QueueDays, events: Sequence[Event], zone: str) -> tuple[QueueDays, EventEffects]:
    """Take out of history what must not be learned, and gather the events that change volume.

    Outages and closures become unknown; campaigns and holidays with a lift stay as they were counted, but
    nothing is learned from them save the lift of their namesakes.
    """
    counts, learn = days.counts.copy(), days.learn.copy()
    kept = []
    for event in sorted(events, key=lambda e: (e.start, e.end, e.name)):
        if not concerns(event, days.queue.id):
            continue
        item = touched_cells(event, days.first, days.days, days.step_minutes, zone)
        if item is None:
            continue
        told = event.lift is not None
        if event.kind == "outage" or (event.kind == "closed" and not days.queue.deferred):
            counts.reshape(-1)[item.cells] = np.nan
            learn.reshape(-1)[item.cells] = np.nan
        if event.kind == "campaign" or (event.kind in ("holiday", "outage") and told):
            learn.reshape(-1)[item.cells] = np.nan
            kept.append(item)
    shape = (days.days, counts.shape[1])
    return replace(days, counts=counts, learn=learn), EventEffects(tuple(kept), shape)
