"""Run by the peers' own Python: ``python -m benchmarks.scheduling.peers peers.json`` writes what they took and found.

The page is made from that file by ``python -m benchmarks.scheduling --peers peers.json``.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from benchmarks.scheduling import peers_pyworkforce, peers_timefold

LIBRARIES = ("timefold", "pyworkforce", "ortools")


def java() -> str:
    """Return the version of Java that runs Timefold."""
    told = subprocess.run(["java", "-version"], check=True, capture_output=True, text=True)
    return told.stderr.split('"')[1]


def main(arguments: list[str] | None = None) -> None:
    """Measure every peer and write one file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--times", type=float, default=1.0, help="so many times the work for each search")
    asked = parser.parse_args(arguments)
    found = {
        "versions": {name: version(name) for name in LIBRARIES} | {"Python": platform.python_version(), "Java": java()},
        "pyworkforce": peers_pyworkforce.measure(),
        "timefold": peers_timefold.measure(asked.times),
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
