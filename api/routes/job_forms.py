"""The forms of jobs about a centre, by kind."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field, JsonValue

from api.jobs.planning import ForWeek, PlanAsked, RepairAsked, WhatIfAsked
from api.jobs.work import Asked

WEEK: dict[str, JsonValue] = {"week": "2026-11-23", "seed": 1}


class _Job(Asked):
    """What is said of every kind of job."""

    priority: int = Field(default=0, ge=-10, le=10, description="Higher ones are taken first.")
    webhook: str | None = Field(default=None, max_length=2000, description="Told, signed, when the job has ended.")


class PlanJob(_Job):
    """Make a plan."""

    model_config = ConfigDict(json_schema_extra={"example": {"kind": "plan", "asked": WEEK}})

    kind: Literal["plan"] = Field(description="What it does.")
    asked: PlanAsked = Field(description="What it is to be done for.")


class ForecastJob(_Job):
    """Forecast some weeks."""

    model_config = ConfigDict(json_schema_extra={"example": {"kind": "forecast", "asked": WEEK}})

    kind: Literal["forecast"] = Field(description="What it does.")
    asked: ForWeek = Field(description="What it is to be done for.")


class RequirementJob(_Job):
    """Forecast some weeks, and tell the agents that their targets need."""

    model_config = ConfigDict(json_schema_extra={"example": {"kind": "requirement", "asked": WEEK}})

    kind: Literal["requirement"] = Field(description="What it does.")
    asked: ForWeek = Field(description="What it is to be done for.")


class RepairJob(_Job):
    """Mend a plan by the least change, edits held."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"kind": "repair", "asked": {"plan": "0651f2a7b3c4d5e6f708", "swap": ["a01,a02,2026-11-24"]}}
        }
    )

    kind: Literal["repair"] = Field(description="What it does.")
    asked: RepairAsked = Field(description="What it is to be done for.")


class WhatIfJob(_Job):
    """Simulate scenarios."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "whatif",
                "asked": {"plan": "0651f2a7b3c4d5e6f708", "scenarios": [{"name": "more", "volume": 1.2}]},
            }
        }
    )

    kind: Literal["whatif"] = Field(description="What it does.")
    asked: WhatIfAsked = Field(description="What it is to be done for.")


JobIn: TypeAlias = Annotated[
    PlanJob | ForecastJob | RequirementJob | RepairJob | WhatIfJob, Field(discriminator="kind")
]
"""A job of any kind."""
