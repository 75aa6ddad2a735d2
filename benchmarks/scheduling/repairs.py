"""A published roster mended after sick leave and more volume on one day, beside solving the week anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np

from benchmarks.machine import timed
from benchmarks.scheduling.centres import WEEK, Case, Drawn, draw
from benchmarks.table import Part, goal
from domain.grid import local_midnight
from domain.people import TimeOff
from domain.progress import Control
from planning.rounds import roster_weeks
from planning.steps import Options, targets_of
from scheduling.build import build_model
from scheduling.change_price import ChangePrice, usual_price
from scheduling.model import Model
from scheduling.published import published_roll
from scheduling.repair import repair
from scheduling.roll import Roll
from scheduling.solve import solve

Say = Callable[[str], None]

CASES = (
    Case("200 agents, 10 queues", 200, 10),
    Case("1,000 agents, 12 queues, round the clock", 1000, 12, round_the_clock=True),
)
DAY = 2
"""Day of the week on which people are sick and more contacts come."""

SICK, MORE = 0.02, 1.06
PRICES = (1.0, 0.1)
"""Prices of a changed agent-day, over the usual one of an hour's mean pay."""
WITHIN, SECONDS, CHANGES = 0.002, 5.0, 1 / 3


def run(cores: int, say: Say, only: str = "") -> Part:
    """Repair every case (whose name holds ``only``) and return the table."""
    rows, notes = [], []
    for case in (case for case in CASES if only in case.name):
        drawn = draw(case)
        published, weeks = roster_weeks(
            drawn.folder, drawn.requirement, drawn.people, Options(week=WEEK), Control(cores=cores)
        )
        say(f"{case.name}: published, gap {100 * weeks[0][1].gap:.2f} %")
        changed, sick = _changed(drawn)
        exempt = {(who, WEEK + timedelta(days=DAY)) for who in sick}
        with timed() as anew:
            # as free as a first plan: changes cost nothing
            free = solve(_model(changed), seed=1, effort=Options(week=WEEK).effort, control=Control(cores=cores))
        for factor in PRICES:
            price = ChangePrice.of(published, drawn.folder.centre.timezone, factor * usual_price(drawn.folder), exempt)
            model = _model(changed, price)
            was = published_roll(model, published)
            repair(model, was.roll, lost=was.lost, days=(DAY,), control=Control(cores=cores))
            with timed() as mending:
                mended = repair(model, was.roll, lost=was.lost, days=(DAY,), control=Control(cores=cores))
            above = (mended.objective - mended.soft) / free.objective - 1
            mine, theirs = (_moved(was.roll, roll) for roll in (mended.roll, free.roll))
            rows.append(
                (
                    case.name,
                    f"{factor:g}",
                    f"{mended.objective - mended.soft:,.0f}",
                    f"{free.objective:,.0f}",
                    f"{100 * above:+.2f} %",
                    str(mine),
                    str(theirs),
                    f"{mending.wall:.1f}",
                    f"{mending.cpu:.1f}",
                    f"{anew.cpu:.0f}",
                    mended.stage,
                )
            )
            say(" | ".join(rows[-1]))
            wanted = (
                f"{case.name}, changes at {factor:g} of their usual price: within {100 * WITHIN:g} % of the free "
                f"re-solve, under a third of its changes, {SECONDS:g} s"
            )
            reached = above <= WITHIN and mine < CHANGES * theirs and mending.wall <= SECONDS
            notes.append(goal(wanted, reached, f"{100 * above:+.2f} %, {mine} against {theirs}, {mending.wall:.1f} s"))
    head = (
        "case",
        "price",
        "repaired",
        "solved anew",
        "apart",
        "agent-days changed",
        "changed anew",
        "wall s",
        "CPU s",
        "CPU s anew",
        "stage",
    )
    about = (
        f"{100 * SICK:g} % of the people are sick and {100 * (MORE - 1):.0f} % more contacts come on one day of a "
        "published week. `price` is that of a changed agent-day, over the usual one. Objectives are cost and priced "
        "shortfall, the price of changes left out; days that the sick "
        "lose count on neither side. Times are those of the repair alone, its model built and its code compiled."
    )
    return Part("repairs", "Repair of a published roster", head, tuple(rows), (about, *notes))


def _model(drawn: Drawn, *soft: ChangePrice) -> Model:
    """Build the planning model of a drawn centre."""
    targets = targets_of(drawn.folder, drawn.requirement)
    return build_model(drawn.folder, drawn.requirement, targets, drawn.people.servers, WEEK, soft=soft)


def _changed(drawn: Drawn) -> tuple[Drawn, list[str]]:
    """Return the centre with its sick people and its busy day, and who is sick."""
    rng = np.random.default_rng(5)
    agents = [agent.id for agent in drawn.folder.agents]
    sick = sorted(rng.choice(agents, size=round(SICK * len(agents)), replace=False).tolist())
    zone = drawn.folder.centre.timezone
    low, high = (local_midnight(WEEK + timedelta(days=DAY + k), zone) for k in range(2))
    leave = tuple(TimeOff(agent_id=who, start=low, end=high, kind="paid") for who in sick)
    grid = drawn.requirement.grid
    volume = drawn.requirement.volume * np.where(grid.day_of == DAY, MORE, 1.0)
    requirement = replace(drawn.requirement, volume=volume)
    return Drawn(replace(drawn.folder, time_off=leave), requirement, drawn.people), sick


def _moved(before: Roll, after: Roll) -> int:
    """Count the agent-days with another shift than before."""
    return int((before.tours[:, :, 0] != after.tours[:, :, 0]).sum())
