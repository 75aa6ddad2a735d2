"""Two plans side by side: their figures, the targets that turn, and who works otherwise on which day."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import Here, needs
from api.access.roles import Role
from api.planned import Planned
from api.routes.results import ResultId
from api.routes.shared import CentreId

router = APIRouter(prefix="/centres/{centre_id}/plans/{result_id}", tags=["plans"])


class Beside(BaseModel):
    """A figure of both plans."""

    name: str = Field(description="Which figure.")
    this: float | None = Field(description="Of this plan.")
    other: float | None = Field(description="Of the other one.")


class Turned(BaseModel):
    """A target that one plan meets and the other does not."""

    queue: str = Field(description="Whose target.")
    scope: str = Field(description="`interval`, `day` or `week`.")
    start: str = Field(description="Of that interval, day or week.")
    measure: str = Field(description="Such as `service_level`.")
    target: float = Field(description="What is asked for.")
    this: float | None = Field(description="Simulated, in this plan.")
    other: float | None = Field(description="Simulated, in the other one.")
    met_here: bool | None = Field(description="Whether this plan meets it.")
    met_there: bool | None = Field(description="Whether the other one does.")


class DayChange(BaseModel):
    """Somebody's day that is not the same in both."""

    day: str = Field(description="Which day.")
    agent_id: str = Field(description="Whose.")
    name: str = Field(description="Their name.")
    this: str = Field(description="In this plan.")
    other: str = Field(description="In the other one.")
    what: str = Field(description="What differs: the shift, breaks, queues.")


class Compared(BaseModel):
    """How a plan differs from another."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "figures": [{"name": "cost", "this": 116427.0, "other": 118117.0}],
                "turned": [],
                "days": [
                    {
                        "day": "2026-11-24",
                        "agent_id": "a01",
                        "name": "Ann",
                        "this": "09:00-17:00",
                        "other": "off",
                        "what": "shift",
                    }
                ],
                "more": 0,
            }
        }
    )

    figures: list[Beside] = Field(description="Costs, gap, targets met, side by side.")
    turned: list[Turned] = Field(description="Targets that one plan meets and the other does not.")
    days: list[DayChange] = Field(description="From this plan to the other one.")
    more: int = Field(description="Days that differ beyond those told.")


MOST = 1000
"""Days that are told."""


@router.get("/compare/{other_id}", summary="Compare two plans", **needs(Role.VIEWER))
def compare(service: Here, centre_id: CentreId, result_id: ResultId, other_id: ResultId) -> Compared:
    """Lay a plan beside another one of the same centre: cost, gap, targets that turn, and every day that differs."""
    from planning.repair.changes import changes_between

    one, two = service.plans.get(centre_id, result_id), service.plans.get(centre_id, other_id)
    changes = changes_between(one.folder, one.plan.roster, two.plan.roster, {})
    return Compared(
        figures=_figures(one, two),
        turned=_turned(one, two),
        days=[
            DayChange(
                day=each.day.isoformat(),
                agent_id=each.agent_id,
                name=each.name,
                this=each.before,
                other=each.after,
                what=each.what,
            )
            for each in changes[:MOST]
        ],
        more=max(0, len(changes) - MOST),
    )


def _figures(one: Planned, two: Planned) -> list[Beside]:
    first, second = one.plan.document, two.plan.document
    names = [("cost", part) for part in first["cost"]] + [("solver", part) for part in ("objective", "bound", "gap")]
    found = [
        Beside(
            name=part if section == "solver" else ("cost" if part == "total" else f"cost, {part}"),
            this=first[section].get(part),
            other=second[section].get(part),
        )
        for section, part in names
    ]
    met = [float(sum(bool(row["met"]) for row in each["targets"])) for each in (first, second)]
    return [*found, Beside(name="targets met", this=met[0], other=met[1])]


def _turned(one: Planned, two: Planned) -> list[Turned]:
    def by_place(planned: Planned) -> dict[tuple[str, ...], dict[str, Any]]:
        return {
            (row["queue"], row["scope"], row["start"], row["measure"]): row for row in planned.plan.document["targets"]
        }

    first, second = by_place(one), by_place(two)
    return [
        Turned(
            queue=row["queue"],
            scope=row["scope"],
            start=row["start"],
            measure=row["measure"],
            target=row["target"],
            this=row["simulated"],
            other=second[place]["simulated"],
            met_here=row["met"],
            met_there=second[place]["met"],
        )
        for place, row in first.items()
        if place in second and row["met"] != second[place]["met"]
    ]
