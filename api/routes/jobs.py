"""Jobs: asked for, listed, followed by server-sent events, cancelled with the best found kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Caller, Role
from api.jobs.kinds import KINDS
from api.jobs.states import ENDED, Asking, State, ask, cancel
from api.jobs.webhooks import check_address
from api.paging import After, Limit, Page, place_of
from api.planned import plan_of
from api.problems import Refusal, no_such
from api.routes.job_forms import JobIn
from api.routes.shared import CentreId
from api.service import Service
from api.store.centres import centre_of
from api.store.tables import Job, JobEvent

router = APIRouter(tags=["jobs"])

JobId = Annotated[
    str,
    Path(max_length=40, description="As the answer to asking for it told it.", examples=["0651f2a7b3c4d5e6f708"]),
]

LOOK_S = 0.5
"""Between two looks for events."""

ALIVE_S = 15.0
"""After so long without an event a comment is sent, so that nobody on the way closes the line."""


class JobOut(BaseModel):
    """A job as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "0651f2a7b3c4d5e6f708",
                "kind": "plan",
                "centre": "north",
                "state": "running",
                "asked": {"week": "2026-11-23", "seed": 1, "centre_version": 3},
                "answer": None,
                "problem": None,
                "result": None,
                "by": "mei",
                "created_at": "2026-11-20T08:00:00Z",
                "started_at": "2026-11-20T08:00:01Z",
                "ended_at": None,
                "step": "roster",
                "share": 0.4,
                "cancelled": False,
            }
        }
    )

    id: str = Field(description="To ask for it by.")
    kind: str = Field(description="What it does.")
    centre: str | None = Field(description="For which centre; null for upkeep.")
    state: State = Field(
        description="`queued`, `running`, or how it ended; one that was cancelled with something found is `done`."
    )
    asked: dict[str, Any] = Field(description="What it was asked for.")
    answer: dict[str, Any] | None = Field(description="What it tells, where it is done.")
    problem: dict[str, Any] | None = Field(description="Why it failed, as problem details.")
    result: str | None = Field(description="The result that it made.")
    by: str = Field(description="Who asked.")
    created_at: datetime = Field(description="When it was asked for.")
    started_at: datetime | None = Field(description="When a worker took it up, the last time.")
    ended_at: datetime | None = Field(description="When it ended.")
    step: str = Field(description="What it is doing.")
    share: float = Field(description="How much of it is done, 0 to 1.")
    cancelled: bool = Field(description="Whether somebody asked it to stop; it then hands out the best that it has.")

    @classmethod
    def of(cls, row: Job, *, whole: bool = True) -> JobOut:
        """Return what is told of a row."""
        return cls(
            id=row.id,
            kind=row.kind,
            centre=row.centre_id,
            state=State(row.state),
            asked=row.asked,
            answer=row.answer if whole else None,
            problem=row.problem,
            result=row.result_id,
            by=row.by,
            created_at=row.created_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            step=row.step,
            share=row.share,
            cancelled=row.cancelled,
        )


@router.post(
    "/centres/{centre_id}/jobs", status_code=202, summary="Ask for a job", **needs(Role.PLANNER, gives="Location")
)
def create(
    request: Request, response: Response, service: Here, caller: Who, centre_id: CentreId, asked: JobIn
) -> JobOut:
    """Ask for long work: a plan, a forecast, a requirement, a repair or a simulated what-if.

    It is done for the centre as it is now, unless `asked` names a `centre_version`. Under the same idempotency key
    there is one job, however often it is asked for.
    """
    return asked_for(request, response, service, caller, centre_id, asked)


def asked_for(
    request: Request, response: Response, service: Service, caller: Caller, centre_id: str, asked: JobIn
) -> JobOut:
    """Ask for a job, for the centre as it is now where no version is named."""
    kind = KINDS[asked.kind]
    if not caller.may(kind.role):
        raise Refusal(403, f"a job of this kind needs the role {kind.role.value!r} or above")
    if asked.webhook:
        check_address(service, asked.webhook)
    with service.database.writing() as session:
        centre = centre_of(session, centre_id)
        version = asked.asked.centre_version or centre.version
        if version > centre.version:
            raise no_such("version of the centre", str(version))
        plan = getattr(asked.asked, "plan", None)
        if plan is not None:
            plan_of(session, centre_id, plan)
        form = {**asked.asked.model_dump(mode="json"), "centre_version": version}
        asking = Asking(caller.name, request.state.request_id, getattr(request.state, "repeat_id", ""))
        job = ask(
            session,
            asked.kind,
            form,
            asking,
            centre_id=centre_id,
            priority=asked.priority,
            webhook=asked.webhook,
        )
        detail = {"kind": asked.kind, "centre": centre_id}
        record(session, caller.name, "job.ask", f"jobs/{job.id}", request.state.request_id, **detail)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job)


@router.get("/jobs", summary="List jobs", **needs(Role.VIEWER))
def jobs(
    service: Here,
    limit: Limit = 100,
    after: After = None,
    centre: Annotated[str | None, Query(max_length=63, description="Only for this centre.")] = None,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    kind: Annotated[str | None, Query(max_length=40, description="Only of this kind.", examples=["plan"])] = None,
) -> Page[JobOut]:
    """List jobs, the newest first, without their answers."""
    asked = select(Job).order_by(Job.id.desc()).limit(limit + 1)
    for column, value in ((Job.centre_id, centre), (Job.state, state and state.value), (Job.kind, kind)):
        if value is not None:
            asked = asked.where(column == value)
    with service.database.reading() as session:
        found = session.scalars(asked.where(Job.id < after) if after else asked).all()
    following = found[limit - 1].id if len(found) > limit else None
    return Page(items=[JobOut.of(row, whole=False) for row in found[:limit]], next=following)


@router.get("/jobs/{job_id}", summary="Read a job", **needs(Role.VIEWER))
def read(service: Here, job_id: JobId) -> JobOut:
    """Tell where a job is, and once it is done its answer."""
    with service.database.reading() as session:
        return JobOut.of(_job(session.get(Job, job_id), job_id))


@router.delete("/jobs/{job_id}", status_code=202, summary="Cancel a job", **needs(Role.PLANNER))
def stop(request: Request, service: Here, caller: Who, job_id: JobId) -> JobOut:
    """Cancel a job: one that waits ends at once, one that runs hands out the best that it has found."""
    with service.database.writing() as session:
        job = _job(cancel(session, job_id), job_id)
        record(session, caller.name, "job.cancel", f"jobs/{job_id}", request.state.request_id, state=job.state)
    return JobOut.of(job)


def existing(service: Here, job_id: JobId) -> str:
    """Return a job's identifier where there is such a job: a stream that has begun can no longer say that not.

    Raises
    ------
    Refusal
        404.
    """
    with service.database.reading() as session:
        return _job(session.get(Job, job_id), job_id).id


@router.get(
    "/jobs/{job_id}/events",
    summary="Follow a job",
    response_class=EventSourceResponse,
    **needs(Role.VIEWER),
)
async def events(
    request: Request,
    service: Here,
    job_id: Annotated[str, Depends(existing)],
    last_event_id: Annotated[str | None, Header(description="Go on after this event.")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Follow a job by server-sent events; the stream ends with the job.

    Events are named `queued`, `running`, `progress` (its step, the share done, the best found so far in words),
    `stopping`, and at the end `done`, `failed` or `cancelled`, with its result or its problem. Each has an id to go on
    after and `at` among its data.
    """
    seen = place_of(last_event_id)
    silent = 0.0
    while not await request.is_disconnected():
        found, ended = await run_in_threadpool(_events_after, service, job_id, seen)
        for event in found:
            seen, silent = event.id, 0.0
            data = {"at": event.at.isoformat(), **event.data}
            yield ServerSentEvent(data=data, event=event.kind, id=str(event.id))
        if ended and not found:
            return
        if silent >= ALIVE_S:
            silent = 0.0
            yield ServerSentEvent(comment="alive")
        await asyncio.sleep(LOOK_S)
        silent += LOOK_S


def _events_after(service: Service, job_id: str, seen: int) -> tuple[list[JobEvent], bool]:
    with service.database.reading() as session:
        job = _job(session.get(Job, job_id), job_id)
        asked = select(JobEvent).where(JobEvent.job_id == job_id, JobEvent.id > seen)
        found = list(session.scalars(asked.order_by(JobEvent.id).limit(500)))
    return found, State(job.state) in ENDED


def _job(found: Job | None, job_id: str) -> Job:
    if found is None:
        raise no_such("job", job_id)
    return found
