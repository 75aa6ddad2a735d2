"""A centre's files one by one, and its tables row by row: paged, filtered, edited in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ConfigDict, Field
from sqlalchemy import select

from api.access.callers import Here, Who, needs
from api.access.roles import Caller, Right, Role
from api.conditions import Seen, tag
from api.jobs.work import Asked
from api.kept import Kept
from api.paging import After, Limit, Page, place_of
from api.problems import Refusal, no_such
from api.routes.shared import CentreId, Changed, DryRun, FileOut, Note, VersionNumber, check_seen, keep
from api.service import Service
from api.store.blobs import fetch
from api.store.centres import NAMES, SETTINGS, files_of, known_version, prepare
from api.store.rows import TABLES, Row, edited, read_rows, write_rows
from api.store.tables import Blob
from api.uploads import body_of

router = APIRouter(prefix="/centres/{centre_id}", tags=["centres"])

FileName = Annotated[str, Path(description="As the planning folder names it.", examples=["agents.csv"])]
TableName = Annotated[str, Path(description="A table of the planning folder.", examples=["agents"])]
ABOUT_SCORES = frozenset({"performance"})
"""Tables that tell how people do: they need the right to scores."""

MOST = 50_000_000
"""Bytes of files whose rows are kept read for whoever turns their pages; in memory they take some ten times as much."""

_kept: Kept[tuple[Row, ...]] = Kept(MOST)


class CentreRows(Page[Row]):
    """Rows of a table of a centre, cells as text."""


class Rows(Asked):
    """Rows to write and rows to delete; cells are text as in the file, an empty one empties it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "upsert": [{"agent_id": "a51", "contract": "full-time", "hourly_cost": "57.7"}],
                "delete": [{"agent_id": "a02"}],
            }
        }
    )

    upsert: list[Row] = Field(
        default=[], max_length=50_000, description="Written over where the key is there, else added."
    )
    delete: list[Row] = Field(default=[], max_length=50_000, description="Their keys.")


@router.get("/files", summary="List a centre's files", **needs(Role.VIEWER, gives="ETag"))
def files(response: Response, service: Here, centre_id: CentreId, version: VersionNumber = None) -> list[FileOut]:
    """List a version's files; history is told by its own operations."""
    with service.database.reading() as session:
        number = known_version(session, centre_id, version)
        found = files_of(session, centre_id, number)
        sizes = dict(session.execute(select(Blob.sha, Blob.size).where(Blob.sha.in_(found.values()))).all())
    tag(response, number)
    return [FileOut(name=name, sha=sha, bytes=sizes[sha]) for name, sha in found.items()]


@router.get(
    "/files/{name}",
    summary="Fetch a file",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(Role.PLANNER, gives="ETag"),
)
def file(service: Here, caller: Who, centre_id: CentreId, name: FileName, version: VersionNumber = None) -> Response:
    """Fetch a file as it was sent."""
    _may_read(caller, name.rpartition(".")[0])
    with service.database.reading() as session:
        number = known_version(session, centre_id, version)
        sha = files_of(session, centre_id, number).get(name)
        if sha is None:
            raise no_such("file", name)
        content = fetch(session, [sha])[sha]
    told = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{number}"'}
    return Response(content, media_type="application/octet-stream", headers=told)


@router.put(
    "/files/{name}", summary="Write a file", **needs(Role.PLANNER, body="application/octet-stream", gives="ETag")
)
async def write(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    name: FileName,
    seen: Seen,
    dry_run: DryRun = False,
    note: Note = "",
) -> Changed:
    """Write a file of the planning folder over or add it; the folder is checked as a whole first."""
    if name not in NAMES:
        raise Refusal(404, f"{name[:100]!r} is no file of a planning folder", allowed=sorted(NAMES))
    _may_read(caller, name.rpartition(".")[0])
    async with body_of(request, service.settings.upload_mb) as held:
        raw = held.read()

    def work() -> Changed:
        check_seen(service, centre_id, seen)
        draft = prepare(service.database, centre_id, {name: raw})
        return keep(request, service, caller, draft, note=note, dry_run=dry_run)

    made = await run_in_threadpool(work)
    tag(response, made.version)
    return made


@router.delete("/files/{name}", summary="Take a file out", **needs(Role.PLANNER, gives="ETag"))
def take_out(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    name: FileName,
    seen: Seen,
    dry_run: DryRun = False,
    note: Note = "",
) -> Changed:
    """Take a file out of the planning folder, where the folder is whole without it."""
    check_seen(service, centre_id, seen)
    with service.database.reading() as session:
        if name not in files_of(session, centre_id) or name == SETTINGS:
            raise no_such("file that can be taken out", name)
    made = keep(
        request, service, caller, prepare(service.database, centre_id, {name: None}), note=note, dry_run=dry_run
    )
    tag(response, made.version)
    return made


@router.get("/tables/{table}", summary="Read rows of a table", **needs(Role.PLANNER, gives="ETag"))
def rows(
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    table: TableName,
    limit: Limit = 100,
    after: After = None,
    where: Annotated[list[str] | None, Query(description="A column and what it holds: `team=red`.")] = None,
    version: VersionNumber = None,
) -> CentreRows:
    """Read rows of a table, those that hold what is asked for, in the order of the file."""
    found, number = rows_of_table(service, caller, centre_id, table, version)
    wanted = [_condition(table, text) for text in where or []]
    tag(response, number)
    chosen = [row for row in found if all(row.get(column, "") == value for column, value in wanted)]
    begin = place_of(after)
    following = str(begin + limit) if begin + limit < len(chosen) else None
    return CentreRows(items=chosen[begin : begin + limit], next=following)


@router.patch("/tables/{table}", summary="Edit rows of a table", **needs(Role.PLANNER, gives="ETag"))
def edit(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    table: TableName,
    asked: Rows,
    seen: Seen,
    dry_run: DryRun = False,
    note: Note = "",
) -> Changed:
    """Write and delete rows by their key, all or none; the planning folder is checked as a whole first."""
    _known(table)
    _may_read(caller, table)
    unknown = sorted({column for row in (*asked.upsert, *asked.delete) for column in row} - _columns(table))
    if unknown:
        raise Refusal(422, f"{table} has no column {unknown[0]!r}", allowed=sorted(_columns(table)))
    check_seen(service, centre_id, seen)
    before, _ = _rows_of(service, centre_id, table, None)
    made = edited(table, before, asked.upsert, asked.delete)
    content = write_rows(table, made) if made or table in {"agents", "skills"} else None
    with service.database.reading() as session:
        other = f"{table}.parquet" in files_of(session, centre_id)
    changes: dict[str, bytes | None] = {f"{table}.csv": content, **({f"{table}.parquet": None} if other else {})}
    done = keep(request, service, caller, prepare(service.database, centre_id, changes), note=note, dry_run=dry_run)
    tag(response, done.version)
    return done


def rows_of_table(
    service: Service, caller: Caller, centre_id: str, table: str, version: int | None
) -> tuple[Sequence[Row], int]:
    """Return a table's rows for somebody, and the version that they are of.

    Raises
    ------
    Refusal
        404, or 403 where it tells how people do.
    """
    _known(table)
    _may_read(caller, table)
    return _rows_of(service, centre_id, table, version)


def _rows_of(service: Service, centre_id: str, table: str, version: int | None) -> tuple[Sequence[Row], int]:
    """Return a table's rows, none where there is no such file, and the version that they are of."""
    with service.database.reading() as session:
        number = known_version(session, centre_id, version)
        there = files_of(session, centre_id, number)
        name = next((f"{table}.{end}" for end in ("csv", "parquet") if f"{table}.{end}" in there), None)
        if name is None:
            return (), number
        sha = there[name]

        def read() -> tuple[tuple[Row, ...], int]:
            raw = fetch(session, [sha])[sha]
            return tuple(read_rows(name, raw)), len(raw)

        return _kept.get(f"{name}/{sha}", read), number


def _known(table: str) -> None:
    if table not in TABLES:
        told = "; history has its own operations, and comes as CSV from there" if table == "history" else ""
        raise Refusal(404, f"there is no table {table[:100]!r} of rows{told}", allowed=sorted(TABLES))


def _columns(table: str) -> set[str]:
    return {column.name for column in TABLES[table].columns}


def _condition(table: str, text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not sign or not column.isidentifier():
        raise Refusal(422, f"`where` needs a column, = and what it holds, such as team=red, not {text[:100]!r}")
    if column not in _columns(table):
        raise Refusal(422, f"{table} has no column {column[:100]!r}", allowed=sorted(_columns(table)))
    return column, value


def _may_read(caller: Caller, table: str) -> None:
    if table in ABOUT_SCORES and Right.SCORES not in caller.rights:
        raise Refusal(403, f"{table} tells how people do: this needs the right {Right.SCORES.value!r}")
