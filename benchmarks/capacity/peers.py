"""Run by the peers' own Python: ``python -m benchmarks.capacity.peers peers.json`` writes what they took and said."""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.capacity import peers_formulas, peers_simulation

LIBRARIES = ("pyworkforce", "simpy", "ciw", "numpy")


def main(arguments: list[str]) -> None:
    """Measure every peer and write one file."""
    out = Path(arguments[0])
    found = {
        "versions": {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()},
        "pyworkforce": peers_formulas.measure(),
        "simulators": peers_simulation.measure(),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
