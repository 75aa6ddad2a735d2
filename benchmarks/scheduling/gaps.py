"""Proven gaps by size: one planning model a centre, rostered with a fixed amount of work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.machine import Clock, timed
from benchmarks.scheduling.centres import WEEK, Case, Drawn, draw
from benchmarks.scheduling.reference import reference_centre
from benchmarks.table import Part, goal
from domain.progress import Control
from planning.rounds import roster_weeks
from planning.steps import Options, effort_for
from scheduling.result import Result
from scheduling.rules.validator import validate

Say = Callable[[str], None]


@dataclass(frozen=True)
class Goal:
    """What a case is to reach: gap, gap on decidable cost (None: not stated), minutes on two cores.

    Without a case it is the reference centre. ``work`` is so many times the usual search, where that fits the time.
    """

    name: str
    case: Case | None
    gap: float
    decidable: float | None
    minutes: float
    work: float = 1.0


def _drawn(case: Case, gap: float, decidable: float | None, minutes: float, work: float = 1.0) -> Goal:
    return Goal(case.name, case, gap, decidable, minutes, work)


GOALS = (
    Goal("reference centre: 50 agents, 5 experts, 15 queues in 6 channels", None, 0.015, 0.30, 2),
    _drawn(Case("50 agents, 6 queues", 50, 6), 0.015, 0.30, 2, work=4),
    _drawn(Case("200 agents, 10 queues", 200, 10), 0.008, 0.15, 2, work=2),
    _drawn(Case("1,000 agents, 12 queues, round the clock", 1000, 12, round_the_clock=True), 0.005, None, 3),
    _drawn(Case("2,000 agents, 12 queues, round the clock", 2000, 12, round_the_clock=True), 0.007, None, 6),
    _drawn(Case("200 agents, 10 queues, 4 weeks", 200, 10, weeks=4), 0.01, None, 6),
)


def run(cores: int, say: Say, only: str = "") -> Part:
    """Roster every case (whose name holds ``only``) and return the table."""
    rows, notes = [], []
    for each in (each for each in GOALS if only in each.name):
        drawn = reference_centre(cores) if each.case is None else draw(each.case)
        results, clock, illegal = solved(drawn, each.case.weeks if each.case else 1, cores, each.work)
        objective = sum(result.objective for result in results)
        bound = sum(result.bound for result in results)
        decidable = objective - sum(result.least for result in results)
        gap, part = (objective - bound) / objective, (objective - bound) / decidable
        rows.append(
            (
                each.name,
                f"{each.work:g}",
                f"{100 * gap:.2f} %",
                f"{100 * part:.1f} %",
                f"{objective:,.0f}",
                f"{bound:,.0f}",
                f"{sum(result.pay + result.elastic for result in results):,.0f}",
                f"{sum(result.shortfall for result in results):,.0f}",
                f"{clock.wall:.0f}",
                f"{clock.cpu:.0f}",
                str(illegal),
            )
        )
        say(" | ".join(rows[-1]))
        wanted = f"{each.name}: a gap of {100 * each.gap:g} %"
        if each.decidable is not None:
            wanted += f" and {100 * each.decidable:.0f} % of decidable cost"
        wanted += f" within {each.minutes:g} min on two cores"
        reached = gap <= each.gap and (each.decidable is None or part <= each.decidable)
        notes.append(
            goal(
                wanted,
                reached and clock.wall <= 60 * each.minutes,
                f"{100 * gap:.2f} %, {100 * part:.1f} %, {clock.wall:.0f} s",
            )
        )
    head = (
        "case",
        "work",
        "gap",
        "of decidable",
        "objective",
        "bound",
        "cost",
        "shortfall",
        "wall s",
        "CPU s",
        "rules broken",
    )
    about = (
        "The reference centre, from its written files, and centres drawn by seed (benchmarks/scheduling/centres.py). "
        "One planning model each, before any simulation; the amount of work is fixed (`work` times the usual, as by "
        "`--work`), so that all but the times repeats exactly. `rules broken` is counted by the validator, which knows "
        "nothing of the solver. Decidable is what no contract's minimum pays."
    )
    return Part("gaps", "Proven gaps by size", head, tuple(rows), (about, *notes))


def solved(drawn: Drawn, count: int, cores: int, work: float = 1.0) -> tuple[list[Result], Clock, int]:
    """Roster some weeks of a centre; return their results, the time taken, and the hard rules broken."""
    options = Options(week=WEEK, weeks=count, effort=effort_for(work, 0.0))
    with timed() as clock:
        roster, weeks = roster_weeks(drawn.folder, drawn.requirement, drawn.people, options, Control(cores=cores))
    broken = [v for v in validate(drawn.folder, roster, WEEK, count) if v.hard]
    return [result for _, result in weeks], clock, len(broken)
