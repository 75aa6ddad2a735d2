"""The audit: who changed, ran or read what. Rows are added in the transaction of what they tell, and never changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.store.tables import Audit


def record(session: Session, by: str, action: str, target: str = "", request_id: str = "", **detail: Any) -> None:
    """Add a row.

    Parameters
    ----------
    session : Session
        Of the change itself.
    by : str
    action : str
        Such as ``centre.change``: what, and what was done to it.
    target : str
        Path of the thing, such as ``centres/north``.
    request_id : str
    detail
        Figures and names, no secrets.
    """
    session.add(Audit(by=by, action=action, target=target[:200], request_id=request_id, detail=detail))
