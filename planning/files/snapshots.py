"""Forecasts of earlier plans, found in a folder and read with every fault of all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from domain.centre import Centre
from domain.errors import InputError, Problem
from domain.people import Event
from forecasting.forecast import Forecast
from planning.files.interval_files import read_forecast
from planning.files.sources import ENDINGS

DEPTH = 3
"""Levels of folders that are looked through."""
DATED = re.compile(r"forecast.*\d.*")
"""``forecast_2026-11-23``, but not ``forecast_model``."""


@dataclass(frozen=True)
class Snapshot:
    """One earlier forecast: its place, itself, and the model's own where a planner changed it."""

    name: str
    forecast: Forecast
    model: Forecast | None = None


def find_snapshots(folder: Path) -> list[Path]:
    """Return the forecasts in a folder and the folders in it, by path.

    In a plan folder that is its `forecast.csv` and nothing beside it (the model's own, totals); elsewhere files whose
    name has a digit after ``forecast``, such as ``forecast_2026-11-23.csv``.
    """
    found = []
    for depth in range(DEPTH):
        for path in folder.glob("*/" * depth + "forecast*"):
            named = path.suffix in ENDINGS and path.is_file()
            whole = any(path.with_name("forecast" + ending).is_file() for ending in ENDINGS)
            if named and (path.stem == "forecast" if whole else DATED.fullmatch(path.stem)):
                found.append(path)
    return sorted(found)


def read_snapshots(
    folder: Path, centre: Centre, *, events: Sequence[Event] = (), notices: list[Problem] | None = None
) -> list[Snapshot]:
    """Read every forecast in a folder.

    Parameters
    ----------
    folder : Path
        A folder of plan folders, a plan folder, or a folder of files named ``forecast*.csv``.
    centre : Centre
    events : sequence of Event
        Those that close a queue excuse rows that are missing.
    notices : list or None
        Receives what was accepted but is worth a look.

    Returns
    -------
    list of Snapshot
        By first day, then by place.

    Raises
    ------
    InputError
        With every fault of every file; or if there is no forecast.
    """
    paths = find_snapshots(folder)
    if not paths:
        expected = "a folder with plans, each with its forecast.csv; there is none"
        raise InputError([Problem("command line", column="--snapshots", value=str(folder), expected=expected)])
    found: list[Snapshot] = []
    wrong: list[Problem] = []
    odd: list[Problem] = [] if notices is None else notices
    for path in paths:
        name = path.relative_to(folder).as_posix()
        one = _read(path, name, centre, events, wrong, odd)
        beside = path.with_name("forecast_model" + path.suffix)
        mine = path.stem == "forecast" and beside.is_file()
        model = _read(beside, name, centre, events, wrong, []) if mine else None
        if one is not None:
            found.append(Snapshot(name, one, model))
    if wrong:
        raise InputError(wrong, odd)
    return sorted(found, key=lambda item: (item.forecast.grid.days[0], item.name))


def _read(
    path: Path, name: str, centre: Centre, events: Sequence[Event], wrong: list[Problem], odd: list[Problem]
) -> Forecast | None:
    said: list[Problem] = []
    try:
        found = read_forecast(path, centre, events=events, notices=said)
    except InputError as error:
        wrong.extend(_placed(problem, path, name) for problem in error.problems)
        odd.extend(_placed(problem, path, name) for problem in error.notices)
        return None
    odd.extend(_placed(problem, path, name) for problem in said)
    return found


def _placed(problem: Problem, path: Path, name: str) -> Problem:
    """Name a fault's file by its place among the snapshots."""
    return replace(problem, file=name) if problem.file == path.name else problem
