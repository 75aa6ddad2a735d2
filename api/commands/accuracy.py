"""The verb that looks back: earlier forecasts beside what came."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import CentreFolder, OutFolder, ready
from api.commands.reading import folder_with
from api.commands.terminal import out
from domain.errors import InputError, Problem


def accuracy(
    centre: CentreFolder,
    snapshots: Annotated[
        Path, typer.Option("--snapshots", help="Folder of earlier plans, each with its forecast.csv.")
    ],
    out_folder: OutFolder,
) -> None:
    """Compare earlier forecasts with the history now known, by queue and lead, and sound an alarm on bias."""
    ready(out_folder, CENTRE=centre, snapshots=snapshots)
    from forecasting.accuracy import accuracy as judge
    from forecasting.accuracy import compare
    from forecasting.bias_alarm import bias_alarms
    from planning.files import output_folder
    from planning.files.snapshots import read_snapshots
    from planning.seat_errors import seat_accuracy
    from planning.tables import accuracy_table, write_accuracy, write_alarms

    folder, found = folder_with(
        centre, lambda read, notices: read_snapshots(snapshots, read.centre, events=read.events, notices=notices)
    )
    compared = [row for item in found for row in compare(item.forecast, folder.history)]
    if not compared:
        expected = "forecasts of days that history knows by now; none of these has come to pass in it"
        raise InputError([Problem("command line", column="--snapshots", value=str(snapshots), expected=expected)])
    rows, seats, alarms = judge(compared), seat_accuracy(folder.centre, compared), bias_alarms(compared)
    changed = [item for item in found if item.model is not None]
    models = [row for item in changed if item.model is not None for row in compare(item.model, folder.history)]
    finals = [row for item in changed for row in compare(item.forecast, folder.history)]
    with output_folder(out_folder) as place:
        write_accuracy(rows, place, seats)
        write_alarms(alarms, place)
        if models:
            write_accuracy(judge(models), place, seat_accuracy(folder.centre, models), "_model")
    out.print(accuracy_table(rows, seats))
    for alarm in alarms:
        out.print(alarm.sentence())
    if models:
        model, final = (judge(part)[-1] for part in (models, finals))
        better = "better" if final.wape < model.wape else "worse"
        out.print(
            f"overrides: {better}; in the {len(changed)} forecasts changed by hand the error is {final.wape:.1%} of "
            f"contacts, the model's own {model.wape:.1%}"
        )
    out.print(f"accuracy: {out_folder / 'accuracy.csv'}")
