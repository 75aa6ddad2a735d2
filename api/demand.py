"""The verbs of demand: the contacts to come, how well they were foreseen, and the agents they need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.options import (
    DEFAULT_CORES,
    CentreFolder,
    Cores,
    ForecastFile,
    OutFolder,
    Seed,
    Week,
    Weeks,
    day_of,
    leads_of,
    ready,
)
from api.reading import folder_for_week, folder_of, folder_with
from api.terminal import out, working


def forecast(
    centre: CentreFolder,
    week: Week,
    out_folder: OutFolder,
    weeks: Weeks = 1,
    seed: Seed = 1,
    cores: Cores = DEFAULT_CORES,
) -> None:
    """Forecast contacts and handle time, with bands."""
    first = day_of(week, "--week")
    ready(out_folder, CENTRE=centre)
    folder = folder_for_week(centre, first, 7 * weeks)
    from forecasting.forecaster import make_forecast
    from forecasting.overrides import apply_overrides
    from planning.files import output_folder, write_forecast, write_forecast_model

    with working(cores) as control:
        made, choices = make_forecast(
            folder.history, folder.centre, folder.events, first, 7 * weeks, seed=seed, control=control
        )
    overridden = apply_overrides(made, folder.overrides)
    with output_folder(out_folder) as place:
        write_forecast(overridden.forecast, place)
        write_forecast_model(overridden, place)
    for choice in choices:
        error, floor = (f"{100 * x:.1f} %" if x == x else "-" for x in (choice.error, choice.floor_error))
        out.print(f"{choice.queue}: {choice.member}, back-test error {error} (8-week median {floor})")
        for note in choice.notes:
            out.print(f"  {note}")
    for note in overridden.notes:
        out.print(note)
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
    from forecasting.backtest import backtest_table
    from planning.files import output_folder
    from planning.tables import write_backtest

    with working(cores) as control:
        rows = run(folder.history, folder.centre, folder.events, origins=origins, leads=ahead, control=control)
    if out_folder is not None:
        with output_folder(out_folder) as place:
            write_backtest(rows, place)
    out.print(backtest_table(rows))


def require(
    centre: CentreFolder,
    forecast_file: ForecastFile,
    out_folder: OutFolder,
) -> None:
    """Turn a forecast into the agents each interval needs."""
    ready(out_folder, CENTRE=centre, forecast=forecast_file)
    from planning.files import output_folder, read_forecast, write_requirement

    folder, made = folder_with(
        centre,
        lambda read, notices: read_forecast(forecast_file, read.centre, events=read.events, notices=notices),
    )
    from planning.steps import require_for

    requirement = require_for(folder, made, made.grid.days[0])
    with output_folder(out_folder) as place:
        write_requirement(requirement, place)
    out.print(f"requirement: {out_folder / 'requirement.csv'}")
