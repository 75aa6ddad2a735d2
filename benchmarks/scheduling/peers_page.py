"""Our rosters beside Timefold's: the same weeks, about the same work of one core, one judge for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from benchmarks.scheduling.peers_check import Judged, judge
from benchmarks.scheduling.peers_ours import Ours, rostered
from benchmarks.scheduling.peers_problem import (
    CASES,
    CONTRACTS,
    DAYS,
    MISSING,
    PER_DAY,
    Case,
    Person,
    Problem,
    Row,
    draw,
)
from benchmarks.table import Part, goal
from scheduling.result import Effort

Say = Callable[[str], None]

EFFORTS = {
    50: Effort(ascent=600, steps=600, chains=1, passes=1, moves=26_000_000),
    200: Effort(ascent=300, steps=100, chains=1, passes=1, moves=10_000_000),
}
"""Our work by people: what takes one core about as long as Timefold's searches, in one long annealing rather than
several short ones."""

SECONDS = 600.0
"""Of wall time, beyond which something is wrong."""

HEAD = (
    "case",
    "ours",
    "our bound",
    "gap",
    "Timefold, best search",
    "which",
    "Timefold / ours",
    "Timefold, default",
    "default / ours",
    "seat-hours missing, ours",
    "Timefold's",
    "CPU s, ours",
    "Timefold's",
    "wall s, ours",
    "Timefold's",
    "rules broken, ours",
    "Timefold's",
)
ABOUT = (
    "Weeks drawn by seed (`peers_problem.py`): full-timers of five eights, flexible and part-time people, starts on "
    "the half-hour, 11 h of rest, one shift a day on one pool, no breaks. Cost is pay and "
    f"{MISSING / 100:.0f} for every seat that is missing for a half-hour; rules are hard. Both rosters are judged by "
    "`peers_check.py`, which knows neither solver. Each side has one thread and a fixed amount of work, so that all "
    "but the times repeats; compiling (a JVM's warm-up, our kernels) comes before the clock. `ours` is the optimiser "
    "of every plan, its service curves replaced by missing seats (`peers_ours.py`)."
)
MODEL = (
    "Timefold's model is in Java, on the jars of its Python package, since constraints in Python are significantly "
    "slower: a planning entity for each day that somebody works, with day, start, length and pool as planning "
    "variables, rules as incremental constraint streams (`PeersTimefold.java`). Searches: its documented default (late "
    "acceptance over change and swap moves), tabu search, and simulated annealing by change moves, whose temperature "
    "was tuned on these cases. Its community edition solves on one thread; nearby selection and more threads are sold."
)


def run(peers: Mapping[str, Any], say: Say, only: str = "", efforts: Mapping[int, Effort] = EFFORTS) -> Part:
    """Roster every case (whose name holds ``only``) and set it beside what Timefold left.

    Parameters
    ----------
    peers : mapping
        What ``benchmarks.scheduling.peers`` wrote.
    say : callable
    only : str
    efforts : mapping of int to Effort
        Our work by the number of people.

    Raises
    ------
    ValueError
        If the peers drew another problem.
    """
    rows, notes = [], []
    by_name = {found["case"]: found for found in peers["timefold"]}
    warmed()
    for case in (case for case in CASES if only in case.name and case.name in by_name):
        theirs = by_name[case.name]
        problem = draw(case)
        if theirs["digest"] != problem.digest:
            raise ValueError(f"{case.name}: the peers drew another problem; run them anew")
        mine = rostered(problem, SECONDS, effort=efforts[case.people])
        rows.append(_row(case, problem, mine, theirs["runs"]))
        say(" | ".join(rows[-1]))
        notes.append(_goal(case, problem, mine, theirs["runs"]))
    told = "Peers: " + ", ".join(f"{name} {number}" for name, number in peers["versions"].items()) + "."
    return Part("timefold", "Rosters beside Timefold", HEAD, tuple(rows), (ABOUT, MODEL, *notes, told))


@cache
def warmed() -> None:
    """Compile or load our kernels, once a process, on a problem of two people."""
    people = (Person("A", 0, 2000, (0,)), Person("B", 2, 2000, (0,)))
    rostered(
        Problem("warm", CONTRACTS, people, ((1,) * DAYS * PER_DAY,), MISSING),
        SECONDS,
        effort=Effort(ascent=5, steps=5, chains=1, passes=1, moves=2000, assembly=0.01),
    )


def _judged(problem: Problem, runs: Mapping[str, Any]) -> dict[str, Judged]:
    return {search: judge(problem, [Row(*row) for row in run["rows"]]) for search, run in runs.items()}


def _best(found: Mapping[str, Judged]) -> str:
    """Return the search that broke least and cost least."""
    return min(found, key=lambda search: (len(found[search].broken), found[search].cost))


def _row(case: Case, problem: Problem, mine: Ours, runs: Mapping[str, Any]) -> tuple[str, ...]:
    us, them = judge(problem, mine.rows), _judged(problem, runs)
    best, default = _best(them), them["default"]
    return (
        case.name,
        f"{us.cost / 100:,.0f}",
        f"{mine.bound / 100:,.0f}",
        f"{100 * (us.cost - mine.bound) / us.cost:.2f} %",
        f"{them[best].cost / 100:,.0f}",
        best.rstrip("0123456789"),
        f"{them[best].cost / us.cost:.4f}",
        f"{default.cost / 100:,.0f}",
        f"{default.cost / us.cost:.4f}",
        f"{us.missing / 2:g}",
        f"{them[best].missing / 2:g}",
        f"{mine.cpu:.0f}",
        f"{runs[best]['cpu']:.0f}",
        f"{mine.wall:.0f}",
        f"{runs[best]['wall']:.0f}",
        str(len(us.broken)),
        str(len(them[best].broken)),
    )


def _goal(case: Case, problem: Problem, mine: Ours, runs: Mapping[str, Any]) -> str:
    us, them = judge(problem, mine.rows), _judged(problem, runs)
    best = them[_best(them)]
    share = 100 * (best.cost / us.cost - 1)
    reached = not us.broken and (us.cost <= best.cost or bool(best.broken))
    return goal(f"{case.name}: no dearer than Timefold's best search", reached, f"Timefold {share:+.2f} % of our cost")
