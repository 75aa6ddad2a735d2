"""Forecasts of many queues on processes and on a cluster: the same numbers as one by one."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import numpy as np
import pytest

from domain.centre import Centre
from domain.errors import InputError
from domain.grid import IntervalGrid
from domain.history import History
from domain.hours import WeeklyWindow
from domain.progress import Control
from domain.queues import Queue
from forecasting.backtest import backtest
from forecasting.forecaster import make_forecast
from forecasting.members import FLOOR
from planning.executors import MANY, SCHEDULER, executor_for

WEEK = date(2024, 2, 5)
DAYTIME = WeeklyWindow(frozenset(range(7)), 8 * 60, 20 * 60)


def made(queues: int, days: int = 120) -> tuple[Centre, History]:
    """Return like queues with counts of an hour drawn around a daily course."""
    names = tuple(f"q{k}" for k in range(queues))
    centre = Centre(
        name="many",
        timezone="Europe/Paris",
        country="FR",
        interval_minutes=60,
        queues=tuple(Queue(id=name, open=(DAYTIME,)) for name in names),
        contracts=(),
    )
    grid = IntervalGrid.of_days(WEEK - timedelta(days=days), days, centre.timezone, 60)
    hour = grid.minute_of_day / 60
    opened = (hour >= 8) & (hour < 20)
    mean = (30 + 10 * np.sin(hour / 4)) * (1 + 0.2 * (grid.weekday < 2))
    rng = np.random.default_rng(3)
    size = int(opened.sum())
    blank = np.full(size * queues, np.nan)
    history = History(
        names,
        np.tile(grid.starts[opened], queues),
        np.repeat(np.arange(queues), size),
        rng.poisson(np.tile(mean[opened], queues)).astype(float),
        *(blank for _ in range(6)),
    )
    return centre, history


def forecast(centre: Centre, history: History, control: Control):
    return make_forecast(history, centre, (), WEEK, 7, seed=1, control=control)


@pytest.fixture(scope="module")
def alone():
    centre, history = made(3)
    return centre, history, forecast(centre, history, Control())


def test_processes_give_the_same_forecast_and_back_test(alone) -> None:
    """Two processes: means, bands, words and scores are equal to the last bit, and progress is told."""
    centre, history, (found, choices) = alone
    told: list[tuple[str, float, str]] = []
    with executor_for(MANY, 2) as executor:
        assert executor is not None
        control = Control(report=lambda *step: told.append(step), executor=executor)
        other, words = forecast(centre, history, control)
        rows = backtest(history, centre, (), origins=1, leads=(1,), control=control)
    assert np.array_equal(found.mean, other.mean) and np.array_equal(found.bands, other.bands)
    assert [choice.notes for choice in choices] == [word.notes for word in words]
    assert str(rows) == str(backtest(history, centre, (), origins=1, leads=(1,), control=Control()))
    assert [note for step, _, note in told if step == "forecast"] == ["q0", "q1", "q2", ""]


def test_a_dask_cluster_gives_the_same_forecast(alone, monkeypatch) -> None:
    """The scheduler named in the environment takes the work."""
    distributed = pytest.importorskip("distributed")
    centre, history, (found, _) = alone
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None
    )
    with cluster:
        monkeypatch.setenv(SCHEDULER, cluster.scheduler_address)
        with executor_for(1, 1) as executor:
            other, _ = forecast(centre, history, Control(executor=executor))
    assert np.array_equal(found.mean, other.mean) and np.array_equal(found.bands, other.bands)


def test_a_stop_leaves_the_floor(alone) -> None:
    """Queues that were not begun get their 8-week median."""
    centre, history, _ = alone
    cancel = threading.Event()
    cancel.set()
    with executor_for(MANY, 2) as executor:
        _, choices = forecast(centre, history, Control(cancel=cancel, executor=executor))
    assert [choice.member for choice in choices] == [FLOOR] * 3


def test_few_queues_or_one_core_stay_here() -> None:
    """Processes are started only where they pay."""
    with executor_for(MANY - 1, 8) as few, executor_for(100, 1) as one:
        assert few is None and one is None


def test_a_scheduler_that_is_not_there_is_said(monkeypatch) -> None:
    """A wrong address is the planner's fault to mend, named by its variable."""
    pytest.importorskip("distributed")
    monkeypatch.setenv(SCHEDULER, "nowhere")
    with pytest.raises(InputError, match=SCHEDULER), executor_for(1, 1):
        pass
