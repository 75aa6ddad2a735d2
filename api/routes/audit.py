"""The audit: who changed, ran or read what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from api.access.callers import Here, needs
from api.access.roles import Role
from api.paging import After, Limit, Page, place_of
from api.store.tables import Audit

router = APIRouter()


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

    id: int = Field(description="Counts up.")
    at: datetime = Field(description="When.")
    by: str = Field(description="Who; `key:NAME` for a key.")
    action: str = Field(description="What, such as `plan.publish`.")
    target: str = Field(description="To what, as a path.")
    detail: dict[str, Any] = Field(description="More about it.")
    request_id: str = Field(description="Of the request, as the log has it.")


@router.get("/audit", tags=["people"], summary="Read the audit", **needs(Role.ADMIN))
def audit(
    service: Here,
    limit: Limit = 100,
    after: After = None,
    by: Annotated[str | None, Query(max_length=200, description="Only what this person or `key:NAME` did.")] = None,
    action: Annotated[str | None, Query(max_length=60, description="Only this, such as `plan.publish`.")] = None,
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
