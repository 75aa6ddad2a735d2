"""Results: forecasts, requirements and plans with their files; plans are compared, published and brought back."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Caller, Right, Role
from api.conditions import Seen, outdated, tag
from api.jobs.work import files_of_result
from api.paging import After, Limit, Page
from api.problems import Refusal, no_such
from api.routes.shared import CentreId, FileOut
from api.store.blobs import fetch
from api.store.centres import centre_of
from api.store.columns import now
from api.store.tables import Blob, Result

router = APIRouter(prefix="/centres/{centre_id}", tags=["results"])

ResultId = Annotated[str, Path(pattern="^[0-9a-f]{20}$", examples=["0651f2a7b3c4d5e6f708"])]

TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ABOUT_SCORES = ("scores", "score_use", "report.html", "roster.xlsx", "fairness", "routing")
"""Beginnings of the names of files that tell how people do: they need the right to scores."""


class PlanState(StrEnum):
    """Where a plan is: a draft, the one that holds, or one that held."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ResultOut(BaseModel):
    """A result without its files."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
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
        }
    )

    id: str
    kind: str
    label: str
    week: date | None
    weeks: int
    state: PlanState
    version: int
    centre_version: int
    parent: str | None = Field(description="What it was made from.")
    summary: dict[str, Any]
    created_at: datetime
    created_by: str
    published_at: datetime | None
    published_by: str | None

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


class Label(BaseModel):
    """A name for a result."""

    model_config = ConfigDict(json_schema_extra={"example": {"label": "with two more on Monday"}})

    label: str = Field(max_length=200)


@router.get("/results", summary="List results", **needs(Role.VIEWER))
def results(
    service: Here,
    centre_id: CentreId,
    limit: Limit = 100,
    after: After = None,
    kind: Annotated[str | None, Query(max_length=20, examples=["plan"])] = None,
    week: date | None = None,
    state: PlanState | None = None,
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


@router.get("/results/{result_id}", summary="Read a result", **needs(Role.VIEWER))
def read(response: Response, service: Here, centre_id: CentreId, result_id: ResultId) -> ResultOut:
    """Tell a result's summary; its ETag goes into the If-Match of a change."""
    with service.database.reading() as session:
        row = result_of(session, centre_id, result_id)
    tag(response, row.version)
    return ResultOut.of(row)


@router.patch("/results/{result_id}", summary="Name a result", **needs(Role.PLANNER))
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
        row = _seen(session, centre_id, result_id, seen)
        row.label = asked.label
        record(session, caller.name, "result.name", _path(row), request.state.request_id, label=asked.label)
    tag(response, row.version)
    return ResultOut.of(row)


@router.delete("/results/{result_id}", status_code=204, summary="Delete a result", **needs(Role.PLANNER))
def remove(
    request: Request, service: Here, caller: Who, centre_id: CentreId, result_id: ResultId, seen: Seen
) -> Response:
    """Delete a draft; what is or was published stays."""
    with service.database.writing() as session:
        row = _seen(session, centre_id, result_id, seen)
        if row.state != PlanState.DRAFT.value:
            raise Refusal(409, f"this plan is {row.state}: it is part of the record and stays")
        session.execute(delete(Result).where(Result.id == row.id))
        record(session, caller.name, "result.delete", _path(row), request.state.request_id)
    return Response(status_code=204)


@router.get("/results/{result_id}/files", summary="List a result's files", **needs(Role.VIEWER))
def files(service: Here, centre_id: CentreId, result_id: ResultId) -> list[FileOut]:
    """List the files of a result."""
    with service.database.reading() as session:
        row = result_of(session, centre_id, result_id)
        found = files_of_result(session, row.id)
        sizes = dict(session.execute(select(Blob.sha, Blob.size).where(Blob.sha.in_(found.values()))).all())
    return [FileOut(name=name, sha=sha, bytes=sizes[sha]) for name, sha in found.items()]


@router.get(
    "/results/{result_id}/files/{name:path}",
    summary="Fetch a file of a result",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(Role.VIEWER),
)
def file(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    name: Annotated[str, Path(max_length=200, examples=["roster.csv"])],
) -> Response:
    """Fetch a file of a result: a table, the report, the workbook or somebody's calendar."""
    may_read(caller, name)
    with service.database.reading() as session:
        sha = files_of_result(session, result_of(session, centre_id, result_id).id).get(name)
        if sha is None:
            raise no_such("file of this result", name)
        content = fetch(session, [sha])[sha]
    if name.startswith(ABOUT_SCORES):
        with service.database.writing() as session:
            target = f"centres/{centre_id}/results/{result_id}"
            record(session, caller.name, "scores.read", target, request.state.request_id, file=name)
    kind = TYPES.get(name[name.rfind(".") :], "application/octet-stream")
    shown = f'attachment; filename="{name.rpartition("/")[2]}"'
    return Response(content, media_type=kind, headers={"Content-Disposition": shown, "ETag": f'"{sha}"'})


@router.post("/results/{result_id}/publish", summary="Publish a plan", **needs(Role.PLANNER, Right.PUBLISH))
def publish(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    seen: Seen,
) -> ResultOut:
    """Make a plan the one that holds for its weeks; those that held for any of them are withdrawn with it."""
    with service.database.writing() as session:
        # of two plans published at one moment the second sees the first
        centre_of(session, centre_id, lock=True)
        row = _seen(session, centre_id, result_id, seen)
        if row.kind != "plan" or row.week is None:
            raise Refusal(409, f"a {row.kind} is not published; a plan is")
        if row.state == PlanState.PUBLISHED.value:
            raise Refusal(409, "this plan is published already")
        withdrawn = [other.id for other in _overlapping(session, row)]
        session.execute(
            update(Result)
            .where(Result.id.in_(withdrawn))
            .values(state=PlanState.WITHDRAWN.value, version=Result.version + 1)
        )
        row.state, row.published_at, row.published_by = PlanState.PUBLISHED.value, now(), caller.name
        detail = {"week": row.week.isoformat(), "withdrawn": withdrawn}
        record(session, caller.name, "plan.publish", _path(row), request.state.request_id, **detail)
    tag(response, row.version)
    return ResultOut.of(row)


@router.post("/results/{result_id}/withdraw", summary="Withdraw a plan", **needs(Role.PLANNER, Right.PUBLISH))
def withdraw(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    seen: Seen,
) -> ResultOut:
    """Take a published plan back; to revert to an earlier one, publish that."""
    with service.database.writing() as session:
        row = _seen(session, centre_id, result_id, seen)
        if row.state != PlanState.PUBLISHED.value:
            raise Refusal(409, f"this plan is {row.state}, not published")
        row.state = PlanState.WITHDRAWN.value
        record(session, caller.name, "plan.withdraw", _path(row), request.state.request_id)
    tag(response, row.version)
    return ResultOut.of(row)


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


def _seen(session: Session, centre_id: str, result_id: str, seen: int) -> Result:
    """Return a result to change, its version counted up; refuse where another one was seen."""
    row = result_of(session, centre_id, result_id, lock=True)
    if row.version != seen:
        told = {"state": row.state, "label": row.label, "published_by": row.published_by}
        raise outdated(seen, row.version, told)
    row.version += 1
    return row


def _overlapping(session: Session, row: Result) -> list[Result]:
    from datetime import timedelta

    assert row.week is not None
    held = select(Result).where(
        Result.centre_id == row.centre_id, Result.kind == "plan", Result.state == PlanState.PUBLISHED.value
    )
    end = row.week + timedelta(days=7 * row.weeks)
    found = session.scalars(held.with_for_update()).all()
    return [o for o in found if o.week and o.week < end and row.week < o.week + timedelta(days=7 * o.weeks)]


def _path(row: Result) -> str:
    return f"centres/{row.centre_id}/results/{row.id}"


def may_read(caller: Caller, name: str) -> None:
    """Refuse files that tell how people do to whoever has no right to scores.

    Raises
    ------
    Refusal
        403.
    """
    if name.startswith(ABOUT_SCORES) and Right.SCORES not in caller.rights:
        raise Refusal(403, f"{name[:100]} tells how people do: this needs the right {Right.SCORES.value!r}")
