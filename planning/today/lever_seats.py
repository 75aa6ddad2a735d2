"""Elastic seats: blocks to book, and booked ones to cancel, within notice and cap."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from capacity.servers import SEAT
from domain.history import Ints
from domain.roster import WORK, Stretch
from planning.today.proposal import Proposal, Shifts
from planning.today.situation import Situation

NEW = ""
"""Shift id of a block whose seat is chosen when it is booked."""


def blocks_to_book(situation: Situation, *, emergency: bool = False) -> list[Proposal]:
    """Return the blocks that can still begin today: each start and length, on each set of queues that a seat may serve.

    Parameters
    ----------
    situation : Situation
    emergency : bool
        Under the cap of a declared emergency, in the place of the usual one.
    """
    folder, day = situation.folder, situation.day
    pool = folder.centre.elastic
    if pool is None or situation.cap(emergency=emergency or situation.emergency) < 1:
        return []
    low = situation.day.grid.minutes_at(earliest_block(situation))
    step = folder.centre.interval_minutes
    seat = f"{SEAT}001"
    found = []
    for queues in _sets(situation):
        for hours in pool.block_hours:
            for minute in range(int(-(-max(low, 0) // step) * step), day.grid.size * step, step):
                start = day.grid.at(minute)
                end = start + timedelta(hours=hours)
                if end > situation.calendar.grid.end - timedelta(days=2) or not _open(situation, queues, start, end):
                    continue
                row = Stretch(seat, start, end, queues=queues, pool="elastic", shift_id=NEW)
                what = f"book a seat on {', '.join(queues)} from {day.clock(start)} to {day.clock(end)}"
                found.append(
                    Proposal("book_seat", "", (seat, NEW), (row,), queues, start, end, what, 0.0, hours, emergency)
                )
    return found


def blocks_to_cancel(situation: Situation) -> list[Proposal]:
    """Return the booked blocks that begin today after the notice, and are not pinned: each can be given back."""
    pool, day = situation.folder.centre.elastic, situation.day
    if pool is None:
        return []
    pinned = {(pin.agent_id, pin.start) for pin in situation.folder.pins}
    found = []
    for key, shift in sorted(situation.shifts.of.items()):
        if not situation.is_seat(shift) or not earliest_block(situation) <= shift.start < day.grid.end:
            continue
        if (shift.agent_id, shift.start) in pinned:
            continue
        hours = (shift.end - shift.start) / timedelta(hours=1)
        queues = tuple(dict.fromkeys(queue for row in shift.stretches for queue in row.queues))
        span = f"{day.clock(shift.start)} to {day.clock(shift.end)}"
        what = f"cancel {shift.agent_id} on {', '.join(queues)}, {span}"
        found.append(
            Proposal("cancel_seat", shift.agent_id, key, (), queues, shift.start, shift.end, what, 0.0, -hours)
        )
    return found


def earliest_block(situation: Situation) -> datetime:
    """Return the first moment at which a block booked now may begin."""
    pool = situation.folder.centre.elastic
    notice = timedelta(hours=pool.notice_h) if pool else timedelta(0)
    return max(situation.day.now + notice, situation.soonest)


def booked(situation: Situation, shifts: Shifts, proposal: Proposal) -> Proposal | None:
    """Give a block to the first seat that is free for it.

    None where the cap has no room; and for a block of an emergency, where there is room without one.
    """
    calendar = situation.calendar
    span = slice(calendar.minute(proposal.start), calendar.minute(proposal.end))
    cap = situation.cap(emergency=proposal.emergency or situation.emergency)
    most = int(situation.seats_booked(shifts)[span].max(initial=0))
    if most >= cap or (proposal.emergency and most < situation.cap()):
        return None
    taken: dict[str, Ints] = {}
    for shift in shifts.seats:
        if situation.is_seat(shift):
            marks = taken.setdefault(shift.agent_id, np.zeros(calendar.grid.size, dtype=np.int64))
            marks[calendar.minute(shift.start) : calendar.minute(shift.end)] = 1
    seats = sorted(who for who, server in situation.servers.items() if server.pool == "elastic")
    free = next((seat for seat in seats if seat not in taken or not taken[seat][span].any()), None)
    if free is None:
        return None
    label = proposal.start.astimezone(ZoneInfo(situation.day.grid.zone))
    shift_id = f"today-{free}-{label:%Y%m%dT%H%M}"
    rows = tuple(
        Stretch(free, row.start, row.end, WORK, row.queues, True, "elastic", shift_id) for row in proposal.rows
    )
    what = proposal.what.replace("book a seat", f"book {free}", 1)
    return Proposal(
        proposal.lever,
        free,
        (free, shift_id),
        rows,
        proposal.queues,
        proposal.start,
        proposal.end,
        what,
        proposal.pay,
        proposal.elastic_h,
        proposal.emergency,
    )


def _sets(situation: Situation) -> list[tuple[str, ...]]:
    """Return the sets of queues to book: each alone, those of a channel together, and what is booked already."""
    centre = situation.folder.centre
    pool = centre.elastic
    mine = [queue for queue in centre.queues if pool is not None and queue.id in pool.queues]
    sets: dict[tuple[str, ...], None] = {(queue.id,): None for queue in mine}
    for channel in dict.fromkeys(queue.channel for queue in mine):
        sets[tuple(queue.id for queue in mine if queue.channel is channel)] = None
    for shift in situation.shifts.seats:
        if situation.is_seat(shift):
            sets[tuple(dict.fromkeys(queue for row in shift.stretches for queue in row.queues))] = None
    return [queues for queues in sets if queues]


def _open(situation: Situation, queues: tuple[str, ...], start: datetime, end: datetime) -> bool:
    """Tell whether some queue of a set is open at every minute."""
    calendar = situation.calendar
    span = slice(calendar.minute(start), calendar.minute(end))
    return bool(np.logical_or.reduce([calendar.opening(queue)[span] for queue in queues]).all())
