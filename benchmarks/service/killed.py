"""A thousand jobs, four workers, and a SIGKILL every few seconds: every job done once, none lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from sqlalchemy import func, select

from api.jobs.states import take_from
from api.jobs.worker import name_of
from api.service import Service
from api.settings import Settings
from api.store.tables import Job, JobEvent, Result
from benchmarks.service.server import Served

JOBS, WORKERS = 1000, 4
EVERY_S = (1.0, 5.0)
"""Between two kills, drawn evenly."""


def survive(server: Served, centre: str, plan: str, log: Path, most_s: float) -> dict[str, float]:
    """Ask for the jobs, kill workers while they are done, and count what came of it."""
    client = server.client()
    body = {
        "kind": "whatif",
        "asked": {"plan": plan, "scenarios": [{"name": "more", "volume": 1.1}], "replications": 8},
    }
    for k in range(JOBS):
        answer = client.post(f"/centres/{centre}/jobs", json=body, headers={"Idempotency-Key": f"job-{k}"})
        assert answer.status_code == 202, answer.text
    service = Service.start(Settings.of({}, database_url=server.url))
    rng = np.random.default_rng(7)
    environment = {**os.environ, "SEATWISE_DATABASE_URL": server.url, "SEATWISE_CORES": "1"}
    command = [sys.executable, "-m", "seatwise", "worker"]
    kills, begun, following = 0, time.monotonic(), 15.0
    with log.open("wb") as out:
        workers = [subprocess.Popen(command, env=environment, stdout=out, stderr=out) for _ in range(WORKERS)]
        while time.monotonic() - begun < most_s and _left(service):
            time.sleep(0.2)
            if time.monotonic() - begun > following:
                k = int(rng.integers(WORKERS))
                workers[k].send_signal(signal.SIGKILL)
                workers[k].wait()
                kills += 1
                take_from(service.database, name_of(workers[k].pid))
                workers[k] = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
                following = time.monotonic() - begun + float(rng.uniform(*EVERY_S))
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(60)
    took = time.monotonic() - begun
    with service.database.reading() as session:
        states = dict(
            session.execute(select(Job.state, func.count()).where(Job.kind == "whatif").group_by(Job.state)).all()
        )
        ended = Counter(session.scalars(select(JobEvent.job_id).where(JobEvent.kind == "done")))
        results = session.scalar(select(func.count()).select_from(Result).where(Result.kind == "whatif"))
        again = session.scalar(select(func.count()).select_from(JobEvent).where(JobEvent.kind == "running"))
    service.database.close()
    return {
        "seconds": took,
        "kills": kills,
        "done": states.get("done", 0),
        "other": sum(count for state, count in states.items() if state != "done"),
        "twice": sum(count > 1 for count in ended.values()),
        "results": results or 0,
        "claims": again or 0,
    }


def _left(service: Service) -> bool:
    with service.database.reading() as session:
        return session.scalars(select(Job.id).where(Job.state.in_(["queued", "running"])).limit(1)).first() is not None
