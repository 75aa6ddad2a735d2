"""The verb of the day: its rest re-forecast, staffing laid beside the need, and what can be done, by worth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DEFAULT_CORES, CentreFolder, Cores, Emergency, OutFolder, in_zone, now_of, ready
from api.commands.reading import folder_with, warn
from api.commands.remote import ServerUrl
from api.commands.served import refuse, setting_of, today_there
from api.commands.terminal import counted, first_run_note, out, working
from api.commands.whatif import PlanFolder
from domain.errors import Problem

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from domain.history import History
    from planning.files.plan_in import PlanIn
    from planning.today.presence import Login

Actuals = Annotated[
    Path, typer.Option("--actuals", help="Counts since the plan began, as history.csv: today's so far.")
]
Moment = Annotated[
    str | None, typer.Option("--now", help="The present, such as 2026-11-24T11:30; default: the end of --actuals.")
]
Logins = Annotated[
    Path | None, typer.Option("--logins", help="Who is really there: agent_id, start, end (empty while logged in).")
]
Most = Annotated[int, typer.Option("--most", min=0, max=200, help="Actions recommended at most.")]

MOST = 40


def today(
    centre: CentreFolder,
    plan_folder: PlanFolder,
    actuals: Actuals,
    out_folder: OutFolder,
    now: Moment = None,
    logins: Logins = None,
    emergency: Emergency = False,
    most: Most = MOST,
    cores: Cores = DEFAULT_CORES,
    server: ServerUrl = None,
) -> None:
    """Look at the rest of today: re-forecast, net staffing, and ranked actions with their effect and price."""
    asked = now_of(now)
    ready(out_folder, CENTRE=centre, plan=plan_folder, actuals=actuals, logins=logins)
    if server is not None:
        refuse({"--logins": logins})
        moment = in_zone(asked, setting_of(centre, "timezone", "UTC"))
        wanted = {"now": moment and moment.isoformat(), "emergency": emergency, "most": most}
        for line in today_there(server, plan_folder, actuals, wanted, out_folder):
            out.print(line)
        out.print(f"answered by {server}: {out_folder}")
        return
    from planning.files import output_folder, previous_before, write_forecast, write_roster
    from planning.files.actuals_file import read_actuals
    from planning.files.inputs import together
    from planning.files.logins_file import read_logins
    from planning.files.plan_in import read_plan, week_of_plan
    from planning.files.today_files import write_today
    from planning.today.effects import effects_of
    from planning.today.learned import models_for, write_models
    from planning.today.outlook import end_of_counts, two_days
    from planning.today.run import make_today
    from planning.today.words import lines_of

    first = week_of_plan(plan_folder)

    def handed(read: PlanningFolder, notices: list[Problem]) -> tuple[PlanIn, History, tuple[Login, ...] | None]:
        plan, (counts, there) = together(
            lambda: read_plan(plan_folder, read, notices=notices),
            lambda: together(
                lambda: read_actuals(actuals, read.centre, notices=notices),
                lambda: None if logins is None else read_logins(logins, read.centre, read.agents, notices=notices),
            ),
        )
        return plan, counts, there

    folder, (plan, counts, there) = folder_with(centre, handed, before=first)
    earlier, said = previous_before(folder, first)
    warn(said)
    folder = replace(folder, previous=earlier)
    moment = in_zone(asked, folder.centre.timezone) or end_of_counts(counts, folder.centre)
    first_run_note()
    with working(cores, pieces=len(folder.centre.queues)) as control:
        models = models_for(folder, plan.week, control, out_folder)
    made = make_today(folder, plan, counts, moment, models, logins=there, emergency=emergency, most=most)
    effects = effects_of(made)
    with output_folder(out_folder) as place:
        write_today(made, effects, place)
        write_forecast(two_days(made.outlook.forecast, made.situation.day.first), place)
        write_roster(made.roster, place, folder.centre.timezone)
        write_models(models, folder, plan.week, place)
    for line in lines_of(made, effects):
        out.print(line)
    out.print(
        f"{counted(len(made.steps), 'action')}: {out_folder / 'actions.csv'}; roster: {out_folder / 'roster.csv'}"
    )
