"""The command line: one verb a step, and ``plan`` for the whole chain."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.terminal import answering, err, out, working
from domain.errors import InputError, Problem
from seatwise import __version__

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from planning.steps import Options

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="From contact history to a roster with a proof and a simulated service.",
)
examples = typer.Typer(no_args_is_help=True, help="Write a planning folder to try things on.")
imports = typer.Typer(no_args_is_help=True, help="Make a planning folder from other systems' files.")
app.add_typer(examples, name="example")
app.add_typer(imports, name="import")

CentreFolder = Annotated[Path, typer.Argument(help="The planning folder.", metavar="CENTRE")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder to write; made if absent, untouched on failure.")]
Week = Annotated[str, typer.Option("--week", help="First day of the week, such as 2026-11-23.")]
Weeks = Annotated[int, typer.Option("--weeks", min=1, max=8, help="How many weeks.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Equal input and seed give equal files.")]
Seconds = Annotated[float | None, typer.Option("--seconds", min=1, help="Stop searching after so long.")]
Cores = Annotated[int, typer.Option("--cores", min=1, help="Cores to use; results never depend on it.")]
Emergency = Annotated[bool, typer.Option("--emergency", help="The emergency share of elastic seats holds.")]
Now = Annotated[str | None, typer.Option("--now", help="From when elastic notice counts; default: 7 days before.")]
Replications = Annotated[int | None, typer.Option("--replications", min=2, max=100_000)]
ForecastFile = Annotated[Path, typer.Option("--forecast", help="A forecast.csv or the folder that holds it.")]
RequirementFile = Annotated[Path, typer.Option("--requirement", help="A requirement.csv or its folder.")]
RosterFile = Annotated[Path, typer.Option("--roster", help="A roster.csv or its folder.")]

DEFAULT_CORES = os.cpu_count() or 1


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            [Problem("command line", column=option, value=text, expected="a date such as 2026-11-23")]
        ) from None


def _moment(text: str | None, zone: str) -> datetime | None:
    if text is None:
        return None
    from zoneinfo import ZoneInfo

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            [Problem("command line", column="--now", value=text, expected="a time such as 2026-11-16T09:00")]
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _folder(path: Path, week: date | None = None, days: int = 7) -> PlanningFolder:
    """Read a planning folder and say what is worth a look."""
    from planning.files import check_pins, read_folder

    folder = read_folder(path, before=week)
    if week is not None:
        check_pins(folder, week, days)
    for notice in folder.notices:
        err.print(f"warning: {notice}", markup=False)
    return folder


def _compile_note() -> None:
    """Say once why the first run takes longer."""
    marker = Path(__file__).resolve().parent.parent / "scheduling" / "__pycache__"
    if not any(marker.glob("search.*.nbi")):
        err.print("first run: compiling the numerical kernels, about a minute; later runs start at once")


def _options(
    folder: PlanningFolder,
    week: date,
    weeks: int,
    seed: int,
    *,
    emergency: bool = False,
    now: str | None = None,
    replications: int | None = None,
) -> Options:
    from planning.steps import Options

    return Options(
        week=week,
        weeks=weeks,
        seed=seed,
        emergency=emergency,
        now=_moment(now, folder.centre.timezone),
        replications=replications,
    )


def _horizon(days: Sequence[date]) -> tuple[date, int]:
    """Return first day and weeks of a horizon given by a file.

    Raises
    ------
    InputError
        If it is not made of whole weeks.
    """
    if len(days) % 7 or not days:
        raise InputError(
            [
                Problem(
                    "requirement.csv", value=f"{len(days)} days", expected="whole weeks: rosters are made by the week"
                )
            ]
        )
    return days[0], len(days) // 7


@app.command()
def plan(
    centre: CentreFolder,
    week: Week,
    out_folder: OutFolder,
    weeks: Weeks = 1,
    seed: Seed = 1,
    seconds: Seconds = None,
    cores: Cores = DEFAULT_CORES,
    emergency: Emergency = False,
    now: Now = None,
    replications: Replications = None,
) -> None:
    """History -> forecast -> requirement -> roster -> simulated service -> report."""
    with answering():
        first = _day(week, "--week")
        folder = _folder(centre, first, 7 * weeks)
        _compile_note()
        from planning.plan import make_plan
        from planning.report import summary_lines
        from planning.save import save_plan

        options = _options(folder, first, weeks, seed, emergency=emergency, now=now, replications=replications)
        with working(cores, seconds) as control:
            made = make_plan(folder, options, control)
            save_plan(made, out_folder, __version__)
        for line in summary_lines(made, out_folder):
            out.print(line, markup=False)


@app.command()
def forecast(
    centre: CentreFolder,
    week: Week,
    out_folder: OutFolder,
    weeks: Weeks = 1,
    seed: Seed = 1,
    cores: Cores = DEFAULT_CORES,
) -> None:
    """Forecast contacts and handle time, with bands."""
    with answering():
        first = _day(week, "--week")
        folder = _folder(centre, first, 7 * weeks)
        from forecasting.forecaster import make_forecast
        from planning.files import output_folder, write_forecast

        with working(cores, None) as control:
            made, choices = make_forecast(
                folder.history, folder.centre, folder.events, first, 7 * weeks, seed=seed, control=control
            )
        with output_folder(out_folder) as place:
            write_forecast(made, place)
        for choice in choices:
            error, floor = (f"{100 * x:.1f} %" if x == x else "-" for x in (choice.error, choice.floor_error))
            out.print(f"{choice.queue}: {choice.member}, back-test error {error} (8-week median {floor})", markup=False)
            for note in choice.notes:
                out.print(f"  {note}", markup=False)
        out.print(f"forecast: {out_folder / 'forecast.csv'}", markup=False)


@app.command()
def backtest(
    centre: CentreFolder,
    out_folder: Annotated[Path | None, typer.Option("--out", help="Folder for backtest.csv.")] = None,
    origins: Annotated[int, typer.Option("--origins", min=1, max=104, help="Past weeks to forecast from.")] = 8,
    leads: Annotated[str, typer.Option("--leads", help="Weeks ahead, such as 1,4.")] = "1",
    cores: Cores = DEFAULT_CORES,
) -> None:
    """Score the forecast and every member that lost, from past origins."""
    with answering():
        try:
            ahead = [int(part) for part in leads.split(",")]
            if not all(1 <= k <= 12 for k in ahead):
                raise ValueError
        except ValueError:
            raise InputError(
                [Problem("command line", column="--leads", value=leads, expected="weeks from 1 to 12, such as 1,4")]
            ) from None
        folder = _folder(centre)
        from forecasting.backtest import backtest as run
        from forecasting.backtest import backtest_table
        from planning.files import output_folder
        from planning.tables import write_backtest

        with working(cores, None) as control:
            rows = run(folder.history, folder.centre, folder.events, origins=origins, leads=ahead, control=control)
        if out_folder is not None:
            with output_folder(out_folder) as place:
                write_backtest(rows, place)
        out.print(backtest_table(rows), markup=False)


@app.command()
def require(
    centre: CentreFolder,
    forecast_file: ForecastFile,
    out_folder: OutFolder,
) -> None:
    """Turn a forecast into the agents each interval needs."""
    with answering():
        folder = _folder(centre)
        from planning.files import output_folder, read_forecast, write_requirement
        from planning.steps import require_for

        made = read_forecast(forecast_file, folder.centre, events=folder.events)
        requirement = require_for(folder, made, made.grid.days[0])
        with output_folder(out_folder) as place:
            write_requirement(requirement, place)
        out.print(f"requirement: {out_folder / 'requirement.csv'}", markup=False)


@app.command()
def roster(
    centre: CentreFolder,
    requirement_file: RequirementFile,
    out_folder: OutFolder,
    seed: Seed = 1,
    seconds: Seconds = None,
    cores: Cores = DEFAULT_CORES,
    emergency: Emergency = False,
    now: Now = None,
    replications: Replications = None,
) -> None:
    """Roster people and elastic seats for a requirement."""
    with answering():
        folder = _folder(centre)
        from planning.files import check_pins, output_folder, read_requirement, write_roster

        requirement = read_requirement(requirement_file, folder.centre, events=folder.events)
        first, weeks = _horizon(requirement.grid.days)
        check_pins(folder, first, 7 * weeks)
        _compile_note()
        from planning.plan import summary
        from planning.rounds import make_roster

        options = _options(folder, first, weeks, seed, emergency=emergency, now=now, replications=replications)
        with working(cores, seconds) as control:
            made, _, _ = make_roster(folder, None, requirement, options, control)
        with output_folder(out_folder) as place:
            write_roster(made.roster, place, folder.centre.timezone)
        proof = summary(made)
        out.print(
            f"cost {proof.parts['cost']:,.2f} {folder.centre.currency}, gap {100 * proof.gap:.2f} %", markup=False
        )
        out.print(f"roster: {out_folder / 'roster.csv'}", markup=False)


@app.command()
def simulate(
    centre: CentreFolder,
    requirement_file: RequirementFile,
    roster_file: RosterFile,
    out_folder: OutFolder,
    seed: Seed = 1,
    cores: Cores = DEFAULT_CORES,
    replications: Replications = None,
    emergency: Emergency = False,
) -> None:
    """Simulate the service a roster gives; an illegal one too, its violations listed."""
    with answering():
        folder = _folder(centre)
        from planning.files import output_folder, read_requirement, read_roster, write_service

        requirement = read_requirement(requirement_file, folder.centre, events=folder.events)
        people_and_seats = read_roster(roster_file, folder.centre, folder.agents)
        _compile_note()
        from planning.steps import people_of, simulate_roster
        from scheduling.rules.validator import validate

        days = requirement.grid.days
        options = _options(folder, days[0], max(1, -(-len(days) // 7)), seed, emergency=emergency)
        for violation in validate(folder, people_and_seats, days[0], options.weeks, emergency=emergency):
            if violation.hard:
                err.print(f"violation: {violation.text}", markup=False)
        with working(cores, None) as control:
            report = simulate_roster(
                folder,
                requirement,
                people_and_seats,
                people_of(folder, options),
                options,
                control,
                replications=replications,
            )
        with output_folder(out_folder) as place:
            write_service(report, place)
        out.print(f"{report.replications} replications; service: {out_folder / 'service.csv'}", markup=False)


@app.command()
def score(
    centre: CentreFolder,
    out_folder: OutFolder,
    week: Annotated[str | None, typer.Option("--week", help="Only records before this day count.")] = None,
    agent: Annotated[str | None, typer.Option("--agent", help="Explain one agent's numbers.")] = None,
) -> None:
    """Score each agent on each queue."""
    with answering():
        folder = _folder(centre, _day(week, "--week") if week else None)
        from capacity.score_explanation import explain_score
        from capacity.scores import score_agents
        from planning.files import output_folder, write_scores

        before = _day(week, "--week") if week else date.max
        if agent is not None and agent not in {person.id for person in folder.agents}:
            raise InputError(
                [Problem("command line", column="--agent", value=agent, expected="an agent of agents.csv")]
            )
        scores = score_agents(folder, before=before)
        with output_folder(out_folder) as place:
            write_scores(scores, place)
        if agent is not None:
            for line in explain_score(folder, agent, before):
                out.print(line, markup=False)
        out.print(f"scores: {out_folder / 'scores.csv'}", markup=False)


@app.command()
def route(
    centre: CentreFolder,
    out_folder: OutFolder,
    week: Annotated[str | None, typer.Option("--week", help="Only records before this day count.")] = None,
) -> None:
    """Recommend levels and weights for the ACD."""
    with answering():
        folder = _folder(centre, _day(week, "--week") if week else None)
        from capacity.routing import make_routes
        from capacity.scores import score_agents
        from planning.files import output_folder, write_routing

        before = _day(week, "--week") if week else date.max
        with output_folder(out_folder) as place:
            write_routing(make_routes(folder, score_agents(folder, before=before), before=before), place)
        out.print(f"routing: {out_folder / 'routing.csv'}", markup=False)


@examples.command()
def reference(
    out_folder: OutFolder,
    seed: Seed = 1,
) -> None:
    """Write the reference centre: a synthetic e-commerce service centre of 50 agents and 15 queues."""
    with answering():
        from planning.reference import write_reference

        with working(1, None) as control:
            write_reference(out_folder, seed=seed, control=control)
        out.print(f"reference centre: {out_folder}", markup=False)


@imports.command()
def calls(
    log: Annotated[Path, typer.Argument(help="A call-by-call log: CSV, Parquet, gz.", metavar="LOG")],
    mapping: Annotated[Path, typer.Option("--mapping", help="What the log's columns and values mean.")],
    out_folder: OutFolder,
) -> None:
    """Make a planning folder from a call-by-call log, as every ACD can export it."""
    with answering():
        from planning.call_log import import_calls

        with working(1, None) as control:
            told = import_calls(log, mapping, out_folder, control=control)
        for line in told.lines():
            out.print(line, markup=False)
        out.print(f"planning folder: {out_folder}", markup=False)


def version_asked(value: bool) -> None:
    """Print the version and end."""
    if value:
        out.print(__version__)
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[bool, typer.Option("--version", callback=version_asked, is_eager=True)] = False,
) -> None:
    """Take options that go before the verb."""


def main() -> None:
    """Run the command line."""
    app()
