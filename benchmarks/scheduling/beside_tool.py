"""Our roster against a common tool's on drawn centres, at equal simulated service, headcount free on both sides."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.clones import REPLICATIONS
from benchmarks.contest import HEAD, contest
from benchmarks.machine import timed
from benchmarks.scheduling.centres import Case
from benchmarks.table import Part
from benchmarks.worlds import of_drawn

CASES = (Case("50 agents, 6 queues", 50, 6), Case("200 agents, 10 queues", 200, 10))

Say = Callable[[str], None]


def run(cores: int, say: Say, only: str = "") -> Part:
    """Compare on every case (whose name holds ``only``) and return the table."""
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []
    for case in (case for case in CASES if only in case.name):
        say(case.name)
        with timed() as clock:
            mine, others = contest(of_drawn(case), cores, say)
        rows += [(case.name, *entry.row(mine.judged)) for entry in (mine, *others.values())]
        for name, what in (("loosened", "its wait target loosened"), ("scaled", "its requirement scaled")):
            if name in others:
                less = 1 - mine.judged.cost / others[name].judged.cost
                notes.append(
                    f"{case.name}: paid cost {100 * less:.1f} % below the tool's, {what} as far as every day holds"
                    f"{'' if mine.judged.meets else ', but our own roster misses a day'}."
                )
        notes.append(f"{case.name}: {clock.wall:.0f} s on the wall, {clock.cpu:.0f} s of processors.")
    about = (
        "Both sides plan a drawn centre's volume for identical people (handle-time factor 1, all skills), its "
        "contracts in their mix, each with one length of shift, and the same elastic seats, and are judged by the same "
        f"{REPLICATIONS} simulated weeks. Limits: each group's mean wait and abandonment a day. How the common tool "
        "plans is told in benchmarks/common_tool.py; it is not made for shifts over midnight, so that the centres "
        "open round the clock are not compared."
    )
    return Part("beside_tool", "Beside a common tool at equal service", ("case", *HEAD), tuple(rows), (about, *notes))
