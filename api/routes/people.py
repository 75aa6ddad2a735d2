"""People who sign in: their roles, their rights, and whose roster an agent reads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.passwords import LONGEST, SHORTEST, hashed, one_time
from api.access.roles import Right, Role
from api.jobs.work import Asked
from api.paging import After, Limit, Page
from api.problems import Refusal, no_such
from api.store.centres import agents_of, centre_of
from api.store.tables import Refresh, User

router = APIRouter()

PersonName = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$", description="The name to sign in with.", examples=["mei"])
]


class Granted(Asked):
    """A role and rights beside it."""

    role: Role = Field(description="What the role may, and all below it.")
    rights: list[Right] = Field(
        default=[], max_length=len(Right), description="Beside the role; managers and administrators have both."
    )


class PersonIn(Granted):
    """What somebody may do; an agent is told whose roster is the own one."""

    model_config = ConfigDict(json_schema_extra={"example": {"role": "planner", "rights": ["publish"]}})

    centre: str | None = Field(default=None, description="Of an agent: whose roster is the own one.")
    agent: str | None = Field(
        default=None, max_length=200, description="Of an agent: who in that centre; an `agent_id` of its `agents.csv`."
    )
    active: bool = Field(default=True, description="Whether signing in is possible.")
    password: str | None = Field(
        default=None,
        min_length=SHORTEST,
        max_length=LONGEST,
        description="A new one; default: left as it is, and made for a new person.",
    )

    @model_validator(mode="after")
    def _agents_are_somebody(self) -> PersonIn:
        if self.role is Role.AGENT and not (self.centre and self.agent):
            raise ValueError("a centre and an agent of it beside the role agent")
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

    name: str = Field(description="The name to sign in with.")
    role: Role = Field(description="What the role may, and all below it.")
    rights: list[Right] = Field(description="Those given beside the role.")
    centre: str | None = Field(description="Of an agent.")
    agent: str | None = Field(description="Of an agent.")
    active: bool = Field(description="Whether signing in is possible.")
    created_at: datetime = Field(description="When it was made.")
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
            if asked.agent is not None and asked.agent not in agents_of(session, asked.centre):
                raise Refusal(422, f"agent: expected an agent_id of the centre {asked.centre!r}, not {asked.agent!r}")
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
