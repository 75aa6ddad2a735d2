"""How figures read: durations, shares, money, spans of time and measures in words."""

from __future__ import annotations

import math
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.centre import Centre
from planning.result import TargetResult

UNKNOWN = "–"

MEASURE_WORDS: dict[str, str] = {
    "mean_wait_s": "Mean wait",
    "service_level": "Service level",
    "abandonment": "Abandonment",
    "fcr": "Resolved at first contact",
    "occupancy": "Occupancy",
    "share": "Done in time",
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def number(value: float, digits: int = 0) -> str:
    """Write a number with thousands separated; a dash where it is not known."""
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{value:,.{digits}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("-")


def percent(share: float, digits: int = 1) -> str:
    """Write a share 0..1 in per cent."""
    return UNKNOWN if not math.isfinite(share) else f"{number(100 * share, digits)} %"


def seconds(value: float) -> str:
    """Write a wait: seconds below two minutes, minutes or hours above."""
    if not math.isfinite(value):
        return UNKNOWN
    if value < 120:
        return f"{number(value, 1 if value < 10 else 0)} s"
    return f"{number(value / 60, 1)} min" if value < 7200 else f"{number(value / 3600, 1)} h"


def measured(measure: str, value: float) -> str:
    """Write a value of a service measure in its own unit."""
    return seconds(value) if measure == "mean_wait_s" else percent(value)


def interval(measure: str, low: float, high: float) -> str:
    """Write an interval, with more digits where its ends would read alike; empty where they still do."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    for more in range(3):
        if measure == "mean_wait_s":
            ends = [seconds(value) if not more else f"{number(value, more)} s" for value in (low, high)]
        else:
            ends = [percent(value, 1 + more) for value in (low, high)]
        if ends[0] != ends[1]:
            return f"{ends[0]} – {ends[1]}"
    return ""


def window_of(row: TargetResult, centre: Centre) -> float:
    """Return the seconds within which a service level or deferred work is promised; 0 for other measures."""
    if row.measure not in {"service_level", "share"} or row.queue not in centre.queue_ids:
        return 0.0
    for target in centre.queue(row.queue).targets:
        if target.scope == row.scope and target.measures().get(row.measure) == row.target:
            return 3600 * (target.response_h or 0.0) if row.measure == "share" else target.within_s or 0.0
    return 0.0


def day_text(day: date) -> str:
    """Write a date as ``Mon 23 Nov``, the same in every locale."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def span_text(start: datetime, end: datetime, zone: str) -> str:
    """Write a span of time on the centre's clock."""
    tz = ZoneInfo(zone)
    first, last = start.astimezone(tz), end.astimezone(tz)
    tail = f"{last:%H:%M}"
    if last.date() != first.date():
        midnight = (last.hour, last.minute) == (0, 0) and (last.date() - first.date()).days == 1
        tail = "24:00" if midnight else f"{day_text(last.date())} {tail}"
    return f"{day_text(first.date())} {first:%H:%M}–{tail}"


def day_or_span(start: datetime, end: datetime, zone: str) -> str:
    """Write a span of time; a whole day by its name alone."""
    tz = ZoneInfo(zone)
    first, last = start.astimezone(tz), end.astimezone(tz)
    whole = (first.hour, first.minute) == (last.hour, last.minute) == (0, 0)
    if whole and (last.date() - first.date()).days == 1:
        return day_text(first.date())
    return span_text(start, end, zone)


def week_text(first: date, last: date) -> str:
    """Write the planned days: ``23–29 November 2026`` in its short form."""
    if first.year != last.year:
        head = f"{first.day} {MONTHS[first.month - 1]} {first.year}"
    elif first.month != last.month:
        head = f"{first.day} {MONTHS[first.month - 1]}"
    else:
        head = f"{first.day}"
    joint = "–" if head.isdigit() else " – "
    return f"{head}{joint}{last.day} {MONTHS[last.month - 1]} {last.year}"


def counted(count: float, one: str, many: str = "") -> str:
    """Write a count with its noun: ``1 shift``, ``2 shifts``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"
