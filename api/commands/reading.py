"""What the verbs read: the planning folder and what goes with it, warnings said, every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from api import reading
from api.commands.terminal import err
from domain.errors import Problem
from domain.grid import from_utc64

if TYPE_CHECKING:
    from domain.centre import Centre
    from domain.folder import PlanningFolder
    from domain.history import History

T = TypeVar("T")


def warn(notices: Iterable[Problem]) -> None:
    """Say what is worth a look."""
    for notice in notices:
        err.print(f"warning: {notice}")


def folder_of(path: Path, before: date | None = None) -> PlanningFolder:
    """Read a planning folder and say what is worth a look.

    Parameters
    ----------
    path : Path
    before : date or None
        Records from this day on are left out.

    Raises
    ------
    InputError
        With every fault of the folder's files.
    """
    from planning.files import read_folder

    folder = read_folder(path, before=before)
    warn(folder.notices)
    return folder


def folder_with(
    path: Path, more: Callable[[PlanningFolder, list[Problem]], T], before: date | None = None
) -> tuple[PlanningFolder, T]:
    """Read a planning folder and what goes with it; see `planning.files.inputs.read_with`.

    Raises
    ------
    InputError
        With every fault of all files.
    """
    from planning.files.inputs import read_with

    folder, found = read_with(path, more, before=before)
    warn(folder.notices)
    return folder, found


def folder_to_plan(path: Path, first: date, days: int) -> PlanningFolder:
    """Read a planning folder to plan so many days from ``--week`` on, and say what is worth a look.

    Raises
    ------
    InputError
        With every fault of all files; or if no history lies before the day.
    """
    folder = reading.folder_to_plan(path, first, days, _week(first))
    warn(folder.notices)
    return folder


def folder_for_week(
    path: Path, first: date, more: Callable[[PlanningFolder, list[Problem]], T]
) -> tuple[PlanningFolder, T]:
    """Read a planning folder to plan or forecast from ``--week`` on, and what goes with it.

    Parameters as `api.reading.folder_for_week`.

    Raises
    ------
    InputError
        With every fault of all files; or if no history lies before the day.
    """
    folder, found = reading.folder_for_week(path, first, more, _week(first))
    warn(folder.notices)
    return folder, found


def _week(first: date) -> Problem:
    return Problem("command line", column="--week", value=first.isoformat())


def end_of(counted: History, centre: Centre) -> datetime:
    """Return when the last interval counted ends."""
    return from_utc64(counted.start.max()) + timedelta(minutes=centre.interval_minutes)
