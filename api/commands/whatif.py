"""The verbs that ask about a plan: what a changed world does to it, and where its numbers come from."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import (
    DEFAULT_CORES,
    CentreFolder,
    Cores,
    Now,
    OutFolder,
    Replications,
    in_zone,
    now_of,
    ready,
    wrong,
)
from api.commands.reading import folder_with, warn
from api.commands.remote import ServerUrl
from api.commands.terminal import counted, out, working
from domain.errors import Problem

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from planning.files.plan_in import PlanIn
    from planning.whatif import WhatIfRow, World

PlanFolder = Annotated[Path, typer.Option("--plan", help="The plan folder that is asked about.")]
ScenarioFile = Annotated[
    Path | None, typer.Option("--scenario", help="A TOML file of scenarios; without it the drills.")
]
Simulated = Annotated[bool, typer.Option("--simulate", help="Simulate base and scenarios instead of formulas.")]

SHOWN = ("cost", "targets_met", "service_level", "mean_wait_s", "abandonment", "fcr", "occupancy")


def whatif(
    centre: CentreFolder,
    plan_folder: PlanFolder,
    out_folder: OutFolder,
    scenario_file: ScenarioFile = None,
    simulate: Simulated = False,
    cores: Cores = DEFAULT_CORES,
    replications: Replications = None,
    now: Now = None,
    server: ServerUrl = None,
) -> None:
    """Tell what a changed world does to the service and cost of a plan whose roster stays: whatif.csv."""
    called = now_of(now)
    if replications is not None and not simulate:
        raise wrong("--replications", str(replications), "--simulate beside it; formulas draw nothing")
    ready(out_folder, CENTRE=centre, plan=plan_folder, scenario=scenario_file)
    from planning.files import output_folder
    from planning.files.scenario_file import read_scenarios
    from planning.files.whatif_file import write_whatif
    from planning.whatif import answer
    from planning.whatif.drills import drills_text

    folder, plan, world = asked_about(centre, plan_folder, called)
    first = plan.week
    if server is not None:
        _there(server, folder, plan, plan_folder, scenario_file, out_folder, simulate, replications)
        return
    with output_folder(out_folder) as place:
        file = scenario_file
        if file is None:
            file = place / "drills.toml"
            file.write_text(drills_text(world), encoding="utf-8", newline="\n")
        notices: list[Problem] = []
        scenarios = read_scenarios(file, folder.centre, plan.requirement.grid, notices=notices)
        warn(notices)
        with working(cores) as control:
            made = answer(world, plan, scenarios, exact=simulate, replications=replications, control=control)
        write_whatif(made.rows, place)
    for line in (*comparison(made.rows, first.isoformat(), folder.centre.currency), *hardest_hit(made.rows)):
        out.print(line)
    for note in made.notes:
        out.print(f"note: {note}")
    if made.left:
        out.print(f"stopped: {', '.join(made.left)} not answered")
    kind = "simulated" if simulate else "by formula, fitted to the plan's simulation; --simulate draws customers"
    answered = counted(len(scenarios) - len(made.left), "scenario")
    out.print(f"{answered} {kind}: {out_folder / 'whatif.csv'}")


def _there(
    url: str,
    folder: PlanningFolder,
    plan: PlanIn,
    plan_folder: Path,
    scenario_file: Path | None,
    out_folder: Path,
    simulate: bool,
    replications: int | None,
) -> None:
    """Let a server answer, and tell it as if it had been answered here."""
    import tomllib

    from api.commands.served import whatif_there
    from planning.files import output_folder
    from planning.files.scenario_file import read_scenarios
    from planning.files.whatif_file import write_whatif

    if scenario_file is None:
        raise wrong("--scenario", "", "a file of scenarios beside --server; the drills are written without it")
    # read here first: faults are told by the line of the file
    read_scenarios(scenario_file, folder.centre, plan.requirement.grid)
    scenarios = tomllib.loads(scenario_file.read_text(encoding="utf-8"))["scenario"]
    rows, notes = whatif_there(url, plan_folder, scenarios, exact=simulate, replications=replications)
    with output_folder(out_folder) as place:
        write_whatif(rows, place)
    for line in (*comparison(rows, plan.week.isoformat(), folder.centre.currency), *hardest_hit(rows)):
        out.print(line)
    for note in notes:
        out.print(f"note: {note}")
    out.print(f"{counted(len(scenarios), 'scenario')} answered by {url}: {out_folder / 'whatif.csv'}")


def explain(
    centre: CentreFolder,
    plan_folder: PlanFolder,
    queue: Annotated[str, typer.Option("--queue", help="A queue of centre.toml.")],
    at: Annotated[str, typer.Option("--at", help="A time of the interval, such as 2026-11-24T11:30.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list of name, value and how.")] = False,
) -> None:
    """Tell where the numbers of one queue and interval come from, from the forecast to the simulated service."""
    try:
        asked = datetime.fromisoformat(at)
    except ValueError:
        raise wrong("--at", at, "a time such as 2026-11-24T11:30") from None
    folder, plan, world = asked_about(centre, plan_folder, None)
    from planning.files.faults import one_of
    from planning.interval_explained import explain_interval

    if queue not in folder.centre.queue_ids:
        raise wrong("--queue", queue, f"a queue of centre.toml{one_of(queue, folder.centre.queue_ids)}")
    moment = in_zone(asked, folder.centre.timezone, "--at")
    assert moment is not None
    try:
        figures = explain_interval(world, plan, queue, moment)
    except ValueError as fault:
        raise wrong("--at", at, str(fault)) from None
    if as_json:
        rows = [{"name": f.name, "value": f.value if math.isfinite(f.value) else None, "how": f.how} for f in figures]
        out.print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        value = f"{figure.value:,.4g}" if math.isfinite(figure.value) else "-"
        out.print(f"{figure.name:{width}}  {value:>10}  {figure.how}")


def asked_about(centre: Path, plan_folder: Path, called: datetime | None) -> tuple[PlanningFolder, PlanIn, World]:
    """Read a planning folder and a plan of it, every fault of both at once."""
    from planning.files import previous_before
    from planning.files.plan_in import read_plan, week_of_plan
    from planning.whatif import base_world

    first = week_of_plan(plan_folder)

    def handed(read: PlanningFolder, notices: list[Problem]) -> PlanIn:
        return read_plan(plan_folder, read, notices=notices)

    folder, plan = folder_with(centre, handed, before=first)
    earlier, said = previous_before(folder, first)
    warn(said)
    folder = replace(folder, previous=earlier)
    return folder, plan, base_world(folder, plan, in_zone(called, folder.centre.timezone))


def comparison(rows: tuple[WhatIfRow, ...], start: str, currency: str) -> list[str]:
    """Lay the first week of all queues side by side: the base, and each scenario with its error."""
    mine = [row for row in rows if row.queue == "all" and row.scope == "week" and row.start == start]
    found = {(row.scenario, row.measure): row for row in mine}
    names = list(dict.fromkeys(row.scenario for row in mine))
    if not names:
        return []
    base = {measure: found[names[0], measure].base for measure in SHOWN if (names[0], measure) in found}
    width = max(len("scenario"), *(len(name) for name in names))
    heads = [f"cost {currency}" if measure == "cost" else measure.replace("_", " ") for measure in base]
    lines = [f"{'scenario':{width}}  " + "  ".join(f"{head:>20}" for head in heads)]
    lines.append(f"{'base':{width}}  " + "  ".join(f"{_shown(m, v):>20}" for m, v in base.items()))
    for name in names:
        cells = []
        for measure in base:
            row = found.get((name, measure))
            asked = found.get((name, "targets"))
            if measure == "targets_met" and row is not None and asked is not None:
                ends = f" ({row.low:,.0f}-{row.high:,.0f})" if row.high > row.low else ""
                cells.append(f"{row.value:,.0f}{ends} of {asked.value:,.0f}")
            else:
                cells.append("-" if row is None else _shown(measure, row.value, row.high - row.low))
        lines.append(f"{name:{width}}  " + "  ".join(f"{cell:>20}" for cell in cells))
    return lines


def hardest_hit(rows: tuple[WhatIfRow, ...]) -> list[str]:
    """Name the queue and day whose mean wait each scenario lengthens most."""
    lines = []
    left_out = {"all", *(row.queue for row in rows if row.measure == "share")}
    waits = [r for r in rows if r.scope == "day" and r.measure == "mean_wait_s" and r.queue not in left_out]
    for name in dict.fromkeys(row.scenario for row in rows):
        mine = [row for row in waits if row.scenario == name]
        mine = [row for row in mine if math.isfinite(row.value - row.base)]
        worst = max(mine, key=lambda row: row.value - row.base, default=None)
        if worst is not None and worst.value - worst.base >= 1:
            change = f"mean wait {worst.base:,.0f} -> {worst.value:,.0f} s"
            lines.append(f"{name}: hit hardest is {worst.queue} on {worst.start}, {change}")
    return lines


def _shown(measure: str, value: float, spread: float = 0.0) -> str:
    if not math.isfinite(value):
        return "-"
    half = 0.5 * spread if math.isfinite(spread) else 0.0
    if measure in {"cost", "targets_met", "mean_wait_s"}:
        return f"{value:,.0f}" + (f" +-{half:,.0f}" if half >= 0.5 else "")
    return f"{100 * value:.1f} %" + (f" +-{100 * half:.1f}" if half >= 0.0005 else "")
