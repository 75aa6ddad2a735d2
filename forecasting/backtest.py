"""Rolling-origin back-test: what each member, and the choice among them, would have forecast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import numpy as np

from domain.centre import Centre
from domain.grid import from_utc64
from domain.history import Floats, History
from domain.people import Event
from domain.progress import Control
from forecasting.backtest_row import BacktestRow, Sums
from forecasting.bands import bands
from forecasting.calibration import lead_calibration
from forecasting.each_queue import each_queue
from forecasting.selection import choose
from forecasting.simple import recent_weekdays
from forecasting.study import QueueStudy

CHOSEN = "chosen"
NAIVE: Mapping[str, tuple[int, str]] = {
    "seasonal naive": (1, "median"),
    "4-week mean": (4, "mean"),
    "4-week median": (4, "median"),
    "8-week mean": (8, "mean"),
}
"""What needs no model: weeks looked at, and how."""


@dataclass(frozen=True)
class Judged:
    """One past week of one queue: what a member would have forecast, and what came.

    Attributes
    ----------
    queue, member : str
    lead : int
        Weeks.
    expected, actual : float arrays, shape (7, slots)
        ``actual`` is NaN where unknown.
    """

    queue: str
    member: str
    lead: int
    expected: Floats
    actual: Floats


def _unheard(judged: Judged) -> None:
    """Take a judged week and do nothing with it."""


def backtest(
    history: History,
    centre: Centre,
    events: Sequence[Event],
    *,
    origins: int,
    leads: Sequence[int],
    control: Control,
    each: Callable[[Judged], None] = _unheard,
) -> list[BacktestRow]:
    """Forecast past weeks as if they lay ahead, and compare with what came.

    Parameters
    ----------
    history : History
    centre : Centre
    events : sequence of Event
    origins : int
        Past weeks judged at each lead, the newest ending with the history.
    leads : sequence of int
        Weeks ahead.
    control : Control
        When stopped, the queues done so far are returned.
    each : callable
        Is handed every judged week of every member, for figures that are not of contacts.

    Returns
    -------
    list of BacktestRow
        By queue, lead and member, the chosen one first; losers included.

    Notes
    -----
    At each origin every member sees only the days before it, and so does the choice: it compares members
    on weeks before that origin, as ``make_forecast`` does.
    """
    if not len(history):
        return []
    last = from_utc64(history.start.max())
    ends = (last + timedelta(days=2)).date()  # after the last local day in any zone
    rows: list[BacktestRow] = []
    work = partial(_one_queue, leads=tuple(leads), origins=origins)
    for found, judged in each_queue(work, None, history, centre, events, ends, 0, control, "backtest"):
        rows += found
        for week in judged:
            each(week)
    return rows


def _one_queue(study: QueueStudy, leads: Sequence[int], origins: int) -> tuple[list[BacktestRow], list[Judged]]:
    reaching = study.reaching(7 * max(leads) + 28)
    rows: list[BacktestRow] = []
    judged: list[Judged] = []
    for lead in leads:
        rows += _one_lead(reaching, lead, origins, judged)
    return rows, judged


def _one_lead(study: QueueStudy, lead: int, origins: int, judged: list[Judged]) -> list[BacktestRow]:
    """Judge every member of one queue at one lead; the weeks are added to ``judged``."""
    counts, weekday = study.days.counts, study.days.weekday
    sums: dict[str, Sums] = {}
    finish = study.data_end(study.days.days)
    for k in range(origins):
        nominal = finish - 7 * lead - 7 * k
        if nominal < study.first_known + 14:
            break
        # The last known day may lie further back: the lead is then longer.
        end = study.data_end(nominal)
        low = nominal - end + 7 * (lead - 1)
        target = slice(end + low, end + low + 7)
        actual = counts[target]
        if low + 7 > study.span or not np.isfinite(actual).any():
            continue
        scale = naive_scale(counts[max(end - 365, 0) : end])
        choice = choose(study, end, low, low + 7)
        paths = study.paths(end)
        extra = study.effects.variation(study.days, end)[target]
        bands_of = {}
        for name, path in paths.items():
            calibration = lead_calibration(study, name, end, low, low + 7)
            part = path[low : low + 7]
            bands_of[name] = bands(part, calibration, extra)
            sums.setdefault(name, Sums()).add(actual, part, bands_of[name], scale)
            judged.append(Judged(study.days.queue.id, name, lead, part, actual))
        chosen = paths[choice.member][low : low + 7]
        sums.setdefault(CHOSEN, Sums()).add(actual, chosen, bands_of[choice.member], scale)
        judged.append(Judged(study.days.queue.id, CHOSEN, lead, chosen, actual))
        for name, (weeks, how) in NAIVE.items():
            recent = recent_weekdays(counts[:end], weekday[:end], weeks, how)
            simple = np.nan_to_num(recent)[weekday[target]]
            sums.setdefault(name, Sums()).add(actual, simple, None, scale)
            judged.append(Judged(study.days.queue.id, name, lead, simple, actual))
    ordered = sorted(sums, key=lambda name: (name != CHOSEN, sums[name].absolute / max(sums[name].volume, 1)))
    return [sums[name].row(study.days.queue.id, name, lead) for name in ordered]


def naive_scale(counts: Floats) -> float:
    """Return the mean absolute change from the same slot a week before; 0 where nothing tells."""
    change = np.abs(counts[7:] - counts[:-7])
    return float(np.nanmean(change)) if np.isfinite(change).any() else 0.0
