"""What if, on a real centre: a file of scenarios answered by formula at once, and by simulation beside it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from benchmarks.real_text import WIDTH, percent, points, table
from domain.progress import Control
from planning.files.plan_in import PlanIn
from planning.files.scenario_file import read_scenarios
from planning.result import Plan
from planning.whatif import WhatIfRow, answer, base_world
from planning.whatif.drills import drills_text

SCENARIOS = """\
[[scenario]]
name = "10 % more contacts"
volume = 1.1

[[scenario]]
name = "calls 10 % longer"
aht = 1.1

[[scenario]]
name = "one shift in ten absent"
absence = 0.1
"""
"""Asked before the drills, which are the engine's own."""

SHOWN_DRILL = "outage"
REPLICATIONS = 100


@dataclass(frozen=True)
class Asked:
    """What the scenarios do, by formula and simulated, with the processor seconds that each way took."""

    by_formula: tuple[WhatIfRow, ...]
    simulated: tuple[WhatIfRow, ...]
    formula_s: float
    simulation_s: float
    count: int


def ask(plan: Plan, file: Path) -> Asked:
    """Write a scenario file with the engine's drills in it, and answer it.

    Parameters
    ----------
    plan : Plan
    file : Path
        Of the scenarios, to be written.
    """
    seen = PlanIn(plan.week, plan.seed, plan.forecast, plan.requirement, plan.roster, plan.service, {})
    world = base_world(plan.folder, seen)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{SCENARIOS}\n{drills_text(world)}", encoding="utf-8", newline="\n")
    scenarios = read_scenarios(file, plan.folder.centre, plan.requirement.grid)
    begun = time.process_time()
    by_formula = answer(world, seen, scenarios, control=Control())
    between = time.process_time()
    simulated = answer(world, seen, scenarios, exact=True, replications=REPLICATIONS, control=Control())
    ended = time.process_time()
    return Asked(by_formula.rows, simulated.rows, between - begun, ended - between, len(scenarios))


def whatif_lines(asked: Asked, file: Path) -> list[str]:
    """Lay the scenarios side by side, formula beside simulation."""
    formula, drawn = _of_week(asked.by_formula), _of_week(asked.simulated)
    names = [name for name in dict.fromkeys(scenario for scenario, _ in formula) if _shown(name)]
    rows = [_line("as planned", _figures(formula, names[0], "base"), _figures(drawn, names[0], "base"))]
    rows += [_line(name, _figures(formula, name, "value"), _figures(drawn, name, "value")) for name in names]
    off = [_off(formula, drawn, name) for name in dict.fromkeys(scenario for scenario, _ in formula)]
    header = [""]
    for measure in ("targets met", "in 20 s", "mean wait", "abandoned"):
        header += [measure, "simulated"]
    intro = (
        f"`seatwise whatif` keeps the roster and changes the world around it. {file.name}, kept beside the plans, "
        f"holds three scenarios and the {asked.count - 3} drills that the engine writes for any centre; of those the "
        "outage is shown: nobody can be served for two hours from the busiest half hour of the week on."
    )
    return [
        "### What if",
        "",
        fill(intro, WIDTH, break_on_hyphens=False),
        "",
        *table(header, rows),
        "",
        *points(
            [
                f"All {asked.count} by formula: {asked.formula_s:.1f} s of one processor. Simulated, {REPLICATIONS} "
                f"weeks of each: {asked.simulation_s:.1f} s.",
                f"The formulas lie off the simulation by at most {100 * max(share for share, _ in off):.1f} points in "
                f"20 s and {max(wait for _, wait in off):.0f} s of wait, drills that are not shown included.",
            ]
        ),
        "",
    ]


def _shown(name: str) -> bool:
    return name == SHOWN_DRILL or f'name = "{name}"' in SCENARIOS


def _of_week(rows: tuple[WhatIfRow, ...]) -> Mapping[tuple[str, str], WhatIfRow]:
    return {(row.scenario, row.measure): row for row in rows if row.queue == "all" and row.scope == "week"}


def _figures(rows: Mapping[tuple[str, str], WhatIfRow], name: str, which: str) -> list[str]:
    found = {measure: float(getattr(row, which)) for (scenario, measure), row in rows.items() if scenario == name}
    return [
        f"{found['targets_met']:.0f} of {found['targets']:.0f}",
        percent(found["service_level"]),
        f"{found['mean_wait_s']:.0f} s",
        percent(found["abandonment"]),
    ]


def _line(name: str, formula: list[str], drawn: list[str]) -> list[str]:
    return [name, *(cell for pair in zip(formula, drawn, strict=True) for cell in pair)]


def _off(
    formula: Mapping[tuple[str, str], WhatIfRow], drawn: Mapping[tuple[str, str], WhatIfRow], name: str
) -> tuple[float, float]:
    """Return how far a scenario's formula lies off its simulation: share in 20 s, seconds of wait."""
    share, wait = (
        abs(formula[name, measure].value - drawn[name, measure].value) for measure in ("service_level", "mean_wait_s")
    )
    return share, wait
