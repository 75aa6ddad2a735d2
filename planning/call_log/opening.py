"""When each queue is open: as the map says, or as the answered contacts show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.errors import InputError, Problem
from domain.history import Floats
from domain.hours import DAY_MINUTES, WEEKDAYS, WeeklyWindow, clock, parse_clock, parse_days
from planning.call_log.calls import Calls
from planning.call_log.mapping import Mapping

STRAGGLERS = 0.15
"""Share of its neighbour's contacts below which a first or last interval was not really open."""
LONGEST_LULL_MINUTES = 120
"""A shorter time without answered contacts inside a day does not close the centre."""


@dataclass(frozen=True)
class Opening:
    """Opening hours of each queue.

    Attributes
    ----------
    windows : dict
        By queue.
    inferred : bool
        Whether they were read off the log.
    """

    windows: dict[str, tuple[WeeklyWindow, ...]]
    inferred: bool


def opening_hours(calls: Calls, mapping: Mapping) -> Opening:
    """Take the map's hours, or infer one set of hours for all queues.

    Raises
    ------
    InputError
        If the map's hours are none, or leave a queue without any.
    """
    if mapping.opening:
        return Opening(_given(calls.queues, mapping), inferred=False)
    found = infer_opening(calls, mapping.centre.interval_minutes)
    return Opening(dict.fromkeys(calls.queues, found), inferred=True)


def _given(queues: Sequence[str], mapping: Mapping) -> dict[str, tuple[WeeklyWindow, ...]]:
    problems: list[Problem] = []
    windows: dict[str, list[WeeklyWindow]] = {queue: [] for queue in queues}
    for i, hours in enumerate(mapping.opening):
        try:
            low, high = parse_clock(hours.start), parse_clock(hours.end)
            window = WeeklyWindow(parse_days(hours.days), low, high)
        except ValueError as fault:
            written = f"{hours.days} {hours.start} {hours.end}"
            problems.append(mapping.problem(("opening", i), written, str(fault)))
            continue
        for queue in hours.queues or queues:
            if queue in windows:
                windows[queue].append(window)
            else:
                problems.append(mapping.problem(("opening", i, "queues"), queue, "a queue of the log"))
    problems += [
        mapping.problem(("opening",), queue, "hours for this queue too")
        for queue, found in windows.items()
        if not found and not problems
    ]
    if problems:
        raise InputError(problems)
    return {queue: tuple(found) for queue, found in windows.items()}


def infer_opening(calls: Calls, interval_minutes: int) -> tuple[WeeklyWindow, ...]:
    """Read opening hours off the answered contacts.

    An interval of a weekday is open when, on at least half of the logged days of that weekday, a contact both
    arrived and was answered within it: those that wait for the doors to open, or are served after closing, don't
    move the hours. Nor does a first or last interval with less than 15 % of its neighbour's: somebody came a
    minute early. Shorter gaps than two hours are filled. A weekday never logged is closed.
    """
    if not calls.answered.any():
        return (WeeklyWindow(frozenset(range(7)), 0, DAY_MINUTES),)
    slots = DAY_MINUTES // interval_minutes
    local = calls.local()
    slot, into = np.divmod(np.asarray(local.hour * 60 + local.minute), interval_minutes)
    days, day = np.unique(calls.local_days(), return_inverse=True)
    count = np.zeros((len(days), slots))
    waited = np.nan_to_num(calls.wait_s)
    prompt = calls.answered & (60 * into + np.asarray(local.second) + waited < 60 * interval_minutes)
    np.add.at(count, (day[prompt], slot[prompt]), 1.0)
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    runs: dict[tuple[int, int], set[int]] = {}
    for number in range(7):
        logged = count[weekday == number]
        if not len(logged):
            continue
        for run in _runs((logged > 0).mean(axis=0) >= 0.5, LONGEST_LULL_MINUTES // interval_minutes):
            low, high = _without_stragglers(*run, logged.mean(axis=0))
            runs.setdefault((low * interval_minutes, high * interval_minutes), set()).add(number)
    return tuple(WeeklyWindow(frozenset(found), low, high) for (low, high), found in sorted(runs.items()))


def _without_stragglers(low: int, high: int, usual: Floats) -> tuple[int, int]:
    if high - low > 1 and low > 0 and usual[low] < STRAGGLERS * usual[low + 1]:
        low += 1
    if high - low > 1 and high < len(usual) and usual[high - 1] < STRAGGLERS * usual[high - 2]:
        high -= 1
    return low, high


def _runs(mask: NDArray[np.bool_], fill: int) -> list[tuple[int, int]]:
    """Return half-open runs of a mask, joined over gaps shorter than ``fill``."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for low, high in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and low - runs[-1][1] < fill:
            runs[-1] = (runs[-1][0], high)
        else:
            runs.append((low, high))
    return runs


def window_toml(window: WeeklyWindow) -> dict[str, str]:
    """Write a window as `centre.toml` has it."""
    days = ",".join(WEEKDAYS[day] for day in sorted(window.days))
    if len(window.days) == 7:
        days = "Mon-Sun"
    return {"days": days, "from": clock(window.from_minute), "to": clock(window.to_minute)}
