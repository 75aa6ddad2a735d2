"""Sign-ins that fail too often have to wait, by name and by address."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from api.problems import Refusal
from api.store.columns import now
from api.store.tables import Attempt

WINDOW = timedelta(minutes=10)
BY_NAME, BY_NAME_ANYWHERE, BY_ADDRESS = 5, 50, 30
"""Tries within the window after which no more are looked at: of a name from one address, so that nobody elsewhere can
lock its owner out; of a name from all of them; and of an address."""


def _subjects(name: str, address: str) -> tuple[tuple[str, int], ...]:
    """Return what is counted: a name from one address, a name from anywhere, and an address."""
    named, placed = name[:80].replace("\0", ""), address[:80]
    return ((f"name:{named}@{placed}", BY_NAME), (f"name:{named}", BY_NAME_ANYWHERE), (f"from:{placed}", BY_ADDRESS))


def check(session: Session, name: str, address: str) -> None:
    """Refuse a sign-in after too many failures.

    Raises
    ------
    Refusal
        With the seconds to wait.
    """
    since = now() - WINDOW
    if session.get_bind().dialect.name == "postgresql":
        # tries of one name take turns; on SQLite whoever writes does
        named = _subjects(name, address)[1][0]
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:subject))"), {"subject": named})
    for subject, most in _subjects(name, address):
        seen = (Attempt.subject == subject, Attempt.at > since)
        count, first = session.execute(select(func.count(), func.min(Attempt.at)).where(*seen)).one()
        if count >= most:
            wait = max(1, int((first + WINDOW - now()).total_seconds()))
            raise Refusal(429, f"too many failed sign-ins; wait {wait} seconds", headers={"Retry-After": str(wait)})


def failed(session: Session, name: str, address: str) -> None:
    """Remember a failure, and forget those that no longer count."""
    session.execute(delete(Attempt).where(Attempt.at <= now() - WINDOW))
    session.add_all(Attempt(subject=subject) for subject, _ in _subjects(name, address))


def forgive(session: Session, name: str, address: str) -> None:
    """Forget the failures of somebody who has signed in, and of the address one."""
    (here, _), (anywhere, _), (place, _) = _subjects(name, address)
    session.execute(delete(Attempt).where(Attempt.subject.in_([here, anywhere])))
    last = session.scalar(select(func.max(Attempt.id)).where(Attempt.subject == place))
    session.execute(delete(Attempt).where(Attempt.id == last))
