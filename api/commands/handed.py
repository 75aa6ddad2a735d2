"""What the steps are handed: the need of a horizon, as a requirement or a forecast, and a roster for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.commands.options import wrong
from domain.errors import InputError, Problem

if TYPE_CHECKING:
    from capacity.requirement import Requirement
    from domain.folder import PlanningFolder
    from domain.grid import IntervalGrid
    from domain.roster import Roster
    from forecasting.forecast import Forecast


def need_file(requirement: Path | None, forecast: Path | None) -> Path:
    """Return the file that tells the need: the requirement where both are given.

    Raises
    ------
    InputError
        If neither is given.
    """
    found = requirement or forecast
    if found is None:
        raise wrong("--requirement", "", "a requirement.csv; or --forecast with a forecast.csv, to have it worked out")
    return found


def read_need(
    read: PlanningFolder, notices: list[Problem], requirement: Path | None, forecast: Path | None
) -> Requirement | Forecast:
    """Read the requirement, or the forecast that is to become one; one of them is given.

    Raises
    ------
    InputError
        With every fault of both; or if they cover other days.
    """
    from planning.files import read_forecast, read_requirement
    from planning.files.inputs import together

    def forecast_of(path: Path) -> Forecast:
        return read_forecast(path, read.centre, events=read.events, notices=notices)

    def requirement_of(path: Path) -> Requirement:
        return read_requirement(path, read.centre, events=read.events, notices=notices)

    if requirement is None or forecast is None:
        return forecast_of(need_file(None, forecast)) if requirement is None else requirement_of(requirement)
    need, made = together(lambda: requirement_of(requirement), lambda: forecast_of(forecast))
    if made.grid != need.grid:
        expected = f"the days of the requirement, {need.grid.days[0]} to {need.grid.days[-1]}"
        raise InputError([Problem(name_of(forecast, "forecast.csv"), column="interval_start", expected=expected)])
    remark = "checked, but not used: the requirement counts"
    notices.append(Problem("command line", column="--forecast", value=str(forecast), remark=remark))
    return need


def as_requirement(folder: PlanningFolder, need: Requirement | Forecast) -> Requirement:
    """Return the requirement, worked out where a forecast was given."""
    from capacity.requirement import Requirement
    from planning.steps import require_for

    return need if isinstance(need, Requirement) else require_for(folder, need, need.grid.days[0])


def whole_weeks(days: Sequence[date], path: Path, usual: str) -> tuple[date, int]:
    """Return first day and weeks of a horizon given by a file.

    Raises
    ------
    InputError
        If it is not made of whole weeks.
    """
    if len(days) % 7 or not days:
        expected = "whole weeks; rosters are made by the week"
        raise InputError([Problem(name_of(path, usual), value=f"{len(days)} days", expected=expected)])
    return days[0], len(days) // 7


def outside(roster: Roster, grid: IntervalGrid, path: Path) -> list[Problem]:
    """Say which shifts of a roster lie outside the horizon of the need, and are not simulated."""
    found = [shift for shift in roster.shifts if shift.end <= grid.start or shift.start >= grid.end]
    if not found:
        return []
    written = found[0].start.astimezone(ZoneInfo(grid.zone)).isoformat(timespec="minutes")
    expected = f"shifts in the days of the requirement, {grid.days[0]} to {grid.days[-1]}; this one is not simulated"
    file = name_of(path, "roster.csv")
    return [Problem(file, column="start", value=written, expected=expected, more=len(found) - 1)]


def name_of(path: Path, usual: str) -> str:
    """Return the name of the file that an option means."""
    return usual if path.is_dir() else path.name
