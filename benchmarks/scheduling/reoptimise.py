"""A what-if that may change the whole roster: how long the answer takes, and how near it is to a plan made anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from benchmarks.machine import timed
from benchmarks.scheduling.centres import WEEK, Case, Drawn, draw
from benchmarks.table import Part, goal
from domain.progress import Control
from planning.rounds import roster_weeks
from planning.steps import Options, targets_of
from scheduling.build import build_model
from scheduling.change_price import ChangePrice
from scheduling.model import Model
from scheduling.published import published_roll
from scheduling.repair import repair
from scheduling.roll import objective_of_roll
from scheduling.solve import solve

Say = Callable[[str], None]

CASE = Case("200 agents, 10 queues", 200, 10)
SECONDS = 10.0

WORLDS = ((1.08, "8 % more contacts all week"), (0.92, "8 % fewer contacts all week"))


def run(cores: int, say: Say, case: Case = CASE) -> Part:
    """Re-optimise a published roster for changed weeks, beside planning them anew; return the table."""
    drawn = draw(case)
    published, _ = roster_weeks(drawn.folder, drawn.requirement, drawn.people, Options(week=WEEK), Control(cores=cores))
    rows, worst = [], 0.0
    for factor, name in WORLDS:
        changed = replace(drawn, requirement=replace(drawn.requirement, volume=factor * drawn.requirement.volume))
        free = ChangePrice.of(published, drawn.folder.centre.timezone, 0.0)
        model = _model(changed, free)
        was = published_roll(model, published)
        with timed() as clock:
            found = repair(model, was.roll, lost=was.lost, days=range(7), control=Control(cores=cores))
        with timed() as anew:
            best = solve(_model(changed), seed=1, effort=Options(week=WEEK).effort, control=Control(cores=cores))
        worst = max(worst, clock.wall)
        rows.append(
            (
                name,
                f"{objective_of_roll(model.instance, was.roll):,.0f}",
                f"{found.objective:,.0f}",
                f"{best.objective:,.0f}",
                f"{100 * (found.objective / best.objective - 1):+.2f} %",
                f"{clock.wall:.1f}",
                f"{clock.cpu:.1f}",
                f"{anew.cpu:.0f}",
            )
        )
        say(" | ".join(rows[-1]))
    head = ("world", "roster kept", "re-optimised", "planned anew", "apart", "wall s", "CPU s", "CPU s anew")
    about = (
        f"{case.name}, drawn by seed. Objectives are cost and priced shortfall of the planning model; changes cost "
        "nothing. The model is built and the code compiled before the clock starts."
    )
    return Part(
        "reoptimise",
        "A what-if that changes the roster",
        head,
        tuple(rows),
        (about, goal(f"{case.name}: answered within {SECONDS:g} s", worst <= SECONDS, f"{worst:.1f} s")),
    )


def _model(drawn: Drawn, *soft: ChangePrice) -> Model:
    return build_model(
        drawn.folder,
        drawn.requirement,
        targets_of(drawn.folder, drawn.requirement),
        drawn.people.servers,
        WEEK,
        soft=soft,
    )
