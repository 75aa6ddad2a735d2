"""A planner changes the forecast, and looks back at it when the week is over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from api.commands.cli import app
from tests.unit.planning.files.conftest import CENTRE

WEEKS = 16
LAST = pd.Timestamp("2026-11-15")


def run(*words: str | Path):
    return CliRunner().invoke(app, [str(word) for word in words])


def history(until: pd.Timestamp, factor_since: tuple[str, float] | None = None) -> str:
    rng = np.random.default_rng(1)
    start = pd.date_range("2026-07-27", "2026-12-31 23:30", freq="30min")
    start = start[(start.day_of_week < 5) & (start.hour >= 8) & (start.hour < 20)]
    mean = 20 * (1 + 0.5 * np.sin((start.hour - 8) / 12 * np.pi))
    if factor_since:
        mean = mean * np.where(start >= factor_since[0], factor_since[1], 1.0)
    rows = []
    for queue, share in (("phone", 1.0), ("chat", 0.5)):
        offered = rng.poisson(mean * share)
        rows += [f"{s:%Y-%m-%dT%H:%M},{queue},{n},300" for s, n in zip(start, offered, strict=True) if s <= until]
    return "interval_start,queue,offered,aht_s\n" + "\n".join(rows) + "\n"


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    path = tmp_path / "centre"
    path.mkdir()
    (path / "centre.toml").write_text(
        CENTRE.replace(
            "slowdown = [0.8, 1.0]",
            'slowdown = [0.8, 1.0]\nopen = [{ days = "Mon-Fri", from = "08:00", to = "20:00" }]',
        )
    )
    (path / "history.csv").write_text(history(LAST + pd.Timedelta(days=1)))
    (path / "agents.csv").write_text("agent_id,contract,hourly_cost\nA1,full-time,30\n")
    (path / "skills.csv").write_text("agent_id,queue\nA1,phone\nA1,chat\n")
    return path


def test_an_override_is_in_the_forecast_and_the_models_own_beside_it(centre: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    assert run("forecast", centre, "--week", "2026-11-16", "--out", plain).exit_code == 0
    assert not (plain / "forecast_model.csv").exists()
    (centre / "overrides.csv").write_text(
        "queue,start,end,kind,value,reason,author,made_on\n"
        "phone,2026-11-18,2026-11-19,level,1.5,price letter,Ann,2026-11-12\n"
    )
    changed = tmp_path / "changed"
    done = run("forecast", centre, "--week", "2026-11-16", "--out", changed)
    assert done.exit_code == 0, done.output
    assert "phone: Ann raised the forecast by 50 % on 2026-11-18 (overrides.csv:2, made on 2026-11-12)." in done.output
    assert "Reason: price letter." in done.output
    base, final, model = (
        pd.read_csv(folder / name)
        for folder, name in ((plain, "forecast.csv"), (changed, "forecast.csv"), (changed, "forecast_model.csv"))
    )
    assert list(final.columns) == list(base.columns)
    pd.testing.assert_frame_equal(model[base.columns], base)
    mine = (final["queue"] == "phone") & final["interval_start"].str.startswith("2026-11-18") & (base["mean"] > 0)
    np.testing.assert_allclose(final.loc[mine, "mean"], 1.5 * base.loc[mine, "mean"])
    np.testing.assert_allclose(final.loc[~mine, "mean"], base.loc[~mine, "mean"])
    assert (model.loc[mine, "override_reason"] == "price letter").all()
    assert model.loc[~mine & (base["mean"] > 0), "override_author"].isna().all()


def test_an_override_outside_the_horizon_is_warned_of_with_its_line(centre: Path, tmp_path: Path) -> None:
    (centre / "overrides.csv").write_text(
        "queue,start,end,value,reason,author\n"
        "phone,2026-11-16,2026-11-18,1.1,a,Ann\n"
        "phone,2026-12-24,2026-12-25,0.5,b,Ann\n"
    )
    done = run("forecast", centre, "--week", "2026-11-16", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    said = [line for line in done.stderr.splitlines() if "overrides.csv" in line]
    assert len(said) == 1
    assert said[0].startswith("warning: overrides.csv:3, column start: expected a span that reaches into the days")
    assert "2026-11-16 to 2026-11-22" in said[0]
    assert "2026-12-24" in said[0]
    longer = run("forecast", centre, "--week", "2026-11-16", "--weeks", "6", "--out", tmp_path / "longer")
    assert "column start" not in longer.stderr
    assert "phone: Ann lowered the forecast by 50 % on 2026-12-24" in longer.stdout


def test_a_bad_override_tells_its_line_and_writes_nothing(centre: Path, tmp_path: Path) -> None:
    (centre / "overrides.csv").write_text("queue,start,end,kind,value\nfax,2026-11-18,2026-11-17,level,-1\n")
    done = run("forecast", centre, "--week", "2026-11-16", "--out", tmp_path / "out")
    assert done.exit_code == 2
    for column in ("queue", "value"):
        assert f"overrides.csv:2, column {column}" in done.output
    assert not (tmp_path / "out").exists()


def test_earlier_forecasts_are_judged_by_queue_and_lead(centre: Path, tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    for week, weeks in (("2026-10-19", 2), ("2026-10-26", 1), ("2026-11-02", 1)):
        assert run("forecast", centre, "--week", week, "--weeks", weeks, "--out", plans / week).exit_code == 0
    (centre / "history.csv").write_text(history(LAST + pd.Timedelta(days=1), ("2026-10-19", 1.4)))
    done = run("accuracy", centre, "--snapshots", plans, "--out", tmp_path / "acc")
    assert done.exit_code == 0, done.output
    table = pd.read_csv(tmp_path / "acc" / "accuracy.csv")
    assert list(zip(table["queue"], table["lead"], strict=True)) == [
        (q, lead) for q in ("phone", "chat", "all") for lead in (1, 2)
    ]
    assert (table["bias"] < -0.15).all()
    assert (table["seats_short"] > 0).all()
    assert "too low" in done.output
    alarms = pd.read_csv(tmp_path / "acc" / "alarms.csv")
    assert alarms["raised"].all()
    again = run("accuracy", centre, "--snapshots", plans, "--out", tmp_path / "acc2")
    assert again.exit_code == 0
    assert (tmp_path / "acc2" / "accuracy.csv").read_bytes() == (tmp_path / "acc" / "accuracy.csv").read_bytes()


def test_whether_overrides_helped_is_told(centre: Path, tmp_path: Path) -> None:
    (centre / "overrides.csv").write_text("start,end,value,reason,author\n2026-11-02,2026-11-07,3,rumour,Bo\n")
    assert run("forecast", centre, "--week", "2026-11-02", "--out", tmp_path / "plan").exit_code == 0
    done = run("accuracy", centre, "--snapshots", tmp_path / "plan", "--out", tmp_path / "acc")
    assert done.exit_code == 0, done.output
    assert "overrides: worse" in done.output
    assert (tmp_path / "acc" / "accuracy_model.csv").exists()


@pytest.mark.parametrize("content", [None, "interval_start,queue,mean\n2026-10-19T08:00,phone,minus\n"])
def test_snapshots_that_are_none_or_wrong_are_told(centre: Path, tmp_path: Path, content: str | None) -> None:
    plans = tmp_path / "plans"
    (plans / "a").mkdir(parents=True)
    if content:
        (plans / "a" / "forecast.csv").write_text(content)
    done = run("accuracy", centre, "--snapshots", plans, "--out", tmp_path / "acc")
    assert done.exit_code == 2
    assert ("a/forecast.csv:2, column mean" if content else "each with its forecast.csv") in done.output
    assert not (tmp_path / "acc").exists()


def test_forecasts_of_what_has_not_come_yet_are_told(centre: Path, tmp_path: Path) -> None:
    assert run("forecast", centre, "--week", "2026-11-23", "--out", tmp_path / "plan").exit_code == 0
    done = run("accuracy", centre, "--snapshots", tmp_path / "plan", "--out", tmp_path / "acc")
    assert done.exit_code == 2
    assert "has come to pass" in done.output


def test_the_back_test_is_told_in_seats_too(centre: Path, tmp_path: Path) -> None:
    done = run("backtest", centre, "--origins", "3", "--out", tmp_path / "bt")
    assert done.exit_code == 0, done.output
    table = pd.read_csv(tmp_path / "bt" / "backtest.csv")
    chosen = table[table["member"] == "chosen"]
    assert (chosen["seats"] > 1).all()
    assert (chosen["seats_wape"] < 0.5).all()
    assert "In agents on contact duty" in done.output
