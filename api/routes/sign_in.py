"""Sign in, fetch the next token, sign out, and say who one is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, select, update

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.passwords import LONGEST, SHORTEST, hashed, matches
from api.access.roles import Right, Role
from api.access.throttle import check, failed, forgive
from api.access.tokens import redeem, refresh_token, short_token, unknown
from api.jobs.work import Asked
from api.problems import Refusal
from api.service import Service
from api.store.tables import Refresh, User

router = APIRouter(tags=["sign-in"])


class Tokens(BaseModel):
    """A short token, and the single-use one that fetches the next."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"access_token": "eyJ...", "refresh_token": "6mX...", "token_type": "bearer", "expires_in": 900}
        }
    )

    access_token: str = Field(description="Send it as `Authorization: Bearer ...`.")
    refresh_token: str = Field(description="Fetches the next pair, once.")
    token_type: str = Field(default="bearer", description="Always `bearer`.")
    expires_in: int = Field(description="Seconds that the short token lasts.")


class Me(BaseModel):
    """Who asks."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "mei", "role": "planner", "rights": ["publish"], "centre": None, "agent": None}
        }
    )

    name: str = Field(description="The name signed in with; `key:NAME` of a key.")
    role: Role = Field(description="What the role may, and all below it.")
    rights: list[Right] = Field(description="All that the caller has beside the role.")
    centre: str | None = Field(description="Of an agent.")
    agent: str | None = Field(description="Of an agent.")


class NewPassword(Asked):
    """A change of one's own password."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"old": "the one that I have", "new": "a longer one than that"}}
    )

    old: str = Field(max_length=LONGEST, description="The one that holds now.")
    new: str = Field(min_length=SHORTEST, max_length=LONGEST, description="The one that is to hold.")


def _tokens(service: Service, user: User, refresh: str) -> Tokens:
    minutes = service.settings.token_minutes
    return Tokens(
        access_token=short_token(service.key, user, minutes), refresh_token=refresh, expires_in=round(60 * minutes)
    )


@router.post("/token", summary="Sign in", openapi_extra={"security": []})
def sign_in(request: Request, service: Here, form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Tokens:
    """Exchange a name and a password for a short token and a single-use one that fetches the next."""
    address = request.client.host if request.client else ""
    # counted before the password is looked at: many tries at one moment are many
    with service.database.writing() as session:
        check(session, form.username, address)
        failed(session, form.username, address)
        user = session.scalars(select(User).where(User.name == form.username)).one_or_none()
    good = matches(form.password, user.secret if user else None)
    with service.database.writing() as session:
        if not good or user is None or not user.active:
            record(session, form.username[:200], "sign-in.fail", "token", request.state.request_id, address=address)
        else:
            forgive(session, form.username, address)
            record(session, user.name, "sign-in", "token", request.state.request_id)
            refresh = refresh_token(session, user, service.settings.refresh_days)
    if not good or user is None or not user.active:
        raise unknown("name or password is wrong")
    return _tokens(service, user, refresh)


@router.post("/token/refresh", summary="Fetch the next token", openapi_extra={"security": []})
def refreshed(
    service: Here,
    refresh_token_: Annotated[str, Form(alias="refresh_token", max_length=200, description="Of the pair before.")],
) -> Tokens:
    """Exchange a single-use token for the next pair; one that comes back a second time ends its whole sign-in."""
    with service.database.writing() as session:
        found = redeem(session, refresh_token_)
        following = refresh_token(session, found[0], service.settings.refresh_days, found[1]) if found else ""
    if found is None:
        raise unknown("the refresh token was used, withdrawn or has ended; sign in again")
    return _tokens(service, found[0], following)


@router.delete("/token", status_code=204, summary="Sign out everywhere", **needs(Role.AGENT))
def sign_out(request: Request, service: Here, caller: Who) -> Response:
    """End all sign-ins of the caller: every token that is out is worth nothing from now on."""
    if caller.user_id is None:
        raise Refusal(409, "a key has no sign-in to end; an administrator revokes it")
    with service.database.writing() as session:
        session.execute(delete(Refresh).where(Refresh.user_id == caller.user_id))
        session.execute(update(User).where(User.id == caller.user_id).values(epoch=User.epoch + 1))
        record(session, caller.name, "sign-out", "token", request.state.request_id)
    return Response(status_code=204)


@router.get("/me", summary="Who am I", **needs(Role.AGENT))
def me(caller: Who) -> Me:
    """Tell the caller's name, role and rights."""
    return Me(
        name=caller.name,
        role=caller.role,
        rights=sorted(caller.rights),
        centre=caller.centre_id,
        agent=caller.agent_id,
    )


@router.put("/me/password", status_code=204, summary="Change my password", **needs(Role.AGENT))
def change_password(request: Request, service: Here, caller: Who, asked: NewPassword) -> Response:
    """Change one's own password; all tokens that are out end with it."""
    if caller.user_id is None:
        raise Refusal(409, "a key has no password")
    address = request.client.host if request.client else ""
    with service.database.writing() as session:
        check(session, caller.name, address)
        failed(session, caller.name, address)
    with service.database.writing() as session:
        user = session.get_one(User, caller.user_id, with_for_update=True)
        good = matches(asked.old, user.secret)
        if good:
            forgive(session, caller.name, address)
            user.secret, user.epoch = hashed(asked.new), user.epoch + 1
            session.execute(delete(Refresh).where(Refresh.user_id == user.id))
            record(session, caller.name, "person.password", f"people/{user.name}", request.state.request_id)
    if not good:
        raise Refusal(403, "the old password is wrong")
    return Response(status_code=204)
