"""Why an activity found no time, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from scheduling.pauses.due import Due, window
from scheduling.pauses.duty import Duty
from scheduling.pauses.program import MOST_PAUSES, place_pauses
from scheduling.pauses.week import Week
from scheduling.rules.activities import break_names, fits


def why_not(week: Week, due: Due, *, held: bool) -> str:
    """Say why somebody has an activity less often than planned.

    Parameters
    ----------
    week : Week
        With everything that was placed.
    due : Due
    held : bool
        Whether it is held together, and others attend.
    """
    item = week.folder.activities[due.item]
    agent = week.agents[due.who]
    said = f"between {_clock(week, item.earliest)} and {_clock(week, item.latest)}"
    contract = next(c for c in week.folder.centre.contracts if c.id == agent.contract)
    if item.activity in break_names(contract):
        return f"{item.activity} is the name of a break, which the contract places"
    shifts = week.shifts_of(due.who)
    first, last = window(item, week.grid)
    length = item.minutes // week.grid.step_minutes
    inside = [duty for duty in shifts if duty.low < last + length and first < duty.high]
    if not inside:
        return f"no shift {said}"
    step = week.grid.step_minutes
    longest = max(min(duty.high - 1, last + length) - max(duty.low + 1, first) for duty in inside) * step
    if longest < item.minutes:
        return f"the shift leaves {max(longest, 0)} minutes {said}, with work before and after"
    if not item.paid and not any(week.bears_unpaid(duty, item.minutes) for duty in inside):
        return "it is unpaid, and what is left would be fewer paid hours than the contract's"
    if held:
        return f"not free at the time at which most can meet ({_others(week, due)})"
    if item.together and any(_room(week, due, duty) for duty in inside):
        return f"no common time {said}"
    if any(_room(week, due, duty) for duty in inside):
        return f"minimum staff spares nobody {said}"
    return f"breaks, pins and other activities leave no {item.minutes} minutes {said}"


def _others(week: Week, due: Due) -> str:
    """Say when the others meet."""
    item = week.folder.activities[due.item]
    others = [a for a in week.meant(due.item) if a != due.who]
    starts = {row.start for a in others for row in week.rows(a) if fits(item, row)}
    return ", ".join(_clock(week, start) for start in sorted(starts))


def _room(week: Week, due: Due, duty: Duty) -> bool:
    """Tell whether an activity fits beside the pauses of a shift, whatever the service."""
    pauses = [*duty.pauses, week.wanted(due)]
    sizes = np.array([pause.length for pause in pauses], dtype=np.int64)
    starts = np.zeros(len(pauses), dtype=np.int64)
    return len(pauses) <= MOST_PAUSES and bool(np.isfinite(place_pauses(duty.costs(pauses), sizes, starts)))


def _clock(week: Week, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(week.grid.zone)):%m-%d %H:%M}"
