"""Events: what history must not teach, and what is to be expected of those ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from domain.history import Floats
from domain.people import Event
from forecasting.days import QueueDays, logged_totals
from forecasting.event_cells import OFFSETS, EventCells, concerns, near_day, touched_cells
from forecasting.event_effects import EventEffects
from forecasting.lifts import usual_days

_FAR_OFF = 4.0  # a day near a campaign that lies so many standard deviations off is not learned from


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


def apply_events(days: QueueDays, events: Sequence[Event], zone: str) -> tuple[QueueDays, EventEffects]:
    """Take out of history what must not be learned, and gather the events that change volume.

    Outages and closures become unknown; campaigns and holidays with a lift stay as they were counted, but
    nothing is learned from them save the lift of their namesakes. A day within two of a campaign that lies far off
    its weekday in the eight weeks before is not learned from either.
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
    _unlearn_near(learn, [item for item in kept if item.event.kind == "campaign"])
    return replace(days, counts=counts, learn=learn), EventEffects(tuple(kept), shape)


def _unlearn_near(learn: Floats, campaigns: Sequence[EventCells]) -> None:
    """Take out days near campaigns that differ from usual ones by more than chance, by what lies before them."""
    if not campaigns:
        return
    slots = learn.shape[1]
    totals, usual = logged_totals(learn), usual_days(learn, back_only=True)
    near = {near_day(item, offset, slots) for item in campaigns for offset in OFFSETS}
    for day in sorted(d for d in near if 0 <= d < len(learn) and totals[d] > 0 and usual[d] > 0):
        spread = np.hypot(0.1, 1 / np.sqrt(usual[day]))
        if abs(np.log(totals[day] / usual[day])) > _FAR_OFF * spread:
            learn[day] = np.nan
