"""People who sign in, keys of other systems, and the audit of what both did."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.passwords import LONGEST, SHORTEST, hashed, one_time
from api.access.roles import Right, Role
from api.access.tokens import digest
from api.paging import After, Limit, Page, place_of
from api.problems import Refusal, no_such
from api.store.centres import centre_of
from api.store.columns import now
from api.store.tables import ApiKey, Audit, Refresh, User

router = APIRouter()

PersonName = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$", description="The name to sign in with.", examples=["mei"])
]


class Granted(BaseModel):
    """A role and rights beside it."""

    role: Role
    rights: list[Right] = Field(default=[], max_length=len(Right))


class PersonIn(Granted):
    """What somebody may do; an agent is told whose roster is the own one."""

    model_config = ConfigDict(json_schema_extra={"example": {"role": "planner", "rights": ["publish"]}})

    centre: str | None = None
    agent: str | None = Field(default=None, max_length=200)
    active: bool = True
    password: str | None = Field(default=None, min_length=SHORTEST, max_length=LONGEST)

    @model_validator(mode="after")
    def _agents_are_somebody(self) -> PersonIn:
        if self.role is Role.AGENT and not (self.centre and self.agent):
            raise ValueError("the role agent needs a centre and an agent of it")
        return self


class PersonOut(BaseModel):
    """Somebody who signs in."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "mei",
                "role": "planner",
                "rights": ["publish"],
                "centre": None,
                "agent": None,
                "active": True,
                "created_at": "2026-11-20T08:00:00Z",
                "password": None,
            }
        }
    )

    name: str
    role: Role
    rights: list[Right]
    centre: str | None
    agent: str | None
    active: bool
    created_at: datetime
    password: str | None = Field(default=None, description="Made for a new person where none was sent; told once.")

    @classmethod
    def of(cls, user: User, password: str | None = None) -> PersonOut:
        """Return what is told of a row."""
        return cls(
            name=user.name,
            role=Role(user.role),
            rights=[Right(name) for name in user.rights],
            centre=user.centre_id,
            agent=user.agent_id,
            active=user.active,
            created_at=user.created_at,
            password=password,
        )


class KeyIn(Granted):
    """A key to make."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "acd", "role": "planner", "rights": [], "days": 365}}
    )

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
    days: int | None = Field(default=None, ge=1, le=3650, description="How long it lasts; null: until revoked.")


class KeyOut(Granted):
    """A key of another system."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "0651f2a7b3c4d5e6f708",
                "name": "acd",
                "role": "planner",
                "rights": [],
                "created_at": "2026-11-20T08:00:00Z",
                "created_by": "admin",
                "ends_at": None,
                "used_at": None,
                "revoked_at": None,
                "key": None,
            }
        }
    )

    id: str
    name: str
    created_at: datetime
    created_by: str
    ends_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None
    key: str | None = Field(default=None, description="Told once, when it is made.")

    @classmethod
    def of(cls, row: ApiKey, key: str | None = None) -> KeyOut:
        """Return what is told of a row."""
        return cls(
            id=row.id,
            name=row.name,
            role=Role(row.role),
            rights=[Right(name) for name in row.rights],
            created_at=row.created_at,
            created_by=row.created_by,
            ends_at=row.ends_at,
            used_at=row.used_at,
            revoked_at=row.revoked_at,
            key=key,
        )


class AuditOut(BaseModel):
    """One thing that somebody did."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 12,
                "at": "2026-11-20T08:00:00Z",
                "by": "mei",
                "action": "centre.change",
                "target": "centres/north",
                "detail": {"version": 4},
                "request_id": "5f0c",
            }
        }
    )

    id: int
    at: datetime
    by: str
    action: str
    target: str
    detail: dict[str, Any]
    request_id: str


@router.get("/people", tags=["people"], summary="List people", **needs(Role.ADMIN))
def people(service: Here, limit: Limit = 100, after: After = None) -> Page[PersonOut]:
    """List who may sign in, by name."""
    with service.database.reading() as session:
        asked = select(User).order_by(User.name).limit(limit + 1)
        found = session.scalars(asked.where(User.name > after) if after else asked).all()
    following = found[limit - 1].name if len(found) > limit else None
    return Page(items=[PersonOut.of(user) for user in found[:limit]], next=following)


@router.put(
    "/people/{name}",
    tags=["people"],
    summary="Make or change a person",
    responses={201: {"model": PersonOut, "description": "Made; a password that was not given is told once."}},
    **needs(Role.ADMIN),
)
def put_person(
    request: Request, response: Response, service: Here, caller: Who, name: PersonName, asked: PersonIn
) -> PersonOut:
    """Make somebody who may sign in, or change what they may; their tokens end with a change."""
    with service.database.writing() as session:
        if asked.centre is not None:
            centre_of(session, asked.centre)
        _lock_admins(session)
        user = session.scalars(select(User).where(User.name == name).with_for_update()).one_or_none()
        fresh = user is None
        password = asked.password or (one_time() if fresh else None)
        if user is None:
            user = User(name=name, secret="", role=asked.role.value)
            session.add(user)
            response.status_code = 201
        elif user.role == Role.ADMIN.value and (asked.role is not Role.ADMIN or not asked.active):
            _keep_one_admin(session)
        if password:
            user.secret = hashed(password)
        user.role, user.rights = asked.role.value, [right.value for right in asked.rights]
        user.centre_id, user.agent_id, user.active = asked.centre, asked.agent, asked.active
        user.epoch = 0 if fresh else user.epoch + 1
        session.flush()
        session.execute(delete(Refresh).where(Refresh.user_id == user.id))
        action = "person.create" if fresh else "person.change"
        detail = {"role": asked.role.value, "rights": user.rights, "active": asked.active}
        record(session, caller.name, action, f"people/{name}", request.state.request_id, **detail)
    return PersonOut.of(user, None if asked.password else password)


@router.delete("/people/{name}", tags=["people"], status_code=204, summary="Delete a person", **needs(Role.ADMIN))
def delete_person(request: Request, service: Here, caller: Who, name: PersonName) -> Response:
    """Delete somebody who may sign in; what they did stays in the audit."""
    with service.database.writing() as session:
        _lock_admins(session)
        user = session.scalars(select(User).where(User.name == name).with_for_update()).one_or_none()
        if user is None:
            raise no_such("person", name)
        if user.role == Role.ADMIN.value:
            _keep_one_admin(session)
        session.delete(user)
        record(session, caller.name, "person.delete", f"people/{name}", request.state.request_id)
    return Response(status_code=204)


def _lock_admins(session: Session) -> None:
    """Let changes of people take turns where two of them could each remove the other administrator."""
    session.execute(select(User.id).where(User.role == Role.ADMIN.value).order_by(User.id).with_for_update()).all()


def _keep_one_admin(session: Session) -> None:
    active = (User.role == Role.ADMIN.value, User.active.is_(True))
    if (session.scalar(select(func.count()).select_from(User).where(*active)) or 0) < 2:
        raise Refusal(409, "this is the last administrator; make another first")


@router.get("/keys", tags=["people"], summary="List keys", **needs(Role.ADMIN))
def keys(service: Here, limit: Limit = 100, after: After = None) -> Page[KeyOut]:
    """List the keys of other systems; the keys themselves are not kept."""
    with service.database.reading() as session:
        asked = select(ApiKey).order_by(ApiKey.id).limit(limit + 1)
        found = session.scalars(asked.where(ApiKey.id > after) if after else asked).all()
    following = found[limit - 1].id if len(found) > limit else None
    return Page(items=[KeyOut.of(row) for row in found[:limit]], next=following)


@router.post("/keys", tags=["people"], status_code=201, summary="Make a key", **needs(Role.ADMIN))
def make_key(request: Request, service: Here, caller: Who, asked: KeyIn) -> KeyOut:
    """Make a key for another system: a role and rights of its own, told once and kept as a digest."""
    key = f"swk_{secrets.token_urlsafe(32)}"
    with service.database.writing() as session:
        row = ApiKey(
            name=asked.name,
            sha=digest(key),
            role=asked.role.value,
            rights=[right.value for right in asked.rights],
            created_by=caller.name,
            ends_at=now() + timedelta(days=asked.days) if asked.days else None,
        )
        session.add(row)
        session.flush()
        detail = {"name": asked.name, "role": asked.role.value, "rights": row.rights}
        record(session, caller.name, "key.create", f"keys/{row.id}", request.state.request_id, **detail)
    return KeyOut.of(row, key)


@router.delete("/keys/{key_id}", tags=["people"], status_code=204, summary="Revoke a key", **needs(Role.ADMIN))
def revoke(request: Request, service: Here, caller: Who, key_id: str) -> Response:
    """Revoke a key: it is worth nothing from now on."""
    with service.database.writing() as session:
        row = session.get(ApiKey, key_id)
        if row is None:
            raise no_such("key", key_id)
        row.revoked_at = row.revoked_at or now()
        record(session, caller.name, "key.revoke", f"keys/{key_id}", request.state.request_id, name=row.name)
    return Response(status_code=204)


@router.get("/audit", tags=["people"], summary="Read the audit", **needs(Role.ADMIN))
def audit(
    service: Here,
    caller: Who,
    limit: Limit = 100,
    after: After = None,
    by: Annotated[str | None, Query(max_length=200)] = None,
    action: Annotated[str | None, Query(max_length=60)] = None,
    target: Annotated[str | None, Query(max_length=200, description="Begins with this.")] = None,
) -> Page[AuditOut]:
    """Read who changed, ran or read what, the newest first."""
    asked = select(Audit).order_by(Audit.id.desc()).limit(limit + 1)
    if place := place_of(after):
        asked = asked.where(Audit.id < place)
    if by:
        asked = asked.where(Audit.by == by)
    if action:
        asked = asked.where(Audit.action == action)
    if target:
        asked = asked.where(Audit.target.startswith(target, autoescape=True))
    with service.database.reading() as session:
        found = session.scalars(asked).all()
    items = [
        AuditOut(
            id=row.id,
            at=row.at,
            by=row.by,
            action=row.action,
            target=row.target,
            detail=row.detail,
            request_id=row.request_id,
        )
        for row in found[:limit]
    ]
    return Page(items=items, next=str(found[limit - 1].id) if len(found) > limit else None)
