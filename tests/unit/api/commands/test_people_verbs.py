"""`score` and `route`: what they write and say, by period, with advice, and the log of uses."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from api.commands.people import route, score
from domain.errors import InputError

CENTRE = """\
[centre]
name = "Small"
timezone = "UTC"
interval_minutes = 30
schedule_minutes = 15

[[queues]]
id = "phone"
channel = "voice"
aht_s = 300

[[contracts]]
id = "full-time"
start = { from = "07:00", to = "12:00", step_minutes = 30 }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight people over three months; A0 was hired in the last of them."""
    place = tmp_path_factory.mktemp("centre")
    rng = np.random.default_rng(0)
    people = [f"A{k}" for k in range(8)]
    first = date(2026, 8, 1)
    rows = ["date,agent_id,queue,handled,handle_time_s,resolved,csat_sum,csat_count,quality_sum,quality_count"]
    for day in range(92):
        for k, name in enumerate(people):
            if k or day >= 61:
                solved = int(rng.binomial(20, 0.6 + 0.03 * k))
                csat, quality = (float(np.clip(rng.normal(m, 8), 0, 100)) for m in (60 + 1.5 * solved, 75))
                seconds = 20 * 300 * float(np.exp(rng.normal(0, 0.1)))
                on = first + timedelta(days=day)
                rows.append(f"{on},{name},phone,20,{seconds:.0f},{solved},{4 * csat:.1f},4,{quality:.1f},1")
    files = {
        "centre.toml": CENTRE,
        "history.csv": "interval_start,queue,offered\n2026-10-30T08:00,phone,10\n",
        "agents.csv": "agent_id,contract,hourly_cost,hired_on\n"
        + "".join(f"{name},full-time,30,{'2026-10-01' if k == 0 else ''}\n" for k, name in enumerate(people)),
        "skills.csv": "agent_id,queue\n" + "".join(f"{name},phone\n" for name in people),
        "performance.csv": "\n".join(rows) + "\n",
    }
    for name, content in files.items():
        (place / name).write_text(content, encoding="utf-8")
    return place


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_by_month_each_period_stands_with_peers_and_change(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score(folder, tmp_path / "s", period="month", agent="A3")
    rows = [row for row in table(tmp_path / "s" / "score_periods.csv") if row["agent_id"] == "A3"]
    assert [row["start"] for row in rows] == ["2026-08-01", "2026-09-01", "2026-10-01"]
    assert [row["change"] == "" for row in rows] == [True, False, False]
    assert all(row["peers_of"] == "level" for row in rows)
    said = capsys.readouterr().out
    assert "2026-09-01 to 2026-09-30: 600 contacts, score" in said
    assert "others of their level; against the period before, chance taken out," in said
    assert "scores by period:" in said


def test_one_queue_of_an_agent_is_explained_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score(folder, tmp_path / "s", agent="A3", queue="phone")
    assert "phone: 1840 contacts handled." in capsys.readouterr().out
    with pytest.raises(InputError, match=r"--queue: expected a queue that A3 has a score on: phone, found '?chat"):
        score(folder, tmp_path / "t", agent="A3", queue="chat")
    with pytest.raises(InputError, match=r"--queue: expected --agent beside it"):
        score(folder, tmp_path / "t", queue="phone")
    assert not (tmp_path / "t").exists()


def test_without_a_period_none_are_written_and_scores_keep_one_row_a_person_and_queue(
    folder: Path, tmp_path: Path
) -> None:
    score(folder, tmp_path / "s")
    assert not (tmp_path / "s" / "score_periods.csv").exists()
    rows = table(tmp_path / "s" / "scores.csv")
    assert len(rows) == 8
    for row in rows:
        assert float(row["aht_factor_low"]) <= float(row["aht_factor"]) <= float(row["aht_factor_high"])


def test_a_newcomer_is_told_of_the_ramp_and_others_are_not(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score(folder, tmp_path / "s", agent="A0")
    assert "of the ramp is left (learned from 1 new in the record)" in capsys.readouterr().out
    score(folder, tmp_path / "s", agent="A1")
    assert "ramp" not in capsys.readouterr().out


def test_advice_is_said_and_changes_nothing(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score(folder, tmp_path / "plain")
    assert "moves satisfaction" not in capsys.readouterr().out
    score(folder, tmp_path / "advised", advise=True)
    said = capsys.readouterr().out
    assert "What moves satisfaction" in said
    assert "They are not applied" in said
    plain, advised = (tmp_path / name / "scores.csv" for name in ("plain", "advised"))
    assert plain.read_bytes() == advised.read_bytes()


def test_another_period_is_refused_before_anything_is_written(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--period: expected all, month or quarter, found '?week"):
        score(folder, tmp_path / "s", period="week")
    assert not (tmp_path / "s").exists()


def test_route_logs_whose_figures_it_used(folder: Path, tmp_path: Path) -> None:
    route(folder, tmp_path / "r", week="2026-10-20")
    rows = table(tmp_path / "r" / "score_use.csv")
    assert {row["run"] for row in rows} == {"route 2026-10-20"}
    assert {row["agent_id"] for row in rows} == {f"A{k}" for k in range(8)}
    assert [(row["figure"], row["used_for"]) for row in rows if row["agent_id"] == "A2"] == [
        ("aht_factor", "routing"),
        ("fcr", "routing"),
        ("score", "none"),
    ]
