"""The replay of a day as a verb: from file to file, the same bytes again, and every fault at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from api.commands.cli import app
from planning.files import write_folder
from planning.files.replay_file import COLUMNS

CENTRE = {
    "centre": {"name": "Small", "timezone": "Europe/Berlin", "currency": "EUR", "interval_minutes": 30},
    "queues": [
        {
            "id": "phone",
            "channel": "voice",
            "aht_s": 240,
            "patience_s": 300,
            "open": [{"days": "Mon-Sun", "from": "08:00", "to": "12:00"}],
            "target": {"service_level": 0.8, "within_s": 20},
        }
    ],
    "contracts": [{"id": "full", "shift_hours": {"min": 4, "max": 4}, "start": {"from": "08:00", "to": "08:00"}}],
    "shrinkage": {"absence": 0.1, "in_shift": 0.05},
}
MAP = """
[columns]
arrival = "came"
queue = "line"
wait = "waited"
handle = "talked"
outcome = "end"
[outcomes]
answered = ["ok"]
abandoned = ["lost"]
[queue_names]
hotline = "phone"
[centre]
timezone = "Europe/Berlin"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay")
    agents = [f"a{k}" for k in range(5)]
    history = pd.DataFrame(
        [("2026-02-24T08:00", "phone", 20, 250)], columns=["interval_start", "queue", "offered", "aht_s"]
    )
    tables = {
        "history": history,
        "agents": pd.DataFrame({"agent_id": agents, "contract": "full", "hourly_cost": 20.0}),
        "skills": pd.DataFrame({"agent_id": agents, "queue": "phone"}),
    }
    write_folder(folder / "centre", CENTRE, tables)
    rows = [
        f"{name},2026-03-{day:02d}T08:00,2026-03-{day:02d}T12:00,work,phone" for day in range(2, 9) for name in agents
    ]
    (folder / "roster.csv").write_text("\n".join(("agent_id,start,end,activity,queues", *rows)) + "\n")
    rows = [f"2026-03-03T{8 + k // 2:02d}:{30 * (k % 2):02d},phone,{20 + k},20,{16 + k},1,250" for k in range(8)]
    header = "interval_start,queue,offered,mean_wait_s,answered_in_target,abandoned,aht_s"
    (folder / "tuesday.csv").write_text("\n".join((header, *rows)) + "\n")
    (folder / "gap.csv").write_text("\n".join((header, *rows[:3], *rows[4:])) + "\n")
    (folder / "map.toml").write_text(MAP)
    return folder


def verb(place: Path, out: Path, *words: str | Path) -> Result:
    given = ["simulate", place / "centre", "--roster", place / "roster.csv", "--out", out, *words]
    return CliRunner().invoke(app, [str(word) for word in given])


def test_the_verb_writes_service_and_comparison_the_same_on_any_cores(place: Path, tmp_path: Path) -> None:
    counts = ("--replay", place / "tuesday.csv", "--replications", "40")
    one = verb(place, tmp_path / "one", *counts, "--cores", "1")
    assert one.exit_code == 0, one.output
    assert "replay of 2026-03-03: all whom the roster has are there" in one.stdout
    assert "mean wait: the simulator says" in one.stdout and "you measured 20 s" in one.stdout
    table = pd.read_csv(tmp_path / "one" / "replay.csv")
    assert tuple(table.columns) == COLUMNS
    offered = table[(table.queue == "phone") & (table.scope == "interval") & (table.measure == "offered")]
    assert offered.observed.tolist() == offered.simulated.tolist() == [20 + k for k in range(8)]
    wait = table[(table.queue == "phone") & (table.scope == "day") & (table.measure == "mean_wait_s")].iloc[0]
    assert wait.low <= wait.simulated <= wait.high and wait.observed == 20.0
    service = pd.read_csv(tmp_path / "one" / "service.csv")
    assert {"interval", "day", "week"} == set(service.scope)

    two = verb(place, tmp_path / "two", *counts, "--cores", "2")
    other = verb(place, tmp_path / "other", *counts, "--cores", "1", "--seed", "2")
    assert (two.exit_code, other.exit_code) == (0, 0)
    for name in ("replay.csv", "service.csv"):
        first = (tmp_path / "one" / name).read_bytes()
        assert first == (tmp_path / "two" / name).read_bytes()
        assert first != (tmp_path / "other" / name).read_bytes()


def test_a_centre_with_tiers_tells_what_each_waited(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "centre", tmp_path / "centre")
    with (tmp_path / "centre" / "centre.toml").open("a") as settings:
        settings.write('\n[[tiers]]\nid = "gold"\nshare = 0.3\ntarget = { mean_wait_s = 600 }\n')
    words = ["simulate", tmp_path / "centre", "--roster", place / "roster.csv", "--replay", place / "tuesday.csv"]
    done = CliRunner().invoke(app, [*map(str, words), "--replications", "40", "--out", str(tmp_path / "o")])
    assert done.exit_code == 0, done.output
    tiers = pd.read_csv(tmp_path / "o" / "tiers.csv")
    day = tiers[(tiers.scope == "day") & (tiers.queue == "phone")].set_index("tier")
    assert day.offered.sum() == pytest.approx(sum(20 + k for k in range(8)))
    assert day.mean_wait_s["gold"] < day.mean_wait_s["standard"]
    assert bool(day.met["gold"]) is True


@pytest.mark.parametrize("rows", ["", "a0,2026-03-03T12:00,2026-03-03T08:00,work,phone\n"])
@pytest.mark.parametrize("log", [False, True])
def test_a_roster_that_cannot_be_read_is_told_beside_counts_that_can(
    place: Path, tmp_path: Path, rows: str, log: bool
) -> None:
    (tmp_path / "roster.csv").write_text("agent_id,start,end,activity,queues\n" + rows)
    (tmp_path / "calls.csv").write_text("came,line,waited,talked,end\n2026-03-03T08:00:10,hotline,2,240,ok\n")
    words = ["simulate", place / "centre", "--roster", tmp_path / "roster.csv", "--out", tmp_path / "o", "--replay"]
    words += [tmp_path / "calls.csv", "--mapping", place / "map.toml"] if log else [place / "tuesday.csv"]
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 2, done.output
    assert "error: roster.csv" in done.stderr and "1 fault in the input" in done.stderr
    assert not (tmp_path / "o").exists()


def test_a_gap_is_named_filled_and_not_compared(place: Path, tmp_path: Path) -> None:
    done = verb(place, tmp_path / "o", "--replay", place / "gap.csv", "--replications", "5")
    assert done.exit_code == 0
    assert "rows of queue phone from 2026-03-03T09:30+01:00 to 10:00 (1 interval)" in done.stderr
    service = pd.read_csv(tmp_path / "o" / "service.csv")
    gap = service[(service.start == "2026-03-03T09:30+01:00") & (service.queue == "phone")]
    assert gap.offered.tolist() == [23.0]
    table = pd.read_csv(tmp_path / "o" / "replay.csv")
    assert "2026-03-03T09:30+01:00" not in set(table.start)
    whole = table[(table.queue == "phone") & (table.scope == "all") & (table.measure == "offered")].iloc[0]
    assert whole.observed == whole.simulated == sum(20 + k for k in range(8)) - 23


def test_a_log_is_replayed_contact_by_contact(place: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    second = np.sort(rng.integers(8 * 3600, 12 * 3600, 150))
    clock = [f"2026-03-03T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in second]
    # Five people and calls of four minutes: nobody has to wait long.
    rows = [f"{moment},hotline,2,240,ok" for moment in clock]
    rows += [f"{clock[0]},hotline,30,,lost", "2026-03-12T09:00:00,hotline,2,240,ok"]
    log = tmp_path / "calls.csv"
    log.write_text("\n".join(("came,line,waited,talked,end", *rows)) + "\n")
    words = ("--replay", log, "--mapping", place / "map.toml", "--replications", "30")
    one = verb(place, tmp_path / "one", *words, "--cores", "1")
    assert one.exit_code == 0, one.output
    assert "1 contact on other days than the roster's, 2026-03-02 to 2026-03-08, left out" in one.stderr
    table = pd.read_csv(tmp_path / "one" / "replay.csv")
    offered = table[(table.queue == "phone") & (table.scope == "interval") & (table.measure == "offered")]
    assert offered.observed.sum() == 151 and (offered.observed == offered.simulated).all()
    came = np.histogram([*second, second[0]], np.arange(49) * 1800)[0]
    assert offered.simulated.tolist() == came.tolist()
    levels = table[(table.queue == "phone") & (table.scope == "all")].set_index("measure")
    assert levels.observed["service_level"] == pytest.approx(150 / 151)
    assert levels.observed["abandonment"] == pytest.approx(1 / 151)
    two = verb(place, tmp_path / "two", *words, "--cores", "2")
    assert two.exit_code == 0
    assert (tmp_path / "one" / "replay.csv").read_bytes() == (tmp_path / "two" / "replay.csv").read_bytes()


def test_bad_input_is_told_all_at_once_and_nothing_is_written(place: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "interval_start,queue,offered\n2026-03-03T08:00,fone,5\n2026-03-09T08:00,phone,5\n2026-03-03T08:30,phone,x\n"
    )
    roster = tmp_path / "roster.csv"
    roster.write_text((place / "roster.csv").read_text() + "nobody,2026-03-02T08:00,2026-03-02T12:00,work,phone\n")
    done = verb(place, tmp_path / "o", "--replay", bad)
    assert done.exit_code == 2 and not (tmp_path / "o").exists()
    assert "bad.csv:2, column queue" in done.stderr and "did you mean phone" in done.stderr
    assert "bad.csv:3, column interval_start: expected a time on a day of the roster, 2026-03-02 to" in done.stderr
    assert "bad.csv:4, column offered" in done.stderr and "3 faults in the input" in done.stderr
    both = verb(place, tmp_path / "o", "--replay", bad, "--roster", roster)
    assert "roster.csv:37, column agent_id" in both.stderr and "bad.csv:2, column queue" in both.stderr


def test_a_log_of_other_queues_or_days_is_refused(place: Path, tmp_path: Path) -> None:
    log = tmp_path / "calls.csv"
    log.write_text("came,line,waited,talked,end\n2026-04-03T09:00,fone,1,2,ok\n2026-04-03T09:00,hotline,1,2,ok\n")
    done = verb(place, tmp_path / "o", "--replay", log, "--mapping", place / "map.toml")
    assert done.exit_code == 2
    assert "calls.csv, line: expected a queue of centre.toml: phone, found 'fone'; did you mean phone" in done.stderr
    assert (
        "expected contacts on the days of the roster, 2026-03-02 to 2026-03-08; the log spans 2026-04-03" in done.stderr
    )


def test_options_that_do_not_go_together_are_named(place: Path, tmp_path: Path) -> None:
    words = ("--replay", place / "tuesday.csv", "--closed-loop", "--now", "2026-03-01T09:00", "--requirement", "r.csv")
    done = verb(place, tmp_path / "o", *words)
    assert done.exit_code == 2
    for option in ("--closed-loop", "--now", "--requirement"):
        assert f"{option}: expected left out beside --replay" in done.stderr
    alone = verb(place, tmp_path / "o", "--absence", "--mapping", place / "map.toml", "--requirement", "r.csv")
    for option in ("--absence", "--mapping"):
        assert f"{option}: expected left out, or --replay beside it" in alone.stderr
    neither = verb(place, tmp_path / "o")
    assert "--requirement: expected a requirement.csv" in neither.stderr
