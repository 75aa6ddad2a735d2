"""Why deferred work is late: contacts nobody can meet, contacts due while nobody is there, and too few hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from capacity.targets import TargetRow
from domain.history import Floats
from domain.roster import WORK
from scheduling.calendar import Minutes
from scheduling.deadlines import arrivals, in_time
from scheduling.elastic_left import elastic_left
from scheduling.who_could import Gap, unpriced, who_could

FEW = 0.5
"""Contacts below which a cause is not told."""


@dataclass(frozen=True)
class LateWork:
    """Contacts of one window of a deferred target, parted by who could have met them.

    Attributes
    ----------
    contacts : float
        Those that fall due inside the horizon.
    never : float
        No opening lies between arrival and deadline that would hold their handling.
    alone : float
        They could be met while the queue is open, but only at times when nobody is on it.
    work_h, duty_h, open_h : float
        Hours of work that come in, hours of duty given to the queue, and opening hours.
    leaves, closes : datetime or None
        When the last person on the queue goes home and when it closes; None where nobody is, where it is shut.
    """

    contacts: float
    never: float
    alone: float
    work_h: float
    duty_h: float
    open_h: float
    leaves: datetime | None
    closes: datetime | None

    @property
    def seats(self) -> float:
        """Seats missing over the opening hours; contacts that nobody can meet ask for none."""
        each = self.work_h / self.contacts if self.contacts > 0 else 0.0
        return max(self.work_h - self.duty_h, self.alone * each, 0.0) / self.open_h if self.open_h > 0 else 0.0


def late_work(gap: Gap, row: TargetRow) -> LateWork:
    """Part the contacts of a missed deferred target, minute by minute of their arrival.

    Parameters
    ----------
    gap : Gap
        The window of the target, from its first interval's start to its last one's end.
    row : TargetRow
        Its intervals count from the model's first.
    """
    calendar, centre = gap.legal.calendar, gap.model.folder.centre
    queue = centre.queue_ids[row.queue]
    arrival, each = arrivals(calendar, gap.model.intervals, row.intervals, _volume(gap, row))
    low, high = int(arrival[0]), int(arrival[-1]) + 1
    opened, duty = calendar.opening(queue), _on_duty(gap, queue)
    inside = row.intervals
    aht = float(
        np.average(gap.model.pool_aht[gap.pool, inside], weights=gap.model.pool_volume[gap.pool, inside] + 1e-9)
    )
    counts = arrival + round(60 * row.response_h) <= _ahead(gap)
    possible = in_time(opened, arrival, row.response_h, aht)
    served = in_time(duty, arrival, row.response_h, aht)
    there = np.flatnonzero(duty[low:high])
    shut = np.flatnonzero(opened[low:high])
    grid = calendar.grid
    return LateWork(
        contacts=float(each[counts].sum()),
        never=float(each[counts & ~possible].sum()),
        alone=float(each[counts & possible & ~served].sum()),
        work_h=float(each.sum()) * aht / 3600,
        duty_h=float(gap.result.seats[gap.pool, inside].sum()) * gap.model.intervals.step_minutes / 60,
        open_h=float(len(shut)) / 60,
        leaves=grid.at(low + int(there[-1]) + 1) if len(there) else None,
        closes=grid.at(low + int(shut[-1]) + 1) if len(shut) else None,
    )


def late_text(gap: Gap, row: TargetRow, late: LateWork) -> str:
    """Say in words why a deferred target is missed."""
    queue = gap.model.folder.centre.queue_ids[row.queue]
    contacts, never, alone = (max(round(n), 1) if n >= FEW else 0 for n in (late.contacts, late.never, late.alone))
    said = []
    if late.leaves is None:
        said.append(f"Nobody is on {queue} that day, and {late.work_h:.1f} hours of work come in.")
    if never:
        arrive, them = ("arrives", "it") if never == 1 else ("arrive", "them")
        reach = 1 - late.never / late.contacts
        bound = f", so at most {100 * reach:.0f} % can be done in time" if reach < row.limit else ""
        said.append(
            f"Of {contacts} contacts, {never} {arrive} in hours from which no opening lies inside the "
            f"{row.response_h:g} hours allowed: nobody can meet {them}{bound}."
        )
    if alone and late.leaves is not None:
        more = f"{alone} more" if never else f"Of {contacts} contacts, {alone}"
        said.append(f"{more} could be met only while nobody is on {queue}{_times(gap, late)}.")
    if late.leaves is not None and late.contacts - late.never - late.alone >= row.limit * late.contacts:
        said.append(_hands(gap, late, queue))
    if late.seats > 0:
        span = _span(gap, late)
        said += [who_could(span), elastic_left(span), unpriced(span)]
    return " ".join(part for part in said if part)


def _times(gap: Gap, late: LateWork) -> str:
    if late.leaves is None or late.closes is None or late.leaves >= late.closes:
        return ""
    zone = gap.model.intervals.local_starts[0].tzinfo
    return (
        f": the last one leaves it at {late.leaves.astimezone(zone):%H:%M}, and it is open until "
        f"{late.closes.astimezone(zone):%H:%M}"
    )


def _hands(gap: Gap, late: LateWork, queue: str) -> str:
    """Say how the hours of work and of duty compare, where the times of duty do not explain the miss."""
    text = f"{late.work_h:.1f} hours of work come in, and {late.duty_h:.1f} hours of duty are given to it"
    if late.duty_h < late.work_h:
        return f"{text}."
    live = {other.id for other in gap.model.folder.centre.queues if not other.deferred}
    shared = any(queue in row.queues and live & set(row.queues) for row in gap.roster.stretches)
    wait = "the people there serve live contacts first" if shared else "what comes in late waits behind what is there"
    return f"{text}; still, {wait}."


def _span(gap: Gap, late: LateWork) -> Gap:
    """Return the part of a window in which somebody would help: after the last one leaves, else all of it."""
    after = late.leaves is not None and late.closes is not None and late.leaves < late.closes and late.alone >= FEW
    if not after or late.leaves is None or late.closes is None:
        return gap
    return Gap(gap.model, gap.result, gap.roster, gap.legal, gap.pool, late.leaves, late.closes)


def _volume(gap: Gap, row: TargetRow) -> Floats:
    """Return a target's contacts by interval.

    The model knows the volume of pools; a queue that shares its pool is given the part that its own contacts are.
    """
    volume: Floats = gap.model.pool_volume[gap.pool]
    if len(gap.model.pools[gap.pool].queues) == 1:
        return volume
    rows = [r for r, i in enumerate(gap.model.rows.tolist()) if gap.model.targets[i].key == row.key]
    mine = next((float(gap.model.contacts[r]) for r in rows), 0.0)
    return np.asarray(volume * (mine / max(float(volume[row.intervals].sum()), 1e-12)))


def _on_duty(gap: Gap, queue: str) -> Minutes:
    """Return when somebody's work names the queue, shape (minutes,)."""
    calendar = gap.legal.calendar
    mask = np.zeros(calendar.grid.size, np.bool_)
    for row in gap.roster.stretches:
        if row.activity == WORK and queue in row.queues:
            mask[calendar.minute(row.start) : calendar.minute(row.end)] = True
    return mask


def _ahead(gap: Gap) -> int:
    """Return the minute at which the horizon ends; in all weeks but the last, the end of the masks."""
    end = gap.model.intervals.end
    later = any(shift.start >= end for shift in gap.roster.shifts)
    return gap.legal.calendar.grid.size if later else gap.legal.calendar.minute(end)
