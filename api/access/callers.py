"""Who asks, and whether that is enough: the one gate that every operation but a public one goes through."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Annotated, Any, get_args, get_origin

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer, OAuth2PasswordBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from sqlalchemy import select, update

from api.access.roles import Caller, Right, Role, rights_of
from api.access.tokens import digest, read_token, unknown
from api.problems import Refusal
from api.service import Service, service_of
from api.store.columns import now
from api.store.tables import ApiKey, User

KEY_HEADER = "X-API-Key"
ANSWERS = "x-answers-with"
"""Headers of an operation's answer, until the document describes them."""

EXAMPLES = {"text/csv": {"example": "interval_start,queue,offered,aht_s\n2026-11-24T08:00,phone,14,301.5\n"}}
"""Of bodies that are sent as they are."""

SEEN_EVERY = timedelta(minutes=1)
"""How often it is noted that a key is in use."""

_password = OAuth2PasswordBearer("/api/v1/token", refreshUrl="/api/v1/token/refresh", auto_error=False)
_bearer = HTTPBearer(auto_error=False, description="The short token of a sign-in.")
_key = APIKeyHeader(name=KEY_HEADER, auto_error=False, description="A key of another system.")


def caller_of(
    request: Request,
    service: Annotated[Service, Depends(service_of)],
    signed: Annotated[str | None, Security(_password)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    key: Annotated[str | None, Security(_key)],
) -> Caller:
    """Return who asks.

    Raises
    ------
    Refusal
        401 where that is nobody we know.
    """
    caller = known(service, key, bearer.credentials if bearer else None)
    request.state.caller = caller
    return caller


def known(service: Service, key: str | None, token: str | None) -> Caller:
    """Return whose key or token it is.

    Raises
    ------
    Refusal
        401 where that is nobody we know.
    """
    if key:
        return _of_key(service, key)
    if token:
        return _of_token(service, token)
    raise unknown(f"sign in at /api/v1/token, or send a key in {KEY_HEADER}")


def _of_token(service: Service, token: str) -> Caller:
    claims = read_token(service.key, token)
    with service.database.reading() as session:
        user = session.get(User, claims["sub"])
    if user is None or not user.active or user.epoch != claims["epoch"]:
        raise unknown("the token has been withdrawn; sign in again")
    role = Role(user.role)
    return Caller(user.name, role, rights_of(role, user.rights), user.id, user.centre_id, user.agent_id)


def _of_key(service: Service, key: str) -> Caller:
    moment = now()
    with service.database.reading() as session:
        row = session.scalars(select(ApiKey).where(ApiKey.sha == digest(key))).one_or_none()
    if row is None or row.revoked_at is not None or (row.ends_at is not None and row.ends_at < moment):
        raise unknown("the key is not one of ours, or has ended")
    if row.used_at is None or moment - row.used_at > SEEN_EVERY:
        with service.database.writing() as session:
            session.execute(update(ApiKey).where(ApiKey.id == row.id).values(used_at=moment))
    role = Role(row.role)
    return Caller(f"key:{row.name}", role, rights_of(role, row.rights))


class Gate:
    """Lets through who has at least a role, and a right where one is named."""

    def __init__(self, role: Role, right: Right | None) -> None:
        self.role = role
        self.right = right

    async def __call__(self, caller: Annotated[Caller, Depends(caller_of)]) -> None:
        """Refuse whoever has too little.

        Raises
        ------
        Refusal
            403.
        """
        if not caller.may(self.role, self.right):
            right = f" with the right {self.right.value!r}" if self.right else ""
            raise Refusal(
                403, f"this needs the role {self.role.value!r} or above{right}; yours is {caller.role.value!r}"
            )


async def known_parameters(request: Request) -> None:
    """Refuse parameters that an operation does not have, or not so often: they would be missed without a word.

    Raises
    ------
    Refusal
        422, with those that there are.
    """
    known = {each.alias: each.field_info.annotation for each in request.scope["route"].dependant.query_params}
    counts = Counter(name for name, _ in request.query_params.multi_items())
    for name, count in sorted(counts.items()):
        if name not in known:
            raise Refusal(422, f"there is no parameter {name[:100]!r} here", allowed=list(known))
        if count > 1 and list not in {get_origin(part) for part in (known[name], *get_args(known[name]))}:
            raise Refusal(422, f"{name!r} is given {count} times; it is one value")


def needs(role: Role, right: Right | None = None, body: str = "", gives: str = "") -> dict[str, Any]:
    """Return what an operation is declared with, so that the gate stands before it and the document tells so.

    Parameters
    ----------
    role : Role
    right : Right, optional
    body : str
        Media type of a body that is sent as it is.
    gives : str
        Headers of the answer, among those that the document describes: ``ETag``, ``Location``.
    """
    told: dict[str, Any] = {"x-required-role": role.value}
    if right is not None:
        told["x-required-right"] = right.value
    if gives:
        told[ANSWERS] = gives.split()
    if body:
        told["requestBody"] = {
            "required": True,
            "content": {body: {"schema": {"type": "string", "format": "binary"}, **EXAMPLES.get(body, {})}},
        }
    return {"dependencies": [Depends(Gate(role, right)), Depends(known_parameters)], "openapi_extra": told}


Who = Annotated[Caller, Depends(caller_of)]
Here = Annotated[Service, Depends(service_of)]
