"""Activities held together: the time at which most can attend, and of those times the one that costs least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from domain.history import Floats
from scheduling.pauses.desk import Desk
from scheduling.pauses.due import Due
from scheduling.pauses.duty import Duty, Pause
from scheduling.pauses.program import MOST_PAUSES
from scheduling.pauses.response import GAIN, PLACE
from scheduling.pauses.week import Week
from scheduling.rules.activities import fits

TRIED = 16
"""Times of a session that are weighed exactly, those first where most may be free and about the least is lost."""

MOST_TRIED = 64
"""The same where some who seemed free turn out not to be."""


@dataclass(frozen=True)
class Session:
    """One time at which an activity is held.

    Attributes
    ----------
    start : int
        Slot of the horizon.
    duties : tuple of Duty
        Shifts of those who attend.
    """

    start: int
    duties: tuple[Duty, ...]


def meet(week: Week, item: int, dues: Sequence[Due]) -> tuple[dict[Due, int], list[Session]]:
    """Hold the sessions of one activity; the same people attend each.

    Where a session is pinned for somebody, the others join it, and no further one is held.

    Returns
    -------
    tuple of dict and list
        How often each person attends, and the sessions.
    """
    done = dict.fromkeys(dues, 0)
    pinned = _pinned(week, item)
    if pinned:
        return {due: len(pinned) * _join(week, due, pinned) for due in dues}, []
    here, sessions = list(dues), []
    # a meeting of one is none, where more were meant to meet
    least = min(2, len(dues))
    for _ in range(min(due.times for due in dues)):
        session = _hold(week, here, least)
        if session is None:
            break
        sessions.append(session)
        there = {duty.who for duty in session.duties}
        here = [due for due in here if due.who in there]
        least = len(here)
        for due in here:
            done[due] += 1
    return done, sessions


def other_times(week: Week, item: int, sessions: list[Session]) -> bool:
    """Seek a better time for each session, for all who attend it; tell whether one was found."""
    desk, gained = week.desk, False
    for n, session in enumerate(sessions):
        people = sorted({duty.who for duty in session.duties})
        everyone = [duty for who in people for duty in week.shifts_of(who)]
        value, memory = desk.value(everyone), desk.remember(everyone)
        for duty in session.duties:
            desk.drop(duty, item)
        found = _hold(week, [Due(item, who, 1) for who in people], len(people))
        if found is not None and desk.value(everyone) < value - GAIN:
            sessions[n] = found
            gained = True
        else:
            desk.go_back(everyone, memory)
    return gained


def _pinned(week: Week, item: int) -> list[int]:
    """Return the slots at which an activity is held already."""
    activity = week.folder.activities[item]
    people = [week.agents[a].id for a in week.meant(item)]
    there = {row.start for who in people for row in week.there.get(who, ()) if fits(activity, row)}
    return sorted(round(week.grid.minutes_at(start) / week.grid.step_minutes) for start in there)


def _join(week: Week, due: Due, starts: Sequence[int]) -> bool:
    """Let somebody attend every session that is there, or none."""
    desk, mine = week.desk, week.shifts_of(due.who)
    memory = desk.remember(mine)
    open_to = week.open_shifts(due)
    for start in starts:
        pause = week.wanted(due).at(start)
        duty = next((duty for duty in open_to if duty.low < start and start + pause.length < duty.high), None)
        if duty is None or desk.answer(duty, [*duty.pauses, pause], PLACE) is None:
            desk.go_back(mine, memory)
            return False
    return True


def _hold(week: Week, dues: Sequence[Due], least: int) -> Session | None:
    """Hold one session, each in a shift that has none of the same yet; None where fewer than ``least`` can attend.

    Notes
    -----
    1. Each start counts who may be free, and adds up about what their leaving costs. 2. In that order starts are tried
    exactly: one person after the other leaves, with breaks placed anew around it. 3. Most attending comes first, then
    the least loss.
    """
    desk = week.desk
    wanted = {due.who: week.wanted(due) for due in dues}
    duties = [
        duty
        for due in dues
        for duty in week.open_shifts(due)
        if all(pause.item != due.item for pause in duty.pauses) and len(duty.pauses) < MOST_PAUSES
    ]
    free, loss = _screen(desk, wanted, duties)
    order = sorted((s for s in free if len(free[s]) >= least), key=lambda s: (-len(free[s]), loss[s], s))
    best: tuple[int, float, int] | None = None
    for n, start in enumerate(order):
        may = len(free[start])
        if best is not None and (may < -best[0] or n >= MOST_TRIED or (n >= TRIED and may <= -best[0])):
            break
        memory = desk.remember(free[start])
        total, attending = _leave(desk, wanted, free[start], start)
        desk.go_back(free[start], memory)
        if len(attending) >= least and (best is None or (-len(attending), total, start) < best):
            best = (-len(attending), total, start)
    if best is None:
        return None
    return Session(best[2], tuple(_leave(desk, wanted, free[best[2]], best[2])[1]))


def _screen(desk: Desk, wanted: Mapping[int, Pause], duties: Sequence[Duty]) -> tuple[dict[int, list[Duty]], Floats]:
    """Return the shifts that may be left at each start, and about what that costs, shape (slots,)."""
    free: dict[int, list[Duty]] = {}
    loss = np.zeros(desk.inst.slots)
    for duty in duties:
        pause = wanted[duty.who]
        running = np.concatenate(([0.0], np.cumsum(desk.slot_prices(duty))))
        cost = duty.costs([pause])[0]
        still = [other for other in duty.pauses if not other.movable]
        for p in np.flatnonzero(np.isfinite(cost)).tolist():
            start = duty.low + p
            if all(other.end < start or start + pause.length < other.start for other in still):
                free.setdefault(start, []).append(duty)
                loss[start] += running[start + pause.length] - running[start] + cost[p]
    return free, loss


def _leave(desk: Desk, wanted: Mapping[int, Pause], duties: Sequence[Duty], start: int) -> tuple[float, list[Duty]]:
    """Let people leave for a session one after the other; return what it costs and who can."""
    total, attending = 0.0, []
    for duty in duties:
        answer = desk.answer(duty, [*duty.pauses, wanted[duty.who].at(start)], PLACE)
        if answer is not None:
            total += answer.total
            attending.append(duty)
    return total, attending
