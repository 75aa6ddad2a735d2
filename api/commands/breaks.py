"""The verb of breaks: moved in a published roster, in seconds, while shifts stay."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.handed import as_requirement, read_need
from api.commands.options import CentreFolder, NeedForecast, OutFolder, RequirementFile, in_zone, ready, wrong
from api.commands.reading import warn
from api.commands.terminal import counted, err, first_run_note, out
from api.commands.whatif import PlanFolder, asked_about
from domain.errors import Problem

if TYPE_CHECKING:
    from planning.moved_breaks import ServiceChange
    from scheduling.replace_breaks import Replaced

From = Annotated[
    str | None,
    typer.Option("--from", help="What began before stays, such as 2026-11-24T11:30; default: the plan's first moment."),
]
PublishedRoster = Annotated[
    Path | None, typer.Option("--roster", help="The roster.csv in force, or its folder; default: the plan's.")
]

SHOWN = 20
"""Moves that are printed; all of them are in moves.csv."""

MEASURES = {"mean_wait_s": "mean wait", "service_level": "service level", "abandonment": "abandonment"}


def breaks(
    centre: CentreFolder,
    plan_folder: PlanFolder,
    out_folder: OutFolder,
    from_moment: From = None,
    requirement_file: RequirementFile = None,
    forecast_file: NeedForecast = None,
    roster_file: PublishedRoster = None,
) -> None:
    """Move breaks and activities of a published roster to where they cost the least service; shifts stay."""
    asked = _moment(from_moment)
    ready(
        out_folder,
        CENTRE=centre,
        plan=plan_folder,
        requirement=requirement_file,
        forecast=forecast_file,
        roster=roster_file,
    )
    first_run_note()
    from planning.files import output_folder, read_roster, write_roster
    from planning.files.moves_file import write_moves, write_service_changes
    from planning.moved_breaks import move_breaks, move_sentences, overlaid, service_changes
    from planning.whatif.fitting import fit
    from scheduling.rules.validator import validate

    folder, plan, world = asked_about(centre, plan_folder, None)
    notices: list[Problem] = []
    requirement, roster = plan.requirement, plan.roster
    if requirement_file is not None or forecast_file is not None:
        need = read_need(folder, notices, requirement_file, forecast_file)
        requirement = overlaid(requirement, as_requirement(world.folder, need))
    if roster_file is not None:
        roster = read_roster(roster_file, folder.centre, folder.agents, notices=notices)
    warn(notices)
    moment = in_zone(asked, folder.centre.timezone, "--from") or requirement.grid.start
    fitted = fit(world, plan.service)
    world = replace(world, requirement=requirement).with_roster(roster)
    found = move_breaks(world.folder, roster, requirement, moment, servers=world.people.servers, fitted=fitted)
    changes = service_changes(world, found.roster, fitted, moment)
    with output_folder(out_folder) as place:
        write_roster(found.roster, place, folder.centre.timezone)
        write_moves(found.moves, place, folder.centre.timezone)
        write_service_changes(changes, place)
    broken = [v for v in validate(folder, found.roster, plan.week, plan.weeks) if v.hard]
    for violation in broken:
        err.print(f"violation: {violation.text}")
    said = move_sentences(folder, found.moves)
    for line in (*said[:SHOWN], *_more(said), *_lines(changes), _price_line(found, folder.centre.currency)):
        out.print(line)
    out.print(f"{counted(len(found.moves), 'move')}; roster: {out_folder / 'roster.csv'}")


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        raise wrong("--from", text or "", "a time such as 2026-11-24T11:30") from None


def _more(said: list[str]) -> list[str]:
    return [f"and {len(said) - SHOWN} more, all in moves.csv"] if len(said) > SHOWN else []


def _lines(changes: tuple[ServiceChange, ...]) -> list[str]:
    """Say what all live queues together are expected to get, day by day, where it changes."""
    lines = []
    for start in dict.fromkeys(row.start for row in changes):
        mine = {row.measure: row for row in changes if row.queue == "all" and row.start == start}
        told = [
            f"{words} {_shown(measure, mine[measure].before)} -> {_shown(measure, mine[measure].after)}"
            for measure, words in MEASURES.items()
            if measure in mine and not math.isclose(mine[measure].before, mine[measure].after, rel_tol=1e-9)
        ]
        if told:
            lines.append(f"all queues, {_day(start)}: {', '.join(told)}")
    return lines


def _day(start: str) -> str:
    moment = datetime.fromisoformat(start)
    return f"{moment:%Y-%m-%d}" + (f" from {moment:%H:%M}" if moment.hour or moment.minute else "")


def _shown(measure: str, value: float) -> str:
    return f"{value:,.1f} s" if measure == "mean_wait_s" else f"{100 * value:.2f} %"


def _price_line(found: Replaced, currency: str) -> str:
    less = found.shortfall_before - found.shortfall_after
    if less < 0.5:
        return "the price of missed targets stays what it is, by the planning model"
    return f"the price of missed targets falls by {currency} {less:,.0f}, by the planning model"
