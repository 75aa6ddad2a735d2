"""A plan folder: every result file, built aside and swapped in whole."""

from __future__ import annotations

from pathlib import Path

from capacity.score_use import ScoreUse, Use, score_uses
from domain.progress import Control
from planning.files import (
    output_folder,
    write_forecast,
    write_forecast_model,
    write_plan_json,
    write_requirement,
    write_roster,
    write_routing,
    write_scores,
    write_service,
)
from planning.files.score_files import write_score_use
from planning.files.totals_files import write_totals
from planning.report import write_calendars, write_report, write_workbook
from planning.result import Plan
from planning.totals import totals_of


def save_plan(plan: Plan, out: Path, version: str, control: Control) -> None:
    """Write everything a plan consists of.

    Parameters
    ----------
    plan : Plan
    out : Path
        Made if absent; left untouched if anything fails.
    version : str
        Of the engine, for ``plan.json``.
    control : Control
        Past totals are forecast anew for the bands of this one's.
    """
    with output_folder(out) as folder:
        write_forecast(plan.forecast, folder)
        if plan.overridden is not None:
            write_forecast_model(plan.overridden, folder)
        write_totals(totals_of(plan.folder, plan.forecast, plan.week, plan.seed, control), folder)
        write_requirement(plan.requirement, folder)
        write_roster(plan.roster, folder, plan.folder.centre.timezone)
        write_scores(plan.scores, folder)
        write_score_use(_score_uses(plan), folder)
        write_routing(plan.routes, folder)
        write_service(plan.service, folder)
        write_plan_json(plan, folder, version)
        write_report(plan, folder / "report.html")
        write_workbook(plan, folder / "roster.xlsx")
        write_calendars(plan, folder / "calendars")


def _score_uses(plan: Plan) -> list[ScoreUse]:
    """Say what each figure of each score went into: the roster, and routes unless the ACD keeps its own."""
    used_for: tuple[Use, ...] = ("staffing",) if plan.folder.routing_current else ("staffing", "routing")
    run = f"plan {plan.week} seed {plan.seed}"
    return list(score_uses(plan.folder, plan.scores, run=run, used_for=used_for, ramp_on=plan.week))
