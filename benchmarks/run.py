"""Measure the engine, with peers beside it.

``python -m benchmarks.run --out benchmarks/results`` prints every table and writes it as markdown with the machine it
ran on; ``--only roster`` (more than once if need be) runs a part alone. Figures other than times repeat exactly.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.machine import setting
from benchmarks.table import Part

PARTS = {
    "plan": "benchmarks.reference_plan",
    "roster": "benchmarks.baselines",
    "formulas": "benchmarks.formulas",
    "forecast": "benchmarks.arrivals",
    "reading": "benchmarks.reading",
}
"""Parts and the modules that measure them, in the order they run."""


def main(arguments: list[str] | None = None) -> int:
    """Run the parts asked for; return 1 where one of them broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder for the tables")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="run this part alone")
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    chosen = parser.parse_args(arguments)
    failed = False
    for name in chosen.only or PARTS:
        print(f"== {name}", flush=True)
        try:
            part = import_module(PARTS[name]).run(chosen.cores, teller(name))
        except Exception:
            # one broken part must not take the other tables with it
            traceback.print_exc()
            failed = True
            continue
        keep(part, chosen.out)
        print(f"\n{part.text()}\n", flush=True)
    return int(failed)


def keep(part: Part, out: Path) -> None:
    """Write a part's page."""
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{part.name}.md").write_text(part.markdown(setting()), encoding="utf-8")


def teller(name: str) -> Callable[[str], None]:
    """Return what prints a part's progress."""
    began = time.monotonic()

    def say(note: str) -> None:
        print(f"  {name} {time.monotonic() - began:5.0f} s  {note}", flush=True)

    return say


if __name__ == "__main__":
    sys.exit(main())
