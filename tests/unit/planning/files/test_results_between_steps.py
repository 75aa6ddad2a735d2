"""Forecast, requirement, roster, scores and routing: written, edited by hand, read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from capacity.requirement import Requirement
from domain.centre import ElasticPool, Shrinkage
from domain.errors import InputError, Problem
from domain.grid import IntervalGrid
from domain.people import Event
from domain.queues import Channel
from forecasting.forecast import LEVELS, Forecast
from planning.files import (
    read_forecast,
    read_requirement,
    read_roster,
    write_forecast,
    write_requirement,
)
from planning.files.interval_files import filled_bands
from planning.files.interval_rows import open_intervals

WEEK = date(2026, 10, 19)
"""Its Sunday has 25 hours in Berlin."""


@pytest.fixture
def centre(folder: Any) -> Any:
    return folder.read().centre


@pytest.fixture
def forecast(centre: Any) -> Forecast:
    grid = IntervalGrid.of_days(WEEK, 7, centre.timezone, 30)
    rng = np.random.default_rng(1)
    is_open = open_intervals(centre, grid)
    mean = np.where(is_open, rng.gamma(5, 2, is_open.shape), 0.0)
    bands = mean[None] * np.linspace(0.5, 1.6, len(LEVELS))[:, None, None]
    return Forecast(grid, centre.queue_ids, mean, bands, np.full(mean.shape, 300.0), is_open)


def _said(call: Any) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        call()
    return list(caught.value.problems)


def test_a_forecast_comes_back_as_it_was_over_a_day_of_25_hours(forecast: Forecast, centre: Any, tmp_path: Any) -> None:
    path = write_forecast(forecast, tmp_path)
    assert path.read_text().splitlines()[0] == ("interval_start,queue,mean,p025,p05,p10,p25,p50,p75,p90,p95,p975,aht_s")
    notices: list[Problem] = []
    for where in (path, tmp_path):
        back = read_forecast(where, centre, notices=notices)
        assert back.grid == forecast.grid and back.grid.size == 2 * (7 * 24 + 1)
        np.testing.assert_allclose(back.mean, forecast.mean, rtol=1e-8)
        np.testing.assert_allclose(back.bands, forecast.bands, rtol=1e-8)
        np.testing.assert_array_equal(back.open, forecast.open)
    assert not notices


def test_a_forecast_without_bands_is_known_volume_and_handle_time_falls_back_on_the_queue(
    forecast: Forecast, centre: Any, tmp_path: Any
) -> None:
    frame = pd.read_csv(write_forecast(forecast, tmp_path))
    frame[["interval_start", "queue", "mean"]].to_csv(tmp_path / "mine.csv", index=False)
    back = read_forecast(tmp_path / "mine.csv", centre)
    assert back.known and set(back.aht_s[0]) == {300.0} and set(back.aht_s[1]) == {500.0}


def test_bands_between_given_ones_are_interpolated_and_outer_ones_repeat() -> None:
    mean = np.array([[10.0, 10.0]])
    bands = np.full((len(LEVELS), 1, 2), np.nan)
    bands[[2, 6], 0, 0] = [6, 14]
    filled = filled_bands(mean, bands)
    assert list(filled[:3, 0, 0]) == [6, 6, 6] and list(filled[6:, 0, 0]) == [14, 14, 14]
    assert filled[4, 0, 0] == pytest.approx(10) and (np.diff(filled[:, 0, 0]) >= 0).all()
    assert (filled[:, 0, 1] == 10).all()


def test_rows_of_closed_hours_may_be_absent_and_open_ones_may_not(
    forecast: Forecast, centre: Any, tmp_path: Any
) -> None:
    frame = pd.read_csv(write_forecast(forecast, tmp_path))
    closed = (frame["queue"] == "phone") & (frame["mean"] == 0)
    path = tmp_path / "mine.csv"
    frame[~closed].to_csv(path, index=False)
    np.testing.assert_allclose(read_forecast(path, centre).mean, forecast.mean, rtol=1e-8)
    lost = frame["interval_start"].str.startswith("2026-10-20T09") & (frame["queue"] == "phone")
    frame[~closed & ~lost].to_csv(path, index=False)
    problems = _said(lambda: read_forecast(path, centre))
    assert len(problems) == 2
    for problem, start in zip(problems, ("09:00", "09:30"), strict=True):
        assert f"a row of queue phone at 2026-10-20T{start}+02:00" in problem.expected
    shut = Event(
        start=datetime(2026, 10, 20, 7, tzinfo=UTC), end=datetime(2026, 10, 20, 8, tzinfo=UTC), name="x", kind="closed"
    )
    assert not read_forecast(path, centre, events=[shut]).open[0, 48 + 18]


def test_days_without_a_row_that_complete_the_week_belong_to_it_where_all_is_closed(
    forecast: Forecast, centre: Any, tmp_path: Any
) -> None:
    phone = centre.queues[0]
    chat = centre.queues[1].model_copy(update={"open": phone.open})
    weekdays = centre.model_copy(update={"queues": (phone, chat)})
    frame = pd.read_csv(write_forecast(forecast, tmp_path))
    day = frame["interval_start"].str[:10]
    path = tmp_path / "mine.csv"
    frame[day < "2026-10-24"].to_csv(path, index=False)
    assert read_forecast(path, weekdays).grid == forecast.grid
    frame[day < "2026-10-23"].to_csv(path, index=False)
    assert len(read_forecast(path, weekdays).grid.days) == 4


def test_handle_times_that_look_like_minutes_are_noticed(forecast: Forecast, centre: Any, tmp_path: Any) -> None:
    frame = pd.read_csv(write_forecast(forecast, tmp_path))
    frame.assign(aht_s=5.0).to_csv(tmp_path / "mine.csv", index=False)
    notices: list[Problem] = []
    read_forecast(tmp_path / "mine.csv", centre, notices=notices)
    assert [(n.line, n.column, n.more) for n in notices] == [(2, "aht_s", len(frame) - 1)]


def test_a_queue_that_is_absent_is_said_once(forecast: Forecast, centre: Any, tmp_path: Any) -> None:
    frame = pd.read_csv(write_forecast(forecast, tmp_path))
    frame[frame["queue"] == "phone"].to_csv(tmp_path / "mine.csv", index=False)
    problems = _said(lambda: read_forecast(tmp_path / "mine.csv", centre))
    assert len(problems) == 1 and "rows of queue chat" in problems[0].expected


def test_slips_in_an_edited_forecast_are_named_and_oddities_said(
    forecast: Forecast, centre: Any, tmp_path: Any
) -> None:
    frame = pd.read_csv(write_forecast(forecast, tmp_path), dtype=str)
    path = tmp_path / "mine.csv"
    frame.loc[3, "mean"] = "-1"
    frame.loc[4, "p10"] = "9999"
    frame.loc[5, "interval_start"] = "2026-10-19T01:10+02:00"
    frame.loc[6, "queue"] = "fone"
    frame.to_csv(path, index=False)
    found = {(p.line, p.column) for p in _said(lambda: read_forecast(path, centre)) if p.line}
    assert found == {(5, "mean"), (6, "p25"), (7, "interval_start"), (8, "queue")}
    frame = pd.read_csv(tmp_path / "forecast.csv")
    frame.loc[0, "mean"] = 5.0
    frame.loc[41, "mean"] = 99.0
    frame.to_csv(path, index=False)
    notices: list[Problem] = []
    assert read_forecast(path, centre, notices=notices).mean[0, 0] == 5.0
    assert any("queue is closed" in n.expected for n in notices)
    assert any("inside its bands" in n.expected for n in notices)


def test_a_wrong_year_is_not_taken_for_a_horizon_of_centuries(forecast: Forecast, centre: Any, tmp_path: Any) -> None:
    frame = pd.read_csv(write_forecast(forecast, tmp_path))
    frame.loc[7, "interval_start"] = "2126-10-19T01:30+02:00"
    frame.to_csv(tmp_path / "mine.csv", index=False)
    problems = _said(lambda: read_forecast(tmp_path / "mine.csv", centre))
    assert [(p.line, p.column) for p in problems] == [(9, "interval_start")]


def test_missing_files_and_columns_are_said(centre: Any, tmp_path: Any) -> None:
    assert "this file" in _said(lambda: read_forecast(tmp_path, centre))[0].expected
    assert "is there" in _said(lambda: read_forecast(tmp_path / "no.csv", centre))[0].expected
    (tmp_path / "forecast.txt").write_text("x")
    assert ".parquet" in _said(lambda: read_forecast(tmp_path / "forecast.txt", centre))[0].expected
    (tmp_path / "forecast.csv").write_text("interval_start,queue\n")
    assert _said(lambda: read_forecast(tmp_path, centre))[0].column == "mean"
    (tmp_path / "forecast.csv").write_text("interval_start,queue,mean\n")
    assert "one row" in _said(lambda: read_forecast(tmp_path, centre))[0].expected


@pytest.fixture
def requirement(forecast: Forecast) -> Requirement:
    agents = forecast.mean / 3
    nothing = np.where(forecast.mean > 0, 0.5, np.nan)
    return Requirement(
        forecast.grid,
        forecast.queues,
        forecast.mean,
        forecast.aht_s,
        agents,
        agents,
        nothing * 20,
        nothing,
        nothing,
        nothing,
    )


def test_a_requirement_comes_back_with_nothing_offered_as_nan(
    requirement: Requirement, centre: Any, tmp_path: Any
) -> None:
    path = write_requirement(requirement, tmp_path)
    assert path.read_text().splitlines()[0] == (
        "interval_start,queue,volume,aht_s,agents,scheduled_agents,mean_wait_s,service_level,abandonment,occupancy"
    )
    back = read_requirement(path, centre)
    for name in ("volume", "agents", "scheduled_agents", "mean_wait_s", "occupancy"):
        np.testing.assert_allclose(getattr(back, name), getattr(requirement, name), rtol=1e-8)


def test_scheduled_agents_follow_agents_and_shrinkage(requirement: Requirement, centre: Any, tmp_path: Any) -> None:
    frame = pd.read_csv(write_requirement(requirement, tmp_path))
    frame.loc[40, "agents"] = 7.0
    frame[["interval_start", "queue", "volume", "agents"]].to_csv(tmp_path / "mine.csv", index=False)
    losing = centre.model_copy(update={"shrinkage": Shrinkage(absence=0.1, in_shift=0.2)})
    back = read_requirement(tmp_path / "mine.csv", losing)
    np.testing.assert_allclose(back.scheduled_agents, back.agents / 0.72)
    notices: list[Problem] = []
    frame.to_csv(tmp_path / "mine.csv", index=False)
    read_requirement(tmp_path / "mine.csv", centre, notices=notices)
    assert [(n.line, n.column) for n in notices] == [(42, "scheduled_agents")]


def test_an_edited_roster_is_read_in_any_order_with_parquet_and_unknown_people_refused(
    folder: Any, centre: Any, tmp_path: Any
) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(
        "end,start,agent_id,queues,shift_id\n"
        "2026-11-23T16:00,2026-11-23T12:00,A1,phone,1\n"
        "2026-11-23T12:00,2026-11-23T08:00,A1,phone;chat,1\n"
        "2026-11-23T12:00,2026-11-23T08:00,elastic-001,phone,e1\n"
    )
    agents = folder.read().agents
    assert "no [elastic]" in _said(lambda: read_roster(path, centre, agents))[0].expected
    centre = centre.model_copy(update={"elastic": ElasticPool(hourly_cost=40)})
    roster = read_roster(tmp_path, centre, agents)
    assert [s.minutes for s in roster.shifts[0].stretches] == [240, 240]
    assert roster.by_agent["elastic-001"][0].pool == "elastic"
    for name in ("r.parquet", "R.PARQUET"):
        pd.read_csv(path).to_parquet(tmp_path / name)
        assert read_roster(tmp_path / name, centre, agents) == roster
    path.write_text(path.read_text().replace("A1", "A9", 1))
    assert _said(lambda: read_roster(path, centre, agents))[0].line == 2
    assert read_roster(path, centre).by_agent["A9"]


def test_closed_events_close_live_queues_only(centre: Any) -> None:
    mail = centre.queues[1].model_copy(update={"channel": Channel.DEFERRED})
    centre = centre.model_copy(update={"queues": (centre.queues[0], mail)})
    grid = IntervalGrid.of_days(WEEK, 1, centre.timezone, 30)
    day = Event(start=grid.start, end=grid.end, name="x", kind="closed")
    assert open_intervals(centre, grid, [day]).sum(axis=1).tolist() == [0, 48]
    holiday = day.model_copy(update={"kind": "holiday"})
    assert open_intervals(centre, grid, [holiday]).sum(axis=1).tolist() == [24, 48]


def test_a_forecast_of_the_wrong_shape_cannot_be_made(forecast: Forecast) -> None:
    with pytest.raises(ValueError, match="shape"):
        replace(forecast, mean=forecast.mean[:, :-1])
