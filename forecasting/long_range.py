"""Totals of each queue for days and months up to a year ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np

from domain.centre import Centre
from domain.history import Floats, History
from domain.people import Event
from domain.progress import Control
from forecasting.each_queue import each_queue
from forecasting.event_cells import concerns, touched_cells
from forecasting.long_range_errors import MONTH_DAYS, LongErrors, long_bands, long_errors
from forecasting.long_range_model import DayHistory, long_path
from forecasting.profile import Profile, fit_profile
from forecasting.study import QueueStudy
from forecasting.totals import Total


@dataclass(frozen=True)
class LongChoice:
    """How one queue's long-range forecast came about.

    Attributes
    ----------
    queue : str
    errors : LongErrors
    note : str
        A sentence for people.
    """

    queue: str
    errors: LongErrors
    note: str


def forecast_long_range(
    history: History, centre: Centre, events: Sequence[Event], first: date, months: int, *, control: Control
) -> tuple[tuple[Total, ...], tuple[LongChoice, ...]]:
    """Forecast totals of days and calendar months.

    Parameters
    ----------
    history : History
        Rows from ``first`` on are not looked at.
    centre : Centre
    events : sequence of Event
        Lifts and closures ahead count as in the forecast of a week.
    first : date
        First local day.
    months : int
        Whole calendar months wanted; the horizon ends with the last of them.
    control : Control
        When stopped, the remaining queues are forecast without a back-test.

    Returns
    -------
    tuple of Total
        By period, start and queue: every day of the horizon, and every calendar month it covers whole. A
        month's mean is the sum of its days' means.
    tuple of LongChoice
        In the centre's order of queues.

    Notes
    -----
    See `forecasting.long_range_model` for the means and `forecasting.long_range_errors` for the bands. A
    month's variance is that of its lead; a day's has its own noise on top.
    """
    spans = whole_months(first, months)
    horizon = (spans[-1][1] - first).days
    one, quick = (
        partial(_one_queue, events=events, zone=centre.timezone, first=first, spans=spans, quick=quick)
        for quick in (False, True)
    )
    of_queue, choices = [], []
    for totals, choice in each_queue(one, quick, history, centre, events, first, horizon, control, "long range"):
        of_queue.append(totals)
        choices.append(choice)
    count = len(of_queue[0]) if of_queue else 0
    return tuple(totals[i] for i in range(count) for totals in of_queue), tuple(choices)


def whole_months(first: date, months: int) -> list[tuple[date, date]]:
    """Return the first day of each of the next whole calendar months and the day after its last.

    Raises
    ------
    ValueError
        If no month is wanted.
    """
    if months < 1:
        raise ValueError("at least one month")
    start = first if first.day == 1 else _next_month(first)
    found = []
    for _ in range(months):
        after = _next_month(start)
        found.append((start, after))
        start = after
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def day_history(study: QueueStudy, behind: int) -> tuple[DayHistory, Profile]:
    """Return the day totals before day ``behind`` and the profile by which gaps were filled."""
    days, special = study.days, study.calendar.special
    learn = days.learn[:behind] if np.isfinite(days.learn[:behind]).any() else days.counts[:behind]
    holiday = study.calendar.is_holiday
    profile = fit_profile(learn, days.weekday[:behind], special[:behind], holiday[:behind], days.live)
    totals = np.concatenate([profile.totals, np.full(days.days - behind, np.nan)])
    return DayHistory(totals, days.weekday, special, study.design), profile


def _one_queue(
    study: QueueStudy,
    events: Sequence[Event],
    zone: str,
    first: date,
    spans: Sequence[tuple[date, date]],
    quick: bool,
) -> tuple[list[Total], LongChoice]:
    behind, horizon = study.days.index(first), (spans[-1][1] - first).days
    queue = study.days.queue.id
    if study.first_known >= behind:
        blank = LongErrors("", {}, 0, 1.0, 0.0, False, 0)
        mean = np.zeros(horizon)
        note = f"{queue}: NO HISTORY before {first}: its forecast is zero until some is given"
        return _totals(queue, mean, blank, first, spans, 0), LongChoice(queue, blank, note)
    history, profile = day_history(study, behind)
    end = study.data_end(behind)
    errors = long_errors(history, study.first_known if quick else end)
    gap = behind - end
    path = long_path(history, end, gap + horizon).totals
    name = errors.candidate if errors.candidate in path else sorted(path)[0]
    mean = path[name][gap:] * _open_and_lifted(study, profile, events, zone, behind, end)
    note = _note(queue, errors, int(np.isfinite(history.totals[:end]).sum()), len(spans), quick)
    return _totals(queue, mean, errors, first, spans, gap), LongChoice(queue, errors, note)


def _open_and_lifted(
    study: QueueStudy, profile: Profile, events: Sequence[Event], zone: str, behind: int, end: int
) -> Floats:
    """Return the factor of opening and events on each day from ``behind`` on."""
    days = study.days
    weekday = days.weekday[behind:]
    shares = profile.of(weekday, study.calendar.is_holiday[behind:])
    factor = np.where(days.live[weekday], study.effects.lifts(days, end)[behind:], 0.0)
    closed = np.zeros(days.counts.size)
    for event in events:
        if event.kind == "closed" and concerns(event, days.queue.id) and not days.queue.deferred:
            item = touched_cells(event, days.first, days.days, days.step_minutes, zone)
            if item is not None:
                closed[item.cells] = np.maximum(closed[item.cells], item.share)
    factor = factor * (1 - closed.reshape(days.counts.shape)[behind:])
    whole = shares.sum(axis=1)
    share: Floats = np.divide((shares * factor).sum(axis=1), whole, out=np.zeros(len(whole)), where=whole > 0)
    return share


def _totals(
    queue: str, mean: Floats, errors: LongErrors, first: date, spans: Sequence[tuple[date, date]], gap: int
) -> list[Total]:
    """Return the totals of days and months with their bands; the gap before ``first`` counts as lead."""
    lead = (gap + np.arange(len(mean)) + 1) / MONTH_DAYS
    bands = long_bands(mean, errors.month_variance(lead) + errors.day**2)
    found = [Total(queue, "day", first + timedelta(days=k), float(mean[k]), bands[:, k]) for k in range(len(mean))]
    for start, after in spans:
        mine = slice((start - first).days, (after - first).days)
        whole = np.array([mean[mine].sum()])
        middle = np.array([lead[mine].mean() + 0.5])
        variance = errors.month_variance(middle) + errors.day**2 / len(mean[mine])
        found.append(Total(queue, "month", start, float(whole[0]), long_bands(whole, variance)[:, 0]))
    return found


def _note(queue: str, errors: LongErrors, known: int, months: int, quick: bool) -> str:
    """Say what a queue's months rest on, and how far ahead that was tested."""
    if quick:
        return f"{queue}: stopped before a back-test of months: {errors.candidate}, wide bands"
    season = "" if errors.yearly else "; under a year is known, so the time of the year is not: bands are wider"
    if not errors.errors:
        return f"{queue}: {known} days of history are too short for a back-test of months: wide bands{season}"
    share = errors.errors[errors.candidate]
    ahead = f"1 to {errors.furthest} months ahead" if errors.furthest > 1 else "1 month ahead"
    beyond = "; months further ahead are untested: expect more there" if errors.furthest < months else ""
    tested = f"{errors.origins} past months, {ahead}"
    return f"{queue}: {errors.candidate}, error of months {share:.1%} ({tested}){beyond}{season}"
