"""Day totals a year ahead: a level with damped growth, the calendar, and the time of the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats
from forecasting.day_series import weekly_noise
from forecasting.design import Design
from forecasting.local_level import SIGNAL_TO_NOISE, outlier_noise, whiten
from forecasting.ridge import ridge

MODEL = "level, growth and season"
RECENT = "recent level"
BOTH = "mean of both"

YEAR_DAYS = 380
"""Yearly terms take part once history spans so many days."""

GROWTH = 0.10
"""How large a yearly growth usually is (a standard deviation of the logarithm)."""

DAMPING_DAYS = 180.0
"""Growth adds up to no more than this many days of it."""

RECENT_DAYS = 84
LEAST_DAYS = 56
"""Known days below which the recent level stands alone."""


@dataclass(frozen=True)
class DayHistory:
    """One queue's day totals with their calendar.

    Attributes
    ----------
    totals : float array, shape (days,)
        NaN where unknown; the days to be forecast lie behind the last known one.
    weekday : int array, shape (all days,)
        Of history and of the days ahead.
    special : bool array, shape (all days,)
        Holidays and the days around them.
    design : Design
        Of all days.
    """

    totals: Floats
    weekday: NDArray[np.int64]
    special: NDArray[np.bool_]
    design: Design


@dataclass(frozen=True)
class LongPath:
    """What each candidate expects of the days ahead.

    Attributes
    ----------
    totals : mapping of str to float array, shape (horizon,)
    yearly : bool
        Whether the time of the year takes part.
    """

    totals: Mapping[str, Floats]
    yearly: bool


def long_path(history: DayHistory, end: int, horizon: int) -> LongPath:
    """Forecast day totals from day ``end`` on, by the days before it.

    Parameters
    ----------
    history : DayHistory
    end : int
    horizon : int
        Days wanted.

    Notes
    -----
    1. Log totals are regressed on weekday, holidays and the days around them, the month's edges, three pairs
       of Fourier terms of the year where history spans one, and time, with a random-walk level: the local-level
       model with drift (Harvey 1989). Each term is drawn to zero as strongly as its usual size asks, growth with
       10 % a year.
    2. Ahead, growth is damped: after ``h`` days it counts ``180 (1 - exp(-h / 180))`` days (Gardner and
       McKenzie 1985).
    3. Beside it stands the mean of the last twelve weeks by weekday, times the model's holidays; and the mean
       of the two, which errs less than either on most queues (Bates and Granger 1969).
    """
    totals = history.totals[:end]
    known = np.flatnonzero(np.isfinite(totals))
    if not len(known):
        return LongPath({RECENT: np.zeros(horizon)}, False)
    weekday = history.weekday[end : end + horizon]
    recent = _recent(totals, history, known)[weekday]
    if len(known) < LEAST_DAYS or np.median(totals[known]) <= 0:
        return LongPath({RECENT: recent}, False)
    usual, special, yearly = _modelled(totals, history, known, end, horizon)
    recent = recent * special
    modelled = np.clip(usual, 0.0, 20 * float(np.nanmax(totals))) * special
    return LongPath({MODEL: modelled, RECENT: recent, BOTH: 0.5 * (modelled + recent)}, yearly)


def _recent(totals: Floats, history: DayHistory, known: NDArray[np.int64]) -> Floats:
    """Return the mean of each weekday over the last twelve weeks, days near holidays apart, shape (7,)."""
    usual = known[~history.special[known]]
    known = usual if len(usual) >= 7 else known
    late = known[known >= known[-1] - RECENT_DAYS]
    overall = float(totals[late].mean())
    weekday = history.weekday[late]
    found = [totals[late[weekday == d]] for d in range(7)]
    ever = [totals[known[history.weekday[known] == d]] for d in range(7)]
    return np.array(
        [
            float(f.mean()) if len(f) else float(e.mean()) if len(e) else overall
            for f, e in zip(found, ever, strict=True)
        ]
    )


def _modelled(
    totals: Floats, history: DayHistory, known: NDArray[np.int64], end: int, horizon: int
) -> tuple[Floats, Floats, bool]:
    """Return the usual course ahead, the factor of special days, and whether yearly terms took part."""
    design = history.design
    offset = max(0.5, 0.01 * float(np.median(totals[known])))
    logs = np.log(totals[known] + offset)
    yearly = int(known[-1] - known[0]) >= YEAR_DAYS
    columns = _columns(design, known, yearly)
    matrix = np.column_stack([design.matrix[:, columns], (np.arange(len(design.matrix)) - end) / 365.0])
    usual_size = np.append(design.spread[columns], GROWTH)
    noise = weekly_noise(np.log(totals + offset), history.special[: len(totals)])
    penalty = (noise / usual_size) ** 2
    mean = float(logs.mean())
    rows = np.column_stack([logs - mean, matrix[known]])
    steps = np.diff(known, prepend=known[0])
    flat = np.ones(len(known))
    own = outlier_noise(rows, steps, history.special[known], penalty)
    white = whiten(rows, steps, own, np.array(SIGNAL_TO_NOISE))
    best, score, surprise = 0, -np.inf, np.zeros(len(known))
    betas = []
    for k in range(len(SIGNAL_TO_NOISE)):
        betas.append(ridge(white.innovations[k, :, 0], white.innovations[k, :, 1:], flat, penalty))
        error = white.innovations[k, :, 0] - white.innovations[k, :, 1:] @ betas[k]
        found = -0.5 * (len(known) * float(np.log(float(error @ error) + 1e-12)) + float(white.log_variance[k]))
        if found > score:
            best, score, surprise = k, found, error
    beta = betas[best]
    level = mean + float(white.level[best, 0] - white.level[best, 1:] @ beta)
    ahead = matrix[end : end + horizon].copy()
    ahead[:, -1] = DAMPING_DAYS * (1 - np.exp(-np.arange(1, horizon + 1) / DAMPING_DAYS)) / 365.0
    is_special = np.array([design.group[c] == "special" for c in columns] + [False])
    spread = float(np.var(np.clip(surprise, -3 * noise, 3 * noise)))
    smearing = float(np.exp(0.5 * min(spread, 0.1)))
    usual = np.exp(np.minimum(level + ahead[:, ~is_special] @ beta[~is_special], 50.0)) * smearing - offset
    special = np.exp(ahead[:, is_special] @ beta[is_special])
    return np.maximum(usual, 0.0), np.clip(special, 0.02, 5.0), yearly


def _columns(design: Design, known: NDArray[np.int64], yearly: bool) -> NDArray[np.int64]:
    """Return the design's columns that the known days speak for."""
    groups = {"weekday", "special", "month"} | ({"year"} if yearly else set())
    seen = (design.matrix[known] != 0).sum(axis=0)
    least = np.where(np.array(design.group) == "year", YEAR_DAYS // 2, design.least)
    return np.flatnonzero(np.isin(design.group, sorted(groups)) & (seen >= least))
