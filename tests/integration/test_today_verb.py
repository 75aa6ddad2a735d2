"""`seatwise today` as operations meet it: files in, actions and a legal roster out."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.commands.cli import app
from planning.files import read_folder, read_forecast, read_roster
from scheduling.rules import validate
from tests.integration.repair_case import WEEK, published

TUESDAY = "2026-03-03"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return published(tmp_path_factory.mktemp("published"))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="seatwise")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts(plan: Path, path: Path, factor: float, until: str = "11:00") -> Path:
    """Write what came on Tuesday until a time, so much more than the plan expected."""
    lines = ["interval_start,queue,offered,mean_wait_s"]
    for row in rows_of(plan / "requirement.csv"):
        clock = row["interval_start"][11:16]
        if row["interval_start"].startswith(TUESDAY) and "08:00" <= clock < until:
            wait = "170" if row["queue"] == "phone" else ""
            lines.append(f"{row['interval_start']},{row['queue']},{round(factor * float(row['volume']))},{wait}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_busy_morning_becomes_ranked_actions_and_a_legal_roster(made: tuple[Path, Path], tmp_path: Path) -> None:
    centre, plan = made
    actuals, out = counts(plan, tmp_path / "a.csv", 1.5), tmp_path / "out"
    done = run("today", centre, "--plan", plan, "--actuals", actuals, "--out", out)
    assert done.exit_code == 0, done.output + str(done.exception)
    actions = rows_of(out / "actions.csv")
    mine = [row for row in actions if row["recommended"] == "true"]
    assert mine and [int(row["rank"]) for row in actions] == list(range(1, len(actions) + 1))
    assert all(float(row["worth"]) == pytest.approx(float(row["mended"]) - float(row["price"])) for row in actions)
    assert float(mine[-1]["mean_wait_s_after"]) < float(mine[0]["mean_wait_s_before"])
    moved = rows_of(out / "action_targets.csv")
    assert {row["measure"] for row in moved} <= {"mean_wait_s", "share"} and moved[0]["rank"] == "1"
    folder = read_folder(centre, before=WEEK)
    roster = read_roster(out, folder.centre, folder.agents)
    assert [v.text for v in validate(folder, roster, WEEK, 1) if v.hard] == []
    forecast = read_forecast(out, folder.centre, events=folder.events)
    assert [day.isoformat() for day in forecast.grid.days] == [TUESDAY, "2026-03-04"]
    service = rows_of(out / "service.csv")
    assert {row["scope"] for row in service} == {"interval", "rest", "day"}
    net = rows_of(out / "net_staffing.csv")
    assert net[0]["interval_start"] == f"{TUESDAY}T11:00+01:00"
    assert all(float(r["net"]) == pytest.approx(float(r["there"]) - float(r["required"]), abs=1e-6) for r in net)
    assert not (out / "presence.csv").exists()
    assert "Tuesday 2026-03-03, 11:00." in done.stdout and "worth EUR" in done.stdout
    past = [
        row
        for row in rows_of(plan / "roster.csv")
        if datetime.fromisoformat(row["end"]) <= at("11:00") and row["activity"] != "work"
    ]
    assert past and all(row in rows_of(out / "roster.csv") for row in past)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"{TUESDAY}T{clock}+01:00")


def test_log_ins_take_the_missing_off_and_the_same_input_gives_the_same_bytes(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    centre, plan = made
    actuals = counts(plan, tmp_path / "a.csv", 1.1)
    on_shift = sorted(
        {
            r["agent_id"]
            for r in rows_of(plan / "roster.csv")
            if r["start"] < f"{TUESDAY}T11:00" < r["end"] and r["queues"]
        }
    )
    lines = ["agent_id,start,end", *(f"{who},{TUESDAY}T07:50," for who in on_shift[1:])]
    (tmp_path / "who.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    outs = []
    for name in ("one", "two"):
        words = ("--actuals", actuals, "--logins", tmp_path / "who.csv", "--out", tmp_path / name)
        done = run("today", centre, "--plan", plan, *words)
        assert done.exit_code == 0, done.output + str(done.exception)
        outs.append(done.stdout.replace(str(tmp_path / name), ""))
    assert outs[0] == outs[1]
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert first == second
    found = {row["agent_id"]: row["state"] for row in rows_of(tmp_path / "one" / "presence.csv")}
    assert found[on_shift[0]] == "missing" and set(found.values()) == {"missing", "there"}
    # whoever is missing may be on a break just now
    rest = rows_of(tmp_path / "one" / "net_staffing.csv")
    there, rostered = (sum(float(row[name]) for row in rest) for name in ("heads_there", "heads_rostered"))
    assert there < rostered
    again = run("today", centre, "--plan", plan, *words)
    assert again.exit_code == 0 and "past days" not in again.stderr  # what was learned is kept in the folder


def test_before_opening_and_after_closing(made: tuple[Path, Path], tmp_path: Path) -> None:
    centre, plan = made
    actuals = counts(plan, tmp_path / "a.csv", 1.0, "20:00")
    for clock, said in (("05:00", "05:00."), ("20:00", "20:00."), ("23:45", "23:45.")):
        words = ("--actuals", actuals, "--now", f"{TUESDAY}T{clock}", "--out", tmp_path / "out")
        done = run("today", centre, "--plan", plan, *words)
        assert done.exit_code == 0, done.output + str(done.exception)
        assert said in done.stdout
    assert rows_of(tmp_path / "out" / "actions.csv") == []
    assert (tmp_path / "out" / "roster.csv").read_bytes() == (plan / "roster.csv").read_bytes()


def test_every_fault_of_counts_and_log_ins_is_told_at_once(made: tuple[Path, Path], tmp_path: Path) -> None:
    centre, plan = made
    bad = f"interval_start,queue,offered\n{TUESDAY}T08:00,phoen,12\n{TUESDAY}T08:30,phone,many\n"
    (tmp_path / "a.csv").write_text(bad, encoding="utf-8")
    (tmp_path / "who.csv").write_text(f"agent_id,start,end\nnobody,{TUESDAY}T08:00,\n", encoding="utf-8")
    words = ("--actuals", tmp_path / "a.csv", "--logins", tmp_path / "who.csv", "--out", tmp_path / "out")
    done = run("today", centre, "--plan", plan, *words)
    assert done.exit_code == 2
    for told in ("a.csv:2, column queue", "a.csv:3, column offered", "who.csv:2, column agent_id"):
        assert told in done.stderr
    assert "3 faults" in done.stderr and not (tmp_path / "out").exists()
    good = counts(plan, tmp_path / "b.csv", 1.0)
    outside = run(
        "today", centre, "--plan", plan, "--actuals", good, "--now", "2026-03-12T09:00", "--out", tmp_path / "o"
    )
    assert outside.exit_code == 2 and "a moment in the days of the plan, 2026-03-02 to 2026-03-08" in outside.stderr
