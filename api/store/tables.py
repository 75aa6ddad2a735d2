"""The tables. What is written once (blobs, versions of files, audit) is never changed; the rest says who may when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from api.store.columns import ID_LENGTH, Instant, new_id, now

SHA = 64
NAME = 200
SERIAL = BigInteger().with_variant(Integer, "sqlite")
"""Counts up by itself on both databases."""


class Base(DeclarativeBase):
    """Of all tables; constraints have names, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant(), date: Date(), dict[str, Any]: JSON(), list[Any]: JSON()}  # noqa: RUF012


def _id() -> Mapped[str]:
    return mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)


class Blob(Base):
    """Bytes of a file, compressed, under the digest of what they hold."""

    __tablename__ = "blob"
    sha: Mapped[str] = mapped_column(String(SHA), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class Centre(Base):
    """A planning folder under a name; ``version`` counts its changes."""

    __tablename__ = "centre"
    id: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(NAME))


class CentreVersion(Base):
    """One change of a centre: who made it, when, why, and the digest over all its files."""

    __tablename__ = "centre_version"
    centre_id: Mapped[str] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha: Mapped[str] = mapped_column(String(SHA))
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str] = mapped_column(String(NAME))
    note: Mapped[str] = mapped_column(Text, default="")


class CentreFile(Base):
    """A file of a centre from one version up to, but not including, another (None: still)."""

    __tablename__ = "centre_file"
    __table_args__ = (Index(None, "centre_id", "until"),)
    centre_id: Mapped[str] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    since: Mapped[int] = mapped_column(Integer, primary_key=True)
    until: Mapped[int | None] = mapped_column(Integer)
    sha: Mapped[str] = mapped_column(ForeignKey("blob.sha"), index=True)


class HistoryPart(Base):
    """A month of a queue's history from one version up to, but not including, another (None: still)."""

    __tablename__ = "history_part"
    __table_args__ = (Index(None, "centre_id", "until"),)
    centre_id: Mapped[str] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"), primary_key=True)
    queue: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    since: Mapped[int] = mapped_column(Integer, primary_key=True)
    until: Mapped[int | None] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(Integer)
    sha: Mapped[str] = mapped_column(ForeignKey("blob.sha"), index=True)


class Result(Base):
    """A forecast, a requirement, a plan or another folder of files that a job has made or somebody has edited."""

    __tablename__ = "result"
    __table_args__ = (Index(None, "centre_id", "kind", "created_at"),)
    id: Mapped[str] = _id()
    centre_id: Mapped[str] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"))
    centre_version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(NAME), default="")
    week: Mapped[date | None]
    weeks: Mapped[int] = mapped_column(Integer, default=1)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("result.id", ondelete="SET NULL"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="draft")
    version: Mapped[int] = mapped_column(Integer, default=1)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(NAME))
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(String(NAME))


class ResultFile(Base):
    """A file of a result; ``name`` may hold one folder."""

    __tablename__ = "result_file"
    result_id: Mapped[str] = mapped_column(ForeignKey("result.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    sha: Mapped[str] = mapped_column(ForeignKey("blob.sha"), index=True)


class Job(Base):
    """Work to do, being done or done. ``claim`` counts those who took it; only the last of them may end it."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "priority", "id"), Index(None, "centre_id", "id"))
    id: Mapped[str] = _id()
    kind: Mapped[str] = mapped_column(String(40))
    centre_id: Mapped[str | None] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(20), default="queued")
    priority: Mapped[int] = mapped_column(Integer, default=0)
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answer: Mapped[dict[str, Any] | None]
    problem: Mapped[dict[str, Any] | None]
    result_id: Mapped[str | None] = mapped_column(ForeignKey("result.id", ondelete="SET NULL"), index=True)
    by: Mapped[str] = mapped_column(String(NAME))
    request_id: Mapped[str] = mapped_column(String(NAME), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    claim: Mapped[int] = mapped_column(Integer, default=0)
    worker: Mapped[str | None] = mapped_column(String(NAME))
    beat_at: Mapped[datetime | None]
    cancelled: Mapped[bool] = mapped_column(Boolean, default=False)
    step: Mapped[str] = mapped_column(String(NAME), default="")
    share: Mapped[float] = mapped_column(Float, default=0.0)
    webhook: Mapped[str | None] = mapped_column(Text)
    told_at: Mapped[datetime | None]
    tries_left: Mapped[int] = mapped_column(Integer, default=0)
    repeat_id: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)


class JobEvent(Base):
    """What a job has said, in order."""

    __tablename__ = "job_event"
    __table_args__ = (Index(None, "job_id", "id"),)
    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class User(Base):
    """Somebody who signs in."""

    __tablename__ = "person"
    id: Mapped[str] = _id()
    name: Mapped[str] = mapped_column(String(NAME), unique=True)
    secret: Mapped[str] = mapped_column(String(NAME))
    role: Mapped[str] = mapped_column(String(20))
    rights: Mapped[list[Any]] = mapped_column(default=list)
    centre_id: Mapped[str | None] = mapped_column(ForeignKey("centre.id", ondelete="SET NULL"))
    agent_id: Mapped[str | None] = mapped_column(String(NAME))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Refresh(Base):
    """A token that fetches the next short one; used once. One that comes back ends its family."""

    __tablename__ = "refresh"
    id: Mapped[str] = _id()
    user_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    family: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    sha: Mapped[str] = mapped_column(String(SHA), unique=True)
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(Base):
    """A key of another system; only its digest is kept."""

    __tablename__ = "api_key"
    id: Mapped[str] = _id()
    name: Mapped[str] = mapped_column(String(NAME))
    sha: Mapped[str] = mapped_column(String(SHA), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    rights: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(NAME))
    ends_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Feed(Base):
    """An agent's calendar under a token that can be reset."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("centre_id", "agent_id"),)
    id: Mapped[str] = _id()
    centre_id: Mapped[str] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"))
    agent_id: Mapped[str] = mapped_column(String(NAME))
    sha: Mapped[str] = mapped_column(String(SHA), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Attempt(Base):
    """A sign-in that failed, for the throttle; kept for minutes."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "subject", "at"),)
    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(NAME))
    at: Mapped[datetime] = mapped_column(default=now)


class Audit(Base):
    """Who changed, ran or read what; the database refuses to change a row."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "at"), Index(None, "target", "id"))
    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str] = mapped_column(String(NAME))
    action: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(NAME), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    request_id: Mapped[str] = mapped_column(String(NAME), default="")


class Repeat(Base):
    """The answer to a request under its idempotency key; without a status it is still being made."""

    __tablename__ = "repeat"
    by: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    key: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    asked: Mapped[str] = mapped_column(String(SHA))
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class Setting(Base):
    """What the service itself has to remember: the key that signs tokens."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
