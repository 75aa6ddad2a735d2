"""People on other queues than planned, for a stretch: as often as the plan lets queues change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np

from domain.history import Floats
from domain.people import Agent
from domain.roster import WORK, Shift, Stretch
from planning.today.proposal import Proposal
from planning.today.situation import Situation

LEAST_INTERVALS = 2
"""Nobody changes queue for less than so many intervals, unless less than that is left of the shift."""


def queue_changes(situation: Situation, worth: Floats) -> list[Proposal]:
    """Return for each person and queue they may serve the stretch in which they are worth most there.

    Parameters
    ----------
    situation : Situation
    worth : float array, shape (queues, intervals of the day)
        Money that one more seat saves.

    Notes
    -----
    ``queue_changes`` of the plan rules: ``stretch`` lets queues change within a shift; ``shift`` only those of shifts
    that have not begun, whole; ``none`` none. A person moves to a queue alone, or serves it beside the others.
    """
    allowed = situation.folder.centre.planning.queue_changes
    if allowed == "none" or not worth.any():
        return []
    found = []
    for shift in situation.people_ahead():
        agent = situation.agents[shift.agent_id]
        if allowed == "shift" and shift.start < situation.soonest:
            continue
        for queues, target in _choices(situation, agent, shift):
            made = _best(situation, agent, shift, queues, target, worth, whole=allowed == "shift")
            if made is not None:
                found.append(made)
    return found


def _choices(situation: Situation, agent: Agent, shift: Shift) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the sets of queues that a person could serve instead, and the queue that gains."""
    names = situation.folder.centre.queue_ids
    server = situation.servers[agent.id]
    calendar = situation.calendar
    span = slice(calendar.minute(situation.soonest), calendar.minute(shift.end))
    now = tuple(dict.fromkeys(queue for row in shift.stretches if row.end > situation.soonest for queue in row.queues))
    for q, name in enumerate(names):
        if server.level[q] < 1 or not calendar.may_serve(agent, name)[span].all():
            continue
        if name not in now:
            yield (*now, name), name
            yield (name,), name
        elif len(now) > 1:
            yield (name,), name


def _best(
    situation: Situation,
    agent: Agent,
    shift: Shift,
    queues: tuple[str, ...],
    target: str,
    worth: Floats,
    *,
    whole: bool,
) -> Proposal | None:
    """Return the stretch of a shift in which the other queues are worth most more; None where they never are."""
    day, centre = situation.day, situation.folder.centre
    place = {name: k for k, name in enumerate(centre.queue_ids)}
    factor = situation.servers[agent.id].aht_factor
    begin, end = max(shift.start, situation.soonest), min(shift.end, day.grid.end)
    gain = np.zeros(day.grid.size)
    for row in shift.stretches:
        if row.activity != WORK or row.end <= begin:
            continue
        low, high = (
            day.at(max(row.start, begin)),
            min(-(-int(day.grid.minutes_at(row.end)) // day.grid.step_minutes), day.grid.size),
        )
        new, old = (
            np.max([worth[place[name], low:high] / factor[place[name]] for name in names], axis=0)
            for names in (queues, row.queues)
        )
        gain[low:high] += new - old
    if whole:
        low, high = day.at(begin), day.grid.size
        start, stop = shift.start, shift.end
        if gain.sum() <= 0:
            return None
    else:
        first, last = day.at(begin), -(-int(day.grid.minutes_at(end)) // day.grid.step_minutes)
        low, high = _richest(gain, first, last)
        if high <= low or gain[low:high].sum() <= 0:
            return None
        start, stop = (
            max(day.grid.at(low * day.grid.step_minutes), begin),
            min(day.grid.at(high * day.grid.step_minutes), end),
        )
    rows = tuple(_with_queues(shift, queues, start, stop))
    if not _open_throughout(situation, rows, start, stop):
        return None
    was = tuple(dict.fromkeys(q for row in shift.stretches if row.end > start and row.start < stop for q in row.queues))
    verb = "moves to" if target not in was or len(queues) == 1 else "serves"
    served = f"{verb} {target}" if len(queues) == 1 else f"also serves {target}"
    what = f"{situation.name(agent.id)} {served} from {day.clock(start)} to {day.clock(stop)} (was on {', '.join(was)})"
    key = (shift.agent_id, shift.shift_id)
    changed = tuple(dict.fromkeys((target, *was)))
    return Proposal("change_queue", agent.id, key, rows, changed, start, stop, what)


def _richest(gain: Floats, first: int, last: int) -> tuple[int, int]:
    """Return the half-open run of intervals with the largest sum, not shorter than the least."""
    sums = np.concatenate([[0.0], np.cumsum(gain)])
    least = min(LEAST_INTERVALS, last - first)
    best, found = 0.0, (first, first)
    for low in range(first, last - least + 1):
        high = low + least + int(np.argmax(sums[low + least : last + 1]))
        if sums[high] - sums[low] > best + 1e-9:
            best, found = float(sums[high] - sums[low]), (low, high)
    return found


def _with_queues(shift: Shift, queues: tuple[str, ...], start: datetime, end: datetime) -> Iterator[Stretch]:
    """Yield a shift's rows with other queues between two instants."""
    for row in shift.stretches:
        if row.activity != WORK or row.end <= start or row.start >= end:
            yield row
            continue
        if row.start < start:
            yield replace(row, end=start)
        yield replace(row, start=max(row.start, start), end=min(row.end, end), queues=queues)
        if row.end > end:
            yield replace(row, start=end)


def _open_throughout(situation: Situation, rows: tuple[Stretch, ...], start: datetime, end: datetime) -> bool:
    """Tell whether at every minute of changed work one of its queues is open."""
    calendar = situation.calendar
    for row in rows:
        if row.activity != WORK or row.end <= start or row.start >= end:
            continue
        span = slice(calendar.minute(row.start), calendar.minute(row.end))
        if not np.logical_or.reduce([calendar.opening(queue)[span] for queue in row.queues]).all():
            return False
    return True
