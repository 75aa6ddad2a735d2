"""Elastic seats: the cap at every moment, blocks, queues, notice."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import timedelta

from domain.roster import WORK
from scheduling.rules.context import Context
from scheduling.rules.rule import Finding, Rule
from scheduling.rules.staff_floor import excesses

SEAT = re.compile(r"elastic-(?!0+$)\d{3,}")


def cap_of(context: Context) -> int:
    """Return the cap that holds in this plan; heads are core agents hired by its first day."""
    pool = context.folder.centre.elastic
    if pool is None:
        return 0
    share = pool.share
    if context.emergency and pool.emergency_share is not None:
        share = pool.emergency_share
    heads = [
        agent
        for agent in context.folder.agents
        if agent.pool == "core" and (agent.hired_on is None or agent.hired_on <= context.first)
    ]
    return math.floor(share * len(heads) + 1e-9)


def cap(context: Context) -> Iterator[Finding]:
    """Check that at no moment are there more elastic seats than the cap."""
    most = cap_of(context)
    seats = context.count(shift for shift in context.present if context.is_seat(shift))
    for day, by, span in excesses(context, seats - most):
        yield Finding(day, "elastic seats", by, f"{by} seats above {most} at {span}")


def names(context: Context) -> Iterator[Finding]:
    """Check that seats are called elastic-001 and so on."""
    for shift in context.seats:
        if not SEAT.fullmatch(shift.agent_id):
            said = "seats are called elastic-001, elastic-002 and so on"
            yield Finding(context.day(shift.start), shift.agent_id, 1, said)


def blocks(context: Context) -> Iterator[Finding]:
    """Check that a block has one of the lengths offered and is worked from start to end."""
    pool = context.folder.centre.elastic
    lengths = pool.block_hours if pool else ()
    for shift in context.seats:
        day = context.day(shift.start)
        hours = (shift.end - shift.start) / timedelta(hours=1)
        apart = min((abs(hours - length) for length in lengths), default=hours)
        if apart > 1e-9:
            offered = ", ".join(f"{length:g}" for length in lengths) or "none"
            said = f"a block of {hours:g} h, {apart:g} h off the lengths offered ({offered})"
            yield Finding(day, shift.agent_id, apart, said)
        for row in shift.stretches:
            if row.activity != WORK:
                said = f"{row.activity} at {context.span(row)} interrupts a block for {row.minutes:g} minutes"
                yield Finding(day, shift.agent_id, row.minutes, said)


def queues(context: Context) -> Iterator[Finding]:
    """Check that seats serve the queues of their pool only."""
    pool = context.folder.centre.elastic
    offered = set(pool.queues if pool else ())
    for shift in context.seats:
        for row in shift.stretches:
            strange = [queue for queue in row.queues if queue not in offered]
            if strange:
                said = f"{', '.join(strange)} at {context.span(row)}: {row.minutes:g} minutes not for seats"
                yield Finding(context.day(row.start), shift.agent_id, row.minutes, said)


def notice(context: Context) -> Iterator[Finding]:
    """Check that a block starts no earlier than the notice after now, unless it was booked before: pinned."""
    pool = context.folder.centre.elastic
    if pool is None:
        return
    earliest = context.called + timedelta(hours=pool.notice_h)
    booked = {(pin.agent_id, pin.start) for pin in context.folder.pins}
    for shift in context.seats:
        by = (earliest - shift.start) / timedelta(hours=1)
        if by > 1e-9 and (shift.agent_id, shift.start) not in booked:
            said = f"the block at {context.span(shift)} starts {by:g} h within notice of {pool.notice_h:g} h"
            yield Finding(context.day(shift.start), shift.agent_id, by, said)


RULES = (
    Rule("elastic_cap", "Elastic cap", cap),
    Rule("elastic_names", "Names of elastic seats", names),
    Rule("elastic_blocks", "Elastic blocks", blocks),
    Rule("elastic_queues", "Queues of elastic seats", queues),
    Rule("elastic_notice", "Elastic notice", notice),
)
