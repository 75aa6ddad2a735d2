"""A plan folder: every result file, built aside and swapped in whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from capacity.score_use import ScoreUse, Use, score_uses
from capacity.tier_routes import tier_routes
from domain.history import Floats
from domain.progress import Control
from planning.expected_service import expected_columns
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
from planning.files.fairness_file import write_fairness
from planning.files.made_note import note_centre
from planning.files.score_files import write_score_use
from planning.files.seat_prices_file import write_seat_prices
from planning.files.tiers_file import write_tier_routes, write_tiers
from planning.files.totals_files import write_totals
from planning.report import write_calendars, write_report, write_workbook
from planning.result import Plan
from planning.totals import totals_of


def save_plan(
    plan: Plan,
    out: Path,
    version: str,
    control: Control,
    centre: Path | None = None,
    more: Callable[[Path], None] | None = None,
) -> None:
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
    centre : Path or None
        The planning folder, where the way to it is to be noted beside the plan.
    more : callable, optional
        Writes what else belongs into the folder.
    """
    with output_folder(out) as folder:
        if centre is not None:
            note_centre(centre, out, folder)
        write_forecast(plan.forecast, folder)
        if plan.overridden is not None:
            write_forecast_model(plan.overridden, folder)
        write_totals(totals_of(plan.folder, plan.forecast, plan.week, plan.seed, control), folder)
        write_requirement(plan.requirement, folder)
        write_roster(plan.roster, folder, plan.folder.centre.timezone)
        write_scores(plan.scores, folder)
        write_score_use(_score_uses(plan), folder)
        write_routing(plan.routes, folder)
        write_fairness(plan.fairness, folder)
        write_tier_routes(tier_routes(plan.folder.centre, plan.folder.agents, plan.routes), folder)
        write_service(plan.service, folder, expected=_expected(plan))
        write_tiers(plan.service, plan.folder.centre, folder)
        write_seat_prices(plan.seat_prices, plan.folder.centre, folder)
        write_plan_json(plan, folder, version)
        write_report(plan, folder / "report.html")
        write_workbook(plan, folder / "roster.xlsx")
        write_calendars(plan, folder / "calendars")
        if more is not None:
            more(folder)


def _expected(plan: Plan) -> Mapping[str, Floats] | None:
    """Lay what formulas expect of the roster beside its simulated service."""
    return None if plan.expected is None else expected_columns(plan.service, plan.folder.centre, plan.expected)


def _score_uses(plan: Plan) -> list[ScoreUse]:
    """Say what each figure of each score went into: the roster, and routes unless the ACD keeps its own."""
    used_for: tuple[Use, ...] = ("staffing",) if plan.folder.routing_current else ("staffing", "routing")
    run = f"plan {plan.week} seed {plan.seed}"
    return list(score_uses(plan.folder, plan.scores, run=run, used_for=used_for, ramp_on=plan.week))
