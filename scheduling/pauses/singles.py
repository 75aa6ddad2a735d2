"""Activities that each has alone: in the shift, and at the time, where they lose least."""

from __future__ import annotations

import numpy as np

from scheduling.pauses.due import Due
from scheduling.pauses.duty import Duty
from scheduling.pauses.response import GAIN, PLACE, TRY
from scheduling.pauses.week import Week


def choice(week: Week, due: Due) -> int:
    """Return in how many places an activity may lie."""
    pause = week.wanted(due)
    return int(sum(np.isfinite(duty.costs([pause])).sum() for duty in week.open_shifts(due)))


def place_one(week: Week, due: Due) -> bool:
    """Place one occurrence of an activity where it loses least; tell whether it has a place.

    Notes
    -----
    Each shift is tried with its breaks placed anew around the activity. A shift that has none yet goes before one that
    has.
    """
    if week.count(due) >= week.folder.activities[due.item].times_per_week:
        return True
    pause = week.wanted(due)
    fits: list[tuple[int, float, int, Duty]] = []
    for n, duty in enumerate(week.open_shifts(due)):
        answer = week.desk.answer(duty, [*duty.pauses, pause], TRY)
        if answer is not None:
            again = sum(other.item == due.item for other in duty.pauses)
            fits.append((again, answer.total, n, duty))
    if not fits:
        return False
    duty = min(fits, key=lambda found: found[:3])[3]
    if week.desk.answer(duty, [*duty.pauses, pause], PLACE) is None:
        return False
    if week.has_twin(due):
        # where it counts is settled; moved, it might count elsewhere too
        duty.pauses[-1] = duty.pauses[-1].at(duty.pauses[-1].start)
    return True


def place_better(week: Week, due: Due) -> bool:
    """Seek a better place for each occurrence of an activity, in any shift; tell whether one was found."""
    if week.has_twin(due):
        return False
    desk, mine = week.desk, week.shifts_of(due.who)
    gained = False
    for duty in [duty for duty in mine if any(pause.item == due.item for pause in duty.pauses)]:
        value, memory = desk.value(mine), desk.remember(mine)
        desk.drop(duty, due.item)
        if place_one(week, due) and desk.value(mine) < value - GAIN:
            gained = True
        else:
            desk.go_back(mine, memory)
    return gained
