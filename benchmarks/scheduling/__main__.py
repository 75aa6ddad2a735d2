"""Measure rosters: ``python -m benchmarks.scheduling`` prints every table and writes it beside this file.

``--only gaps`` (more than once if need be) runs a part alone, ``--case 50`` the cases whose name holds it.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks.run import keep, teller
from benchmarks.scheduling import gaps, repairs, today
from benchmarks.scheduling.gaps import Say
from benchmarks.table import Part


def of_today(cores: int, say: Say, only: str) -> Part:
    """Rank what can be done with the rest of a day; it takes one core and one case."""
    return today.run(say)


PARTS = {"gaps": gaps.run, "repairs": repairs.run, "today": of_today}


def main(arguments: list[str] | None = None) -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scheduling", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder for the tables")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="run this part alone")
    parser.add_argument("--case", default="", help="only cases whose name holds this")
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    asked = parser.parse_args(arguments)
    for name in asked.only or PARTS:
        print(f"== {name}", flush=True)
        part = PARTS[name](asked.cores, teller(name), asked.case)
        if not asked.case:
            keep(part, asked.out)
        print(f"\n{part.text()}\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
