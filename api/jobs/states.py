"""A job's way: asked for, claimed, heard of while it is done, ended once.

Of several workers one claims a job: on PostgreSQL each takes a row that nobody else holds (``SKIP LOCKED``), on SQLite
the one writer's turn does. A claim has a number. Whatever the job makes is kept in the transaction that ends it, and
only where the number is still its own: a worker that was taken for dead and comes back keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from api.problems import Refusal
from api.store.columns import insert_new, new_id, now
from api.store.database import Database
from api.store.tables import Job, JobEvent

SILENT = timedelta(seconds=30)
"""A running job that is not heard of for so long is taken up by another worker."""

MOST_CLAIMS = 3
"""A job that took down so many workers is given up."""


class State(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})


WAITS_S = (0, 30, 120, 600, 3600)
"""From the end of a job to each try of telling its webhook."""

TRIES = len(WAITS_S)

KEY_HOLDS = timedelta(days=2)
"""After this long an idempotency key may name another request."""


@dataclass(frozen=True)
class Asking:
    """Who asks for a job, and in which request."""

    by: str
    request_id: str = ""
    repeat_id: str = ""


def ask(
    session: Session,
    kind: str,
    asked: Mapping[str, Any],
    asking: Asking,
    *,
    centre_id: str | None = None,
    priority: int = 0,
    webhook: str | None = None,
) -> Job:
    """Ask for a job; under the same idempotency key there is only one while that holds.

    Raises
    ------
    Refusal
        422 where the key names another job.
    """
    job_id, repeat_id = new_id(), asking.repeat_id or None
    if repeat_id:
        over = (Job.repeat_id == repeat_id, Job.created_at < now() - KEY_HOLDS)
        session.execute(update(Job).where(*over).values(repeat_id=None))
    row = {
        "id": job_id,
        "repeat_id": repeat_id,
        "kind": kind,
        "asked": dict(asked),
        "by": asking.by,
        "request_id": asking.request_id,
        "centre_id": centre_id,
        "priority": priority,
        "webhook": webhook,
        "tries_left": TRIES,
    }
    made = insert_new(session, Job).values(**row).on_conflict_do_nothing().returning(Job.id)
    if session.execute(made).first() is None:
        found = session.scalars(select(Job).where(Job.repeat_id == repeat_id)).one()
        if (found.kind, found.centre_id, _question(found.asked)) != (kind, centre_id, _question(asked)):
            raise Refusal(422, "this Idempotency-Key was used for another job; a key names one", kind="key-reused")
        return found
    session.add(JobEvent(job_id=job_id, kind=State.QUEUED.value))
    session.flush()
    return session.get_one(Job, job_id)


def _question(asked: Mapping[str, Any]) -> dict[str, Any]:
    # the version is that of the moment of asking
    return {name: value for name, value in asked.items() if name != "centre_version"}


def claim(database: Database, worker: str) -> Job | None:
    """Take the next job that waits; None where there is none."""
    waiting = select(Job.id).where(Job.state == State.QUEUED.value)
    with database.reading() as session:
        # most looks find nothing, and must not take the writer's turn
        if session.scalars(waiting.limit(1)).first() is None:
            return None
    with database.writing() as session:
        first = waiting.order_by(Job.priority.desc(), Job.id).limit(1).with_for_update(skip_locked=True)
        job_id = session.scalars(first).first()
        if job_id is None:
            return None
        moment = now()
        taken = {
            "state": State.RUNNING.value,
            "worker": worker,
            "claim": Job.claim + 1,
            "beat_at": moment,
            "started_at": func.coalesce(Job.started_at, moment),
        }
        session.execute(update(Job).where(Job.id == job_id).values(**taken))
        session.add(JobEvent(job_id=job_id, kind=State.RUNNING.value, data={"worker": worker}))
        return session.get_one(Job, job_id, populate_existing=True)


def beat(database: Database, job: Job, step: str, share: float) -> bool | None:
    """Say that a job is being done, and how far; return whether it shall stop, None where it is no longer ours."""
    with database.writing() as session:
        told = {"beat_at": now(), "step": step[:200], "share": share}
        if not changed(session.execute(update(Job).where(*_mine(job)).values(**told))):
            return None
        return bool(session.scalar(select(Job.cancelled).where(Job.id == job.id)))


def say(session: Session, job_id: str, kind: str, data: Mapping[str, Any]) -> None:
    """Add an event that listeners hear."""
    session.add(JobEvent(job_id=job_id, kind=kind, data=dict(data)))


def end(
    session: Session,
    job: Job,
    state: State,
    *,
    answer: Mapping[str, Any] | None = None,
    problem: Mapping[str, Any] | None = None,
    result_id: str | None = None,
) -> bool:
    """End a job in the transaction that keeps what it made; False where it is no longer ours: keep nothing then."""
    ended = {
        "state": state.value,
        "ended_at": now(),
        "answer": dict(answer) if answer is not None else None,
        "problem": dict(problem) if problem is not None else None,
        "result_id": result_id,
        "tries_left": TRIES,
        "share": 1.0 if state is State.DONE else Job.share,
    }
    if not changed(session.execute(update(Job).where(*_mine(job)).values(**ended))):
        return False
    say(session, job.id, state.value, {"result": result_id, **({"problem": dict(problem)} if problem else {})})
    return True


def cancel(session: Session, job_id: str) -> Job | None:
    """Cancel a job: at once where it waits; where it runs it is told, and keeps the best that it has found."""
    job = session.scalars(select(Job).where(Job.id == job_id).with_for_update()).one_or_none()
    if job is not None and job.state == State.QUEUED.value:
        job.state, job.ended_at, job.cancelled = State.CANCELLED.value, now(), True
        say(session, job_id, State.CANCELLED.value, {})
    elif job is not None and job.state == State.RUNNING.value and not job.cancelled:
        job.cancelled = True
        say(session, job_id, "stopping", {})
    return job


def take_back(database: Database, silent: timedelta = SILENT) -> int:
    """Queue again what dead workers have left; give up what took down several. Return how many were concerned."""
    lost = (Job.state == State.RUNNING.value, Job.beat_at < now() - silent)
    with database.reading() as session:
        if session.scalars(select(Job.id).where(*lost).limit(1)).first() is None:
            return 0
    with database.writing() as session:
        found = session.scalars(select(Job).where(*lost).with_for_update(skip_locked=True)).all()
        for job in found:
            if job.cancelled:
                job.state, job.ended_at = State.CANCELLED.value, now()
                say(session, job.id, State.CANCELLED.value, {})
            elif job.claim >= MOST_CLAIMS:
                detail = (
                    f"{MOST_CLAIMS} workers ended while they did this job; the log of the last, {job.worker}, may tell"
                )
                job.state, job.ended_at = State.FAILED.value, now()
                job.problem = {
                    "type": "urn:seatwise:problem:crashed",
                    "title": "Crashed",
                    "status": 500,
                    "detail": detail,
                }
                say(session, job.id, State.FAILED.value, {"problem": job.problem})
            else:
                job.state, job.worker = State.QUEUED.value, None
                say(session, job.id, State.QUEUED.value, {"again": job.claim})
        return len(found)


def take_from(database: Database, worker: str) -> None:
    """Let what a worker had in hand be taken back at once: somebody has seen it end."""
    with database.writing() as session:
        gone = (Job.worker == worker, Job.state == State.RUNNING.value)
        session.execute(update(Job).where(*gone).values(beat_at=now() - 2 * SILENT))
    take_back(database)


def give_back(database: Database, job: Job) -> None:
    """Queue a job again that its worker does not finish, because it is asked to end."""
    with database.writing() as session:
        back = {"state": State.QUEUED.value, "worker": None, "claim": Job.claim - 1}
        if changed(session.execute(update(Job).where(*_mine(job)).values(**back))):
            say(session, job.id, State.QUEUED.value, {"again": job.claim})


def _mine(job: Job) -> tuple[Any, ...]:
    return (Job.id == job.id, Job.claim == job.claim, Job.state == State.RUNNING.value)


def changed(result: Any) -> bool:
    """Tell whether a statement changed a row."""
    assert isinstance(result, CursorResult)
    return result.rowcount > 0
