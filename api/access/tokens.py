"""Short signed tokens, and the single-use tokens that fetch the next one."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import jwt
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.problems import Refusal
from api.store.columns import insert_new, new_id, now
from api.store.tables import Refresh, Setting, User

ALGORITHM = "HS256"
SIGNING = "token-signing-key"


def digest(token: str) -> str:
    """Return what is kept of a token: it is random, so that one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def signing_key(session: Session) -> str:
    """Return the key that signs tokens, made when it is first asked for."""
    fresh = {"name": SIGNING, "value": secrets.token_urlsafe(48)}
    session.execute(insert_new(session, Setting).values(**fresh).on_conflict_do_nothing())
    return session.scalars(select(Setting.value).where(Setting.name == SIGNING)).one()


def short_token(key: str, user: User, minutes: float) -> str:
    """Return a token that says who somebody is, for some minutes."""
    begun = now()
    claims = {"sub": user.id, "epoch": user.epoch, "iat": begun, "exp": begun + timedelta(minutes=minutes)}
    return jwt.encode(claims, key, algorithm=ALGORITHM)


def read_token(key: str, token: str) -> dict[str, Any]:
    """Return what a token says.

    Raises
    ------
    Refusal
        If it is not ours or has ended.
    """
    try:
        return dict(jwt.decode(token, key, algorithms=[ALGORITHM], options={"require": ["exp", "sub", "epoch"]}))
    except jwt.ExpiredSignatureError:
        raise unknown("the token has ended; fetch the next one with your refresh token") from None
    except jwt.InvalidTokenError:
        raise unknown("the token is not one of ours") from None


def refresh_token(session: Session, user: User, days: float, family: str | None = None) -> str:
    """Return a fresh single-use token of a sign-in."""
    token = secrets.token_urlsafe(32)
    session.add(
        Refresh(user_id=user.id, family=family or new_id(), sha=digest(token), ends_at=now() + timedelta(days=days))
    )
    return token


def redeem(session: Session, token: str) -> tuple[User, str] | None:
    """Use a single-use token; return whose it is and its family, or None where it is worth nothing.

    One that was used before has been stolen, or its answer was lost: its whole family ends with it, which the caller
    must let happen by committing.
    """
    row = session.scalars(select(Refresh).where(Refresh.sha == digest(token)).with_for_update()).one_or_none()
    if row is None:
        return None
    if row.used_at is not None:
        session.execute(delete(Refresh).where(Refresh.family == row.family))
        session.execute(update(User).where(User.id == row.user_id).values(epoch=User.epoch + 1))
        return None
    if row.ends_at < now():
        return None
    session.execute(update(Refresh).where(Refresh.id == row.id).values(used_at=now()))
    user = session.get(User, row.user_id)
    return (user, row.family) if user is not None and user.active else None


def unknown(detail: str) -> Refusal:
    """Return the refusal of somebody we do not know."""
    return Refusal(401, detail, headers={"WWW-Authenticate": "Bearer"})
