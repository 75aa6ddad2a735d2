"""A planning folder read to plan from a day on: by the command line and by jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from domain.errors import InputError, Problem
from domain.grid import from_utc64

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from domain.roster import Stretch

T = TypeVar("T")

FAR_DAYS = 56
"""A week that begins later after the end of history than this is forecast, with a notice."""


def folder_to_plan(path: Path, first: date, days: int, asked: Problem) -> PlanningFolder:
    """Read a planning folder to plan so many days from a day on; the rest as `folder_for_week`."""
    from planning.files import check_pins, previous_before
    from planning.files.overrides_file import overrides_outside

    def judged(made: PlanningFolder, notices: list[Problem]) -> tuple[Stretch, ...]:
        check_pins(made, first, days)
        earlier, said = previous_before(made, first)
        notices.extend(said)
        notices.extend(overrides_outside(made, first, days))
        return earlier

    folder, earlier = folder_for_week(path, first, judged, asked)
    return replace(folder, previous=earlier)


def folder_for_week(
    path: Path, first: date, more: Callable[[PlanningFolder, list[Problem]], T], asked: Problem
) -> tuple[PlanningFolder, T]:
    """Read a planning folder to plan or forecast from a day on, and what goes with it.

    Parameters
    ----------
    path : Path
    first : date
        Records from this day on are left out.
    more : callable
        Reads or judges the rest, as for `planning.files.inputs.read_with`.
    asked : Problem
        Where the day was named, for what is wrong with it.

    Returns
    -------
    tuple
        The folder, its ``notices`` those of the rest too, and what ``more`` returned.

    Raises
    ------
    InputError
        With every fault of all files; or if no history lies before the day.
    """
    from planning.files.inputs import read_with

    folder, found = read_with(path, more, before=first)
    if not len(folder.history):
        raise _no_history(path, asked)
    end = _days_of(folder)[1]
    if (first - end).days - 1 > FAR_DAYS:
        lead = f"history ends {(first - end).days - 1} days earlier, so the forecast is a rough one"
        expected = f"a day within {FAR_DAYS // 7} weeks of the end of history, {end}; {lead}"
        folder = replace(folder, notices=(replace(asked, expected=expected), *folder.notices))
    return folder, found


def _no_history(path: Path, asked: Problem) -> InputError:
    """Say which weeks could be forecast."""
    from planning.files import read_folder

    whole = read_folder(path)
    if not len(whole.history):
        return InputError(
            [Problem("history", expected="at least one row; nothing can be forecast without")], whole.notices
        )
    begin, end = _days_of(whole)
    latest = end + timedelta(days=1 + FAR_DAYS)
    expected = (
        f"a day after {begin}, so that some history lies before it; history spans {begin} to {end}, and weeks that "
        f"begin from {begin + timedelta(days=7)} to {latest} can be forecast well"
    )
    return InputError([replace(asked, expected=expected)])


def _days_of(folder: PlanningFolder) -> tuple[date, date]:
    """Return the first and last local day of history."""
    from zoneinfo import ZoneInfo

    here = ZoneInfo(folder.centre.timezone)
    start = folder.history.start
    return (from_utc64(start.min()).astimezone(here).date(), from_utc64(start.max()).astimezone(here).date())
