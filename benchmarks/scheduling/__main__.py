"""Measure rosters: ``python -m benchmarks.scheduling`` prints every table and writes it beside this file.

``--only gaps`` (more than once if need be) runs a part alone, ``--case 50`` the cases whose name holds it. With
``--peers peers.json``, which the peers' own Python wrote, our rosters are also set beside other tools'.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.run import keep, teller
from benchmarks.scheduling import beside_tool, gaps, peers_page, peers_staffed_page, reoptimise, repairs, today
from benchmarks.scheduling.gaps import Say
from benchmarks.table import Part


def of_today(cores: int, say: Say, only: str) -> Part:
    """Rank what can be done with the rest of a day; it takes one core and one case."""
    return today.run(say)


def of_whatif(cores: int, say: Say, only: str) -> Part:
    """Re-optimise a roster for changed weeks; one case."""
    return reoptimise.run(cores, say)


PARTS = {
    "gaps": gaps.run,
    "repairs": repairs.run,
    "reoptimise": of_whatif,
    "today": of_today,
    "beside_tool": beside_tool.run,
}
BESIDE = {"timefold": peers_page.run, "pyworkforce": peers_staffed_page.run}
"""Parts that need what the peers found."""


def main(arguments: list[str] | None = None) -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scheduling", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder for the tables")
    parser.add_argument("--only", action="append", choices=[*PARTS, *BESIDE], help="run this part alone")
    parser.add_argument("--case", default="", help="only cases whose name holds this")
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--peers", type=Path, help="what the peers' own Python has found")
    asked = parser.parse_args(arguments)
    if asked.peers is None and set(asked.only or ()) & set(BESIDE):
        parser.error("--peers names the file that these parts read")
    peers: dict[str, Any] = json.loads(asked.peers.read_text(encoding="utf-8")) if asked.peers else {}
    for name in asked.only or (*PARTS, *(BESIDE if peers else ())):
        print(f"== {name}", flush=True)
        if name in BESIDE:
            part = BESIDE[name](peers, teller(name), asked.case)
        else:
            part = PARTS[name](asked.cores, teller(name), asked.case)
        if not asked.case:
            keep(part, asked.out)
        print(f"\n{part.text()}\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
