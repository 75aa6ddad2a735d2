"""`forecast` from a planning folder: totals beside it, a year ahead, and today's counts."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from api.commands.demand import forecast
from domain.errors import InputError
from planning.files import write_folder

MONDAY = date(2026, 3, 2)


def rows(first: date, days: int, factor: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng((first - date(2025, 1, 1)).days)
    found = []
    for k in range(days):
        day = first + timedelta(days=k)
        size = factor * np.exp(0.2 * rng.normal())
        for slot in range(8, 20):
            found.append((f"{day.isoformat()}T{slot:02d}:00", "phone", float(rng.poisson(80 * size))))
    return pd.DataFrame(found, columns=["interval_start", "queue", "offered"])


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "centre"
    keys = {
        "centre": {"name": "Small", "timezone": "Europe/Berlin", "currency": "EUR", "interval_minutes": 60},
        "queues": [{"id": "phone", "aht_s": 300, "open": [{"from": "08:00", "to": "20:00"}]}],
        "contracts": [
            {
                "id": "full",
                "weekly_hours": {"min": 40, "max": 40},
                "days_per_week": {"min": 5, "max": 5},
                "shift_hours": {"min": 8, "max": 8},
                "start": {"from": "08:00", "to": "12:00", "step_minutes": 60},
                "rest_h": 11,
            }
        ],
    }
    keys["centre"]["schedule_minutes"] = 15
    tables = {
        "history": rows(MONDAY - timedelta(days=140), 140),
        "agents": pd.DataFrame([("a", "full", 20.0)], columns=["agent_id", "contract", "hourly_cost"]),
        "skills": pd.DataFrame([("a", "phone")], columns=["agent_id", "queue"]),
    }
    write_folder(path, keys, tables)
    return path


def test_totals_stand_beside_the_forecast_and_add_up(centre: Path, tmp_path: Path) -> None:
    forecast(centre, MONDAY.isoformat(), tmp_path / "f", weeks=2)
    cells = pd.read_csv(tmp_path / "f" / "forecast.csv")
    totals = pd.read_csv(tmp_path / "f" / "forecast_totals.csv")
    assert totals["period"].value_counts().to_dict() == {"day": 14, "week": 2}
    by_day = cells.groupby(cells["interval_start"].str[:10])["mean"].sum()
    days = totals[totals["period"] == "day"].set_index("start")["mean"]
    assert np.allclose(by_day[days.index], days, rtol=1e-7)
    assert (totals["p10"] < totals["mean"]).all()
    assert (totals["mean"] < totals["p90"]).all()
    assert not (tmp_path / "f" / "long_range.csv").exists()


def test_months_ahead_are_written_when_asked_for(
    centre: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forecast(centre, MONDAY.isoformat(), tmp_path / "f", months=12)
    far = pd.read_csv(tmp_path / "f" / "long_range.csv")
    assert list(far.columns) == ["queue", "period", "start", "mean", "p05", "p10", "p50", "p90", "p95"]
    months = far[far["period"] == "month"]
    assert months["start"].tolist()[::11] == ["2026-04-01", "2027-03-01"]
    assert far[far["period"] == "day"]["start"].iloc[-1] == "2027-03-31"
    assert "under a year is known" in capsys.readouterr().out


def test_a_day_is_the_same_in_the_long_range_as_in_the_forecast(
    centre: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forecast(centre, MONDAY.isoformat(), tmp_path / "f", weeks=8, months=2)
    near, far = (
        pd.read_csv(tmp_path / "f" / name).set_index(["period", "start"])
        for name in ("forecast_totals.csv", "long_range.csv")
    )
    days = [("day", (MONDAY + timedelta(days=k)).isoformat()) for k in range(56)]
    columns = ["mean", "p05", "p10", "p50", "p90", "p95"]
    pd.testing.assert_frame_equal(far.loc[days, columns], near.loc[days, columns])
    by_day = far.loc["day"]["mean"]
    for month in ("2026-04", "2026-05"):
        days_of = by_day[by_day.index.str.startswith(month)]
        assert far.loc[("month", f"{month}-01"), "mean"] == pytest.approx(days_of.sum())
    assert "days up to 2026-04-26 are those of forecast_totals.csv" in capsys.readouterr().out


def test_counts_so_far_are_held_and_the_rest_moves(centre: Path, tmp_path: Path) -> None:
    counts = rows(MONDAY, 1, 1.6)
    counts[counts["interval_start"] < f"{MONDAY}T14:00"].to_csv(tmp_path / "today.csv", index=False)
    forecast(centre, MONDAY.isoformat(), tmp_path / "before")
    forecast(centre, MONDAY.isoformat(), tmp_path / "after", actuals=tmp_path / "today.csv")
    forecast(centre, MONDAY.isoformat(), tmp_path / "noon", actuals=tmp_path / "today.csv", now=f"{MONDAY}T12:00")
    before, after, noon = (
        pd.read_csv(tmp_path / name / "forecast.csv").set_index("interval_start")
        for name in ("before", "after", "noon")
    )
    past = [f"{MONDAY}T{slot:02d}:00+01:00" for slot in range(8, 14)]
    rest = [f"{MONDAY}T{slot:02d}:00+01:00" for slot in range(14, 20)]
    assert after.loc[past, "mean"].tolist() == counts["offered"].tolist()[:6]
    assert (after.loc[past, "p10"] == after.loc[past, "p90"]).all()
    assert (after.loc[rest, "mean"] > 1.2 * before.loc[rest, "mean"]).all()
    assert (noon.loc[past[4:], "p10"] < noon.loc[past[4:], "p90"]).all()


def test_now_without_counts_is_refused(centre: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--actuals beside it"):
        forecast(centre, MONDAY.isoformat(), tmp_path / "f", now=f"{MONDAY}T12:00")


def test_each_queue_is_told_once_and_pins_of_other_weeks_do_not_matter(
    centre: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(centre, tmp_path / "c")
    (tmp_path / "c" / "pins.csv").write_text(
        "agent_id,start,end,queues\na,2026-06-01T08:00,2026-06-01T09:00,phone\n", encoding="utf-8"
    )
    forecast(tmp_path / "c", MONDAY.isoformat(), tmp_path / "f")
    told = capsys.readouterr().out
    assert told.count(" of contacts (") == 1 and told.count("8-week median") == 1


def test_faults_of_folder_and_counts_are_told_together(centre: Path, tmp_path: Path) -> None:
    shutil.copytree(centre, tmp_path / "c")
    with (tmp_path / "c" / "skills.csv").open("a", encoding="utf-8") as file:
        file.write("a,fone\n")
    (tmp_path / "today.csv").write_text("interval_start,queue,offered\n2026-03-02T08:00,phone,many\n")
    with pytest.raises(InputError) as caught:
        forecast(tmp_path / "c", MONDAY.isoformat(), tmp_path / "f", actuals=tmp_path / "today.csv")
    assert [p.file for p in caught.value.problems] == ["skills.csv", "today.csv"]


def test_faults_of_the_counts_are_named_and_nothing_is_written(centre: Path, tmp_path: Path) -> None:
    (tmp_path / "today.csv").write_text("interval_start,queue,offered\n2026-03-02T08:00,phone,many\n")
    with pytest.raises(InputError, match=r"today.csv:2, column offered"):
        forecast(centre, MONDAY.isoformat(), tmp_path / "f", actuals=tmp_path / "today.csv")
    (tmp_path / "today.csv").write_text("interval_start,queue,offered\n")
    with pytest.raises(InputError, match="at least one row of counts"):
        forecast(centre, MONDAY.isoformat(), tmp_path / "f", actuals=tmp_path / "today.csv")
    with pytest.raises(InputError, match="is or holds --actuals"):
        forecast(centre, MONDAY.isoformat(), tmp_path, actuals=tmp_path / "today.csv")
    assert not (tmp_path / "f").exists()
