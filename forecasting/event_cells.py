"""Events placed on the matrix of local days and slots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from domain.history import Floats
from domain.people import Event
from forecasting.days import DAY_MINUTES

NEAR_DAYS = 2
"""Days before and after a campaign that it may change too."""
OFFSETS = (-2, -1, 1, 2)


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


def last_day(item: EventCells, slots: int) -> int:
    """Return the last day that an event touches."""
    return (item.first + len(item.share) - 1) // slots


def near_day(item: EventCells, offset: int, slots: int) -> int:
    """Return the day so many days before an event's first (negative) or after its last."""
    return item.first // slots + offset if offset < 0 else last_day(item, slots) + offset
