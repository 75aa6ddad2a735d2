"""Upkeep: what is older than it may be kept is deleted, and what nothing refers to any more is swept."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.access.roles import Role
from api.jobs.states import ENDED
from api.jobs.work import Asked, Kind, Outcome, Work
from api.store.blobs import sweep
from api.store.columns import now
from api.store.sealed import forget_audit
from api.store.tables import Centre, CentreFile, CentreVersion, HistoryPart, Job, Refresh, Result


class RetentionAsked(Asked):
    """How long what is not in force is kept."""

    days: int = Field(ge=1, le=36500)
    audit_days: int | None = Field(default=None, ge=1, le=36500, description="Of the audit; null keeps all of it.")


def retention(work: Work, asked: RetentionAsked) -> Outcome:
    """Delete drafts, withdrawn plans, ended jobs and old versions of centres; return how many of each.

    Published plans and the versions that any plan was made from stay.
    """
    before = now() - timedelta(days=asked.days)
    with work.database.writing() as session:
        gone = {
            "results": _results(session, before),
            "jobs": _jobs(session, before, work.job.id),
            "versions": _versions(session, before),
            "sign_ins": _count(session.execute(delete(Refresh).where(Refresh.ends_at < now()))),
        }
        if asked.audit_days is not None:
            gone["audit"] = forget_audit(session, now() - timedelta(days=asked.audit_days))
        gone["files"] = sweep(session)
    return Outcome(gone)


def _results(session: Session, before: datetime) -> int:
    old = (Result.created_at < before, Result.state != "published")
    return _count(session.execute(delete(Result).where(*old)))


def _jobs(session: Session, before: datetime, mine: str) -> int:
    ended = (Job.ended_at < before, Job.state.in_([state.value for state in ENDED]), Job.id != mine)
    return _count(session.execute(delete(Job).where(*ended)))


def _versions(session: Session, before: datetime) -> int:
    """Delete versions that nothing was made from, with the files that they alone have."""
    count = 0
    for centre in session.scalars(select(Centre).with_for_update()).all():
        used = set(session.scalars(select(Result.centre_version).where(Result.centre_id == centre.id)))
        asked_for = select(Job.asked).where(Job.centre_id == centre.id, Job.state.in_(["queued", "running"]))
        used |= {asked.get("centre_version") for asked in session.scalars(asked_for)} | {centre.version}
        rows = session.scalars(select(CentreVersion).where(CentreVersion.centre_id == centre.id)).all()
        old = [row for row in rows if row.at < before and row.number not in used]
        left = {row.number for row in rows} - {row.number for row in old}
        for row in old:
            session.delete(row)
        parts: list[CentreFile | HistoryPart] = [
            *session.scalars(select(CentreFile).where(CentreFile.centre_id == centre.id)),
            *session.scalars(select(HistoryPart).where(HistoryPart.centre_id == centre.id)),
        ]
        for part in parts:
            if part.until is not None and not any(part.since <= number < part.until for number in left):
                session.delete(part)
        count += len(old)
        session.flush()
    return count


def _count(result: object) -> int:
    return int(getattr(result, "rowcount", 0))


KINDS: dict[str, Kind] = {"retention": Kind(RetentionAsked, retention, Role.ADMIN)}
