"""A real server with real workers: verbs that use it, and a worker killed in the middle of a job."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from tests.integration.repair_case import WEEK
from tests.service.ground import packed
from tests.service.live import key_of, served

pytestmark = pytest.mark.slow


def verb(address: str, key: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "seatwise", *map(str, words), "--server", address]
    return subprocess.run(
        command, env={**os.environ, "SEATWISE_API_KEY": key}, capture_output=True, text=True, timeout=500
    )


def test_verbs_do_their_work_on_a_server_as_they_would_here(sqlite_url: str, folder: Path, tmp_path: Path) -> None:
    centre, plan = tmp_path / "North Centre", tmp_path / "plan"
    shutil.copytree(folder, centre)
    with served(sqlite_url, tmp_path / "log") as (address, _):
        key = key_of(address)
        quick = ("--work", "0.05", "--replications", "8")
        made = verb(address, key, "plan", centre, "--week", WEEK.isoformat(), *quick, "--out", plan)
        assert made.returncode == 0, made.stderr
        assert "proof" in made.stdout and {"roster.csv", "plan.json", "report.html"} <= {
            path.name for path in plan.iterdir()
        }
        assert json.loads((plan / ".served").read_text())["centre"] == "north-centre"
        scenario = tmp_path / "s.toml"
        scenario.write_text('[[scenario]]\nname = "more"\nvolume = 1.3\n')
        words = ("whatif", centre, "--plan", plan, "--scenario", scenario)
        asked = verb(address, key, *words, "--out", tmp_path / "whatif")
        assert asked.returncode == 0, asked.stderr
        here = subprocess.run(
            [
                sys.executable,
                "-m",
                "seatwise",
                "whatif",
                centre,
                "--plan",
                plan,
                "--scenario",
                scenario,
                "--out",
                tmp_path / "w2",
            ],
            capture_output=True,
            text=True,
        )
        assert here.returncode == 0, here.stderr
        assert "has changed since" not in here.stdout + here.stderr
        assert (tmp_path / "whatif" / "whatif.csv").read_bytes() == (tmp_path / "w2" / "whatif.csv").read_bytes()
        day = WEEK.isoformat()
        told = verb(address, key, "ask", centre, "--plan", plan, "--day-off", f"a01,{day}", "--out", tmp_path / "ask")
        words = ("ask", centre, "--plan", plan, "--day-off", f"a01,{day}", "--out", tmp_path / "ask2")
        alone = subprocess.run(
            [sys.executable, "-m", "seatwise", *map(str, words)], capture_output=True, text=True, check=True
        )
        assert told.returncode == 0, told.stderr
        assert (tmp_path / "ask" / "ask.json").read_bytes() == (tmp_path / "ask2" / "ask.json").read_bytes()
        assert told.stdout.replace(str(tmp_path / "ask"), "") == alone.stdout.replace(str(tmp_path / "ask2"), "")
        (tmp_path / "a.csv").write_text(f"interval_start,queue,offered,aht_s\n{day}T08:00,phone,30,300\n")
        words = ("today", centre, "--plan", plan, "--actuals", tmp_path / "a.csv", "--out", tmp_path / "today")
        rest = verb(address, key, *words)
        assert rest.returncode == 0, rest.stderr
        words = (*words[:-1], tmp_path / "today2")
        subprocess.run([sys.executable, "-m", "seatwise", *map(str, words)], capture_output=True, check=True)
        for name in ("actions", "action_targets", "net_staffing", "service", "roster"):
            there, here_ = ((tmp_path / place / f"{name}.csv").read_bytes() for place in ("today", "today2"))
            assert there == here_, name
        assert verb(address, key, *words, "--logins", tmp_path / "a.csv").returncode == 2
        (centre / "time_off.csv").write_text(f"agent_id,start,end\na01,{WEEK}T00:00,{WEEK}T23:59\n")
        mended = verb(address, key, "repair", centre, "--plan", plan, "--out", tmp_path / "repaired")
        assert mended.returncode == 0, mended.stderr
        assert (tmp_path / "repaired" / "changes.csv").exists()
        ahead = verb(address, key, "forecast", centre, "--week", WEEK.isoformat(), "--out", tmp_path / "forecast")
        assert ahead.returncode == 0 and (tmp_path / "forecast" / "forecast.csv").exists(), ahead.stderr
        api = httpx2.Client(base_url=f"{address}/api/v1/centres", headers={"X-API-Key": key}, timeout=30)
        seen = {"If-Match": api.get("/north-centre").headers["ETag"]}
        ill = {"upsert": [{"agent_id": "a02", "start": f"{WEEK}T00:00", "end": f"{WEEK}T23:00"}]}
        assert api.patch("/north-centre/tables/time_off?note=a02 is ill", json=ill, headers=seen).status_code == 200
        words = ("forecast", centre, "--week", WEEK.isoformat(), "--out", tmp_path / "f2")
        other = verb(address, key, *words)
        assert other.returncode == 2 and "a02 is ill" in other.stderr and "time_off.csv" in other.stderr
        assert verb(address, key, *words, "--overwrite").returncode == 0
        assert api.get("/north-centre/tables/time_off?where=agent_id=a02").json()["items"] == []
        (centre / "agents.csv").write_text("agent_id,contract\nx,none\n")
        wrong = verb(address, key, "forecast", centre, "--week", WEEK.isoformat(), "--out", tmp_path / "none")
        assert wrong.returncode == 2 and "agents.csv:2" in wrong.stderr and not (tmp_path / "none").exists()
        unknown = verb(address, "swk_wrong", "forecast", centre, "--week", WEEK.isoformat(), "--out", tmp_path / "none")
        assert unknown.returncode == 2 and "key" in unknown.stderr
        again = subprocess.run(
            [sys.executable, "-m", "seatwise", "serve", "--port", address.rpartition(":")[2]],
            env={**os.environ, "SEATWISE_DATABASE_URL": sqlite_url},
            capture_output=True,
            text=True,
        )
        assert again.returncode == 2 and "a port that is free" in again.stderr and "serves" not in again.stdout
    gone = verb(address, key, "forecast", centre, "--week", WEEK.isoformat(), "--out", tmp_path / "none")
    assert gone.returncode == 2 and "--server" in gone.stderr


def test_a_worker_killed_in_the_middle_of_a_job_loses_nothing(url: str, folder: Path, tmp_path: Path) -> None:
    with served(url, tmp_path / "log") as (address, _):
        client = httpx2.Client(base_url=f"{address}/api/v1", headers={"X-API-Key": key_of(address)}, timeout=60)
        assert client.post("/centres/north", content=packed(folder)).status_code == 201
        asked = {"kind": "plan", "asked": {"week": WEEK.isoformat(), "work": 0.05, "replications": 8}}
        job = client.post("/centres/north/jobs", json=asked).json()["id"]
        killed = None
        begun = time.monotonic()
        while time.monotonic() - begun < 400:
            told = client.get(f"/jobs/{job}").json()
            if told["state"] in {"done", "failed", "cancelled"}:
                break
            if told["state"] == "running" and killed is None and told["step"]:
                killed = int(_worker_of(client, job).rpartition(":")[2])
                os.kill(killed, signal.SIGKILL)
            time.sleep(0.2)
        assert killed is not None and told["state"] == "done", told
        results = client.get("/centres/north/results?kind=plan").json()["items"]
        assert [row["id"] for row in results] == [told["result"]]
        text = client.get(f"/jobs/{job}/events").text
        assert text.count("event: running") == 2 and text.count("event: done") == 1


def _worker_of(client: httpx2.Client, job: str) -> str:
    """Return who does a job, from what it has said."""
    with client.stream("GET", f"/jobs/{job}/events") as stream:
        for line in stream.iter_lines():
            if line.startswith("data: ") and "worker" in line:
                return str(json.loads(line[6:])["worker"])
    raise AssertionError("nobody does it")
