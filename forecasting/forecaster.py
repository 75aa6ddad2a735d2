"""From history to forecast: every queue's member chosen, its mean, bands and handle time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np

from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Floats, History
from domain.people import Event
from domain.progress import Control
from forecasting.bands import bands
from forecasting.calibration import lead_calibration
from forecasting.each_queue import each_queue
from forecasting.explanation import ForecastChoice, explained
from forecasting.forecast import LEVELS, Forecast
from forecasting.handle_time import forecast_handle_time
from forecasting.members import FLOOR
from forecasting.opening import open_share
from forecasting.selection import Choice, choose
from forecasting.short_history import QueueForecast, with_short_and_silent
from forecasting.study import QueueStudy


def make_forecast(
    history: History,
    centre: Centre,
    events: Sequence[Event],
    first: date,
    days: int,
    *,
    seed: int,
    control: Control,
) -> tuple[Forecast, tuple[ForecastChoice, ...]]:
    """Forecast every queue from the history before a day.

    Parameters
    ----------
    history : History
        Rows from ``first`` on are not looked at.
    centre : Centre
    events : sequence of Event
    first : date
        First local day of the forecast.
    days : int
    seed : int
        Accepted for symmetry with the other rooms: nothing here is drawn at random.
    control : Control
        When stopped, the remaining queues get their 8-week median.

    Returns
    -------
    Forecast
    tuple of ForecastChoice
        In the centre's order of queues.

    Notes
    -----
    For each queue and week ahead the members of ``forecasting.members`` forecast from past origins a week apart, at
    the lead that is needed now; the best is taken, and none that errs more there than the 8-week median. Its own
    errors there give the bands. The gap between the last known day and ``first`` counts as lead.
    """
    del seed
    grid = IntervalGrid.of_days(first, days, centre.timezone, centre.interval_minutes)
    shape = (len(centre.queues), grid.size)
    mean, band, opened = np.zeros(shape), np.zeros((len(LEVELS), *shape)), np.zeros(shape, dtype=np.bool_)
    one, hurried = (partial(_one_queue, first=first, days=days, stopped=stopped) for stopped in (False, True))
    made = list(each_queue(one, hurried, history, centre, events, first, days, control, "forecast"))
    behind = made[0].study.days.index(first) if made else 0
    made = with_short_and_silent(made, behind, days, events, centre)
    choices = []
    for k, item in enumerate(made):
        share, opened[k] = open_share(item.study.days.queue, events, grid)
        mean[k], band[:, k] = _on_grid(item, grid, share)
        found = explained(item.study, item.choices, item.end, behind, events, grid, centre)
        choices.append(replace(found, notes=(*item.notes, *(() if item.told else found.notes))))
    aht = forecast_handle_time(history, centre, events, grid, first)
    forecast = Forecast(grid, centre.queue_ids, mean, band, aht, opened)
    return forecast, tuple(choices)


def _one_queue(study: QueueStudy, first: date, days: int, stopped: bool) -> QueueForecast:
    """Choose one queue's member for each week and forecast with it; the floor unproven, where there is no time left."""
    behind = study.days.index(first)
    end = study.data_end(behind)
    low = behind - end
    # Bands are judged by whole weeks, the last short one too.
    study = study.reaching(low + 7 * -(-days // 7))
    weeks = range(low, low + 7 * -(-days // 7), 7)
    if study.first_known >= end or stopped:
        choices = tuple(Choice(FLOOR, {}, 0, False, week, week, stopped=stopped) for week in weeks)
    else:
        choices = tuple(choose(study, end, week, week + 7) for week in weeks)
    paths = study.paths(end)
    path = np.concatenate([paths[choice.member][week : week + 7] for week, choice in zip(weeks, choices, strict=True)])
    errors = tuple(
        lead_calibration(study, choice.member, end, week, week + 7) for week, choice in zip(weeks, choices, strict=True)
    )
    variation = study.effects.variation(study.days, end)[behind : behind + days]
    return QueueForecast(study, choices, end, path[:days], errors, variation)


def _on_grid(item: QueueForecast, grid: IntervalGrid, share: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the bands of one queue on the grid."""
    slot = grid.minute_of_day // grid.step_minutes
    mean = item.path[grid.day_of, slot] * share
    extra = item.variation[grid.day_of, slot]
    band = np.zeros((len(LEVELS), grid.size))
    if not np.any(mean > 0):
        return mean, band
    for week, calibration in enumerate(item.calibrations):
        mine = grid.day_of // 7 == week
        band[:, mine] = bands(mean[mine], calibration, extra[mine])
    return mean, band
