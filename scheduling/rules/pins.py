"""Pins: what must stay as it is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from domain.roster import OFF, WORK, Stretch
from scheduling.rules.context import Context
from scheduling.rules.rule import Finding, Rule


def holds(pin: Stretch, row: Stretch) -> bool:
    """Tell whether a row does what a pin says; a work pin that names no queue leaves them open."""
    if row.activity != pin.activity or row.agent_id != pin.agent_id:
        return False
    return set(row.queues) == set(pin.queues) or (pin.activity == WORK and not pin.queues)


def pins(context: Context) -> Iterator[Finding]:
    """Check that a pinned person or seat does what the pin says at every minute; nothing at all if ``off``."""
    for pin in context.folder.pins:
        busy = np.zeros(context.calendar.grid.size, np.bool_)
        kept = busy.copy()
        for shift in context.roster.by_agent.get(pin.agent_id, ()):
            for row in shift.stretches:
                busy[context.minutes(row)] = True
                if holds(pin, row):
                    kept[context.minutes(row)] = True
        span = context.minutes(pin)
        wrong = int(busy[span].sum() if pin.activity == OFF else (~kept[span]).sum())
        if wrong:
            said = f"{pin.activity} pinned at {context.span(pin)} is not kept for {wrong} minutes"
            yield Finding(context.day(pin.start), pin.agent_id, wrong, said)


RULES = (Rule("pins", "Pins", pins),)
