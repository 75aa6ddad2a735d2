"""Centres and histories small enough to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import History
from domain.hours import WeeklyWindow
from domain.queues import Queue

DAYTIME = WeeklyWindow(frozenset(range(7)), 8 * 60, 20 * 60)


def bell(minute: np.ndarray) -> np.ndarray:
    """Shares of a day that peak at 13:00, open 8:00-20:00."""
    return np.where((minute >= 480) & (minute < 1200), np.exp(-(((minute - 780) / 240.0) ** 2)), 0.0)


@pytest.fixture
def make_centre() -> Callable[..., Centre]:
    def build(*names: str, zone: str = "Europe/Paris", step: int = 30, **of_queue: Any) -> Centre:
        of_queue.setdefault("open", (DAYTIME,))
        country = of_queue.pop("country", "FR")
        queues = tuple(Queue(id=name, **of_queue) for name in names or ("phone",))
        return Centre(name="test", timezone=zone, country=country, interval_minutes=step, queues=queues, contracts=())

    return build


@pytest.fixture
def make_history() -> Callable[..., History]:
    def build(
        centre: Centre,
        first: date,
        days: int,
        total: Callable[[date], float] = lambda day: 500.0,
        *,
        seed: int | None = 1,
        aht: Callable[[np.ndarray], np.ndarray] | None = None,
        keep: Callable[[IntervalGrid], np.ndarray] | None = None,
        step: int | None = None,
    ) -> History:
        rng = np.random.default_rng(seed)
        grid = IntervalGrid.of_days(first, days, centre.timezone, step or centre.interval_minutes)
        shape = bell(grid.minute_of_day)
        of_day = np.array([total(first + timedelta(days=k)) for k in range(days)])
        sums = np.bincount(grid.day_of, weights=shape, minlength=days)
        mean = of_day[grid.day_of] * shape / sums[grid.day_of]
        logged = shape > 0
        if keep is not None:
            logged &= keep(grid)
        parts = []
        for k in range(len(centre.queues)):
            offered = mean if seed is None else rng.poisson(mean).astype(float)
            parts.append((grid.starts[logged], np.full(logged.sum(), k), offered[logged]))
        start, queue, offered = (np.concatenate(column) for column in zip(*parts, strict=True))
        blank = np.full(len(start), np.nan)
        times = blank if aht is None else np.tile(aht(grid.minute_of_day[logged]), len(centre.queues))
        return History(
            centre.queue_ids, start, queue.astype(np.int64), offered, blank, blank, times, blank, blank, blank
        )

    return build


def weekly(day: date) -> float:
    """A usual course over the week: busy Mondays, quiet Sundays."""
    return 600.0 * (1.3, 1.1, 1.0, 1.0, 0.95, 0.5, 0.3)[day.weekday()]


@pytest.fixture
def weekly_total() -> Callable[[date], float]:
    return weekly
