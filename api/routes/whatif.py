"""What-if: many scenarios beside a plan in one call, by formula at once, or by simulation as a job."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import Here, Who, needs
from api.access.roles import Role
from api.jobs.planning import WhatIfAsked
from api.jobs.work import Asked, Scenarios
from api.planned import plan_of
from api.problems import Refusal
from api.routes.job_forms import WhatIfJob
from api.routes.jobs import JobOut, asked_for
from api.scenarios import Wanted, read_asked, rows_out
from api.turns import in_turn
from domain.progress import Control

router = APIRouter(tags=["what-if"])

MANY = 25
"""Scenarios from which a question waits among the long ones."""


class WhatIfIn(Asked, Wanted):
    """Scenarios beside a plan whose roster stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "centre": "north",
                "plan": "0651f2a7b3c4d5e6f708",
                "scenarios": [{"name": "a third more", "volume": 1.3}, {"name": "ten sick", "absence": 0.2}],
                "measures": ["mean_wait_s", "cost"],
                "scope": "week",
            }
        }
    )

    centre: str = Field(max_length=63, description="Whose plan.")
    plan: str = Field(max_length=20, description="The plan whose roster stays.")
    scenarios: Scenarios


class WhatIfOut(BaseModel):
    """What scenarios do to service and cost."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "plan": "0651f2a7b3c4d5e6f708",
                "input_sha256": "9f...",
                "rows": [
                    {
                        "scenario": "a third more",
                        "queue": "all",
                        "scope": "week",
                        "start": "2026-11-23",
                        "measure": "mean_wait_s",
                        "base": 41.0,
                        "value": 96.0,
                        "low": 78.0,
                        "high": 114.0,
                    }
                ],
                "notes": [],
                "job": None,
            }
        }
    )

    plan: str = Field(description="As asked.")
    input_sha256: str | None = Field(description="Digest of the input that the plan was made from: the base is frozen.")
    rows: list[dict[str, Any]] = Field(
        description="A row for each scenario, queue, scope and measure: before, after, and the bounds of after."
    )
    notes: list[str] = Field(description="What is to be known about the answer.")
    job: JobOut | None = Field(default=None, description="Where the answer is simulated: the job that does it.")


@router.post(
    "/whatif",
    summary="Ask what if",
    responses={202: {"model": WhatIfOut, "description": "Simulated by a job."}},
    **needs(Role.VIEWER, gives="Location"),
)
@in_turn(lambda named: len(named["asked"].scenarios) > MANY)
def whatif(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    asked: WhatIfIn,
    exact: Annotated[bool, Query(description="Simulate, as a job.")] = False,
) -> WhatIfOut:
    """Tell what changed worlds do to the service and the cost of a plan whose roster stays.

    By formula within the request, fitted to the plan's simulation, with what the answer may be off by; `exact` makes it
    a job that simulates base and scenarios with the same customers.
    """
    from planning.whatif import answer_about

    only = asked.only()
    if exact and not caller.may(Role.PLANNER):
        raise Refusal(403, f"a simulated answer is a job, which needs the role {Role.PLANNER.value!r} or above")
    found = service.plans.get(asked.centre, asked.plan)
    scenarios = read_asked(asked.scenarios, found.folder.centre, found.plan.requirement.grid)
    if exact:
        with service.database.reading() as session:
            version = plan_of(session, asked.centre, asked.plan).centre_version
        form = WhatIfAsked(
            plan=asked.plan,
            scenarios=asked.scenarios,
            centre_version=version,
            measures=asked.measures,
            scope=asked.scope,
        )
        wanted = WhatIfJob(kind="whatif", asked=form)
        job = asked_for(request, response, service, caller, asked.centre, wanted)
        response.status_code = 202
        return WhatIfOut(plan=asked.plan, input_sha256=None, rows=[], notes=[], job=job)
    made = answer_about(found.base, scenarios, only=only, control=Control(cores=service.settings.cores))
    notes = list(made.notes)
    if not made.rows:
        notes.append("nothing of what is asked for is told for this scope; costs and hours are told by week")
    sha = found.plan.document.get("engine", {}).get("input_sha256")
    return WhatIfOut(plan=asked.plan, input_sha256=sha, rows=rows_out(made.rows), notes=notes)
