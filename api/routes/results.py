"""Results: forecasts, requirements, plans and answers, listed, named, and deleted while they are drafts."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Role
from api.conditions import Seen, outdated, tag
from api.jobs.work import Asked
from api.paging import After, Limit, Page
from api.problems import Refusal, no_such
from api.routes.shared import CentreId
from api.store.tables import Result

router = APIRouter(prefix="/centres/{centre_id}", tags=["results"])

ResultId = Annotated[
    str,
    Path(pattern="^[0-9a-f]{20}$", description="As lists and ended jobs tell it.", examples=["0651f2a7b3c4d5e6f708"]),
]


class PlanState(StrEnum):
    """Where a plan is: a draft, the one that holds, or one that held."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


EXAMPLE: dict[str, JsonValue] = {
    "id": "0651f2a7b3c4d5e6f708",
    "kind": "plan",
    "label": "with two more on Monday",
    "week": "2026-11-23",
    "weeks": 1,
    "state": "draft",
    "version": 1,
    "centre_version": 3,
    "parent": None,
    "summary": {"cost": {"total": 116427.0}, "gap": 0.029, "targets": 330, "targets_met": 312},
    "created_at": "2026-11-20T08:00:00Z",
    "created_by": "mei",
    "published_at": None,
    "published_by": None,
}


class ResultOut(BaseModel):
    """A result without its files."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: str = Field(description="To ask for it by.")
    kind: str = Field(description="`forecast`, `requirement`, `plan` or `whatif`.")
    label: str = Field(description="A name given to it.")
    week: date | None = Field(description="First day of its weeks.")
    weeks: int = Field(description="How many.")
    state: PlanState = Field(description="Of a plan; all else stays a draft.")
    version: int = Field(description="Counts up with each change of name or state; the ETag.")
    centre_version: int = Field(description="The version of the centre that it was made from.")
    parent: str | None = Field(description="What it was made from.")
    summary: dict[str, Any] = Field(description="What lists show of it, by kind.")
    created_at: datetime = Field(description="When it was made.")
    created_by: str = Field(description="Who asked for it.")
    published_at: datetime | None = Field(description="When it was last published.")
    published_by: str | None = Field(description="Who published it.")

    @classmethod
    def of(cls, row: Result) -> ResultOut:
        """Return what is told of a row."""
        return cls(
            id=row.id,
            kind=row.kind,
            label=row.label,
            week=row.week,
            weeks=row.weeks,
            state=PlanState(row.state),
            version=row.version,
            centre_version=row.centre_version,
            parent=row.parent_id,
            summary=row.summary,
            created_at=row.created_at,
            created_by=row.created_by,
            published_at=row.published_at,
            published_by=row.published_by,
        )


class Label(Asked):
    """A name for a result."""

    model_config = ConfigDict(json_schema_extra={"example": {"label": "with two more on Monday"}})

    label: str = Field(max_length=200, description="May be empty.")


@router.get("/results", summary="List results", **needs(Role.VIEWER))
def results(
    service: Here,
    centre_id: CentreId,
    limit: Limit = 100,
    after: After = None,
    kind: Annotated[str | None, Query(max_length=20, description="Only of this kind.", examples=["plan"])] = None,
    week: Annotated[date | None, Query(description="Only those that begin on this day.")] = None,
    state: Annotated[PlanState | None, Query(description="Only those in this state.")] = None,
) -> Page[ResultOut]:
    """List forecasts, requirements, plans and answers, the newest first."""
    asked = select(Result).where(Result.centre_id == centre_id).order_by(Result.id.desc()).limit(limit + 1)
    for column, value in ((Result.kind, kind), (Result.week, week), (Result.state, state and state.value)):
        if value is not None:
            asked = asked.where(column == value)
    with service.database.reading() as session:
        found = session.scalars(asked.where(Result.id < after) if after else asked).all()
    following = found[limit - 1].id if len(found) > limit else None
    return Page(items=[ResultOut.of(row) for row in found[:limit]], next=following)


@router.get("/results/{result_id}", summary="Read a result", **needs(Role.VIEWER, gives="ETag"))
def read(response: Response, service: Here, centre_id: CentreId, result_id: ResultId) -> ResultOut:
    """Tell a result's summary; its ETag goes into the If-Match of a change."""
    with service.database.reading() as session:
        row = result_of(session, centre_id, result_id)
    tag(response, row.version)
    return ResultOut.of(row)


@router.patch("/results/{result_id}", summary="Name a result", **needs(Role.PLANNER, gives="ETag"))
def name(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    asked: Label,
    seen: Seen,
) -> ResultOut:
    """Give a result a name."""
    with service.database.writing() as session:
        row = seen_result(session, centre_id, result_id, seen)
        row.label = asked.label
        record(session, caller.name, "result.name", path_of(row), request.state.request_id, label=asked.label)
    tag(response, row.version)
    return ResultOut.of(row)


@router.delete("/results/{result_id}", status_code=204, summary="Delete a result", **needs(Role.PLANNER))
def remove(
    request: Request, service: Here, caller: Who, centre_id: CentreId, result_id: ResultId, seen: Seen
) -> Response:
    """Delete a draft; what is or was published stays."""
    with service.database.writing() as session:
        row = seen_result(session, centre_id, result_id, seen)
        if row.state != PlanState.DRAFT.value:
            raise Refusal(409, f"this plan is {row.state}: it is part of the record and stays")
        session.execute(delete(Result).where(Result.id == row.id))
        record(session, caller.name, "result.delete", path_of(row), request.state.request_id)
    return Response(status_code=204)


def result_of(session: Session, centre_id: str, result_id: str, *, lock: bool = False) -> Result:
    """Return a result of a centre.

    Raises
    ------
    Refusal
        404.
    """
    asked = select(Result).where(Result.id == result_id, Result.centre_id == centre_id)
    found = session.scalars(asked.with_for_update() if lock else asked).one_or_none()
    if found is None:
        raise no_such("result", result_id)
    return found


def seen_result(session: Session, centre_id: str, result_id: str, seen: int) -> Result:
    """Return a result to change, its version counted up.

    Raises
    ------
    Refusal
        404; 412 where another version was seen.
    """
    row = result_of(session, centre_id, result_id, lock=True)
    if row.version != seen:
        told = {"state": row.state, "label": row.label, "published_by": row.published_by}
        raise outdated(seen, row.version, told)
    row.version += 1
    return row


def path_of(row: Result) -> str:
    """Return where a result is, as the audit tells it."""
    return f"centres/{row.centre_id}/results/{row.id}"
