"""The verb that reads a hand-edited workbook back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DEFAULT_CORES, Cores, Emergency, Now, OutFolder, Replications, in_zone, now_of, ready
from api.commands.reading import folder_with, warn
from api.commands.terminal import err, first_run_note, out, working
from domain.errors import Problem

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from planning.files.plan_in import PlanIn
    from planning.roster_import.book import Imported


def roster(
    file: Annotated[Path, typer.Argument(help="The roster.xlsx of a plan, edited.", metavar="FILE")],
    plan_folder: Annotated[Path, typer.Option("--plan", help="The plan folder that the workbook came with.")],
    out_folder: OutFolder,
    centre: Annotated[
        Path | None, typer.Option("--centre", help="The planning folder; default: the one the plan was made for.")
    ] = None,
    cores: Cores = DEFAULT_CORES,
    replications: Replications = None,
    emergency: Emergency = False,
    now: Now = None,
) -> None:
    """Read an edited roster.xlsx back: what was changed, what that breaks and costs, and the service it gives."""
    called = now_of(now)
    ready(out_folder, FILE=file, plan=plan_folder, centre=centre)
    from dataclasses import replace

    from api.commands.handed import outside
    from planning.files import output_folder, previous_before
    from planning.files.made_for import centre_of
    from planning.files.plan_in import digest_of_plan, read_plan, week_of_plan
    from planning.files.roster_import_files import write_comparison
    from planning.roster_import.book import read_roster_book

    first = week_of_plan(plan_folder)
    place = centre_of(plan_folder, centre, digest_of_plan(plan_folder))

    def handed(read: PlanningFolder, notices: list[Problem]) -> tuple[PlanIn, Imported]:
        plan = read_plan(plan_folder, read, notices=notices)
        book = read_roster_book(file, read, plan, notices=notices)
        notices.extend(outside(book.roster, plan.requirement.grid, file))
        return plan, book

    folder, (plan, book) = folder_with(place, handed, before=first)
    earlier, said = previous_before(folder, first)
    warn(said)
    folder = replace(folder, previous=earlier)
    first_run_note()
    from planning.roster_import.comparison import compare_rosters
    from planning.roster_import.words import comparison_lines, violation_lines
    from planning.whatif import base_world

    moment = in_zone(called, folder.centre.timezone)
    world = base_world(folder, plan, moment)
    with working(cores) as control:
        made = compare_rosters(
            world, plan, book.roster, control, emergency=emergency, now=moment, replications=replications
        )
    with output_folder(out_folder) as target:
        write_comparison(made, plan.week.isoformat(), target, folder.centre.timezone)
    for line in violation_lines(made):
        err.print(line)
    for line in comparison_lines(made, folder.centre.currency):
        out.print(line)
    out.print(f"read from sheet {book.sheet}; roster, changes, violations and comparison: {out_folder}")
