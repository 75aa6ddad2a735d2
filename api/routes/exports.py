"""Exports: tables of centres and of results as CSV or XLSX, and whole folders, people under pseudonyms where asked."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Mapping
from typing import Annotated, Any

import tomli_w
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Role
from api.exports import TYPES, Format, exported
from api.pseudonyms import Pseudonyms
from api.routes.result_files import ABOUT_SCORES, may_read
from api.routes.result_tables import TableOfResult, Where, table_of
from api.routes.results import ResultId
from api.routes.shared import CentreId, VersionNumber
from api.routes.tables import TableName, rows_of_table
from api.service import Service
from api.store.centres import HISTORY, SETTINGS, contents_of, known_version
from api.store.history import as_csv, load
from api.store.rows import TABLES, read_rows, with_numbers, write_rows
from api.tables_out import chosen

router = APIRouter(prefix="/centres/{centre_id}", tags=["exports"])

Wanted = Annotated[Format, Query(alias="format", description="A file for people who work in spreadsheets.")]
Masked = Annotated[bool, Query(description="People under pseudonyms, without names and remarks.")]
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {media: {} for media in TYPES.values()}}}


class Known(BaseModel):
    """Somebody and the pseudonym."""

    model_config = ConfigDict(json_schema_extra={"example": {"agent_id": "a01", "pseudonym": "p3f9a2c81d0"}})

    agent_id: str = Field(description="As `agents.csv` has it.")
    pseudonym: str = Field(description="As masked exports have it.")


@router.get(
    "/exports/{table}",
    summary="Export a table",
    response_class=Response,
    responses=FILE,
    **needs(Role.PLANNER),
)
def table(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    table: TableName,
    kind: Wanted = Format.CSV,
    masked: Masked = False,
    version: VersionNumber = None,
) -> Response:
    """Fetch a table of a centre as a file."""
    rows, number = rows_of_table(service, caller, centre_id, table, version)
    columns = [column.name for column in TABLES[table].columns]
    hide = Pseudonyms(service.key, centre_id)
    shown: list[Mapping[str, object]] = [hide.masked(table, row) if masked else row for row in rows]
    if kind is Format.XLSX:
        shown = [with_numbers(table, row) for row in shown]
    _told(request, service, caller.name, f"centres/{centre_id}", table=table, version=number, masked=masked)
    return _file(f"{centre_id}-{table}", exported(table, columns, shown, kind), kind)


@router.get(
    "/results/{result_id}/exports/{table}",
    summary="Export a table of a result",
    response_class=Response,
    responses=FILE,
    **needs(Role.VIEWER),
)
def table_of_result(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    table: TableOfResult,
    kind: Wanted = Format.CSV,
    masked: Masked = False,
    where: Where = None,
) -> Response:
    """Fetch a table of a forecast, a plan or another result as a file: the rows that hold what is asked for."""
    may_read(caller, table)
    columns, rows = table_of(service, centre_id, result_id, table)
    found = chosen(rows, where or [])
    hide = Pseudonyms(service.key, centre_id)
    shown: list[Any] = [hide.masked(table, row) for row in found] if masked else found
    if table.startswith(ABOUT_SCORES):
        target = f"centres/{centre_id}/results/{result_id}"
        _told(request, service, caller.name, target, action="scores.read", table=table, masked=masked)
    return _file(f"{centre_id}-{table}", exported(table, columns, shown, kind), kind)


@router.get(
    "/folder",
    summary="Fetch a centre as an archive",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
    **needs(Role.MANAGER, gives="ETag"),
)
def folder(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    version: VersionNumber = None,
    masked: Masked = False,
) -> Response:
    """Fetch a version of the planning folder as a zip archive, names and scores of people included unless masked.

    A masked folder is whole: the same week can be planned with it.
    """
    with service.database.reading() as session:
        number = known_version(session, centre_id, version)
        files = contents_of(session, centre_id, number)
        history = as_csv(load(session, centre_id, number))
    if masked:
        files = _without_people(files, Pseudonyms(service.key, centre_id))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**files, HISTORY[0]: history}.items()):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    _told(request, service, caller.name, f"centres/{centre_id}", version=number, masked=masked)
    told = {"Content-Disposition": f'attachment; filename="{centre_id}-{number}.zip"', "ETag": f'"{number}"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=told)


@router.get("/pseudonyms", summary="Tell who is who", **needs(Role.MANAGER))
def pseudonyms(request: Request, service: Here, caller: Who, centre_id: CentreId) -> list[Known]:
    """Tell the pseudonyms of a centre's people; the audit notes who asked."""
    rows, number = rows_of_table(service, caller, centre_id, "agents", None)
    hide = Pseudonyms(service.key, centre_id)
    _told(request, service, caller.name, f"centres/{centre_id}", action="pseudonyms.read", version=number)
    return [Known(agent_id=row["agent_id"], pseudonym=hide.of(row["agent_id"])) for row in rows]


def _without_people(files: dict[str, bytes], hide: Pseudonyms) -> dict[str, bytes]:
    found = {}
    for name, raw in files.items():
        stem = name.rpartition(".")[0]
        if name == SETTINGS:
            # comments may tell of people
            found[name] = tomli_w.dumps(tomllib.loads(raw.decode("utf-8-sig"))).encode()
            continue
        if stem not in TABLES:
            found[name] = raw
            continue
        rows = [hide.masked(stem, row) for row in read_rows(name, raw)]
        found[f"{stem}.csv"] = write_rows(stem, [{c: cell for c, cell in row.items() if cell} for row in rows])
    return found


def _told(
    request: Request, service: Service, by: str, target: str, *, action: str = "centre.export", **detail: object
) -> None:
    with service.database.writing() as session:
        record(session, by, action, target, request.state.request_id, **detail)


def _file(name: str, content: bytes, kind: Format) -> Response:
    told = {"Content-Disposition": f'attachment; filename="{name}.{kind.value}"'}
    return Response(content, media_type=TYPES[kind], headers=told)
