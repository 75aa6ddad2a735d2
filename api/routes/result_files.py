"""Files of results: tables, reports, workbooks, calendars."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import select

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Caller, Right, Role
from api.jobs.work import files_of_result
from api.problems import Refusal
from api.routes.results import ResultId, result_of
from api.routes.shared import CentreId, FileOut
from api.store.blobs import fetch
from api.store.tables import Blob

router = APIRouter(prefix="/centres/{centre_id}", tags=["results"])

TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ABOUT_SCORES = ("scores", "score_use", "report.html", "roster.xlsx", "fairness", "routing")
"""Beginnings of the names of files that tell how people do: they need the right to scores."""


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
    **needs(
        Role.VIEWER,
    ),
)
def file(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    name: Annotated[str, Path(max_length=200, description="As the list of files has it.", examples=["roster.csv"])],
) -> Response:
    """Fetch a file of a result: a table, the report, the workbook or somebody's calendar."""
    may_read(caller, name)
    with service.database.reading() as session:
        sha = files_of_result(session, result_of(session, centre_id, result_id).id).get(name)
        if sha is None:
            raise Refusal(404, f"this result has no file {name!r}", files=sorted(files_of_result(session, result_id)))
        content = fetch(session, [sha])[sha]
    if name.startswith(ABOUT_SCORES):
        with service.database.writing() as session:
            target = f"centres/{centre_id}/results/{result_id}"
            record(session, caller.name, "scores.read", target, request.state.request_id, file=name)
    kind = TYPES.get(name[name.rfind(".") :], "application/octet-stream")
    shown = f'attachment; filename="{name.rpartition("/")[2]}"'
    return Response(content, media_type=kind, headers={"Content-Disposition": shown, "ETag": f'"{sha}"'})


def may_read(caller: Caller, name: str) -> None:
    """Refuse files that tell how people do to whoever has no right to scores.

    Raises
    ------
    Refusal
        403.
    """
    if name.startswith(ABOUT_SCORES) and Right.SCORES not in caller.rights:
        raise Refusal(403, f"{name[:100]} tells how people do: this needs the right {Right.SCORES.value!r}")
