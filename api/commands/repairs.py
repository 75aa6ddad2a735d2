"""The verb of repairs: the least change that mends a published plan for what is true now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.handed import as_requirement, read_need
from api.commands.options import (
    DEFAULT_CORES,
    CentreFolder,
    Cores,
    Emergency,
    NeedForecast,
    Now,
    OutFolder,
    Replications,
    RequirementFile,
    Seed,
    in_zone,
    now_of,
    ready,
    wrong,
)
from api.commands.reading import folder_with, warn
from api.commands.remote import Overwrite, ServerUrl
from api.commands.served import refuse, repaired_there, tell
from api.commands.terminal import counted, first_run_note, out, working
from api.commands.whatif import PlanFolder
from domain.errors import InputError, Problem
from seatwise import __version__

if TYPE_CHECKING:
    from capacity.requirement import Requirement
    from domain.folder import PlanningFolder
    from domain.scenario import Scenario
    from forecasting.forecast import Forecast
    from planning.files.plan_in import PlanIn
    from planning.repair import VolumeChange

ChangePrice = Annotated[
    float | None,
    typer.Option("--change-price", min=0, help="Price of a changed agent-day; default: an hour of the mean pay."),
]
Since = Annotated[
    str | None,
    typer.Option("--from", help="What lies before stays, such as 2026-11-24T11:30; default: the plan's first day."),
]
Volume = Annotated[
    list[str] | None,
    typer.Option("--volume", help="More or fewer contacts: 1.06, phone=1.06, phone=1.06@2026-11-24; repeatable."),
]
ScenarioFile = Annotated[Path | None, typer.Option("--scenario", help="A TOML file with one scenario to repair for.")]
KeepPeople = Annotated[bool, typer.Option("--keep-people", help="Re-book elastic seats only.")]

SHOWN = 30
"""Changes that are printed; all of them are in changes.csv."""


def repair(
    centre: CentreFolder,
    plan_folder: PlanFolder,
    out_folder: OutFolder,
    change_price: ChangePrice = None,
    since: Since = None,
    requirement_file: RequirementFile = None,
    forecast_file: NeedForecast = None,
    volume: Volume = None,
    scenario_file: ScenarioFile = None,
    keep_people: KeepPeople = False,
    seed: Seed = 1,
    cores: Cores = DEFAULT_CORES,
    emergency: Emergency = False,
    now: Now = None,
    replications: Replications = None,
    server: ServerUrl = None,
    overwrite: Overwrite = False,
) -> None:
    """Mend a published plan by the least change, after sick leave, pins or other volumes: a plan and changes.csv."""
    moment, called = _moment(since), now_of(now)
    ready(
        out_folder,
        CENTRE=centre,
        plan=plan_folder,
        requirement=requirement_file,
        forecast=forecast_file,
        scenario=scenario_file,
    )
    if server is not None:
        unused = {"--from": since, "--requirement": requirement_file, "--forecast": forecast_file, "--volume": volume}
        refuse(unused | {"--scenario": scenario_file, "--now": now, "--replications": replications})
        asked = {"change_price": change_price, "keep_people": keep_people, "seed": seed}
        tell(repaired_there(server, centre, plan_folder, asked, out_folder, overwrite=overwrite))
        out.print(f"plan: {out_folder}")
        return
    from planning.files import check_pins, previous_before
    from planning.files.inputs import together
    from planning.files.plan_in import read_plan, week_of_plan

    first = week_of_plan(plan_folder)

    def handed(read: PlanningFolder, notices: list[Problem]) -> tuple[PlanIn, _Wanted]:
        plan = read_plan(plan_folder, read, notices=notices)
        wanted, _ = together(
            lambda: _wanted(read, plan, notices, requirement_file, forecast_file, volume or [], scenario_file),
            lambda: check_pins(read, first, 7 * plan.weeks),
        )
        return plan, wanted

    folder, (plan, (need, changes, scenario)) = folder_with(centre, handed, before=first)
    earlier, said = previous_before(folder, first)
    warn(said)
    first_run_note()
    from planning.files.changes_file import write_changes
    from planning.files.writers import write_service
    from planning.moved_breaks import overlaid
    from planning.repair import RepairTerms, changed_need, make_repair
    from planning.repair.demand import moved_forecast
    from planning.repair.words import summary
    from planning.save import save_plan
    from planning.steps import Options
    from planning.whatif import base_world

    zone = folder.centre.timezone
    start, at = in_zone(moment, zone, "--from"), in_zone(called or moment, zone)
    base = base_world(replace(folder, previous=earlier), plan, at)
    world = base
    if need is not None:
        world = replace(base, requirement=overlaid(base.requirement, as_requirement(base.folder, need)))
    world = changed_need(world, plan, changes, scenario)
    forecast = _forecast(plan, need, base.requirement, world.requirement)
    options = Options(
        week=plan.week, weeks=plan.weeks, seed=seed, emergency=emergency, now=at, replications=replications
    )
    terms = RepairTerms(change_price, start, keep_people)
    with working(cores) as control:
        made = make_repair(world, base, plan, moved_forecast(*forecast), options, terms, control)

        def more(place: Path) -> None:
            write_changes(made.changes, place)
            write_service(made.before, place, "service_unrepaired.csv")

        save_plan(made.plan, out_folder, __version__, control, centre, more)
    for line in summary(made, plan.document):
        out.print(line)
    for change in made.changes[:SHOWN]:
        out.print(f"  {change}" + (f" ({change.why})" if change.why else ""))
    if len(made.changes) > SHOWN:
        out.print(f"  and {len(made.changes) - SHOWN} more, all in changes.csv")
    out.print(f"{counted(len(made.changes), 'change')}; plan: {out_folder}")


if TYPE_CHECKING:
    _Wanted = tuple[Requirement | Forecast | None, list[VolumeChange], Scenario | None]


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        raise wrong("--from", text or "", "a time such as 2026-11-24T11:30") from None


def _wanted(
    read: PlanningFolder,
    plan: PlanIn,
    notices: list[Problem],
    requirement: Path | None,
    forecast: Path | None,
    volume: list[str],
    scenario: Path | None,
) -> _Wanted:
    """Read what comes now, every fault of it at once."""
    from planning.files.inputs import together

    need, (changes, world) = together(
        lambda: None if requirement is forecast is None else read_need(read, notices, requirement, forecast),
        lambda: together(lambda: _volumes(read, plan, volume), lambda: _scenario(read, plan, notices, scenario)),
    )
    return need, changes, world


def _volumes(read: PlanningFolder, plan: PlanIn, texts: list[str]) -> list[VolumeChange]:
    """Read the multipliers of ``--volume``.

    Raises
    ------
    InputError
        With every one that cannot be read.
    """
    from datetime import date

    from planning.files.faults import meant
    from planning.repair import VolumeChange

    found, problems = [], []
    for text in texts:
        name, _, rest = text.rpartition("=")
        factor, _, day = rest.partition("@")
        try:
            value = float(factor)
            if not 0 <= value <= 10:
                raise ValueError
            of = date.fromisoformat(day) if day else None
        except ValueError:
            expected = "a multiplier from 0 to 10 such as 1.06, phone=1.06 or phone=1.06@2026-11-24"
            problems.append(Problem("command line", column="--volume", value=text, expected=expected))
            continue
        days = plan.requirement.grid.days
        if name and name not in read.centre.queue_ids:
            near = meant(name, read.centre.queue_ids) or f"; they are {', '.join(read.centre.queue_ids)}"
            expected = f"a queue of centre.toml{near}"
            problems.append(Problem("command line", column="--volume", value=text, expected=expected))
        if of is not None and of not in days:
            expected = f"a day of the plan, {days[0]} to {days[-1]}"
            problems.append(Problem("command line", column="--volume", value=text, expected=expected))
        found.append(VolumeChange(value, name, of))
    if problems:
        raise InputError(problems)
    return found


def _scenario(read: PlanningFolder, plan: PlanIn, notices: list[Problem], path: Path | None) -> Scenario | None:
    """Read the one scenario of a file.

    Raises
    ------
    InputError
        With every fault; or if it holds several, or an outage.
    """
    from planning.files.scenario_file import read_scenarios

    if path is None:
        return None
    found = read_scenarios(path, read.centre, plan.requirement.grid, notices=notices)
    problems = []
    if len(found) > 1:
        expected = "one [[scenario]]: a roster is repaired for one world"
        problems.append(Problem(path.name, value=f"{len(found)} scenarios", expected=expected))
    if any(scenario.outage for scenario in found):
        expected = "no outage: it changes no roster; `seatwise whatif` tells what it does to service"
        problems.append(Problem(path.name, column="outage", expected=expected))
    if problems:
        raise InputError(problems)
    return found[0]


def _forecast(
    plan: PlanIn, need: Requirement | Forecast | None, before: Requirement, after: Requirement
) -> tuple[Forecast, Requirement, Requirement]:
    """Return the forecast to write, and what it is to be moved by."""
    from forecasting.forecast import Forecast

    if isinstance(need, Forecast) and need.grid == plan.forecast.grid:
        return need, before, before
    return plan.forecast, before, after
