"""What the service is measured on: the reference centre with a plan, 500 plans more, 10 million rows of history."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from api.jobs.work import Made, keep_result
from api.service import Service
from api.settings import Settings
from api.store.centres import seal
from api.store.history import FIGURES, load, store
from api.store.tables import Centre
from benchmarks.machine import Clock, timed
from domain.progress import Control
from planning.files import read_folder
from planning.plan import make_plan
from planning.reference import write_reference
from planning.reference.parameters import DEMO_WEEK
from planning.save import save_plan
from planning.steps import Options, effort_for

ROWS, QUEUES = 10_000_000, 200
PLANS = 500
BIG, REFERENCE = "big", "reference"


def packed(folder: Path) -> bytes:
    """Return a planning folder as an archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.*")):
            archive.write(path, path.name)
    return held.getvalue()


def planned(place: Path) -> tuple[Path, Path]:
    """Write the reference centre and a quick plan of its week; return both folders."""
    centre, plan = place / "centre", place / "plan"
    write_reference(centre)
    options = Options(week=DEMO_WEEK, seed=1, effort=effort_for(0.05, 0.0), replications=64)
    made = make_plan(read_folder(centre, before=DEMO_WEEK), options, Control(cores=2))
    save_plan(made, plan, "bench", Control())
    return centre, plan


def keep_plans(url: str, plan: Path) -> str:
    """Keep the plan, and so many more of it under other weeks; return the first."""
    service = Service.start(Settings.of({}, database_url=url))
    with service.database.writing() as session:
        first = keep_result(session, Made("plan", plan, {"gap": 0.02}, DEMO_WEEK), REFERENCE, 1, "bench").id
    for k in range(PLANS - 1):
        week = DEMO_WEEK - timedelta(days=7 * (k + 1))
        with service.database.writing() as session:
            keep_result(session, Made("plan", plan, {"gap": 0.02}, week), REFERENCE, 1, "bench")
    service.database.close()
    return first


def history_of(rows: int, queues: int) -> pa.Table:
    """Return half hours of so many queues, back from a day."""
    each = rows // queues
    rng = np.random.default_rng(1)
    start = np.datetime64("2026-11-22T00:00", "ms") - np.arange(each)[::-1] * np.timedelta64(30 * 60 * 1000, "ms")
    times = pa.array(np.tile(start, queues), pa.timestamp("ms")).cast(pa.timestamp("ms", tz="UTC"))
    codes = pa.array(np.repeat(np.arange(queues, dtype=np.int32), each))
    names = pa.array([f"q{k:03d}" for k in range(queues)], pa.string())
    columns = {"interval_start": times, "queue": pa.DictionaryArray.from_arrays(codes, names)}
    count = rng.poisson(12.0, each * queues).astype(np.float64)
    figures = {"offered": count, "handled": np.floor(0.95 * count), "aht_s": rng.normal(300, 20, len(count)).round(1)}
    for name in FIGURES:
        columns[name] = pa.array(figures[name]) if name in figures else pa.nulls(len(count), pa.float64())
    return pa.table(columns)


def keep_history(url: str) -> tuple[Clock, Clock, int]:
    """Keep 10 million rows, and read them back; return the time of both, and the rows read."""
    service = Service.start(Settings.of({}, database_url=url))
    table = history_of(ROWS, QUEUES)
    with timed() as writing, service.database.writing() as session:
        session.add(Centre(id=BIG, name="Big", version=1, created_by="bench"))
        session.flush()
        store(session, BIG, 1, table, whole=True)
        seal(session, session.get_one(Centre, BIG), "bench", "")
    with timed() as reading, service.database.reading() as session:
        found = load(session, BIG)
    service.database.close()
    return writing, reading, found.num_rows


def day_of(day: date, queues: tuple[str, ...]) -> bytes:
    """Return a day's counts of some queues, as a system would send them."""
    lines = ["interval_start,queue,offered,handled,aht_s"]
    for k in range(16, 48):
        clock = f"{day.isoformat()}T{k // 2:02d}:{30 * (k % 2):02d}"
        lines += [f"{clock},{queue},{5 + (k * 7) % 9},{5 + (k * 7) % 9},300" for queue in queues]
    return ("\n".join(lines) + "\n").encode()


def interactions(count: int, queues: tuple[str, ...]) -> bytes:
    """Return an archive of a log of contacts, and its map."""
    rng = np.random.default_rng(2)
    second = np.sort(rng.integers(8 * 3600, 24 * 3600, count))
    queue, talk = rng.integers(0, len(queues), count), rng.lognormal(5.5, 0.6, count).round()
    wait, lost = rng.exponential(30, count).round(), rng.random(count) < 0.05
    lines = ["start,skill,waited,talked,result"]
    for s, q, w, t, gone in zip(
        second.tolist(), queue.tolist(), wait.tolist(), talk.tolist(), lost.tolist(), strict=True
    ):
        clock = f"2026-11-21 {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}"
        lines.append(f"{clock},{queues[q]},{w:.0f},{0 if gone else t:.0f},{'lost' if gone else 'served'}")
    mapping = (
        '[columns]\narrival = "start"\nqueue = "skill"\nwait = "waited"\nhandle = "talked"\noutcome = "result"\n'
        '[outcomes]\nanswered = ["served"]\nabandoned = ["lost"]\n[centre]\ntimezone = "Asia/Shanghai"\n'
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("map.toml", mapping)
        archive.writestr("log.csv", "\n".join(lines) + "\n")
    return held.getvalue()
