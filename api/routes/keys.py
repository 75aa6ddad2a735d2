"""Keys of other systems: made, listed, revoked."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import ConfigDict, Field
from sqlalchemy import select

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Right, Role
from api.access.tokens import digest
from api.paging import After, Limit, Page
from api.problems import no_such
from api.routes.people import Granted
from api.store.columns import now
from api.store.tables import ApiKey

router = APIRouter()

KeyId = Annotated[
    str, Path(max_length=40, description="As the list of keys has it.", examples=["0651f2a7b3c4d5e6f708"])
]


class KeyIn(Granted):
    """A key to make."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "acd", "role": "planner", "rights": [], "days": 365}}
    )

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", description="What the audit calls it, after `key:`."
    )
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

    id: str = Field(description="To revoke it by.")
    name: str = Field(description="What the audit calls it, after `key:`.")
    created_at: datetime = Field(description="When it was made.")
    created_by: str = Field(description="Who made it.")
    ends_at: datetime | None = Field(description="When it ends; null: not by itself.")
    used_at: datetime | None = Field(description="When it was last used, to a minute.")
    revoked_at: datetime | None = Field(description="When it was revoked.")
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
def revoke(request: Request, service: Here, caller: Who, key_id: KeyId) -> Response:
    """Revoke a key: it is worth nothing from now on."""
    with service.database.writing() as session:
        row = session.get(ApiKey, key_id)
        if row is None:
            raise no_such("key", key_id)
        row.revoked_at = row.revoked_at or now()
        record(session, caller.name, "key.revoke", f"keys/{key_id}", request.state.request_id, name=row.name)
    return Response(status_code=204)
