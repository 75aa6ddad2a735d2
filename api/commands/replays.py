"""The replay of days that have been: part of the verb ``simulate``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer

from api.commands.handed import name_of
from api.commands.options import ready, wrong
from api.commands.reading import folder_with
from api.commands.terminal import counted, err, first_run_note, out, working
from domain.errors import InputError, Problem

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from domain.roster import Roster, Stretch
    from planning.replay import ActualDays

    Handed = tuple[Roster, ActualDays, tuple[Stretch, ...]]

Actuals = Annotated[
    Path | None,
    typer.Option("--replay", help="Counts of days that have been (as history.csv), or with --mapping a call log."),
]
LogMapping = Annotated[Path | None, typer.Option("--mapping", help="What the columns of a --replay log mean.")]
Absence = Annotated[bool, typer.Option("--absence", help="Draw absences in a --replay too; else all were there.")]


class Choices(NamedTuple):
    """How a replay is made: what the options of that name say."""

    seed: int
    cores: int
    replications: int | None
    emergency: bool
    absence: bool


def check_replay(actuals: Path | None, beside: Mapping[str, object], needing: Mapping[str, object]) -> None:
    """Refuse options that a replay cannot use, or that only a replay can.

    Parameters
    ----------
    actuals : Path or None
        What is to be replayed.
    beside, needing : mapping of option to value
        Those that have no meaning beside ``--replay``, and without it.

    Raises
    ------
    InputError
        With every one of them.
    """
    given = beside if actuals is not None else needing
    expected = (
        "left out beside --replay; the days have been, and ACTUALS tells what came"
        if actuals is not None
        else "left out, or --replay beside it"
    )
    problems = [
        Problem("command line", column=option, value="" if value is True else str(value), expected=expected)
        for option, value in given.items()
        if value
    ]
    if problems:
        raise InputError(problems)


def replay_of(
    centre: Path,
    roster_file: Path,
    actuals: Path,
    mapping: Path | None,
    out_folder: Path,
    chosen: Choices,
) -> None:
    """Let a roster meet the contacts of days that have been, and lay its service beside what was measured."""
    ready(out_folder, CENTRE=centre, roster=roster_file, replay=actuals, mapping=mapping)
    if mapping is not None and actuals.is_dir():
        raise wrong("--replay", str(actuals), "the file of a log, since --mapping is given")
    from planning.files import output_folder, previous_before, read_roster, write_service
    from planning.files.inputs import together
    from planning.files.replay_file import write_replay
    from planning.files.tiers_file import write_tiers

    def handed(read: PlanningFolder, notices: list[Problem]) -> Handed:
        days: list[date] = []

        def roster() -> Roster:
            found = read_roster(roster_file, read.centre, read.agents, notices=notices)
            days.extend(_days_of(found, read.centre.timezone, roster_file))
            return found

        # In this order: the roster's days tell which rows can be replayed.
        who, actual = together(roster, lambda: _actual(read, actuals, mapping, days, notices))
        before, said = previous_before(read, days[0])
        notices.extend(said)
        return who, actual, before

    folder, (who, actual, earlier) = folder_with(centre, handed)
    first_run_note()
    from planning.replay import REPLICATIONS, replay_days, summary_lines, warning_lines
    from planning.shrinkage import with_learned_shrinkage

    grid = actual.grid
    folder, _ = with_learned_shrinkage(replace(folder, previous=earlier), grid.days[0])
    with working(chosen.cores) as control:
        made = replay_days(
            folder,
            who,
            actual,
            control,
            seed=chosen.seed,
            replications=chosen.replications or REPLICATIONS,
            emergency=chosen.emergency,
            absence=chosen.absence,
        )
    with output_folder(out_folder) as place:
        write_service(made.service, place)
        write_replay(made.rows, place)
        write_tiers(made.service, folder.centre, place)
    for line in warning_lines(made.rows):
        err.print(f"warning: {line}")
    span = f"{grid.days[0]}" + (f" to {grid.days[-1]}" if len(grid.days) > 1 else "")
    there = "shifts fail to happen by chance (--absence)" if chosen.absence else "all whom the roster has are there"
    out.print(f"replay of {span}: {there}; time lost within shifts, patience and the rest of chance are drawn")
    for line in summary_lines(made.rows):
        out.print(line)
    out.print(f"{counted(made.service.replications, 'replication')}; comparison: {out_folder / 'replay.csv'}")


def _actual(
    read: PlanningFolder, actuals: Path, mapping: Path | None, days: list[date], notices: list[Problem]
) -> ActualDays:
    """Read what is to be replayed: counts, or a log through its map."""
    from planning.files.interval_rows import open_intervals
    from planning.files.replay_actuals import read_actual_days
    from planning.replay import ActualDays, read_logged_days

    if mapping is not None:
        return read_logged_days(actuals, mapping, read.centre, days, notices=notices)
    history, grid = read_actual_days(actuals, read.centre, days or None, events=read.events, notices=notices)
    if not days:
        raise InputError(())  # the roster could not be read, which is told; the counts have been checked beside it
    return ActualDays.of_history(history, grid, open_intervals(read.centre, grid, read.events))


def _days_of(roster: Roster, zone: str, path: Path) -> list[date]:
    """Return the first and last local day on which a shift begins.

    Raises
    ------
    InputError
        If there is no shift.
    """
    begins = [shift.start.astimezone(ZoneInfo(zone)).date() for shift in roster.shifts]
    if not begins:
        raise InputError([Problem(name_of(path, "roster.csv"), expected="at least one shift")])
    return [min(begins), max(begins)]
