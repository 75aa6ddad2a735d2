"""Sign-ins that fail too often have to wait, by name and by address."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.problems import Refusal
from api.store.columns import now
from api.store.tables import Attempt

WINDOW = timedelta(minutes=10)
BY_NAME, BY_ADDRESS = 5, 30
"""Failures within the window after which no more are looked at."""


def check(session: Session, name: str, address: str) -> None:
    """Refuse a sign-in after too many failures.

    Raises
    ------
    Refusal
        With the seconds to wait.
    """
    since = now() - WINDOW
    for subject, most in ((f"name:{name}", BY_NAME), (f"from:{address}", BY_ADDRESS)):
        seen = (Attempt.subject == subject[:200], Attempt.at > since)
        count, first = session.execute(select(func.count(), func.min(Attempt.at)).where(*seen)).one()
        if count >= most:
            wait = max(1, int((first + WINDOW - now()).total_seconds()))
            raise Refusal(429, f"too many failed sign-ins; wait {wait} seconds", headers={"Retry-After": str(wait)})


def failed(session: Session, name: str, address: str) -> None:
    """Remember a failure, and forget those that no longer count."""
    session.execute(delete(Attempt).where(Attempt.at <= now() - WINDOW))
    session.add_all([Attempt(subject=f"name:{name}"[:200]), Attempt(subject=f"from:{address}"[:200])])


def forgive(session: Session, name: str) -> None:
    """Forget the failures of somebody who has signed in."""
    session.execute(delete(Attempt).where(Attempt.subject == f"name:{name}"[:200]))
