"""Centres: planning folders in versions, made and changed from an archive, the difference shown first."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, select

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Role
from api.conditions import Seen, outdated, tag
from api.paging import After, Limit, Page, place_of
from api.problems import Refusal, no_such
from api.routes.shared import MOST_VERSIONS, CentreId, Changed, DryRun, Note, check_seen, keep
from api.store.centres import HISTORY, already_there, centre_of, changed_since, contents_of, files_of, prepare
from api.store.history import as_csv, load
from api.store.tables import Centre, CentreVersion, Result, User
from api.uploads import body_of, unpacked

router = APIRouter(prefix="/centres", tags=["centres"])

TOLD = 50
"""Plans and people that go with a centre and are told one by one."""


class CentreOut(BaseModel):
    """A centre as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "north",
                "name": "North",
                "version": 3,
                "created_at": "2026-11-20T08:00:00Z",
                "created_by": "mei",
            }
        }
    )

    id: str = Field(description="As its path has it.")
    name: str = Field(description="As `centre.toml` has it.")
    version: int = Field(description="Counts up with each change.")
    created_at: datetime = Field(description="When it was made.")
    created_by: str = Field(description="Who made it.")

    @classmethod
    def of(cls, row: Centre) -> CentreOut:
        """Return what is told of a row."""
        return cls(id=row.id, name=row.name, version=row.version, created_at=row.created_at, created_by=row.created_by)


class VersionOut(BaseModel):
    """One change of a centre."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"number": 3, "sha": "9f...", "at": "2026-11-20T08:00:00Z", "by": "mei", "note": "two joiners"}
        }
    )

    number: int = Field(description="Counts up with each change.")
    sha: str = Field(description="Digest over all files: equal digests are equal centres.")
    at: datetime = Field(description="When.")
    by: str = Field(description="Who.")
    note: str = Field(description="Why, as whoever made it said.")


@router.get("", summary="List centres", **needs(Role.VIEWER))
def centres(service: Here, limit: Limit = 100, after: After = None) -> Page[CentreOut]:
    """List centres by their identifier."""
    with service.database.reading() as session:
        asked = select(Centre).order_by(Centre.id).limit(limit + 1)
        found = session.scalars(asked.where(Centre.id > after) if after else asked).all()
    following = found[limit - 1].id if len(found) > limit else None
    return Page(items=[CentreOut.of(row) for row in found[:limit]], next=following)


@router.post(
    "/{centre_id}",
    status_code=201,
    summary="Make a centre",
    **needs(Role.PLANNER, body="application/zip", gives="ETag Location"),
)
async def create(
    request: Request, response: Response, service: Here, caller: Who, centre_id: CentreId, note: Note = ""
) -> Changed:
    """Make a centre from a zip archive of its planning folder; every fault of it is told at once."""
    async with body_of(request, service.settings.upload_mb) as held:
        files, left = await run_in_threadpool(unpacked, held, service.settings.unpacked_mb)

    def work() -> Changed:
        with service.database.reading() as session:
            if session.get(Centre, centre_id) is not None:
                raise already_there(centre_id)
        draft = prepare(service.database, centre_id, files, new=True)
        return keep(request, service, caller, draft, note=note)

    made = await run_in_threadpool(work)
    tag(response, made.version)
    response.headers["Location"] = f"/api/v1/centres/{centre_id}"
    return made.model_copy(update={"left": left})


@router.get("/{centre_id}", summary="Read a centre", **needs(Role.VIEWER, gives="ETag"))
def read(response: Response, service: Here, centre_id: CentreId) -> CentreOut:
    """Tell a centre's name and current version; its ETag goes into the If-Match of a change."""
    with service.database.reading() as session:
        row = centre_of(session, centre_id)
    tag(response, row.version)
    return CentreOut.of(row)


@router.delete("/{centre_id}", status_code=204, summary="Delete a centre", **needs(Role.ADMIN))
def remove(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    seen: Seen,
    published: Annotated[bool, Query(description="Also where rosters are or were published.")] = False,
) -> Response:
    """Delete a centre with its versions, results and jobs; its agents can no longer sign in.

    Where rosters are or were published it is refused, unless `published` says that the record of them goes as well.
    """
    check_seen(service, centre_id, seen)
    with service.database.writing() as session:
        current = centre_of(session, centre_id, lock=True).version
        if current != seen:
            raise outdated(seen, current, changed_since(session, centre_id, seen))
        mine = (Result.centre_id == centre_id, Result.published_at.is_not(None))
        plans = session.scalars(select(Result.id).where(*mine).order_by(Result.id)).all()
        if plans and not published:
            detail = f"{len(plans)} plans of this centre are or were published; `published=true` deletes them with it"
            raise Refusal(409, detail, kind="published", plans=plans[:TOLD])
        agents = (User.centre_id == centre_id, User.role == Role.AGENT.value)
        people = session.scalars(select(User).where(*agents).with_for_update()).all()
        for person in people:
            person.active, person.epoch = False, person.epoch + 1
        session.flush()
        session.execute(delete(Centre).where(Centre.id == centre_id))
        lost = {"version": seen, "published": plans[:TOLD], "people": [person.name for person in people[:TOLD]]}
        record(session, caller.name, "centre.delete", f"centres/{centre_id}", request.state.request_id, **lost)
    return Response(status_code=204)


@router.get("/{centre_id}/versions", summary="List a centre's versions", **needs(Role.VIEWER))
def versions(service: Here, centre_id: CentreId, limit: Limit = 100, after: After = None) -> Page[VersionOut]:
    """List versions, the newest first: who made each, when and why."""
    with service.database.reading() as session:
        centre_of(session, centre_id)
        asked = select(CentreVersion).where(CentreVersion.centre_id == centre_id)
        if place := place_of(after):
            asked = asked.where(CentreVersion.number < place)
        found = session.scalars(asked.order_by(CentreVersion.number.desc()).limit(limit + 1)).all()
    following = str(found[limit - 1].number) if len(found) > limit else None
    items = [VersionOut(number=v.number, sha=v.sha, at=v.at, by=v.by, note=v.note) for v in found[:limit]]
    return Page(items=items, next=following)


@router.put(
    "/{centre_id}/folder",
    summary="Change a centre by an archive",
    **needs(Role.PLANNER, body="application/zip", gives="ETag"),
)
async def replace(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    seen: Seen,
    dry_run: DryRun = False,
    note: Note = "",
) -> Changed:
    """Put a zip archive in the place of the whole planning folder, or only tell what that would change."""
    async with body_of(request, service.settings.upload_mb) as held:
        files, left = await run_in_threadpool(unpacked, held, service.settings.unpacked_mb)

    def work() -> Changed:
        check_seen(service, centre_id, seen)
        with service.database.reading() as session:
            there = files_of(session, centre_id)
        stems = {name.rpartition(".")[0] for name in files}
        gone = {name: None for name in there if name.rpartition(".")[0] not in stems}
        draft = prepare(service.database, centre_id, {**gone, **files})
        return keep(request, service, caller, draft, note=note, dry_run=dry_run)

    made = await run_in_threadpool(work)
    tag(response, made.version)
    return made.model_copy(update={"left": left})


@router.post(
    "/{centre_id}/versions/{number}/restore", summary="Go back to a version", **needs(Role.PLANNER, gives="ETag")
)
def go_back(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    number: Annotated[int, Path(ge=1, le=MOST_VERSIONS, description="As the list of versions has it.", examples=[3])],
    seen: Seen,
    dry_run: DryRun = False,
    note: Note = "",
) -> Changed:
    """Make a version's folder the current one again, as a version of its own; or only tell what that changes."""
    check_seen(service, centre_id, seen)
    with service.database.reading() as session:
        if session.get(CentreVersion, (centre_id, number)) is None:
            raise no_such("version", str(number))
        then, now = contents_of(session, centre_id, number), files_of(session, centre_id)
        history = as_csv(load(session, centre_id, number))
    changes: dict[str, bytes | None] = {**{name: None for name in now if name not in then}, **then, HISTORY[0]: history}
    made = keep(request, service, caller, prepare(service.database, centre_id, changes), note=note, dry_run=dry_run)
    tag(response, made.version)
    return made
