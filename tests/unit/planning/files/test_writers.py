"""Result files: exact columns, exact times, short numbers, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import json
import tomllib
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from capacity.requirement import Requirement
from capacity.scores import Score
from capacity.service import MEASURES, ServiceReport, ServiceRow
from domain.grid import IntervalGrid
from domain.people import Route
from domain.roster import Roster, Stretch
from forecasting.forecast import Forecast
from planning.files import (
    output_folder,
    read_folder,
    write_folder,
    write_plan_json,
    write_roster,
    write_routing,
    write_scores,
    write_service,
)
from planning.files.lines_out import number
from planning.files.plan_json import plain
from planning.result import OverService, Plan, Short, SolverSummary, TargetResult
from scheduling.cost import Cost

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333"),
        (1234567.891, "1234567.89"),
        (1e-7, "0.0000001"),
        (2.5e12, "2500000000000"),
        (NAN, ""),
        (float("inf"), ""),
    ],
)
def test_numbers_are_short_and_have_no_exponent(value: float, written: str) -> None:
    assert number(value) == written


def _roster() -> Roster:
    start = datetime(2026, 10, 25, 0, tzinfo=UTC)
    return Roster.of(
        [
            Stretch(
                "=cmd|' /C calc'!A0",
                start,
                start.replace(hour=1),
                "work",
                ("phone", "chat"),
                True,
                "core",
                "s1",
            ),
            Stretch("elastic-001", start, start.replace(hour=4), "work", ("phone",), True, "elastic", "e1"),
        ]
    )


def test_rosters_have_exact_local_times_and_no_formula(tmp_path: Any) -> None:
    path = write_roster(_roster(), tmp_path, "Europe/Berlin")
    rows = list(csv.DictReader(path.open()))
    assert list(rows[0]) == ["agent_id", "pool", "shift_id", "start", "end", "activity", "queues", "paid"]
    # Two o'clock occurs twice that night: the offset tells which.
    assert (rows[0]["start"], rows[0]["end"]) == ("2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00")
    assert rows[0]["queues"] == "phone;chat" and rows[0]["paid"] == "true"
    assert rows[0]["agent_id"].startswith("'=")


def test_service_has_each_measure_with_its_interval(tmp_path: Any) -> None:
    value = np.arange(8, dtype=float)
    row = ServiceRow("day", "2026-11-23", "phone", value, value - 0.5, np.full(8, NAN))
    grid = IntervalGrid.of_days(date(2026, 11, 23), 1, "Asia/Shanghai", 30)
    path = write_service(ServiceReport(grid, ("phone",), (row,), 10), tmp_path)
    header, line = path.read_text().splitlines()
    assert header.startswith("scope,start,queue,offered,offered_low,offered_high,mean_wait_s,mean_wait_s_low,")
    assert len(header.split(",")) == 3 + 3 * len(MEASURES)
    assert line.startswith("day,2026-11-23,phone,0,-0.5,,1,0.5,,")


def test_scores_and_routing_have_the_contracts_columns(tmp_path: Any) -> None:
    score = Score("A1", "phone", 12.0, NAN, 1.25, 0.6, 0.5, 0.7, NAN, "good", 1.1, 1.4)
    assert write_scores([score], tmp_path).read_text() == (
        "agent_id,queue,handled,aht_s,aht_factor,fcr,fcr_low,fcr_high,score,grade,"
        "aht_factor_low,aht_factor_high,quality_time_s\n"
        "A1,phone,12,,1.25,0.6,0.5,0.7,,good,1.1,1.4,\n"
    )
    route = Route(agent_id="A1", queue="phone", level=2, weight=0.5)
    assert write_routing([route], tmp_path).read_text() == "agent_id,queue,level,weight\nA1,phone,2,0.5\n"
    assert write_routing([], tmp_path).read_text() == "agent_id,queue,level,weight\n"


def _plan(folder: Any) -> Plan:
    read = folder.read()
    grid = IntervalGrid.of_days(date(2026, 11, 23), 1, read.centre.timezone, 30)
    flat = np.zeros((2, grid.size))
    forecast = Forecast(grid, read.centre.queue_ids, flat, np.zeros((9, 2, grid.size)), flat, flat > 0)
    target = TargetResult("phone", "day", "2026-11-23", "mean_wait_s", 60.0, 55.5, NAN, NAN, NAN, 0.8, NAN, NAN, True)
    start = datetime(2026, 11, 23, 7, tzinfo=UTC)
    return Plan(
        folder=read,
        week=date(2026, 11, 23),
        seed=1,
        forecast=forecast,
        requirement=Requirement(grid, read.centre.queue_ids, *(flat,) * 8),
        roster=_roster(),
        scores=(),
        routes=(),
        service=ServiceReport(grid, read.centre.queue_ids, (), 0),
        cost=Cost(100.0, 20.0, 3.0),
        solver=SolverSummary("feasible", {"cost": 123.0, "wishes": 0.1 + 0.2}, 123.3, 120.0, 0.026, None, 1.5),
        targets=(target,),
        elastic_peak_share=0.1,
        elastic_hours=8.0,
        short=(Short("phone;email", start, start.replace(hour=8), 0.5, "nobody left", (0.4, 0.1)),),
        over_service=(OverService("phone", 0.05, 12.0, 240.0),),
        notes=("忙",),
    )


def test_plan_json_follows_the_contract_with_null_for_what_does_not_apply(folder: Any, tmp_path: Any) -> None:
    plan = _plan(folder)
    path = write_plan_json(plan, tmp_path, "0.1.0")
    found = json.loads(path.read_text())
    assert list(found)[:7] == ["engine", "week", "cost", "solver", "targets", "elastic", "short"]
    assert [(row["queue"], row["agents"]) for row in found["short"]] == [("phone", 0.4), ("email", 0.1)]
    assert found["over_service"] == [{"queue": "phone", "points": 0.05, "hours": 12.0, "cost": 240.0}]
    digests = {"input_sha256": folder.read().sha256, "roster_sha256": plan.roster.sha256}
    assert found["engine"] == {"version": "0.1.0", "seed": 1, **digests}
    assert found["cost"] == {"core": 100.0, "elastic": 20.0, "expert": 3.0, "total": 123.0}
    assert found["solver"]["gap_on_decidable_cost"] is None
    assert found["solver"]["parts"]["wishes"] == 0.3
    assert found["targets"][0]["simulated"] is None and found["targets"][0]["met"] is True
    assert found["short"][0]["start"] == "2026-11-23T08:00+01:00"
    assert "忙" in path.read_text()


def test_what_json_cannot_hold_is_refused() -> None:
    assert plain({"a": (np.float64("nan"), np.bool_(True), np.arange(2))}) == {"a": [None, True, [0, 1]]}
    with pytest.raises(TypeError, match="no place in JSON"):
        plain({1, 2})


def test_same_content_gives_the_same_bytes(folder: Any, tmp_path: Any) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for name in ("a", "b"):
        write_plan_json(_plan(folder), tmp_path / name, "0.1.0")
        write_roster(_roster(), tmp_path / name, "Europe/Berlin")
    for file in ("plan.json", "roster.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_planning_folder_written_by_a_program_is_read_back(folder: Any, tmp_path: Any) -> None:
    settings = tomllib.loads(folder.centre_toml)
    settings["centre"]["note"] = None
    times = pd.to_datetime(["2026-11-16T08:00", "2026-11-16T08:30"]).tz_localize("Europe/Berlin")
    tables = {
        "history": pd.DataFrame(
            {"interval_start": times, "queue": ["phone", "chat"], "offered": [5, 7], "aht_s": [310.25, np.nan]}
        ),
        "agents.csv": pd.DataFrame(
            {
                "agent_id": ["A1"],
                "contract": ["full-time"],
                "hourly_cost": [57.7],
                "name": ["=Ann"],
                "hired_on": [date(2026, 1, 5)],
            }
        ),
        "skills": pd.DataFrame({"agent_id": ["A1", "A1"], "queue": ["phone", "chat"], "dedicated": [False, False]}),
    }
    path = write_folder(tmp_path / "made", settings, tables)
    read = read_folder(path)
    assert list(read.history.offered) == [5, 7] and np.isnan(read.history.aht_s[1])
    assert read.agents[0].name == "=Ann" and read.agents[0].hired_on == date(2026, 1, 5)
    assert "2026-11-16T08:00+01:00,phone,5,310.25" in (path / "history.csv").read_text()
    assert not read.notices
    write_folder(path, settings, tables)
    with output_folder(path, "a planning folder") as inside:
        assert not (inside / "history.csv").exists()
