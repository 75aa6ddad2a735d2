"""Jobs of the planner: forecast, requirement, plan, repair, exact what-if, done as the command line does them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from api.jobs.given_leave import given_leave, write_leave
from api.jobs.work import Asked, Kind, Made, Outcome, ResultId, Scenarios, Work
from api.reading import folder_to_plan
from api.scenarios import Wanted, read_asked, rows_out
from domain.errors import InputError, Problem
from seatwise import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from api.questions import QuestionReader
    from domain.folder import PlanningFolder
    from domain.people import TimeOff
    from planning.ask import Edit
    from planning.files.plan_in import PlanIn
    from planning.repair.changes import Change
    from planning.whatif import World


EDITED = "as edited"
"""Why somebody's day is not as published, where that was asked for."""


class AboutCentre(Asked):
    """A version of a centre."""

    centre_version: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="Default: the centre as it is now."
    )


class ForWeek(AboutCentre):
    """Some weeks of a centre."""

    week: date = Field(ge=date(1990, 1, 1), le=date(2199, 12, 31), description="First day of the seven.")
    weeks: int = Field(default=1, ge=1, le=8, description="How many from there.")
    seed: int = Field(default=1, ge=0, le=2**31 - 1, description="The same seed, the same answer.")


class PlanAsked(ForWeek):
    """A plan: forecast, requirement, roster, simulated service and report."""

    seconds: float | None = Field(default=None, ge=1, description="Stop searching after so long.")
    work: float = Field(default=1.0, ge=0.05, le=50, description="So many times the usual search.")
    gap: float = Field(default=0.0, ge=0, le=1, description="Stop at a proven gap.")
    emergency: bool = Field(default=False, description="The emergency share of elastic seats holds.")
    replications: int | None = Field(
        default=None, ge=8, le=5000, description="Simulated weeks; default: as many as the targets need."
    )


class Edits(Asked):
    """Changes of a roster, made one after the other."""

    swap: list[str] = Field(default=[], max_length=50, description="Two people and a day.")
    day_off: list[str] = Field(default=[], max_length=50, description="A person and a day; perhaps a kind of leave.")
    shift: list[str] = Field(default=[], max_length=50, description="A person, start and end; perhaps queues.")

    def read(self, reader: QuestionReader) -> list[Edit]:
        """Return the edits by the rules of the command line; faults stay with the reader."""
        made: list[Edit] = [each for text in self.swap for each in reader.swap(text)]
        made += [each for text in self.day_off for each in reader.day_off(text)]
        return made + [each for text in self.shift for each in reader.shift(text)]


class RepairAsked(AboutCentre, Edits):
    """The least change that mends a plan for what is true now, edits of its roster held."""

    plan: ResultId = Field(description="The plan to mend.")
    hold: bool = Field(default=False, description="Nobody but those edited changes; elastic seats are booked anew.")
    change_price: float | None = Field(
        default=None, ge=0, description="Price of a changed day of somebody's; default: the centre's own."
    )
    keep_people: bool = Field(default=False, description="Nobody changes; elastic seats alone are booked anew.")
    seed: int = Field(default=1, ge=0, le=2**31 - 1, description="The same seed, the same answer.")


class WhatIfAsked(AboutCentre, Wanted):
    """Scenarios answered by simulation."""

    plan: ResultId = Field(description="The plan whose roster stays.")
    scenarios: Scenarios
    replications: int | None = Field(
        default=None, ge=8, le=5000, description="Simulated weeks of each world; default: as many as the plan had."
    )


def plan(work: Work, asked: PlanAsked) -> Outcome:
    """Make a plan."""
    import time

    from planning.plan import make_plan
    from planning.save import save_plan
    from planning.steps import Options, effort_for

    folder = _folder(work, asked)
    options = Options(
        week=asked.week,
        weeks=asked.weeks,
        seed=asked.seed,
        emergency=asked.emergency,
        replications=asked.replications,
        effort=effort_for(asked.work, asked.gap),
    )
    deadline = None if asked.seconds is None else time.monotonic() + asked.seconds
    made = make_plan(folder, options, replace(work.control, deadline=deadline))
    out = work.place / "plan"
    save_plan(made, out, __version__, work.control)
    summary = plan_summary(out)
    told = [str(each) for each in folder.notices]
    return Outcome({**summary, "notices": told}, Made("plan", out, summary, asked.week, asked.weeks))


def forecast(work: Work, asked: ForWeek) -> Outcome:
    """Forecast some weeks."""
    from forecasting.forecaster import make_forecast
    from forecasting.overrides import apply_overrides
    from planning.files import output_folder, write_forecast, write_forecast_model

    folder = _folder(work, asked)
    made, _ = make_forecast(
        folder.history, folder.centre, folder.events, asked.week, 7 * asked.weeks, seed=asked.seed, control=work.control
    )
    overridden = apply_overrides(made, folder.overrides)
    out = work.place / "forecast"
    with output_folder(out) as place:
        write_forecast(overridden.forecast, place)
        if folder.overrides:
            write_forecast_model(overridden, place)
    contacts = overridden.forecast.mean.sum(axis=1)
    summary = {"contacts": {q: round(float(n), 1) for q, n in zip(overridden.forecast.queues, contacts, strict=True)}}
    return Outcome(summary, Made("forecast", out, summary, asked.week, asked.weeks))


def requirement(work: Work, asked: ForWeek) -> Outcome:
    """Forecast some weeks and tell the agents that their targets need."""
    from forecasting.forecaster import make_forecast
    from forecasting.overrides import apply_overrides
    from planning.files import output_folder, write_forecast, write_requirement
    from planning.shrinkage import with_learned_shrinkage
    from planning.steps import require_for

    folder, _ = with_learned_shrinkage(_folder(work, asked), asked.week)
    made, _ = make_forecast(
        folder.history, folder.centre, folder.events, asked.week, 7 * asked.weeks, seed=asked.seed, control=work.control
    )
    shaped = apply_overrides(made, folder.overrides).forecast
    needed = require_for(folder, shaped, asked.week)
    out = work.place / "requirement"
    with output_folder(out) as place:
        write_forecast(shaped, place)
        write_requirement(needed, place)
    hours = needed.scheduled_agents.sum(axis=1) * needed.grid.step_minutes / 60.0
    summary = {"agent_hours": {q: round(float(n), 1) for q, n in zip(needed.queues, hours, strict=True)}}
    return Outcome(summary, Made("requirement", out, summary, asked.week, asked.weeks))


def repair(work: Work, asked: RepairAsked) -> Outcome:
    """Mend a plan for the centre as it is now."""
    from planning.ask import apply_edits
    from planning.files.changes_file import write_changes
    from planning.repair import RepairTerms, make_repair
    from planning.repair.demand import moved_forecast
    from planning.save import save_plan
    from planning.steps import Options

    folder, read, base = planned(work.centre(), work.result(asked.plan))
    edits = _edits(folder, read, asked)
    touched: frozenset[tuple[str, date]] = frozenset()
    given: tuple[TimeOff, ...] = ()
    if edits:
        held, touched = apply_edits(base, read, edits, hold=asked.hold)
        given = tuple(row for row in held.time_off if row not in base.folder.time_off)
        base = replace(base, folder=held)
    options = Options(week=read.week, weeks=read.weeks, seed=asked.seed)
    forecast_now = moved_forecast(read.forecast, base.requirement, base.requirement)
    terms = RepairTerms(asked.change_price, None, asked.keep_people or asked.hold)
    made = make_repair(base, base, read, forecast_now, options, terms, work.control)
    changes = [_told(row, touched) for row in made.changes]
    out = work.place / "repaired"

    def more(place: Path) -> None:
        write_changes(changes, place)
        write_leave(given_leave(work.place / asked.plan) + given, place, folder.centre.timezone)

    save_plan(made.plan, out, __version__, work.control, more=more)
    summary = {**plan_summary(out), "changes": len(changes)}
    told = {**summary, "notices": [str(each) for each in folder.notices]}
    return Outcome(told, Made("plan", out, summary, read.week, read.weeks, asked.plan))


def whatif(work: Work, asked: WhatIfAsked) -> Outcome:
    """Answer scenarios by simulation."""
    from planning.files import output_folder
    from planning.files.whatif_file import write_whatif
    from planning.whatif import answer_about

    known = work.plans.get(work.centre_id, asked.plan)
    read = known.plan
    scenarios = read_asked(asked.scenarios, known.folder.centre, read.requirement.grid)
    found = answer_about(
        known.base,
        scenarios,
        exact=True,
        replications=asked.replications,
        control=work.control,
        only=asked.only(),
    )
    out = work.place / "whatif"
    with output_folder(out) as place:
        write_whatif(found.rows, place)
    summary = {"scenarios": len(scenarios) - len(found.left), "left": list(found.left)}
    told = {**summary, "rows": rows_out(found.rows), "notes": list(found.notes)}
    return Outcome(told, Made("whatif", out, summary, read.week, read.weeks, asked.plan))


def planned(centre: Path, place: Path) -> tuple[PlanningFolder, PlanIn, World]:
    """Read a planning folder and a plan of it, every fault of both at once."""
    from planning.files import previous_before
    from planning.files.inputs import read_with
    from planning.files.plan_in import read_plan, week_of_plan
    from planning.whatif import base_world

    first = week_of_plan(place)

    def handed(read: PlanningFolder, notices: list[Problem]) -> PlanIn:
        return read_plan(place, read, notices=notices)

    folder, found = read_with(centre, handed, before=first)
    earlier, said = previous_before(folder, first)
    folder = replace(folder, previous=earlier, notices=(*folder.notices, *said))
    more = tuple(row for row in given_leave(place) if row not in folder.time_off)
    folder = replace(folder, time_off=(*folder.time_off, *more))
    return folder, found, base_world(folder, found)


def _told(change: Change, touched: Collection[tuple[str, date]]) -> Change:
    """Give the reasons of edits their own words: nobody has pinned anything."""
    if (change.agent_id, change.day) in touched:
        return replace(change, why=EDITED)
    if change.agent_id in {who for who, _ in touched} and change.why.startswith("the published week broke"):
        return replace(change, why="makes the week of the edit legal")
    return change


def _edits(folder: PlanningFolder, read: PlanIn, asked: Edits) -> list[Edit]:
    """Return what is edited.

    Raises
    ------
    InputError
        With every part of it that cannot be read, by its key.
    """
    from api.questions import QuestionReader

    reader = QuestionReader(folder, read, "asked", "")
    made = asked.read(reader)
    if reader.problems:
        raise InputError(reader.problems)
    return made


def plan_summary(out: Path) -> dict[str, Any]:
    """Return what lists show of a plan."""
    from planning.files.plan_document import read_document

    document = read_document(out)
    targets = document["targets"]
    return {
        "cost": document["cost"],
        "gap": document["solver"]["gap"],
        "status": document["solver"]["status"],
        "targets": len(targets),
        "targets_met": sum(bool(row["met"]) for row in targets),
    }


def _folder(work: Work, asked: ForWeek) -> PlanningFolder:
    place = Problem("request", column="week", value=asked.week.isoformat())
    return folder_to_plan(work.centre(), asked.week, 7 * asked.weeks, place)


Name = Literal["plan", "forecast", "requirement", "repair", "whatif"]

KINDS: dict[str, Kind] = {
    "plan": Kind(PlanAsked, plan),
    "forecast": Kind(ForWeek, forecast),
    "requirement": Kind(ForWeek, requirement),
    "repair": Kind(RepairAsked, repair),
    "whatif": Kind(WhatIfAsked, whatif),
}
