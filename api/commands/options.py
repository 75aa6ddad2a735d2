"""The options of the verbs, what their words mean, and whether `--out` may be written."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from domain.errors import InputError, Problem

if TYPE_CHECKING:
    from planning.files.output_check import Kind

Moment = TypeVar("Moment", date, datetime)

CentreFolder = Annotated[Path, typer.Argument(help="The planning folder.", metavar="CENTRE")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder to write; made if absent, untouched on failure.")]
Week = Annotated[str, typer.Option("--week", help="First day of the week, such as 2026-11-23.")]
BeforeWeek = Annotated[str | None, typer.Option("--week", help="Only records before this day count.")]
Weeks = Annotated[int, typer.Option("--weeks", min=1, max=8, help="How many weeks.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Equal input and seed give equal files.")]
Seconds = Annotated[float | None, typer.Option("--seconds", min=1, help="Stop searching after so long.")]
Gap = Annotated[
    float, typer.Option("--gap", min=0, max=1, help="Search no further at so small a proven gap, such as 0.02.")
]
Work = Annotated[float, typer.Option("--work", min=0.05, max=50, help="So many times the usual search.")]
Cores = Annotated[int, typer.Option("--cores", min=1, help="Cores to use; results never depend on it.")]
Emergency = Annotated[bool, typer.Option("--emergency", help="The emergency share of elastic seats holds.")]
Now = Annotated[str | None, typer.Option("--now", help="From when elastic notice counts; default: 7 days before.")]
Replications = Annotated[
    int | None,
    typer.Option("--replications", min=2, max=100_000, help="Simulated weeks; default: as many as precision needs."),
]
ClosedLoop = Annotated[bool, typer.Option("--closed-loop", help="Also draw new issues and their repeats and redials.")]
ForecastFile = Annotated[Path, typer.Option("--forecast", help="A forecast.csv or the folder that holds it.")]
RequirementFile = Annotated[Path | None, typer.Option("--requirement", help="A requirement.csv or its folder.")]
NeedForecast = Annotated[
    Path | None, typer.Option("--forecast", help="A forecast.csv or its folder, in place of a requirement.")
]
RosterFile = Annotated[Path, typer.Option("--roster", help="A roster.csv or its folder.")]

DEFAULT_CORES = os.cpu_count() or 1


def wrong(option: str, value: str, expected: str) -> InputError:
    """Return the fault of an option's value, for the caller to raise."""
    return InputError([Problem("command line", column=option, value=value, expected=expected)])


def day_of(text: str, option: str) -> date:
    """Return the date written.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        return _of_our_time(date.fromisoformat(text))
    except ValueError:
        raise wrong(option, text, "a date such as 2026-11-23") from None


def now_of(text: str | None) -> datetime | None:
    """Return the moment of ``--now``, without a zone unless it says one.

    Raises
    ------
    InputError
        If it is none.
    """
    if text is None:
        return None
    try:
        return _of_our_time(datetime.fromisoformat(text))
    except ValueError:
        raise wrong("--now", text, "a time such as 2026-11-16T09:00") from None


def _of_our_time(moment: Moment) -> Moment:
    """Refuse years that files may not have either; the calendar ends near some of them."""
    if not 1971 <= moment.year <= 2199:
        raise ValueError
    return moment


def in_zone(moment: datetime | None, zone: str, option: str = "--now") -> datetime | None:
    """Return a moment on the centre's clock unless it says another zone.

    Raises
    ------
    InputError
        If the clock shows that time twice, or never.
    """
    from planning.files.moments import on_clock

    try:
        return None if moment is None else on_clock(moment, zone)
    except ValueError as fault:
        assert moment is not None
        raise wrong(option, moment.isoformat(timespec="minutes"), str(fault)) from None


def leads_of(text: str) -> list[int]:
    """Return the weeks ahead of ``--leads``.

    Raises
    ------
    InputError
        If one is not a whole number from 1 to 12.
    """
    try:
        leads = [int(part) for part in text.split(",")]
        if not all(1 <= lead <= 12 for lead in leads):
            raise ValueError
    except ValueError:
        raise wrong("--leads", text, "weeks from 1 to 12, such as 1,4") from None
    return leads


def ready(path: Path, kind: Kind = "results", **inputs: Path | None) -> None:
    """Check before any work that `--out` may be written.

    Parameters
    ----------
    path : Path
    kind : {"results", "a planning folder"}
    **inputs : Path or None
        What the verb reads, by the name of its option; ``CENTRE`` and ``LOG`` are arguments.

    Raises
    ------
    InputError
        If it may not.
    """
    from planning.files import check_output

    named = {name if name.isupper() else f"--{name}": given for name, given in inputs.items()}
    check_output(path, kind=kind, inputs=named)
