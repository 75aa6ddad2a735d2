"""Five million rows of history: seconds and peak memory to read and check them, in a process of their own."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import timed
from benchmarks.table import Part
from planning.files import read_folder
from planning.files.folder_out import write_tables

ROWS = 5_000_000
QUEUES = 50
FIRST = "2021-01-04"

Say = Callable[[str], None]


def write_centre(place: Path, ending: str) -> int:
    """Write a centre with a long history as CSV or Parquet; return the bytes of the history."""
    steps = ROWS // QUEUES
    rng = np.random.default_rng(1)
    starts = pd.date_range(FIRST, periods=steps, freq="30min").strftime("%Y-%m-%dT%H:%M").to_numpy()
    names = np.array([f"queue-{k:02d}" for k in range(QUEUES)])
    offered = rng.poisson(20.0, steps * QUEUES)
    history = pd.DataFrame(
        {
            "interval_start": np.repeat(starts, QUEUES),
            "queue": np.tile(names, steps),
            "offered": offered,
            "handled": offered,
            "aht_s": np.round(rng.normal(300.0, 20.0, len(offered)), 1),
        }
    )
    centre = {
        "centre": {"name": "Long history", "timezone": "UTC", "interval_minutes": 30},
        "queues": [{"id": name} for name in names.tolist()],
        "contracts": [{"id": "full-time", "start": {"from": "08:00", "to": "15:00"}}],
    }
    agents = pd.DataFrame({"agent_id": ["A1"], "contract": ["full-time"], "hourly_cost": [30.0]})
    skills = pd.DataFrame({"agent_id": "A1", "queue": names})
    place.mkdir()
    tables = {"agents": agents, "skills": skills}
    if ending == "csv":
        write_tables(place, centre, tables | {"history": history})
    else:
        write_tables(place, centre, tables)
        history.to_parquet(place / "history.parquet", index=False)
    return (place / f"history.{ending}").stat().st_size


def measure(place: Path) -> None:
    """Read a folder and print rows, wall seconds, CPU seconds and peak memory in MB."""
    with timed() as clock:
        folder = read_folder(place)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(len(folder.history), clock.wall, clock.cpu, peak)


def run(cores: int, say: Say) -> Part:
    """Write, read in a fresh process, and return the table."""
    rows = []
    with tempfile.TemporaryDirectory() as base:
        for ending in ("csv", "parquet"):
            place = Path(base) / ending
            size = write_centre(place, ending)
            say(f"{ROWS:,} rows written as {ending}")
            command = [sys.executable, "-m", "benchmarks.reading", str(place)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
            count, wall, cpu, peak = (float(word) for word in answer.stdout.split())
            rows.append((ending, f"{count:,.0f}", f"{size / 1e6:.0f}", f"{wall:.1f}", f"{cpu:.1f}", f"{peak:,.0f}"))
            say(f"read as {ending} in {wall:.1f} s")
    head = ("file", "rows", "size, MB", "wall, s", "CPU, s", "peak memory, MB")
    notes = (
        f"{QUEUES} queues of half hours, five columns, every row checked; memory includes Python and its libraries.",
    )
    return Part("reading", "Reading a long history", head, tuple(rows), notes)


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
