"""The command line as a planner meets it: files in, files out, exit statuses, the same bytes again."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from api.commands.whatif import asked_about
from domain.errors import StoppedError
from domain.progress import Control
from domain.roster import WORK
from domain.scenario import Scenario
from planning.files import output_folder, read_folder, read_roster, write_folder
from planning.whatif import answer
from scheduling.rules import validate

WEEK = date(2026, 3, 2)


def centre_keys(**contract) -> dict:
    """Return a centre of calls, chats and mail."""
    hours = [{"days": "Mon-Fri", "from": "08:00", "to": "20:00"}, {"days": "Sat", "from": "09:00", "to": "14:00"}]
    base = {
        "id": "full",
        "weekly_hours": {"min": 40, "max": 40},
        "days_per_week": {"min": 5, "max": 5},
        "shift_hours": {"min": 8, "max": 8},
        "start": {"from": "07:00", "to": "12:00", "step_minutes": 30},
        "rest_h": 11,
        "max_consecutive_days": 6,
        "breaks": [
            {"kind": "meal", "minutes": 60, "paid": False, "after_minutes": 180, "before_minutes": 300},
            {"kind": "break", "minutes": 15, "paid": True, "after_minutes": 60, "before_minutes": 150},
        ],
    }
    return {
        "centre": {
            "name": "Test & Söhne <b>",
            "timezone": "Europe/Berlin",
            "country": "DE",
            "currency": "EUR",
            "interval_minutes": 30,
            "schedule_minutes": 15,
        },
        "queues": [
            {
                "id": "phone",
                "channel": "voice",
                "aht_s": 300,
                "patience_s": 400,
                "fcr": 0.7,
                "open": hours,
                "target": {"mean_wait_s": 60, "service_level": 0.7, "within_s": 30},
            },
            {
                "id": "chat",
                "channel": "chat",
                "aht_s": 480,
                "patience_s": 600,
                "concurrency": 2,
                "slowdown": [0.7, 1.0],
                "fcr": 0.6,
                "open": hours,
                "target": {"mean_wait_s": 90, "abandonment": 0.08},
            },
            {
                "id": "mail",
                "channel": "deferred",
                "aht_s": 420,
                "open": hours,
                "target": {"response_h": 24, "share": 0.9},
            },
        ],
        "contracts": [{**base, **contract}],
        "shrinkage": {"absence": 0.05, "in_shift": 0.05},
        "elastic": {
            "share": 0.2,
            "block_hours": [3, 4],
            "hourly_cost": 32.0,
            "queues": ["phone", "chat"],
            "aht_factor": 1.1,
            "fcr": 0.5,
        },
    }


def tables(agents: int = 10) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(3)
    rows = []
    for back in range(84, 0, -1):
        day = WEEK - timedelta(days=back)
        if day.weekday() == 6:
            continue
        low, high = (16, 40) if day.weekday() < 5 else (18, 28)
        busy = rng.gamma(100, 0.01)
        for slot in range(low, high):
            shape = 1.4 if 20 <= slot < 26 else 0.9
            start = f"{day.isoformat()}T{slot // 2:02d}:{30 * (slot % 2):02d}"
            rows += [
                (start, "phone", rng.poisson(11 * shape * busy), 300),
                (start, "chat", rng.poisson(6 * shape * busy), 480),
                (start, "mail", rng.poisson(3 * busy), 420),
            ]
    history = pd.DataFrame(rows, columns=["interval_start", "queue", "offered", "aht_s"])
    people = pd.DataFrame(
        [(f"a{k:02d}", "full", 22.0 + 0.1 * k, f"=Agent {k}") for k in range(agents)],
        columns=["agent_id", "contract", "hourly_cost", "name"],
    )
    skills = [
        (f"a{k:02d}", queue)
        for k in range(agents)
        for queue in (
            ("phone", "chat") if k % 3 == 0 else ("phone", "mail") if k % 3 == 1 else ("phone", "chat", "mail")
        )
    ]
    return {
        "history": history,
        "agents": people,
        "skills": pd.DataFrame(skills, columns=["agent_id", "queue"]),
    }


def run(*words: str | Path, **more) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "seatwise", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, **more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "centre"
    more = tables()
    more["agents"]["nickname"] = "x"
    write_folder(path, centre_keys(), more)
    return path


@pytest.fixture(scope="module")
def plan(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "plan"
    done = run("plan", folder, "--week", WEEK, "--cores", "2", "--replications", "30", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "report.html" in done.stdout
    stages = ("forecast", "round 1 of at most", "round 2 of at most", "final simulation")
    assert all(stage in done.stderr for stage in stages)
    return out


FILES = (
    "forecast.csv",
    "forecast_totals.csv",
    "requirement.csv",
    "roster.csv",
    "scores.csv",
    "routing.csv",
    "service.csv",
    "plan.json",
    "report.html",
    "roster.xlsx",
)


def test_a_plan_has_every_file(plan: Path) -> None:
    """All result files are there and hold something."""
    assert all((plan / name).stat().st_size > 0 for name in FILES)
    assert len(list((plan / "calendars").glob("*.ics"))) >= 10


def test_input_warnings_stand_in_the_plan(plan: Path) -> None:
    """What was accepted with a warning is told to whoever reads the results."""
    notes = json.loads((plan / "plan.json").read_text(encoding="utf-8"))["notes"]
    assert notes[0].startswith("Input: agents.csv:1, column nickname: unknown column")


def test_the_roster_is_legal(folder: Path, plan: Path) -> None:
    """The validator, reading only files, finds no hard violation, and work names open skills."""
    planning = read_folder(folder, before=WEEK)
    roster = read_roster(plan, planning.centre, planning.agents)
    assert [v.text for v in validate(planning, roster, WEEK, 1) if v.hard] == []
    assert all(row.queues for row in roster.stretches if row.activity == WORK)


def test_plan_json_keeps_its_promises(plan: Path) -> None:
    """The objective is the sum of its parts, the bound lies below it, shortfall recomputes from the targets."""
    document = json.loads((plan / "plan.json").read_text(encoding="utf-8"))
    solver = document["solver"]
    assert solver["objective"] == pytest.approx(sum(solver["parts"].values()))
    assert solver["bound"] <= solver["objective"] * (1 + 1e-9)
    assert solver["gap"] == pytest.approx((solver["objective"] - solver["bound"]) / solver["objective"], abs=1e-9)
    assert document["cost"]["total"] == pytest.approx(solver["parts"]["cost"], rel=1e-6)
    total = 0.0
    for row in document["targets"]:
        if row["promised"] is None:
            continue
        upper = row["measure"] in {"mean_wait_s", "abandonment", "occupancy"}
        miss = (row["promised"] - row["target"]) / row["target"] * (1 if upper else -1)
        total += row["contacts"] * row["price"] * max(0.0, miss)
    assert total == pytest.approx(solver["parts"]["shortfall"], rel=1e-4, abs=0.5)
    days = {row["start"] for row in document["targets"] if row["queue"] == "phone"}
    assert len(days) == 6


def test_the_same_input_gives_the_same_bytes(folder: Path, plan: Path, tmp_path: Path) -> None:
    """Another number of cores changes no file but for the seconds."""
    done = run("plan", folder, "--week", WEEK, "--cores", "1", "--replications", "30", "--out", tmp_path / "plan")
    assert done.returncode == 0, done.stderr
    for name in FILES:
        ours, theirs = (plan / name).read_bytes(), (tmp_path / "plan" / name).read_bytes()
        if name == "plan.json":
            a, b = json.loads(ours), json.loads(theirs)
            a["solver"]["seconds"] = b["solver"]["seconds"] = 0
            assert a == b
        else:
            assert ours == theirs, name


def test_each_step_reads_what_the_one_before_wrote(folder: Path, tmp_path: Path) -> None:
    """forecast, require, roster and simulate hand on their files."""
    f, r, o, s = (tmp_path / name for name in "fros")
    steps = (
        ("forecast", folder, "--week", WEEK, "--out", f),
        ("require", folder, "--forecast", f, "--out", r),
        ("roster", folder, "--requirement", r, "--out", o, "--cores", "2"),
        ("simulate", folder, "--requirement", r, "--roster", o / "roster.csv", "--replications", "10", "--out", s),
        ("score", folder, "--out", tmp_path / "score"),
        ("route", folder, "--out", tmp_path / "route"),
    )
    for step in steps:
        done = run(*step)
        assert done.returncode == 0, done.stderr
        if step[0] == "simulate":
            assert "met in the simulation" in done.stdout and "violation" not in done.stdout
    with (s / "service.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {"interval", "day", "week"} == {row["scope"] for row in rows}
    assert {"all", "phone", "chat", "mail"} == {row["queue"] for row in rows}


def test_bad_input_tells_every_fault_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    """Exit status 2, each fault with file and line, no output folder."""
    broken = tmp_path / "broken"
    keys = centre_keys()
    keys["queues"][0]["channel"] = "telepathy"
    write_folder(broken, keys, tables())
    with (broken / "skills.csv").open("a", encoding="utf-8") as file:
        file.write("nobody,phone\n")
    with (broken / "centre.toml").open("a", encoding="utf-8") as file:
        file.write("[[shrinkag]]\nabsence = 0.1\n")
    (broken / "pins.csv").write_text(
        "agent_id,start,end,activity,queues\na00,2026-04-01T08:00,2026-04-01T10:00,work,phone\n", encoding="utf-8"
    )
    done = run("plan", broken, "--week", WEEK, "--out", tmp_path / "plan")
    assert done.returncode == 2
    assert "telepathy" in done.stderr and "nobody" in done.stderr and "skills.csv" in done.stderr
    assert "did you mean shrinkage" in done.stderr and "2 faults in the input" in done.stderr
    assert not (tmp_path / "plan").exists()
    # Pins are judged where the centre is sound; `score` and `route` do not plan them at all.
    write_folder(tmp_path / "sound", centre_keys(), tables())
    (tmp_path / "sound" / "pins.csv").write_bytes((broken / "pins.csv").read_bytes())
    done = run("plan", tmp_path / "sound", "--week", WEEK, "--out", tmp_path / "plan")
    assert done.returncode == 2 and "1 fault in the input" in done.stderr
    assert "pins.csv:2, column start: expected a start inside the planned days, 2026-03-02 to" in done.stderr
    done = run("score", tmp_path / "sound", "--week", WEEK, "--agent", "a00", "--out", tmp_path / "score")
    assert done.returncode == 0 and "before 2026-03-02" in done.stdout


def test_a_week_without_history_before_it_is_refused_and_a_far_one_warned_about(folder: Path, tmp_path: Path) -> None:
    """The answer says what history spans and which weeks are possible."""
    done = run("forecast", folder, "--week", "2020-03-02", "--out", tmp_path / "f")
    assert done.returncode == 2 and not (tmp_path / "f").exists()
    assert "history spans 2025-12-08 to 2026-02-28" in done.stderr and "2025-12-15 to 2026-04-26" in done.stderr
    done = run("forecast", folder, "--week", "2026-09-07", "--out", tmp_path / "f")
    assert done.returncode == 0 and "within 8 weeks of the end of history" in done.stderr


@pytest.mark.parametrize(("option", "value"), [("--week", "next week"), ("--now", "soon")])
def test_a_wrong_option_is_told(folder: Path, tmp_path: Path, option: str, value: str) -> None:
    """Exit status 2 with what would be right."""
    words = {"--week": str(WEEK), option: value}
    done = run("plan", folder, *[w for pair in words.items() for w in pair], "--out", tmp_path / "plan")
    assert done.returncode == 2
    assert value in done.stderr and "such as" in done.stderr


def test_hard_rules_in_conflict_are_explained(tmp_path: Path) -> None:
    """Exit status 3, naming the people, the rules and the smallest change; nothing is written."""
    more = tables(3)
    more["time_off"] = pd.DataFrame(
        [("a00", "2026-03-03T00:00", "2026-03-04T00:00", "paid")], columns=["agent_id", "start", "end", "kind"]
    )
    more["pins"] = pd.DataFrame(
        [("a00", "core", "p1", "2026-03-03T10:00", "2026-03-03T11:00", "work", "phone", "true")],
        columns=["agent_id", "pool", "shift_id", "start", "end", "activity", "queues", "paid"],
    )
    write_folder(tmp_path / "centre", centre_keys(), more)
    done = run("plan", tmp_path / "centre", "--week", WEEK, "--out", tmp_path / "plan")
    assert done.returncode == 3, done.stderr
    assert "a00" in done.stderr and "Smallest change" in done.stderr
    assert not (tmp_path / "plan").exists()


def test_too_few_people_still_get_the_best_roster(tmp_path: Path) -> None:
    """Two people for the work of ten, two weeks: exit status 0, what is short and why."""
    write_folder(tmp_path / "centre", centre_keys(), tables(2))
    words = ("--week", WEEK, "--weeks", "2", "--replications", "10")
    done = run("plan", tmp_path / "centre", *words, "--out", tmp_path / "plan")
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
    assert {row["start"][:10] for row in document["short"]} & {"2026-03-09", "2026-03-10", "2026-03-11"}
    assert document["short"] and all(row["why"] for row in document["short"])
    assert any(not row["met"] for row in document["targets"])


def test_a_stopped_plan_keeps_its_best(folder: Path, tmp_path: Path) -> None:
    """Ctrl-C during the search hands out the best legal roster found, marked as stopped."""
    command = [sys.executable, "-m", "seatwise", "plan", folder, "--week", WEEK, "--out", tmp_path / "plan"]
    process = subprocess.Popen([str(w) for w in command], stderr=subprocess.PIPE, text=True, env={**os.environ})
    assert process.stderr is not None
    # a signal while modules are still loading would end it as it ends any Python
    before = next(line for line in process.stderr if "requirement" in line or "bound" in line or "roster" in line)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=900)
    assert process.returncode in {0, 4}, before + said
    if process.returncode == 0:
        document = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
        assert document["solver"]["status"] in {"stopped", "feasible", "optimal"}
    else:
        assert not (tmp_path / "plan").exists()


def test_a_folder_that_is_not_ours_is_refused(folder: Path, tmp_path: Path) -> None:
    """Somebody's own folder is never swapped away."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    done = run("forecast", folder, "--week", WEEK, "--out", tmp_path / "mine")
    assert done.returncode == 2
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_what_is_read_is_never_written_over(folder: Path, tmp_path: Path) -> None:
    """The planning folder, files handed on, and what lies above them survive a slip in `--out`."""
    before = sorted(entry.name for entry in folder.iterdir())
    for verb in (("route",), ("backtest",), ("forecast", "--week", WEEK)):
        done = run(verb[0], folder, *verb[1:], "--out", folder)
        assert done.returncode == 2 and "--out" in done.stderr and "would be lost" in done.stderr
    assert sorted(entry.name for entry in folder.iterdir()) == before
    handed = tmp_path / "handed"
    with output_folder(handed) as inside:
        (inside / "requirement.csv").write_text("x", encoding="utf-8")
    done = run("simulate", folder, "--requirement", handed, "--roster", handed, "--out", handed)
    assert done.returncode == 2 and "would be lost" in done.stderr
    assert (handed / "requirement.csv").read_text(encoding="utf-8") == "x"
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = run("score", folder, "--out", tmp_path / "file" / "below")
    assert done.returncode == 2 and "can be made" in done.stderr


def test_what_if_answers_the_drills_by_formula_and_by_simulation(folder: Path, plan: Path, tmp_path: Path) -> None:
    for name, more in (("quick", ()), ("exact", ("--simulate", "--replications", "20"))):
        done = run("whatif", folder, "--plan", plan, "--out", tmp_path / name, *more)
        assert done.returncode == 0, done.stderr
        assert "staff shortage" in done.stdout
    quick, exact = (pd.read_csv(tmp_path / name / "whatif.csv") for name in ("quick", "exact"))
    week = quick[(quick.queue == "phone") & (quick.scope == "week")].set_index(["scenario", "measure"])
    truth = exact[(exact.queue == "phone") & (exact.scope == "week")].set_index(["scenario", "measure"])
    assert week.loc[("mass complaint", "offered"), "value"] == pytest.approx(
        1.5 * week.loc[("mass complaint", "offered"), "base"]
    )
    for name in ("mass complaint", "staff shortage"):
        row, simulated = week.loc[(name, "mean_wait_s")], truth.loc[(name, "mean_wait_s")]
        assert row["value"] > row["base"]
        assert row["low"] - 0.3 * simulated["value"] < simulated["value"] < row["high"] + 0.3 * simulated["value"]


def test_a_scenario_that_changes_nothing_returns_the_plans_own_figures(
    folder: Path, plan: Path, tmp_path: Path
) -> None:
    asked = tmp_path / "same.toml"
    asked.write_text('[[scenario]]\nname = "same"\nvolume = 1.0\n', encoding="utf-8")
    for name in ("one", "two"):
        assert run("whatif", folder, "--plan", plan, "--scenario", asked, "--out", tmp_path / name).returncode == 0
    found = pd.read_csv(tmp_path / "one" / "whatif.csv")
    assert np.allclose(found["value"], found["base"], rtol=1e-7, atol=2e-6, equal_nan=True)
    service = pd.read_csv(plan / "service.csv")
    mine = service[(service.scope == "day") & (service.queue == "chat")].set_index("start")["service_level"]
    base = found[(found.scope == "day") & (found.queue == "chat") & (found.measure == "service_level")]
    assert base.set_index("start")["base"].to_dict() == pytest.approx(mine.dropna().to_dict())
    assert (tmp_path / "one" / "whatif.csv").read_bytes() == (tmp_path / "two" / "whatif.csv").read_bytes()


def test_a_cancel_hands_out_whole_scenarios_alone(folder: Path, plan: Path) -> None:
    _, read, world = asked_about(folder, plan, None)
    scenarios = [Scenario(name=name, volume={"": 1.1}) for name in ("first", "second", "third")]

    def cancelled_in(stage: str) -> Control:
        cancel = threading.Event()
        return Control(report=lambda step, share, note: cancel.set() if note == stage else None, cancel=cancel)

    for exact in (False, True):
        made = answer(world, read, scenarios, exact=exact, replications=8, control=cancelled_in("second"))
        assert made.left == ("second", "third")
        assert {row.scenario for row in made.rows} == {"first"}
        with pytest.raises(StoppedError, match="nothing was written"):
            answer(world, read, scenarios, exact=exact, replications=8, control=cancelled_in("first"))


def test_a_roster_edited_after_its_simulation_is_noticed(folder: Path, plan: Path, tmp_path: Path) -> None:
    other = tmp_path / "edited"
    shutil.copytree(plan, other)
    rows = (other / "roster.csv").read_text(encoding="utf-8").splitlines()
    (other / "roster.csv").write_text("\n".join([rows[0], *reversed(rows[1:])]) + "\n", encoding="utf-8")
    asked = tmp_path / "none.toml"
    asked.write_text('[[scenario]]\nname = "nobody resolves"\nfcr = -1\n', encoding="utf-8")
    same = run("whatif", folder, "--plan", other, "--scenario", asked, "--out", tmp_path / "o")
    assert same.returncode == 0 and "service.csv was simulated for" not in same.stderr
    found = pd.read_csv(tmp_path / "o" / "whatif.csv")
    assert not found[found.measure == "fcr"]["value"].any()
    (other / "roster.csv").write_text("\n".join(rows[:-40]) + "\n", encoding="utf-8")
    told = run("whatif", folder, "--plan", other, "--scenario", asked, "--out", tmp_path / "o")
    assert "not the roster that service.csv was simulated for" in told.stderr


def test_a_wrong_scenario_is_told_and_nothing_written(folder: Path, plan: Path, tmp_path: Path) -> None:
    asked = tmp_path / "wrong.toml"
    asked.write_text('[[scenario]]\nname = "x"\nvolum = 2\naht = { phon = 1.1 }\n', encoding="utf-8")
    done = run("whatif", folder, "--plan", plan, "--scenario", asked, "--out", tmp_path / "o")
    assert done.returncode == 2
    assert "wrong.toml:3" in done.stderr and "did you mean volume" in done.stderr
    assert "wrong.toml:4" in done.stderr and "did you mean phone" in done.stderr
    assert not (tmp_path / "o").exists()
    done = run("whatif", folder, "--plan", folder, "--out", tmp_path / "o")
    assert done.returncode == 2 and "plan.json" in done.stderr


def test_every_number_of_an_interval_can_be_opened(folder: Path, plan: Path) -> None:
    done = run("explain", folder, "--plan", plan, "--queue", "phone", "--at", f"{WEEK}T11:10")
    assert done.returncode == 0, done.stderr
    for word in ("forecast contacts", "offered load", "agents for", "scheduled agents", "of the day"):
        assert word in done.stdout
    assert re.search(r"\ba\d\d\b", done.stdout), "somebody is on it"
    rows = json.loads(
        run("explain", folder, "--plan", plan, "--queue", "mail", "--at", f"{WEEK}T11:10", "--json").stdout
    )
    assert {"name", "value", "how"} == set(rows[0])
    for queue, at, told in (
        ("fone", f"{WEEK}T11:00", "--queue"),
        ("phone", "2020-01-01T10:00", "--at"),
        ("phone", "noon", "--at"),
    ):
        done = run("explain", folder, "--plan", plan, "--queue", queue, "--at", at)
        assert done.returncode == 2 and told in done.stderr
    document = json.loads((plan / "plan.json").read_text())
    assert {row["queue"] for row in document["binding"]} == {"phone", "chat"}
    assert all(row["binds"] in row["agent_hours"] for row in document["binding"])


def test_shared_skills_lie_between_one_line_and_silos(folder: Path, plan: Path, tmp_path: Path) -> None:
    done = run("require", folder, "--forecast", plan, "--shared", "--out", tmp_path / "r")
    assert done.returncode == 0, done.stderr
    assert "each queue alone" in done.stdout
    found = pd.read_csv(tmp_path / "r" / "requirement_shared.csv")
    assert set(found.queues) == {"phone;chat"}
    hours = found[["pooled", "siloed", "simulated"]].sum()
    assert hours["pooled"] <= hours["siloed"]
    assert 0.8 * hours["pooled"] < hours["simulated"] < 1.2 * hours["siloed"]


def test_routing_policies_are_compared_on_a_plan(folder: Path, plan: Path, tmp_path: Path) -> None:
    done = run("route", folder, "--compare", "--plan", plan, "--spread", "0.1", "--out", tmp_path / "r")
    assert done.returncode == 0, done.stderr
    found = pd.read_csv(tmp_path / "r" / "policies.csv")
    assert {"longest idle", "p-mu", "comparative advantage"} <= set(found.policy)
    assert (tmp_path / "r" / "policies.svg").read_text().startswith("<svg")
    assert run("route", folder, "--compare", "--out", tmp_path / "x").returncode == 2
    assert run("route", folder, "--policy", "best", "--out", tmp_path / "x").returncode == 2
    assert run("route", folder, "--policy", "longest idle", "--out", tmp_path / "y").returncode == 0


def test_a_closed_loop_is_reported_apart(folder: Path, plan: Path, tmp_path: Path) -> None:
    done = run(
        "simulate", folder, "--requirement", plan, "--roster", plan, "--closed-loop", "--replications", "10",
        "--out", tmp_path / "s",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "closed loop" in done.stdout
    usual, looped = (pd.read_csv(tmp_path / "s" / name) for name in ("service.csv", "service_closed_loop.csv"))
    assert [name for name in usual.columns if not name.startswith("expected_")] == list(looped.columns)


def test_two_weeks_with_elastic_seats_are_planned(tmp_path: Path) -> None:
    write_folder(tmp_path / "c", centre_keys(), tables(8))
    done = run("plan", tmp_path / "c", "--week", WEEK, "--weeks", "2", "--replications", "10", "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    rows = pd.read_csv(tmp_path / "o" / "roster.csv")
    blocks = rows[rows["pool"] == "elastic"]
    assert len(set(blocks["start"].str[:10])) > 1
