"""Why a number of a plan is what it is."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Right, Role
from api.planned import Planned
from api.problems import Refusal
from api.routes.results import ResultId
from api.routes.shared import CentreId
from api.turns import in_turn

router = APIRouter(prefix="/centres/{centre_id}/plans/{result_id}", tags=["plans"])


class Figure(BaseModel):
    """A number and where it comes from."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "agents", "value": 17, "how": "..."}})

    name: str = Field(description="Which number.")
    value: float | None = Field(description="Null where there is none.")
    how: str = Field(description="Where it comes from, in a sentence.")


@router.get("/why", summary="Ask where a number comes from", **needs(Role.VIEWER))
@in_turn()
def why(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    queue: Annotated[str, Query(max_length=200, description="As `centre.toml` has it.", examples=["phone"])],
    at: Annotated[
        datetime, Query(description="A time of the interval, in the centre's own time where it has no offset.")
    ],
) -> list[Figure]:
    """Tell where the numbers of one queue and interval come from: volume, handle time, target, method, rounding.

    Who is on duty, and how fast each of them is, is told to those with the right `scores`, and noted in the audit.
    """
    from planning.interval_explained import explain_interval

    found = service.plans.get(centre_id, result_id)
    if queue not in found.folder.centre.queue_ids:
        raise Refusal(422, f"there is no queue {queue!r}", allowed=list(found.folder.centre.queue_ids))
    moment, scores = here(at, found), Right.SCORES in caller.rights
    try:
        figures = explain_interval(found.world, found.plan, queue, moment, found.base.fitted, people=scores)
    except ValueError as fault:
        raise Refusal(422, f"at: expected {fault}") from None
    if scores:
        with service.database.writing() as session:
            target = f"centres/{centre_id}/results/{result_id}"
            record(session, caller.name, "scores.read", target, request.state.request_id, why=queue)
    return [
        Figure(name=each.name, value=each.value if math.isfinite(each.value) else None, how=each.how)
        for each in figures
    ]


def here(moment: datetime, found: Planned) -> datetime:
    """Return a time with its offset, on the centre's clock where it has none.

    Raises
    ------
    Refusal
        422 where that clock shows it twice, or never.
    """
    from planning.files.moments import on_clock

    try:
        return on_clock(moment, found.folder.centre.timezone)
    except ValueError as fault:
        raise Refusal(422, f"expected {fault}, not {moment.isoformat()}") from None
