"""The second look at every queue's forecast: little history is helped by siblings, silence is taken at its word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.centre import Centre
from domain.history import Floats
from domain.people import Event
from forecasting.bands import Calibration
from forecasting.days import logged
from forecasting.members import MEANS
from forecasting.selection import Choice
from forecasting.siblings import BORROWED, OWN_DAYS, SHORT_DAYS, Borrowed, Sibling, borrow, siblings_of
from forecasting.silence import Silence, find_silence, silence_notes, successor
from forecasting.study import QueueStudy

SILENT = "nothing: the queue is silent"
"""The member's name where a queue has died."""


@dataclass(frozen=True)
class QueueForecast:
    """One queue's forecast in the making.

    Attributes
    ----------
    study : QueueStudy
    choices : tuple of Choice
        For each week of the days wanted.
    end : int
        Day after the last known one.
    path : float array, shape (horizon, slots)
        Expected contacts of the days wanted.
    calibrations : tuple of Calibration
        How the chosen member errs, for each week of the days wanted.
    variation : float array, shape (horizon, slots)
        What events add to the coefficient of variation.
    notes : tuple of str
        Said before all others.
    told : bool
        Whether ``notes`` say all there is to say.
    """

    study: QueueStudy
    choices: tuple[Choice, ...]
    end: int
    path: Floats
    calibrations: tuple[Calibration, ...]
    variation: Floats
    notes: tuple[str, ...] = ()
    told: bool = False

    @property
    def known_days(self) -> int:
        """Days before the forecast with any row."""
        return int(logged(self.study.days.counts[: self.end]).sum())

    def all_weeks(self, member: str) -> tuple[Choice, ...]:
        """Return choices of one way to forecast, without a back-test."""
        return tuple(Choice(member, {}, 0, choice.by_day) for choice in self.choices)


def with_short_and_silent(
    made: Sequence[QueueForecast], behind: int, days: int, events: Sequence[Event], centre: Centre
) -> list[QueueForecast]:
    """Look again at queues that fell silent or have little history.

    Parameters
    ----------
    made : sequence of QueueForecast
        In the centre's order of queues.
    behind : int
        Days before the forecast's first.
    days : int
        Days of the forecast.
    events : sequence of Event
    centre : Centre

    Returns
    -------
    list of QueueForecast
        Silent queues at zero, short ones borrowed from siblings of their channel, the others as they were.
    """
    matrices = [item.study.days for item in made]
    known = [logged(matrix.counts) for matrix in matrices]
    silent: dict[int, Silence] = {}
    for k, matrix in enumerate(matrices):
        others = np.any([known[j] for j in range(len(made)) if j != k] or [np.zeros(matrix.days, bool)], axis=0)
        found = find_silence(matrix, behind, others, events, centre.timezone)
        if found is not None:
            silent[k] = found
    lending = [0 if k in silent else item.known_days for k, item in enumerate(made)]
    result = []
    for k, item in enumerate(made):
        if k in silent:
            notes = silence_notes(silent[k], matrices[k], successor(silent[k], matrices, behind))
            item = replace(
                item, choices=item.all_weeks(SILENT), path=np.zeros_like(item.path), notes=tuple(notes), told=True
            )
        elif item.known_days < SHORT_DAYS:
            lenders = [made[j] for j in siblings_of(centre.queues[k], centre.queues, lending)]
            item = _borrowing(item, lenders, behind, days)
        result.append(item)
    return result


def _borrowing(item: QueueForecast, lenders: Sequence[QueueForecast], behind: int, days: int) -> QueueForecast:
    """Return a queue's forecast as its siblings and its own few days make it; as it was where they cannot."""
    queue = item.study.days.queue
    planned = queue.expected_per_day
    siblings = [
        Sibling(o.study.days.queue.id, o.study.days.counts[:behind], _without_own_lifts(o, behind, days))
        for o in lenders
    ]
    weekday = item.study.days.weekday[: behind + days]
    live = item.study.days.before(item.end).live
    found = borrow(item.study.days.counts[:behind], weekday, siblings, planned, live) if siblings else None
    if found is None:
        return _level_only(item, planned)
    path = np.where(live[weekday[behind:]], found.path * _own_lifts(item, behind, days), 0.0)
    own = item.study.paths(item.end).get(MEANS)
    if found.days >= OWN_DAYS and own is not None:
        low = behind - item.end
        path = 0.5 * (path + own[low : low + days])
    told = not item.known_days
    return replace(
        item,
        choices=item.all_weeks(BORROWED),
        path=path,
        calibrations=(found.calibration,) * len(item.calibrations),
        notes=(_said(queue.id, found, planned),),
        told=told,
    )


def _own_lifts(item: QueueForecast, behind: int, days: int) -> Floats:
    """Return what events of one queue alone multiply its volume by: they are neither lent nor borrowed."""
    effects = item.study.effects
    own = replace(effects, cells=tuple(cell for cell in effects.cells if cell.event.queue))
    return own.lifts(item.study.days, item.end)[behind : behind + days]


def _without_own_lifts(item: QueueForecast, behind: int, days: int) -> Floats:
    lifts = _own_lifts(item, behind, days)
    return np.divide(item.path, lifts, out=item.path.copy(), where=lifts > 0)


def _level_only(item: QueueForecast, planned: float | None) -> QueueForecast:
    """Say what would help a queue without any history and without siblings to lean on."""
    queue = item.study.days.queue
    if item.known_days or planned is None:
        return item
    note = (
        f"{queue.id}: NO HISTORY, and no queue of channel {queue.channel.value} with eight weeks of it to lean on: its "
        f"expected_per_day ({planned:g}) cannot be spread over the day, so its forecast is zero; rows of kind interval "
        "in overrides.csv would tell"
    )
    return replace(item, notes=(note,), told=True)


def _said(queue: str, found: Borrowed, planned: float | None) -> str:
    names = ", ".join(found.siblings[:4]) + (f" and {len(found.siblings) - 4} more" if len(found.siblings) > 4 else "")
    if not found.days:
        return (
            f"{queue}: NO HISTORY: {planned:g} contacts a day are taken from expected_per_day, their course over day "
            f"and week from {names}; wide bands"
        )
    told = "" if planned is None else f", expected_per_day ({planned:g}) counting as three days"
    days = "one day" if found.days == 1 else f"{found.days} days"
    return (
        f"{queue}: with {days} of its own{told}, its course over day and week and its growth lean on {names} "
        f"({found.ratio:.1%} of their volume)"
    )
