"""What a kind of job is: what it is asked, how it is done, and what it hands back to be kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from api.access.roles import Role
from api.store.blobs import fetch, keep
from api.store.centres import centre_of, lay_out
from api.store.database import Database
from api.store.tables import Job, Result, ResultFile
from domain.progress import Control

if TYPE_CHECKING:
    from api.planned import PlannedWeeks

MARKER = ".seatwise"


def _kept_as_asked(scenarios: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Refuse what no database and no file can hold: lone surrogates, NUL, infinities, endless depth."""
    try:
        text = json.dumps(scenarios, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError) as fault:
        raise ValueError(f"plain text, finite numbers and tables; {fault}") from None
    if "\\u0000" in text or _depth(scenarios) > DEEPEST:
        raise ValueError("plain text, finite numbers and tables that are not too deep")
    return scenarios


def _depth(value: Any) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, parts), default=0)


DEEPEST = 20
Scenarios = Annotated[
    list[dict[str, Any]],
    Field(min_length=1, max_length=1000, description="Keys of `scenario.toml`: name, volume, aht, patience, fcr, ..."),
    AfterValidator(_kept_as_asked),
]
ResultId = Annotated[str, Field(pattern="^[0-9a-f]{20}$")]


class Asked(BaseModel):
    """What a job is asked; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Made:
    """A folder of files that a job has made.

    Attributes
    ----------
    kind : str
        ``plan``, ``forecast``, ``requirement`` and so on.
    folder : Path
    summary : mapping
        What lists show of it.
    week : date or None
    weeks : int
    parent_id : str or None
        The result that it was made from.
    """

    kind: str
    folder: Path
    summary: Mapping[str, Any]
    week: date | None = None
    weeks: int = 1
    parent_id: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a job hands back: an answer for its asker, and perhaps files to keep."""

    answer: Mapping[str, Any] = field(default_factory=dict)
    made: Made | None = None


@dataclass(frozen=True)
class Work:
    """A job being done.

    Attributes
    ----------
    database : Database
    job : Job
    place : Path
        An empty folder of its own.
    control : Control
        Takes progress; tells when to stop.
    plans : PlannedWeeks
        Plans that this worker has read.
    """

    database: Database
    job: Job
    place: Path
    control: Control
    plans: PlannedWeeks

    @property
    def centre_id(self) -> str:
        """The centre that the job is about."""
        assert self.job.centre_id is not None
        return self.job.centre_id

    @property
    def version(self) -> int:
        """The centre's version that the job is done for: that of the moment it was asked."""
        return int(self.job.asked["centre_version"])

    def centre(self) -> Path:
        """Lay the centre out as its planning folder; return where."""
        place = self.place / "centre"
        place.mkdir()
        with self.database.reading() as session:
            lay_out(session, self.centre_id, self.version, place)
        return place

    def result(self, result_id: str) -> Path:
        """Lay a result's files out; return where."""
        place = self.place / result_id
        place.mkdir()
        with self.database.reading() as session:
            write_result(session, result_id, place)
        return place


@dataclass(frozen=True)
class Kind:
    """A kind of job: the form of what it is asked, how it is done, and the least role that may ask for it."""

    form: type[Asked]
    do: Callable[[Work, Any], Outcome]
    role: Role = Role.PLANNER


def write_result(session: Session, result_id: str, place: Path) -> None:
    """Write a result's files into a folder."""
    names = files_of_result(session, result_id)
    held = fetch(session, names.values())
    for name, sha in names.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held[sha])


def files_of_result(session: Session, result_id: str) -> dict[str, str]:
    """Return the digests of a result's files by name."""
    rows = session.query(ResultFile.name, ResultFile.sha).where(ResultFile.result_id == result_id)
    return dict(rows.order_by(ResultFile.name).all())


def keep_result(session: Session, made: Made, centre_id: str, version: int, by: str) -> Result:
    """Keep a folder of files as a result."""
    result = Result(
        centre_id=centre_of(session, centre_id).id,
        centre_version=version,
        kind=made.kind,
        week=made.week,
        weeks=made.weeks,
        parent_id=made.parent_id,
        summary=dict(made.summary),
        created_by=by,
    )
    session.add(result)
    session.flush()
    paths = sorted(path for path in made.folder.rglob("*") if path.is_file() and path.name != MARKER)
    digests = keep(session, (path.read_bytes() for path in paths))
    session.add_all(
        ResultFile(result_id=result.id, name=path.relative_to(made.folder).as_posix(), sha=sha)
        for path, sha in zip(paths, digests, strict=True)
    )
    return result
