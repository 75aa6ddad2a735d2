"""The reference centre's second Double 11 from its first: within its band, and better than without."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from domain.centre import Centre
from domain.grid import IntervalGrid, to_utc64
from domain.history import History
from domain.people import Event
from domain.progress import Control
from domain.queues import Queue
from forecasting.forecaster import make_forecast
from planning.reference import parameters as case
from planning.reference.history import events_table, history_table

QUEUES = ("pre-sales-web", "after-sale-phone", "complaints-wechat")
WEEK = date(2026, 11, 9)


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre(
        name="r",
        timezone=case.TIMEZONE,
        country="CN",
        interval_minutes=30,
        queues=tuple(Queue(id=name) for name in QUEUES),
        contracts=(),
    )


@pytest.fixture(scope="module")
def history() -> History:
    table = history_table(np.random.default_rng(1))
    table = table[table["queue"].isin(QUEUES)]
    local = pd.to_datetime(table["interval_start"]).dt.tz_localize(case.TIMEZONE)
    blank = np.full(len(table), np.nan)
    return History(
        QUEUES,
        local.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]"),
        table["queue"].map({name: k for k, name in enumerate(QUEUES)}).to_numpy(dtype=np.int64),
        table["offered"].to_numpy(dtype=np.float64),
        *(blank for _ in range(6)),
    )


def events() -> list[Event]:
    """The reference's events as a planner would have them who knows no lift."""
    zone = case.TIMEZONE
    return [
        Event(
            start=pd.Timestamp(row.start, tz=zone).to_pydatetime(),
            end=pd.Timestamp(row.end, tz=zone).to_pydatetime(),
            name=row.name,
            kind=row.kind,
        )
        for row in events_table().itertuples(index=False)
    ]


def test_the_second_double_eleven_lies_in_the_band_learned_from_the_first(centre, history):
    grid = IntervalGrid.of_days(WEEK, 7, case.TIMEZONE, 30)
    actual = np.full((len(QUEUES), grid.size), np.nan)
    rows = np.flatnonzero((history.start >= grid.starts[0]) & (history.start < to_utc64(grid.end)))
    actual[history.queue[rows], np.searchsorted(grid.starts, history.start[rows])] = history.offered[rows]
    day = np.isfinite(actual) & (grid.day_of == 2)[None]
    with_event, choices = make_forecast(history, centre, events(), WEEK, 7, seed=1, control=Control())
    without, _ = make_forecast(history, centre, (), WEEK, 7, seed=1, control=Control())

    def error(found):
        return np.abs(found.mean[day] - actual[day]).sum() / actual[day].sum()

    inside = (actual[day] >= with_event.bands[0][day]) & (actual[day] <= with_event.bands[-1][day])
    assert inside.mean() > 0.9
    assert error(with_event) < 0.4 * error(without)
    total = with_event.mean[:, grid.day_of == 2].sum() / actual[day].sum()
    assert total == pytest.approx(1.0, abs=0.2)
    assert all(any("Double 11 multiplies" in note for note in choice.notes) for choice in choices)
