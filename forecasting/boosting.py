"""Gradient-boosted trees on parts of a day: an optional member, there where the library is installed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from domain.history import Floats
from forecasting.calendar import DayCalendar
from forecasting.day_parts import SMALL, DayParts, day_parts
from forecasting.days import QueueDays, logged

lightgbm: Any = None
with suppress(ImportError, OSError):  # not installed, or without the system's OpenMP library
    lightgbm = import_module("lightgbm")

LEAST_DAYS = 200
"""Known days below which trees learn nothing that lasts."""

TAUGHT_DAYS = 728
"""Days learned from."""

RENEWED_DAYS = 112
"""Trees are grown anew every so many days; an origin in between takes those grown before it."""

ROUNDS = 120

SETTINGS: dict[str, Any] = {
    "objective": "poisson",
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "max_bin": 63,
    "num_threads": 1,
    "force_col_wise": True,
    "deterministic": True,
    "seed": 1,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Trees:
    """Trees grown on the days before a day."""

    model: Any

    def parts_ahead(self, days: QueueDays, calendar: DayCalendar, end: int, horizon: int) -> Floats:
        """Forecast the parts of the days from ``end`` on, shape (horizon, parts), each week from those before it.

        Parameters
        ----------
        days : QueueDays
            Only days before ``end`` are looked at, which is none before the trees were grown.
        calendar : DayCalendar
        end, horizon : int
        """
        parts = day_parts(days.before(end), calendar)
        for start in range(end, end + horizon, 7):
            wanted = np.arange(start, min(start + 7, end + horizon))
            table, day, part, mean = parts.table(wanted)
            score = self.model.predict(table, raw_score=True, num_threads=1)
            parts.contacts[day, part] = np.exp(score + np.log(np.nan_to_num(mean) + SMALL))
        return np.nan_to_num(parts.contacts[end : end + horizon])


def grow(days: QueueDays, calendar: DayCalendar, end: int) -> Trees | None:
    """Grow trees on the days before ``end``; None where they are too few or the library is absent.

    Notes
    -----
    Poisson loss on the contacts of a part of a day, started from the mean of its last four weeks (Friedman 2001;
    Ke et al. 2017 for the library).
    """
    past = days.before(end)
    known = np.flatnonzero(logged(past.counts))
    if lightgbm is None or len(known) < LEAST_DAYS:
        return None
    parts: DayParts = day_parts(past, calendar)
    table, day, part, mean = parts.table(np.arange(max(end - TAUGHT_DAYS, int(known[0]) + 14), end))
    came = parts.contacts[day, part]
    use = np.isfinite(came) & np.isfinite(mean)
    if use.sum() < LEAST_DAYS:  # few slots of a day are ever logged
        return None
    data = lightgbm.Dataset(table[use], came[use], init_score=np.log(mean[use] + SMALL))
    return Trees(lightgbm.train(SETTINGS, data, num_boost_round=ROUNDS))


def spread_parts(parts: Floats, path: Floats) -> Floats:
    """Return contacts of parts of days spread over their slots as another member's forecast is.

    Parameters
    ----------
    parts : float array, shape (horizon, parts)
    path : float array, shape (horizon, slots)
    """
    inside = path.reshape(*parts.shape, -1)
    whole = inside.sum(axis=2, keepdims=True)
    shares = np.divide(inside, whole, out=np.zeros_like(inside), where=whole > 0)
    return np.asarray((parts[:, :, None] * shares).reshape(path.shape))
