"""The page on capacity, section by section, with its goals.

``python -m benchmarks.capacity.page peers.json`` measures and writes ``benchmarks/capacity/capacity.md``, where the
peers' own Python has left its figures; ``--only accuracy`` (more than once if need be) prints sections and writes
nothing. A section is a module here with ``section(peers) -> Section``, named in ``SECTIONS``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import date
from importlib import import_module
from pathlib import Path

from benchmarks.capacity.section import Peers, Section
from benchmarks.machine import setting

PAGE = Path(__file__).with_name("capacity.md")
TITLE = "Capacity: formulas and simulator beside other libraries"
INTRODUCTION = (
    "Made by `make bench-capacity`, peers and ours in one run on one machine, one after the other, one thread each. "
    "Times are CPU seconds, start-up and compiling apart; since others use the machine too, they are the fastest of "
    "the passes stated, for the peers as for us."
)
SECTIONS = (
    "requirements",
    "peer_answers",
    "scenarios",
    "accuracy",
    "simulator",
    "simulators",
    "busy_week",
    "chat_agreement",
    "repeats_agreement",
    "scores",
    "routing",
    "whatif",
)
"""Modules, in the order of the page."""


def markdown(sections: list[Section], peers: Peers) -> str:
    """Return the page."""
    goals = [line for each in sections for line in each.goals]
    blocks = [f"# {TITLE}", INTRODUCTION, "## Goals", "\n".join(f"- {line}" for line in goals)]
    for each in sections:
        blocks += [f"## {each.title}", *each.blocks]
    told = ", ".join(f"{name} {number}" for name, number in peers["versions"].items())
    lines = (date.today().isoformat(), *setting(), f"peers: {told}")
    return "\n\n".join([*blocks, "## Measured on", "\n".join(f"- {line}" for line in lines)]) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Measure the sections asked for; write the page where all are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("peers", type=Path, help="what the peers' own Python has found")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="print this section alone")
    asked = parser.parse_args(arguments)
    peers = json.loads(asked.peers.read_text(encoding="utf-8"))
    found = []
    for name in asked.only or SECTIONS:
        began = time.monotonic()
        found.append(import_module(f"benchmarks.capacity.{name}").section(peers))
        print(f"== {name} ({time.monotonic() - began:.0f} s)", flush=True)
        print("\n\n".join((*(found[-1].blocks if asked.only else ()), *found[-1].goals)), flush=True)
    if not asked.only:
        PAGE.write_text(markdown(found, peers), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
