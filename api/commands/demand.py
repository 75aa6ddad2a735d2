"""The verbs of demand: the contacts to come, how well they were foreseen, and the agents they need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import (
    DEFAULT_CORES,
    CentreFolder,
    Cores,
    ForecastFile,
    OutFolder,
    Seed,
    Week,
    Weeks,
    day_of,
    in_zone,
    leads_of,
    now_of,
    ready,
    wrong,
)
from api.commands.reading import end_of, folder_for_week, folder_of, folder_with
from api.commands.remote import Overwrite, ServerUrl
from api.commands.served import made_there, refuse
from api.commands.terminal import out, working
from domain.errors import Problem

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from domain.history import History


def forecast(
    centre: CentreFolder,
    week: Week,
    out_folder: OutFolder,
    weeks: Weeks = 1,
    months: Annotated[
        int | None, typer.Option("--months", min=1, max=24, help="Whole months ahead for long_range.csv.")
    ] = None,
    actuals: Annotated[
        Path | None, typer.Option("--actuals", help="Counts so far, as history.csv: the rest of the day is revised.")
    ] = None,
    now: Annotated[str | None, typer.Option("--now", help="Counts until then; default: all of --actuals.")] = None,
    seed: Seed = 1,
    cores: Cores = DEFAULT_CORES,
    server: ServerUrl = None,
    overwrite: Overwrite = False,
) -> None:
    """Forecast contacts and handle time, with bands, and their totals."""
    first = day_of(week, "--week")
    if server is not None:
        refuse({"--months": months, "--actuals": actuals, "--now": now})
        ready(out_folder, CENTRE=centre)
        asked = {"week": first.isoformat(), "weeks": weeks, "seed": seed}
        made_there(server, centre, "forecast", asked, out_folder, overwrite=overwrite)
        out.print(f"forecast: {out_folder / 'forecast.csv'}")
        return
    moment = now_of(now)
    if moment is not None and actuals is None:
        raise wrong("--now", str(now), "--actuals beside it: the counts that were known then")
    ready(out_folder, CENTRE=centre, actuals=actuals)
    from planning.files.actuals_file import read_actuals
    from planning.files.overrides_file import overrides_outside

    def handed(read: PlanningFolder, notices: list[Problem]) -> History | None:
        notices.extend(overrides_outside(read, first, 7 * weeks))
        return None if actuals is None else read_actuals(actuals, read.centre, notices=notices)

    folder, counted = folder_for_week(centre, first, handed)
    from forecasting.forecaster import make_forecast
    from forecasting.intraday import learn_intraday, revise
    from forecasting.intraday_model import LEAST_DAYS
    from forecasting.long_range import forecast_long_range
    from forecasting.overrides import apply_overrides
    from planning.files import output_folder, write_forecast, write_forecast_model
    from planning.files.totals_files import write_long_range, write_totals
    from planning.long_range import joined, joined_note
    from planning.override_notes import override_notes
    from planning.totals import totals_of

    said: list[str] = []
    with working(cores, pieces=len(folder.centre.queues)) as control:
        made, choices = make_forecast(
            folder.history, folder.centre, folder.events, first, 7 * weeks, seed=seed, control=control
        )
        overridden = apply_overrides(made, folder.overrides)
        final = overridden.forecast
        if counted is not None:
            models = learn_intraday(folder.history, folder.centre, folder.events, first, control)
            until = in_zone(moment, folder.centre.timezone) or end_of(counted, folder.centre)
            final = revise(final, counted, until, models)
            few = [model.queue for model in models if model.days < LEAST_DAYS]
            if few:
                names = ", ".join(few)
                said.append(
                    f"{names}: not revised by the counts so far: under {LEAST_DAYS} past days could be forecast"
                )
        totals = totals_of(folder, final, first, seed, control)
        ahead, long_choices = (
            forecast_long_range(folder.history, folder.centre, folder.events, first, months, control=control)
            if months is not None
            else ((), ())
        )
    with output_folder(out_folder) as place:
        write_forecast(final, place)
        write_forecast_model(overridden, place)
        write_totals(totals, place)
        if ahead:
            write_long_range(joined(ahead, totals), place)
    changes = override_notes(made, folder.overrides, folder.override_lines)
    for note in (*(note for choice in choices for note in choice.notes), *changes, *said):
        out.print(note)
    for long_choice in long_choices:
        out.print(long_choice.note)
    if ahead:
        out.print(joined_note(totals))
    out.print(f"forecast: {out_folder / 'forecast.csv'}")


def backtest(
    centre: CentreFolder,
    out_folder: Annotated[Path | None, typer.Option("--out", help="Folder for backtest.csv.")] = None,
    origins: Annotated[int, typer.Option("--origins", min=1, max=104, help="Past weeks to forecast from.")] = 8,
    leads: Annotated[str, typer.Option("--leads", help="Weeks ahead, such as 1,4.")] = "1",
    cores: Cores = DEFAULT_CORES,
) -> None:
    """Score the forecast and every member that lost, from past origins."""
    ahead = leads_of(leads)
    if out_folder is not None:
        ready(out_folder, CENTRE=centre)
    folder = folder_of(centre)
    from forecasting.backtest import backtest as run
    from forecasting.backtest_row import backtest_table
    from planning.files import output_folder
    from planning.seat_errors import SeatErrors, usual_aht
    from planning.tables import seats_table, write_backtest

    seats = SeatErrors(folder.centre, usual_aht(folder.centre, folder.history))
    with working(cores, pieces=len(folder.centre.queues)) as control:
        rows = run(
            folder.history, folder.centre, folder.events, origins=origins, leads=ahead, control=control, each=seats
        )
    if out_folder is not None:
        with output_folder(out_folder) as place:
            write_backtest(rows, place, seats.of)
    out.print(backtest_table(rows))
    out.print()
    out.print(
        "In agents on contact duty at the queue's targets: needed, off on average, bias, and short where too few."
    )
    out.print(seats_table(rows, seats.of))


def require(
    centre: CentreFolder,
    forecast_file: ForecastFile,
    out_folder: OutFolder,
    shared: Annotated[
        bool,
        typer.Option("--shared", help="Also what queues that share people need: as one line, apart, and simulated."),
    ] = False,
    seed: Seed = 1,
    cores: Cores = DEFAULT_CORES,
) -> None:
    """Turn a forecast into the agents each interval needs."""
    ready(out_folder, CENTRE=centre, forecast=forecast_file)
    from planning.files import output_folder, read_forecast, write_requirement
    from planning.files.shared_file import shared_lines, write_shared

    folder, made = folder_with(
        centre,
        lambda read, notices: read_forecast(forecast_file, read.centre, events=read.events, notices=notices),
    )
    from planning.shrinkage import with_learned_shrinkage
    from planning.steps import require_for

    folder, said = with_learned_shrinkage(folder, made.grid.days[0])
    for line in said:
        out.print(line)
    requirement = require_for(folder, made, made.grid.days[0])
    with output_folder(out_folder) as place:
        write_requirement(requirement, place)
        if shared:
            from capacity.shared import shared_requirement
            from capacity.skill_table import skill_sets

            skills = skill_sets(folder, made.grid.days[0])
            with working(cores) as control:
                groups = shared_requirement(folder.centre, requirement, skills, seed=seed, control=control)
            write_shared(groups, requirement, place)
            for line in shared_lines(groups, requirement):
                out.print(line)
    out.print(f"requirement: {out_folder / 'requirement.csv'}")
