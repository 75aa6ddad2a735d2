"""Upkeep of the whole service, by its administrator."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Role
from api.jobs.states import Asking, ask
from api.jobs.work import Asked
from api.problems import Refusal
from api.routes.jobs import JobOut

router = APIRouter(tags=["upkeep"])


class RetentionIn(Asked):
    """How long what is not in force is kept."""

    model_config = ConfigDict(json_schema_extra={"example": {"days": 365, "audit_days": None}})

    days: int | None = Field(default=None, ge=1, le=36500, description="Default: SEATWISE_KEEP_DAYS.")
    audit_days: int | None = Field(default=None, ge=1, le=36500, description="Of the audit; null keeps all of it.")


@router.post("/retention", status_code=202, summary="Delete what is old", **needs(Role.ADMIN, gives="Location"))
def retention(request: Request, response: Response, service: Here, caller: Who, asked: RetentionIn) -> JobOut:
    """Delete drafts, withdrawn plans, ended jobs and old versions of centres, as a job that tells how many.

    Published plans and the versions that any plan was made from stay.
    """
    days = asked.days or service.settings.keep_days
    if days is None:
        raise Refusal(422, "say how many days are kept, here or in SEATWISE_KEEP_DAYS")
    with service.database.writing() as session:
        asking = Asking(caller.name, request.state.request_id, getattr(request.state, "repeat_id", ""))
        job = ask(session, "retention", {"days": days, "audit_days": asked.audit_days}, asking)
        record(session, caller.name, "job.ask", f"jobs/{job.id}", request.state.request_id, kind="retention", days=days)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job)
