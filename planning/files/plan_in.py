"""A plan folder read back: what later questions about a plan start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from capacity.requirement import Requirement
from capacity.service import ServiceReport
from domain.errors import Problem
from domain.folder import PlanningFolder
from domain.roster import Roster
from forecasting.forecast import Forecast
from planning.files.faults import Faults
from planning.files.inputs import together
from planning.files.interval_files import read_forecast, read_requirement
from planning.files.made_note import digest_noted
from planning.files.plan_document import read_document
from planning.files.results_in import read_roster
from planning.files.service_file import read_service


@dataclass(frozen=True)
class PlanIn:
    """What a plan folder holds.

    Attributes
    ----------
    week : date
        First day.
    seed : int
    forecast : Forecast
    requirement : Requirement
    roster : Roster
    service : ServiceReport
        As simulated when it was planned.
    document : dict
        `plan.json`.
    """

    week: date
    seed: int
    forecast: Forecast
    requirement: Requirement
    roster: Roster
    service: ServiceReport
    document: dict[str, Any]

    @property
    def weeks(self) -> int:
        """Weeks planned."""
        return max(1, -(-len(self.requirement.grid.days) // 7))


def week_of_plan(path: Path) -> date:
    """Return the first day of a plan folder's weeks.

    Raises
    ------
    InputError
        If there is no plan.
    """
    return date.fromisoformat(read_document(path)["week"])


def digest_of_plan(path: Path) -> str | None:
    """Return the digest of the input that a plan was made from; None where it does not tell.

    Raises
    ------
    InputError
        If there is no plan.
    """
    found = read_document(path).get("engine", {}).get("input_sha256")
    return str(found) if found else None


def read_plan(path: Path, folder: PlanningFolder, *, notices: list[Problem] | None = None) -> PlanIn:
    """Read a plan folder.

    Parameters
    ----------
    path : Path
    folder : PlanningFolder
        Of the centre it was made for.
    notices : list or None
        Receives what was accepted but is worth a look: also that inputs have changed since the plan was made.

    Raises
    ------
    InputError
        With every fault of all its files.
    """
    said: list[Problem] = [] if notices is None else notices
    centre = folder.centre
    (document, forecast), (requirement, roster) = together(
        lambda: together(
            lambda: read_document(path), lambda: read_forecast(path, centre, events=folder.events, notices=said)
        ),
        lambda: together(
            lambda: read_requirement(path, centre, events=folder.events, notices=said),
            lambda: read_roster(path, centre, folder.agents, notices=said),
        ),
    )
    service = read_service(path, centre, requirement.grid, notices=said)
    engine = document.get("engine", {})
    if engine.get("input_sha256") not in (None, folder.sha256) and digest_noted(path) != folder.sha256:
        remark = "the planning folder has changed since this plan was made: figures are of the folder as it is now"
        said.append(Problem("plan.json", remark=remark))
    if engine.get("roster_sha256") not in (None, roster.sha256):
        remark = "not the roster that service.csv was simulated for: what rests on that service is off, not what is "
        said.append(Problem("roster.csv", remark=remark + "simulated anew"))
    shape = forecast.mean.shape, requirement.volume.shape
    if shape[0] != shape[1] or forecast.grid.start != requirement.grid.start:
        faults = Faults()
        faults.error("requirement.csv", f"the same days as forecast.csv, which begins {forecast.grid.label(0)}")
        faults.check()
    week = date.fromisoformat(document["week"])
    faults = Faults()
    if week != requirement.grid.days[0]:
        expected = f"the first day of requirement.csv, {requirement.grid.days[0]}"
        faults.error("plan.json", expected, column="week", value=str(document["week"]))
    for scope in ("day", "week"):
        if not any(row.scope == scope for row in service.rows):
            faults.error("service.csv", f"rows of scope {scope}; there are none", column="scope")
    faults.check()
    return PlanIn(week, engine.get("seed", 1), forecast, requirement, roster, service, document)
